/* reports/changes/factor-changes.h - which numbers from outside differ between two files, or a file and the
 * program, and why. */
#ifndef JOULECART_FACTOR_CHANGES_H
#define JOULECART_FACTOR_CHANGES_H
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct problem;

/* Prints a line for each factor in force in either database that has another value, bounds, unit or edition in
 * the other: both values, by how much, why, and which figures of the old file's campaigns it enters. is_all:
 * factors that only new has count as well; else those of the old file alone are compared. *n is how many lines
 * there are. 0, or -1 with *why. */
int factor_changes_print(sqlite3 *old, sqlite3 *new, bool is_all, FILE *out, int64_t *n,
			 struct problem *why);

#endif
