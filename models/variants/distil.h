/* models/variants/distil.h - a variant that learns from its parent's features and soft labels. */
#ifndef JOULECART_MODELS_DISTIL_H
#define JOULECART_MODELS_DISTIL_H
#include "models/train/feature-distillation.h"
#include "models/variants/variant.h"

/* Trains a student as build asks, from its parent's soft labels and features. Owns the
 * weights, as variant_train() does. */
struct weights *distil_train(struct build *build, struct weights *student,
			     const struct distillation_weights *weights,
			     struct problem *why);

#endif
