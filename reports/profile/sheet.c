/* reports/profile/sheet.c - see sheet.h. */
#include <config.h>

#include "reports/profile/sheet.h"

#include "base/problem.h"
#include "base/screen-table.h"
#include "reports/figure/column-text.h"
#include "reports/figure/csv-text.h"
#include "reports/figure/format.h"
#include "reports/figure/json-text.h"
#include "reports/figure/markdown-text.h"
#include "reports/figure/wrap.h"

#include <errno.h>
#include <math.h>
#include <string.h>

struct sheet_cell sheet_text(const char *text)
{
	return (struct sheet_cell){ .text = text };
}

struct sheet_cell sheet_number(double number)
{
	return (struct sheet_cell){ .number = number };
}

struct sheet_cell sheet_shown(const char *shown)
{
	return (struct sheet_cell){ .text = shown, .number = NAN, .shown = shown };
}

bool sheet_form_of(const char *format, enum sheet_form *form)
{
	static const char *const names[] = { [SHEET_TEXT] = "text",
					     [SHEET_MARKDOWN] = "markdown",
					     [SHEET_CSV] = "csv",
					     [SHEET_JSON] = "json" };
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i], format) == 0) {
			*form = (enum sheet_form)i;
			return true;
		}
	return false;
}

static const char *shown(const struct sheet_column *column, const struct sheet_cell *cell,
			 const struct glyphs *glyphs, struct arena *arena)
{
	if (cell->shown)
		return shown_text(cell->shown, arena);
	if (!column->is_number)
		return cell->text ? shown_text(cell->text, arena) : glyphs->missing;
	return isfinite(cell->number) ? format_digits(cell->number, 4, arena)
				      : glyphs->missing;
}

/* The first column has the names. */
static int flags_of(const struct sheet *sheet, size_t column)
{
	return (column == 0 ? TABLE_WORDS : 0) |
	       (sheet->columns[column].is_number ? TABLE_RIGHT : 0) |
	       (sheet->columns[column].is_spared ? TABLE_SPARED : 0);
}

static int print_table(const struct sheet *sheet, FILE *out, struct arena *arena)
{
	struct screen_table *table = table_new(0, 1);
	for (size_t i = 0; i < sheet->n_columns; i++)
		if (sheet->columns[i].heading)
			table_column(table, sheet->columns[i].heading, flags_of(sheet, i));
	for (size_t i = 0; i < sheet->n_rows * sheet->n_columns; i++) {
		const struct sheet_column *column = &sheet->columns[i % sheet->n_columns];
		if (column->heading)
			table_cell(table, shown(column, &sheet->cells[i],
						glyphs_of_locale(), arena));
	}
	table_rest(table, "--format csv and json have all");
	int code = table_print(table, out);
	table_free(table);
	return code;
}

static int print_text(const struct sheet *sheet, FILE *out, struct arena *arena)
{
	for (size_t i = 0; sheet->heads[i]; i++)
		wrap_print(sheet->heads[i], 0, 2, out);
	if (print_table(sheet, out, arena) != 0)
		return -1;
	for (size_t i = 0; sheet->notes[i]; i++) {
		fputs("  ", out);
		wrap_print(sheet->notes[i], 2, 2, out);
	}
	return 0;
}

static void print_markdown(const struct sheet *sheet, FILE *out, struct arena *arena)
{
	for (size_t i = 0; sheet->heads[i]; i++) {
		markdown_text(sheet->heads[i], out);
		fputs("\n\n", out);
	}
	for (size_t i = 0; i < sheet->n_columns; i++)
		if (sheet->columns[i].heading)
			fprintf(out, "| %s ", sheet->columns[i].heading);
	fputs("|\n", out);
	for (size_t i = 0; i < sheet->n_columns; i++)
		if (sheet->columns[i].heading)
			fputs(i > 0 ? "|--:" : "|:--", out);
	fputs("|\n", out);
	for (size_t i = 0; i < sheet->n_rows * sheet->n_columns; i++) {
		const struct sheet_column *column = &sheet->columns[i % sheet->n_columns];
		if (column->heading) {
			fputs("| ", out);
			markdown_text(shown(column, &sheet->cells[i], glyphs_utf8(), arena),
				      out);
			fputc(' ', out);
		}
		if ((i + 1) % sheet->n_columns == 0)
			fputs("|\n", out);
	}
	for (size_t i = 0; sheet->notes[i]; i++) {
		fputc('\n', out);
		markdown_text(sheet->notes[i], out);
		fputc('\n', out);
	}
}

static void print_csv_row(const struct sheet *sheet, size_t row, FILE *out)
{
	bool has_fields = false;
	for (size_t i = 0; i < sheet->n_columns; i++) {
		const struct sheet_column *column = &sheet->columns[i];
		const struct sheet_cell *cell = &sheet->cells[row * sheet->n_columns + i];
		if (!column->name)
			continue;
		if (has_fields)
			fputc(',', out);
		has_fields = true;
		if (!column->is_number)
			csv_text(cell->text, out);
		else if (isfinite(cell->number))
			fprintf(out, "%.17g", cell->number);
	}
	fputs("\r\n", out);
}

static void print_csv(const struct sheet *sheets, size_t n, FILE *out)
{
	const char *comma = "";
	for (size_t i = 0; i < sheets->n_columns; i++)
		if (sheets->columns[i].name) {
			fprintf(out, "%s%s", comma, sheets->columns[i].name);
			comma = ",";
		}
	fputs("\r\n", out);
	for (size_t i = 0; i < n; i++)
		for (size_t row = 0; row < sheets[i].n_rows; row++)
			print_csv_row(&sheets[i], row, out);
}

static json_t *json_row(const struct sheet *sheet, size_t row)
{
	json_t *object = json_object();
	for (size_t i = 0; i < sheet->n_columns; i++) {
		const struct sheet_column *column = &sheet->columns[i];
		const struct sheet_cell *cell = &sheet->cells[row * sheet->n_columns + i];
		if (!column->name)
			continue;
		json_t *value = !column->is_number       ? json_text(cell->text)
				: isfinite(cell->number) ? json_real(cell->number)
							 : json_null();
		json_object_set_new(object, column->name, value);
	}
	return object;
}

static int print_json(const struct sheet *sheets, size_t n, FILE *out)
{
	json_t *rows = json_array();
	for (size_t i = 0; i < n; i++)
		for (size_t row = 0; row < sheets[i].n_rows; row++)
			json_array_append_new(rows, json_row(&sheets[i], row));
	json_t *all = json_object();
	json_object_set_new(all, "schema", json_text(sheets->schema));
	json_object_set_new(all, "rows", rows);
	return json_print(all, JSON_INDENT(1), out);
}

int sheets_print(const struct sheet *sheets, size_t n, enum sheet_form form, FILE *out,
		 struct arena *arena, struct problem *why)
{
	int code = 0;
	if (form == SHEET_CSV)
		print_csv(sheets, n, out);
	else if (form == SHEET_JSON)
		code = print_json(sheets, n, out);
	for (size_t i = 0; code == 0 && i < n && form <= SHEET_MARKDOWN; i++) {
		if (i > 0)
			fputc('\n', out);
		if (form == SHEET_TEXT)
			code = print_text(&sheets[i], out, arena);
		else
			print_markdown(&sheets[i], out, arena);
	}
	errno = 0;
	if (code != 0)
		return problem_errno(why, ENOMEM);
	return fflush(out) == 0 && !ferror(out) ? 0
						: problem_errno(why, errno ? errno : EIO);
}
