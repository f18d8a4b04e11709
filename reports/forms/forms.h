/* reports/forms/forms.h - one model's energy and carbon in a form that somebody else has made. */
#ifndef JOULECART_FORMS_H
#define JOULECART_FORMS_H
#include "reports/campaign/standing.h"
#include "reports/stated/stated.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct problem;

/* What --to takes. */
#define FORMS_FORMATS "cyclonedx|spdx-ai|boamps|hf-card|mlperf|annex-xi|sci-ai"

struct form_wish {
	const char *format;  /* one of FORMS_FORMATS */
	const char *variant; /* NULL: the only one that there is */
	const char *
	    activity; /* of a command, or where a form has one alone: "training", "inference"; or NULL */
	int64_t campaign_id; /* 0: the newest */
	const char *path;    /* of the database, for messages; NULL: not told */
	const struct statement *statement;
	const struct standing *standing;
};

bool forms_has(const char *format);

/* Writes the form. Its figures are the report's, each with how it was got. 0, or -1 with *why: the database cannot be
 * read, has no such figure, or the form asks for what nobody stated (a usage problem that names it). */
int forms_write(sqlite3 *db, const struct form_wish *wish, FILE *out, struct problem *why);

#endif
