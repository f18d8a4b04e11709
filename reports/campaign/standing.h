/* reports/campaign/standing.h - what stands behind a file's figures: whether its seal holds, and what of
 * the file was not read. Every report, in every format, states it from here. */
#ifndef JOULECART_STANDING_H
#define JOULECART_STANDING_H
#include "schema/seal/seal-words.h"

#include <jansson.h>
#include <sqlite3.h>
#include <stdio.h>

struct problem;
struct trust;

struct standing {
	struct seal_words seal;
	char departures[640]; /* what --despite-schema left aside; empty: nothing */
};

/* Of an open database; trust may be NULL. 0, or -1 with *why. */
int standing_read(sqlite3 *db, const struct trust *trust, struct standing *standing,
		  struct problem *why);

/* In formats of one line a row, the same in each: the columns' names, and what is in them:
 * texts of the standing, which owns them; "" where it is NULL. */
enum { STANDING_COLUMNS = 3 };
extern const char *const standing_columns[STANDING_COLUMNS];
const char *standing_cell(const struct standing *standing, size_t column);

/* Sets the keys "seal" and "left_aside" (null: nothing was) of a JSON object. standing NULL: both are
 * null. Without memory they are not set. */
void standing_json(const struct standing *standing, json_t *object);

/* As sentences of a report for people, a blank before each. */
void standing_text(const struct standing *standing, FILE *out);

/* As paragraphs of Markdown, each with an empty line before it. */
void standing_markdown(const struct standing *standing, FILE *out);

#endif
