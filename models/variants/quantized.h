/* models/variants/quantized.h - a parent in 8-bit integers, without further training: what the variants
 * that do so share, which differ in their parent alone. */
#ifndef JOULECART_MODELS_QUANTIZED_H
#define JOULECART_MODELS_QUANTIZED_H
#include "models/compress/quantize.h"
#include "models/variants/variant.h"

/* Of its parent's numbers only the numbers of a weight's bits can be asked for. */
#define QUANTIZED_LEVEL                                                     \
	{                                                                   \
		.name = "bits of a weight", .own = 8, .least = 2, .most = 8 \
	}
/* CPU seconds of calibrating. */
#define QUANTIZED_CPU_S 0.3

#define QUANTIZED_MIRROR                                                               \
	{                                                                              \
		.cpu_s = QUANTIZED_CPU_S, .training = { .samples = QUANTIZE_QUERIES }, \
		.level = QUANTIZED_LEVEL                                               \
	}

/* build->parent with weights of build->level bits. NULL with *why filled. */
struct weights *quantized_make(struct build *build, struct problem *why);

#endif
