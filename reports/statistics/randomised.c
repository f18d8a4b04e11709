/* reports/statistics/randomised.c - see randomised.h. */
#include <config.h>

#include "reports/statistics/randomised.h"

#include <math.h>
#include <stdint.h>

/* As every other verdict: of intervals of 95 %. */
static const double LEVEL = 0.05;

static double turned(double sum, double value, bool is_plus)
{
	return is_plus ? sum + 2 * value : sum - 2 * value;
}

double randomised_p(const double *differences, size_t n, double null)
{
	double sum = 0, size = 0;
	if (n == 0 || n > RANDOMISED_MOST)
		return 1;
	for (size_t i = 0; i < n; i++) {
		sum += differences[i] - null;
		size += fabs(differences[i] - null);
	}
	/* sums that differ by rounding alone are the same one */
	double far = fabs(sum) - 1e-9 * size;
	uint32_t n_ways = 1U << (n - 1), n_far = 1;
	/* One sign changes from way to way (F. Gray's code). The last sign stays: all signs turned
	 * give the same distance. */
	for (uint32_t way = 1; way < n_ways; way++) {
		unsigned i = (unsigned)__builtin_ctz(way);
		bool is_plus = !((way ^ way >> 1) >> i & 1U);
		sum = turned(sum, differences[i] - null, is_plus);
		n_far += fabs(sum) >= far;
	}
	return (double)n_far / n_ways;
}

bool randomised_explains(const double *differences, size_t n, double null)
{
	if (n == 0 || n > RANDOMISED_MOST)
		return false;
	double rarest = ldexp(1, 1 - (int)n);
	return randomised_p(differences, n, null) > fmax(LEVEL, rarest * 1.000001);
}
