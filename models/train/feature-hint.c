/* models/train/feature-hint.c - see feature-hint.h. */
#include <config.h>

#include "models/train/feature-hint.h"

#include "base/problem.h"
#include "models/train/loss.h"
#include "models/train/network.h"
#include "models/weights/model.h"
#include "models/weights/weights.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct hint {
	struct hint_weights weights;
	const float *teacher;
	size_t wide, width;
	float *batch;                   /* the teacher's features of one batch */
	struct weights *map, *gradient; /* [wide][width] */
	struct optimizer *optimizer;
};

/* A map that sends nothing far: rows of variance 1 / width, from a fixed sequence, as all that
 * is random in training is the seed's. */
static bool make_map(struct hint *hint)
{
	hint->map = weights_new();
	struct weight *map = hint->map ? weights_add(hint->map, "hint.map", WEIGHT_F32, 2,
						     (size_t[]){ hint->wide, hint->width })
				       : NULL;
	if (!map)
		return false;
	uint64_t state = 1;
	float size = sqrtf(3.0f / (float)hint->width); /* of an even distribution */
	for (size_t i = 0; i < weight_count(map); i++) {
		state = state * UINT64_C(6364136223846793005) +
			UINT64_C(1442695040888963407); /* Knuth, MMIX */
		((float *)map->data)[i] = size * (float)(int32_t)(state >> 32) /
					  2147483648.0f;
	}
	hint->gradient = weights_like(hint->map);
	return hint->gradient != NULL;
}

struct hint *hint_create(const struct hint_weights *weights, const float *teacher,
			 size_t wide, size_t width, struct problem *why)
{
	static const struct optimizer_settings settings = { .rate = 4e-3f };
	struct hint *hint = calloc(1, sizeof(*hint));
	if (hint) {
		*hint = (struct hint){ .weights = *weights,
				       .teacher = teacher,
				       .wide = wide,
				       .width = width };
		hint->batch = calloc(TRAIN_BATCH * wide, sizeof(float));
		if (hint->batch && make_map(hint))
			hint->optimizer = optimizer_create(hint->map, hint->gradient,
							   &settings, why);
	}
	if (hint && hint->optimizer)
		return hint;
	hint_free(hint);
	problem_what(why, "cannot distil: out of memory");
	return NULL;
}

void hint_free(struct hint *hint)
{
	if (!hint)
		return;
	optimizer_free(hint->optimizer);
	weights_free(hint->map);
	weights_free(hint->gradient);
	free(hint->batch);
	free(hint);
}

float hint_loss(struct hint *hint, struct network *network, const size_t *samples)
{
	const float *features = network_pooled(network);
	float *d_features = network_d_pooled(network), loss = 0.0f;
	float *d_map = hint->gradient->items[0].data;
	memset(d_features, 0, TRAIN_BATCH * hint->width * sizeof(float));
	memset(d_map, 0, weight_bytes(&hint->gradient->items[0]));
	for (size_t b = 0; b < TRAIN_BATCH; b++)
		memcpy(hint->batch + b * hint->wide,
		       hint->teacher + samples[b] * hint->wide, hint->wide * sizeof(float));
	if (hint->weights.feature > 0.0f)
		loss += loss_feature(&(struct feature_loss){ TRAIN_BATCH, hint->width,
							     hint->wide, hint->batch,
							     hint->map->items[0].data,
							     hint->weights.feature },
				     features, d_features, d_map);
	if (hint->weights.relation > 0.0f)
		loss += loss_relation(&(struct relation_loss){ TRAIN_BATCH, hint->width,
							       hint->wide, hint->batch,
							       hint->weights.relation },
				      features, d_features);
	return loss;
}

void hint_step(struct hint *hint, float schedule)
{
	optimizer_step(hint->optimizer, schedule, NULL, 0);
}

static size_t width_of(const struct weights *weights)
{
	struct model_shape shape;
	struct problem unused;
	return model_shape_of(weights, &shape, &unused) == 0
		   ? shape.stages[shape.n_stages - 1].out
		   : 0;
}

struct weights *hint_train(struct making *making, struct weights *student,
			   const struct hint_weights *weights, struct problem *why)
{
	struct teacher_outputs soft = { 0 };
	struct train_job job = variant_train_job(making, NULL);
	struct hint *hint = NULL;
	int failed = !student ||
		     train_teacher_outputs(making->parent, making->data, &soft, why) < 0;
	if (!failed)
		hint = hint_create(weights, soft.pooled, soft.width, width_of(student),
				   why);
	job.teacher = soft.logits;
	job.hint = hint;
	if (hint) {
		student = variant_train(making, student, &job, why);
	} else {
		weights_free(student);
		student = NULL;
	}
	hint_free(hint);
	teacher_outputs_free(&soft);
	return student;
}
