/* schema/database/guard.h - what a connection to a file of somebody else's may do, whatever it holds. */
#ifndef JOULECART_GUARD_H
#define JOULECART_GUARD_H
#include "base/problem.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

/* Before anything is read: SQLite's defensive mode, a schema that is not trusted, no triggers, no
 * views but those in memory, no attaching, no extensions, cells checked before they are used,
 * no value longer than the file (bytes; GUARD_LEAST_LENGTH where that is less), and a budget of
 * steps that grows with the file: one whose pages lead in circles ends with an error
 * (guard_error). 0, or -1: out of memory. */
int guard_set(sqlite3 *db, int64_t bytes);

/* Before what is in another database is added to this one: the budget anew, for the bytes of both. 0, or -1: out of
 * memory. */
int guard_renew(sqlite3 *db, sqlite3 *other);

enum {
	GUARD_LEAST_LENGTH =
	    1 << 24, /* of a value, in bytes: what one chunk or a list of ours needs */
};

/* The file's views are this program's, word for word: they may be used. */
void guard_trust_views(sqlite3 *db);

/* VACUUM attaches a file of its own: one, while it runs. */
void guard_allow_vacuum(sqlite3 *db, bool is_allowed);

/* sqlite3_errmsg, or, where the budget was spent, words that say so. */
const char *guard_error(sqlite3 *db);

/* WHY is guard_error(), WHAT TO DO what helps against it, and sqlite_code the connection's last. Returns -1. */
int guard_why(sqlite3 *db, struct problem *why);

#endif
