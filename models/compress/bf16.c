/* models/compress/bf16.c - see bf16.h. */
#include <config.h>

#include "models/compress/bf16.h"

#include "models/weights/weights.h"

#include <math.h>
#include <stdbool.h>

union halves {
	float value;
	uint32_t bits;
};

uint16_t bf16_of(float x)
{
	union halves halves = { .value = x };
	if (isnan(x))
		return 0x7fc0;
	uint32_t odd = halves.bits >> 16 & 1;
	return (uint16_t)((halves.bits + 0x7fff + odd) >> 16);
}

static bool add_rounded(struct weights *into, const struct weight *from)
{
	struct weight *weight = weights_add(into, from->name, WEIGHT_BF16, from->n_dims,
					    from->dims);
	if (!weight)
		return false;
	for (size_t i = 0; i < weight_count(from); i++)
		((uint16_t *)weight->data)[i] = bf16_of(((const float *)from->data)[i]);
	return true;
}

struct weights *bf16_model(const struct weights *weights)
{
	struct weights *rounded = weights_new();
	bool whole = rounded != NULL;
	for (size_t i = 0; whole && i < weights->n; i++) {
		const struct weight *item = &weights->items[i];
		whole = item->n_dims == 1 ? weights_add_copy(rounded, item) != NULL
					  : add_rounded(rounded, item);
	}
	if (whole)
		return rounded;
	weights_free(rounded);
	return NULL;
}
