/* models/variants/student-pruned-int8.c - all that the literature recommends, one upon the other:
 * the student, a quarter of its channels and neurons removed, fine-tuned, in integers. */
#include <config.h>

#include "models/compress/prune-channel.h"
#include "models/compress/quantize.h"
#include "models/data/data.h"
#include "models/variants/fine-tune.h"
#include "models/weights/weights.h"

/* Queries: twenty batches show each activation's range. */
enum { CALIBRATION = 640 };

static struct weights *make(struct build *build, struct problem *why)
{
	size_t kept = (size_t)build->level;
	struct dataset some = *build->data;
	if (some.n > CALIBRATION)
		some.n = CALIBRATION;
	struct weights *weights = prune_channels(build->parent, kept, kept, why);
	weights = fine_tune(build, weights, NULL, why);
	struct weights *quantized = weights ? quantize_model(weights, &some, why) : NULL;
	weights_free(weights);
	return quantized;
}

const struct variant variant_student_pruned_int8 = {
	.name = "student-pruned-int8",
	.summary = "student, pruned by channels, then in 8-bit integers",
	.parent = &variant_student,
	.cpu_s = 2,
	.numbers = "int8",
	.training = { .samples = 20000,
		      .epochs = 3,
		      .optimizer = { .rate = 2e-3f,
				     .embedding_rate = 2.0f,
				     .head_rate = 1.0f,
				     .weight_decay = 0.01f },
		      .ngram_dropout = 0.1f,
		      .soft_weight = 0.9f,
		      .temperature = 2.0f },
	.level = { .name = "channels and neurons kept in each layer",
		   .own = 48,
		   .least = 16,
		   .most = 64 },
	.mirror = { .cpu_s = 5,
		    .training = { .samples = 12000,
				  .epochs = 3,
				  .optimizer = { .rate = 2e-3f,
						 .head_rate = 1.0f,
						 .weight_decay = 0.01f },
				  .soft_weight = 0.9f,
				  .temperature = 2.0f },
		    .level = { .name = "channels and neurons kept in each layer",
			       .own = 48,
			       .least = 16,
			       .most = 64 } },
	.make = make,
};
