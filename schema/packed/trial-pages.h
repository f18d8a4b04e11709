/* schema/packed/trial-pages.h - the rollups and readings of a trial in a database, as pages and back. */
#ifndef JOULECART_TRIAL_PAGES_H
#define JOULECART_TRIAL_PAGES_H
#include "schema/packed/reading-page.h"

struct sqlite3;

/* Has the file the columns that pages have? An older one lacks some. */
bool trial_pages_fit(struct sqlite3 *db);

/* Takes a page, *n_readings of them in its chunks; it is freed afterwards. 0, or what trial_pages() is to
 * return. */
typedef int page_taker(void *context, struct reading_page *page, int64_t n_readings);

/* Calls take for all rows of stretch and chunk of the trial, one page after another. SQLite's code, or what take
 * returned. */
int trial_pages(struct sqlite3 *db, int64_t trial_id, page_taker *take, void *context);

/* Adds the page's rows to stretch and chunk. Returns SQLite's code: SQLITE_OK, or why not. */
int trial_page_insert(struct sqlite3 *db, const struct reading_page *page);

#endif
