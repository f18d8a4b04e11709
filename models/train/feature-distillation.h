/* models/train/feature-distillation.h - learning from a teacher's features, the maximum over time of its last
 * stage, besides its soft labels: see loss_feature(), loss_relation() and loss_angle(). */
#ifndef JOULECART_MODELS_FEATURE_DISTILLATION_H
#define JOULECART_MODELS_FEATURE_DISTILLATION_H
#include <stddef.h>

struct network;
struct problem;

/* Of each loss beside the labels' own; 0: left out. */
struct distillation_weights {
	float feature, relation, angle;
};

struct distillation;

/* teacher: features [samples][wide] that outlive the distillation, of a student with `width`. NULL with
 * *why filled. */
struct distillation *distillation_create(const struct distillation_weights *weights,
					 const float *teacher, size_t wide, size_t width,
					 struct problem *why);
void distillation_free(struct distillation *distillation); /* takes NULL */

/* After the network's forward pass over a batch of these samples: the loss, and its gradient on
 * the network's pooled features. */
float distillation_loss(struct distillation *distillation, struct network *network,
			const size_t *samples);
/* Trains the map of the feature loss. */
void distillation_step(struct distillation *distillation, float schedule);

#endif
