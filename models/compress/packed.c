/* models/compress/packed.c - see packed.h. */
#include <config.h>

#include "models/compress/packed.h"

#include "base/problem.h"
#include "models/compress/codebook.h"
#include "models/weights/weights.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_BITS = 8 };

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

static void keep_shape(struct weight *shape, const struct weight *from)
{
	for (unsigned i = 0; i < from->n_dims; i++)
		((float *)shape->data)[i] = (float)from->dims[i];
}

/* The codes of integers begin with the lowest one. */
static int lowest_of(unsigned bits)
{
	return -((1 << (bits - 1)) - 1);
}

/* The fewest bits that hold all integers of the tensor; 8 where none are left out, and for -128. */
static unsigned integer_bits(const struct weight *weight)
{
	unsigned bits = 2;
	for (size_t i = 0; i < weight_count(weight) && bits < MAX_BITS; i++)
		while (bits < MAX_BITS &&
		       abs(((const int8_t *)weight->data)[i]) > -lowest_of(bits))
			bits++;
	return bits;
}

static bool is_few_bits(const struct weight *weight)
{
	return weight->n_dims > 1 && weight->type == WEIGHT_I8 &&
	       integer_bits(weight) < MAX_BITS;
}

static int pack_integers(struct weights *into, const struct weight *from,
			 struct problem *why)
{
	unsigned bits = integer_bits(from);
	size_t n = weight_count(from);
	struct weight *codes = add_part(into, from->name, "codes", WEIGHT_U8,
					(n * bits + 7) / 8);
	struct weight *shape = add_part(into, from->name, "shape", WEIGHT_F32,
					from->n_dims);
	if (!codes || !shape)
		return problem_what(why, "cannot pack '%s': out of memory", from->name);
	keep_shape(shape, from);
	for (size_t i = 0; i < n; i++)
		write_code(codes->data, i, bits,
			   (unsigned)(((const int8_t *)from->data)[i] - lowest_of(bits)));
	return 0;
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
	keep_shape(shape, from);
	for (size_t i = 0; i < n; i++)
		write_code(codes->data, i, bits,
			   (unsigned)codebook_nearest(values, found,
						      ((const float *)from->data)[i]));
	return 0;
}

bool weights_pay_packed(const struct weights *weights)
{
	for (size_t i = 0; i < weights->n; i++)
		if (is_few_bits(&weights->items[i]))
			return true;
	return false;
}

struct weights *weights_pack(const struct weights *weights, unsigned bits,
			     struct problem *why)
{
	struct weights *packed = weights_new();
	int failed = packed ? 0 : problem_what(why, "cannot pack weights: out of memory");
	for (size_t i = 0; !failed && i < weights->n; i++) {
		const struct weight *item = &weights->items[i];
		if (bits && codebook_shares(item))
			failed = pack_tensor(packed, item, bits, why);
		else if (is_few_bits(item))
			failed = pack_integers(packed, item, why);
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

/* The bits of a code that is looked up, from the size of its book; 0 for one that is none. */
static unsigned bits_of_book(const struct weight *book)
{
	for (unsigned bits = 1; bits <= MAX_BITS; bits++)
		if (book->dims[0] == (size_t)1 << bits)
			return bits;
	return 0;
}

/* The bits of an integer's code, from how many codes fill so many bytes; 0 where none do. */
static unsigned bits_of_count(size_t bytes, size_t count)
{
	for (unsigned bits = 2; bits < MAX_BITS; bits++)
		if ((count * bits + 7) / 8 == bytes)
			return bits;
	return 0;
}

/* The sizes of the tensor that the codes are of, and their product in *count. */
static int read_shape(const struct weights *packed, const struct weight *codes,
		      struct weight *wanted, size_t *count, struct problem *why)
{
	const struct weight *shape = part_of(packed, codes->name, "shape");
	if (!shape || shape->dims[0] > WEIGHT_MAX_DIMS)
		return misfit(why, codes->name, "a shape");
	*count = 1;
	wanted->n_dims = (unsigned)shape->dims[0];
	for (size_t i = 0; i < shape->dims[0]; i++) {
		float size = ((const float *)shape->data)[i];
		if (!(size >= 1.0f && size <= 1e7f))
			return misfit(why, codes->name, "sizes in its shape");
		wanted->dims[i] = (size_t)size;
		if (wanted->dims[i] > 8 * codes->dims[0] / *count)
			return misfit(why, codes->name, "a code for each weight");
		*count *= wanted->dims[i];
	}
	return 0;
}

static void look_up(struct weight *weight, const struct weight *codes, const float *book,
		    unsigned bits)
{
	for (size_t i = 0; i < weight_count(weight); i++)
		if (book)
			((float *)weight->data)[i] = book[read_code(codes->data, i, bits)];
		else
			((int8_t *)weight->data)[i] = (int8_t)((int)read_code(codes->data,
									      i, bits) +
							       lowest_of(bits));
}

static int unpack_tensor(struct weights *into, const struct weights *packed,
			 const struct weight *codes, struct problem *why)
{
	const struct weight *book = part_of(packed, codes->name, "codebook");
	const struct weight *scale = part_of(packed, codes->name, "scale");
	struct weight wanted = { .type = book ? WEIGHT_F32 : WEIGHT_I8 };
	size_t count;
	char name[WEIGHT_NAME_SIZE];
	if (codes->type != WEIGHT_U8 || codes->n_dims != 1 || (!book && !scale))
		return misfit(why, codes->name, "a codebook or a scale, and codes");
	if (read_shape(packed, codes, &wanted, &count, why) < 0)
		return -1;
	unsigned bits = book ? bits_of_book(book) : bits_of_count(codes->dims[0], count);
	if (bits == 0 || (count * bits + 7) / 8 != codes->dims[0])
		return misfit(why, codes->name, "a code for each weight");
	snprintf(name, sizeof(name), "%.*sweight",
		 (int)(strlen(codes->name) - strlen("codes")), codes->name);
	struct weight *weight = weights_add(into, name, wanted.type, wanted.n_dims,
					    wanted.dims);
	if (!weight)
		return problem_what(why, "cannot unpack '%s': out of memory", name);
	look_up(weight, codes, book ? book->data : NULL, bits);
	return 0;
}

static bool ends_with(const char *name, const char *part)
{
	size_t n = strlen(name), m = strlen(part);
	return n > m && strcmp(name + n - m, part) == 0;
}

bool weights_are_packed(const struct weights *weights)
{
	for (size_t i = 0; i < weights->n; i++)
		if (ends_with(weights->items[i].name, ".codes"))
			return true;
	return false;
}

struct weights *weights_unpack(const struct weights *packed, struct problem *why)
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
