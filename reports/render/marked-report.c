/* reports/render/marked-report.c - see marked-report.h. */
#include <config.h>

#include "reports/render/marked-report.h"

#include "base/problem.h"
#include "base/screen-table.h"
#include "reports/figure/column-text.h"
#include "reports/figure/markdown-text.h"
#include "reports/figure/wrap.h"
#include "reports/render/query-table.h"
#include "schema/database/guard.h"

#include <string.h>

static int refuse(const struct marked_report *report, struct problem *why)
{
	problem_why(why, "%s", report->lack);
	return problem_todo(why, "%s", report->todo);
}

static int print_rows(const struct marked_report *report, sqlite3 *db, int64_t campaign_id,
		      enum table_form form, FILE *out, struct problem *why)
{
	sqlite3_stmt *row = NULL;
	size_t n = 0;
	if (sqlite3_prepare_v2(db, report->program_sql, -1, &row, NULL) != SQLITE_OK)
		return guard_why(db, why);
	sqlite3_bind_int64(row, 1, campaign_id);
	int code = query_print(row, form, report->schema, out, &n, why);
	sqlite3_finalize(row);
	return code == 0 && n == 0 ? refuse(report, why) : code;
}

static int print_items(const struct marked_report *report,
		       const struct list_reading *reading, const struct marked_page *page,
		       struct problem *why)
{
	size_t n = 0;
	if (each_row(reading, report->people_sql, report->take) != 0)
		return guard_why(reading->db, why);
	const void *items = rows_taken(reading, report->item_size, &n);
	return n == 0 ? refuse(report, why) : report->print(items, n, page);
}

int marked_report_print(const struct marked_report *report, sqlite3 *db,
			int64_t campaign_id, const char *format, FILE *out,
			struct problem *why)
{
	problem_what(why, "%s", report->what);
	if (strcmp(format, "json") == 0 || strcmp(format, "csv") == 0)
		return print_rows(report, db, campaign_id,
				  *format == 'j' ? TABLE_JSON : TABLE_CSV, out, why);
	struct arena *arena = arena_new();
	if (!arena)
		return problem_why(why, "out of memory");
	const struct list_reading reading = { .db = db,
					      .arena = arena,
					      .campaign_id = campaign_id };
	const struct marked_page page = { .glyphs = glyphs_of_locale(),
					  .arena = arena,
					  .out = out,
					  .is_markdown = strcmp(format, "markdown") == 0 };
	int code = print_items(report, &reading, &page, why);
	arena_free(arena);
	return code;
}

/* --- for people ------------------------------------------------------------------------- */

void marked_head_print(const char *variant, const char *job, const char *rest,
		       const struct marked_page *page)
{
	const char *name = shown_text(variant, page->arena);
	if (!page->is_markdown) {
		wrap_say(page->out, 0, 2, "%s (%s), %s", name, job, rest);
		return;
	}
	fputs("## ", page->out);
	markdown_text(name, page->out);
	fprintf(page->out, " (%s)\n\n", job);
	markdown_text(rest, page->out);
	fputc('\n', page->out);
}

void marked_note_print(const struct marked_page *page, const char *text)
{
	if (page->is_markdown) {
		fputs("- ", page->out);
		markdown_text(text, page->out);
		fputc('\n', page->out);
		return;
	}
	fputs("  ", page->out);
	wrap_print(text, 2, 2, page->out);
}

static void print_markdown_table(const struct marked_table *table, FILE *out)
{
	size_t n = table->n_columns;
	fputc('\n', out);
	markdown_cells(table->headers, n, out);
	for (size_t i = 0; i < n; i++)
		fputs(i == 0 ? "|:---|" : "---:|", out);
	fputc('\n', out);
	for (size_t row = 0; row < table->n_rows; row++)
		markdown_cells(table->cells + row * n, n, out);
	fputc('\n', out);
}

int marked_table_print(const struct marked_table *table, const struct marked_page *page)
{
	if (page->is_markdown) {
		print_markdown_table(table, page->out);
		return 0;
	}
	struct screen_table *screen = table_new(0, 1);
	for (size_t i = 0; i < table->n_columns; i++)
		table_column(screen, table->headers[i],
			     (i > 0 ? TABLE_RIGHT : TABLE_WORDS) |
				 (table->is_spared[i] ? TABLE_SPARED : 0));
	for (size_t i = 0; i < table->n_rows * table->n_columns; i++)
		table_cell(screen, table->cells[i]);
	table_rest(screen, "--format json has all");
	int code = table_print(screen, page->out);
	table_free(screen);
	return code;
}
