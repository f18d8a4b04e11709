/* reports/render/render-text.c - tables for a terminal, by libsmartcols. */
#include <config.h>

#include "reports/render/render.h"
#include "reports/render/tables.h"
#include "schema/seal/seal-words.h"

#include <libsmartcols.h>
#include <string.h>

enum { PAGE_WIDTH = 80 };

static int fill(struct libscols_table *drawn, const struct page_table *table)
{
	for (size_t i = 0; i < table->n_columns; i++)
		if (!scols_table_new_column(drawn, table->columns[i].header, 0,
					    table->columns[i].is_right ? SCOLS_FL_RIGHT
								       : 0))
			return -1;
	for (size_t row = 0; row < table->n_rows; row++) {
		struct libscols_line *line = scols_table_new_line(drawn, NULL);
		for (size_t i = 0; line && i < table->n_columns; i++)
			if (scols_line_set_data(
				line, i, table->cells[row * table->n_columns + i]) != 0)
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
	int code = fill(drawn, table) == 0 && scols_print_table(drawn) == 0 ? 0 : -1;
	scols_unref_table(drawn);
	return code;
}

/* Columns of the first n bytes: in UTF-8 a character has one byte that continues none. */
static size_t columns_of(const char *text, size_t n)
{
	size_t columns = 0;
	for (size_t i = 0; i < n; i++)
		columns += ((unsigned char)text[i] & 0xc0) != 0x80;
	return columns;
}

/* Breaks between words; one that is wider than the page, like a path, stays whole. */
static void print_note(const char *note, FILE *out)
{
	size_t column = 0;
	for (const char *word = note; *word;) {
		size_t n = strcspn(word, " ");
		size_t width = columns_of(word, n);
		if (column > 0 && column + 1 + width > PAGE_WIDTH) {
			fputs("\n ", out);
			column = 1;
		}
		fprintf(out, " %.*s", (int)n, word);
		column += 1 + width;
		word += n + (word[n] == ' ');
	}
	fputc('\n', out);
}

/* Under the title of the first: whether anybody vouches for the file. */
static void print_frame(const struct report *report, FILE *out)
{
	if (report->seal)
		print_note(report->seal->sentence, out);
	if (report->departures) {
		fputs(" Left aside, by --despite-schema:", out);
		print_note(report->departures, out);
	}
}

static int print_page(const struct page *page, const struct report *frame, FILE *out)
{
	fprintf(out, "%s\n", page->title);
	if (frame)
		print_frame(frame, out);
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
