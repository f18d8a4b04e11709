/* reports/whatif/whatif.h - past campaigns with other grids, hours, PUE, lives or volumes of queries.
 * Nothing is run and nothing is stored: the joules are those of the database. */
#ifndef JOULECART_WHATIF_H
#define JOULECART_WHATIF_H
#include "reports/figure/figure.h"
#include "reports/render/query-table.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct problem;

enum { WHATIF_MAX_ZONES = 12 };

/* What is to be other than stored; 0 and NULL leave it as it is. */
struct whatif_options {
	const char *path;                    /* of the database, for messages */
	int64_t campaign_id;                 /* 0: all */
	const char *zones[WHATIF_MAX_ZONES]; /* keys of table factor */
	size_t n_zones;
	double g_per_kwh;
	double pue, psu, life_years, share;
	double te_kg;
	double per_year; /* queries a year: adds the footprint of a year */
	bool hours; /* imported intensities at the run's own clock, not the annual one */
	bool allow_gaps;
	const char *method; /* of hourly intensities; NULL: average */
	const char
	    *device; /* key of factor(kind = 'device'): the query on it beside the cloud */
	double
	    device_j; /* joules that a query takes there; 0: as many as stored, assumed */
	double bytes; /* that a query sends and gets over the network */
	enum table_form form; /* TABLE_TEXT or TABLE_JSON */
};

/* 0, or -1 with *why: no such campaign, no factor, no hours for a zone. */
int whatif_print(sqlite3 *db, const struct whatif_options *options, FILE *out,
		 struct problem *why);

#endif
