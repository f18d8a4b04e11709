/* schema/fleet/pull.h - campaigns of a fleet's database as a file again. */
#ifndef JOULECART_FLEET_PULL_H
#define JOULECART_FLEET_PULL_H
#include "schema/fleet/server.h"

#include <stdint.h>

struct pull_result {
	int64_t n_campaigns, n_sources;
	int64_t
	    n_along; /* campaigns that came along, sealed in one file with one that was chosen */
	int64_t n_retired; /* chosen ones of which only figures are left: not in the file */
	int64_t n_sealed;  /* sources with a seal */
	int64_t
	    n_unsealed; /* sources whose seal is of retired campaigns too: it stayed behind */
	int64_t n_changed; /* campaigns that are not, digit for digit, what was pushed */
	char changed[40];  /* the first of these */
	char broken
	    [400]; /* where the first seal that does not hold is broken; empty: all hold */
};

/* Makes a new file at path of the campaigns whose trials fulfil the condition, SQL over
 * joulecart.fleet_trial (NULL: all that this login may see). Of one pushed file it is that file, each row
 * as it was and with its seal; of several it is what 'joulecart merge' makes of them. What the server
 * sends passes the gate as any file does. 0, or -1 with *why and no file. */
int pull_file(struct server *server, const char *where, const char *path,
	      struct pull_result *result, struct problem *why);

#endif
