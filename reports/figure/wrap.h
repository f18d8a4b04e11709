/* reports/figure/wrap.h - text padded to columns of a terminal (base/wrap.h measures them). */
#ifndef JOULECART_FIGURE_WRAP_H
#define JOULECART_FIGURE_WRAP_H
#include "base/wrap.h"
#include "reports/figure/arena.h"

/* The text with spaces after it (or before it) up to so many columns; itself when longer. */
const char *wrap_pad(const char *text, size_t columns, struct arena *arena);
const char *wrap_pad_left(const char *text, size_t columns, struct arena *arena);

#endif
