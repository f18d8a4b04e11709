/* models/variants/int8.c - the teacher in 8-bit integers, without further training. */
#include <config.h>

#include "models/compress/quantize.h"
#include "models/variants/variant.h"

#include <math.h>

static struct weights *make(struct build *build, struct problem *why)
{
	build->loss = NAN;
	return quantize_model_bits(build->parent, build->data, (unsigned)build->level, why);
}

const struct variant variant_int8 = {
	.name = "int8",
	.summary = "teacher in 8-bit integers, per channel, calibrated",
	.parent = "teacher",
	.numbers = "int8",
	.cpu_s = 0.3,
	.training = { .samples = QUANTIZE_QUERIES },
	.level = { .name = "bits of a weight", .own = 8, .least = 2, .most = 8 },
	.make = make,
};
