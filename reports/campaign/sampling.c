/* reports/campaign/sampling.c - see sampling.h. */
#include <config.h>

#include "reports/campaign/sampling.h"

#include "reports/figure/column-text.h"
#include "reports/figure/format.h"

#include <math.h>

static const char sampling_sql[] =
    "SELECT count(*), total(t.ticks), total(t.ticks_missed), max(s.late_p50_ns),"
    "       max(s.late_p99_ns), max(s.late_max_ns), total(s.cpu_s),"
    "       max(s.why_not_real_time), max(s.why_not_pinned),"
    "       sum(s.slowdown * d.s) / sum(d.s), sum(s.slowdown_low * d.s) / sum(d.s),"
    "       sum(s.slowdown_high * d.s) / sum(d.s) "
    "FROM trial t JOIN sampler s ON s.trial_id = t.trial_id"
    "     LEFT JOIN (SELECT trial_id, (end_mono_ns - begin_mono_ns) * 1e-9 AS s FROM "
    "trial) d"
    "            ON d.trial_id = t.trial_id AND s.slowdown IS NOT NULL "
    "WHERE t.campaign_id = ?1";

static struct figure slowdown_of_row(sqlite3_stmt *row, int first)
{
	if (sqlite3_column_type(row, first) == SQLITE_NULL)
		return figure_unknown("not calibrated: joulecart doctor --observer");
	return (struct figure){ .is_known = true,
				.has_interval = true,
				.value = sqlite3_column_double(row, first),
				.low = sqlite3_column_double(row, first + 1),
				.high = sqlite3_column_double(row, first + 2) };
}

int sampling_read(sqlite3 *db, int64_t campaign_id, struct arena *arena,
		  struct sampling *sampling)
{
	sqlite3_stmt *row = NULL;
	if (sqlite3_prepare_v2(db, sampling_sql, -1, &row, NULL) != SQLITE_OK)
		return -1;
	sqlite3_bind_int64(row, 1, campaign_id);
	int code = sqlite3_step(row);
	*sampling = (struct sampling){
		.is_known = sqlite3_column_int64(row, 0) > 0,
		.ticks = sqlite3_column_int64(row, 1),
		.missed = sqlite3_column_int64(row, 2),
		.late_p50_ns = sqlite3_column_int64(row, 3),
		.late_p99_ns = sqlite3_column_int64(row, 4),
		.late_max_ns = sqlite3_column_int64(row, 5),
		.cpu_s = sqlite3_column_double(row, 6),
		.why_not_real_time = column_text(row, 7, arena),
		.why_not_pinned = column_text(row, 8, arena),
		.slowdown = slowdown_of_row(row, 9),
	};
	sqlite3_finalize(row);
	return code == SQLITE_ROW ? 0 : -1;
}

static const char *us_of(int64_t ns, struct arena *arena)
{
	return format_digits((double)ns / 1e3, 3, arena);
}

const char *sampling_line(const struct sampling *sampling, struct arena *arena)
{
	const char *text = arena_format(
	    arena,
	    "sampler: %lld ticks, %lld missed; delay: median %s us, 99 %% %s us, max %s "
	    "us; "
	    "%s CPU s",
	    (long long)sampling->ticks, (long long)sampling->missed,
	    us_of(sampling->late_p50_ns, arena), us_of(sampling->late_p99_ns, arena),
	    us_of(sampling->late_max_ns, arena), format_digits(sampling->cpu_s, 3, arena));
	if (sampling->why_not_real_time)
		text = arena_format(arena, "%s; not at real-time priority: %s", text,
				    sampling->why_not_real_time);
	if (sampling->why_not_pinned)
		text = arena_format(arena, "%s; not pinned: %s", text,
				    sampling->why_not_pinned);
	return text;
}

const char *sampling_slowdown_text(const struct sampling *sampling,
				   const struct figure *result, struct arena *arena)
{
	static const double least_of_interval = 0.1;
	const struct figure *slowdown = &sampling->slowdown;
	if (!slowdown->is_known || (result->is_known && result->has_interval &&
				    slowdown->value * fabs(result->value) <
					least_of_interval * (result->high - result->low)))
		return NULL;
	return arena_format(
	    arena,
	    "slowed the command down by about %s %% (%s to %s), as calibrated by doctor "
	    "--observer",
	    format_digits(slowdown->value * 100, 2, arena),
	    format_digits(slowdown->low * 100, 2, arena),
	    format_digits(slowdown->high * 100, 2, arena));
}
