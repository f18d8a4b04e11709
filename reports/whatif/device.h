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

/* What was asked about: the last case of the first row, a query's or, where the runs state no queries,
 * a run's. total is of the same parts on both sides: without the device's embodied share where the
 * cloud's is not known. */
struct device_comparison {
	struct device_profile profile;
	const char *variant, *label; /* of the row, of the case */
	bool is_per_query;
	bool is_as_stored; /* the device's joules are the cloud's: assumed */
	struct device_account cloud, local;
};

/* The cloud has the network, of options->bytes a query or run. The device has joules / (battery *
 * charger), PUE 1, no network, and its own embodied share of the row's time. 0, or -1 with *why: of kind
 * PROBLEM_USAGE, which names the devices that there are, or the database cannot be read. */
int device_compare(sqlite3 *db, const struct whatif *whatif,
		   const struct whatif_options *options, struct arena *arena,
		   struct device_comparison *both, struct problem *why);

/* Whether there is a device of that key: 0, or -1 as device_compare(). */
int device_check(sqlite3 *db, const char *key, struct arena *arena, struct problem *why);

#endif
