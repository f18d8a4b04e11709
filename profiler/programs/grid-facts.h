/* profiler/programs/grid-facts.h - grams of CO2e a joule, for programs that open no database. */
#ifndef JOULECART_GRID_FACTS_H
#define JOULECART_GRID_FACTS_H
#include "profiler/live/live-view.h"
#include "schema/factors/zone.h"

struct problem;

struct grid_facts {
	char zone[ZONE_KEY_SIZE];
	const char *basis; /* "consumption", "production", or "" */
};

/* Sets zone, g_per_kwh, pue and is_assumed of *facts from the bundled factors; grid holds the zone's
 * name and outlives them. asked NULL: the world; pue 0: 1. -1 with *why. */
int grid_facts(struct live_facts *facts, struct grid_facts *grid, const char *asked,
	       double pue, struct problem *why);

#endif
