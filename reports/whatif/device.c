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
		problem_why(why, "devices are %s", names);
	}
	sqlite3_finalize(row);
	return -1;
}

int device_read(sqlite3 *db, const char *key, struct arena *arena,
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

static struct figure modelled(double value, double low, double high)
{
	return (struct figure){ .is_known = true,
				.has_interval = low < high,
				.value = value,
				.low = low,
				.high = high,
				.provenance = PROVENANCE_ASSUMED };
}

/* Independent parts: half-widths in quadrature, per side. */
static struct figure sum(struct figure a, struct figure b, struct figure c)
{
	const struct figure parts[] = { a, b, c };
	double below = 0, above = 0;
	struct figure total = { .is_known = true, .has_interval = true };
	for (size_t i = 0; i < 3; i++) {
		if (!parts[i].is_known)
			continue;
		total.value += parts[i].value;
		if (parts[i].has_interval) {
			below = hypot(below, parts[i].value - parts[i].low);
			above = hypot(above, parts[i].high - parts[i].value);
		}
		if (parts[i].provenance > total.provenance)
			total.provenance = parts[i].provenance;
	}
	total.low = fmax(total.value - below, 0);
	total.high = total.value + above;
	return total;
}

static struct figure embodied(double te, double low, double high, double reserved_s,
			      double life_years, double share)
{
	double per_kg = sci_embodied(1000, reserved_s, life_years * S_PER_YEAR, share);
	return te > 0 ? modelled(te * per_kg, low * per_kg, high * per_kg)
		      : figure_unknown("no device was stated");
}

struct device_account device_cloud(const struct device_profile *profile, double g_per_kwh,
				   const struct whatif_row *row, size_t index, double bytes)
{
	double g_per_intensity = bytes / 1e9 * g_per_kwh;
	struct device_account account = {
		.compute = row->o_g[index],
		.network = modelled(profile->network_kwh_per_gb * g_per_intensity,
				    profile->network_low_kwh_per_gb * g_per_intensity,
				    profile->network_high_kwh_per_gb * g_per_intensity),
		.embodied = row->m_g[index],
	};
	account.total = sum(account.compute, account.network, account.embodied);
	return account;
}

struct device_account device_local(const struct whatif_case *with, double g_per_kwh,
				   const struct device_profile *profile,
				   struct figure energy_j, const struct whatif_row *row,
				   size_t index)
{
	const struct chain chain = {
		.psu = profile->charger_efficiency * profile->battery_efficiency, .pue = 1
	};
	struct device_account account = {
		.compute = carbon_of(energy_j, chain.pue / chain.psu, g_per_kwh,
				     spread_between(row->kwh[index], row->o_g[index]),
				     with->is_assumed),
		.network = figure_unknown("the query stays on the device"),
		.embodied = embodied(profile->te_kg, profile->te_low_kg,
				     profile->te_high_kg, row->reserved_s,
				     profile->life_years, 1),
	};
	struct figure made = row->m_g[index].is_known
				 ? account.embodied
				 : figure_unknown("not known of the cloud");
	account.total = sum(account.compute, account.network, made);
	return account;
}
