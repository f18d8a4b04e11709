/* reports/verify/verify.c - see verify.h. */
#include <config.h>

#include "reports/verify/verify.h"

#include "base/problem.h"
#include "reports/campaign/summary.h"
#include "reports/figure/column-text.h"
#include "reports/verify/grams.h"
#include "reports/verify/interval.h"
#include "reports/verify/profile.h"
#include "reports/verify/ratio.h"
#include "reports/verify/readings.h"
#include "reports/verify/regions.h"
#include "reports/verify/uncertainty.h"
#include "reports/verify/unit-check.h"
#include "schema/database/count.h"
#include "schema/database/migrate.h"
#include "schema/database/trial-span.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Where one trial is being recomputed. */
struct build {
	sqlite3 *db;
	struct arena *arena;
	struct trial_check trial;
	struct grams_views *grams; /* of all trials */
	struct verification *result;
	struct problem *why;
};

static int failed(const struct build *build)
{
	return store_problem(build->db, "read", "the figures", build->why);
}

/* Compares one stored figure; NULL (is_known false) needs no own one. */
static void check(struct verification *result, const char *what, bool is_known,
		  double stored, double own)
{
	result->n_figures++;
	if (*result->place || !is_known || agrees(stored, own))
		return;
	snprintf(result->place, sizeof(result->place),
		 "%s is given as %.17g, the readings give %.17g", what, stored, own);
}

/* One phase of the trial, by rollups. */
struct phase {
	int64_t ordinal, first, last, early_ns;
	const char *name;
	bool has_queries;
	double queries, uncounted;
	int64_t begin_ns, end_ns; /* as the program stamped them */
	bool is_known;            /* each counted channel gave joules */
	double joules;
	double
	    seconds; /* of its counted channels; without any by the stamps, NAN: cut off */
	struct joules_interval interval;
	bool is_estimate; /* 'estimated': the weakest of any channel above 5 % */
};

static int read_phases(struct build *build, struct phase **phases, size_t *n)
{
	sqlite3_stmt *row = NULL;
	int step;
	if (sqlite3_prepare_v2(build->db,
			       "SELECT p.ordinal, p.first_stretch,"
			       " coalesce(p.last_stretch, 9223372036854775807), p.name,"
			       " iif(p.ordinal = 0, t.queries, p.queries),"
			       " iif(p.ordinal = 0, t.begin_mono_ns, p.begin_mono_ns),"
			       " coalesce(iif(p.ordinal = 0, t.end_mono_ns, p.end_mono_ns),"
			       "  9223372036854775807),"
			       " p.begin_early_ns + p.end_early_ns + p.begin_lag_ns"
			       " + ifnull(p.end_lag_ns, 0),"
			       " iif(p.ordinal = 0, t.queries_uncounted, 0) FROM phase p"
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
			.name = column_text(row, 3, build->arena),
			.has_queries = sqlite3_column_type(row, 4) != SQLITE_NULL,
			.queries = sqlite3_column_double(row, 4),
			.begin_ns = sqlite3_column_int64(row, 5),
			.end_ns = sqlite3_column_int64(row, 6),
			.early_ns = sqlite3_column_int64(row, 7),
			.uncounted = sqlite3_column_double(row, 8),
		};
		arena_append(build->arena, &phase, sizeof(phase));
	}
	sqlite3_finalize(row);
	*n = arena_appended(build->arena) / sizeof(struct phase);
	*phases = arena_take(build->arena);
	return step == SQLITE_DONE ? 0 : failed(build);
}

/* CPU seconds of the tree over those of the machine, at most 1; -1: not known. */
static double share_of(const struct trial_check *trial, const struct phase *phase)
{
	double tree = -1, busy = -1, si;
	bool is_stuck;
	for (size_t i = 0; i < trial->n; i++) {
		const struct channel_check *channel = &trial->channels[i];
		if (strcmp(channel->collector, "cputime") != 0 ||
		    !channel_check_si(channel, phase->first, phase->last, &si, &is_stuck))
			continue;
		if (strcmp(channel->name, "tree") == 0)
			tree = si;
		else if (strcmp(channel->name, "busy") == 0)
			busy = si;
	}
	return tree < 0 || busy < 0 ? -1 : tree / fmax(busy, tree);
}

/* A counted channel's part of the phase. false: it is left out, a stuck memory register. */
static bool part_of(const struct channel_check *channel, const struct phase *phase,
		    double share, double *joules)
{
	bool is_stuck;
	bool has = channel_check_si(channel, phase->first, phase->last, joules, &is_stuck);
	if (is_stuck && strcmp(channel->domain, "dram") == 0)
		return false;
	if (!has || (channel->is_shared && share < 0))
		*joules = NAN;
	else if (channel->is_shared)
		*joules *= share;
	return true;
}

/* Is what it rests on 'estimated'? The weakest of the channels above 5 % says. */
static void judge_phase(const struct trial_check *trial, struct phase *phase, double share)
{
	int weakest = -1;
	double joules;
	for (size_t i = 0; phase->is_known && i < trial->n; i++) {
		const struct channel_check *channel = &trial->channels[i];
		if (channel->is_counted && part_of(channel, phase, share, &joules) &&
		    joules > 0.05 * phase->joules && channel->weakness > weakest)
			weakest = channel->weakness;
	}
	phase->is_estimate = weakest == WEAKNESS_ESTIMATED;
}

/* The headline joules of a phase: counted channels, estimates by their share of CPU time. */
static void sum_phase(const struct trial_check *trial, struct phase *phase)
{
	double share = share_of(trial, phase), joules, seconds = -1;
	size_t n = 0;
	phase->is_known = true;
	for (size_t i = 0; i < trial->n; i++) {
		const struct channel_check *channel = &trial->channels[i];
		if (!channel->is_counted || !part_of(channel, phase, share, &joules))
			continue;
		seconds = fmax(seconds,
			       channel_check_seconds(channel, phase->first, phase->last));
		phase->is_known &= !isnan(joules);
		phase->joules += joules;
		n++;
	}
	phase->is_known &= n > 0;
	bool is_open = phase->end_ns == INT64_MAX;
	double stamped = is_open ? NAN : (double)(phase->end_ns - phase->begin_ns) * 1e-9;
	phase->seconds = seconds >= 0 ? seconds : stamped;
	judge_phase(trial, phase, share);
}

static const struct channel_check *find_channel(const struct trial_check *trial,
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
		const char *collector = column_text(row, 1, build->arena);
		const char *name = column_text(row, 2, build->arena);
		const struct phase *phase = phase_of(phases, n,
						     sqlite3_column_int64(row, 0));
		const struct channel_check *channel = find_channel(&build->trial, collector,
								   name);
		bool has = phase && channel &&
			   channel_check_si(channel, phase->first, phase->last, &si,
					    &is_stuck);
		snprintf(what, sizeof(what), "joules of %s/%s in phase %s of trial %lld",
			 collector, name, phase ? phase->name : "?",
			 (long long)build->trial.trial_id);
		check(build->result, what, sqlite3_column_type(row, 3) != SQLITE_NULL,
		      sqlite3_column_double(row, 3), has ? si : NAN);
	}
	sqlite3_finalize(row);
	return step == SQLITE_DONE ? 0 : -1;
}

/* One phase in v_phase: its joules, and their interval, which may be unknown in both. */
static void check_phase(const struct build *build, sqlite3_stmt *row,
			const struct phase *phase)
{
	static const char *const names[] = { "joules", "interval_low_j",
					     "interval_high_j" };
	const double own[] = { phase && phase->is_known ? phase->joules : NAN,
			       phase ? phase->interval.low : NAN,
			       phase ? phase->interval.high : NAN };
	for (int i = 0; i < 3; i++) {
		char what[128];
		snprintf(what, sizeof(what), "%s of phase %s of trial %lld", names[i],
			 phase ? phase->name : "?", (long long)build->trial.trial_id);
		check(build->result, what, sqlite3_column_type(row, i + 1) != SQLITE_NULL,
		      sqlite3_column_double(row, i + 1), own[i]);
	}
}

static int check_phases(const struct build *build, const struct phase *phases, size_t n)
{
	sqlite3_stmt *row = rows_of(build, "SELECT phase_ordinal, joules, interval_low_j,"
					   " interval_high_j FROM v_phase"
					   " WHERE trial_id = ?");
	int step = SQLITE_ERROR;
	while (row && (step = sqlite3_step(row)) == SQLITE_ROW)
		check_phase(build, row, phase_of(phases, n, sqlite3_column_int64(row, 0)));
	sqlite3_finalize(row);
	return step == SQLITE_DONE ? 0 : -1;
}

/* What joules per query are taken over. NAN: not known. */
struct span {
	double joules, low_j, high_j, seconds, queries, uncounted;
};

static void add_to_span(struct span *span, const struct phase *phase)
{
	span->joules += phase->is_known ? phase->joules : NAN;
	span->low_j += phase->interval.low;
	span->high_j += phase->interval.high;
	span->seconds += phase->seconds;
	span->uncounted += phase->uncounted;
}

static bool is_steady(const struct phase *phase)
{
	return phase->ordinal > 0 && phase->has_queries &&
	       strcmp(phase->name, "steady") == 0;
}

/* Do two steady phases (threads, several processes) run at once? */
static bool any_overlap(const struct phase *phases, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++)
			if (i != j && is_steady(&phases[i]) && is_steady(&phases[j]) &&
			    phases[i].begin_ns < phases[j].end_ns &&
			    phases[j].begin_ns < phases[i].end_ns)
				return true;
	return false;
}

/* The steady phases that say their queries; where they overlap the whole run over all their
 * queries, since both would count the same joules; where there are none the whole run. */
static struct span span_of(const struct phase *phases, size_t n)
{
	struct span span = { 0 };
	const struct phase *whole = phase_of(phases, n, 0);
	for (size_t i = 0; i < n; i++) {
		if (!is_steady(&phases[i]))
			continue;
		add_to_span(&span, &phases[i]);
		span.queries += phases[i].queries;
	}
	bool has_steady = span.queries > 0;
	if (whole && (!has_steady || any_overlap(phases, n))) {
		span = (struct span){ .queries = span.queries };
		add_to_span(&span, whole);
	}
	if (!has_steady)
		span.queries = whole && whole->has_queries ? whole->queries : NAN;
	return span;
}

static int check_queries(const struct build *build, const struct grams_input *own)
{
	sqlite3_stmt *row = rows_of(build,
				    "SELECT joules_per_query, low, high, run_j, run_low_j,"
				    " run_high_j FROM v_query WHERE trial_id = ?");
	const struct {
		const char *name;
		double own;
	} figures[] = {
		{ "joules per query", own->query_j },
		{ "low of joules per query", own->query_low_j },
		{ "high of joules per query", own->query_high_j },
		{ "joules of the run", own->run_j },
		{ "low of joules of the run", own->run_low_j },
		{ "high of joules of the run", own->run_high_j },
	};
	int step = SQLITE_ERROR;
	while (row && (step = sqlite3_step(row)) == SQLITE_ROW)
		for (int i = 0; i < 6; i++) {
			char what[96];
			snprintf(what, sizeof(what), "%s of trial %lld", figures[i].name,
				 (long long)build->trial.trial_id);
			check(build->result, what,
			      sqlite3_column_type(row, i) != SQLITE_NULL,
			      sqlite3_column_double(row, i), figures[i].own);
		}
	sqlite3_finalize(row);
	return step == SQLITE_DONE ? 0 : -1;
}

static int check_carbon(const struct build *build, const struct phase *phases, size_t n)
{
	const struct phase *whole = phase_of(phases, n, 0);
	struct span span = span_of(phases, n);
	const struct grams_input own = {
		.trial_id = build->trial.trial_id,
		.query_j = span.joules / span.queries,
		.run_j = whole && whole->is_known ? whole->joules : NAN,
		.query_low_j = span.low_j / (span.queries + span.uncounted),
		.query_high_j = span.high_j / span.queries,
		.run_low_j = whole ? whole->interval.low : NAN,
		.run_high_j = whole ? whole->interval.high : NAN,
		.tir_s = span.seconds / span.queries,
		.is_at_wall = whole && whole->is_estimate,
	};
	if (check_queries(build, &own) != 0)
		return -1;
	return grams_check(build->grams, &own, build->result) == 0 ? 0 : failed(build);
}

/* The views of some parts are dear to compile: only for trials that have them. */
static int check_regions(const struct build *build, const struct phase *phases, size_t n)
{
	struct region_rows given = { 0 };
	int code = regions_check_rollups(build->db, &build->trial, build->result);
	int has_any = database_has_row(build->db,
				       "SELECT 1 FROM region WHERE trial_id = ?1 UNION ALL"
				       " SELECT 1 FROM profile WHERE trial_id = ?1",
				       build->trial.trial_id);
	if (code == 0 && has_any == 0)
		return 0;
	if (code == 0)
		code = has_any < 0 ? -1
				   : regions_read(build->db, build->arena, &build->trial,
						  &given, build->result);
	for (size_t i = 0; code == 0 && i < n; i++) {
		const struct region_phase phase = {
			.ordinal = phases[i].ordinal,
			.first = phases[i].first,
			.last = phases[i].last,
			.name = phases[i].name,
			.joules = phases[i].is_known ? phases[i].joules : NAN,
			.share = share_of(&build->trial, &phases[i]),
		};
		code = regions_check_phase(build->db, &build->trial, &phase, &given,
					   build->result);
		if (code == 0 && phase.ordinal == 0)
			code = profile_check(build->db, &build->trial, &phase,
					     build->result);
	}
	return code == 0 ? 0 : failed(build);
}

static int check_units(const struct build *build, const struct phase *phases, size_t n)
{
	int has_units = database_has_row(build->db,
					 "SELECT 1 FROM phase_units u JOIN phase p"
					 " ON p.phase_id = u.phase_id"
					 " WHERE p.trial_id = ?",
					 build->trial.trial_id);
	struct unit_phase *own = arena_room(build->arena, (n + 1) * sizeof(*own));
	for (size_t i = 0; i < n; i++)
		own[i] = (struct unit_phase){
			.ordinal = phases[i].ordinal,
			.begin_ns = phases[i].begin_ns,
			.end_ns = phases[i].end_ns,
			.name = phases[i].name,
			.joules = phases[i].is_known ? phases[i].joules : NAN,
			.low_j = phases[i].interval.low,
			.high_j = phases[i].interval.high,
		};
	if (has_units == 1 && unit_check(build->db, build->trial.trial_id, own, n,
					 build->arena, build->result) != 0)
		has_units = -1;
	return has_units < 0 ? failed(build) : 0;
}

static int verify_trial(struct grams_views *grams, int64_t trial_id,
			struct verification *result, struct problem *why)
{
	sqlite3 *db = grams->db;
	struct arena *arena = arena_new();
	struct phase *phases = NULL;
	size_t n = 0;
	if (!arena) {
		problem_what(why, "cannot verify trial %lld", (long long)trial_id);
		return problem_why(why, "out of memory");
	}
	struct build build = {
		.db = db, .arena = arena, .grams = grams, .result = result, .why = why
	};
	int code = trial_check_read(db, trial_id, arena, &build.trial, result, why);
	if (code == 0 && !*result->place)
		code = read_phases(&build, &phases, &n);
	for (size_t i = 0; code == 0 && i < n; i++) {
		sum_phase(&build.trial, &phases[i]);
		const struct extent extent = { phases[i].first, phases[i].last,
					       phases[i].early_ns };
		phases[i].interval = interval_of(&build.trial, extent, arena);
	}
	if (code == 0 && !*result->place)
		code = check_channels(&build, phases, n) | check_phases(&build, phases, n) |
		       check_carbon(&build, phases, n) | check_units(&build, phases, n) |
		       check_regions(&build, phases, n);
	result->n_trials++;
	arena_free(arena);
	return code == 0 ? 0 : -1;
}

/* The mean over the trials that count, against what the report shows. The trials' own figures
 * have been checked before. */
static int check_mean(sqlite3 *db, const struct model_campaign *campaign,
		      const struct model_row *row, struct verification *result)
{
	sqlite3_stmt *mean = NULL;
	char what[160];
	if (sqlite3_prepare_v2(
		db,
		"SELECT sum(joules_per_query) / count(*) FROM v_query"
		" WHERE campaign_id = ?1 AND variant = ?2 AND job = ?3 AND usable"
		" AND trial_id BETWEEN ?4 AND ?5",
		-1, &mean, NULL) != SQLITE_OK)
		return -1;
	sqlite3_bind_int64(mean, 1, campaign->campaign_id);
	bind_text(mean, 2, row->variant);
	bind_text(mean, 3, row->job);
	snprintf(what, sizeof(what), "mean joules per query of %s (%s) in campaign %lld",
		 row->variant, row->job, (long long)campaign->campaign_id);
	int code = trial_span_bind(mean, 4, campaign->campaign_id);
	if (code == 0 && sqlite3_step(mean) == SQLITE_ROW)
		check(result, what, row->joules_per_query.is_known,
		      row->joules_per_query.value, sqlite3_column_double(mean, 0));
	return sqlite3_finalize(mean) == SQLITE_OK ? code : -1;
}

static int check_means(sqlite3 *db, struct verification *result, struct problem *why)
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

static int check_jobs(sqlite3 *db, struct verification *result, struct problem *why)
{
	struct arena *arena = arena_new();
	if (!arena) {
		problem_what(why, "cannot verify the jobs");
		return problem_why(why, "out of memory");
	}
	int code = job_zones_check(db, arena, result);
	arena_free(arena);
	return code == 0 ? 0 : store_problem(db, "read", "the jobs", why);
}

int verify_database(sqlite3 *db, struct verification *result, struct problem *why)
{
	struct grams_views grams = { .db = db };
	sqlite3_stmt *trial = NULL;
	int code = 0, step = SQLITE_ERROR;
	*result = (struct verification){ 0 };
	if (sqlite3_prepare_v2(db, "SELECT trial_id FROM trial ORDER BY trial_id", -1,
			       &trial, NULL) != SQLITE_OK)
		return store_problem(db, "read", "the trials", why);
	while (code == 0 && !*result->place && (step = sqlite3_step(trial)) == SQLITE_ROW)
		code = verify_trial(&grams, sqlite3_column_int64(trial, 0), result, why);
	sqlite3_finalize(trial);
	grams_views_close(&grams);
	if (code != 0 || *result->place)
		return code;
	if (step != SQLITE_DONE)
		return store_problem(db, "read", "the trials", why);
	if (result->n_trials == 0)
		return 0;
	if (check_means(db, result, why) != 0)
		return -1;
	if (!*result->place && check_jobs(db, result, why) != 0)
		return -1;
	if (!*result->place && uncertainty_check(db, result) != 0)
		return store_problem(db, "read", "the uncertainty budget", why);
	if (!*result->place && ratio_check_all(db, result) != 0)
		return store_problem(db, "read", "the comparisons", why);
	return 0;
}
