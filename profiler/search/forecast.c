/* profiler/search/forecast.c - see forecast.h. */
#include <config.h>

#include "profiler/search/forecast.h"

#include <math.h>
#include <string.h>

size_t points_find(const struct search_points *points, const struct search_point *point)
{
	size_t n = points->space->n_techniques;
	for (size_t i = 0; i < points->n; i++)
		if (memcmp(points->points[i].level, point->level,
			   n * sizeof(point->level[0])) == 0)
			return i;
	return points->n;
}

size_t point_depth(const struct search_space *space, const struct search_point *point)
{
	size_t depth = 0;
	for (size_t t = 0; t < space->n_techniques; t++)
		depth += point->level[t] > 0;
	return depth;
}

/* A candidate less the mildest one, as measured. */
static struct forecast change_of(const struct evidence *evidence, size_t candidate)
{
	return (struct forecast){
		evidence_mean(evidence, candidate) - evidence_mean(evidence, 0),
		evidence_tally(evidence, candidate)->quality -
		    evidence_tally(evidence, 0)->quality,
	};
}

/* A measured level of a technique alone. */
struct knot {
	size_t level;
	struct forecast change;
};

/* The technique's measured levels, others at their mildest, by level; returns how many. */
static size_t read_knots(const struct search_points *points,
			 const struct evidence *evidence, size_t technique,
			 struct knot *knots)
{
	size_t n = 0;
	for (size_t i = 1; i < points->n; i++) {
		size_t level = points->points[i].level[technique];
		if (point_depth(points->space, &points->points[i]) != 1 || level == 0 ||
		    isnan(evidence_mean(evidence, i)))
			continue;
		size_t at = n++;
		for (; at > 0 && knots[at - 1].level > level; at--)
			knots[at] = knots[at - 1];
		knots[at] = (struct knot){ level, change_of(evidence, i) };
	}
	return n;
}

/* At a level between or beside two others. What gets stronger by a power of the level, as most do,
 * is a straight line in logarithms; what has changed its sign is one as it stands. */
static double between(double low, double a, double high, double b, double level)
{
	static const double STEEPEST = 8;
	double power = a * b > 0 ? log(b / a) / log(high / low) : 0;
	if (power > 0 && power < STEEPEST)
		return a * pow(level / low, power);
	if (level < low)
		return a * level / low;
	return a + (b - a) * (level - low) / (high - low);
}

/* The technique at that level, all others at their mildest. */
static struct forecast alone(const struct search_points *points,
			     const struct evidence *evidence, size_t technique,
			     size_t level)
{
	struct knot knots[LEVELS_MOST];
	size_t n = read_knots(points, evidence, technique, knots), above = 0;
	double at = (double)level;
	if (n == 0)
		return (struct forecast){ 0, 0 };
	while (above < n && knots[above].level < level)
		above++;
	if (above < n && knots[above].level == level)
		return knots[above].change;
	if (n == 1) {
		double share = at / (double)knots[0].level;
		return (struct forecast){ share * knots[0].change.log_cost,
					  share * knots[0].change.quality };
	}
	const struct knot *low = &knots[above == 0 ? 0 : above == n ? n - 2 : above - 1];
	const struct knot *high = low + 1;
	double x = (double)low->level, y = (double)high->level;
	return (struct forecast){
		between(x, low->change.log_cost, y, high->change.log_cost, at),
		between(x, low->change.quality, y, high->change.quality, at),
	};
}

static struct forecast together(const struct search_points *points,
				const struct evidence *evidence,
				const struct search_point *point)
{
	struct forecast sum = { 0, 0 };
	for (size_t t = 0; t < points->space->n_techniques; t++) {
		if (point->level[t] == 0)
			continue;
		struct forecast one = alone(points, evidence, t, point->level[t]);
		sum.log_cost += one.log_cost;
		sum.quality += one.quality;
	}
	return sum;
}

/* 1 for the same candidate; a third of the way in one technique, about a third. */
static double nearness(const struct search_space *space, const struct search_point *a,
		       const struct search_point *b)
{
	static const double REACH = 0.3;
	double square = 0;
	for (size_t t = 0; t < space->n_techniques; t++)
		square += pow(((double)a->level[t] - (double)b->level[t]) /
				  (double)(space->n_levels[t] - 1),
			      2);
	return exp(-square / (REACH * REACH));
}

struct forecast forecast(const struct search_points *points,
			 const struct evidence *evidence, const struct search_point *point)
{
	static const double DOUBT = 0.1; /* that what was off elsewhere is off here */
	struct forecast sum = together(points, evidence, point), off = { 0, 0 };
	double weights = DOUBT;
	for (size_t i = 1; i < points->n; i++) {
		const struct search_point *other = &points->points[i];
		if (point_depth(points->space, other) < 2 ||
		    isnan(evidence_mean(evidence, i)))
			continue;
		struct forecast seen = change_of(evidence, i);
		struct forecast said = together(points, evidence, other);
		double weight = nearness(points->space, point, other);
		off.log_cost += weight * (seen.log_cost - said.log_cost);
		off.quality += weight * (seen.quality - said.quality);
		weights += weight;
	}
	return (struct forecast){
		evidence_mean(evidence, 0) + sum.log_cost + off.log_cost / weights,
		evidence_tally(evidence, 0)->quality + sum.quality + off.quality / weights,
	};
}
