/* reports/figure/rows.c - see rows.h. */
#include <config.h>

#include "reports/figure/rows.h"

#include "reports/figure/column-text.h"

const char *text_of(sqlite3_stmt *row, int column, const struct list_reading *reading)
{
	return column_text(row, column, reading->arena);
}

const char *word_of(sqlite3_stmt *row, int column, const struct list_reading *reading)
{
	const char *word = text_of(row, column, reading);
	return word ? word : "unknown";
}

double real_or(sqlite3_stmt *row, int column, double otherwise)
{
	return sqlite3_column_type(row, column) == SQLITE_NULL
		   ? otherwise
		   : sqlite3_column_double(row, column);
}

int64_t count_or(sqlite3_stmt *row, int column, int64_t otherwise)
{
	return sqlite3_column_type(row, column) == SQLITE_NULL
		   ? otherwise
		   : sqlite3_column_int64(row, column);
}

int each_row(const struct list_reading *reading, const char *sql, take_row *take)
{
	sqlite3_stmt *row = NULL;
	int code;
	if (sqlite3_prepare_v2(reading->db, sql, -1, &row, NULL) != SQLITE_OK)
		return -1;
	sqlite3_bind_int64(row, 1, reading->campaign_id);
	if (sqlite3_bind_parameter_count(row) > 1)
		sqlite3_bind_int64(row, 2, reading->block);
	while ((code = sqlite3_step(row)) == SQLITE_ROW)
		take(row, reading);
	sqlite3_finalize(row);
	return code == SQLITE_DONE ? 0 : -1;
}

void *rows_taken(const struct list_reading *reading, size_t size, size_t *n)
{
	*n = arena_appended(reading->arena) / size;
	return arena_take(reading->arena);
}
