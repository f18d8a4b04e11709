/* Simulated campaigns, written into databases and judged by the program itself: how often does each
 * interval that it prints hold the truth, and how often does it report a change where there is none?
 *
 *   by-binary JOULECART [N [compare|check|series|quality|payback [SETTING [DRAWS]]]]
 *
 * SETTING: only that one of the part, from 1 on, with the campaigns that it has in the whole run: each
 * has a seed of its own. 0: all. DRAWS: other campaigns of the same settings, for each number from 1 on;
 * those of the whole run are 0. N campaigns for each setting [1000]; TAP on standard output, with the table of
 * doc/statistics.md as comments. A trial answers 1000 queries in 1 s with 40 J. The logarithm of its energy has the noise
 * of the setting: normal, of two levels ('bimodal'), or none but the edges of a counter that changes
 * each millisecond. */
#include <config.h>

#include "reports/statistics/paired.h"
#include "reports/statistics/test-power.h"
#include "tests/unit/reports/given.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <jansson.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_TRIALS = 512, QUERIES = 2000, COLD_QUERIES = 300, BUILDS = 3 };
static const double TRUE_MJ = 40000, UPDATE_S = 0.001;

struct world {
	const char *joulecart;
	size_t n_campaigns;
	size_t part;          /* the one at work */
	size_t setting, only; /* in it, from 1 on; only: the one to ask for, 0: all */
	size_t draws;         /* which campaigns of a setting */
	gsl_rng *generator;
	char path[64], base_path[64];
	sqlite3 *db, *base;
};

/* What the campaigns of one setting came to. */
struct tally {
	size_t n, n_known, n_held, n_alarms;
};

/* Is the next setting asked for? Its draws are its own, whatever was asked before. */
static bool begins(struct world *world)
{
	world->setting++;
	gsl_rng_set(world->generator,
		    1000 * world->draws + 100 * world->part + world->setting);
	return !world->only || world->only == world->setting;
}

/* --- asking the program ----------------------------------------------------------------- */

/* The output of a command, and its exit status. The caller frees it. */
static char *output_of(const char *command, int *status)
{
	FILE *in = popen(command, "r");
	char *text = NULL;
	size_t size = 0;
	if (!in || getdelim(&text, &size, '\0', in) < 0) {
		fprintf(stderr, "by-binary: nothing came from: %s\n", command);
		exit(2);
	}
	*status = WEXITSTATUS(pclose(in));
	return text;
}

static json_t *compare_json_of(const struct world *world, const char *options)
{
	char command[512];
	int status;
	snprintf(command, sizeof(command), "%s compare -f json --no-null %s %s",
		 world->joulecart, world->path, options);
	char *text = output_of(command, &status);
	json_t *json = json_loads(text, 0, NULL);
	free(text);
	if (!json)
		exit(2);
	return json;
}

static bool has_interval(const json_t *object, const char *key, double *low, double *high)
{
	const json_t *ci95 = json_object_get(object, key);
	*low = json_number_value(json_array_get(ci95, 0));
	*high = json_number_value(json_array_get(ci95, 1));
	return json_array_size(ci95) == 2;
}

static void count(struct tally *tally, bool is_known, double low, double high, double truth)
{
	tally->n++;
	tally->n_known += is_known;
	tally->n_held += is_known && low <= truth && truth <= high;
}

/* --- energies --------------------------------------------------------------------------- */

enum noise { NORMAL, BIMODAL };

static double noise_of(const struct world *world, enum noise kind, double size)
{
	if (kind == BIMODAL)
		return (gsl_rng_uniform(world->generator) < 0.5 ? -size : size) +
		       gsl_ran_gaussian(world->generator, size / 20);
	return gsl_ran_gaussian(world->generator, size);
}

/* Each reading is up to one update of the counter old. */
static int counted_mj(const struct world *world, double log_ratio)
{
	double age = gsl_rng_uniform(world->generator) - gsl_rng_uniform(world->generator);
	return (int)(TRUE_MJ * exp(log_ratio) * (1 + age * UPDATE_S) +
		     gsl_rng_uniform(world->generator));
}

static void set_steady(sqlite3 *db, int trial_id, int mj)
{
	DATABASE_RUN(db,
		     "UPDATE stretch SET advance = %d, advance_low = %d, advance_high = %d"
		     " WHERE seq = 1 AND channel_id = (SELECT channel_id FROM channel WHERE"
		     " trial_id = %d AND counted = 1)",
		     mj, mj, mj, trial_id);
}

static const char *variant_name(size_t item)
{
	static const char *const names[] = { "A", "B", "C", "D", "E", "F", "G", "H", "I" };
	return names[item];
}

/* Blocks of A twice and of each other variant once. */
static void add_trials(sqlite3 *db, int n_blocks, size_t n_variants)
{
	for (int block = 1; block <= n_blocks; block++)
		for (size_t item = 0; item <= n_variants; item++)
			given_trial(db,
				    (struct given_trial){ variant_name(item % n_variants),
							  "infer", block, 40000 });
}

/* A database on disk with one campaign of such blocks. */
static sqlite3 *database_at(const char *path, int n_blocks, size_t n_variants)
{
	sqlite3 *memory = given_campaign("bench"), *db = NULL;
	unlink(path);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	add_trials(memory, n_blocks, n_variants);
	database_run(memory, "INSERT INTO metric SELECT trial_id, 'test_queries', 2000"
			     " FROM trial");
	sqlite3_backup *copy = sqlite3_backup_init(db, "main", memory, "main");
	sqlite3_backup_step(copy, -1);
	sqlite3_backup_finish(copy);
	sqlite3_close(memory);
	database_run(db, "PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY");
	return db;
}

/* Draws all joules anew; the last variant needs exp(effect) times as much. */
static void draw_energies(const struct world *world, int n_blocks, size_t n_variants,
			  enum noise kind, double size, double effect)
{
	int trial_id = 0;
	database_run(world->db, "BEGIN");
	for (int block = 0; block < n_blocks; block++)
		for (size_t item = 0; item <= n_variants; item++) {
			double own = item == n_variants - 1 ? effect : 0;
			set_steady(world->db, ++trial_id,
				   counted_mj(world, own + noise_of(world, kind, size)));
		}
	database_run(world->db, "COMMIT");
}

/* --- compare ---------------------------------------------------------------------------- */

static bool any_verdict(const json_t *json)
{
	const json_t *one;
	size_t i;
	bool any = false;
	json_array_foreach(json_object_get(json, "differences"), i, one) any |=
	    strcmp(json_string_value(json_object_get(one, "verdict")), "cannot tell") != 0;
	return any;
}

struct energy_setting {
	const char *name;
	int n_blocks;
	size_t n_variants;
	enum noise kind;
	double size, effect;
};

static struct tally run_compare(struct world *world, const struct energy_setting *setting)
{
	struct tally tally = { 0 };
	double low, high;
	world->db = database_at(world->path, setting->n_blocks, setting->n_variants);
	for (size_t i = 0; i < world->n_campaigns; i++) {
		draw_energies(world, setting->n_blocks, setting->n_variants, setting->kind,
			      setting->size, setting->effect);
		json_t *json = compare_json_of(world, "");
		const json_t *last = json_array_get(json_object_get(json, "differences"),
						    setting->n_variants - 2);
		bool is_known = has_interval(last, "ci95", &low, &high);
		count(&tally, is_known, low, high, exp(setting->effect));
		tally.n_alarms += setting->effect == 0 && any_verdict(json);
		json_decref(json);
	}
	sqlite3_close(world->db);
	return tally;
}

/* --- check ------------------------------------------------------------------------------ */

/* The last "(LOW to HIGH)" of a line, in percent or points. */
static bool interval_in(const char *line, double *low, double *high)
{
	const char *at = strrchr(line, '(');
	for (; at; at = at > line ? memrchr(line, '(', (size_t)(at - line)) : NULL)
		if (sscanf(at, "(%lf to %lf", low, high) == 2)
			return true;
	return false;
}

/* One call of check; truth and the printed bounds are in percent. */
static void ask_check(const struct world *world, const char *options, double truth,
		      bool is_null, struct tally *tally)
{
	char command[512];
	int status;
	double low, high;
	/* what it says of the seal is not asked for */
	snprintf(command, sizeof(command), "%s check %s %s 2>/dev/null", world->joulecart,
		 world->path, options);
	char *text = output_of(command, &status);
	char *line = text;
	for (char *next; (next = strchr(line, '\n')) && next[1];) /* the last one */
		line = next + 1;
	bool is_known = interval_in(line, &low, &high);
	count(tally, is_known, low, high, truth);
	tally->n_alarms += is_null && status == 3;
	free(text);
}

static struct tally run_check(struct world *world, const struct energy_setting *setting)
{
	struct tally tally = { 0 };
	world->db = database_at(world->path, setting->n_blocks, setting->n_variants);
	for (size_t i = 0; i < world->n_campaigns; i++) {
		draw_energies(world, setting->n_blocks, setting->n_variants, setting->kind,
			      setting->size, setting->effect);
		ask_check(world, "--against A --fail-if 'j_per_query > +0%'",
			  100 * expm1(setting->effect), setting->effect == 0, &tally);
	}
	sqlite3_close(world->db);
	return tally;
}

/* All trials of a campaign are off by what its session has. */
static void draw_session(const struct world *world, sqlite3 *db, int first, int n,
			 double session_sd)
{
	double session = gsl_ran_gaussian(world->generator, session_sd);
	database_run(db, "BEGIN");
	for (int i = 0; i < n; i++)
		set_steady(db, first + i,
			   counted_mj(world, session + noise_of(world, NORMAL, 0.005)));
	database_run(db, "COMMIT");
}

/* Files of so many campaigns alike. */
static sqlite3 *campaigns_at(const char *path, int n_campaigns, int n_blocks,
			     size_t n_variants)
{
	sqlite3 *db = database_at(path, n_blocks, n_variants);
	int n_trials = n_blocks * ((int)n_variants + 1);
	database_run(db, "BEGIN; DELETE FROM metric");
	for (int c = 2; c <= n_campaigns; c++) {
		DATABASE_RUN(db,
			     "INSERT INTO campaign (campaign_id, uuid, host_id, kind,"
			     " command_line, tool_version, rate_hz, begin_utc_ns,"
			     " begin_mono_ns, begin_boot_ns) SELECT %d, 'u-%d', 1, 'bench',"
			     " '[]', '0', 10, %d, 0, 0",
			     c, c, c);
		add_trials(db, n_blocks, n_variants);
		DATABASE_RUN(db, "UPDATE trial SET campaign_id = %d WHERE trial_id > %d", c,
			     (c - 1) * n_trials);
	}
	database_run(db, "COMMIT");
	return db;
}

struct session_setting {
	const char *name, *options;
	int n_campaigns; /* of the baseline */
};

static struct tally run_sessions(struct world *world, const struct session_setting *setting)
{
	enum { TRIALS = 6 };
	char options[256];
	struct tally tally = { 0 };
	world->db = campaigns_at(world->path, 1, TRIALS / 2, 1);
	world->base = campaigns_at(world->base_path, setting->n_campaigns, TRIALS / 2, 1);
	snprintf(options, sizeof(options),
		 "--baseline %s %s --fail-if 'j_per_query > +0%%'", world->base_path,
		 setting->options);
	for (size_t i = 0; i < world->n_campaigns; i++) {
		draw_session(world, world->db, 1, TRIALS, 0.02);
		for (int c = 0; c < setting->n_campaigns; c++)
			draw_session(world, world->base, 1 + c * TRIALS, TRIALS, 0.02);
		ask_check(world, options, 0, true, &tally);
	}
	sqlite3_close(world->db);
	sqlite3_close(world->base);
	unlink(world->base_path);
	return tally;
}

/* --- campaigns again and again ---------------------------------------------------------- */

enum { CAMPAIGNS_MOST = 5 };

/* Does this campaign of the file report a difference? */
static bool alarms(const struct world *world, bool by_check, int campaign)
{
	char options[128];
	struct tally tally = { 0 };
	snprintf(options, sizeof(options), "--campaign %d%s", campaign,
		 by_check ? " --against A --variant B --fail-if 'j_per_query > +0%'" : "");
	if (by_check) {
		ask_check(world, options, 0, true, &tally);
		return tally.n_alarms > 0;
	}
	json_t *json = compare_json_of(world, options);
	bool any = any_verdict(json);
	json_decref(json);
	return any;
}

/* In how many series has one of the first 1, 2, ... campaigns reported a difference? Nothing differs,
 * and who repeats stops at the first report. */
static void run_series(struct world *world, bool by_check, size_t n_alarms[CAMPAIGNS_MOST])
{
	enum { BLOCKS = 10, VARIANTS = 2 };
	memset(n_alarms, 0, CAMPAIGNS_MOST * sizeof(*n_alarms));
	world->db = campaigns_at(world->path, CAMPAIGNS_MOST, BLOCKS, VARIANTS);
	for (size_t i = 0; i < world->n_campaigns; i++) {
		int k = 0;
		draw_energies(world, CAMPAIGNS_MOST * BLOCKS, VARIANTS, NORMAL, 0.02, 0);
		while (k < CAMPAIGNS_MOST && !alarms(world, by_check, k + 1))
			k++;
		for (; k < CAMPAIGNS_MOST; k++)
			n_alarms[k]++;
	}
	sqlite3_close(world->db);
}

/* --- quality ---------------------------------------------------------------------------- */

/* Each query is right by both with p_both, by A alone or B alone with the others. */
struct quality_setting {
	const char *name, *metric;
	double p_both, p_a, p_b;
	size_t n;
	bool is_graded; /* what is right is so to a half or to the whole */
	bool is_own;    /* A's own share is asked for, not the change */
};

static void put_bit(unsigned char *bytes, size_t i, bool is_graded, double share)
{
	if (is_graded)
		bytes[i] = (unsigned char)lround(255 * share);
	else if (share > 0)
		bytes[i / 8] |= (unsigned char)(1U << i % 8);
}

static void keep(sqlite3 *db, const char *variant, const struct quality_setting *setting,
		 const unsigned char *bytes, double mean)
{
	sqlite3_stmt *row = NULL;
	size_t size = setting->is_graded ? setting->n : (setting->n + 7) / 8;
	sqlite3_prepare_v2(db,
			   "INSERT OR REPLACE INTO answers SELECT trial_id, ?1, ?2, ?3, ?4"
			   " FROM trial WHERE variant = ?5",
			   -1, &row, NULL);
	sqlite3_bind_text(row, 1, setting->metric, -1, SQLITE_STATIC);
	sqlite3_bind_int64(row, 2, (sqlite3_int64)setting->n);
	sqlite3_bind_int(row, 3, setting->is_graded ? 8 : 1);
	sqlite3_bind_blob(row, 4, bytes, (int)size, SQLITE_STATIC);
	sqlite3_bind_text(row, 5, variant, -1, SQLITE_STATIC);
	assert_int_equal(sqlite3_step(row), SQLITE_DONE);
	sqlite3_finalize(row);
	DATABASE_RUN(db,
		     "INSERT OR REPLACE INTO metric SELECT trial_id, %Q, %.17g FROM trial"
		     " WHERE variant = %Q",
		     setting->metric, mean, variant);
}

static void draw_answers(const struct world *world, const struct quality_setting *setting)
{
	unsigned char a[QUERIES] = { 0 }, b[QUERIES] = { 0 };
	double sum_a = 0, sum_b = 0, n = (double)setting->n;
	for (size_t i = 0; i < setting->n; i++) {
		double u = gsl_rng_uniform(world->generator);
		bool both = u < setting->p_both;
		bool is_a = both || u < setting->p_both + setting->p_a;
		bool is_b = both ||
			    (!is_a && u < setting->p_both + setting->p_a + setting->p_b);
		double whole = setting->is_graded && gsl_rng_uniform(world->generator) < 0.5
				   ? 127 / 255.0
				   : 1;
		put_bit(a, i, setting->is_graded, is_a ? whole : 0);
		put_bit(b, i, setting->is_graded, is_b ? whole : 0);
		sum_a += is_a ? whole : 0;
		sum_b += is_b ? whole : 0;
	}
	database_run(world->db, "BEGIN");
	keep(world->db, "A", setting, a, sum_a / n);
	keep(world->db, "B", setting, b, sum_b / n);
	database_run(world->db, "COMMIT");
}

static double quality_truth(const struct quality_setting *setting)
{
	double worth = setting->is_graded ? (1 + 127 / 255.0) / 2 : 1;
	return setting->is_own ? worth * (setting->p_both + setting->p_a)
			       : worth * (setting->p_b - setting->p_a);
}

static struct tally run_quality(struct world *world, const struct quality_setting *setting)
{
	char options[64];
	struct tally tally = { 0 };
	double low, high;
	world->db = database_at(world->path, 3, 2);
	snprintf(options, sizeof(options), "A B --quality %s", setting->metric);
	for (size_t i = 0; i < world->n_campaigns; i++) {
		draw_answers(world, setting);
		json_t *json = compare_json_of(world, options);
		const json_t *from = json_array_get(
		    json_object_get(json, setting->is_own ? "variants" : "differences"), 0);
		const json_t *figure = json_object_get(
		    from, setting->is_own ? "quality" : "quality_change");
		bool is_known = has_interval(figure, "ci95", &low, &high);
		count(&tally, is_known, low, high, quality_truth(setting));
		tally.n_alarms += quality_truth(setting) == 0 && (low > 0 || high < 0);
		json_decref(json);
	}
	sqlite3_close(world->db);
	return tally;
}

/* A gate on quality, where nothing changed. */
static struct tally run_quality_check(struct world *world,
				      const struct quality_setting *setting)
{
	struct tally tally = { 0 };
	world->db = database_at(world->path, 3, 2);
	for (size_t i = 0; i < world->n_campaigns; i++) {
		draw_answers(world, setting);
		ask_check(world, "--against A --variant B --fail-if 'top1 < -0.0'", 0, true,
			  &tally);
	}
	sqlite3_close(world->db);
	return tally;
}

/* --- payback ---------------------------------------------------------------------------- */

struct break_even_setting {
	const char *name;
	double noise, ratio, build_spread;
};

static struct tally run_break_even(struct world *world,
				   const struct break_even_setting *setting)
{
	enum { BLOCKS = 10 };
	struct tally tally = { 0 };
	double low, high, mean = exp(setting->noise * setting->noise / 2);
	world->db = database_at(world->path, BLOCKS, 2);
	/* once a block: the mean of the logarithms of two is another mean of the joules */
	database_run(world->db, "UPDATE trial SET is_warmup = 1 WHERE trial_id % 3 = 0");
	for (int i = 0; i < BUILDS; i++)
		given_trial(world->db, (struct given_trial){ "B", "train", 1, 1 });
	for (size_t i = 0; i < world->n_campaigns; i++) {
		draw_energies(world, BLOCKS, 2, NORMAL, setting->noise,
			      log(setting->ratio));
		for (int k = 0; k < BUILDS; k++)
			set_steady(world->db, BLOCKS * 3 + 1 + k,
				   (int)(99000 +
					 100000 * gsl_ran_gaussian(world->generator,
								   setting->build_spread)));
		json_t *json = compare_json_of(world, "");
		const json_t *figure = json_object_get(
		    json_array_get(json_object_get(json, "differences"), 0),
		    "paid_after_queries");
		bool is_known = has_interval(figure, "ci95", &low, &high);
		count(&tally, is_known, low, high,
		      100 / (0.04 * mean * (1 - setting->ratio)));
		json_decref(json);
	}
	sqlite3_close(world->db);
	return tally;
}

/* --- the verdict ------------------------------------------------------------------------ */

static size_t n_tests;
static bool has_failed;

/* What a setting must keep. */
enum bounds {
	BOTH_SIDES, /* 93 to 97 %, and 5 % of alarms */
	HOLDS_MORE, /* the meter's steps, or few differing answers, widen the interval */
	NO_VERDICT, /* fewer than PAIRS_LEAST: whatever the interval holds, nothing is reported */
};

/* Fewer campaigns than 1000 may miss their bounds by chance: three standard errors more. */
static void report(const char *command, const char *name, struct tally tally,
		   enum bounds bounds, bool has_alarms)
{
	double n = (double)tally.n, known = (double)tally.n_known;
	double held = known > 0 ? (double)tally.n_held / known : 0;
	double alarms = (double)tally.n_alarms / n;
	double chance = tally.n >= 1000 ? 0 : 3 * sqrt(0.95 * 0.05 / n);
	double least = bounds == NO_VERDICT ? 0.90 : 0.93;
	double most_alarms = 0.05 + (tally.n >= 1000 ? 2.33 : 3) * sqrt(0.05 * 0.95 / n);
	if (bounds == NO_VERDICT)
		most_alarms = 0;
	bool is_right = held >= least - chance &&
			(bounds != BOTH_SIDES || held <= 0.97 + chance) &&
			alarms <= most_alarms && tally.n_known > tally.n / 2;
	char shown[16] = "";
	if (has_alarms)
		snprintf(shown, sizeof(shown), "%.1f", 100 * alarms);
	printf("# | %s | %s | %zu | %.1f | %s |\n", command, name, tally.n, 100 * held,
	       shown);
	printf("%s %zu - %s: %s\n", is_right ? "ok" : "not ok", ++n_tests, command, name);
	fflush(stdout);
	has_failed |= !is_right;
}

/* What the program says of an nth campaign must be how often it happens. */
static void report_series(const char *command, size_t n, double level,
			  const size_t n_alarms[CAMPAIGNS_MOST])
{
	for (int k = 1; k <= CAMPAIGNS_MOST; k++) {
		double alarms = (double)n_alarms[k - 1] / (double)n;
		double said = power_any_alarm(level, k);
		double chance = 3 * sqrt(said * (1 - said) / (double)n);
		bool is_right = alarms <= said + chance;
		printf("# | %s | until a report, at most %d | %zu | %.1f said | %.1f |\n",
		       command, k, n, 100 * said, 100 * alarms);
		printf("%s %zu - %s: at most %d campaigns\n", is_right ? "ok" : "not ok",
		       ++n_tests, command, k);
		has_failed |= !is_right;
	}
	fflush(stdout);
}

static void series_settings(struct world *world)
{
	static const struct {
		const char *command;
		bool by_check;
		double level;
	} settings[] = { { "compare, repeated", false, 0.05 },
			 { "check, repeated", true, 0.025 } };
	size_t n_alarms[CAMPAIGNS_MOST];
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		if (begins(world)) {
			run_series(world, settings[i].by_check, n_alarms);
			report_series(settings[i].command, world->n_campaigns,
				      settings[i].level, n_alarms);
		}
}

static enum bounds bounds_of(const struct energy_setting *setting)
{
	return setting->n_blocks < PAIRS_LEAST ? NO_VERDICT
	       : setting->size == 0            ? HOLDS_MORE
					       : BOTH_SIDES;
}

static void compare_settings(struct world *world)
{
	static const struct energy_setting settings[] = {
		{ "1 % noise, no difference", 10, 2, NORMAL, 0.01, 0 },
		{ "5 % noise, 3 % less", 10, 2, NORMAL, 0.05, -0.03 },
		{ "20 % noise, 10 % more", 20, 2, NORMAL, 0.20, 0.10 },
		{ "edges alone, no difference", 10, 2, NORMAL, 0, 0 },
		{ "5 % noise, any of 8 equal variants", 10, 9, NORMAL, 0.05, 0 },
		{ "bimodal, 3 blocks, no difference", 3, 2, BIMODAL, 0.02, 0 },
		{ "bimodal, 4 blocks, no difference", 4, 2, BIMODAL, 0.02, 0 },
		{ "bimodal, 5 blocks, no difference", 5, 2, BIMODAL, 0.02, 0 },
		{ "bimodal, 8 blocks, no difference", 8, 2, BIMODAL, 0.02, 0 },
	};
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		if (begins(world))
			report("compare", settings[i].name,
			       run_compare(world, &settings[i]), bounds_of(&settings[i]),
			       settings[i].effect == 0);
}

static void check_settings(struct world *world)
{
	static const struct energy_setting settings[] = {
		{ "5 % noise, no change", 10, 2, NORMAL, 0.05, 0 },
		{ "5 % noise, 3 % more", 10, 2, NORMAL, 0.05, 0.03 },
		{ "5 % noise, any of 8 equal variants", 10, 9, NORMAL, 0.05, 0 },
		{ "bimodal, 3 blocks, no change", 3, 2, BIMODAL, 0.02, 0 },
		{ "bimodal, 4 blocks, no change", 4, 2, BIMODAL, 0.02, 0 },
		{ "bimodal, 7 blocks, no change", 7, 2, BIMODAL, 0.02, 0 },
	};
	static const struct session_setting sessions[] = {
		{ "two sessions of sd 2 %, stated", "--session-sd 2%", 1 },
		{ "two sessions of sd 2 %, from 6 campaigns", "", 6 },
	};
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		if (begins(world))
			report("check", settings[i].name, run_check(world, &settings[i]),
			       bounds_of(&settings[i]), settings[i].effect == 0);
	for (size_t i = 0; i < sizeof(sessions) / sizeof(sessions[0]); i++)
		if (begins(world))
			report("check", sessions[i].name, run_sessions(world, &sessions[i]),
			       BOTH_SIDES, true);
}

static void quality_settings(struct world *world)
{
	static const struct quality_setting settings[] = {
		{ "top1, 1 % differ, no change", "top1", 0.87, 0.005, 0.005, QUERIES, 0,
		  0 },
		{ "top1, 7 % differ, 3 points less", "top1", 0.83, 0.05, 0.02, QUERIES, 0,
		  0 },
		{ "ndcg10, 6 % differ, 2 points less", "ndcg10", 0.80, 0.04, 0.02, QUERIES,
		  1, 0 },
		{ "cold_top1 of 300 queries", "cold_top1", 0.2, 0.05, 0.05, COLD_QUERIES, 0,
		  1 },
	};
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		if (begins(world))
			report("compare, quality", settings[i].name,
			       run_quality(world, &settings[i]), BOTH_SIDES,
			       !settings[i].is_own && quality_truth(&settings[i]) == 0);
	if (begins(world))
		report("check, quality", settings[0].name,
		       run_quality_check(world, &settings[0]), HOLDS_MORE, true);
}

static void break_even_settings(struct world *world)
{
	static const struct break_even_setting settings[] = {
		{ "2 % noise, half, builds spread by 2 %", 0.02, 0.5, 0.02 },
		{ "5 % noise, 20 % less, builds by 10 %", 0.05, 0.8, 0.10 },
		{ "10 % noise, half, builds by 1 %", 0.10, 0.5, 0.01 },
	};
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		if (begins(world))
			report("compare, paid after", settings[i].name,
			       run_break_even(world, &settings[i]), BOTH_SIDES, false);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*run)(struct world *world);
	} parts[] = { { "compare", compare_settings },
		      { "check", check_settings },
		      { "series", series_settings },
		      { "quality", quality_settings },
		      { "payback", break_even_settings } };
	struct world world = { .joulecart = argc > 1 ? argv[1] : NULL,
			       .n_campaigns = argc > 2 ? strtoul(argv[2], NULL, 10) : 1000,
			       .generator = gsl_rng_alloc(gsl_rng_mt19937) };
	if (!world.joulecart || world.n_campaigns == 0)
		return 2;
	world.only = argc > 4 ? strtoul(argv[4], NULL, 10) : 0;
	world.draws = argc > 5 ? strtoul(argv[5], NULL, 10) : 0;
	setenv("LC_ALL", "C", 1);
	snprintf(world.path, sizeof(world.path), "/tmp/by-binary.%d.db", (int)getpid());
	snprintf(world.base_path, sizeof(world.base_path), "/tmp/by-binary.%d.base.db",
		 (int)getpid());
	puts("# | command | setting | campaigns | the interval holds the truth | "
	     "false alarms |\n# | :-- | :-- | --: | --: | --: |");
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		world.part = i + 1;
		world.setting = 0;
		if (argc < 4 || strcmp(argv[3], parts[i].name) == 0)
			parts[i].run(&world);
	}
	printf("1..%zu\n", n_tests);
	gsl_rng_free(world.generator);
	unlink(world.path);
	return has_failed;
}
