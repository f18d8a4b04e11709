/* models/variants/quantized.c - see quantized.h. */
#include <config.h>

#include "models/variants/quantized.h"

#include <math.h>

struct weights *quantized_make(struct build *build, struct problem *why)
{
	build->loss = NAN;
	return quantize_model_bits(build->parent, build->data, (unsigned)build->level, why);
}
