/* collectors/library.c - see library.h. */
#include <config.h>

#include "collectors/library.h"

#include "base/problem.h"

#include <dlfcn.h>
#include <string.h>

static int missing(const char *package, struct problem *why)
{
	const char *text = dlerror();
	problem_why(why, "%s", text ? text : "not found");
	return problem_todo(why, "apt-get install %s", package);
}

int library_load(const char *soname, const char *package,
		 const struct library_symbol *symbols, size_t n, void *table,
		 struct problem *why)
{
	/* Global: PAPI looks for libsde's functions among those of the process. */
	void *library = dlopen(soname, RTLD_NOW | RTLD_GLOBAL | RTLD_NODELETE);
	if (!library)
		return missing(package, why);
	for (size_t i = 0; i < n; i++) {
		void *function = dlsym(library, symbols[i].name);
		if (!function)
			return missing(package, why);
		memcpy((char *)table + symbols[i].offset, &function, sizeof(function));
	}
	return 0;
}
