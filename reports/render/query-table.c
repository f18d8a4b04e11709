/* reports/render/query-table.c - see query-table.h. */
#include <config.h>

#include "reports/render/query-table.h"

#include "base/problem.h"
#include "base/screen-table.h"
#include "base/wrap.h"
#include "reports/figure/column-text.h"
#include "reports/figure/csv-text.h"
#include "reports/figure/json-text.h"
#include "schema/database/guard.h"

#include <jansson.h>
#include <stdbool.h>
#include <string.h>

static int failed(sqlite3_stmt *statement, struct problem *why)
{
	problem_what(why, "cannot list what the database holds");
	return guard_why(sqlite3_db_handle(statement), why);
}

/* As few digits as people need; programs get them all. */
static const char *cell(sqlite3_stmt *row, int column, struct arena *arena)
{
	switch (sqlite3_column_type(row, column)) {
	case SQLITE_NULL:
		return "-";
	case SQLITE_FLOAT:
		return arena_format(arena, "%.7g", sqlite3_column_double(row, column));
	default:
		return shown_text(column_text(row, column, arena), arena);
	}
}

/* The first column has keys, which people copy; value and unit stand beside it on every screen. */
static int flags_of(sqlite3_stmt *row, int column)
{
	enum { N_KEPT = 3 };
	int type = sqlite3_column_type(row, column);
	bool is_number = type == SQLITE_FLOAT || type == SQLITE_INTEGER;
	return (is_number ? TABLE_RIGHT : TABLE_WORDS) | (column == 0 ? TABLE_NAMES : 0) |
	       (column >= N_KEPT ? TABLE_SPARED : 0);
}

/* The first row says which columns are numbers. */
static int print_text(sqlite3_stmt *statement, FILE *out, size_t *n_rows,
		      struct arena *arena)
{
	struct screen_table *table = table_new(0, 1);
	int step, n = sqlite3_column_count(statement);
	while ((step = sqlite3_step(statement)) == SQLITE_ROW) {
		for (int i = 0; *n_rows == 0 && i < n; i++)
			table_column(table, sqlite3_column_name(statement, i),
				     flags_of(statement, i));
		for (int i = 0; i < n; i++)
			table_cell(table, cell(statement, i, arena));
		(*n_rows)++;
	}
	table_rest(table, "--plain and --json have all");
	int code = step == SQLITE_DONE && *n_rows > 0 ? table_print(table, out) : 0;
	table_free(table);
	return code == 0 && step == SQLITE_DONE ? 0 : -1;
}

static int print_plain(sqlite3_stmt *statement, FILE *out, size_t *n_rows,
		       struct arena *arena)
{
	int step, n = sqlite3_column_count(statement);
	for (int i = 0; i < n; i++)
		fprintf(out, "%s%c", sqlite3_column_name(statement, i),
			i + 1 < n ? '\t' : '\n');
	for (; (step = sqlite3_step(statement)) == SQLITE_ROW; (*n_rows)++)
		for (int i = 0; i < n; i++) {
			const char *text = column_text(statement, i, arena);
			fprintf(out, "%s%c", text ? text : "", i + 1 < n ? '\t' : '\n');
		}
	return step == SQLITE_DONE ? 0 : -1;
}

static void print_csv_cell(sqlite3_stmt *row, int column, FILE *out, struct arena *arena)
{
	switch (sqlite3_column_type(row, column)) {
	case SQLITE_FLOAT:
		fprintf(out, "%.17g", sqlite3_column_double(row, column));
		break;
	case SQLITE_INTEGER:
		fprintf(out, "%lld", sqlite3_column_int64(row, column));
		break;
	default:
		csv_text(column_text(row, column, arena), out);
	}
}

/* No header where there is no row: the caller refuses, and nothing is written. */
static int print_csv(sqlite3_stmt *statement, FILE *out, size_t *n_rows,
		     struct arena *arena)
{
	int step, n = sqlite3_column_count(statement);
	for (; (step = sqlite3_step(statement)) == SQLITE_ROW; (*n_rows)++) {
		for (int i = 0; *n_rows == 0 && i < n; i++)
			fprintf(out, "%s%s", sqlite3_column_name(statement, i),
				i + 1 < n ? "," : "\r\n");
		for (int i = 0; i < n; i++) {
			print_csv_cell(statement, i, out, arena);
			fputs(i + 1 < n ? "," : "\r\n", out);
		}
	}
	return step == SQLITE_DONE ? 0 : -1;
}

static int print_pairs(sqlite3_stmt *statement, FILE *out, size_t *n_rows,
		       struct arena *arena)
{
	int step;
	for (; (step = sqlite3_step(statement)) == SQLITE_ROW; (*n_rows)++) {
		if (*n_rows > 0)
			fputc('\n', out);
		for (int i = 0; i < sqlite3_column_count(statement); i++)
			if (sqlite3_column_type(statement, i) != SQLITE_NULL)
				wrap_say(out, 0, 11, "%-10s %s",
					 sqlite3_column_name(statement, i),
					 cell(statement, i, arena));
	}
	return step == SQLITE_DONE ? 0 : -1;
}

static json_t *json_cell(sqlite3_stmt *row, int column, struct arena *arena)
{
	switch (sqlite3_column_type(row, column)) {
	case SQLITE_INTEGER:
		return json_integer(sqlite3_column_int64(row, column));
	case SQLITE_FLOAT:
		return json_real(sqlite3_column_double(row, column));
	case SQLITE_NULL:
		return json_null();
	default:
		return json_text(column_text(row, column, arena));
	}
}

static int print_json(sqlite3_stmt *statement, const char *schema, FILE *out,
		      size_t *n_rows, struct arena *arena)
{
	json_t *rows = json_array();
	int step;
	for (; (step = sqlite3_step(statement)) == SQLITE_ROW; (*n_rows)++) {
		json_t *row = json_object();
		for (int i = 0; i < sqlite3_column_count(statement); i++)
			json_object_set_new(row, sqlite3_column_name(statement, i),
					    json_cell(statement, i, arena));
		json_array_append_new(rows, row);
	}
	json_t *root = json_pack("{s:s, s:o}", "schema", schema, "rows", rows);
	int code = json_print(root, JSON_INDENT(2), out);
	return step == SQLITE_DONE ? code : -1;
}

int query_print(sqlite3_stmt *statement, enum table_form form, const char *schema,
		FILE *out, size_t *n_rows, struct problem *why)
{
	struct arena *arena = arena_new();
	int code = -1;
	*n_rows = 0;
	if (!arena)
		return failed(statement, why);
	switch (form) {
	case TABLE_TEXT:
		code = print_text(statement, out, n_rows, arena);
		break;
	case TABLE_PLAIN:
		code = print_plain(statement, out, n_rows, arena);
		break;
	case TABLE_CSV:
		code = print_csv(statement, out, n_rows, arena);
		break;
	case TABLE_JSON:
		code = print_json(statement, schema, out, n_rows, arena);
		break;
	case TABLE_PAIRS:
		code = print_pairs(statement, out, n_rows, arena);
		break;
	}
	arena_free(arena);
	return code == 0 ? 0 : failed(statement, why);
}
