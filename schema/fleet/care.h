/* schema/fleet/care.h - what the owner of a fleet's database looks at and lets go. */
#ifndef JOULECART_FLEET_CARE_H
#define JOULECART_FLEET_CARE_H
#include "schema/fleet/server.h"

#include <stdint.h>

/* Does the fleet keep figures by this program's views? Else figures of two formulas would stand side by
 * side. 0, or -1 with *why. */
int care_check_formulas(struct server *server, struct problem *why);

/* Makes the figures anew of each campaign that was pushed with other formulas: its file is pulled and its views
 * are read. Retired ones keep theirs, and so does one that is not what was pushed, which is a problem once all
 * others are done. *n: how many. May be begun again. 0, or -1 with *why. */
int care_renew(struct server *server, int64_t *n, struct problem *why);

struct care_status {
	int64_t version, n_campaigns, n_teams, n_sealed, n_readings, n_retired_months;
	int64_t
	    n_other_formulas; /* campaigns whose figures are by others than the fleet's */
	int64_t
	    n_other_sums; /* rows of fleet_month that are not what their trials come to */
	int64_t n_bytes;  /* on the server's disk, of all that is there */
	int64_t reading_bytes;    /* and of the pages of readings and rollups alone */
	char first[24], last[24]; /* begins of the first and the last campaign, or empty */
};
int care_status(struct server *server, struct care_status *status, struct problem *why);

/* Drops the pages of each month that ended more than so many days ago, and says so in table retired. The
 * figures and the small tables stay. *n_months, *n_campaigns: of this call. 0, or -1 with *why and nothing
 * dropped. */
int care_retire(struct server *server, int64_t days, int64_t *n_months,
		int64_t *n_campaigns, struct problem *why);

#endif
