/* reports/whatif/whatif.h - past campaigns with other grids, hours, PUE, lives or volumes of queries.
 * Nothing is run and nothing is stored: the joules are those of the database. */
#ifndef JOULECART_WHATIF_H
#define JOULECART_WHATIF_H
#include "reports/whatif/whatif-model.h"

#include <stdio.h>

/* 0, or -1 with *why: no such campaign, no factor, no hours for a zone. */
int whatif_print(sqlite3 *db, const struct whatif_options *options, FILE *out,
		 struct problem *why);

#endif
