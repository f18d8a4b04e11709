/* schema/factors/grid-series.c - see grid-series.h. */
#include <config.h>

#include "schema/factors/grid-series.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* In a second. */
static const int64_t NS = 1000000000;

void grid_format_apply(const struct grid_format *format, struct grid_file *file)
{
	file->format = format->name;
	file->publisher = format->publisher;
	file->licence = format->licence;
	file->unit = format->unit;
	if (format->zone)
		snprintf(file->zone, sizeof(file->zone), "%s", format->zone);
}

struct grid_series *grid_series_of(struct grid_file *file, const char *method,
				   const char *scope, const char *basis)
{
	for (size_t i = 0; i < file->n_series; i++)
		if (file->series[i].scope == scope ||
		    (scope && file->series[i].scope &&
		     !strcmp(file->series[i].scope, scope)))
			return &file->series[i];
	if (file->n_series == GRID_FILE_SERIES)
		return NULL;
	file->series[file->n_series] =
	    (struct grid_series){ .method = method, .scope = scope, .basis = basis };
	return &file->series[file->n_series++];
}

bool grid_series_add(struct grid_series *series, struct grid_point point)
{
	/* Room grows at each power of two. */
	if ((series->n & (series->n - 1)) == 0 || series->n == 0) {
		size_t room = series->n ? 2 * series->n : 1;
		struct grid_point *more = realloc(series->points, room * sizeof(*more));
		if (!more)
			return false;
		series->points = more;
	}
	series->points[series->n++] = point;
	return true;
}

static int compare_points(const void *a, const void *b)
{
	const struct grid_point *left = a, *right = b;
	return (left->begin_ns > right->begin_ns) - (left->begin_ns < right->begin_ns);
}

static int compare_times(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
	return (left > right) - (left < right);
}

/* The commonest distance; of equally common ones the least. An hour for a single point; 0: memory
 * ran out. */
static int64_t commonest_step(const struct grid_point *points, size_t n)
{
	int64_t step = 0;
	size_t most = 0;
	if (n < 2)
		return 3600 * NS;
	int64_t *steps = calloc(n - 1, sizeof(*steps));
	if (!steps)
		return 0;
	for (size_t i = 1; i < n; i++)
		steps[i - 1] = points[i].begin_ns - points[i - 1].begin_ns;
	qsort(steps, n - 1, sizeof(*steps), compare_times);
	for (size_t i = 0, j; i < n - 1; i = j) {
		for (j = i; j < n - 1 && steps[j] == steps[i];)
			j++;
		if (j - i > most) {
			most = j - i;
			step = steps[i];
		}
	}
	free(steps);
	return step;
}

/* Which of two values for one time is true, nobody says: that time becomes a hole. Alike, they are
 * one. Returns how many points are left. */
static size_t merge_doubled(struct grid_series *series, struct grid_file *file)
{
	size_t n = 0;
	for (size_t i = 0; i < series->n; i++) {
		const struct grid_point *point = &series->points[i];
		struct grid_point *last = n > 0 ? &series->points[n - 1] : NULL;
		if (!last || last->begin_ns != point->begin_ns) {
			series->points[n++] = *point;
			continue;
		}
		if (isnan(last->g_per_kwh) || last->g_per_kwh == point->g_per_kwh)
			continue;
		last->g_per_kwh = NAN;
		if (file->n_doubled++ == 0)
			file->doubled_ns = last->begin_ns;
	}
	return n;
}

/* A point whose file tells no end lasts for the commonest step, and none into the next one; a hole
 * takes part in both, so that no neighbour covers it. */
static int set_ends(struct grid_series *series)
{
	struct grid_point *points = series->points;
	series->step_ns = commonest_step(points, series->n);
	if (series->step_ns == 0)
		return -1;
	for (size_t i = 0; i < series->n; i++)
		if (points[i].end_ns <= points[i].begin_ns)
			points[i].end_ns = points[i].begin_ns + series->step_ns;
	for (size_t i = 0; i + 1 < series->n; i++)
		if (points[i].end_ns > points[i + 1].begin_ns)
			points[i].end_ns = points[i + 1].begin_ns;
	return 0;
}

static void drop_holes(struct grid_series *series)
{
	size_t n = 0;
	for (size_t i = 0; i < series->n; i++)
		if (!isnan(series->points[i].g_per_kwh))
			series->points[n++] = series->points[i];
	series->n = n;
}

int grid_series_finish(struct grid_series *series, struct grid_file *file)
{
	qsort(series->points, series->n, sizeof(*series->points), compare_points);
	series->n = merge_doubled(series, file);
	if (set_ends(series) != 0)
		return -1;
	drop_holes(series);
	return 0;
}
