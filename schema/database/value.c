/* schema/database/value.c - see value.h. */
#include <config.h>

#include "schema/database/value.h"

void values_bind(sqlite3_stmt *statement, const struct value *values, int n)
{
	for (int i = 0; i < n; i++) {
		const struct value *value = &values[i];
		switch (value->type) {
		case VALUE_NULL:
			sqlite3_bind_null(statement, i + 1);
			break;
		case VALUE_INT:
			sqlite3_bind_int64(statement, i + 1, value->integer);
			break;
		case VALUE_REAL:
			sqlite3_bind_double(statement, i + 1, value->real);
			break;
		case VALUE_TEXT:
			sqlite3_bind_text(statement, i + 1, value->bytes, -1,
					  SQLITE_STATIC);
			break;
		case VALUE_BLOB:
			sqlite3_bind_blob64(statement, i + 1, value->bytes,
					    (sqlite3_uint64)value->integer, SQLITE_STATIC);
			break;
		}
	}
}
