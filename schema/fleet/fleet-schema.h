/* schema/fleet/fleet-schema.h - the tables of a fleet's database, made and brought up. */
#ifndef JOULECART_FLEET_SCHEMA_H
#define JOULECART_FLEET_SCHEMA_H
#include "schema/fleet/server.h"
#include "schema/fleet/shape.h"

#include <stdbool.h>
#include <stddef.h>

/* A view of a file whose rows are kept in the fleet, as they were when the campaign was pushed: SQLite's
 * text is the only one of its formula. */
struct kept_view {
	const char *view;  /* "v_carbon" */
	const char *table; /* "kept_carbon", where its rows are */
	const char *of;    /* "trial" or "campaign": what a row is of */
	bool
	    is_apart; /* columns that v_account has too are read from there: they say the same */
};

/* Ended by a NULL view. */
extern const struct kept_view kept_views[];

/* The columns that the table has of the view; db: any that has the views. 0, or -1. */
int kept_shape(sqlite3 *db, const struct kept_view *view, struct shape *shape);

/* An empty database of this version, in memory; the caller closes it. NULL with *why. */
sqlite3 *fleet_pattern(struct problem *why);

/* The digest of the views' texts, in hexadecimal. 0, or -1 with *why. */
int fleet_formulas(char hex[65], struct problem *why);

/* Makes or brings up all of it, in one transaction. 0, or -1 with *why. */
int fleet_make(struct server *server, struct problem *why);

#endif
