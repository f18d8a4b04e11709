/* reports/wall/wall-series.c - see wall-series.h. */
#include <config.h>

#include "reports/wall/wall-series.h"

/* The last point at or before that time, from at on, where at is one of these; n_points: there is none. */
static size_t point_before(const struct wall_series *series, int64_t utc_ns)
{
	size_t from = 0, end = series->n_points;
	while (from < end) {
		size_t middle = from + (end - from) / 2;
		if (series->points[middle].utc_ns <= utc_ns)
			from = middle + 1;
		else
			end = middle;
	}
	return from ? from - 1 : series->n_points;
}

/* The same, going on from an earlier one. */
static size_t go_on(const struct wall_series *series, size_t at, int64_t utc_ns)
{
	while (at + 1 < series->n_points && series->points[at + 1].utc_ns <= utc_ns)
		at++;
	return at;
}

static double joules_at(const struct wall_series *series, size_t at, int64_t utc_ns)
{
	const struct energy_point *point = &series->points[at];
	if (point->utc_ns == utc_ns || at + 1 == series->n_points)
		return point->joules;
	double part = (double)(utc_ns - point->utc_ns) /
		      (double)(point[1].utc_ns - point->utc_ns);
	return point->joules + part * (point[1].joules - point->joules);
}

/* Does a step of the counters say well enough how much of it was used before an end of that interval? */
static bool is_fine(const struct wall_series *series, size_t at, int64_t end_ns,
		    int64_t interval_ns)
{
	const struct energy_point *points = series->points;
	return points[at].utc_ns == end_ns || at + 1 == series->n_points ||
	       points[at + 1].step_ns <= interval_ns / WALL_FINE;
}

/* Is all from begin_ns, which is in the step behind points[from], to end_ns known? *to: the point before that. */
static bool is_known(const struct wall_series *series, size_t from, int64_t end_ns,
		     size_t *to)
{
	const struct energy_point *points = series->points;
	for (*to = from; points[*to].utc_ns < end_ns; (*to)++)
		if (*to + 1 == series->n_points || points[*to + 1].is_cut)
			return false;
	*to -= *to > from && points[*to].utc_ns > end_ns;
	return true;
}

size_t wall_pairs(const struct wall_series *series, size_t first, size_t n,
		  int64_t offset_ns, struct wall_pair *pairs)
{
	size_t n_pairs = 0, at = series->n_points, to;
	for (size_t i = first; i < first + n; i++) {
		const struct meter_interval *interval = &series->intervals[i];
		int64_t begin_ns = interval->begin_ns + offset_ns;
		int64_t end_ns = interval->end_ns + offset_ns;
		at = at == series->n_points ? point_before(series, begin_ns)
					    : go_on(series, at, begin_ns);
		if (at == series->n_points || !is_known(series, at, end_ns, &to) ||
		    !is_fine(series, at, begin_ns, end_ns - begin_ns) ||
		    !is_fine(series, to, end_ns, end_ns - begin_ns))
			continue;
		double seconds = (double)(end_ns - begin_ns) * 1e-9;
		double joules = joules_at(series, to, end_ns) -
				joules_at(series, at, begin_ns);
		pairs[n_pairs++] = (struct wall_pair){ joules / seconds, interval->watts,
						       seconds };
	}
	return n_pairs;
}
