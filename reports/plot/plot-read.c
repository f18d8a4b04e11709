/* reports/plot/plot-read.c - what is drawn (plot.h), from the database. */
#include <config.h>

#include "base/problem.h"
#include "reports/campaign/trials.h"
#include "reports/campaign/variants.h"
#include "reports/compare/compare-text.h"
#include "reports/compare/compare.h"
#include "reports/figure/column-text.h"
#include "reports/figure/format.h"
#include "reports/figure/rows.h"
#include "reports/plot/plot.h"
#include "schema/database/guard.h"

#include <math.h>

/* Shorter ones say little of power: the coarsest counters are CPU ticks of 10 ms. */
static const double SHORTEST_STEP_S = 0.25;

/* The sum over the channels that count; unknown where one of them is. */
static const char power_sql[] =
    "SELECT (t.begin_mono_ns - (SELECT min(begin_mono_ns) FROM trial WHERE campaign_id = "
    "?1))"
    "       * 1e-9 + min(v.at_s), max(v.seconds), "
    "       CASE WHEN count(v.per_second) = count(*) THEN sum(v.per_second) END "
    "FROM trial t JOIN v_second v ON v.trial_id = t.trial_id AND v.counted = 1 "
    "WHERE t.campaign_id = ?1 AND v.seconds > 0 GROUP BY t.trial_id, v.seq "
    "ORDER BY t.begin_mono_ns, v.seq";

static void take_step(sqlite3_stmt *row, const struct list_reading *reading)
{
	struct plot_point point = { .x = real_or(row, 0, 0), .y = real_or(row, 2, NAN) };
	point.end = point.x + real_or(row, 1, 0);
	arena_append(reading->arena, &point, sizeof(point));
}

static int64_t one_number(sqlite3 *db, const char *sql, int64_t campaign_id)
{
	sqlite3_stmt *row = NULL;
	int64_t value = 0;
	if (sqlite3_prepare_v2(db, sql, -1, &row, NULL) == SQLITE_OK &&
	    sqlite3_bind_int64(row, 1, campaign_id) == SQLITE_OK &&
	    sqlite3_step(row) == SQLITE_ROW)
		value = sqlite3_column_int64(row, 0);
	sqlite3_finalize(row);
	return value;
}

/* Steps that follow each other are one, until it is long enough. Returns how many are left. */
static size_t join_steps(struct plot_point *points, size_t n)
{
	size_t kept = 0;
	for (size_t i = 0; i < n; i++) {
		struct plot_point *last = kept ? &points[kept - 1] : NULL;
		bool goes_on = last && !isnan(last->y) && !isnan(points[i].y) &&
			       points[i].x - last->end < 1e-6;
		double seconds = points[i].end - points[i].x;
		if (!goes_on || last->end - last->x >= SHORTEST_STEP_S) {
			points[kept++] = points[i];
			continue;
		}
		last->y = (last->y * (last->end - last->x) + points[i].y * seconds) /
			  (points[i].end - last->x);
		last->end = points[i].end;
	}
	return kept;
}

static int no_power(struct problem *why, int64_t campaign_id)
{
	if (campaign_id != 0)
		return campaign_missing(campaign_id, why);
	why->kind = PROBLEM_USAGE;
	problem_why(why, "the file has no campaign");
	return problem_todo(
	    why, "measure something into it: joulecart run -o FILE.db -- COMMAND");
}

int plot_power(sqlite3 *db, int64_t campaign_id, struct arena *arena, struct plot *plot,
	       struct problem *why)
{
	struct list_reading reading = { .db = db, .arena = arena };
	problem_what(why, "cannot plot the power");
	reading.campaign_id =
	    campaign_id
		? campaign_id
		: one_number(db, "SELECT max(campaign_id) FROM campaign WHERE ?1 = 0", 0);
	if (each_row(&reading, power_sql, take_step) != 0)
		return guard_why(db, why);
	struct plot_series *series = arena_room(arena, sizeof(*series));
	struct plot_point *points = rows_taken(&reading, sizeof(*points), &series->n);
	if (series->n == 0)
		return no_power(why, reading.campaign_id);
	bool is_estimated = one_number(
				db,
				"SELECT count(*) FROM channel c JOIN trial USING (trial_id)"
				" WHERE campaign_id = ?1 AND counted = 1"
				" AND provenance NOT IN ('measured', 'modelled')",
				reading.campaign_id) > 0;
	series->n = join_steps(points, series->n);
	series->points = points;
	series->name = "power";
	*plot = (struct plot){
		.title = arena_format(
		    arena, "power of the machine, campaign %lld%s",
		    (long long)reading.campaign_id,
		    is_estimated ? ", ESTIMATED; a run is charged its share" : ""),
		.unit = "W",
		.x_label = "seconds",
		.series = series,
		.n = 1,
	};
	return 0;
}

static int read_variant(sqlite3 *db, const struct comparison *comparison, bool count_failed,
			size_t index, struct arena *arena, struct plot_series *series)
{
	const struct compared *compared = &comparison->compared[index];
	struct trial_list trials;
	const char *reason;
	size_t n = 0;
	if (trials_of_variant(db, compared->campaign_id, compared->variant, arena,
			      &trials) != 0)
		return -1;
	struct plot_point *points = arena_room(arena, (trials.n + 1) * sizeof(*points));
	for (size_t i = 0; i < trials.n; i++) {
		const struct trial_value *value = trial_counted(
		    &trials.trials[i], comparison->is_per_query, count_failed, &reason);
		if (value)
			points[n++] = (struct plot_point){ .x = value->seen.value };
	}
	const char *name = compare_short_name(comparison, index, arena);
	bool is_short = name != compared->variant;
	*series = (struct plot_series){ name, is_short ? compared->variant : NULL, points,
					n };
	return 0;
}

int plot_trials(sqlite3 *db, const struct comparison *comparison, bool count_failed,
		struct arena *arena, struct plot *plot, struct problem *why)
{
	struct plot_series *series = arena_room(arena,
						comparison->n_compared * sizeof(*series));
	const struct figure any = { .is_known = true,
				    .provenance = comparison->provenance };
	problem_what(why, "cannot plot the trials");
	for (size_t i = 0; i < comparison->n_compared; i++)
		if (read_variant(db, comparison, count_failed, i, arena, &series[i]) != 0)
			return guard_why(db, why);
	*plot = (struct plot){
		.title = arena_format(arena, "each trial's joules, %s",
				      format_provenance(any)),
		.unit = comparison->is_per_query ? "J/query" : "J/run",
		.series = series,
		.n = comparison->n_compared,
	};
	return 0;
}
