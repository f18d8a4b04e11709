/* base/nearest.h - which known name a mistyped one was probably meant to be. */
#ifndef JOULECART_NEAREST_H
#define JOULECART_NEAREST_H
#include <stddef.h>

/* How many single-letter changes (insert, delete, replace, swap neighbours) lead from a to b,
 * ignoring ASCII case. Names longer than 63 bytes count as infinitely far. */
size_t edit_distance(const char *a, const char *b);

/* The nearest of names[0..n), or NULL when none is within half of asked's length. */
const char *nearest_name(const char *asked, const char *const *names, size_t n);

#endif
