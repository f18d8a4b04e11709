/* models/train/tastes.c - see tastes.h. */
#include <config.h>

#include "models/train/tastes.h"

/* Chosen, and taken from no survey: a favourite is taken three times as often as others are on average. */
static const double favourite = 0.6, least = 0.05, most = 0.35;

static void draw_kind(struct tastes *tastes, size_t kind)
{
	double *p = tastes->p[kind / N_BUDGETS][kind % N_BUDGETS];
	for (size_t i = 0; i < N_INGREDIENTS; i++)
		p[i] = least + (most - least) * gsl_rng_uniform(tastes->rng);
	p[gsl_rng_uniform_int(tastes->rng, N_INGREDIENTS)] = favourite;
}

int tastes_open(struct tastes *tastes, uint64_t seed, double drift)
{
	*tastes = (struct tastes){ .rng = gsl_rng_alloc(gsl_rng_mt19937), .drift = drift };
	if (!tastes->rng)
		return -1;
	gsl_rng_set(tastes->rng, (unsigned long)seed);
	for (size_t kind = 0; kind < (size_t)N_SKINS * N_BUDGETS; kind++)
		draw_kind(tastes, kind);
	return 0;
}

void tastes_close(struct tastes *tastes)
{
	gsl_rng_free(tastes->rng);
}

const double *tastes_of(const struct tastes *tastes, const struct shopper *shopper)
{
	return tastes->p[shopper->skin][shopper->budget];
}

double tastes_next(struct tastes *tastes)
{
	double chance = gsl_rng_uniform(tastes->rng);
	if (gsl_rng_uniform(tastes->rng) < tastes->drift)
		draw_kind(tastes,
			  gsl_rng_uniform_int(tastes->rng, (size_t)N_SKINS * N_BUDGETS));
	return chance;
}
