/* reports/recompute.c - see recompute.h. */
#include <config.h>

#include "reports/recompute.h"

#include "base/problem.h"
#include "reports/model.h"
#include "reports/retrial.h"
#include "schema/migrate.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Where one trial is being recomputed. */
struct build {
	sqlite3 *db;
	struct arena *arena;
	struct retrial trial;
	struct recompute *result;
	struct problem *why;
};

static int failed(const struct build *build)
{
	return store_problem(build->db, "read", "the figures", build->why);
}

/* Compares one stored figure; NULL (is_known false) needs no own one. */
static void check(struct recompute *result, const char *what, bool is_known, double stored,
		  double own)
{
	result->n_figures++;
	if (*result->place || !is_known || agrees(stored, own))
		return;
	snprintf(result->place, sizeof(result->place),
		 "%s is given as %.17g, the readings give %.17g", what, stored, own);
}

/* One phase of the trial, by stretches. */
struct phase {
	int64_t ordinal, first, last;
	const char *name;
	bool has_queries;
	double queries;
	bool is_known; /* each counted channel gave joules */
	double joules;
};

static int read_phases(struct build *build, struct phase **phases, size_t *n)
{
	sqlite3_stmt *row = NULL;
	int step;
	if (sqlite3_prepare_v2(build->db,
			       "SELECT p.ordinal, p.first_stretch,"
			       " coalesce(p.last_stretch, 9223372036854775807), p.name,"
			       " iif(p.ordinal = 0, t.queries, p.queries) FROM phase p"
			       " JOIN trial t ON t.trial_id = p.trial_id"
			       " WHERE p.trial_id = ? ORDER BY p.ordinal",
			       -1, &row, NULL) != SQLITE_OK)
		return failed(build);
	sqlite3_bind_int64(row, 1, build->trial.trial_id);
	while ((step = sqlite3_step(row)) == SQLITE_ROW) {
		struct phase phase = {
			.ordinal = sqlite3_column_int64(row, 0),
			.first = sqlite3_column_int64(row, 1),
			.last = sqlite3_column_int64(row, 2),
			.name = arena_string(build->arena,
					     (const char *)sqlite3_column_text(row, 3)),
			.has_queries = sqlite3_column_type(row, 4) != SQLITE_NULL,
			.queries = sqlite3_column_double(row, 4),
		};
		arena_append(build->arena, &phase, sizeof(phase));
	}
	sqlite3_finalize(row);
	*n = arena_appended(build->arena) / sizeof(struct phase);
	*phases = arena_take(build->arena);
	return step == SQLITE_DONE ? 0 : failed(build);
}

/* CPU seconds of the tree over those of the machine, at most 1; -1: not known. */
static double share_of(const struct retrial *trial, const struct phase *phase)
{
	double tree = -1, busy = -1, si;
	bool is_stuck;
	for (size_t i = 0; i < trial->n; i++) {
		const struct rechannel *channel = &trial->channels[i];
		if (strcmp(channel->collector, "cputime") != 0 ||
		    !rechannel_si(channel, phase->first, phase->last, &si, &is_stuck))
			continue;
		if (strcmp(channel->name, "tree") == 0)
			tree = si;
		else if (strcmp(channel->name, "busy") == 0)
			busy = si;
	}
	return tree < 0 || busy < 0 ? -1 : tree / fmax(busy, tree);
}

/* The headline joules of a phase: counted channels, estimates by their share of CPU time; a
 * stuck memory register is left out. */
static void sum_phase(const struct retrial *trial, struct phase *phase)
{
	double share = share_of(trial, phase), si;
	bool is_stuck;
	size_t n = 0;
	phase->is_known = true;
	for (size_t i = 0; i < trial->n; i++) {
		const struct rechannel *channel = &trial->channels[i];
		if (!channel->is_counted)
			continue;
		bool has = rechannel_si(channel, phase->first, phase->last, &si, &is_stuck);
		if (is_stuck && strcmp(channel->domain, "dram") == 0)
			continue;
		phase->is_known &= has && (!channel->is_shared || share >= 0);
		phase->joules += channel->is_shared ? si * share : si;
		n++;
	}
	phase->is_known &= n > 0;
}

static const struct rechannel *find_channel(const struct retrial *trial,
					    const char *collector, const char *name)
{
	for (size_t i = 0; i < trial->n; i++)
		if (strcmp(trial->channels[i].collector, collector) == 0 &&
		    strcmp(trial->channels[i].name, name) == 0)
			return &trial->channels[i];
	return NULL;
}

/* A statement on the trial, for the rows of a view. NULL: it failed, and *why says so. */
static sqlite3_stmt *rows_of(const struct build *build, const char *sql)
{
	sqlite3_stmt *row = NULL;
	if (sqlite3_prepare_v2(build->db, sql, -1, &row, NULL) != SQLITE_OK) {
		failed(build);
		return NULL;
	}
	sqlite3_bind_int64(row, 1, build->trial.trial_id);
	return row;
}

static const struct phase *phase_of(const struct phase *phases, size_t n, int64_t ordinal)
{
	for (size_t i = 0; i < n; i++)
		if (phases[i].ordinal == ordinal)
			return &phases[i];
	return NULL;
}

static int check_channels(const struct build *build, const struct phase *phases, size_t n)
{
	sqlite3_stmt *row = rows_of(build,
				    "SELECT phase_ordinal, collector, channel, joules"
				    " FROM v_energy WHERE trial_id = ?");
	int step = SQLITE_ERROR;
	while (row && (step = sqlite3_step(row)) == SQLITE_ROW) {
		double si = NAN;
		bool is_stuck;
		char what[160];
		const char *collector = (const char *)sqlite3_column_text(row, 1);
		const char *name = (const char *)sqlite3_column_text(row, 2);
		const struct phase *phase = phase_of(phases, n,
						     sqlite3_column_int64(row, 0));
		const struct rechannel *channel = find_channel(&build->trial, collector,
							       name);
		bool has = phase && channel &&
			   rechannel_si(channel, phase->first, phase->last, &si, &is_stuck);
		snprintf(what, sizeof(what), "joules of %s/%s in phase %s of trial %lld",
			 collector, name, phase ? phase->name : "?",
			 (long long)build->trial.trial_id);
		check(build->result, what, sqlite3_column_type(row, 3) != SQLITE_NULL,
		      sqlite3_column_double(row, 3), has ? si : NAN);
	}
	sqlite3_finalize(row);
	return step == SQLITE_DONE ? 0 : -1;
}

static int check_phases(const struct build *build, const struct phase *phases, size_t n)
{
	sqlite3_stmt *row = rows_of(build, "SELECT phase_ordinal, joules FROM v_phase"
					   " WHERE trial_id = ?");
	int step = SQLITE_ERROR;
	while (row && (step = sqlite3_step(row)) == SQLITE_ROW) {
		char what[128];
		const struct phase *phase = phase_of(phases, n,
						     sqlite3_column_int64(row, 0));
		snprintf(what, sizeof(what), "joules of phase %s of trial %lld",
			 phase ? phase->name : "?", (long long)build->trial.trial_id);
		check(build->result, what, sqlite3_column_type(row, 1) != SQLITE_NULL,
		      sqlite3_column_double(row, 1),
		      phase && phase->is_known ? phase->joules : NAN);
	}
	sqlite3_finalize(row);
	return step == SQLITE_DONE ? 0 : -1;
}

/* Joules per query: of the steady phases that say their queries, else of the whole run. */
static double per_query(const struct phase *phases, size_t n)
{
	double joules = 0, queries = 0;
	for (size_t i = 0; i < n; i++) {
		if (phases[i].ordinal == 0 || !phases[i].has_queries ||
		    strcmp(phases[i].name, "steady") != 0)
			continue;
		joules += phases[i].is_known ? phases[i].joules : NAN;
		queries += phases[i].queries;
	}
	const struct phase *whole = phase_of(phases, n, 0);
	if (queries == 0 && whole && whole->is_known && whole->has_queries)
		return whole->joules / whole->queries;
	return queries > 0 ? joules / queries : NAN;
}

/* The intensity in force, by precedence of origin, straight from the table. */
static const char carbon_sql[] =
    "SELECT q.joules_per_query, q.run_j, c.grams, c.grams_per_query, c.energy_provenance,"
    " coalesce(z.pue, a.pue, 1), coalesce(z.psu, 1),"
    " (SELECT f.value FROM factor f WHERE f.kind = 'grid' AND f.parameter = 'intensity'"
    "  AND f.key = coalesce(z.zone, a.zone, 'WORLD') ORDER BY f.origin DESC LIMIT 1) "
    "FROM v_query q JOIN v_carbon c ON c.trial_id = q.trial_id "
    "JOIN campaign a ON a.campaign_id = q.campaign_id "
    "LEFT JOIN (SELECT t.campaign_id,"
    "  (SELECT value FROM setting WHERE name = 'pue' AND campaign_id IN (0, t.campaign_id)"
    "   ORDER BY campaign_id DESC LIMIT 1) AS pue,"
    "  (SELECT value FROM setting WHERE name = 'psu' AND campaign_id IN (0, t.campaign_id)"
    "   ORDER BY campaign_id DESC LIMIT 1) AS psu,"
    "  (SELECT text FROM setting WHERE name = 'zone' AND campaign_id IN (0, t.campaign_id)"
    "   ORDER BY campaign_id DESC LIMIT 1) AS zone FROM campaign t) z"
    " ON z.campaign_id = q.campaign_id WHERE q.trial_id = ?";

static int check_carbon(const struct build *build, const struct phase *phases, size_t n)
{
	sqlite3_stmt *row = rows_of(build, carbon_sql);
	const struct phase *whole = phase_of(phases, n, 0);
	double query_j = per_query(phases, n);
	double run_j = whole && whole->is_known ? whole->joules : NAN;
	int step = SQLITE_ERROR;
	while (row && (step = sqlite3_step(row)) == SQLITE_ROW) {
		const char *provenance = (const char *)sqlite3_column_text(row, 4);
		bool is_at_wall = provenance && strcmp(provenance, "estimated") == 0;
		double g_per_j = sqlite3_column_double(row, 7) *
				 sqlite3_column_double(row, 5) /
				 (is_at_wall ? 1 : sqlite3_column_double(row, 6)) / 3.6e6;
		const double own[] = { query_j, run_j, run_j * g_per_j, query_j * g_per_j };
		static const char *const names[] = { "joules per query",
						     "joules of the run",
						     "grams of the run",
						     "grams per query" };
		for (int i = 0; i < 4; i++) {
			char what[96];
			snprintf(what, sizeof(what), "%s of trial %lld", names[i],
				 (long long)build->trial.trial_id);
			check(build->result, what,
			      sqlite3_column_type(row, i) != SQLITE_NULL,
			      sqlite3_column_double(row, i), own[i]);
		}
	}
	sqlite3_finalize(row);
	return step == SQLITE_DONE ? 0 : -1;
}

static int recompute_trial(sqlite3 *db, int64_t trial_id, struct recompute *result,
			   struct problem *why)
{
	struct arena *arena = arena_new();
	struct phase *phases = NULL;
	size_t n = 0;
	if (!arena) {
		problem_what(why, "cannot verify trial %lld", (long long)trial_id);
		return problem_why(why, "out of memory");
	}
	struct build build = { .db = db, .arena = arena, .result = result, .why = why };
	int code = retrial_read(db, trial_id, arena, &build.trial, result, why);
	if (code == 0 && !*result->place)
		code = read_phases(&build, &phases, &n);
	for (size_t i = 0; code == 0 && i < n; i++)
		sum_phase(&build.trial, &phases[i]);
	if (code == 0 && !*result->place)
		code = check_channels(&build, phases, n) | check_phases(&build, phases, n) |
		       check_carbon(&build, phases, n);
	result->n_trials++;
	arena_free(arena);
	return code == 0 ? 0 : -1;
}

/* The mean over the trials that count, against what the report shows. The trials' own figures
 * have been checked before. */
static int check_mean(sqlite3 *db, const struct model_campaign *campaign,
		      const struct model_row *row, struct recompute *result)
{
	sqlite3_stmt *mean = NULL;
	char what[160];
	if (sqlite3_prepare_v2(
		db,
		"SELECT sum(joules_per_query) / count(*) FROM v_query"
		" WHERE campaign_id = ? AND variant = ? AND job = ? AND usable",
		-1, &mean, NULL) != SQLITE_OK)
		return -1;
	sqlite3_bind_int64(mean, 1, campaign->campaign_id);
	sqlite3_bind_text(mean, 2, row->variant, -1, SQLITE_STATIC);
	sqlite3_bind_text(mean, 3, row->job, -1, SQLITE_STATIC);
	snprintf(what, sizeof(what), "mean joules per query of %s (%s) in campaign %lld",
		 row->variant, row->job, (long long)campaign->campaign_id);
	if (sqlite3_step(mean) == SQLITE_ROW)
		check(result, what, row->joules_per_query.is_known,
		      row->joules_per_query.value, sqlite3_column_double(mean, 0));
	return sqlite3_finalize(mean) == SQLITE_OK ? 0 : -1;
}

static int check_means(sqlite3 *db, struct recompute *result, struct problem *why)
{
	const struct report *report = report_read(db, 0, NULL, why);
	int code = 0;
	if (!report)
		return -1;
	for (size_t i = 0; code == 0 && i < report->n_campaigns; i++)
		for (size_t j = 0; code == 0 && j < report->campaigns[i].n_rows; j++)
			code = check_mean(db, &report->campaigns[i],
					  &report->campaigns[i].rows[j], result);
	report_free(report);
	return code == 0 ? 0 : store_problem(db, "read", "the means", why);
}

int recompute(sqlite3 *db, struct recompute *result, struct problem *why)
{
	sqlite3_stmt *trial = NULL;
	int code = 0, step = SQLITE_ERROR;
	*result = (struct recompute){ 0 };
	if (sqlite3_prepare_v2(db, "SELECT trial_id FROM trial ORDER BY trial_id", -1,
			       &trial, NULL) != SQLITE_OK)
		return store_problem(db, "read", "the trials", why);
	while (code == 0 && !*result->place && (step = sqlite3_step(trial)) == SQLITE_ROW)
		code = recompute_trial(db, sqlite3_column_int64(trial, 0), result, why);
	sqlite3_finalize(trial);
	if (code != 0 || *result->place)
		return code;
	if (step != SQLITE_DONE)
		return store_problem(db, "read", "the trials", why);
	return result->n_trials > 0 ? check_means(db, result, why) : 0;
}
