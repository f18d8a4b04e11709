/* models/train/feature-distillation.c - see feature-distillation.h. */
#include <config.h>

#include "models/train/feature-distillation.h"

#include "base/problem.h"
#include "models/train/loss.h"
#include "models/train/network.h"
#include "models/train/optimizer.h"
#include "models/train/train.h"
#include "models/weights/weights.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct distillation {
	struct distillation_weights weights;
	const float *teacher;
	size_t wide, width;
	float *batch;                   /* the teacher's features of one batch */
	struct weights *map, *gradient; /* [wide][width] */
	struct optimizer *optimizer;
};

/* A map that sends nothing far: rows of variance 1 / width, from a fixed sequence, as all that
 * is random in training is the seed's. */
static bool make_map(struct distillation *distillation)
{
	distillation->map = weights_new();
	struct weight *map =
	    distillation->map
		? weights_add(distillation->map, "distillation.map", WEIGHT_F32, 2,
			      (size_t[]){ distillation->wide, distillation->width })
		: NULL;
	if (!map)
		return false;
	uint64_t state = 1;
	float size = sqrtf(3.0f / (float)distillation->width); /* of an even distribution */
	for (size_t i = 0; i < weight_count(map); i++) {
		state = state * UINT64_C(6364136223846793005) +
			UINT64_C(1442695040888963407); /* Knuth, MMIX */
		((float *)map->data)[i] = size * (float)(int32_t)(state >> 32) /
					  2147483648.0f;
	}
	distillation->gradient = weights_like(distillation->map);
	return distillation->gradient != NULL;
}

struct distillation *distillation_create(const struct distillation_weights *weights,
					 const float *teacher, size_t wide, size_t width,
					 struct problem *why)
{
	static const struct optimizer_settings settings = { .rate = 4e-3f };
	struct distillation *distillation = calloc(1, sizeof(*distillation));
	if (distillation) {
		*distillation = (struct distillation){ .weights = *weights,
						       .teacher = teacher,
						       .wide = wide,
						       .width = width };
		distillation->batch = calloc(TRAIN_BATCH * wide, sizeof(float));
		if (distillation->batch && make_map(distillation))
			distillation->optimizer = optimizer_create(
			    distillation->map, distillation->gradient, &settings, why);
	}
	if (distillation && distillation->optimizer)
		return distillation;
	distillation_free(distillation);
	problem_what(why, "cannot distil: out of memory");
	return NULL;
}

void distillation_free(struct distillation *distillation)
{
	if (!distillation)
		return;
	optimizer_free(distillation->optimizer);
	weights_free(distillation->map);
	weights_free(distillation->gradient);
	free(distillation->batch);
	free(distillation);
}

float distillation_loss(struct distillation *distillation, struct network *network,
			const size_t *samples)
{
	const float *features = network_pooled(network);
	float *d_features = network_d_pooled(network), loss = 0.0f;
	float *d_map = distillation->gradient->items[0].data;
	memset(d_features, 0, TRAIN_BATCH * distillation->width * sizeof(float));
	memset(d_map, 0, weight_bytes(&distillation->gradient->items[0]));
	for (size_t b = 0; b < TRAIN_BATCH; b++)
		memcpy(distillation->batch + b * distillation->wide,
		       distillation->teacher + samples[b] * distillation->wide,
		       distillation->wide * sizeof(float));
	if (distillation->weights.feature > 0.0f)
		loss += loss_feature(
		    &(struct feature_loss){ TRAIN_BATCH, distillation->width,
					    distillation->wide, distillation->batch,
					    distillation->map->items[0].data,
					    distillation->weights.feature },
		    features, d_features, d_map);
	struct relation_loss relation = { TRAIN_BATCH, distillation->width,
					  distillation->wide, distillation->batch,
					  distillation->weights.relation };
	if (relation.weight > 0.0f)
		loss += loss_relation(&relation, features, d_features);
	relation.weight = distillation->weights.angle;
	if (relation.weight > 0.0f)
		loss += loss_angle(&relation, features, d_features);
	return loss;
}

void distillation_step(struct distillation *distillation, float schedule)
{
	optimizer_step(distillation->optimizer, schedule, NULL, 0);
}
