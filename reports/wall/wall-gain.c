/* reports/wall/wall-gain.c - see wall-gain.h. */
#include <config.h>

#include "reports/wall/wall-gain.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

enum { MOST_BLOCKS = 20, LEAST_IN_BLOCK = 2 };

/* What blocks add up to; x: counters, y: wall, each interval weighs as long as it is. */
struct sums {
	double s, x, y, xx, xy;
};

enum { SHARE, GAIN, BASE, N_FIGURES };

static void add(struct sums *sums, const struct wall_pair *pair)
{
	sums->s += pair->seconds;
	sums->x += pair->seconds * pair->counters_w;
	sums->y += pair->seconds * pair->wall_w;
	sums->xx += pair->seconds * pair->counters_w * pair->counters_w;
	sums->xy += pair->seconds * pair->counters_w * pair->wall_w;
}

static struct sums without(const struct sums *all, const struct sums *block)
{
	return (struct sums){ all->s - block->s, all->x - block->x, all->y - block->y,
			      all->xx - block->xx, all->xy - block->xy };
}

static void figures_of(const struct sums *sums, double figures[N_FIGURES])
{
	double spread = sums->xx - sums->x * sums->x / sums->s;
	bool is_spread = spread > 1e-9 * sums->xx;
	figures[SHARE] = sums->x / sums->y;
	figures[GAIN] = is_spread ? (sums->xy - sums->x * sums->y / sums->s) / spread
				  : (double)NAN;
	figures[BASE] = (sums->y - figures[GAIN] * sums->x) / sums->s;
}

/* Half of each figure's 95 % interval by leaving out one block at a time. */
static void jackknife(const struct wall_pair *pairs, size_t n, double halves[N_FIGURES])
{
	struct sums all = { 0 }, blocks[MOST_BLOCKS] = { { 0 } };
	double left[MOST_BLOCKS][N_FIGURES];
	size_t n_blocks = n / LEAST_IN_BLOCK < MOST_BLOCKS ? n / LEAST_IN_BLOCK
							   : MOST_BLOCKS;
	for (size_t i = 0; i < n; i++) {
		add(&all, &pairs[i]);
		add(&blocks[i * n_blocks / n], &pairs[i]);
	}
	for (size_t b = 0; b < n_blocks; b++) {
		struct sums rest = without(&all, &blocks[b]);
		figures_of(&rest, left[b]);
	}
	double t = gsl_cdf_tdist_Pinv(0.975, (double)n_blocks - 1);
	for (int f = 0; f < N_FIGURES; f++) {
		double mean = 0, squares = 0;
		for (size_t b = 0; b < n_blocks; b++)
			mean += left[b][f] / (double)n_blocks;
		for (size_t b = 0; b < n_blocks; b++)
			squares += (left[b][f] - mean) * (left[b][f] - mean);
		double scale = ((double)n_blocks - 1) / (double)n_blocks;
		halves[f] = t * sqrt(scale * squares);
	}
}

static size_t take(const struct wall_series *series, int64_t offset_ns,
		   struct wall_pair *pairs, struct sums *sums, double figures[N_FIGURES])
{
	size_t n = wall_pairs(series, 0, series->n_intervals, offset_ns, pairs);
	*sums = (struct sums){ 0 };
	for (size_t i = 0; i < n; i++)
		add(sums, &pairs[i]);
	figures_of(sums, figures);
	return n;
}

/* The farther of the two ends of the clock's interval. */
static void moved_by_clock(const struct wall_series *series, const int64_t offsets_ns[3],
			   struct wall_pair *pairs, const double figures[N_FIGURES],
			   double moved[N_FIGURES])
{
	struct sums sums;
	double at_end[N_FIGURES];
	for (int f = 0; f < N_FIGURES; f++)
		moved[f] = 0;
	for (int i = 1; i < 3; i++)
		if (offsets_ns[i] != offsets_ns[0] &&
		    take(series, offsets_ns[i], pairs, &sums, at_end) >= WALL_LEAST)
			for (int f = 0; f < N_FIGURES; f++)
				moved[f] = fmax(moved[f], fabs(at_end[f] - figures[f]));
}

static struct wall_figure figure_of(double value, double half)
{
	return (struct wall_figure){ value, value - half, value + half };
}

int wall_gain_of(const struct wall_series *series, const int64_t offsets_ns[3], double k2,
		 struct wall_gain *gain)
{
	struct sums sums;
	double figures[N_FIGURES], halves[N_FIGURES], moved[N_FIGURES];
	struct wall_pair *pairs = calloc(series->n_intervals + 1, sizeof(*pairs));
	*gain = (struct wall_gain){ 0 };
	if (!pairs)
		return -1;
	gain->n = take(series, offsets_ns[0], pairs, &sums, figures);
	bool is_enough = gain->n >= WALL_LEAST && sums.y > 0;
	if (is_enough) {
		jackknife(pairs, gain->n, halves);
		moved_by_clock(series, offsets_ns, pairs, figures, moved);
		for (int f = 0; f < N_FIGURES; f++)
			halves[f] = hypot(hypot(halves[f], moved[f]), k2 * figures[f]);
		gain->seconds = sums.s;
		gain->counters_j = sums.x;
		gain->wall_j = sums.y;
		gain->share = figure_of(figures[SHARE], halves[SHARE]);
		gain->gain = figure_of(figures[GAIN], halves[GAIN]);
		gain->base_w = figure_of(figures[BASE], halves[BASE]);
	}
	free(pairs);
	return is_enough ? 0 : -1;
}
