/* reports/html/words-list.h - the sentences that views, factors and collectors put into a database, as a
 * translator finds them. tests/unit/reports/html/test-words.c finds one that is missing. */
#ifndef JOULECART_HTML_WORDS_LIST_H
#define JOULECART_HTML_WORDS_LIST_H

/* The most holes of a sentence. */
enum { WORDS_MAX_HOLES = 6 };

/* factor.parameter, and what it is called in words. */
struct words_parameter {
	const char *parameter, *words;
};

/* As they are written; with holes (%s). Both end with NULL, the parameters with one of NULL. */
extern const char *const words_whole[];
extern const char *const words_around[];
extern const struct words_parameter words_parameters[];

#endif
