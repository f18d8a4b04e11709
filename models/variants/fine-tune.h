/* models/variants/fine-tune.h - training with the parent's soft labels: a small network from nothing, or
 * a compressed one back to what it could do before. */
#ifndef JOULECART_MODELS_FINE_TUNE_H
#define JOULECART_MODELS_FINE_TUNE_H
#include "models/variants/variant.h"

/* How a compressed teacher is trained on: at a fraction of the teacher's own rate, since it is nearly
 * there, and mostly on the teacher's soft labels. The numbers of queries and of passes over them are
 * the variant's. */
/* clang-format off */
#define FINE_TUNING(queries, passes)                                  \
	{ .samples = (queries), .epochs = (passes),                   \
	  .optimizer = { .rate = 1e-3f, .embedding_rate = 1.0f,       \
			 .head_rate = 1.0f, .weight_decay = 0.01f },  \
	  .ngram_dropout = 0.1f, .soft_weight = 0.7f, .temperature = 2.0f }
/* clang-format on */

/* Trains the weights as build asks, and returns them. Owns them: they are freed on failure,
 * which returns NULL with *why filled; for weights == NULL as it was filled by their maker.
 * constraint may be NULL. */
struct weights *fine_tune(struct build *build, struct weights *weights,
			  const struct constraint *constraint, struct problem *why);

/* The same with a rounding, see fake-quantize.h. Returns as above. */
struct weights *fine_tune_rounded(struct build *build, struct weights *weights,
				  struct rounding *rounding, struct problem *why);

#endif
