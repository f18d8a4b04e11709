/* models/weights/weights.c - see weights.h. */
#include <config.h>

#include "models/weights/weights.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

struct weights *weights_new(void)
{
	struct weights *weights = calloc(1, sizeof(*weights));
	if (weights)
		weights->metadata = json_object();
	return weights;
}

void weights_free(struct weights *weights)
{
	if (!weights)
		return;
	for (size_t i = 0; i < weights->n; i++)
		free(weights->items[i].data);
	json_decref(weights->metadata);
	free(weights);
}

size_t weight_type_size(enum weight_type type)
{
	static const size_t sizes[] = { [WEIGHT_F32] = sizeof(float),
					[WEIGHT_I8] = sizeof(int8_t),
					[WEIGHT_BF16] = sizeof(uint16_t),
					[WEIGHT_U8] = sizeof(uint8_t) };
	return sizes[type];
}

size_t weight_count(const struct weight *weight)
{
	size_t count = 1;
	for (unsigned i = 0; i < weight->n_dims; i++)
		count *= weight->dims[i];
	return count;
}

size_t weight_bytes(const struct weight *weight)
{
	return weight_count(weight) * weight_type_size(weight->type);
}

struct weight *weights_add(struct weights *weights, const char *name, enum weight_type type,
			   unsigned n_dims, const size_t *dims)
{
	if (weights->n == WEIGHTS_MAX || n_dims > WEIGHT_MAX_DIMS)
		return NULL;
	struct weight *weight = &weights->items[weights->n];
	*weight = (struct weight){ .type = type, .n_dims = n_dims };
	snprintf(weight->name, sizeof(weight->name), "%s", name);
	memcpy(weight->dims, dims, n_dims * sizeof(dims[0]));
	size_t aligned = (weight_bytes(weight) + 63) / 64 * 64;
	weight->data = aligned_alloc(64, aligned ? aligned : 64);
	if (!weight->data)
		return NULL;
	memset(weight->data, 0, aligned);
	weights->n++;
	return weight;
}

struct weight *weights_add_copy(struct weights *weights, const struct weight *from)
{
	struct weight *weight = weights_add(weights, from->name, from->type, from->n_dims,
					    from->dims);
	if (!weight)
		return NULL;
	memcpy(weight->data, from->data, weight_bytes(from));
	weight->is_frozen = from->is_frozen;
	return weight;
}

struct weights *weights_clone(const struct weights *weights)
{
	struct weights *copy = weights_new();
	for (size_t i = 0; copy && i < weights->n; i++)
		if (!weights_add_copy(copy, &weights->items[i])) {
			weights_free(copy);
			copy = NULL;
		}
	return copy;
}

const struct weight *weights_find(const struct weights *weights, const char *name)
{
	for (size_t i = 0; i < weights->n; i++)
		if (strcmp(weights->items[i].name, name) == 0)
			return &weights->items[i];
	return NULL;
}

struct weights *weights_like(const struct weights *weights)
{
	struct weights *like = weights_new();
	for (size_t i = 0; like && i < weights->n; i++) {
		const struct weight *item = &weights->items[i];
		struct weight *zeros = weights_add(like, item->name, item->type,
						   item->n_dims, item->dims);
		if (zeros) {
			zeros->is_frozen = item->is_frozen;
		} else {
			weights_free(like);
			like = NULL;
		}
	}
	return like;
}

size_t weights_parameters(const struct weights *weights)
{
	size_t total = 0;
	for (size_t i = 0; i < weights->n; i++)
		total += weight_count(&weights->items[i]);
	return total;
}

/* Zero is all bits zero, in every type; and in floats also the sign bit alone. */
static bool is_zero(const struct weight *weight, size_t i)
{
	switch (weight->type) {
	case WEIGHT_F32:
		return ((const float *)weight->data)[i] == 0.0f;
	case WEIGHT_BF16:
		return (((const uint16_t *)weight->data)[i] & 0x7fff) == 0;
	default:
		return ((const uint8_t *)weight->data)[i] == 0;
	}
}

static size_t nonzeros(const struct weight *weight)
{
	size_t count = weight_count(weight), found = 0;
	for (size_t i = 0; i < count; i++)
		found += !is_zero(weight, i);
	return found;
}

size_t weights_nonzeros(const struct weights *weights)
{
	size_t total = 0;
	for (size_t i = 0; i < weights->n; i++)
		total += nonzeros(&weights->items[i]);
	return total;
}

uint32_t weights_crc32(const struct weights *weights)
{
	uLong crc = crc32(0, NULL, 0);
	for (size_t i = 0; i < weights->n; i++)
		crc = crc32_z(crc, weights->items[i].data,
			      weight_bytes(&weights->items[i]));
	return (uint32_t)crc;
}

const char *weights_note(const struct weights *weights, const char *key)
{
	const char *text = json_string_value(json_object_get(weights->metadata, key));
	return text ? text : "";
}

void weights_set_note(struct weights *weights, const char *key, const char *format, ...)
{
	char text[1024];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	json_object_set_new(weights->metadata, key, json_string(text));
}
