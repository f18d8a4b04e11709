/* reports/verify/region-powers.h - the powers of regions (table region_power), a second time: that each is what the
 * stored sums have as least squares without negative powers, and what part of a phase each has by them. */
#ifndef JOULECART_REGION_POWERS_H
#define JOULECART_REGION_POWERS_H
#include "reports/figure/rows.h"
#include "reports/verify/readings.h"

struct region_power_row {
	int64_t channel_id, ordinal;
	double fitted, power, half_width, rise_seconds; /* NAN: NULL */
};

struct region_product_row {
	int64_t channel_id, ordinal, other;
	double seconds2;
};

/* Seconds of a region in the phase; 0: outside, -1: idle. */
struct region_seconds {
	int64_t ordinal;
	double seconds;
};

struct region_powers {
	const struct region_power_row *powers;
	const struct region_product_row *products;
	const struct region_seconds *seconds;
	size_t n_powers, n_products, n_seconds;
};

/* Of the trial reading->campaign_id: its powers, and the sums that they follow from. 0, or -1: SQLite failed. */
int region_powers_read(const struct list_reading *reading, struct region_powers *powers);

/* And the seconds in the stretches first to last. Returns as above. */
int region_powers_read_seconds(const struct list_reading *reading, int64_t first,
			       int64_t last, struct region_powers *powers);

/* The part of the channel's joules that the region has. NAN: the channel has no powers. */
double region_powers_part(const struct region_powers *powers, int64_t channel_id,
			  int64_t ordinal);

/* The first power that the sums contradict goes to result->place. */
void region_powers_check(const struct region_powers *powers, int64_t trial_id,
			 struct verification *result);

#endif
