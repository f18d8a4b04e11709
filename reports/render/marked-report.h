/* reports/render/marked-report.h - a report on what programs marked (regions, phases): for programs the rows of a
 * query, for people what the report prints of them. */
#ifndef JOULECART_MARKED_REPORT_H
#define JOULECART_MARKED_REPORT_H
#include "reports/figure/format.h"
#include "reports/figure/rows.h"

#include <stdbool.h>
#include <stdio.h>

struct problem;

/* Where it is printed for people. */
struct marked_page {
	const struct glyphs *glyphs;
	struct arena *arena;
	FILE *out;
	bool is_markdown; /* else text */
};

struct marked_report {
	const char *what;        /* "cannot show the joules of layers" */
	const char *schema;      /* of the JSON */
	const char *program_sql; /* ?1: the campaign, or 0 */
	const char *people_sql;  /* the same; each row becomes an item by take */
	take_row *take;
	size_t item_size;
	/* Prints n items, 1 at least. 0, or -1: no memory. */
	int (*print)(const void *items, size_t n, const struct marked_page *page);
	const char *lack, *todo; /* why there is no row, and what to do */
};

/* campaign_id 0: all. format: "text", "markdown", "csv" or "json". 0, or -1 with *why: it cannot be read or
 * printed, or there is no row. */
int marked_report_print(const struct marked_report *report, sqlite3 *db,
			int64_t campaign_id, const char *format, FILE *out,
			struct problem *why);

/* "## teacher (infer)" or a line of text, and what is to be said of the whole. */
void marked_head_print(const char *variant, const char *job, const char *rest,
		       const struct marked_page *page);

/* One sentence below a table. */
void marked_note_print(const struct marked_page *page, const char *text);

struct marked_table {
	const char *const *headers; /* n_columns; the first column is of words */
	const bool
	    *is_spared; /* of these columns a narrow screen does without the last first */
	const char *const *cells; /* n_rows times n_columns */
	size_t n_columns, n_rows;
};

/* 0, or -1: no memory. */
int marked_table_print(const struct marked_table *table, const struct marked_page *page);

#endif
