/* reports/render/render-text.c - tables for a terminal, by libsmartcols. */
#include <config.h>

#include "base/wrap.h"
#include "reports/campaign/standing.h"
#include "reports/render/render.h"
#include "reports/render/tables.h"

#include <libsmartcols.h>
#include <string.h>

static const char *cell_of(const struct page_table *table, size_t row, size_t column)
{
	return table->cells[row * table->n_columns + column];
}

static size_t table_width(const struct page_table *table)
{
	size_t width = table->n_columns - 1;
	for (size_t i = 0; i < table->n_columns; i++) {
		const char *header = table->columns[i].header;
		size_t widest = wrap_columns(header, strlen(header));
		for (size_t row = 0; row < table->n_rows; row++) {
			const char *cell = cell_of(table, row, i);
			size_t columns = wrap_columns(cell, strlen(cell));
			widest = columns > widest ? columns : widest;
		}
		width += widest;
	}
	return width;
}

/* The column that a line below can say as well: how the joules were got, where that is the same in
 * every row of a table that is wider than the screen. n_columns: none. */
static size_t spared_column(const struct page_table *table, FILE *out)
{
	size_t i = 0;
	while (i < table->n_columns && strncmp(table->columns[i].header, "joules", 6) != 0)
		i++;
	if (i == table->n_columns || table_width(table) <= wrap_screen(out))
		return table->n_columns;
	for (size_t row = 1; row < table->n_rows; row++)
		if (strcmp(cell_of(table, row, i), cell_of(table, 0, i)) != 0)
			return table->n_columns;
	return i;
}

static int fill(struct libscols_table *drawn, const struct page_table *table, size_t spared)
{
	for (size_t i = 0; i < table->n_columns; i++)
		if (i != spared && !scols_table_new_column(
				       drawn, table->columns[i].header, 0,
				       table->columns[i].is_right ? SCOLS_FL_RIGHT : 0))
			return -1;
	for (size_t row = 0; row < table->n_rows; row++) {
		struct libscols_line *line = scols_table_new_line(drawn, NULL);
		for (size_t i = 0; line && i < table->n_columns; i++)
			if (i != spared && scols_line_set_data(line, i - (i > spared),
							       cell_of(table, row, i)) != 0)
				return -1;
		if (!line)
			return -1;
	}
	return 0;
}

static int draw(const struct page_table *table, FILE *out)
{
	struct libscols_table *drawn = scols_new_table();
	if (!drawn)
		return -1;
	scols_table_set_stream(drawn, out);
	/* The same text everywhere: a narrow terminal wraps lines, it does not lose cells. */
	scols_table_set_termforce(drawn, SCOLS_TERMFORCE_NEVER);
	size_t spared = spared_column(table, out);
	int code = fill(drawn, table, spared) == 0 && scols_print_table(drawn) == 0 ? 0
										    : -1;
	if (code == 0 && spared < table->n_columns && table->n_rows > 0)
		fprintf(out, "joules are %s\n", cell_of(table, 0, spared));
	scols_unref_table(drawn);
	return code;
}

/* A sentence below the tables. */
static void print_note(const char *note, FILE *out)
{
	fputc(' ', out);
	wrap_print(note, 1, 2, out);
}

static int print_page(const struct page *page, const struct report *frame, FILE *out)
{
	fprintf(out, "%s\n", page->title);
	if (frame && frame->standing) /* whether anybody vouches for the file */
		standing_text(frame->standing, out);
	for (size_t i = 0; i < page->n_tables; i++) {
		fputc('\n', out);
		if (draw(&page->tables[i], out) != 0)
			return -1;
	}
	fputc('\n', out);
	for (size_t i = 0; i < page->n_lines; i++)
		print_note(page->lines[i], out);
	return 0;
}

static int render_text(const struct report *report, FILE *out)
{
	struct arena *arena = arena_new();
	int code = arena ? 0 : -1;
	for (size_t i = 0; code == 0 && i < report->n_campaigns; i++) {
		struct page page = page_of(&report->campaigns[i], report->path,
					   glyphs_of_locale(), arena);
		if (i > 0)
			fputc('\n', out);
		code = print_page(&page, i == 0 ? report : NULL, out);
	}
	arena_free(arena);
	return code;
}

const struct renderer renderer_text = { "text", render_text };
