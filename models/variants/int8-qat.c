/* models/variants/int8-qat.c - as int8, but the teacher is first trained on with its weights and
 * activations rounded, so that it learns to do with what 8 bits leave (Jacob et al. 2018). */
#include <config.h>

#include "base/problem.h"
#include "models/compress/quantize.h"
#include "models/data/data.h"
#include "models/train/fake-quantize.h"
#include "models/variants/fine-tune.h"
#include "models/weights/weights.h"

static struct weights *make(struct build *build, struct problem *why)
{
	unsigned bits = (unsigned)build->level;
	struct weights *weights = weights_clone(build->parent), *quantized = NULL;
	struct rounding *rounding = rounding_create(build->parent, build->data, bits, why);
	struct dataset calibration = *build->data;
	if (calibration.n > QUANTIZE_QUERIES)
		calibration.n = QUANTIZE_QUERIES;
	if (rounding && !weights)
		problem_what(why, "cannot train: out of memory");
	if (rounding && weights) {
		weights = fine_tune_rounded(build, weights, rounding, why);
		if (weights)
			quantized = quantize_model_bits(weights, &calibration, bits, why);
	}
	rounding_free(rounding);
	weights_free(weights);
	return quantized;
}

const struct variant variant_int8_qat = {
	.name = "int8-qat",
	.summary = "teacher trained on with rounded weights, then in 8-bit integers",
	.parent = &variant_teacher,
	.numbers = "int8",
	.cpu_s = 21,
	.training = { .samples = 12000,
		      .epochs = 1,
		      .optimizer = { .rate = 3e-4f,
				     .embedding_rate = 1.0f,
				     .head_rate = 1.0f,
				     .weight_decay = 0.01f },
		      .ngram_dropout = 0.1f,
		      .soft_weight = 0.9f,
		      .temperature = 2.0f },
	.level = { .name = "bits of a weight", .own = 8, .least = 2, .most = 8 },
	.make = make,
};
