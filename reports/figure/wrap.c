/* reports/figure/wrap.c - see wrap.h. */
#include <config.h>

#include "reports/figure/wrap.h"

#include <string.h>

static int spaces(const char *text, size_t columns)
{
	size_t taken = wrap_columns(text, strlen(text));
	return taken < columns ? (int)(columns - taken) : 0;
}

const char *wrap_pad(const char *text, size_t columns, struct arena *arena)
{
	return arena_format(arena, "%s%*s", text, spaces(text, columns), "");
}

const char *wrap_pad_left(const char *text, size_t columns, struct arena *arena)
{
	return arena_format(arena, "%*s%s", spaces(text, columns), "", text);
}
