/* models/variants/pruned-channel-int8.c - the teacher without half of its channels, in 8-bit integers. */
#include <config.h>

#include "models/variants/quantized.h"

const struct variant variant_pruned_channel_int8 = {
	.name = "pruned-channel-int8",
	.summary = "pruned-channel, then in 8-bit integers",
	.parent = &variant_pruned_channel,
	.numbers = "int8",
	.cpu_s = QUANTIZED_CPU_S,
	.training = { .samples = QUANTIZE_QUERIES },
	.level = QUANTIZED_LEVEL,
	.mirror = QUANTIZED_MIRROR,
	.make = quantized_make,
};
