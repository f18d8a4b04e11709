/* models/compress/codebook.c - see codebook.h. */
#include <config.h>

#include "models/compress/codebook.h"

#include "models/weights/weights.h"

#include <gsl/gsl_sort_float.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* A code is at most a byte; rounds of k-means. */
enum { MAX_BITS = 8, MAX_VALUES = 1 << MAX_BITS, ITERATIONS = 30 };

struct codes {
	size_t n_values;
	uint8_t *of[WEIGHTS_MAX]; /* each tensor's; NULL for one that shares nothing */
};

size_t codebook_nearest(const float *values, size_t n_values, float x)
{
	size_t low = 0, high = n_values - 1;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (x - values[middle] > values[middle + 1] - x)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Where in sorted[n] the numbers begin that are nearer to `above` than to `below`. */
static size_t boundary(const float *sorted, size_t n, float below, float above)
{
	size_t low = 0, high = n;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (sorted[middle] - below > above - sorted[middle])
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

int codebook_find(const float *x, size_t n, size_t n_values, float *values)
{
	float *sorted = malloc(n * sizeof(float));
	double *sums = malloc((n + 1) * sizeof(double));
	if (!sorted || !sums) {
		free(sorted);
		free(sums);
		return -1;
	}
	memcpy(sorted, x, n * sizeof(float));
	gsl_sort_float(sorted, 1, n);
	sums[0] = 0.0;
	for (size_t i = 0; i < n; i++)
		sums[i + 1] = sums[i] + (double)sorted[i];
	for (size_t v = 0; v < n_values; v++)
		values[v] = sorted[(2 * v + 1) * n / (2 * n_values)];
	for (size_t iteration = 0; iteration < ITERATIONS; iteration++) {
		float before[MAX_VALUES];
		size_t from = 0;
		memcpy(before, values, n_values * sizeof(float));
		for (size_t v = 0; v < n_values; v++) {
			size_t to = v + 1 < n_values
					? boundary(sorted, n, before[v], before[v + 1])
					: n;
			if (to > from)
				values[v] = (float)((sums[to] - sums[from]) /
						    (double)(to - from));
			from = to > from ? to : from;
		}
	}
	free(sorted);
	free(sums);
	return 0;
}

bool codebook_shares(const struct weight *weight)
{
	return weight->n_dims > 1 && weight->type == WEIGHT_F32;
}

static bool share_tensor(struct weight *weight, struct codes *codes, size_t index)
{
	float values[MAX_VALUES], *x = weight->data;
	size_t n = weight_count(weight);
	uint8_t *of = codes->of[index] = malloc(n);
	if (!of || codebook_find(x, n, codes->n_values, values) < 0)
		return false;
	for (size_t i = 0; i < n; i++) {
		of[i] = (uint8_t)codebook_nearest(values, codes->n_values, x[i]);
		x[i] = values[of[i]];
	}
	return true;
}

struct codes *codebook_share(struct weights *weights, unsigned bits)
{
	struct codes *codes = calloc(1, sizeof(*codes));
	bool whole = codes != NULL;
	if (codes)
		codes->n_values = (size_t)1 << bits;
	for (size_t i = 0; whole && i < weights->n; i++)
		if (codebook_shares(&weights->items[i]))
			whole = share_tensor(&weights->items[i], codes, i);
	if (whole)
		return codes;
	codes_free(codes);
	return NULL;
}

void codes_free(struct codes *codes)
{
	for (size_t i = 0; codes && i < WEIGHTS_MAX; i++)
		free(codes->of[i]);
	free(codes);
}

/* The mean is where a step along the sum of the group's gradients leads. */
static void take_means(float *x, const uint8_t *of, size_t n)
{
	double sums[MAX_VALUES] = { 0 };
	size_t counts[MAX_VALUES] = { 0 };
	float means[MAX_VALUES];
	for (size_t i = 0; i < n; i++) {
		sums[of[i]] += (double)x[i];
		counts[of[i]]++;
	}
	for (size_t v = 0; v < MAX_VALUES; v++)
		means[v] = counts[v] ? (float)(sums[v] / (double)counts[v]) : 0.0f;
	for (size_t i = 0; i < n; i++)
		x[i] = means[of[i]];
}

int codebook_hold(void *self, struct weights *weights, const struct weights *gradients,
		  size_t done, size_t of, struct problem *why)
{
	const struct codes *codes = self;
	(void)gradients, (void)done, (void)of, (void)why;
	for (size_t i = 0; i < weights->n; i++)
		if (codes->of[i])
			take_means(weights->items[i].data, codes->of[i],
				   weight_count(&weights->items[i]));
	return 0;
}
