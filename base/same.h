/* base/same.h - comparing texts, in words that say what is asked. */
#ifndef JOULECART_SAME_H
#define JOULECART_SAME_H
#include <stdbool.h>
#include <string.h>

/* Does text begin with prefix? */
static inline bool begins(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* Are both texts there, and the same? */
static inline bool is_text(const char *text, const char *other)
{
	return text && other && strcmp(text, other) == 0;
}

#endif
