/* models/train/feature-hint.h - learning from a teacher's features, the maximum over time of its last stage,
 * besides its soft labels: see loss_feature() and loss_relation(). */
#ifndef JOULECART_MODELS_HINT_H
#define JOULECART_MODELS_HINT_H
#include "models/variants/variant.h"

struct network;

/* Of each loss beside the labels' own; 0: left out. */
struct hint_weights {
	float feature, relation;
};

struct hint;

/* teacher: features [samples][wide] that outlive the hint, of a student with `width`. NULL with
 * *why filled. */
struct hint *hint_create(const struct hint_weights *weights, const float *teacher,
			 size_t wide, size_t width, struct problem *why);
void hint_free(struct hint *hint); /* takes NULL */

/* After the network's forward pass over a batch of these samples: the loss, and its gradient on
 * the network's pooled features. */
float hint_loss(struct hint *hint, struct network *network, const size_t *samples);
/* Trains the map of the feature loss. */
void hint_step(struct hint *hint, float schedule);

/* Trains a student as making asks, from its parent's soft labels and features. Owns the
 * weights, as variant_train() does. */
struct weights *hint_train(struct making *making, struct weights *student,
			   const struct hint_weights *weights, struct problem *why);

#endif
