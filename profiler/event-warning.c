/* profiler/event-warning.c - see event-warning.h. */
#include <config.h>

#include "profiler/event-warning.h"

#include "collectors/event-names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void warn(const char *name, const char *why)
{
	const char *near = event_nearest(name);
	bool is_typed_right = near && strcmp(near, name) == 0;
	fprintf(stderr, "joulecart: warning: '%s' is not counted: %s", name, why);
	if (near && !is_typed_right)
		fprintf(stderr, " (did you mean '%s'?)", near);
	fputc('\n', stderr);
}

void event_warning(const char *list)
{
	char why[256];
	struct event_code code;
	char *names = list ? strdup(list) : NULL;
	if (!names)
		return;
	const bool has_pmu = has_core_pmu();
	char *rest = names;
	for (char *name; (name = strsep(&rest, ",")) != NULL;)
		if (*name && event_encode(name, has_pmu, &code, why, sizeof(why)) != 0)
			warn(name, why);
	free(names);
}
