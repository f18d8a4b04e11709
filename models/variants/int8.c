/* models/variants/int8.c - the teacher in 8-bit integers, without further training. */
#include <config.h>

#include "models/variants/quantized.h"

const struct variant variant_int8 = {
	.name = "int8",
	.summary = "teacher in 8-bit integers, per channel, calibrated",
	.parent = &variant_teacher,
	.place = 4,
	.numbers = "int8",
	.cpu_s = QUANTIZED_CPU_S,
	.training = { .samples = QUANTIZE_QUERIES },
	.level = QUANTIZED_LEVEL,
	.mirror = QUANTIZED_MIRROR,
	.make = quantized_make,
};
