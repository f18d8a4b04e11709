/* reports/compare/compare-export.h - a comparison for programs and documents, and how to check it. */
#ifndef JOULECART_COMPARE_EXPORT_H
#define JOULECART_COMPARE_EXPORT_H
#include "reports/compare/compare.h"

#include <stdio.h>

struct problem;

/* As "json" (doc/compare.schema.json describes it), "csv" (one line a variant) or "markdown".
 * 0, or -1 with *why: another format (PROBLEM_USAGE), a stream or file that cannot be
 * written. */
int compare_export(const struct comparison *comparison, const char *format, FILE *out,
		   struct problem *why);
int compare_export_file(const struct comparison *comparison, const char *format,
			const char *path, struct problem *why);

/* compare-json.c, compare-table.c. 0, or -1: no memory; the caller checks the stream. */
int compare_json(const struct comparison *comparison, FILE *out);
int compare_csv(const struct comparison *comparison, FILE *out);
int compare_markdown(const struct comparison *comparison, FILE *out);

/* How many pairs would show a true change of this share (0.01: 1 %) of each variant, from the
 * variance seen so far. */
void compare_plan_text(const struct comparison *comparison, double effect, FILE *out);

/* The SQL that gives each figure again from the database, for the sqlite3 shell. */
void compare_explain(const struct comparison *comparison, FILE *out);

#endif
