/* reports/verify/lookup.h - what was stated and which factor is in force, on the second path: looked
 * up one by one in the tables, without the views. See verify.h. */
#ifndef JOULECART_VERIFY_LOOKUP_H
#define JOULECART_VERIFY_LOOKUP_H
#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lookup {
	sqlite3 *db;
	int64_t campaign_id;
	bool has_failed; /* sqlite3_errmsg() says why */
};

struct stated {
	double value; /* NAN: not stated, or in words */
	char text[64];
};

struct used {
	double value, low, high; /* NAN: there is none */
	bool is_direct, is_lifecycle;
};

/* The campaign's own statement, else the one for all (campaign 0). */
struct stated lookup_stated(struct lookup *lookup, const char *name);

/* The factor in force: set by hand before imported before bundled. */
struct used lookup_used(struct lookup *lookup, const char *kind, const char *key,
			const char *parameter);

double real_or_nan(sqlite3_stmt *row, int column);
void copy_text(char *to, size_t size, sqlite3_stmt *row, int column);
double first_known(double a, double b);

#endif
