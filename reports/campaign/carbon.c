/* reports/campaign/carbon.c - see carbon.h. */
#include <config.h>

#include "reports/campaign/carbon.h"

#include <math.h>

double carbon_kwh(double joules, struct chain chain)
{
	return joules / chain.psu / J_PER_KWH * chain.pue;
}

double carbon_grams(double joules, double pue, double g_per_kwh)
{
	return carbon_kwh(joules, (struct chain){ .psu = 1, .pue = pue }) * g_per_kwh;
}

double sci_embodied(double te, double reserved_s, double life_s, double share)
{
	return te * (reserved_s / life_s) * share;
}

double sci_g(double e_kwh, double i_g_per_kwh, double m_g, double r)
{
	return (e_kwh * i_g_per_kwh + m_g) / r;
}

struct figure carbon_of(struct figure energy_j, double pue, double g_per_kwh,
			bool is_assumed)
{
	struct figure grams = energy_j;
	double grid_j = energy_j.value * GRID_UNCERTAINTY_K2;
	grams.low = fmax(energy_j.value - hypot(energy_j.value - energy_j.low, grid_j), 0);
	grams.high = energy_j.value + hypot(energy_j.high - energy_j.value, grid_j);
	if (is_assumed)
		grams.provenance = PROVENANCE_ASSUMED;
	else if (grams.provenance == PROVENANCE_MEASURED)
		grams.provenance = PROVENANCE_MODELLED;
	return figure_times(grams, carbon_grams(1, pue, g_per_kwh));
}
