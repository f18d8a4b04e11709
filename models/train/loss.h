/* models/train/loss.h - losses on logits and on features, each with its gradient. */
#ifndef JOULECART_MODELS_LOSS_H
#define JOULECART_MODELS_LOSS_H
#include <stddef.h>

/* The relations of a batch are its square. */
enum { LOSS_MAX_BATCH = 64 };

/* weight x cross-entropy of the label in nats; d_logits += its gradient. */
float loss_cross_entropy(const float *logits, size_t n, size_t label, float weight,
			 float *d_logits);

/* weight x T^2 x KL(teacher || student) of the softened distributions (Hinton, Vinyals, Dean
 * 2015: T^2 keeps the gradient's size when T changes); d_logits += its gradient. */
float loss_distill(const float *logits, const float *teacher, size_t n, float temperature,
		   float weight, float *d_logits);

/* Feature distillation (Romero et al. 2015, "FitNets"): weight x the mean squared difference
 * between map x features and the teacher's features, over their mean square, so that the loss
 * is 1 for features that are mapped to nothing. features [n][width], target [n][wide], map
 * [wide][width], which is trained along; d_features and d_map += its gradient. */
struct feature_loss {
	size_t n, width, wide;
	const float *target, *map;
	float weight;
};
float loss_feature(const struct feature_loss *loss, const float *features,
		   float *d_features, float *d_map);

/* Relational distillation by distance (Park et al. 2019, "RKD-D"): weight x the mean over all
 * pairs of Huber's loss (1 at its bend) between the pair's distance in the student's features
 * and in the teacher's, each over the mean distance of its own. n <= LOSS_MAX_BATCH, at least
 * 2; d_features += its gradient. */
struct relation_loss {
	size_t n, width, wide;
	const float *target; /* [n][wide] */
	float weight;
};
float loss_relation(const struct relation_loss *loss, const float *features,
		    float *d_features);
/* The same by angle ("RKD-A"): the mean over all corners (an angle at one query between two others) of
 * Huber's loss between the cosines in the student's features and in the teacher's. A corner at which two
 * features are equal counts as right. n at least 3. */
float loss_angle(const struct relation_loss *loss, const float *features,
		 float *d_features);

#endif
