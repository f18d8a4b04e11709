/* reports/campaign/trials.c - see trials.h. */
#include <config.h>

#include "reports/campaign/trials.h"

#include "reports/campaign/figure-tables.h"
#include "reports/figure/column-text.h"

#include <math.h>
#include <string.h>

/* The slowest of the counted channels, in s, and one step of each of them, in J: of a gauge the
 * step is of watts, and its update interval says it all. */
#define STEP_SQL                                                                     \
	"(SELECT 1e-9 * max(coalesce(c.update_interval_ns, c.seen_interval_ns, 0))"  \
	" FROM channel c WHERE c.trial_id = t.trial_id AND c.counted = 1),"          \
	"(SELECT total(c.unit_per_raw) FROM channel c WHERE c.trial_id = t.trial_id" \
	" AND c.counted = 1 AND c.kind = 'counter') "

/* What trial_of() reads: q has the columns of v_query. */
#define TRIAL_SQL                                                                         \
	"SELECT q.variant, q.job, t.workload, t.state = 'complete' AND t.is_warmup = 0, " \
	"q.usable,"                                                                       \
	"       q.queries, (t.end_mono_ns - t.begin_mono_ns) * 1e-9, t.block,"            \
	"       q.joules_per_query, q.low, q.high, q.provenance, q.reason,"               \
	"       q.run_j, q.run_low_j, q.run_high_j, q.run_provenance,"                    \
	"       coalesce(q.run_reason, iif(t.state = 'complete', NULL, q.reason),"        \
	"                iif(t.is_warmup, 'a warm-up trial', NULL)),"                     \
	"       t.trial_id, t.ordinal, t.campaign_id, t.exit_code IS NOT 0, "             \
	"q.seconds, " STEP_SQL

/* All of a campaign, which figure-tables.h has evaluated already: the view is dear to compile. */
static const char kept_sql[] = TRIAL_SQL
    "FROM temp.kept_query q JOIN trial t ON t.trial_id = q.trial_id "
    "WHERE t.campaign_id = ?1 "
    "ORDER BY CASE t.job WHEN 'infer' THEN 0 WHEN 'command' THEN 1 WHEN 'idle' THEN 2"
    "                    ELSE 3 END,"
    "         t.variant <> (SELECT coalesce(c.baseline, 'teacher') FROM campaign c"
    "                       WHERE c.campaign_id = ?1),"
    "         min(t.trial_id) OVER (PARTITION BY t.variant, t.job), t.trial_id";

/* One trial at a time: only then SQLite leaves the rollups of all others unread. */
static const char trial_sql[] = TRIAL_SQL
    "FROM v_query q JOIN trial t ON t.trial_id = q.trial_id WHERE q.trial_id = ?1";

/* The same where nothing says how many queries were served: v_query gives the whole run then,
 * as v_phase has it, and takes longer to compile. */
static const char run_sql[] = TRIAL_SQL
    "FROM (SELECT r.trial_id, t.variant, t.job, " FIGURE_TABLES_RUN
    "      FROM v_phase r JOIN trial t ON t.trial_id = r.trial_id"
    "      WHERE r.phase_ordinal = 0) q"
    "     JOIN trial t ON t.trial_id = q.trial_id WHERE q.trial_id = ?1";

static const char any_query_sql[] =
    "SELECT EXISTS (SELECT 1 FROM trial t WHERE t.campaign_id = ?1 AND"
    "  (t.queries IS NOT NULL OR EXISTS (SELECT 1 FROM phase p"
    "    WHERE p.trial_id = t.trial_id AND p.queries IS NOT NULL)))";

enum {
	COLUMN_PER_QUERY = 8,
	COLUMN_PER_RUN = 13,
	COLUMN_TRIAL = 18,
	COLUMN_SPAN_SECONDS = 22,
	COLUMN_STEP_SECONDS,
	COLUMN_STEP_JOULES
};

static const char variant_ids_sql[] =
    "SELECT trial_id FROM trial WHERE campaign_id = ?1 AND variant = ?2"
    "  AND job IN ('infer', 'command') AND is_warmup = 0 ORDER BY job = 'command', "
    "trial_id";

static bool is_null(sqlite3_stmt *row, int column)
{
	return sqlite3_column_type(row, column) == SQLITE_NULL;
}

struct trial_value trial_value_of(sqlite3_stmt *row, int first, int64_t block,
				  struct arena *arena)
{
	struct trial_value value = {
		.is_known = !is_null(row, first),
		.has_bounds = !is_null(row, first + 1) && !is_null(row, first + 2),
		.seen.block = block,
		.seen.value = sqlite3_column_double(row, first),
		.provenance = provenance_of_word(column_word(row, first + 3)),
		.reason = column_text(row, first + 4, arena),
	};
	value.seen.low = value.has_bounds ? sqlite3_column_double(row, first + 1)
					  : value.seen.value;
	value.seen.high = value.has_bounds ? sqlite3_column_double(row, first + 2)
					   : value.seen.value;
	return value;
}

/* Each edge is late by up to one update of the counter, at the mean power, and cut to its unit. */
static double step_of(sqlite3_stmt *row, double seconds, double joules)
{
	double step = 0;
	if (seconds > 0)
		step += sqlite3_column_double(row, COLUMN_STEP_SECONDS) / seconds;
	if (joules > 0)
		step += sqlite3_column_double(row, COLUMN_STEP_JOULES) / joules;
	return step;
}

static struct trial trial_of(sqlite3_stmt *row, struct arena *arena)
{
	int64_t block = sqlite3_column_int64(row, 7);
	struct trial trial = {
		.trial_id = sqlite3_column_int64(row, COLUMN_TRIAL),
		.campaign_id = sqlite3_column_int64(row, COLUMN_TRIAL + 2),
		.block = block,
		.ordinal = sqlite3_column_int64(row, COLUMN_TRIAL + 1),
		.has_failed = sqlite3_column_int(row, COLUMN_TRIAL + 3) != 0,
		.variant = column_text(row, 0, arena),
		.job = column_text(row, 1, arena),
		.workload = column_text(row, 2, arena),
		.is_run = sqlite3_column_int(row, 3),
		.is_usable = sqlite3_column_int(row, 4),
		.queries = sqlite3_column_int64(row, 5),
		.seconds = sqlite3_column_double(row, 6),
		.per_query = trial_value_of(row, COLUMN_PER_QUERY, block, arena),
		.per_run = trial_value_of(row, COLUMN_PER_RUN, block, arena),
	};
	trial.per_run.step = step_of(row, trial.seconds, trial.per_run.seen.value);
	trial.per_query.step = step_of(row, sqlite3_column_double(row, COLUMN_SPAN_SECONDS),
				       trial.per_query.seen.value * (double)trial.queries);
	return trial;
}

static int read_trial(sqlite3_stmt *one, int64_t trial_id, struct arena *arena)
{
	sqlite3_bind_int64(one, 1, trial_id);
	if (sqlite3_step(one) != SQLITE_ROW)
		return -1;
	struct trial trial = trial_of(one, arena);
	arena_append(arena, &trial, sizeof(trial));
	sqlite3_reset(one);
	return 0;
}

int trial_read(sqlite3 *db, int64_t trial_id, struct arena *arena, struct trial *trial)
{
	sqlite3_stmt *one = NULL;
	if (sqlite3_prepare_v2(db, trial_sql, -1, &one, NULL) != SQLITE_OK)
		return -1;
	sqlite3_bind_int64(one, 1, trial_id);
	bool is_there = sqlite3_step(one) == SQLITE_ROW;
	if (is_there)
		*trial = trial_of(one, arena);
	sqlite3_finalize(one);
	return is_there ? 0 : -1;
}

/* What gives one trial of that campaign. */
static const char *sql_for(sqlite3 *db, int64_t campaign_id)
{
	sqlite3_stmt *row = NULL;
	bool has_queries = true;
	if (sqlite3_prepare_v2(db, any_query_sql, -1, &row, NULL) == SQLITE_OK) {
		sqlite3_bind_int64(row, 1, campaign_id);
		has_queries = sqlite3_step(row) != SQLITE_ROW ||
			      sqlite3_column_int(row, 0) != 0;
	}
	sqlite3_finalize(row);
	return has_queries ? trial_sql : run_sql;
}

/* The trials of the campaign whose ids the statement gives; it is finalized. */
static int read_each(sqlite3 *db, sqlite3_stmt *ids, int64_t campaign_id,
		     struct arena *arena, struct trial_list *list)
{
	const char *sql = sql_for(db, campaign_id);
	sqlite3_stmt *one = NULL;
	int code = sqlite3_prepare_v2(db, sql, -1, &one, NULL) == SQLITE_OK ? SQLITE_ROW
									    : SQLITE_ERROR;
	while (code == SQLITE_ROW && (code = sqlite3_step(ids)) == SQLITE_ROW)
		if (read_trial(one, sqlite3_column_int64(ids, 0), arena) != 0)
			code = SQLITE_ERROR;
	sqlite3_finalize(ids);
	sqlite3_finalize(one);
	list->n = arena_appended(arena) / sizeof(struct trial);
	list->trials = arena_take(arena);
	return code == SQLITE_DONE ? 0 : -1;
}

int trials_read(sqlite3 *db, int64_t campaign_id, struct arena *arena,
		struct trial_list *list)
{
	sqlite3_stmt *row = NULL;
	int code = sqlite3_prepare_v2(db, kept_sql, -1, &row, NULL);
	if (code == SQLITE_OK)
		sqlite3_bind_int64(row, 1, campaign_id);
	while (row && (code = sqlite3_step(row)) == SQLITE_ROW) {
		struct trial trial = trial_of(row, arena);
		arena_append(arena, &trial, sizeof(trial));
	}
	sqlite3_finalize(row);
	list->n = arena_appended(arena) / sizeof(struct trial);
	list->trials = arena_take(arena);
	return code == SQLITE_DONE ? 0 : -1;
}

int trials_of_variant(sqlite3 *db, int64_t campaign_id, const char *variant,
		      struct arena *arena, struct trial_list *list)
{
	sqlite3_stmt *ids = NULL;
	if (sqlite3_prepare_v2(db, variant_ids_sql, -1, &ids, NULL) != SQLITE_OK)
		return -1;
	sqlite3_bind_int64(ids, 1, campaign_id);
	bind_text(ids, 2, variant);
	return read_each(db, ids, campaign_id, arena, list);
}

struct trial_list trials_group(struct trial_list list)
{
	size_t n = 0;
	while (n < list.n && strcmp(list.trials[n].variant, list.trials[0].variant) == 0 &&
	       strcmp(list.trials[n].job, list.trials[0].job) == 0)
		n++;
	return (struct trial_list){ list.trials, n };
}

const struct trial_value *trial_counted(const struct trial *trial, bool per_query,
					bool count_failed, const char **reason)
{
	const struct trial_value *value = per_query ? &trial->per_query : &trial->per_run;
	*reason = value->reason ? value->reason : "it used no joules that could be seen";
	if (!trial->is_run || !value->is_known || value->seen.value <= 0)
		return NULL;
	if (trial->has_failed && !count_failed) {
		*reason = "the command failed";
		return NULL;
	}
	return value;
}

struct block_list trials_blocks(struct trial_list trials, bool per_query, bool count_failed,
				struct arena *arena)
{
	const char *reason;
	for (size_t i = 0; i < trials.n; i++) {
		const struct trial *trial = &trials.trials[i];
		const struct trial_value *value = trial_counted(trial, per_query,
								count_failed, &reason);
		if (!value)
			continue;
		struct block_value one = { .block = trial->block,
					   .value = log(value->seen.value),
					   .place = (double)trial->ordinal,
					   .step = value->step };
		arena_append(arena, &one, sizeof(one));
	}
	size_t n = arena_appended(arena) / sizeof(struct block_value);
	return blocks_merge(arena_take(arena), n);
}

const char *trials_reason(struct trial_list group, bool per_query)
{
	for (size_t i = 0; i < group.n; i++) {
		const struct trial *trial = &group.trials[i];
		const char *reason = per_query ? trial->per_query.reason
					       : trial->per_run.reason;
		if (reason)
			return reason;
	}
	return "no trial counts";
}

struct figure trials_seconds(struct trial_list group, struct arena *arena)
{
	for (size_t i = 0; i < group.n; i++) {
		double seconds = group.trials[i].seconds;
		struct observation seen = { seconds, seconds, seconds, 0 };
		if (group.trials[i].is_run)
			arena_append(arena, &seen, sizeof(seen));
	}
	size_t n = arena_appended(arena) / sizeof(struct observation);
	const struct observation *seen = arena_take(arena);
	if (n == 0)
		return figure_unknown("no trial is complete");
	struct estimate mean = estimate_mean(seen, n);
	return (struct figure){ .is_known = true,
				.has_interval = n > 1,
				.value = mean.mean,
				.low = mean.low,
				.high = mean.high };
}

const char *trials_workload(struct trial_list group)
{
	const char *first = group.n ? group.trials[0].workload : NULL;
	for (size_t i = 1; first && i < group.n; i++)
		if (!group.trials[i].workload ||
		    strcmp(group.trials[i].workload, first) != 0)
			return NULL;
	return first;
}

bool trials_same_work(const char *a, const char *b)
{
	return (!a && !b) || (a && b && strcmp(a, b) == 0);
}
