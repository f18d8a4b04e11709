/* models/variants/codebook.c - the teacher with a few values that its weights share, found by
 * k-means, then a short fine-tuning of the values. */
#include <config.h>

#include "base/problem.h"
#include "models/compress/codebook.h"
#include "models/variants/fine-tune.h"
#include "models/weights/weights.h"

static struct weights *make(struct build *build, struct problem *why)
{
	unsigned bits = (unsigned)build->level;
	struct weights *weights = weights_clone(build->parent);
	struct codes *codes = weights ? codebook_share(weights, bits) : NULL;
	if (!codes) {
		weights_free(weights);
		problem_what(why, "cannot share weights: out of memory");
		return NULL;
	}
	const struct constraint constraint = { .apply = codebook_hold, .self = codes };
	weights = fine_tune(build, weights, &constraint, why);
	if (weights)
		weights_set_note(weights, "codebook_bits", "%u", bits);
	codes_free(codes);
	return weights;
}

const struct variant variant_codebook = {
	.name = "codebook",
	.summary = "teacher whose weights share a few values, by k-means",
	.caveat = "saves bytes, and no time: its weights are looked up once, when it is "
		  "loaded, and run in the teacher's kernels",
	.parent = &variant_teacher,
	.cpu_s = 10,
	.numbers = "f32",
	.training = { .samples = 6400,
		      .epochs = 1,
		      .optimizer = { .rate = 2e-4f,
				     .embedding_rate = 1.0f,
				     .head_rate = 1.0f },
		      .ngram_dropout = 0.1f,
		      .soft_weight = 0.7f,
		      .temperature = 2.0f },
	.level = { .name = "bits of each weight", .own = 4, .least = 1, .most = 8 },
	.make = make,
};
