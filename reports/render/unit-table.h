/* reports/render/unit-table.h - what each variant served beside queries, with joules each, as a table of
 * text. */
#ifndef JOULECART_UNIT_TABLE_H
#define JOULECART_UNIT_TABLE_H
#include "reports/render/tables.h"

/* Adds it if any row has units; page has room for one more. */
void unit_table(const struct model_campaign *campaign, struct page *page,
		const struct glyphs *glyphs, struct arena *arena);

/* Adds it if any row has sessions, that is whole executions of an agent's workflow: of a thousand, and of a
 * year at so many a day (0: without). page has room for one more. */
void session_table(const struct model_campaign *campaign, double per_day, struct page *page,
		   const struct glyphs *glyphs, struct arena *arena);

/* Appends to the arena a line (const char *) for each that is not known, with the reason. */
void unit_lines(const struct model_campaign *campaign, struct arena *arena);

#endif
