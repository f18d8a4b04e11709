/* base/screen-table.c - see screen-table.h. Fitting is done here; libsmartcols draws what fits, a line of
 * its table for each line of the screen. */
#include <config.h>

#include "base/screen-table.h"

#include "base/cell-lines.h"
#include "base/text.h"
#include "base/wrap.h"

#include <libsmartcols.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Columns that words still read well in, where nobody asks for others, and those that they can be
 * squeezed into. */
enum { EASY_WORDS = 20, NARROW_WORDS = 10 };

struct table_column {
	char *header;
	int flags;
	bool is_hidden;
	size_t width; /* that it is given */
};

struct screen_table {
	size_t margin, gap, words;
	struct table_column *columns;
	char **cells; /* row by row */
	size_t n_columns, n_cells;
	const char *rest;
	bool has_failed; /* out of memory */
};

/* --- putting it together ---------------------------------------------------------------- */

struct screen_table *table_new(size_t margin, size_t gap)
{
	struct screen_table *table = calloc(1, sizeof(*table));
	if (table)
		*table = (struct screen_table){ .margin = margin,
						.gap = gap,
						.words = EASY_WORDS };
	return table;
}

void table_free(struct screen_table *table)
{
	if (!table)
		return;
	for (size_t i = 0; i < table->n_columns; i++)
		free(table->columns[i].header);
	for (size_t i = 0; i < table->n_cells; i++)
		free(table->cells[i]);
	free(table->columns);
	free(table->cells);
	free(table);
}

static char *shown(const char *text)
{
	size_t n = strlen(text);
	char *copy = malloc(TEXT_GROWTH * n + 1);
	if (copy)
		text_shown(text, n, copy);
	return copy;
}

void table_column(struct screen_table *table, const char *header, int flags)
{
	struct table_column *columns = NULL;
	char *copy = table ? shown(header) : NULL;
	if (copy)
		columns = reallocarray(table->columns, table->n_columns + 1,
				       sizeof(*columns));
	if (!columns) {
		if (table)
			table->has_failed = true;
		free(copy);
		return;
	}
	columns[table->n_columns++] = (struct table_column){ .header = copy,
							     .flags = flags };
	table->columns = columns;
}

void table_cell(struct screen_table *table, const char *text)
{
	char **cells = table ? table->cells : NULL;
	char *copy = table ? shown(text ? text : "") : NULL;
	if (copy && (table->n_cells & (table->n_cells - 1)) == 0)
		cells = reallocarray(cells, table->n_cells ? table->n_cells * 2 : 1,
				     sizeof(*cells));
	if (!copy || !cells) {
		if (table)
			table->has_failed = true;
		free(copy);
		return;
	}
	table->cells = cells;
	cells[table->n_cells++] = copy;
}

void table_words(struct screen_table *table, size_t columns)
{
	if (table)
		table->words = columns;
}

void table_rest(struct screen_table *table, const char *where)
{
	if (table)
		table->rest = where;
}

/* --- how wide columns are --------------------------------------------------------------- */

static size_t columns_of(const char *text)
{
	return wrap_columns(text, strlen(text));
}

static size_t rows_of(const struct screen_table *table)
{
	return table->n_columns ? table->n_cells / table->n_columns : 0;
}

static const char *cell_at(const struct screen_table *table, size_t row, size_t column)
{
	return table->cells[row * table->n_columns + column];
}

static bool is_words(const struct screen_table *table, size_t column)
{
	return table->columns[column].flags & TABLE_WORDS;
}

/* Of its header and cells, unbroken. */
static size_t natural_width(const struct screen_table *table, size_t column)
{
	size_t widest = columns_of(table->columns[column].header);
	for (size_t row = 0; row < rows_of(table); row++) {
		size_t columns = columns_of(cell_at(table, row, column));
		widest = columns > widest ? columns : widest;
	}
	return widest;
}

/* The narrowest that a column can be: words of so many columns at most are not torn. */
static size_t least_width(const struct screen_table *table, size_t column, size_t words)
{
	size_t widest = 1;
	for (size_t row = 0; row < rows_of(table); row++) {
		size_t columns = cell_widest_piece(cell_at(table, row, column),
						   is_words(table, column));
		widest = columns > widest ? columns : widest;
	}
	if (is_words(table, column) && widest > words)
		widest = words;
	size_t header = cell_widest_piece(table->columns[column].header, true);
	return header > widest ? header : widest;
}

static size_t total_width(const struct screen_table *table)
{
	size_t total = table->margin, shown = 0;
	for (size_t i = 0; i < table->n_columns; i++)
		if (!table->columns[i].is_hidden)
			total += table->columns[i].width + (shown++ > 0 ? table->gap : 0);
	return total;
}

static bool is_same_in_all_rows(const struct screen_table *table, size_t column)
{
	for (size_t row = 1; row < rows_of(table); row++)
		if (strcmp(cell_at(table, row, column), cell_at(table, 0, column)) != 0)
			return false;
	return rows_of(table) > 0;
}

static void hide_what_is_said_once(struct screen_table *table)
{
	for (size_t i = 0; i < table->n_columns; i++)
		table->columns[i].is_hidden = (table->columns[i].flags & TABLE_ONCE) &&
					      is_same_in_all_rows(table, i);
}

/* Takes columns from the widest that can do with fewer, until the table fits. least has the narrowest of
 * each. A figure has one place to break it: anything between is no use. */
static void squeeze(struct screen_table *table, size_t screen, const size_t *least)
{
	while (total_width(table) > screen) {
		size_t widest = table->n_columns;
		for (size_t i = 0; i < table->n_columns; i++)
			if (!table->columns[i].is_hidden &&
			    table->columns[i].width > least[i] &&
			    (widest == table->n_columns ||
			     table->columns[i].width > table->columns[widest].width))
				widest = i;
		if (widest == table->n_columns)
			return;
		if (is_words(table, widest))
			table->columns[widest].width--;
		else
			table->columns[widest].width = least[widest];
	}
}

static bool is_easy(const struct screen_table *table, size_t column)
{
	return is_words(table, column) && !(table->columns[column].flags & TABLE_NAMES);
}

static void squeeze_words(struct screen_table *table, size_t screen, size_t *least)
{
	for (size_t i = 0; i < table->n_columns; i++)
		table->columns[i].width = natural_width(table, i);
	for (size_t i = 0; i < table->n_columns; i++)
		least[i] = is_easy(table, i) ? least_width(table, i, table->words)
					     : table->columns[i].width;
	for (size_t i = 0; i < table->n_columns; i++)
		if (is_easy(table, i) && least[i] < table->words)
			least[i] = table->columns[i].width < table->words
				       ? table->columns[i].width
				       : table->words;
	squeeze(table, screen, least);
}

static void squeeze_all(struct screen_table *table, size_t screen, size_t *least)
{
	if (total_width(table) <= screen)
		return;
	for (size_t i = 0; i < table->n_columns; i++) {
		table->columns[i].width = natural_width(table, i);
		least[i] = least_width(table, i, NARROW_WORDS);
	}
	squeeze(table, screen, least);
}

/* Whether the table fits in so many columns: as a table. */
static bool fit(struct screen_table *table, size_t screen, size_t *least)
{
	for (size_t i = 0; i < table->n_columns; i++)
		table->columns[i].width = natural_width(table, i);
	if (total_width(table) <= screen)
		return true;
	hide_what_is_said_once(table);
	squeeze_words(table, screen, least);
	for (size_t i = table->n_columns; i-- > 0 && total_width(table) > screen;) {
		if (!(table->columns[i].flags & TABLE_SPARED))
			continue;
		table->columns[i].is_hidden = true;
		squeeze_words(table, screen, least);
	}
	squeeze_all(table, screen, least);
	return total_width(table) <= screen;
}

/* --- drawing ---------------------------------------------------------------------------- */

/* Adds the lines of one row; cells has its texts, which are used up. -1: out of memory. */
static int draw_row(const struct screen_table *table, struct libscols_table *drawn,
		    const char **cells, bool is_header)
{
	bool is_more = true;
	while (is_more) {
		struct libscols_line *line = scols_table_new_line(drawn, NULL);
		size_t at = 0;
		is_more = false;
		for (size_t i = 0; line && i < table->n_columns; i++) {
			const struct table_column *column = &table->columns[i];
			if (column->is_hidden)
				continue;
			size_t n = cell_line(cells[i], column->width,
					     is_header || is_words(table, i));
			char *text = NULL;
			if (asprintf(&text, "%*s%.*s", at ? 0 : (int)table->margin, "",
				     (int)cell_trimmed(cells[i], n), cells[i]) < 0)
				return -1;
			scols_line_refer_data(line, at++, text);
			cells[i] += n;
			is_more |= *cells[i] != '\0';
		}
		if (!line)
			return -1;
	}
	return 0;
}

static bool has_headers(const struct screen_table *table)
{
	for (size_t i = 0; i < table->n_columns; i++)
		if (*table->columns[i].header)
			return true;
	return false;
}

static int draw_rows(const struct screen_table *table, struct libscols_table *drawn,
		     const char **cells)
{
	for (size_t i = 0; i < table->n_columns; i++) {
		if (!table->columns[i].is_hidden &&
		    !scols_table_new_column(
			drawn, NULL, 0,
			table->columns[i].flags & TABLE_RIGHT ? SCOLS_FL_RIGHT : 0))
			return -1;
		cells[i] = table->columns[i].header;
	}
	int code = has_headers(table) ? draw_row(table, drawn, cells, true) : 0;
	for (size_t row = 0; code == 0 && row < rows_of(table); row++) {
		for (size_t i = 0; i < table->n_columns; i++)
			cells[i] = cell_at(table, row, i);
		code = draw_row(table, drawn, cells, false);
	}
	return code;
}

/* libsmartcols fills each line up to its last column, also where the cells there are empty. */
static void print_trimmed(const char *text, FILE *out)
{
	while (*text) {
		size_t n = strcspn(text, "\n"), shown = n;
		while (shown > 0 && text[shown - 1] == ' ')
			shown--;
		fprintf(out, "%.*s\n", (int)shown, text);
		text += n + (text[n] == '\n');
	}
}

static int print_drawn(struct libscols_table *drawn, FILE *out)
{
	char *text = NULL;
	int code = scols_print_table_to_string(drawn, &text);
	if (code == 0 && text)
		print_trimmed(text, out);
	free(text);
	return code == 0 ? 0 : -1;
}

static int draw(const struct screen_table *table, FILE *out)
{
	struct libscols_table *drawn = scols_new_table();
	const char **cells = calloc(table->n_columns + 1, sizeof(*cells));
	char *gap = NULL;
	int code = drawn && cells && asprintf(&gap, "%*s", (int)table->gap, "") >= 0 ? 0
										     : -1;
	if (code == 0) {
		/* fitted already: it must not cut or wrap on its own */
		scols_table_set_termforce(drawn, SCOLS_TERMFORCE_NEVER);
		scols_table_enable_noheadings(drawn, 1);
		scols_table_set_column_separator(drawn, gap);
		code = draw_rows(table, drawn, cells);
	}
	if (code == 0)
		code = print_drawn(drawn, out);
	scols_unref_table(drawn);
	free(cells);
	free(gap);
	return code;
}

/* The text in lines, the first after what takes first columns already, the others after indent blanks. */
static void print_value(const char *text, size_t first, size_t indent, FILE *out)
{
	size_t screen = wrap_screen(out);
	do {
		size_t left = first + NARROW_WORDS < screen ? screen - first : NARROW_WORDS;
		size_t n = cell_line(text, left, true);
		fprintf(out, "%.*s\n", (int)cell_trimmed(text, n), text);
		text += n;
		if (*text)
			fprintf(out, "%*s", (int)indent, "");
		first = indent;
	} while (*text);
}

/* A line a column, each row's block headed by its first cell. */
static void draw_lists(const struct screen_table *table, FILE *out)
{
	const size_t begin = table->margin + 2, most = wrap_screen(out) / 3;
	size_t names = 0;
	for (size_t i = 1; i < table->n_columns; i++) {
		size_t columns = columns_of(table->columns[i].header);
		names = columns > names && columns <= most ? columns : names;
	}
	for (size_t row = 0; row < rows_of(table); row++) {
		fprintf(out, "%*s", (int)table->margin, "");
		print_value(cell_at(table, row, 0), table->margin, begin, out);
		for (size_t i = 1; i < table->n_columns; i++) {
			const char *header = table->columns[i].header;
			size_t taken = columns_of(header);
			if (!*cell_at(table, row, i))
				continue;
			fprintf(out, "%*s%s%*s", (int)begin, "", header,
				taken < names ? (int)(names - taken) + 2 : 2, "");
			print_value(cell_at(table, row, i),
				    begin + (taken > names ? taken : names) + 2,
				    begin + names + 2, out);
		}
	}
}

static void tell_once(const struct screen_table *table, FILE *out)
{
	for (size_t i = 0; i < table->n_columns; i++)
		if (table->columns[i].is_hidden && (table->columns[i].flags & TABLE_ONCE))
			wrap_say(out, table->margin, table->margin + 1, "%s%s %s",
				 table->columns[i].header,
				 strstr(table->columns[i].header, " are") ? "" : " are",
				 cell_at(table, 0, i));
}

static int tell_spared(const struct screen_table *table, FILE *out)
{
	char *names = NULL;
	size_t size = 0;
	FILE *list = open_memstream(&names, &size);
	if (!list)
		return -1;
	for (size_t i = 0; i < table->n_columns; i++)
		if (table->columns[i].is_hidden && (table->columns[i].flags & TABLE_SPARED))
			fprintf(list, "%s%s", ftell(list) > 0 ? ", " : "",
				table->columns[i].header);
	int code = fclose(list);
	if (code == 0 && size > 0)
		wrap_say(out, table->margin, table->margin + 1,
			 "not shown for want of width: %s%s%s%s", names,
			 table->rest ? " (" : "", table->rest ? table->rest : "",
			 table->rest ? ")" : "");
	free(names);
	return code;
}

int table_print(struct screen_table *table, FILE *out)
{
	if (!table || table->has_failed)
		return -1;
	size_t *least = calloc(table->n_columns + 1, sizeof(*least));
	int code = least ? 0 : -1;
	bool is_table = code == 0 && fit(table, wrap_screen(out), least);
	free(least);
	if (is_table) {
		code = draw(table, out);
		if (code == 0) {
			tell_once(table, out);
			code = tell_spared(table, out);
		}
	} else if (code == 0) {
		draw_lists(table, out); /* of all columns */
	}
	return code;
}
