/* reports/render/render-markdown.c - the text's tables and lines, as GitHub's Markdown has them. */
#include <config.h>

#include "reports/campaign/standing.h"
#include "reports/figure/markdown-text.h"
#include "reports/render/render.h"
#include "reports/render/tables.h"
#include "reports/signed/signatures.h"
#include "reports/stated/stated-show.h"

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
		markdown_cells(table->cells + i * table->n_columns, table->n_columns, out);
}

static void print_page(const struct page *page, const struct report *frame, FILE *out)
{
	fputs("## ", out);
	markdown_text(page->title, out);
	fputc('\n', out);
	if (frame && frame->standing) /* whether anybody vouches for the file */
		standing_markdown(frame->standing, out);
	if (frame)
		signatures_markdown(frame->signatures, out);
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
		struct page page = page_of(&report->campaigns[i], report,
					   glyphs_of_locale(), arena);
		if (i > 0)
			fputc('\n', out);
		print_page(&page, i == 0 ? report : NULL, out);
	}
	arena_free(arena);
	return stated_markdown(report->stated, out);
}

const struct renderer renderer_markdown = { "markdown", render_markdown };
