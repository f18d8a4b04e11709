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

static double log_squared(double ratio)
{
	return log(ratio) * log(ratio);
}

/* What is left of one end when that of what it was made from is taken away; 0: nothing is known. */
static double log_left(double to, double from)
{
	return to > 0 && from > 0 ? sqrt(fmax(log_squared(to) - log_squared(from), 0)) : 0;
}

struct spread spread_between(struct figure from, struct figure to)
{
	if (!from.has_interval || !to.has_interval || from.value <= 0 || to.value <= 0)
		return (struct spread){ 1, 1 };
	return (struct spread){ exp(-log_left(to.low / to.value, from.low / from.value)),
				exp(log_left(to.high / to.value, from.high / from.value)) };
}

struct figure carbon_of(struct figure energy_j, double pue, double g_per_kwh,
			struct spread spread, bool is_assumed)
{
	struct figure grams = energy_j;
	double below = energy_j.low / energy_j.value,
	       above = energy_j.high / energy_j.value;
	grams.low = below > 0
			? energy_j.value *
			      exp(-sqrt(log_squared(below) + log_squared(spread.down)))
			: 0;
	grams.high = energy_j.value *
		     exp(sqrt(log_squared(above) + log_squared(spread.up)));
	if (is_assumed)
		grams.provenance = PROVENANCE_ASSUMED;
	else if (grams.provenance == PROVENANCE_MEASURED)
		grams.provenance = PROVENANCE_MODELLED;
	return figure_times(grams, carbon_grams(1, pue, g_per_kwh));
}
