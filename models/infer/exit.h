/* models/infer/exit.h - when a head is sure enough of its answer to leave at it.
 *
 * Both rules turn logits into a confidence from 0 to 1; an answer that is more confident than
 * the threshold is final. At threshold 1 none is: the whole network runs.
 *
 *   softmax: the largest probability of a class
 *   entropy: 1 - H / ln(classes), H the entropy of the classes in nats (BranchyNet,
 *            Teerapittayanon et al. 2016, compares H itself) */
#ifndef JOULECART_MODELS_EXIT_H
#define JOULECART_MODELS_EXIT_H
#include <stdbool.h>
#include <stddef.h>

struct weights;

enum exit_rule { EXIT_NEVER, EXIT_SOFTMAX, EXIT_ENTROPY };

float exit_confidence(enum exit_rule rule, const float *logits, size_t classes);

/* The rule in the weights' record, and back. */
enum exit_rule exit_rule_of(const struct weights *weights, float *threshold);
void exit_set_rule(struct weights *weights, enum exit_rule rule, float threshold);

#endif
