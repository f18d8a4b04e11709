/* reports/carbon.c - see carbon.h. */
#include <config.h>

#include "reports/carbon.h"

#include <math.h>

double carbon_grams(double joules, double pue, double g_per_kwh)
{
	return joules / J_PER_KWH * pue * g_per_kwh;
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
	return figure_times(grams, carbon_grams(1, pue, g_per_kwh));
}
