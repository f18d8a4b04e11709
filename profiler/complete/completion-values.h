/* profiler/complete/completion-values.h - the values of options and operands that only the program knows:
 * zones, events, variants, and what is in a database. */
#ifndef JOULECART_COMPLETION_VALUES_H
#define JOULECART_COMPLETION_VALUES_H
#include "base/completion.h"

/* A shell that hangs is worse than one that knows no words: from here on this process may use two
 * seconds of CPU time, then it ends silently. */
void completion_limit(void);

/* A completion_source: offers the values of that kind; none where they cannot be read. */
void completion_values(const struct completion *completion, enum option_values kind);

#endif
