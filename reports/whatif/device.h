/* reports/whatif/device.h - one query on a device of the end user, beside the same query in the cloud. */
#ifndef JOULECART_DEVICE_H
#define JOULECART_DEVICE_H
#include "reports/whatif/whatif-model.h"

/* Grams of one query by where they arise. */
struct device_account {
	struct figure compute, network, embodied, total;
};

/* What a device's profile says; values of factor kinds 'device', 'embodied' and 'network'. */
struct device_profile {
	const char *name;
	double charger_efficiency, battery_efficiency; /* 1: runs from the mains */
	double te_kg, te_low_kg, te_high_kg, life_years;
	double network_kwh_per_gb, network_low_kwh_per_gb, network_high_kwh_per_gb;
	const char *network_source;
	int64_t network_year;
};

/* The profile of that key. 0, or -1 with *why of kind PROBLEM_USAGE that names those there are. */
int device_read(sqlite3 *db, const char *key, struct arena *arena,
		struct device_profile *profile, struct problem *why);

/* The query in the cloud, as the case of that index has it, and bytes over the network. */
struct device_account device_cloud(const struct device_profile *profile, double g_per_kwh,
				   const struct whatif_row *row, size_t index,
				   double bytes);

/* The query on the device: joules / (battery * charger), PUE 1, no network, and the device's
 * own embodied share of the row's time. energy_j is the device's own, or the cloud's, assumed.
 * total is of the same parts as the cloud's: without the embodied share where the cloud's is
 * not known. */
struct device_account device_local(const struct whatif_case *with, double g_per_kwh,
				   const struct device_profile *profile,
				   struct figure energy_j, const struct whatif_row *row,
				   size_t index);

#endif
