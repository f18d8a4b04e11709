/* models/cli/referral.h - a cascade's other process: what a small model is not sure of goes to a larger one,
 * over a socket.
 *
 * The asking process starts the other one, 'joulecart models serve', with a stream socket as its standard
 * input. A message is a struct wire_request and its text; an answer is as many floats as there are outputs, or
 * for REQUEST_CLOCK one number. Both ends are the same program: numbers are in the machine's own order. */
#ifndef JOULECART_MODELS_REFERRAL_H
#define JOULECART_MODELS_REFERRAL_H
#include "models/cli/store.h"

#include <stdint.h>

struct plan;
struct problem;
struct referral;

/* What the two processes did so far. */
struct referral_usage {
	uint64_t queries; /* asked */
	uint64_t bytes;   /* both ways, without what the network's protocols add */
	int64_t cpu_ns;   /* of the other process */
};

/* Where the weights are a cascade's, of which recipe is: starts the other process, waits until it is ready, and
 * has the plan ask it. *referral is NULL where they are not. 0, or -1 with *why filled. */
int referral_start(struct referral **referral, struct plan *plan,
		   const struct weights *weights, const struct variant *variant,
		   const struct recipe *recipe, struct problem *why);
/* Has another plan ask it too. Does nothing for NULL. */
void referral_join(struct referral *referral, struct plan *plan);
/* 0, or -1 with *why filled. All zero for NULL. */
int referral_usage(struct referral *referral, struct referral_usage *usage,
		   struct problem *why);
/* Ends the other process and waits for it. Takes NULL. */
void referral_stop(struct referral *referral);

/* The other end: answers what comes over the socket until it is closed. 0, or -1 with *why filled. */
int referral_serve(int socket, struct plan *plan, struct problem *why);

#endif
