/* models/compress/codebook.c - see codebook.h. */
#include <config.h>

#include "models/compress/codebook.h"

#include "base/problem.h"
#include "models/weights/weights.h"

#include <gsl/gsl_sort_float.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
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

static bool is_shared(const struct weight *weight)
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
		if (is_shared(&weights->items[i]))
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

/* --- the form of a file -------------------------------------------------------------------- */

static struct weight *add_part(struct weights *into, const char *of, const char *part,
			       enum weight_type type, size_t n)
{
	char name[WEIGHT_NAME_SIZE + 16];
	size_t stem = strlen(of) - strlen("weight");
	snprintf(name, sizeof(name), "%.*s%s", (int)stem, of, part);
	return weights_add(into, name, type, 1, &n);
}

/* The distinct values, ascending; how many, or 0 when there are more than most. */
static size_t distinct(const float *x, size_t n, float *values, size_t most)
{
	size_t found = 0;
	for (size_t i = 0; i < n; i++) {
		size_t at = found;
		while (at > 0 && values[at - 1] > x[i])
			at--;
		if (at > 0 && values[at - 1] == x[i])
			continue;
		if (found == most)
			return 0;
		memmove(values + at + 1, values + at, (found - at) * sizeof(float));
		values[at] = x[i];
		found++;
	}
	return found;
}

static void write_code(uint8_t *codes, size_t index, unsigned bits, unsigned code)
{
	size_t bit = index * bits;
	for (unsigned i = 0; i < bits; i++, bit++)
		codes[bit / 8] |= (uint8_t)((code >> i & 1) << bit % 8);
}

static unsigned read_code(const uint8_t *codes, size_t index, unsigned bits)
{
	size_t bit = index * bits;
	unsigned code = 0;
	for (unsigned i = 0; i < bits; i++, bit++)
		code |= (unsigned)(codes[bit / 8] >> bit % 8 & 1) << i;
	return code;
}

static int pack_tensor(struct weights *into, const struct weight *from, unsigned bits,
		       struct problem *why)
{
	size_t n = weight_count(from), n_values = (size_t)1 << bits;
	struct weight *codes = add_part(into, from->name, "codes", WEIGHT_U8,
					(n * bits + 7) / 8);
	struct weight *book = add_part(into, from->name, "codebook", WEIGHT_F32, n_values);
	struct weight *shape = add_part(into, from->name, "shape", WEIGHT_F32,
					from->n_dims);
	if (!codes || !book || !shape)
		return problem_what(why, "cannot pack '%s': out of memory", from->name);
	float *values = book->data;
	size_t found = distinct(from->data, n, values, n_values);
	if (found == 0) {
		problem_what(why, "cannot pack '%s' into %u bits", from->name, bits);
		return problem_refuse(why, "take more bits with --level",
				      "it has more than %zu values", n_values);
	}
	for (size_t v = found; v < n_values; v++)
		values[v] = values[found - 1];
	for (unsigned i = 0; i < from->n_dims; i++)
		((float *)shape->data)[i] = (float)from->dims[i];
	for (size_t i = 0; i < n; i++)
		write_code(codes->data, i, bits,
			   (unsigned)codebook_nearest(values, found,
						      ((const float *)from->data)[i]));
	return 0;
}

struct weights *codebook_pack(const struct weights *weights, unsigned bits,
			      struct problem *why)
{
	struct weights *packed = weights_new();
	int failed = packed ? 0 : problem_what(why, "cannot pack weights: out of memory");
	for (size_t i = 0; !failed && i < weights->n; i++) {
		const struct weight *item = &weights->items[i];
		if (is_shared(item))
			failed = pack_tensor(packed, item, bits, why);
		else if (!weights_add_copy(packed, item))
			failed = problem_what(why, "cannot pack weights: out of memory");
	}
	if (!failed) {
		json_object_update(packed->metadata, weights->metadata);
		return packed;
	}
	weights_free(packed);
	return NULL;
}

static const struct weight *part_of(const struct weights *packed, const char *codes,
				    const char *part)
{
	char name[WEIGHT_NAME_SIZE + 16];
	size_t stem = strlen(codes) - strlen("codes");
	snprintf(name, sizeof(name), "%.*s%s", (int)stem, codes, part);
	const struct weight *found = weights_find(packed, name);
	return found && found->type == WEIGHT_F32 && found->n_dims == 1 ? found : NULL;
}

static int misfit(struct problem *why, const char *name, const char *expected)
{
	problem_what(why, "cannot use these weights");
	problem_todo(why, "train the model again");
	return problem_why(why, "tensor '%s': expected %s", name, expected);
}

/* The bits of a code, from the size of its book; 0 for one that is none. */
static unsigned bits_of(const struct weight *book)
{
	for (unsigned bits = 1; book && bits <= MAX_BITS; bits++)
		if (book->dims[0] == (size_t)1 << bits)
			return bits;
	return 0;
}

static int unpack_tensor(struct weights *into, const struct weights *packed,
			 const struct weight *codes, struct problem *why)
{
	const struct weight *book = part_of(packed, codes->name, "codebook");
	const struct weight *shape = part_of(packed, codes->name, "shape");
	size_t dims[WEIGHT_MAX_DIMS] = { 0 }, count = 1;
	unsigned bits = bits_of(book);
	char name[WEIGHT_NAME_SIZE];
	if (bits == 0 || !shape || shape->dims[0] > WEIGHT_MAX_DIMS)
		return misfit(why, codes->name,
			      "a codebook of 2 to 256 values and a shape");
	for (size_t i = 0; i < shape->dims[0]; i++) {
		float size = ((const float *)shape->data)[i];
		if (!(size >= 1.0f && size <= 1e7f))
			return misfit(why, codes->name, "sizes in its shape");
		dims[i] = (size_t)size;
		if (dims[i] > 8 * codes->dims[0] / count)
			return misfit(why, codes->name, "a code for each weight");
		count *= dims[i];
	}
	if ((count * bits + 7) / 8 != codes->dims[0])
		return misfit(why, codes->name, "a code for each weight");
	snprintf(name, sizeof(name), "%.*sweight",
		 (int)(strlen(codes->name) - strlen("codes")), codes->name);
	struct weight *weight = weights_add(into, name, WEIGHT_F32,
					    (unsigned)shape->dims[0], dims);
	if (!weight)
		return problem_what(why, "cannot unpack '%s': out of memory", name);
	for (size_t i = 0; i < count; i++)
		((float *)weight->data)[i] =
		    ((const float *)book->data)[read_code(codes->data, i, bits)];
	return 0;
}

static bool ends_with(const char *name, const char *part)
{
	size_t n = strlen(name), m = strlen(part);
	return n > m && strcmp(name + n - m, part) == 0;
}

struct weights *codebook_unpack(const struct weights *packed, struct problem *why)
{
	struct weights *weights = weights_new();
	int failed = weights ? 0
			     : problem_what(why, "cannot unpack weights: out of memory");
	for (size_t i = 0; !failed && i < packed->n; i++) {
		const struct weight *item = &packed->items[i];
		if (ends_with(item->name, ".codes"))
			failed = unpack_tensor(weights, packed, item, why);
		else if (!ends_with(item->name, ".codebook") &&
			 !ends_with(item->name, ".shape") &&
			 !weights_add_copy(weights, item))
			failed = problem_what(why, "cannot unpack weights: out of memory");
	}
	if (!failed) {
		json_object_update(weights->metadata, packed->metadata);
		return weights;
	}
	weights_free(weights);
	return NULL;
}
