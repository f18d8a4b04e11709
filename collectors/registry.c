/* collectors/registry.c - every collector, one line each. */
#include <config.h>

#include "collectors/registry.h"

#include <string.h>

extern const struct collector powercap_collector, power_pmu_collector, hwevents_collector,
    cputime_collector, estimate_collector, papi_collector;

/* In the order of preference: what measures energy comes before what estimates it. */
const struct collector *const collectors[] = {
	&powercap_collector,
	&power_pmu_collector,
	&hwevents_collector,
	&cputime_collector,
	&estimate_collector,
	&papi_collector,
	NULL,
};

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
