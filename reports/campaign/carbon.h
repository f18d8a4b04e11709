/* reports/campaign/carbon.h - joules to grams of CO2e, as ISO/IEC 21031 (SCI) writes it. Pure.
 *
 * From the meter to the wall: joules that RAPL or NVML count are behind the power supply, so
 * its efficiency comes first; then PUE, once, for what the data centre adds; then the grid.
 * Nothing here knows whether a factor is direct or lifecycle: the caller keeps them apart. */
#ifndef JOULECART_CARBON_H
#define JOULECART_CARBON_H
#include "reports/figure/figure.h"

#define J_PER_KWH  3.6e6
#define S_PER_YEAR (365.0 * 86400.0) /* a year has 365 days, as v_account has it */

/* Reports mark factors whose data were older when the campaign began; of so many years they are taken as
 * current, as by v_quality's best mark for time. */
enum { FACTOR_FRESH_YEARS = 3 };

/* What stands between the joules and the grid. */
struct chain {
	double psu; /* efficiency of the power supply, 0..1; 1: its loss is excluded */
	double pue; /* >= 1 */
};

/* joules / psu / 3.6e6 * pue: SCI's E, and what the meter of the data centre sees. */
double carbon_kwh(double joules, struct chain chain);

/* joules at the IT input / 3.6e6 * pue * g_per_kwh: SCI's E * I, the power supply at 1. */
double carbon_grams(double joules, double pue, double g_per_kwh);

/* SCI's M = TE * (TiR / EL) * (RR / ToR), in TE's unit: reserved_s of the life_s of a device,
 * of which share (0..1) was reserved. */
double sci_embodied(double te, double reserved_s, double life_s, double share);

/* SCI = ((E * I) + M) / R. R is a count of functional units, > 0. */
double sci_g(double e_kwh, double i_g_per_kwh, double m_g, double r);

/* How far a factor may lie from what is taken: what a product with it is multiplied by at either
 * end (95 %); 1, 1: nothing is known of its doubt. */
struct spread {
	double down, up;
};

/* The spread of what stands between two figures of which the second is a multiple of the first:
 * of the grid, between kWh and grams. 1 at an end that is 0 or where one has no interval. */
struct spread spread_between(struct figure from, struct figure to);

/* carbon_grams for a figure in J; the factor has that spread. Independent factors add by the
 * squares of their logarithms, each side by itself, as v_figure has it; a figure without an
 * interval stays without. is_assumed: the zone or PUE stand in for ones that nobody gave; the
 * result is then assumed. It is never measured: modelled at best, since a published factor is
 * in it. */
struct figure carbon_of(struct figure energy_j, double pue, double g_per_kwh,
			struct spread spread, bool is_assumed);

#endif
