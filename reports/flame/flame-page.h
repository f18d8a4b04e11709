/* reports/flame/flame-page.h - 'joulecart report --profile': which functions drew the joules, as one HTML
 * file that needs no network and no script. */
#ifndef JOULECART_FLAME_PAGE_H
#define JOULECART_FLAME_PAGE_H
#include "reports/html/report-html.h"

/* Of each variant with a profile, of one campaign or of all (0). The same database gives the same bytes
 * anywhere. options->language is not looked at: the page is in English. 0, or -1 with *why: nothing in it has
 * a profile, a damaged database, a stream that cannot be written. */
int flame_html(sqlite3 *db, const struct html_options *options, FILE *out,
	       struct problem *why);

#endif
