/* profiler/search/forecast.h - what a candidate may cost and be worth, from those that were measured: it
 * orders candidates, and decides nothing.
 *
 * Each technique alone: between its measured levels, powers of the level, for the cost's logarithm and
 * for the quality. Techniques together: their changes added. What measured combinations turned out to
 * be off that is carried to those near them. Pure. */
#ifndef JOULECART_FORECAST_H
#define JOULECART_FORECAST_H
#include "profiler/search/evidence.h"

enum { TECHNIQUES_MOST = 8, LEVELS_MOST = 65 };

/* Techniques with so many levels each; level 0 is the mildest. */
struct search_space {
	size_t n_techniques;
	size_t n_levels[TECHNIQUES_MOST]; /* 2 at least */
};

struct search_point {
	size_t level[TECHNIQUES_MOST];
};

/* The candidates so far; the first is the mildest in all. */
struct search_points {
	const struct search_space *space;
	struct search_point points[CANDIDATES_MOST];
	size_t n;
};

struct forecast {
	double log_cost, quality; /* quality: 0 where none is stated */
};

/* Where a candidate is in the list; points->n: not yet. */
size_t points_find(const struct search_points *points, const struct search_point *point);
/* In how many techniques it is not the mildest. */
size_t point_depth(const struct search_space *space, const struct search_point *point);

struct forecast forecast(const struct search_points *points,
			 const struct evidence *evidence, const struct search_point *point);

#endif
