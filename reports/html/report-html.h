/* reports/html/report-html.h - the audit report: one HTML file that needs no network and no
 * script, in the language that the caller set up with gettext. */
#ifndef JOULECART_HTML_REPORT_HTML_H
#define JOULECART_HTML_REPORT_HTML_H
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>

struct problem;
struct trust;
struct statement;

struct html_options {
	int64_t campaign_id;            /* 0: the last one with a completed trial */
	const char *path;               /* the database's name as shown */
	const struct trust *trust;      /* the reader's list of keys; NULL: none */
	const struct statement *stated; /* what report.ini says; NULL: nothing was */
	double sessions_per_day;        /* adds a year of them; 0: not asked for */
	const char *language;           /* of the texts, as HTML names it: "en", "zh-CN" */
};

/* Writes the report of one campaign. The same database and report.ini give the same bytes
 * anywhere, with the same gnuplot: no clock, no host name, no locale enters it. 0, or -1 with *why: no such
 * campaign (PROBLEM_USAGE), a damaged database, a stream that cannot be written. */
int report_html(sqlite3 *db, const struct html_options *options, FILE *out,
		struct problem *why);

#endif
