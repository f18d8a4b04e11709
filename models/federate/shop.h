/* models/federate/shop.h - one shop's part of a federated training, in whichever process. */
#ifndef JOULECART_MODELS_SHOP_H
#define JOULECART_MODELS_SHOP_H
#include "models/data/data.h"
#include "models/train/train.h"

struct federation_rules;

/* The shops of a federation, each with the queries that it alone sees. */
struct shops {
	const struct train_job *job; /* the federation's */
	struct dataset *queries;     /* [n] */
	size_t n;
};

/* Deals the job's queries out as federate_shop() says. 0, or -1 when memory is short. */
int shops_open(struct shops *shops, const struct train_job *job,
	       const struct federation_rules *rules);
void shops_close(struct shops *shops);
/* One that has less than a batch takes no part. */
bool shop_can_train(const struct shops *shops, size_t which);

/* Trains the weights in place on the shop's queries once, as its part of the round, from 0. *loss becomes the
 * mean. 0, or -1 with *why filled. */
int shop_train(const struct shops *shops, size_t which, size_t round,
	       struct weights *weights, float *loss, struct problem *why);

#endif
