/* models/train/tastes.h - simulated shoppers whose tastes drift: how likely each kind of shopper takes a
 * product with each ingredient. The same for the same seed, whoever shows what. */
#ifndef JOULECART_MODELS_TASTES_H
#define JOULECART_MODELS_TASTES_H
#include "models/data/data.h"

#include <gsl/gsl_rng.h>

struct tastes {
	gsl_rng *rng;
	/* Of the shoppers of a skin type and a budget, that a product with the ingredient is taken. */
	double p[N_SKINS][N_BUDGETS][N_INGREDIENTS];
	double drift; /* probability that a kind's favourite changes with an interaction */
};

/* 0, or -1 when memory is short. */
int tastes_open(struct tastes *tastes, uint64_t seed, double drift);
void tastes_close(struct tastes *tastes);

/* The probability that this shopper takes each ingredient, [N_INGREDIENTS]: the tastes' own, good until the
 * next. */
const double *tastes_of(const struct tastes *tastes, const struct shopper *shopper);
/* Ends an interaction, after which tastes may have drifted. Returns the chance that decided it, 0 to 1: what
 * was shown is taken where its probability is above that. */
double tastes_next(struct tastes *tastes);

#endif
