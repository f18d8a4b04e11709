/* models/variants/student-network.h - the small network that every student is: 0.65 million multiply-adds a
 * query, a seventieth of the teacher's; and of the mirror 0.5 million a picture, a thirteenth, in depthwise
 * convolutions. The students differ in what they learn from alone.
 *
 * The agent's embedding table is small on purpose: with the teacher's 8192 rows, a student distilled
 * from a teacher that has memorised some wrong labels overtakes it. */
#ifndef JOULECART_MODELS_STUDENT_NETWORK_H
#define JOULECART_MODELS_STUDENT_NETWORK_H
#include "models/variants/variant.h"

/* clang-format off */
#define STUDENT_TRAINING                                              \
	{ .samples = 20000, .epochs = 8,                              \
	  .optimizer = { .rate = 4e-3f, .embedding_rate = 5.0f,       \
			 .head_rate = 2.0f, .weight_decay = 0.01f },  \
	  .ngram_dropout = 0.1f, .soft_weight = 0.9f, .temperature = 2.0f }
#define STUDENT_MIRROR                                                \
	{ .cpu_s = 34,                                                \
	  .training = { .samples = 20000, .epochs = 12,               \
			.optimizer = { .rate = 4e-3f,                 \
				       .head_rate = 2.0f,             \
				       .weight_decay = 0.01f },       \
			.soft_weight = 0.9f, .temperature = 2.0f } }
/* clang-format on */

/* Random weights, or NULL with *why filled. */
struct weights *student_init(const struct build *build, struct problem *why);

#endif
