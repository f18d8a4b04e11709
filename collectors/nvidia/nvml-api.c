/* collectors/nvidia/nvml-api.c - see nvml-api.h. */
#include <config.h>

#include "collectors/nvidia/nvml-api.h"

#include "base/problem.h"

#include <dlfcn.h>
#include <string.h>

static const char library_name[] = "libnvidia-ml.so.1";

/* POSIX lets the result of dlsym be a function; ISO C has no such cast, hence the copy. */
static bool find(void *library, const char *name, void *function)
{
	void *symbol = dlsym(library, name);
	memcpy(function, &symbol, sizeof(symbol));
	return symbol != NULL;
}

/* The first required symbol that is missing, or NULL. */
static const char *find_all(struct nvml_api *api)
{
#define REQUIRED(result, name, arguments)           \
	if (!find(api->library, #name, &api->name)) \
		return #name;
#define OPTIONAL(result, name, arguments) find(api->library, #name, &api->name);
	NVML_SYMBOLS(REQUIRED, OPTIONAL)
	return NULL;
}

int nvml_load(struct nvml_api *api, struct problem *why)
{
	*api = (struct nvml_api){ .library = dlopen(library_name, RTLD_NOW | RTLD_LOCAL) };
	if (!api->library)
		/* no remedy: a machine without a board needs no driver, and nobody knows here */
		return problem_why(why, "no NVIDIA driver: %s is not installed",
				   library_name);
	const char *missing = find_all(api);
	if (missing) {
		problem_why(why, "%s is too old: it has no %s", library_name, missing);
		problem_todo(why, "install a driver of version 418 or later");
	} else {
		int code = api->nvmlInit_v2();
		if (code == NVML_OK)
			return 0;
		problem_refuse(why, "'nvidia-smi' says what the driver has", "NVML: %s",
			       api->nvmlErrorString(code));
	}
	dlclose(api->library);
	api->library = NULL;
	return -1;
}

void nvml_unload(struct nvml_api *api)
{
	api->nvmlShutdown();
	dlclose(api->library);
}
