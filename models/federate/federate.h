/* models/federate/federate.h - federated averaging (McMahan et al. 2017): shops train a common model on
 * their own queries, and exchange weights only.
 *
 * In each round every shop that takes part receives the common weights, trains them on its queries once, and
 * sends them back; the next common weights are the mean of what came back, each shop weighted by its queries.
 * The shops work one after the other in this process, and each byte that they would send over a network is
 * counted; or each in a process of its own, and the bytes are those that were sent. Both give the same weights
 * to the bit. */
#ifndef JOULECART_MODELS_FEDERATE_H
#define JOULECART_MODELS_FEDERATE_H
#include "models/train/train.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	FEDERATE_MOST_SHOPS = 64,
};

/* Differentially private for each shop (private-mean.h). */
struct federation_privacy {
	double clip;  /* the longest update that counts; 0: nothing is private */
	double noise; /* deviation of the noise, of the clip */
	double delta; /* of which epsilon is told */
};

struct federation_rules {
	size_t n_shops; /* 1 to FEDERATE_MOST_SHOPS */
	/* Each shop takes part in each round with this chance, drawn by the seed; 1: all do. */
	double participation;
	bool processes; /* each shop in a process of its own */
	bool is_mixed;  /* each query goes to any shop, whatever it sells */
	struct federation_privacy privacy;
};

/* A shop that was taken out for the rest of the training. */
struct lost_shop {
	size_t shop, round; /* from 0, from 1 */
	char why[128];      /* text of unknown origin */
};

struct federation_outcome {
	/* exchanged; 0 where shops are private and not all took part in every round: it would tell how many did */
	uint64_t bytes;
	/* mean of the shops in the last round that had any; NAN where they are private: that would tell of them */
	float loss;
	struct lost_shop lost[FEDERATE_MOST_SHOPS];
	size_t n_lost;
	struct federation_privacy privacy; /* the rules' */
	double epsilon;                    /* of each shop; 0 where nothing is private */
};

/* Which shop a query went to: mostly, 7 times in 10, to one that sells its category, so that
 * shops see different classes; else, or where the rules mix them, to any. The same for the same index. */
size_t federate_shop(const struct federation_rules *rules, const struct dataset *data,
		     size_t query);

/* Whether the shop takes part in the round, from 0. */
bool federate_takes_part(const struct federation_rules *rules, uint64_t seed, size_t round,
			 size_t shop);

/* Trains the weights in place; job->how->epochs is the number of rounds. A shop that drops out is in the
 * outcome, and the others go on. 0, or -1 with *why: no memory, no shop has queries enough, or all were lost;
 * *outcome says what was exchanged until then. */
int federate(struct weights *weights, const struct train_job *job,
	     const struct federation_rules *rules, struct federation_outcome *outcome,
	     struct problem *why);

#endif
