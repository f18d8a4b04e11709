/* reports/whatif/device.c - see device.h. */
#include <config.h>

#include "reports/whatif/device.h"

#include "base/problem.h"
#include "reports/campaign/carbon.h"
#include "reports/figure/column-text.h"
#include "schema/database/bundled.h"
#include "schema/database/migrate.h"

#include <math.h>

static const char profile_sql[] =
    "SELECT c.name, c.value, b.value, t.value, coalesce(t.low, t.value),"
    " coalesce(t.high, t.value), l.value, n.value, n.source, coalesce(n.year, 0),"
    " coalesce(n.low, n.value), coalesce(n.high, n.value) "
    "FROM known_factor c "
    "JOIN known_factor b ON b.kind = 'device' AND b.key = c.key"
    "  AND b.parameter = 'battery_efficiency' "
    "JOIN known_factor t ON t.kind = 'embodied' AND t.key = c.key AND t.parameter = 'te' "
    "JOIN known_factor l ON l.kind = 'embodied' AND l.key = c.key AND l.parameter = 'life' "
    "JOIN known_factor n ON n.kind = 'network' AND n.key = 'internet' "
    "WHERE c.in_force AND b.in_force AND t.in_force AND l.in_force AND n.in_force"
    " AND c.kind = 'device' AND c.parameter = 'charger_efficiency' AND c.key = ?";

static const char names_sql[] =
    "SELECT group_concat(key, ', ') FROM (SELECT DISTINCT key FROM known_factor"
    " WHERE in_force AND kind = 'device' ORDER BY key)";

static int unknown_device(sqlite3 *db, const char *key, struct problem *why)
{
	sqlite3_stmt *row = NULL;
	problem_what(why, "unknown device '%s'", key);
	why->kind = PROBLEM_USAGE;
	if (sqlite3_prepare_v2(db, names_sql, -1, &row, NULL) == SQLITE_OK &&
	    sqlite3_step(row) == SQLITE_ROW) {
		char names[sizeof(why->why)];
		column_copy(row, 0, names, sizeof(names));
		problem_refuse(why, "name one of them", "devices are %s", names);
	}
	sqlite3_finalize(row);
	return -1;
}

/* The profile of that key. As device_compare(). */
static int read_profile(sqlite3 *db, const char *key, struct arena *arena,
			struct device_profile *profile, struct problem *why)
{
	sqlite3_stmt *row = NULL;
	if (bundled_know(db) != SQLITE_OK ||
	    sqlite3_prepare_v2(db, profile_sql, -1, &row, NULL) != SQLITE_OK)
		return store_problem(db, "read", "the devices", why);
	bind_text(row, 1, key);
	bool is_there = sqlite3_step(row) == SQLITE_ROW;
	if (is_there)
		*profile = (struct device_profile){
			.name = column_text(row, 0, arena),
			.charger_efficiency = sqlite3_column_double(row, 1),
			.battery_efficiency = sqlite3_column_double(row, 2),
			.te_kg = sqlite3_column_double(row, 3),
			.te_low_kg = sqlite3_column_double(row, 4),
			.te_high_kg = sqlite3_column_double(row, 5),
			.life_years = sqlite3_column_double(row, 6),
			.network_kwh_per_gb = sqlite3_column_double(row, 7),
			.network_source = column_text(row, 8, arena),
			.network_year = sqlite3_column_int64(row, 9),
			.network_low_kwh_per_gb = sqlite3_column_double(row, 10),
			.network_high_kwh_per_gb = sqlite3_column_double(row, 11),
		};
	sqlite3_finalize(row);
	return is_there ? 0 : unknown_device(db, key, why);
}

int device_check(sqlite3 *db, const char *key, struct arena *arena, struct problem *why)
{
	struct device_profile profile;
	return read_profile(db, key, arena, &profile, why);
}

static struct figure modelled(double value, double low, double high)
{
	return (struct figure){ .is_known = true,
				.has_interval = low < high,
				.value = value,
				.low = low,
				.high = high,
				.provenance = PROVENANCE_ASSUMED };
}

/* Of two parts that err apart: half-widths in quadrature, per side. A part that is not known is not in
 * it; one that has no interval though it is something leaves the sum without. */
static struct figure plus(struct figure a, struct figure b)
{
	if (!a.is_known || !b.is_known)
		return a.is_known ? a : b;
	double below = hypot(a.has_interval ? a.value - a.low : 0,
			     b.has_interval ? b.value - b.low : 0);
	double above = hypot(a.has_interval ? a.high - a.value : 0,
			     b.has_interval ? b.high - b.value : 0);
	double value = a.value + b.value;
	return (struct figure){
		.is_known = true,
		.has_interval = (a.has_interval || a.value == 0) &&
				(b.has_interval || b.value == 0),
		.value = value,
		.low = fmax(value - below, 0),
		.high = value + above,
		.provenance = a.provenance > b.provenance ? a.provenance : b.provenance,
	};
}

static struct figure embodied(double te, double low, double high, double reserved_s,
			      double life_years, double share)
{
	double per_kg = sci_embodied(1000, reserved_s, life_years * S_PER_YEAR, share);
	return te > 0 ? modelled(te * per_kg, low * per_kg, high * per_kg)
		      : figure_unknown("no device was stated");
}

/* The grid that a query or run meets, and how well it is known. */
struct grid {
	double g_per_kwh;
	struct spread spread;
	bool is_assumed;
};

static struct figure on_grid(struct figure energy_j, double pue, const struct grid *grid)
{
	return carbon_of(energy_j, pue, grid->g_per_kwh, grid->spread, grid->is_assumed);
}

/* The grid errs alike in what the cloud and the network draw, so their joules are added first. */
static struct device_account cloud_of(const struct device_profile *profile,
				      const struct grid *grid, const struct whatif_row *row,
				      size_t index, double bytes)
{
	const double j_per_kwh_gb = bytes / 1e9 * J_PER_KWH;
	struct figure network_j = modelled(profile->network_kwh_per_gb * j_per_kwh_gb,
					   profile->network_low_kwh_per_gb * j_per_kwh_gb,
					   profile->network_high_kwh_per_gb * j_per_kwh_gb);
	struct figure own_j = figure_times(row->kwh[index], J_PER_KWH);
	bool has_network = network_j.value > 0 && own_j.is_known;
	struct device_account account = {
		.compute = row->o_g[index],
		.network = has_network ? on_grid(network_j, 1, grid) : network_j,
		.embodied = row->m_g[index],
	};
	struct figure drawn = has_network ? on_grid(plus(own_j, network_j), 1, grid)
					  : account.compute;
	account.total = plus(drawn, account.embodied);
	return account;
}

static struct device_account local_of(const struct device_profile *profile,
				      const struct grid *grid, struct figure energy_j,
				      const struct whatif_row *row, size_t index)
{
	const double efficiency = profile->charger_efficiency * profile->battery_efficiency;
	struct device_account account = {
		.compute = on_grid(energy_j, 1 / efficiency, grid),
		.network = figure_unknown(row->is_per_query
					      ? "the query stays on the device"
					      : "the run stays on the device"),
		.embodied = embodied(profile->te_kg, profile->te_low_kg,
				     profile->te_high_kg, row->reserved_s,
				     profile->life_years, 1),
	};
	account.total = row->m_g[index].is_known ? plus(account.compute, account.embodied)
						 : account.compute;
	return account;
}

int device_compare(sqlite3 *db, const struct whatif *whatif,
		   const struct whatif_options *options, struct arena *arena,
		   struct device_comparison *both, struct problem *why)
{
	const struct whatif_row *row = &whatif->rows[0];
	const size_t last = whatif->n_cases - 1;
	const struct whatif_case *with = &whatif->cases[last];
	struct figure own_j = row->energy_j;
	*both = (struct device_comparison){ .variant = row->variant,
					    .label = with->label,
					    .is_per_query = row->is_per_query,
					    .is_as_stored = options->device_j <= 0 };
	if (read_profile(db, options->device, arena, &both->profile, why) != 0)
		return -1;
	if (!both->is_as_stored)
		own_j = (struct figure){ .is_known = true,
					 .has_interval = true, /* as stated: exact */
					 .value = options->device_j,
					 .low = options->device_j,
					 .high = options->device_j,
					 .provenance = PROVENANCE_ASSUMED };
	const struct grid grid = {
		.g_per_kwh = with->series ? hourly_g_per_kwh(&row->hourly[last])
					  : with->g_per_kwh,
		.spread = spread_between(row->kwh[last], row->o_g[last]),
		.is_assumed = with->is_assumed,
	};
	both->cloud = cloud_of(&both->profile, &grid, row, last, options->bytes);
	both->local = local_of(&both->profile, &grid, own_j, row, last);
	return 0;
}
