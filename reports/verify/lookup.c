/* reports/verify/lookup.c - see lookup.h. */
#include <config.h>

#include "reports/verify/lookup.h"

#include "reports/figure/column-text.h"

#include <math.h>
#include <string.h>

double real_or_nan(sqlite3_stmt *row, int column)
{
	return sqlite3_column_type(row, column) == SQLITE_NULL
		   ? NAN
		   : sqlite3_column_double(row, column);
}

void copy_text(char *to, size_t size, sqlite3_stmt *row, int column)
{
	column_copy(row, column, to, size);
}

struct stated lookup_stated(struct lookup *lookup, const char *name)
{
	struct stated found = { .value = NAN };
	sqlite3_stmt *row = NULL;
	if (sqlite3_prepare_v2(lookup->db,
			       "SELECT value, text FROM setting WHERE name = ?"
			       " AND campaign_id IN (0, ?) ORDER BY campaign_id DESC",
			       -1, &row, NULL) != SQLITE_OK) {
		lookup->has_failed = true;
		return found;
	}
	bind_text(row, 1, name);
	sqlite3_bind_int64(row, 2, lookup->campaign_id);
	if (sqlite3_step(row) == SQLITE_ROW) {
		found.value = real_or_nan(row, 0);
		copy_text(found.text, sizeof(found.text), row, 1);
	}
	lookup->has_failed |= sqlite3_finalize(row) != SQLITE_OK;
	return found;
}

struct used lookup_used(struct lookup *lookup, const char *kind, const char *key,
			const char *parameter)
{
	struct used found = { NAN, NAN, NAN, false, false };
	sqlite3_stmt *row = NULL;
	if (sqlite3_prepare_v2(
		lookup->db,
		"SELECT value, low, high, scope FROM factor"
		" WHERE kind = ? AND key = ? AND parameter = ? ORDER BY CASE origin"
		"  WHEN 'set' THEN 0 WHEN 'imported' THEN 1 ELSE 2 END",
		-1, &row, NULL) != SQLITE_OK) {
		lookup->has_failed = true;
		return found;
	}
	bind_text(row, 1, kind);
	bind_text(row, 2, key);
	bind_text(row, 3, parameter);
	if (sqlite3_step(row) == SQLITE_ROW) {
		char scope[16];
		copy_text(scope, sizeof(scope), row, 3);
		found = (struct used){ real_or_nan(row, 0), real_or_nan(row, 1),
				       real_or_nan(row, 2), strcmp(scope, "direct") == 0,
				       strcmp(scope, "lifecycle") == 0 };
	}
	lookup->has_failed |= sqlite3_finalize(row) != SQLITE_OK;
	return found;
}

double first_known(double a, double b)
{
	return isnan(a) ? b : a;
}
