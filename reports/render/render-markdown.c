/* reports/render/render-markdown.c - the text's tables and lines, as GitHub's Markdown has them. */
#include <config.h>

#include "reports/figure/markdown-text.h"
#include "reports/render/render.h"
#include "reports/render/tables.h"
#include "schema/seal/seal-words.h"

static void print_row(const char *const *cells, size_t n, FILE *out)
{
	fputc('|', out);
	for (size_t i = 0; i < n; i++) {
		fputc(' ', out);
		markdown_text(cells[i], out);
		fputs(" |", out);
	}
	fputc('\n', out);
}

static void print_table(const struct page_table *table, FILE *out)
{
	fputs("\n|", out);
	for (size_t i = 0; i < table->n_columns; i++)
		fprintf(out, " %s |", table->columns[i].header);
	fputs("\n|", out);
	for (size_t i = 0; i < table->n_columns; i++)
		fputs(table->columns[i].is_right ? "---:|" : ":---|", out);
	fputc('\n', out);
	for (size_t i = 0; i < table->n_rows; i++)
		print_row(table->cells + i * table->n_columns, table->n_columns, out);
}

/* Under the title of the first: whether anybody vouches for the file. */
static void print_frame(const struct report *report, FILE *out)
{
	if (report->seal) {
		fputs("\n**", out);
		markdown_text(report->seal->sentence, out);
		fputs("**\n", out);
	}
	if (report->departures) {
		fputs("\nLeft aside, by --despite-schema: ", out);
		markdown_text(report->departures, out);
		fputc('\n', out);
	}
}

static void print_page(const struct page *page, const struct report *frame, FILE *out)
{
	fputs("## ", out);
	markdown_text(page->title, out);
	fputc('\n', out);
	if (frame)
		print_frame(frame, out);
	for (size_t i = 0; i < page->n_tables; i++)
		print_table(&page->tables[i], out);
	fputc('\n', out);
	for (size_t i = 0; i < page->n_lines; i++) {
		fputs("- ", out);
		markdown_text(page->lines[i], out);
		fputc('\n', out);
	}
}

static int render_markdown(const struct report *report, FILE *out)
{
	struct arena *arena = arena_new();
	if (!arena)
		return -1;
	for (size_t i = 0; i < report->n_campaigns; i++) {
		struct page page = page_of(&report->campaigns[i], report->path,
					   glyphs_of_locale(), arena);
		if (i > 0)
			fputc('\n', out);
		print_page(&page, i == 0 ? report : NULL, out);
	}
	arena_free(arena);
	return 0;
}

const struct renderer renderer_markdown = { "markdown", render_markdown };
