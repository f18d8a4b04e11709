/* reports/campaign/ratios.c - see ratios.h. */
#include <config.h>

#include "reports/campaign/ratios.h"

#include "reports/figure/column-text.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

/* Trial by trial: the view is made from all readings, and is asked for one trial at a time. */
static const char trials_sql[] =
    "SELECT t.trial_id, coalesce((SELECT min(p.ordinal) FROM phase p"
    "   WHERE p.trial_id = t.trial_id AND p.name = 'steady'), 0) "
    "FROM trial t WHERE t.campaign_id = ?1 AND t.variant = ?2 AND t.job = ?3"
    "  AND t.state = 'complete' AND t.is_warmup = 0 "
    "  AND (EXISTS (SELECT 1 FROM channel c WHERE c.trial_id = t.trial_id"
    "               AND c.collector = 'hwevents' AND (c.name LIKE 'instructions%'"
    "                OR c.name LIKE 'cycles%' OR c.name LIKE 'cache-misses%'"
    "                OR c.name LIKE '%fp_arith%' OR c.name LIKE '%flops%'))"
    "       OR EXISTS (SELECT 1 FROM phase p JOIN region_count r ON r.phase_id = p.phase_id"
    "                  WHERE p.trial_id = t.trial_id AND r.event LIKE 'PAPI%'"
    "                    AND r.value IS NOT NULL))";
static const char ratios_sql[] =
    "SELECT scope, ipc, instructions_per_query, cache_misses_per_query, flop_per_query,"
    "       flop_per_joule "
    "FROM v_ratio WHERE trial_id = ?1 AND phase_ordinal = ?2";

/* The widest first. */
static const char *const scopes[] = { "all", "user", "program" };
enum { N_SCOPES = sizeof(scopes) / sizeof(*scopes) };

struct sums {
	double sums[N_RATIOS];
	size_t counts[N_RATIOS];
	size_t n_trials;
};

const char *ratio_name(enum ratio ratio)
{
	static const char *const names[] = {
		[RATIO_IPC] = "instructions_per_cycle",
		[RATIO_INSTRUCTIONS] = "instructions_per_query",
		[RATIO_CACHE_MISSES] = "cache_misses_per_query",
		[RATIO_FLOP] = "flop_per_query",
		[RATIO_FLOP_PER_JOULE] = "flop_per_joule"
	};
	return names[ratio];
}

static void add(struct sums sums[N_SCOPES], sqlite3_stmt *row)
{
	const char *scope = column_word(row, 0);
	for (size_t s = 0; s < N_SCOPES; s++) {
		if (strcmp(scopes[s], scope) != 0)
			continue;
		sums[s].n_trials++;
		for (int i = 0; i < N_RATIOS; i++) {
			if (sqlite3_column_type(row, i + 1) == SQLITE_NULL)
				continue;
			sums[s].sums[i] += sqlite3_column_double(row, i + 1);
			sums[s].counts[i]++;
		}
	}
}

static int add_trial(sqlite3_stmt *found, int64_t trial_id, int64_t phase,
		     struct sums sums[N_SCOPES])
{
	int code;
	sqlite3_reset(found);
	sqlite3_bind_int64(found, 1, trial_id);
	sqlite3_bind_int64(found, 2, phase);
	while ((code = sqlite3_step(found)) == SQLITE_ROW)
		add(sums, found);
	return code == SQLITE_DONE ? 0 : -1;
}

/* v_ratio is dear to compile: only where there is a trial to ask it for. */
static int add_trials(sqlite3 *db, sqlite3_stmt *trials, sqlite3_stmt **found,
		      struct sums sums[N_SCOPES], size_t *n)
{
	int code;
	while ((code = sqlite3_step(trials)) == SQLITE_ROW) {
		if (!*found &&
		    sqlite3_prepare_v2(db, ratios_sql, -1, found, NULL) != SQLITE_OK)
			return -1;
		if (add_trial(*found, sqlite3_column_int64(trials, 0),
			      sqlite3_column_int64(trials, 1), sums) != 0)
			return -1;
		++*n;
	}
	return code == SQLITE_DONE ? 0 : -1;
}

/* What one trial lacks, the mean lacks. */
static void choose(const struct sums sums[N_SCOPES], size_t n, struct ratios *ratios)
{
	*ratios = (struct ratios){ 0 };
	for (int i = 0; i < N_RATIOS; i++)
		ratios->values[i] = NAN;
	for (size_t s = 0; s < N_SCOPES && n > 0 && !ratios->scope; s++) {
		if (sums[s].n_trials < n)
			continue;
		ratios->scope = scopes[s];
		for (int i = 0; i < N_RATIOS; i++)
			if (sums[s].counts[i] == n)
				ratios->values[i] = sums[s].sums[i] / (double)n;
	}
}

int ratios_read(sqlite3 *db, int64_t campaign_id, const char *variant, const char *job,
		struct ratios *ratios)
{
	sqlite3_stmt *trials = NULL, *found = NULL;
	struct sums sums[N_SCOPES] = { 0 };
	size_t n = 0;
	int code = -1;
	if (sqlite3_prepare_v2(db, trials_sql, -1, &trials, NULL) == SQLITE_OK) {
		sqlite3_bind_int64(trials, 1, campaign_id);
		bind_text(trials, 2, variant);
		bind_text(trials, 3, job);
		code = add_trials(db, trials, &found, sums, &n);
	}
	sqlite3_finalize(trials);
	sqlite3_finalize(found);
	choose(sums, n, ratios);
	return code;
}

/* 3210000 -> "3.21 M", by three digits. */
static const char *count(double value, struct arena *arena)
{
	static const char *const prefixes[] = { "", " k", " M", " G", " T" };
	size_t i = 0;
	while (value >= 1000 && i < 4) {
		value /= 1000;
		i++;
	}
	return arena_format(arena, "%.3g%s", value, prefixes[i]);
}

static const char *join(const char *text, const char *separator, const char *more,
			struct arena *arena)
{
	return text ? arena_format(arena, "%s%s%s", text, separator, more) : more;
}

const char *ratios_text(const struct ratios *ratios, struct arena *arena)
{
	static const struct {
		enum ratio ratio;
		const char *what;
	} per_query[] = { { RATIO_INSTRUCTIONS, "instructions" },
			  { RATIO_CACHE_MISSES, "cache misses" },
			  { RATIO_FLOP, "FLOP" } };
	const char *text = NULL, *queries = NULL;
	const double *values = ratios->values;
	if (!ratios->scope)
		return NULL;
	if (!isnan(values[RATIO_IPC]))
		text = arena_format(arena, "%.2f instructions a cycle", values[RATIO_IPC]);
	for (size_t i = 0; i < sizeof(per_query) / sizeof(*per_query); i++) {
		double value = values[per_query[i].ratio];
		if (!isnan(value))
			queries = join(queries, ", ",
				       arena_format(arena, "%s %s", count(value, arena),
						    per_query[i].what),
				       arena);
	}
	if (queries)
		text = join(text, "; ", arena_format(arena, "a query: %s", queries), arena);
	if (!isnan(values[RATIO_FLOP_PER_JOULE]))
		text = join(text, "; ",
			    arena_format(arena, "%s FLOP a joule",
					 count(values[RATIO_FLOP_PER_JOULE], arena)),
			    arena);
	bool is_all = strcmp(ratios->scope, "all") == 0;
	if (!text || is_all)
		return text;
	return arena_format(arena, "%s (%s)", text,
			    strcmp(ratios->scope, "user") == 0
				? "user space alone"
				: "what the program counted itself");
}
