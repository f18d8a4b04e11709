/* models/train/federate.h - federated averaging (McMahan et al. 2017): shops train a common model on
 * their own queries, and exchange weights only.
 *
 * In each round every shop receives the common weights, trains them on its queries once, and
 * sends them back; the next common weights are the mean, each shop weighted by its queries.
 * Shops are simulated one after the other in this process; each byte that they would send over
 * a network is counted. */
#ifndef JOULECART_MODELS_FEDERATE_H
#define JOULECART_MODELS_FEDERATE_H
#include "models/train/train.h"

#include <stdint.h>

/* Which shop a query went to: mostly, 7 times in 10, to one that sells its category, so that
 * shops see different classes; else to any. The same for the same index. */
size_t federate_shop(const struct dataset *data, size_t query, size_t n_shops);

/* Trains the weights in place; job->how->epochs is the number of rounds. *bytes becomes what
 * was exchanged, *loss the shops' mean in the last round. 0, or -1 with *why. */
int federate(struct weights *weights, const struct train_job *job, size_t n_shops,
	     uint64_t *bytes, float *loss, struct problem *why);

#endif
