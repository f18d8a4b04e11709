/* collectors/papi/papi-start.c - see papi-start.h. */
#include <config.h>

#include "collectors/papi/papi-start.h"

#include "base/problem.h"
#include "collectors/library.h"

#include <papi.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#define FUNCTIONS(EACH)                      \
	EACH(PAPI_disable_component_by_name) \
	EACH(PAPI_library_init)              \
	EACH(PAPI_strerror)

struct functions {
#define EACH(name) __typeof__(name) *name;
	FUNCTIONS(EACH)
#undef EACH
};

/* PAPI loads AMD's library (librocm_smi64) for this component wherever it is installed. Where the folder is
 * missing, as on a server or in a container, that library (5.2.3) does not start, and says so on standard error
 * itself. */
static const char rocm_component[] = "rocm_smi", graphics_folder[] = "/sys/class/drm";

const char *papi_left_out(const char *component)
{
	return strcmp(component, rocm_component) == 0 && access(graphics_folder, F_OK) != 0
		   ? "this machine shows no graphics (/sys/class/drm)"
		   : NULL;
}

int papi_start(struct problem *why)
{
	struct functions papi;
#define EACH(name) { #name, offsetof(struct functions, name) },
	static const struct library_symbol symbols[] = { FUNCTIONS(EACH) };
#undef EACH
	if (library_load(PAPI_SONAME, "libpapi-dev", symbols,
			 sizeof(symbols) / sizeof(*symbols), &papi, why) != 0)
		return -1;
	if (papi_left_out(rocm_component))
		papi.PAPI_disable_component_by_name(rocm_component);
	int code = papi.PAPI_library_init(PAPI_VER_CURRENT);
	if (code == PAPI_VER_CURRENT)
		return 0;
	return problem_refuse(
	    why, "'papi_component_avail' says which parts work here", "PAPI: %s",
	    code < 0 ? papi.PAPI_strerror(code) : "another version is loaded");
}
