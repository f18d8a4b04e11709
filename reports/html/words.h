/* reports/html/words.h - the words of the database in the reader's language: reasons, boundaries,
 * statuses, names. What is not known here stays as it is. */
#ifndef JOULECART_HTML_WORDS_H
#define JOULECART_HTML_WORDS_H
#include "reports/figure/arena.h"

/* NULL stays NULL. Lives as long as the arena. */
const char *words_of(struct arena *arena, const char *text);

#endif
