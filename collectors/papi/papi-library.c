/* collectors/papi/papi-library.c - see papi-library.h. */
#include <config.h>

#include "collectors/papi/papi-library.h"

#include "collectors/library.h"

static const char package[] = "libpapi-dev";

int papi_library_load(struct papi_library *library, struct problem *why)
{
#define EACH(name) { #name, offsetof(struct papi_library, name) },
	static const struct library_symbol papi[] = { PAPI_FUNCTIONS(EACH) };
	static const struct library_symbol sde[] = { SDE_FUNCTIONS(EACH) };
#undef EACH
	if (library_load(SDE_SONAME, package, sde, sizeof(sde) / sizeof(*sde), library,
			 why) != 0)
		return -1;
	return library_load(PAPI_SONAME, package, papi, sizeof(papi) / sizeof(*papi),
			    library, why);
}
