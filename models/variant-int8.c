/* models/variant-int8.c - the teacher in 8-bit integers, without further training. */
#include <config.h>

#include "models/quantize.h"
#include "models/variant.h"

#include <math.h>

static struct weights *make(struct making *making, struct problem *why)
{
	making->loss = NAN;
	return quantize_model(making->parent, making->data, why);
}

const struct variant variant_int8 = {
	.name = "int8",
	.summary = "teacher in 8-bit integers, per channel, calibrated",
	.parent = "teacher",
	.numbers = "int8",
	.training = { .samples = 640 },
	.make = make,
};
