/* reports/render/carbon-tables.h - embodied carbon, SCI, scopes and water of a campaign as tables of
 * text, and in words where they are not known. */
#ifndef JOULECART_CARBON_TABLES_H
#define JOULECART_CARBON_TABLES_H
#include "reports/render/notes.h"
#include "reports/render/tables.h"

/* Adds the tables that hold anything; page has room for CARBON_TABLES more. */
enum { CARBON_TABLES = 3 };
void carbon_tables(const struct model_campaign *campaign, struct page *page,
		   const struct glyphs *glyphs, struct arena *arena);

/* Appends to the arena a line (const char *) for what no table has, with the reason. */
void carbon_lines(const struct model_campaign *campaign, struct arena *arena);

#endif
