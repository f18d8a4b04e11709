/* reports/campaign/variants.h - which variants a database holds, and in which campaign. */
#ifndef JOULECART_VARIANTS_H
#define JOULECART_VARIANTS_H
#include "reports/figure/arena.h"

#include <sqlite3.h>
#include <stddef.h>
#include <stdint.h>

struct problem;

struct name_list {
	const char *const *names;
	size_t n;
};

/* The variants that served queries or ran as commands, 'teacher' first, then as they first ran;
 * of one campaign, or of all (0). 0, or -1: sqlite3_errmsg() says why. */
int variants_of(sqlite3 *db, int64_t campaign_id, struct arena *arena,
		struct name_list *list);

/* The newest campaign with a complete trial of each; 0: there is none. -1: as above. */
int64_t campaign_with_all(sqlite3 *db, struct name_list variants);

/* How many campaigns up to that one hold a complete trial of each, of the same work as it. Who runs
 * again until something is found finds something by chance. -1: as above. */
int64_t campaigns_of_work(sqlite3 *db, struct name_list variants, int64_t campaign_id);

/* The newest campaign that served queries or ran commands; 0: there is none. -1: as above. */
int64_t campaign_newest(sqlite3 *db);

/* Completes a problem whose WHAT is set: the file has no campaign of that number. -1. */
int campaign_missing(int64_t campaign_id, struct problem *why);
/* The newest of several variants, or where there is none the newest. */
int64_t campaign_of_several(sqlite3 *db);

/* 0 when the database holds each, and their names become those that are read from it (guarded,
 * base/text.h); else -1 with a usage problem that names what it holds. */
int variants_check(sqlite3 *db, struct name_list *variants, const char *path,
		   struct arena *arena, struct problem *why);

#endif
