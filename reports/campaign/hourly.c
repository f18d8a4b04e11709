/* reports/campaign/hourly.c - see hourly.h. */
#include <config.h>

#include "reports/campaign/hourly.h"

#include "base/problem.h"
#include "reports/figure/column-text.h"
#include "schema/database/migrate.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The last point that begins at or before the time; NULL: none does. */
static const struct grid_point *point_at(const struct grid_series *series, int64_t ns)
{
	size_t low = 0, high = series->n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (series->points[middle].begin_ns <= ns)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 ? &series->points[low - 1] : NULL;
}

static int64_t min_ns(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static void add_covered(struct hourly *hourly, const struct grid_point *point,
			double energy)
{
	hourly->covered += energy;
	hourly->weighted += energy * point->g_per_kwh;
	if (point->is_estimated == 1)
		hourly->estimated += energy;
}

static void add_gap(struct hourly *hourly, int64_t begin_ns, int64_t end_ns)
{
	if (!hourly->gap_begin_ns)
		hourly->gap_begin_ns = begin_ns;
	if (hourly->gap_end_ns == 0 || hourly->gap_end_ns == begin_ns)
		hourly->gap_end_ns = end_ns;
}

void hourly_add(struct hourly *hourly, const struct grid_series *series, int64_t begin_ns,
		int64_t end_ns, double energy)
{
	double per_ns = end_ns > begin_ns ? energy / (double)(end_ns - begin_ns) : 0;
	hourly->energy += energy;
	for (int64_t at = begin_ns, until; at < end_ns || at == begin_ns; at = until) {
		const struct grid_point *point = point_at(series, at);
		bool is_held = point && at < point->end_ns;
		until = end_ns;
		if (is_held)
			until = min_ns(until, point->end_ns);
		else if (!point && series->n > 0)
			until = min_ns(until, series->points[0].begin_ns);
		else if (point && point + 1 < series->points + series->n)
			until = min_ns(until, point[1].begin_ns);
		double part = end_ns > begin_ns ? per_ns * (double)(until - at) : energy;
		if (is_held)
			add_covered(hourly, point, part);
		else
			add_gap(hourly, at, until);
		if (until == at) /* an instant */
			break;
	}
}

double hourly_g_per_kwh(const struct hourly *hourly)
{
	return hourly->weighted / hourly->covered;
}

static const char series_sql[] =
    "SELECT series_id, zone, method, scope, format, publisher, step_ns,"
    " (SELECT count(*) FROM grid_point p WHERE p.series_id = s.series_id) "
    "FROM grid_series s WHERE zone = ?1 AND method = ?2 "
    "ORDER BY scope = ?3 DESC, series_id DESC LIMIT 1";

static int failed(sqlite3 *db, struct problem *why)
{
	return store_problem(db, "read the intensities of", sqlite3_db_filename(db, NULL),
			     why);
}

static int read_points(sqlite3 *db, struct hourly_series *series, size_t n)
{
	sqlite3_stmt *row = NULL;
	series->series.points = calloc(n ? n : 1, sizeof(*series->series.points));
	if (!series->series.points ||
	    sqlite3_prepare_v2(db,
			       "SELECT begin_utc_ns, end_utc_ns, g_per_kwh,"
			       " coalesce(is_estimated, -1) FROM grid_point"
			       " WHERE series_id = ? ORDER BY begin_utc_ns",
			       -1, &row, NULL) != SQLITE_OK)
		return -1;
	sqlite3_bind_int64(row, 1, series->series_id);
	while (series->series.n < n && sqlite3_step(row) == SQLITE_ROW) {
		int64_t begin_ns = sqlite3_column_int64(row, 0);
		size_t hour = (size_t)(begin_ns / 3600000000000 % 24);
		double value = sqlite3_column_double(row, 2);
		series->series.points[series->series.n++] =
		    (struct grid_point){ begin_ns, sqlite3_column_int64(row, 1), value,
					 sqlite3_column_int(row, 3) };
		series->n_by_hour[hour]++;
		series->by_hour[hour] += (value - series->by_hour[hour]) /
					 (double)series->n_by_hour[hour];
	}
	return sqlite3_finalize(row) == SQLITE_OK && series->series.n == n ? 0 : -1;
}

int hourly_read(sqlite3 *db, const char *zone, const char *method, const char *scope,
		struct hourly_series *series, struct problem *why)
{
	sqlite3_stmt *row = NULL;
	*series = (struct hourly_series){ 0 };
	if (sqlite3_prepare_v2(db, series_sql, -1, &row, NULL) != SQLITE_OK)
		return failed(db, why);
	bind_text(row, 1, zone);
	bind_text(row, 2, method);
	bind_text(row, 3, scope);
	if (sqlite3_step(row) != SQLITE_ROW) {
		sqlite3_finalize(row);
		return 1;
	}
	series->series_id = sqlite3_column_int64(row, 0);
	column_copy(row, 1, series->zone, sizeof(series->zone));
	column_copy(row, 2, series->method, sizeof(series->method));
	column_copy(row, 3, series->scope, sizeof(series->scope));
	column_copy(row, 4, series->format, sizeof(series->format));
	column_copy(row, 5, series->publisher, sizeof(series->publisher));
	series->series.step_ns = sqlite3_column_int64(row, 6);
	size_t n = (size_t)sqlite3_column_int64(row, 7);
	sqlite3_finalize(row);
	if (read_points(db, series, n) == 0)
		return 0;
	hourly_free(series);
	return failed(db, why);
}

void hourly_free(struct hourly_series *series)
{
	free(series->series.points);
	series->series.points = NULL;
}

/* The machine's counted joules of each rollup: their distribution in time is what counts. */
static const char rollups_sql[] =
    "SELECT t.begin_utc_ns + CAST(round(min(v.at_s) * 1e9) AS INTEGER),"
    " t.begin_utc_ns + CAST(round(max(v.at_s + v.seconds) * 1e9) AS INTEGER),"
    " total(v.joules) FROM trial t JOIN v_second v ON v.trial_id = t.trial_id AND "
    "v.counted "
    "WHERE t.trial_id = ? GROUP BY v.seq ORDER BY v.seq";

int hourly_add_trial(sqlite3 *db, const struct hourly_series *series, int64_t trial_id,
		     struct hourly *hourly, struct problem *why)
{
	sqlite3_stmt *row = NULL;
	int step;
	if (sqlite3_prepare_v2(db, rollups_sql, -1, &row, NULL) != SQLITE_OK)
		return failed(db, why);
	sqlite3_bind_int64(row, 1, trial_id);
	while ((step = sqlite3_step(row)) == SQLITE_ROW)
		hourly_add(hourly, &series->series, sqlite3_column_int64(row, 0),
			   sqlite3_column_int64(row, 1), sqlite3_column_double(row, 2));
	sqlite3_finalize(row);
	return step == SQLITE_DONE ? 0 : failed(db, why);
}

static const char *utc(int64_t ns, char *text, size_t size)
{
	time_t seconds = (time_t)(ns / 1000000000);
	struct tm tm;
	gmtime_r(&seconds, &tm);
	strftime(text, size, "%Y-%m-%d %H:%M UTC", &tm);
	return text;
}

int hourly_check(const struct hourly *hourly, const struct hourly_series *series,
		 bool allow_gaps, struct problem *why)
{
	char begin[32], end[32];
	if (hourly->gap_begin_ns == 0 || (allow_gaps && hourly->covered > 0))
		return 0;
	problem_what(why, "cannot weigh the run by the hours of zone '%s'", series->zone);
	problem_why(why,
		    "the series has no value from %s to %s, and %.0f %% of the energy is "
		    "covered",
		    utc(hourly->gap_begin_ns, begin, sizeof(begin)),
		    utc(hourly->gap_end_ns, end, sizeof(end)),
		    hourly->energy > 0 ? hourly->covered / hourly->energy * 100 : 0);
	return problem_todo(why, "%s",
			    hourly->covered > 0
				? "import a file that has it, or allow it with --allow-gaps"
				: "import a file that has it");
}
