/* schema/gate/domain.h - what a value may be that is read from a file.
 *
 * SQLite checks its types and constraints when a row is written, not when it is read, and whoever
 * made a file may have written it with something else. Every column of every table is listed in
 * domain-table.c; whoever reads one relies on it:
 *   - an integer column holds an integer, a real one 0 or a number between 1e-50 and 1e50
 *     (number_is_quantity()), of the sign that is listed;
 *   - a time is 0 or later, and the difference of two of them fits an int64_t;
 *   - one of a list of words is one of them: it may be used as an index;
 *   - a text holds no NUL and is at most DOMAIN_TEXT_SIZE bytes long. It may hold anything else,
 *     UTF-8 or not: whoever shows it makes it safe for where it is shown;
 *   - a blob has the length that is listed, or any up to DOMAIN_BLOB_SIZE;
 *   - NULL is only where it means "not known". */
#ifndef JOULECART_DOMAIN_H
#define JOULECART_DOMAIN_H
#include <sqlite3.h>
#include <stddef.h>

struct problem;

enum {
	DOMAIN_TEXT_SIZE =
	    1 << 20, /* bytes: far above any label; a gigabyte in a label ends here */
	DOMAIN_BLOB_SIZE =
	    1 << 24, /* chunk_bound(CHUNK_MAX_SAMPLES) is less than twice this */
	DOMAIN_COLUMNS_MOST = 32, /* of a table */
};

enum domain {
	ANY_INTEGER,
	NOT_NEGATIVE, /* integer */
	POSITIVE,     /* integer */
	FLAG,         /* 0 or 1 */
	TIME_NS,      /* 0 .. 2^62 */
	END_NS,       /* the same, and not before the column before it, a begin */
	STEPS,        /* integer within +-2^62: two of them can be added */
	QUANTITY,     /* real: number_is_quantity(), as for the next two */
	REAL_NOT_NEGATIVE,
	REAL_POSITIVE,
	TEXT,
	WORD, /* one of words */
	JSON, /* an array */
	BLOB,
};

struct column_domain {
	const char *name;
	enum domain domain;
	int is_optional;   /* NULL means "not known" */
	const char *words; /* "|run|bench|" */
	int size;          /* of a blob; 0: any */
	int is_summed; /* views add them up: all of a file's are less than 2^63 together */
};

struct table_domain {
	const char *name;
	int n_keys;                          /* the first columns: they name a row */
	int is_bulk;                         /* rows that grow with the length of a trial */
	const struct column_domain *columns; /* ended by a NULL name */
};

/* Ended by a NULL name. */
extern const struct table_domain table_domains[];

enum domain_scope {
	DOMAIN_SMALL, /* tables that are not bulk: for who adds to a file and reads little of it */
	DOMAIN_ALL
};

/* Each row of each table of a database of this version. 0; or -1 with *why, which names the first
 * row and column that is outside. path is shown. */
int domain_check(sqlite3 *db, const char *path, enum domain_scope scope,
		 struct problem *why);

#endif
