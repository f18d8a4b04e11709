/* reports/stated/stated-show.h - what was stated, in a report of the campaign's figures. */
#ifndef JOULECART_STATED_SHOW_H
#define JOULECART_STATED_SHOW_H
#include "reports/stated/stated.h"

#include <jansson.h>
#include <stdio.h>

/* Sets the key "stated" of a JSON object: every key that somebody may state, null where nobody did, and
 * "report_ini_refused". statement NULL: the key is null. Without memory it is not set. */
void stated_json(const struct statement *statement, json_t *object);

/* What an assurer asks first, a line each, "not stated" where it is missing; nothing where there is no report.ini at
 * all, or statement is NULL. 0, or -1: out of memory. */
int stated_text(const struct statement *statement, FILE *out);
/* The same as a table of Markdown. */
int stated_markdown(const struct statement *statement, FILE *out);

#endif
