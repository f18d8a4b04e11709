/* reports/render/tables.h - one campaign as tables and lines of text, for the renderers that people
 * read: text and Markdown differ only in how they draw these. */
#ifndef JOULECART_TABLES_H
#define JOULECART_TABLES_H
#include "reports/campaign/summary.h"
#include "reports/figure/format.h"

struct page_column {
	const char *header; /* with the unit */
	bool is_right;
};

struct page_table {
	const struct page_column *columns;
	size_t n_columns;
	const char *const *cells; /* n_rows * n_columns, row by row */
	size_t n_rows;
};

/* At first; with what is only there when it is stated. */
enum { PAGE_TABLES = 4, PAGE_MOST_TABLES = 9 };

struct page {
	const char *title;
	struct page_table tables
	    [PAGE_MOST_TABLES]; /* inference, commands, training, units, sessions, carbon;
				   never empty */
	size_t n_tables;
	const char *const *lines; /* notes; the last one is joulecart's own cost */
	size_t n_lines;
	size_t n_own_lines; /* the last ones: no other campaign's are alike */
};

/* Lives as long as the arena. Of the report: path for the "next" line, the traffic. */
struct page page_of(const struct model_campaign *campaign, const struct report *report,
		    const struct glyphs *glyphs, struct arena *arena);

#endif
