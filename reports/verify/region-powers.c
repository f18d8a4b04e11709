/* reports/verify/region-powers.c - see region-powers.h. */
#include <config.h>

#include "reports/verify/region-powers.h"

#include <math.h>
#include <stdio.h>

/* The last region with a power of its own; later ones are outside (table region_power). */
enum { ORDINAL_MOST = 62 };

static void take_power(sqlite3_stmt *row, const struct list_reading *reading)
{
	const struct region_power_row power = {
		sqlite3_column_int64(row, 0), sqlite3_column_int64(row, 1),
		real_or(row, 2, NAN),         real_or(row, 3, NAN),
		real_or(row, 4, NAN),         real_or(row, 5, NAN),
	};
	arena_append(reading->arena, &power, sizeof(power));
}

static void take_product(sqlite3_stmt *row, const struct list_reading *reading)
{
	const struct region_product_row product = { sqlite3_column_int64(row, 0),
						    sqlite3_column_int64(row, 1),
						    sqlite3_column_int64(row, 2),
						    real_or(row, 3, NAN) };
	arena_append(reading->arena, &product, sizeof(product));
}

static void take_seconds(sqlite3_stmt *row, const struct list_reading *reading)
{
	const struct region_seconds seconds = { sqlite3_column_int64(row, 0),
						1e-9 * sqlite3_column_double(row, 1) };
	arena_append(reading->arena, &seconds, sizeof(seconds));
}

int region_powers_read(const struct list_reading *reading, struct region_powers *powers)
{
	if (each_row(reading,
		     "SELECT w.channel_id, w.ordinal, w.fitted, w.power, w.half_width,"
		     " w.rise_seconds FROM channel c"
		     " JOIN region_power w ON w.channel_id = c.channel_id"
		     " WHERE c.trial_id = ?1",
		     take_power) != 0)
		return -1;
	powers->powers = rows_taken(reading, sizeof(*powers->powers), &powers->n_powers);
	if (each_row(reading,
		     "SELECT w.channel_id, w.ordinal, w.other, w.seconds2 FROM channel c"
		     " JOIN region_product w ON w.channel_id = c.channel_id"
		     " WHERE c.trial_id = ?1",
		     take_product) != 0)
		return -1;
	powers->products = rows_taken(reading, sizeof(*powers->products),
				      &powers->n_products);
	return 0;
}

int region_powers_read_seconds(const struct list_reading *reading, int64_t first,
			       int64_t last, struct region_powers *powers)
{
	const char *sql = arena_format(
	    reading->arena,
	    "SELECT r.ordinal, sum(t.cpu_ns) FROM region r"
	    " CROSS JOIN region_time t WHERE r.trial_id = ?1 AND t.region_id = r.region_id"
	    " AND t.seq BETWEEN %lld AND %lld GROUP BY r.ordinal UNION ALL"
	    " SELECT o.ordinal, sum(iif(o.ordinal = 0, t.outside_ns, t.idle_ns)) FROM"
	    " (SELECT 0 AS ordinal UNION ALL SELECT -1) o CROSS JOIN region_rest t"
	    " WHERE t.trial_id = ?1 AND t.seq BETWEEN %lld AND %lld GROUP BY o.ordinal",
	    (long long)first, (long long)last, (long long)first, (long long)last);
	if (each_row(reading, sql, take_seconds) != 0)
		return -1;
	powers->seconds = rows_taken(reading, sizeof(*powers->seconds), &powers->n_seconds);
	return 0;
}

static const struct region_power_row *power_of(const struct region_powers *powers,
					       int64_t channel_id, int64_t ordinal)
{
	if (ordinal > ORDINAL_MOST)
		ordinal = 0;
	for (size_t i = 0; i < powers->n_powers; i++)
		if (powers->powers[i].channel_id == channel_id &&
		    powers->powers[i].ordinal == ordinal)
			return &powers->powers[i];
	return NULL;
}

double region_powers_part(const struct region_powers *powers, int64_t channel_id,
			  int64_t ordinal)
{
	double steps = 0, all = 0;
	for (size_t i = 0; i < powers->n_seconds; i++) {
		const struct region_seconds *seconds = &powers->seconds[i];
		const struct region_power_row *power = power_of(powers, channel_id,
								seconds->ordinal);
		if (!power)
			continue;
		all += power->power * seconds->seconds;
		if (seconds->ordinal == ordinal)
			steps += power->power * seconds->seconds;
	}
	return all > 0 ? steps / all : NAN;
}

static double product_of(const struct region_powers *powers, int64_t channel_id,
			 int64_t ordinal, int64_t other)
{
	for (size_t i = 0; i < powers->n_products; i++) {
		const struct region_product_row *product = &powers->products[i];
		if (product->channel_id == channel_id &&
		    ((product->ordinal == ordinal && product->other == other) ||
		     (product->ordinal == other && product->other == ordinal)))
			return product->seconds2;
	}
	return NAN;
}

/* Karush, Kuhn and Tucker: the sum of squares has no slope at a power above 0, and none downwards at 0. So it
 * is the least, however it was found. */
static bool is_least(const struct region_powers *powers,
		     const struct region_power_row *power)
{
	double slope = power->rise_seconds, size = fabs(slope);
	for (size_t i = 0; i < powers->n_powers; i++) {
		const struct region_power_row *other = &powers->powers[i];
		if (other->channel_id != power->channel_id || isnan(other->fitted))
			continue;
		double term = product_of(powers, power->channel_id, power->ordinal,
					 other->ordinal) *
			      other->fitted;
		slope -= term;
		size += fabs(term);
	}
	/* the fit's own rounding, of sums of like size, with columns of most different length */
	double least = 1e-6 * size;
	return power->fitted > 0 ? fabs(slope) <= least : slope <= least;
}

/* Its own is the fitted one; all others that took part have the same, and so have those that did not. */
static bool is_used_right(const struct region_powers *powers,
			  const struct region_power_row *power)
{
	if (!isnan(power->half_width))
		return power->power == power->fitted;
	for (size_t i = 0; i < powers->n_powers; i++) {
		const struct region_power_row *other = &powers->powers[i];
		if (other->channel_id == power->channel_id && isnan(other->half_width) &&
		    isnan(other->fitted) == isnan(power->fitted) &&
		    other->power != power->power)
			return false;
	}
	return true;
}

void region_powers_check(const struct region_powers *powers, int64_t trial_id,
			 struct verification *result)
{
	for (size_t i = 0; i < powers->n_powers; i++) {
		const struct region_power_row *power = &powers->powers[i];
		result->n_figures++;
		if (*result->place || ((isnan(power->fitted) || is_least(powers, power)) &&
				       is_used_right(powers, power)))
			continue;
		snprintf(result->place, sizeof(result->place),
			 "the power of region %lld in trial %lld is given as %.17g steps a "
			 "second, which is not what its sums have as least squares",
			 (long long)power->ordinal, (long long)trial_id, power->power);
	}
}
