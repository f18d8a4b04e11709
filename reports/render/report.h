/* reports/render/report.h - the way in: a report or a footer, from an open database, on a stream. */
#ifndef JOULECART_REPORT_H
#define JOULECART_REPORT_H
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>

struct problem;
struct trust;
struct statement;

struct report_options {
	int64_t campaign_id;            /* 0: all of them */
	const char *path;               /* the database's name as shown; NULL: not shown */
	const struct trust *trust;      /* the reader's list of keys; NULL: none */
	const struct statement *stated; /* what report.ini says; NULL: not asked for */
	double sessions_per_day;        /* adds a year of them; 0: not asked for */
};

/* Writes the report as "text", "json", "csv" or "markdown". 0; or -1 with *why: an unknown
 * format or campaign (PROBLEM_USAGE), an unreadable database, a stream that cannot be written
 * (it is flushed, so that a full disk shows). Only SELECTs are run on db. */
int report_render(sqlite3 *db, const char *format, FILE *out,
		  const struct report_options *options, struct problem *why);

/* Writes what 'run' prints after its command, some lines, for options->campaign_id. 0, or -1 with
 * *why: it cannot be read. */
int footer_render(sqlite3 *db, FILE *out, const struct report_options *options,
		  struct problem *why);

#endif
