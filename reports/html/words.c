/* reports/html/words.c - see words.h. The views write these sentences (schema/views.sql,
 * schema/views-carbon.sql); tests/cli/report-html.bats finds one that is missing here. */
#include <config.h>

#include "reports/html/words.h"

#include <libintl.h>
#include <stddef.h>
#include <string.h>

#define N_(text) (text)

/* As they are written. */
static const char *const whole[] = {
	/* v_doubt, v_figure */
	N_("embodied carbon was not stated: factors set embodied=server"),
	N_("a guest is a part of its host, and which part was not stated: factors set "
	   "share=..."),
	N_("the estimate is of the threads that ran, and which part of the device was "
	   "reserved was not stated: factors set share=..."),
	N_("the uncertainty of an instrument, or a gap, has no bound"),
	N_("one trial: the interval holds no spread between trials"),
	N_("not a training"),
	/* v_account */
	N_("no contractual instrument was stated"),
	N_("lifecycle less direct factor of two publishers: an indication"),
	N_("no upstream factor is known apart"),
	N_("no WUE was stated: factors set wue=..."),
	N_("lifecycle"),
	N_("direct"),
	N_("as stated"),
	/* v_boundary */
	N_("processor"),
	N_("memory"),
	N_("graphics processor"),
	N_("fans, disks, board"),
	N_("power supply loss"),
	N_("cooling and distribution of the data centre"),
	N_("network and end-user devices"),
	N_("embodied carbon"),
	N_("water on site"),
	N_("making the variants"),
	N_("counted"),
	N_("in the estimate"),
	N_("by factor"),
	N_("excluded"),
	N_("apart"),
	N_("no channel counts it"),
	N_("no channel counts one: idle or absent"),
	N_("no channel counts them"),
	N_("no efficiency was stated (psu)"),
	N_("no PUE was stated: 1 stands in"),
	N_("outside the machine: whatif --device sets them beside it"),
	N_("no device was stated (embodied)"),
	N_("no WUE was stated"),
	N_("no training was recorded in this campaign"),
	N_("with the break-even, not spread over queries: training_queries was not stated"),
	/* factor.boundary, factor.parameter, factor.name, v_factor_used.role */
	N_("not compared with its primary source"),
	N_("an assumption: there is no source to compare it with"),
	N_("the edition of the GWP is not stated where it was read"),
	N_("all greenhouse gases (the publisher names none)"),
	N_("ADEME has 3660 (cradle to grave, without use); Boavizta advises against these "
	   "data "
	   "for accurate evaluations, and speaks of very large margins of error"),
	N_("relative, expanded (k = 2)"),
	N_("Annual national grid factor, right country"),
	N_("PUE of a provider or a category, annual"),
	N_("Power supply efficiency, as stated"),
	N_("Embodied carbon of a device by lifecycle assessment"),
	N_("Service life"),
	N_("uncertainty"),
	N_("direct CO2, CH4 and N2O as CO2e (GWP100) of electricity generated (scope 2); "
	   "transmission and distribution and well-to-tank excluded"),
	N_("CC BY 4.0 at Ember; read from a copy in co2.js @27cbe83, which marks its data "
	   "CC "
	   "BY-SA 4.0"),
	N_("SPEC fair use (statistics derived from published results); ccf-coefficients "
	   "Apache-2.0"),
	N_("WRI: CC BY 4.0; copy MPL-2.0"),
	N_("figure cited"),
	N_("US public domain"),
	N_("factors cited; BoaviztAPI is AGPL-3.0"),
	N_("ODbL 1.0 (statistics derived)"),
	N_("MPL-2.0 (cited)"),
	N_("lifecycle CO2e (GWP100) with upstream methane, supply chain and manufacturing; "
	   "production-based: imports, transmission and distribution losses excluded"),
	N_("whole server at the wall"),
	N_("water consumed by generation, hydropower reservoirs included"),
	N_("grid gross loss between generation and use, share of generation"),
	N_("service life over which it is spread"),
	N_("memory beyond the included"),
	N_("manufacture, transport and end of life"),
	N_("manufacture"),
	N_("lifecycle without use"),
	N_("cradle to grave, without use"),
	N_("Server (median of product sheets)"),
	N_("Server (generic)"),
	N_("grid"),
	N_("grid direct"),
	N_("grid losses"),
	N_("embodied"),
	N_("water"),
	N_("estimate"),
	/* v_budget */
	N_("repeatability"),
	N_("instruments"),
	N_("gaps, ticks and edges"),
	N_("grid factor"),
	N_("PUE"),
	N_("power supply"),
	N_("service life"),
	N_("normal"),
	N_("lognormal"),
	N_("bounds"),
	N_("one trial: not known"),
	N_("uncertainty_k2 of the channels"),
	N_("bounds of v_query beyond the instruments"),
	N_("zone assumed: spread of all countries"),
	N_("annual drift, right country"),
	N_("not stated: 1 stands in, the overhead is excluded"),
	N_("annual figure"),
	N_("in the estimate: its watts are taken at the wall"),
	N_("not stated: its loss is excluded"),
	N_("sources, or a lifecycle assessment's"),
	N_("embodied carbon is excluded"),
	N_("years around the stated"),
	N_("query"),
	N_("run"),
};

/* factor.parameter, by what it is called in words. */
static const struct {
	const char *parameter, *words;
} parameters[] = {
	{ "intensity", N_("intensity") },
	{ "intensity_direct", N_("direct intensity") },
	{ "td_loss", N_("loss between generation and use") },
	{ "te", N_("total embodied carbon") },
	{ "fixed", N_("embodied carbon without its chips") },
	{ "per_cm2", N_("embodied carbon per cm2 of chip") },
	{ "life", N_("service life") },
	{ "offsite", N_("water of generation") },
	{ "k2", N_("expanded uncertainty (k = 2), relative") },
	{ "uncertainty_k2", N_("expanded uncertainty (k = 2), relative") },
	{ "min_w_per_thread", N_("power of a thread, idle") },
	{ "max_w_per_thread", N_("power of a thread, busy") },
	{ "ram_w_per_gb", N_("power of memory beyond the included") },
	{ "ram_gb_included_per_package", N_("memory included, per processor") },
};

/* With one word, number or name of the data in them, where %s is. */
static const char *const around[] = {
	N_("no factor for zone '%s'"),
	N_("no direct factor is known for zone '%s': its lifecycle factor holds scope 2 "
	   "and "
	   "category 3 together"),
	N_("no loss of transmission and distribution is known for zone '%s'"),
	N_("no figure for zone '%s'"),
	N_("efficiency %s"),
	N_("PUE %s"),
	N_("direct (stack) CO2e (GWP100, AR5) per kWh generated; upstream, transmission "
	   "and "
	   "distribution excluded; %s lb/MWh"),
	N_("%s kgCO2e"),
	N_("%s L/kWh"),
	N_("%s trials"),
	N_("spread over %s queries (training_queries)"),
};

/* What stands in text where the pattern has %s; NULL: another sentence. */
static const char *filling(const char *pattern, const char *text, struct arena *arena)
{
	const char *hole = strstr(pattern, "%s");
	size_t before = (size_t)(hole - pattern), after = strlen(hole + 2);
	size_t length = strlen(text);
	if (length < before + after || strncmp(text, pattern, before) != 0 ||
	    strcmp(text + length - after, hole + 2) != 0)
		return NULL;
	return arena_format(arena, "%.*s", (int)(length - before - after), text + before);
}

/* The translation of a pattern, filled. */
static const char *filled(const char *pattern, const char *inside, struct arena *arena)
{
	const char *hole = strstr(pattern, "%s");
	if (!hole)
		return pattern;
	return arena_format(arena, "%.*s%s%s", (int)(hole - pattern), pattern, inside,
			    hole + 2);
}

const char *words_of(struct arena *arena, const char *text)
{
	for (size_t i = 0; text && i < sizeof(whole) / sizeof(whole[0]); i++)
		if (strcmp(whole[i], text) == 0)
			return gettext(whole[i]);
	for (size_t i = 0; text && i < sizeof(parameters) / sizeof(parameters[0]); i++)
		if (strcmp(parameters[i].parameter, text) == 0)
			return gettext(parameters[i].words);
	for (size_t i = 0; text && i < sizeof(around) / sizeof(around[0]); i++) {
		const char *inside = filling(around[i], text, arena);
		if (inside)
			return filled(gettext(around[i]), inside, arena);
	}
	return text;
}
