/* models/infer/shallow.h - models without stages, as floors under the networks: hand-written rules, and a
 * linear model over hashed n-grams.
 *
 * Tensors of the linear one: embedding.weight [rows][outputs], of which each n-gram adds its row (over the root
 * of how many share a position, as a network's embedding does); linear.weight [outputs][profile] and
 * linear.bias [outputs]. Of the rules: lexicon.keys [entries][LEXICON_LENGTH], a key + 1 each and 0 behind the
 * last, and lexicon.meaning [entries][2], see lexicon.h. All F32. */
#ifndef JOULECART_MODELS_SHALLOW_H
#define JOULECART_MODELS_SHALLOW_H
#include "models/data/lexicon.h"
#include "models/weights/model.h"

struct features;
struct problem;
struct shallow;

/* The lexicon as weights; NULL when memory is short. */
struct weights *shallow_rules(enum knowledge knowledge);

/* Weights whose shape is shallow and that outlive it. NULL with *why filled. */
struct shallow *shallow_create(const struct weights *weights, struct problem *why);
void shallow_free(struct shallow *shallow); /* takes NULL */

/* logits: [classes of the shape]. */
void shallow_run(struct shallow *shallow, const struct features *features, float *logits);

#endif
