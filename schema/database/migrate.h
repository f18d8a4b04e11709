/* schema/database/migrate.h - a database file becomes one of this version, or is refused. */
#ifndef JOULECART_MIGRATE_H
#define JOULECART_MIGRATE_H
#include <sqlite3.h>
#include <stdbool.h>

struct problem;

enum {
	STORE_APPLICATION_ID = 0x4a435254, /* "JCRT", in the file's header */
	STORE_VERSION = 23                 /* PRAGMA user_version */
};

/* Is this file ours, and of a version that this program reads? 0, or -1 with *why: not a
 * database, another program's, or a newer joulecart's. name is shown in the message. Returns
 * the version through *version; 0 for an empty file. */
int migrate_check(sqlite3 *db, const char *name, int *version, struct problem *why);

/* Brings a checked database from 'version' to STORE_VERSION in one transaction: tables, then
 * views and, in an older file, the bundled factors; a sealed one keeps the factors that were sealed.
 * One of STORE_VERSION stays as it is. 0, or -1 with *why, and the file as it was. */
int migrate_up(sqlite3 *db, const char *name, int version, struct problem *why);

/* Makes the tables and indexes of that version, and nothing else, in an empty database. 0, or -1:
 * sqlite3_errmsg(db) says why. */
int migrate_tables(sqlite3 *db, int version);

/* Is there a row in table seal? Also when that cannot be read. */
bool migrate_is_sealed(sqlite3 *db);

/* Fills *why for a failed SQLite call: "cannot DOING 'NAME': SQLite's words". Returns -1. */
int store_problem(sqlite3 *db, const char *doing, const char *name, struct problem *why);

#endif
