/* schema/fleet/shape.h - the columns of a table or view of SQLite's, and how PostgreSQL has them.
 *
 * The tables are written once, for SQLite (schema/tables.sql); what PostgreSQL has follows from them
 * here: INTEGER is bigint, REAL double precision, TEXT text, BLOB bytea, each to the bit.
 *
 * Rows that grow with the length of a trial (table_domains' is_bulk) lie there in pages, up to
 * SHAPE_PAGE_ROWS in a row of arrays, which PostgreSQL compresses: a row of theirs costs 28 bytes of
 * header, as much as what it says.
 *
 * A text of ours may be anything but NUL, and PostgreSQL's is UTF-8: one that is not (or begins as
 * SHAPE_BYTES does) stands there as SHAPE_BYTES and its bytes in hexadecimal. */
#ifndef JOULECART_FLEET_SHAPE_H
#define JOULECART_FLEET_SHAPE_H
#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>

struct problem;

enum { SHAPE_COLUMNS_MOST = 72, SHAPE_PAGE_ROWS = 512, SHAPE_PAGE_BYTES = 1 << 20 };
#define SHAPE_BYTES "joulecart-bytes:"

struct shape_column {
	char name[48];
	char type; /* 'i', 'r', 't' or 'b' */
	bool is_key;
};

struct shape {
	char name[48];
	bool is_paged;
	int n;
	struct shape_column columns[SHAPE_COLUMNS_MOST];
};

/* Of a table, or of a view, whose columns without a type have one by their names. No columns: there is
 * none of that name. 0, or -1: sqlite3_errmsg(db) says why. */
int shape_read(sqlite3 *db, const char *name, struct shape *shape);

/* PostgreSQL's name of its type, "bigint": returns a constant. */
const char *shape_type(const struct shape_column *column);

/* The names as SQL has them, quoted, with commas; before each of them stands of: "" or "p.". */
void shape_names(sqlite3_str *sql, const struct shape *shape, const char *of);

#endif
