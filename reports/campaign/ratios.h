/* reports/campaign/ratios.h - what hardware events say together: the means over trials of v_ratio. */
#ifndef JOULECART_RATIOS_H
#define JOULECART_RATIOS_H
#include "reports/figure/arena.h"

#include <sqlite3.h>
#include <stddef.h>
#include <stdint.h>

/* A column of v_ratio. */
enum ratio {
	RATIO_IPC,
	RATIO_INSTRUCTIONS, /* a query */
	RATIO_CACHE_MISSES, /* a query */
	RATIO_FLOP,         /* a query */
	RATIO_FLOP_PER_JOULE,
	N_RATIOS
};

struct ratios {
	const char *scope;       /* as v_ratio has it; NULL: no events were counted */
	double values[N_RATIOS]; /* NAN: not known */
};

/* The name of a ratio in JSON: "ipc". A constant text, never NULL. */
const char *ratio_name(enum ratio ratio);

/* The means over the usable trials of that variant's job: of the phase 'steady', else of the
 * whole trial; of the widest scope that all of them have. 0, or -1: the database is damaged. */
int ratios_read(sqlite3 *db, int64_t campaign_id, const char *variant, const char *job,
		struct ratios *ratios);

/* "1.45 instructions a cycle; a query: 3.2 M instructions, 12 k cache misses". NULL: nothing. */
const char *ratios_text(const struct ratios *ratios, struct arena *arena);

#endif
