/* profiler/options/event-warning.c - see event-warning.h. */
#include <config.h>

#include "profiler/options/event-warning.h"

#include "base/problem.h"
#include "base/text-stream.h"
#include "collectors/perf/core-pmus.h"
#include "collectors/perf/event-list.h"
#include "collectors/perf/event-names.h"
#include "collectors/perf/pmu-terms.h"
#include "collectors/registry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void warn(const char *name, const char *why)
{
	const char *near = event_nearest(name);
	bool is_typed_right = near && strcmp(near, name) == 0;
	bool is_near = near && !is_typed_right;
	text_say(stderr, "joulecart: warning: '%s' is not counted: %s%s%s%s", name, why,
		 is_near ? " (did you mean '" : "", is_near ? near : "",
		 is_near ? "'?)" : "");
}

static void check(const char *name, bool has_pmu)
{
	char why[256], base[128];
	struct event_code code;
	struct pmu_terms terms;
	event_of_machine(name, base, sizeof(base));
	int err = is_pmu_event(name)
		      ? pmu_terms_find(PMU_DEVICES, name, &terms, why, sizeof(why))
		      : event_encode(base, has_pmu, &code, why, sizeof(why));
	if (err)
		warn(name, why);
}

void papi_event_warning(const char *list)
{
	const struct scope scope = { .papi_events = list };
	const struct collector *collector = collector_find("papi-power");
	struct channel_list found;
	struct problem why;
	void *state;
	int code = collector->open(&scope, &state, &found, &why);
	if (code != 0) {
		text_say(stderr, "joulecart: warning: %s: %s", why.what, why.why);
		return;
	}
	for (size_t i = 0; i < found.n_absent; i++)
		text_say(stderr, "joulecart: warning: '%s' is not read: %s",
			 found.absences[i].name, found.absences[i].why);
	collector->close(state);
}

void event_warning(const char *list)
{
	char *names = list ? strdup(list) : NULL;
	if (!names)
		return;
	const bool has_pmu = has_core_pmu();
	for (char *name = names; *name;) {
		char *end = name + event_name_length(name);
		const bool is_last = !*end;
		*end = '\0';
		if (*name)
			check(name, has_pmu);
		name = is_last ? end : end + 1;
	}
	free(names);
}

int take_events(void *events, const char *text, struct problem *why)
{
	(void)why;
	*(const char **)events = text;
	event_warning(text);
	return 0;
}
