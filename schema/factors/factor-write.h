/* schema/factors/factor-write.h - the steps of writing what a person adds, for who implements factor-store.h
 * and certificate-store.h. name is what people call that which is set. Each returns 0, or -1 with *why. */
#ifndef JOULECART_FACTOR_WRITE_H
#define JOULECART_FACTOR_WRITE_H
#include "schema/database/change-log.h"

#include <sqlite3.h>
#include <stddef.h>

struct factor_source;
struct problem;

/* Why SQLite refused; always -1. */
int factor_unwritable(sqlite3 *db, const char *name, struct problem *why);

/* What a person did not say, and the option that says it; always -1. */
int factor_lacks(const char *name, const char *what, const char *option,
		 struct problem *why);

/* temp.known_factor then holds what this program and the file know. 0, or -1 with *why. */
int factor_know(sqlite3 *db, const char *name, struct problem *why);

void factor_bind_text(sqlite3_stmt *statement, int at, const char *text);

/* Runs the statement, and finalizes it. 0, or -1 with *why. */
int factor_step(sqlite3 *db, sqlite3_stmt *statement, const char *name,
		struct problem *why);

/* Deletes what an earlier import of the file of that SHA-256 (hexadecimal) left: its rows, and itself. 0, or -1 with *why;
 * the caller's transaction. */
struct factor_file_tables {
	const char *rows_sql, *file_sql; /* each DELETE has one parameter: the SHA-256 */
};
int factor_forget_file(sqlite3 *db, const struct factor_file_tables *tables,
		       const char *sha256, const char *name, struct problem *why);

/* The zone of table factor that goes by that name, else the name itself; after factor_know(). */
void factor_zone_of(sqlite3 *db, const char *name, char *zone, size_t size);

/* Around what is written: for the change log. code: of the writing; returns it, unless the note fails. */
int factor_note_begin(sqlite3 *db, struct noted_change *change, struct problem *why);
int factor_note_end(sqlite3 *db, struct noted_change *change,
		    const struct factor_source *source, int code, struct problem *why);

#endif
