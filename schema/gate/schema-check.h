/* schema/gate/schema-check.h - is what a file calls its tables, indexes and views what joulecart makes?
 *
 * Objects are compared by type, name, table and text, less comments and white space. A file of an
 * older version is compared with that version. Views of a file are never read, unless they are
 * this program's word for word. */
#ifndef JOULECART_SCHEMA_CHECK_H
#define JOULECART_SCHEMA_CHECK_H
#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>

struct schema_departure {
	char object[96];   /* "table trial", printable */
	const char *how;   /* "is missing", "is changed", "is not one of joulecart's" */
	bool is_ignorable; /* what is ours can be read without it */
};

struct schema_report {
	bool has_own_views;   /* the file's views are this program's */
	bool has_known_views; /* or those of another build */
	size_t n_departures;  /* all of them; the first few are kept */
	bool is_ignorable;    /* each of them is */
	struct schema_departure departures[16];
};

/* Of a database of that version. 0; or -1: sqlite3_errmsg(db) says why. */
int schema_check(sqlite3 *db, int version, struct schema_report *report);

/* The digest of all views (are_views), or of all else, in hexadecimal, as known-schemas.h has it. */
int schema_digest(sqlite3 *db, bool are_views, char hex[65]);

#endif
