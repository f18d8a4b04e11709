/* collectors/registry.c - every collector, one line each. */
#include <config.h>

#include "collectors/registry.h"

#include <string.h>

/* In the order of preference: what measures energy comes before what estimates it, and what
 * is finer before what sees it as a part of more. */
/* clang-format off */
#define EACH_COLLECTOR(line) \
	line(powercap)       \
	line(power_pmu)      \
	line(power_core)     \
	line(nvml)           \
	line(hwmon)          \
	line(ipmi)           \
	line(battery)        \
	line(hwevents)       \
	line(cputime)        \
	line(procstat)       \
	line(context)        \
	line(papi)           \
	line(papi_power)     \
	line(meter)          \
	line(estimate)
/* clang-format on */

#define DECLARE(name)  extern const struct collector name##_collector;
#define POINT_TO(name) &name##_collector,

EACH_COLLECTOR(DECLARE)

const struct collector *const collectors[] = { EACH_COLLECTOR(POINT_TO) NULL };

const struct collector *collector_find(const char *name)
{
	for (size_t i = 0; collectors[i]; i++)
		if (strcmp(collectors[i]->name, name) == 0)
			return collectors[i];
	return NULL;
}

const char *unit_name(enum unit unit)
{
	static const char *const names[] = {
		[UNIT_J] = "J", [UNIT_W] = "W", [UNIT_S] = "s", [UNIT_COUNT] = "count"
	};
	return names[unit];
}

const char *provenance_name(enum provenance provenance)
{
	static const char *const names[] = { [PROV_MEASURED] = "measured",
					     [PROV_MODELLED] = "modelled",
					     [PROV_ESTIMATED] = "estimated",
					     [PROV_ASSUMED] = "assumed" };
	return names[provenance];
}
