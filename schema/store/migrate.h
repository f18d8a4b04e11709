/* schema/store/migrate.h - a database file becomes one of this version, or is refused. */
#ifndef JOULECART_MIGRATE_H
#define JOULECART_MIGRATE_H
#include <sqlite3.h>

struct problem;

enum {
	STORE_APPLICATION_ID = 0x4a435254, /* "JCRT", in the file's header */
	STORE_VERSION = 12                 /* PRAGMA user_version */
};

/* Is this file ours, and of a version that this program reads? 0, or -1 with *why: not a
 * database, another program's, or a newer joulecart's. name is shown in the message. Returns
 * the version through *version; 0 for an empty file. */
int migrate_check(sqlite3 *db, const char *name, int *version, struct problem *why);

/* Brings a checked database from 'version' to STORE_VERSION in one transaction: tables, then
 * views and bundled factors. When it is there already only the views of another build are replaced
 * (schema/store/views.h). */
int migrate_up(sqlite3 *db, const char *name, int version, struct problem *why);

/* Fills *why for a failed SQLite call: "cannot DOING 'NAME': SQLite's words". Returns -1. */
int store_problem(sqlite3 *db, const char *doing, const char *name, struct problem *why);

#endif
