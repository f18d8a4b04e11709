/* reports/render/render-text.c - a report for a terminal. */
#include <config.h>

#include "base/screen-table.h"
#include "base/wrap.h"
#include "reports/campaign/standing.h"
#include "reports/render/render.h"
#include "reports/render/tables.h"
#include "reports/signed/signatures.h"
#include "reports/stated/stated-show.h"

#include <stdbool.h>
#include <string.h>

/* Names in the first column may be broken; how the joules were got, where that is the same in every row,
 * can be said once. */
static int flags_of(const struct page_table *table, size_t column)
{
	return (column == 0 ? TABLE_WORDS : 0) |
	       (table->columns[column].is_right ? TABLE_RIGHT : 0) |
	       (strncmp(table->columns[column].header, "joules", 6) == 0 ? TABLE_ONCE : 0);
}

static int draw(const struct page_table *table, FILE *out)
{
	struct screen_table *drawn = table_new(0, 1);
	for (size_t i = 0; i < table->n_columns; i++)
		table_column(drawn, table->columns[i].header, flags_of(table, i));
	for (size_t i = 0; i < table->n_rows * table->n_columns; i++)
		table_cell(drawn, table->cells[i]);
	int code = table_print(drawn, out);
	table_free(drawn);
	return code;
}

/* A sentence below the tables. */
static void print_note(const char *note, FILE *out)
{
	fputc(' ', out);
	wrap_print(note, 1, 2, out);
}

static bool has_line(const struct page *page, const char *line)
{
	for (size_t i = 0; page && i < page->n_lines; i++)
		if (strcmp(page->lines[i], line) == 0)
			return true;
	return false;
}

/* Whether all that is noted of the campaign above holds here too, but for what is each campaign's own:
 * certificates, how large what is left out may be, the sampler's work and its cost. */
static bool holds_all_of(const struct page *page, const struct page *above)
{
	for (size_t i = 0; above && i + above->n_own_lines < above->n_lines; i++)
		if (!has_line(page, above->lines[i]))
			return false;
	return above && above->n_lines > above->n_own_lines;
}

/* What the campaign above says already is not said again, where nothing of it has to be told apart. */
static void print_notes(const struct page *page, const struct page *above, FILE *out)
{
	bool is_short = holds_all_of(page, above);
	for (size_t i = 0; i < page->n_lines; i++)
		if (!is_short || !has_line(above, page->lines[i]))
			print_note(page->lines[i], out);
	if (is_short)
		print_note("all other notes are those of the campaign above", out);
}

static int print_page(const struct page *page, const struct page *above,
		      const struct report *frame, FILE *out)
{
	wrap_print(page->title, 0, 2, out);
	if (frame && frame->standing) /* whether anybody vouches for the file */
		standing_text(frame->standing, out);
	if (frame && signatures_text(frame->signatures, out) != 0)
		return -1;
	for (size_t i = 0; i < page->n_tables; i++) {
		fputc('\n', out);
		if (draw(&page->tables[i], out) != 0)
			return -1;
	}
	fputc('\n', out);
	print_notes(page, above, out);
	return 0;
}

static int render_text(const struct report *report, FILE *out)
{
	struct arena *arena = arena_new();
	int code = arena ? 0 : -1;
	struct page above;
	for (size_t i = 0; code == 0 && i < report->n_campaigns; i++) {
		struct page page = page_of(&report->campaigns[i], report,
					   glyphs_of_locale(), arena);
		if (i > 0)
			fputc('\n', out);
		code = print_page(&page, i == 0 ? NULL : &above, i == 0 ? report : NULL,
				  out);
		above = page;
	}
	arena_free(arena);
	return code == 0 ? stated_text(report->stated, out) : code;
}

const struct renderer renderer_text = { "text", render_text };
