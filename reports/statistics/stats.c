/* reports/statistics/stats.c - see stats.h. */
#include <config.h>

#include "reports/statistics/stats.h"

#include "reports/statistics/blocks.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_rstat.h>
#include <math.h>
#include <stdlib.h>

/* Half-width of Student's t interval of the mean; 0 for one value. */
static double t_half_width(gsl_rstat_workspace *values)
{
	size_t n = gsl_rstat_n(values);
	if (n < 2)
		return 0;
	return gsl_cdf_tdist_Pinv(0.975, (double)(n - 1)) * gsl_rstat_sd(values) /
	       sqrt((double)n);
}

struct estimate estimate_mean(const struct observation *trials, size_t n)
{
	gsl_rstat_workspace *values = gsl_rstat_alloc();
	double below = 0, above = 0;
	for (size_t i = 0; i < n; i++) {
		gsl_rstat_add(trials[i].value, values);
		below += (trials[i].value - trials[i].low) / (double)n;
		above += (trials[i].high - trials[i].value) / (double)n;
	}
	double mean = gsl_rstat_mean(values);
	double spread = t_half_width(values);
	gsl_rstat_free(values);
	return (struct estimate){ .mean = mean,
				  .low = fmax(mean - hypot(spread, below), 0),
				  .high = mean + hypot(spread, above) };
}

static struct block_list logs_of(const struct observation *trials, size_t n,
				 struct block_value *room)
{
	for (size_t i = 0; i < n; i++)
		room[i] = (struct block_value){ .block = trials[i].block,
						.value = log(trials[i].value),
						.place = (double)i };
	return blocks_merge(room, n);
}

size_t estimate_ratio(const struct observation *a, size_t n_a, const struct observation *b,
		      size_t n_b, struct estimate *ratio)
{
	struct block_value *values = malloc((n_a + n_b + 1) * sizeof(*values));
	double *numbers = malloc((2 * n_b + 1) * sizeof(*numbers));
	int64_t *blocks = malloc((n_b + 1) * sizeof(*blocks));
	struct pairs pairs = { .differences = numbers, .blocks = blocks };
	if (values && numbers && blocks) {
		pairs.places = numbers + n_b;
		blocks_pair(logs_of(b, n_b, values), logs_of(a, n_a, values + n_b), &pairs);
	}
	if (pairs.n > 0) {
		struct t_test test = t_paired(numbers, pairs.n);
		*ratio = (struct estimate){ exp(test.mean), exp(test.ci95.low),
					    exp(test.ci95.high) };
	}
	free(values);
	free(numbers);
	free(blocks);
	return pairs.n;
}
