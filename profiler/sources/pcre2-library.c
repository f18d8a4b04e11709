/* profiler/sources/pcre2-library.c - see pcre2-library.h. */
#include <config.h>

#include "profiler/sources/pcre2-library.h"

#include "collectors/library.h"

#include <stddef.h>

int pcre2_library_load(struct pcre2_library *library, struct problem *why)
{
#define EACH(name) { #name, offsetof(struct pcre2_library, name) },
	static const struct library_symbol functions[] = { PCRE2_FUNCTIONS(EACH) };
#undef EACH
	return library_load(PCRE2_SONAME, "libpcre2-8-0", functions,
			    sizeof(functions) / sizeof(*functions), library, why);
}
