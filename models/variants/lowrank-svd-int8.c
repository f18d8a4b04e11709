/* models/variants/lowrank-svd-int8.c - the teacher's layers as products of two thinner ones, in 8-bit integers. */
#include <config.h>

#include "models/variants/quantized.h"

const struct variant variant_lowrank_svd_int8 = {
	.name = "lowrank-svd-int8",
	.summary = "lowrank-svd, then in 8-bit integers",
	.parent = &variant_lowrank_svd,
	.numbers = "int8",
	.cpu_s = QUANTIZED_CPU_S,
	.training = { .samples = QUANTIZE_QUERIES },
	.level = QUANTIZED_LEVEL,
	.make = quantized_make,
};
