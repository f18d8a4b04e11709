/* reports/whatif/whatif-text.h - a campaign with other grids, PUEs and volumes, as tables on the screen. */
#ifndef JOULECART_WHATIF_TEXT_H
#define JOULECART_WHATIF_TEXT_H
#include "reports/whatif/whatif-model.h"

#include <stdio.h>

/* db is asked for the user's device, if that is wanted. 0, or -1 with *why: there is no such device, or
 * the database cannot be read. */
int whatif_text(const struct whatif *whatif, const struct whatif_options *options,
		sqlite3 *db, struct arena *arena, FILE *out, struct problem *why);

#endif
