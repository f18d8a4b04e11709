/* reports/carbon.h - joules to grams of CO2e. Pure. */
#ifndef JOULECART_CARBON_H
#define JOULECART_CARBON_H
#include "reports/figure.h"

/* Expanded relative uncertainty (k = 2) of an annual national grid factor, for the right
 * country: factors drift by 5 to 15 % from year to year (UK DEFRA 2024 to 2025: -13.6 %; US
 * eGRID 2022 to 2023: -6.8 %). It says nothing of the hour of a run. */
#define GRID_UNCERTAINTY_K2 0.10

#define J_PER_KWH 3.6e6

/* joules at the IT input / 3.6e6 * pue * g_per_kwh: SCI's E * I (ISO/IEC 21031), with the
 * data centre's overhead by PUE, applied once, here. */
double carbon_grams(double joules, double pue, double g_per_kwh);

/* The same for a figure in J. Its interval takes GRID_UNCERTAINTY_K2 in, in quadrature; a
 * figure without an interval stays without. is_assumed: the zone or PUE stand in for ones that
 * nobody gave; the result is then assumed. */
struct figure carbon_of(struct figure energy_j, double pue, double g_per_kwh,
			bool is_assumed);

#endif
