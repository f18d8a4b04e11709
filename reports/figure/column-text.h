/* reports/figure/column-text.h - text between a database and a report: guarded (base/text.h) where
 * it is read, itself again where it is asked for. All text of a report's rows comes through here;
 * scripts/lint sees to it. */
#ifndef JOULECART_COLUMN_TEXT_H
#define JOULECART_COLUMN_TEXT_H
#include "reports/figure/arena.h"

#include <sqlite3.h>

/* A column's text, guarded, for as long as the arena lives; NULL stays NULL. */
const char *column_text(sqlite3_stmt *row, int column, struct arena *arena);

/* The text as it is: one of this program's own views, to be compiled, or one to be compared with what
 * is not guarded either. Never to be shown. */
const char *column_sql(sqlite3_stmt *row, int column, struct arena *arena);

/* A column's text where it is one of the program's own words, for as long as the row stands: ""
 * for NULL and for what is guarded. */
const char *column_word(sqlite3_stmt *row, int column);

/* A copy of the column's text, guarded, cut where out is full, never within a character; "" for
 * NULL. */
void column_copy(sqlite3_stmt *row, int column, char *out, size_t size);

/* Text of an argument or a path, guarded; NULL stays NULL. */
const char *guarded_text(const char *text, struct arena *arena);

/* What people see of the text (text_shown): the text itself, or one that the arena owns. */
const char *shown_text(const char *text, struct arena *arena);

/* Binds a text that may be guarded as what it was; NULL as NULL. */
int bind_text(sqlite3_stmt *statement, int index, const char *text);

#endif
