/* reports/changes/changes.h - what differs between two databases, as between two issues of one report. */
#ifndef JOULECART_CHANGES_H
#define JOULECART_CHANGES_H
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>

struct problem;

/* Prints figures, factors and settings that came, went or changed, each with both values, what only one of the
 * change logs has, and of each table how many rows are in
 * one file alone. Figures are those of view v_figure, found again by the campaign's UUID. *n is how many lines of
 * difference there are. 0, or -1 with *why. */
int changes_print(sqlite3 *old, sqlite3 *new, FILE *out, int64_t *n, struct problem *why);

#endif
