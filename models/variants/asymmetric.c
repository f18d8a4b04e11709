/* models/variants/asymmetric.c - the teacher in 8-bit integers by the textbook's formula: the 256 steps of an
 * output's weights reach from the least of them to the largest, with a zero point, where int8 has as many steps
 * each way.
 *
 * Inputs of layers have one only in form: what follows a ReLU begins at 0. The embedding, which is as often
 * below 0 as above, stays symmetric. */
#include <config.h>

#include "models/variants/quantized.h"

#include <math.h>

static struct weights *make(struct build *build, struct problem *why)
{
	struct quantization how = { .embedding_bits = 8, .is_asymmetric = true };
	for (size_t i = 0; i < PLAN_MAX_LAYERS; i++)
		how.bits[i] = 8;
	build->loss = NAN;
	return quantize_model_as(build->parent, build->data, &how, why);
}

const struct variant variant_asymmetric = {
	.name = "asymmetric",
	.summary = "teacher in 8-bit integers with zero points, calibrated",
	.parent = &variant_teacher,
	.numbers = "int8",
	.cpu_s = QUANTIZED_CPU_S,
	.training = { .samples = QUANTIZE_QUERIES },
	.make = make,
};
