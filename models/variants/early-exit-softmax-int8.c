/* models/variants/early-exit-softmax-int8.c - the teacher that answers at the first head that is sure enough, in 8-bit integers. */
#include <config.h>

#include "models/variants/quantized.h"

const struct variant variant_early_exit_softmax_int8 = {
	.name = "early-exit-softmax-int8",
	.summary = "early-exit-softmax, every head and stage in 8-bit integers",
	.parent = &variant_early_exit_softmax,
	.numbers = "int8",
	.cpu_s = QUANTIZED_CPU_S,
	.training = { .samples = QUANTIZE_QUERIES },
	.level = QUANTIZED_LEVEL,
	.mirror = QUANTIZED_MIRROR,
	.make = quantized_make,
};
