/* reports/export/export-data.c - see export-data.h. */
#include <config.h>

#include "reports/export/export-data.h"

#include "base/problem.h"
#include "reports/figure/column-text.h"
#include "reports/figure/rows.h"
#include "schema/database/guard.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char trials_sql[] =
    "SELECT t.trial_id, t.variant, t.job, v.provenance, t.begin_mono_ns,"
    " coalesce(t.end_mono_ns, t.begin_mono_ns), t.begin_utc_ns,"
    " c.begin_boot_ns - c.begin_mono_ns, a.g_per_kwh, v.joules, v.interval_low_j,"
    " v.interval_high_j, q.joules_per_query, q.low, q.high,"
    " (SELECT e.value FROM v_event e WHERE e.trial_id = t.trial_id AND e.phase_ordinal = 0"
    "  AND e.source = 'cputime' AND e.event = 'tree')"
    " FROM trial t JOIN campaign c ON c.campaign_id = t.campaign_id"
    " JOIN v_phase v ON v.trial_id = t.trial_id AND v.phase_ordinal = 0"
    " JOIN v_query q ON q.trial_id = t.trial_id"
    " LEFT JOIN v_account a ON a.campaign_id = t.campaign_id"
    " WHERE ?1 IN (0, t.trial_id) ORDER BY t.trial_id";

static void take_trial(sqlite3_stmt *row, const struct list_reading *reading)
{
	struct export_trial trial = {
		.trial_id = sqlite3_column_int64(row, 0),
		.variant = word_of(row, 1, reading),
		.job = word_of(row, 2, reading),
		.provenance = text_of(row, 3, reading),
		.begin_ns = sqlite3_column_int64(row, 4),
		.end_ns = sqlite3_column_int64(row, 5),
		.utc_ns = sqlite3_column_int64(row, 6),
		.boot_offset_ns = sqlite3_column_int64(row, 7),
		.grams_per_kwh = real_or(row, 8, NAN),
		.joules = real_or(row, 9, NAN),
		.low = real_or(row, 10, NAN),
		.high = real_or(row, 11, NAN),
		.per_query = real_or(row, 12, NAN),
		.query_low = real_or(row, 13, NAN),
		.query_high = real_or(row, 14, NAN),
		.cpu_s = real_or(row, 15, NAN),
	};
	trial.name = arena_format(reading->arena, "%s (%s) #%" PRId64, trial.variant,
				  trial.job, trial.trial_id);
	arena_append(reading->arena, &trial, sizeof(trial));
}

static const char phases_sql[] =
    "SELECT p.trial_id, p.begin_mono_ns, coalesce(p.end_mono_ns, t.end_mono_ns,"
    " p.begin_mono_ns), p.name, v.provenance, coalesce(p.queries, 0), v.joules,"
    " v.interval_low_j, v.interval_high_j, coalesce(p.pid, 0) FROM phase p"
    " JOIN trial t ON t.trial_id = p.trial_id"
    " JOIN campaign g ON g.campaign_id = t.campaign_id"
    " JOIN v_phase v ON v.trial_id = p.trial_id AND v.phase_ordinal = p.ordinal"
    " WHERE ?1 IN (0, p.trial_id) AND p.ordinal > 0"
    " ORDER BY p.trial_id, p.begin_mono_ns, p.ordinal";

static void take_phase(sqlite3_stmt *row, const struct list_reading *reading)
{
	const struct export_phase phase = {
		.trial_id = sqlite3_column_int64(row, 0),
		.begin_ns = sqlite3_column_int64(row, 1),
		.end_ns = sqlite3_column_int64(row, 2),
		.name = text_of(row, 3, reading),
		.provenance = text_of(row, 4, reading),
		.queries = sqlite3_column_double(row, 5),
		.joules = real_or(row, 6, NAN),
		.low = real_or(row, 7, NAN),
		.high = real_or(row, 8, NAN),
		.pid = sqlite3_column_int64(row, 9),
	};
	arena_append(reading->arena, &phase, sizeof(phase));
}

/* Channels whose joules are known, then regions, then events: kind as enum export_kind has it. The
 * column before it finds the steps. The last is 1 for a region that has its own power. */
static const char series_sql[] =
    "SELECT e.trial_id, e.collector || '/' || e.channel, 'J', e.provenance, e.counted, "
    "e.joules,"
    " e.joules_low, e.joules_high, e.joules_attributed, NULL, e.channel_id, 0 AS kind, 0"
    " FROM v_energy e WHERE ?1 IN (0, e.trial_id) AND e.phase_ordinal = 0"
    "  AND e.joules IS NOT NULL"
    " UNION ALL SELECT r.trial_id, r.region, 'J', r.provenance, 0, r.split_j, r.low_j, "
    "r.high_j,"
    " r.n, r.cpu_s, r.ordinal, iif(r.ordinal > 0, 1, 2), r.is_own FROM v_region r"
    " WHERE ?1 IN (0, r.trial_id) AND r.phase_ordinal = 0 AND r.split_j IS NOT NULL"
    " UNION ALL SELECT v.trial_id, v.source || '/' || v.event, v.unit, c.provenance, 0, "
    "v.value,"
    " NULL, NULL, NULL, NULL, c.channel_id, iif(c.kind = 'gauge', 4, 3), 0 FROM v_event v"
    " JOIN channel c ON c.trial_id = v.trial_id AND c.collector = v.source AND c.name = "
    "v.event"
    " WHERE ?1 IN (0, v.trial_id) AND v.phase_ordinal = 0 AND v.value IS NOT NULL"
    " ORDER BY 1, 12, 11";

/* Regions without a figure of their own, in the run or in what 'report --layers' shows: too short, too little. */
static const char refused_sql[] =
    "SELECT r.trial_id, r.ordinal FROM v_region r"
    " WHERE ?1 IN (0, r.trial_id) AND r.phase_ordinal = 0 AND r.ordinal > 0"
    "  AND r.reason IS NOT NULL"
    " UNION SELECT r.trial_id, r.ordinal FROM v_layer l JOIN trial t"
    "  ON t.campaign_id = l.campaign_id AND t.variant = l.variant AND t.job = l.job"
    " JOIN region r ON r.trial_id = t.trial_id AND r.name = l.region"
    " WHERE ?1 IN (0, r.trial_id) AND l.reason IS NOT NULL ORDER BY 1, 2";

struct refused_region {
	int64_t trial_id, ordinal;
};

static void take_refused(sqlite3_stmt *row, const struct list_reading *reading)
{
	const struct refused_region refused = { sqlite3_column_int64(row, 0),
						sqlite3_column_int64(row, 1) };
	arena_append(reading->arena, &refused, sizeof(refused));
}

static int refused_compare(const void *a, const void *b)
{
	const struct refused_region *one = a, *other = b;
	return one->trial_id != other->trial_id
		   ? (one->trial_id > other->trial_id) - (one->trial_id < other->trial_id)
		   : (one->ordinal > other->ordinal) - (one->ordinal < other->ordinal);
}

/* Before its steps are read n_steps is a region's ordinal. */
static bool is_refused(const struct export_series *series,
		       const struct refused_region *refused, size_t n)
{
	const struct refused_region key = { series->trial_id, (int64_t)series->n_steps };
	return series->kind == EXPORT_REGION && n > 0 &&
	       bsearch(&key, refused, n, sizeof(key), refused_compare) != NULL;
}

static struct export_series *outside_of(struct export_data *data, int64_t trial_id)
{
	for (size_t i = 0; i < data->n_series; i++)
		if (data->series[i].kind == EXPORT_OUTSIDE &&
		    data->series[i].n_steps == 0 && data->series[i].trial_id == trial_id)
			return &data->series[i];
	return NULL;
}

/* What a reader must know of the figure, since no format has a place for an interval. */
static const char *about(const struct export_series *series, const char *provenance,
			 bool is_counted, double attributed, struct arena *arena)
{
	const char *high = isfinite(series->high)
			       ? arena_format(arena, "%.6g", series->high)
			       : "no upper bound";
	bool is_share = strcmp(provenance, "estimated") == 0 ||
			strcmp(provenance, "assumed") == 0;
	if (series->kind == EXPORT_EVENT || series->kind == EXPORT_GAUGE)
		return arena_string(arena, provenance);
	if (series->kind != EXPORT_CHANNEL)
		return arena_format(arena, "%s; %.6g J (%.6g to %s), part of the total%s",
				    provenance, series->amount, series->low, high,
				    series->kind == EXPORT_OUTSIDE ? ""
				    : is_counted ? ", at the power of its own"
						 : ", at the mean power of what ran");
	const char *share =
	    is_share && is_counted && isfinite(attributed)
		? arena_format(arena, "; the total takes %.6g J of it, the command's share",
			       attributed)
		: "";
	return arena_format(arena, "%s; %.6g J (%.6g to %s) of the machine; %s%s",
			    provenance, series->amount, series->low, high,
			    is_counted ? "counts in the total" : "not in the total", share);
}

static void hide_in(struct export_series *outside, const struct export_series *series,
		    struct arena *arena)
{
	outside->amount += series->amount;
	outside->low += series->low;
	outside->high += series->high;
	outside->name = "(outside any region, or in one without a figure)";
	outside->about = about(outside, outside->provenance, false, NAN, arena);
}

/* A region without a figure has none here either: its joules stand with what is outside, so that all
 * still sum to the run's. */
static int hide_refused(const struct list_reading *reading, struct export_data *data)
{
	size_t n = 0, n_left = 0;
	if (each_row(reading, refused_sql, take_refused) != 0)
		return -1;
	const struct refused_region *refused = rows_taken(reading, sizeof(*refused), &n);
	struct export_series *outside = NULL; /* the series of a trial stand together */
	for (size_t i = 0; i < data->n_series; i++) {
		const struct export_series *series = &data->series[i];
		if (!is_refused(series, refused, n))
			continue;
		if (!outside || outside->trial_id != series->trial_id)
			outside = outside_of(data, series->trial_id);
		if (outside)
			hide_in(outside, series, data->arena);
	}
	for (size_t i = 0; i < data->n_series; i++)
		if (!is_refused(&data->series[i], refused, n))
			data->series[n_left++] = data->series[i];
	data->n_series = n_left;
	return 0;
}

static void take_series(sqlite3_stmt *row, const struct list_reading *reading)
{
	struct export_series series = {
		.trial_id = sqlite3_column_int64(row, 0),
		.name = text_of(row, 1, reading),
		.unit = word_of(row, 2, reading),
		.amount = sqlite3_column_double(row, 5),
		.low = real_or(row, 6, NAN),
		.high = real_or(row, 7, NAN),
		.n_steps = (size_t)sqlite3_column_int64(row, 10),
		.kind = (enum export_kind)sqlite3_column_int(row, 11),
		.provenance = word_of(row, 3, reading),
	};
	bool is_region = series.kind == EXPORT_REGION;
	if (is_region) {
		series.n = real_or(row, 8, 0);
		series.cpu_s = real_or(row, 9, 0);
	}
	if (series.kind == EXPORT_OUTSIDE)
		series.name = sqlite3_column_int64(row, 10) < 0 ? "(idle)"
								: "(outside any region)";
	series.about = about(&series, series.provenance,
			     sqlite3_column_int(row, is_region ? 12 : 4) != 0,
			     real_or(row, 8, NAN), reading->arena);
	arena_append(reading->arena, &series, sizeof(series));
}

/* Of the whole run, whose stretches phase 0 names. An estimate's part of a region is scaled by the
 * run's share, the rule of v_region: the region's joules over those of its steps. */
static const char channel_steps_sql[] =
    "SELECT s.begin_mono_ns, s.end_mono_ns, iif(c.kind = 'gauge' AND c.unit <> 'W', "
    "s.mean_raw,"
    " s.advance) * c.unit_per_raw FROM channel c"
    " JOIN phase p ON p.trial_id = c.trial_id AND p.ordinal = 0"
    " JOIN stretch s ON s.channel_id = c.channel_id"
    " AND s.seq BETWEEN p.first_stretch AND coalesce(p.last_stretch, 9223372036854775807)"
    " WHERE c.channel_id = ?2 AND ?1 = c.trial_id"
    " AND (s.n > 0 OR c.kind = 'counter' OR c.unit = 'W') ORDER BY s.seq";
static const char region_steps_sql[] =
    "SELECT min(s.begin_mono_ns), min(s.end_mono_ns), sum(x.advance * c.unit_per_raw)"
    " FROM region r JOIN region_energy x ON x.region_id = r.region_id"
    " JOIN channel c ON c.channel_id = x.channel_id"
    " JOIN stretch s ON s.channel_id = x.channel_id AND s.seq = x.seq"
    " WHERE r.trial_id = ?1 AND r.ordinal = ?2 GROUP BY x.seq ORDER BY x.seq";

static void take_step(sqlite3_stmt *row, const struct list_reading *reading)
{
	const struct export_step step = {
		.begin_ns = sqlite3_column_int64(row, 0),
		.end_ns = sqlite3_column_int64(row, 1),
		.amount = sqlite3_column_double(row, 2),
	};
	arena_append(reading->arena, &step, sizeof(step));
}

/* Channels end a stretch some microseconds apart, and a file may say anything: no step begins before the
 * one before it has ended. */
static void order_steps(struct export_series *series)
{
	int64_t end_ns = 0;
	for (size_t i = 0; i < series->n_steps; i++) {
		struct export_step *step = &series->steps[i];
		if (step->begin_ns < end_ns)
			step->begin_ns = end_ns;
		if (step->end_ns < step->begin_ns)
			step->end_ns = step->begin_ns;
		end_ns = step->end_ns;
	}
}

/* A run may end right behind a cut, and leaves a step without length there: no power can be told of it. What it
 * has goes to the step before it, or to the first that has a length; the mean of a gauge is left out. */
static void join_instants(struct export_series *series)
{
	struct export_step *steps = series->steps;
	double waiting = 0;
	size_t n = 0;
	for (size_t i = 0; i < series->n_steps; i++) {
		double amount = series->kind == EXPORT_GAUGE ? 0 : steps[i].amount;
		if (steps[i].end_ns > steps[i].begin_ns) {
			steps[n] = steps[i];
			steps[n++].amount += waiting;
			waiting = 0;
		} else if (n > 0) {
			steps[n - 1].amount += amount;
		} else {
			waiting += amount;
		}
	}
	if (n == 0 && series->n_steps > 0 && series->kind != EXPORT_GAUGE)
		steps[n++].amount = waiting;
	series->n_steps = n;
}

static void scale_steps(struct export_series *series)
{
	double sum = 0;
	for (size_t i = 0; i < series->n_steps; i++)
		sum += series->steps[i].amount;
	for (size_t i = 0; i < series->n_steps && sum > 0; i++)
		series->steps[i].amount *= series->amount / sum;
}

static int read_steps(struct export_series *series, struct list_reading reading)
{
	bool is_region = series->kind == EXPORT_REGION;
	reading.campaign_id = series->trial_id;
	reading.block = (int64_t)series->n_steps; /* the channel, or the region's ordinal */
	series->n_steps = 0;
	if (series->kind == EXPORT_OUTSIDE)
		return 0;
	if (each_row(&reading, is_region ? region_steps_sql : channel_steps_sql,
		     take_step) != 0)
		return -1;
	series->steps = rows_taken(&reading, sizeof(*series->steps), &series->n_steps);
	order_steps(series);
	join_instants(series);
	if (is_region)
		scale_steps(series);
	return 0;
}

bool export_is_power(const struct export_series *series)
{
	return series->kind == EXPORT_CHANNEL || series->kind == EXPORT_REGION;
}

const struct export_trial *export_trial(const struct export_data *data, int64_t trial_id)
{
	size_t i =
	    0; /* the gate lets no file through where a trial's parts are without it */
	while (i + 1 < data->n_trials && data->trials[i].trial_id != trial_id)
		i++;
	return &data->trials[i];
}

static void say_left_aside(struct export_data *data, const char *left_aside)
{
	for (size_t i = 0; i < data->n_trials; i++)
		data->trials[i].name = arena_format(data->arena, "%s [left aside: %s]",
						    data->trials[i].name,
						    guarded_text(left_aside, data->arena));
}

/* The lists, each in one statement. */
static int read_lists(const struct list_reading *reading, struct export_data *data)
{
	if (each_row(reading, trials_sql, take_trial) != 0)
		return -1;
	data->trials = rows_taken(reading, sizeof(*data->trials), &data->n_trials);
	if (each_row(reading, phases_sql, take_phase) != 0)
		return -1;
	data->phases = rows_taken(reading, sizeof(*data->phases), &data->n_phases);
	if (each_row(reading, series_sql, take_series) != 0)
		return -1;
	data->series = rows_taken(reading, sizeof(*data->series), &data->n_series);
	return hide_refused(reading, data);
}

static int by_trial(const void *a, const void *b)
{
	const struct export_trial *x = a, *y = b;
	return (x->trial_id > y->trial_id) - (x->trial_id < y->trial_id);
}

/* Of each trial that has some. */
static int read_trees(sqlite3 *db, bool has_times, struct export_data *data,
		      struct problem *why)
{
	const struct function_trial *profiled;
	size_t n = 0;
	if (function_trials_read(db, data->arena, &profiled, &n) != 0)
		return guard_why(db, why);
	for (size_t i = 0; i < n && data->n_trials > 0; i++) {
		const struct export_trial wanted = { .trial_id = profiled[i].trial_id };
		struct export_trial *trial = bsearch(&wanted, data->trials, data->n_trials,
						     sizeof(wanted), by_trial);
		if (!trial)
			continue;
		trial->tree = export_tree_read(db, &profiled[i], has_times, data->arena,
					       why);
		if (!trial->tree)
			return -1;
	}
	return 0;
}

int export_read(sqlite3 *db, int64_t trial_id, enum export_stacks_read stacks,
		const char *left_aside, struct arena *arena, struct export_data *data,
		struct problem *why)
{
	const struct list_reading reading = { .db = db,
					      .arena = arena,
					      .campaign_id = trial_id };
	*data = (struct export_data){ .arena = arena };
	int code = read_lists(&reading, data);
	for (size_t i = 0; code == 0 && i < data->n_series; i++)
		code = read_steps(&data->series[i], reading);
	if (code != 0)
		return guard_why(db, why);
	if (stacks != EXPORT_NO_STACKS &&
	    read_trees(db, stacks == EXPORT_TIMED_STACKS, data, why) != 0)
		return -1;
	if (left_aside)
		say_left_aside(data, left_aside);
	if (data->n_trials > 0)
		return 0;
	if (trial_id)
		problem_why(why, "there is no trial %" PRId64, trial_id);
	else
		problem_why(why, "it holds no trial");
	return problem_todo(why, "'joulecart report' lists them");
}
