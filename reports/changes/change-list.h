/* reports/changes/change-list.h - the change log of a file: who changed which setting or factor, when, and from
 * what to what. */
#ifndef JOULECART_CHANGE_LIST_H
#define JOULECART_CHANGE_LIST_H
#include "reports/figure/arena.h"

#include <sqlite3.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct problem;

/* Texts are guarded, and live as long as the arena. */
struct change_row {
	const char *made_utc; /* by the clock of the machine that made it */
	const char *who, *kind, *name;
	int64_t campaign_id;   /* of which it was set; 0: of all */
	const char *old, *new; /* NULL: nothing stood or stands there */
};

struct change_list {
	const struct change_row *rows;
	size_t n;
};

/* In the order in which they were made: those of one campaign and of all, or every one (0). 0, or -1:
 * sqlite3_errmsg(db) says why. */
int change_list_read(sqlite3 *db, int64_t campaign_id, struct arena *arena,
		     struct change_list *list);

/* "psu", or "psu of campaign 2". */
const char *change_row_name(const struct change_row *row, struct arena *arena);

/* Prints the log for people. 0, or -1 with *why. */
int change_list_print(sqlite3 *db, int64_t campaign_id, FILE *out, struct problem *why);

#endif
