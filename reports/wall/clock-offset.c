/* reports/wall/clock-offset.c - see clock-offset.h. */
#include <config.h>

#include "reports/wall/clock-offset.h"

#include <math.h>
#include <stdlib.h>

/* chi2(0.95, 1). */
static const double likely = 3.841459;

/* At thousands of offsets chance alone is alike somewhere: five standard errors are no chance, and three
 * tell one of two offsets. */
static const double least_z = 5, least_apart_z = 3;
static const double least_r = 0.5;

/* Steps of the search, in parts of the meter's own interval; no load that is measured by intervals of it has
 * features that are much shorter. */
enum { COARSE = 4, FINE = 400 };
static const int64_t least_step_ns = 1000000, least_coarse_ns = 50000000;
static const double most_work = 1e9;

/* Of halves that are long enough to have an offset of their own. */
enum { LEAST_HALF = 40 };

struct search {
	const struct wall_series *series;
	size_t first, n; /* of its intervals */
	struct wall_pair *pairs;
	int64_t interval_ns; /* the meter's own */
	size_t least;        /* intervals that an offset must leave */
};

struct likeness {
	int64_t offset_ns;
	double r; /* -1: too few intervals */
	size_t n;
};

static struct likeness likeness_at(const struct search *search, int64_t offset_ns)
{
	size_t n = wall_pairs(search->series, search->first, search->n, offset_ns,
			      search->pairs);
	struct likeness like = { offset_ns, -1, n };
	double x = 0, y = 0, xx = 0, yy = 0, xy = 0;
	if (n < search->least)
		return like;
	for (size_t i = 0; i < n; i++) {
		x += search->pairs[i].counters_w / (double)n;
		y += search->pairs[i].wall_w / (double)n;
	}
	for (size_t i = 0; i < n; i++) {
		double dx = search->pairs[i].counters_w - x;
		double dy = search->pairs[i].wall_w - y;
		xx += dx * dx;
		yy += dy * dy;
		xy += dx * dy;
	}
	like.r = xx > 0 && yy > 0 ? xy / (sqrt(xx) * sqrt(yy)) : 0;
	return like;
}

static struct likeness most_alike(const struct search *search, int64_t from_ns,
				  int64_t to_ns, int64_t step_ns)
{
	struct likeness best = { from_ns, -2, 0 };
	for (int64_t at = from_ns; at <= to_ns; at += step_ns) {
		struct likeness like = likeness_at(search, at);
		if (like.r > best.r)
			best = like;
	}
	return best;
}

/* Ever finer around the best. */
static struct likeness refine(const struct search *search, struct likeness best,
			      int64_t step_ns, int64_t fine_ns)
{
	while (step_ns > fine_ns) {
		int64_t next_ns = step_ns / 5 > fine_ns ? step_ns / 5 : fine_ns;
		best = most_alike(search, best.offset_ns - step_ns,
				  best.offset_ns + step_ns, next_ns);
		step_ns = next_ns;
	}
	return best;
}

static double independent(double n, double rho)
{
	return fmax(n * (1 - rho) / (1 + rho), 4);
}

/* The correlation of neighbours, at least 0, of what is left of the wall's power after the line through the
 * counters'. */
static double residual_rho(const struct search *search, struct likeness best)
{
	size_t n = wall_pairs(search->series, search->first, search->n, best.offset_ns,
			      search->pairs);
	const struct wall_pair *pairs = search->pairs;
	double x = 0, y = 0, xx = 0, xy = 0, ee = 0, en = 0, last = 0;
	for (size_t i = 0; i < n; i++) {
		x += pairs[i].counters_w / (double)n;
		y += pairs[i].wall_w / (double)n;
	}
	for (size_t i = 0; i < n; i++) {
		xx += (pairs[i].counters_w - x) * (pairs[i].counters_w - x);
		xy += (pairs[i].counters_w - x) * (pairs[i].wall_w - y);
	}
	for (size_t i = 0; i < n; i++) {
		double e = pairs[i].wall_w - y - xy / xx * (pairs[i].counters_w - x);
		ee += e * e;
		en += i ? e * last : 0;
		last = e;
	}
	return ee > 0 ? fmin(fmax(en / ee, 0), 0.95) : 0;
}

/* How many intervals there are that say something of their own about r: neighbours are alike in both series. */
static double independent_of_likeness(const struct search *search, struct likeness best)
{
	size_t n = wall_pairs(search->series, search->first, search->n, best.offset_ns,
			      search->pairs);
	const struct wall_pair *pairs = search->pairs;
	double x = 0, y = 0, xx = 0, yy = 0, xn = 0, yn = 0;
	for (size_t i = 0; i < n; i++) {
		x += pairs[i].counters_w / (double)n;
		y += pairs[i].wall_w / (double)n;
	}
	for (size_t i = 0; i < n; i++) {
		double dx = pairs[i].counters_w - x, dy = pairs[i].wall_w - y;
		xx += dx * dx;
		yy += dy * dy;
		xn += i ? dx * (pairs[i - 1].counters_w - x) : 0;
		yn += i ? dy * (pairs[i - 1].wall_w - y) : 0;
	}
	double rho = xx > 0 && yy > 0 ? xn / xx * (yn / yy) : 0;
	return independent((double)n, fmin(fmax(rho, 0), 0.95));
}

static bool is_as_likely(struct likeness like, struct likeness best, double n_eff)
{
	double lost = log((1 - like.r * like.r + 1e-12) / (1 - best.r * best.r + 1e-12));
	return like.r > 0 && n_eff * lost <= likely;
}

/* From the best on in steps of that sign, as long as an offset is as likely; never less than a step. */
static int64_t edge(const struct search *search, struct likeness best, double n_eff,
		    int64_t step_ns)
{
	const double most_steps = fmin(4 * FINE, most_work / (double)search->n);
	int64_t at = best.offset_ns + step_ns;
	for (int i = 0; i < most_steps; i++, at += step_ns)
		if (!is_as_likely(likeness_at(search, at), best, n_eff))
			break;
	return at;
}

static int64_t fine_of(const struct search *search)
{
	int64_t fine_ns = search->interval_ns / FINE;
	return fine_ns > least_step_ns ? fine_ns : least_step_ns;
}

static void find_interval(const struct search *search, struct likeness best,
			  struct clock_offset *found)
{
	double n_eff = independent((double)best.n, residual_rho(search, best));
	int64_t fine_ns = fine_of(search);
	*found = (struct clock_offset){ .offset_ns = best.offset_ns,
					.correlation = best.r,
					.n = best.n };
	found->low_ns = edge(search, best, n_eff, -fine_ns);
	found->high_ns = edge(search, best, n_eff, fine_ns);
}

/* Looks for another peak, outside of the best one's: where likeness has fallen to half of it, that has ended. */
static bool has_rival(const struct search *search, struct likeness best, double n_eff,
		      int64_t from_ns, int64_t to_ns, int64_t step_ns, int64_t *rival_ns)
{
	double least = atanh(fmin(best.r, 1 - 1e-12)) -
		       least_apart_z * sqrt(2 / fmax(n_eff - 3, 1));
	for (int sign = -1; sign <= 1; sign += 2) {
		bool is_outside = false;
		int64_t at = best.offset_ns + sign * step_ns;
		for (; at >= from_ns && at <= to_ns; at += sign * step_ns) {
			struct likeness like = likeness_at(search, at);
			is_outside |= like.r < best.r / 2;
			*rival_ns = at;
			if (is_outside && like.r >= least_r &&
			    atanh(fmin(like.r, 1 - 1e-12)) > least)
				return true;
		}
	}
	return false;
}

/* Do both halves have it? Each is looked at in its neighbourhood alone. */
static bool is_steady(const struct search *search, struct clock_offset *found)
{
	int64_t around_ns = 5 * search->interval_ns;
	int64_t step_ns = search->interval_ns / COARSE > least_step_ns
			      ? search->interval_ns / COARSE
			      : least_step_ns;
	struct clock_offset of[2];
	if (search->n / 2 < LEAST_HALF)
		return true;
	for (int i = 0; i < 2; i++) {
		struct search half = *search;
		half.first = search->first + (i ? search->n / 2 : 0);
		half.n = i ? search->n - search->n / 2 : search->n / 2;
		half.least = LEAST_HALF / 2;
		struct likeness best = most_alike(&half, found->offset_ns - around_ns,
						  found->offset_ns + around_ns, step_ns);
		if (best.r < least_r)
			return true; /* that half is too calm to tell */
		find_interval(&half, refine(&half, best, step_ns, fine_of(&half)), &of[i]);
	}
	int64_t apart_ns = llabs(of[1].offset_ns - of[0].offset_ns);
	int64_t doubt_ns = (of[0].high_ns - of[0].low_ns + of[1].high_ns - of[1].low_ns) /
			   2;
	found->rival_ns = of[1].offset_ns - of[0].offset_ns;
	return apart_ns <= 2 * doubt_ns + search->interval_ns / 2;
}

static int compare_ns(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

/* The middle one of all intervals. 0: no memory. */
static int64_t usual_interval_ns(const struct wall_series *series)
{
	size_t n = series->n_intervals;
	int64_t *all = calloc(n, sizeof(*all)), usual_ns = 0;
	for (size_t i = 0; all && i < n; i++)
		all[i] = series->intervals[i].end_ns - series->intervals[i].begin_ns;
	if (all) {
		qsort(all, n, sizeof(*all), compare_ns);
		usual_ns = all[n / 2];
	}
	free(all);
	return usual_ns;
}

static enum offset_found find(struct search *search, int64_t from_ns, int64_t to_ns,
			      struct clock_offset *found)
{
	int64_t step_ns = search->interval_ns / COARSE;
	if (step_ns < least_coarse_ns)
		step_ns = least_coarse_ns;
	if ((double)(to_ns - from_ns) / (double)step_ns * (double)search->n > most_work)
		return OFFSET_TOO_MUCH;
	struct likeness best = most_alike(search, from_ns, to_ns, step_ns);
	if (best.r < -0.5 && best.n < search->least)
		return OFFSET_TOO_FEW;
	best = refine(search, best, step_ns, fine_of(search));
	find_interval(search, best, found);
	double n_eff = independent_of_likeness(search, best);
	double z = atanh(fmin(fmax(best.r, 0), 1 - 1e-12)) * sqrt(fmax(n_eff - 3, 0));
	if (best.r < least_r || z < least_z)
		return OFFSET_UNLIKE;
	if (has_rival(search, best, n_eff, from_ns, to_ns, step_ns, &found->rival_ns))
		return OFFSET_SEVERAL;
	return is_steady(search, found) ? OFFSET_FOUND : OFFSET_NOT_STEADY;
}

enum offset_found clock_offset_find(const struct wall_series *series, int64_t near_ns,
				    int64_t within_ns, struct clock_offset *found)
{
	*found = (struct clock_offset){ 0 };
	if (series->n_intervals < OFFSET_LEAST || series->n_points < 2)
		return OFFSET_TOO_FEW;
	struct search search = { .series = series,
				 .n = series->n_intervals,
				 .interval_ns = usual_interval_ns(series),
				 .least = OFFSET_LEAST };
	search.pairs = calloc(search.n, sizeof(*search.pairs));
	enum offset_found code = OFFSET_NO_MEMORY;
	if (search.pairs && search.interval_ns > 0)
		code = find(&search, near_ns - within_ns, near_ns + within_ns, found);
	free(search.pairs);
	return code;
}
