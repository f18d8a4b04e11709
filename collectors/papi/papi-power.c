/* collectors/papi/papi-power.c - what components of the user's PAPI tell of energy and power, by name.
 *
 * PAPI can be built with components that Debian's lacks (powercap, rapl, nvml, cray_pm ...), and
 * with ones of the user's own: whatever PAPI finds under a name of --papi-events is read, if its
 * event info gives joules or watts. They see the whole machine, so one thread reads them for all.
 *
 * Nobody but the component knows what such an event is a part of. So it counts in the total only
 * where its name says which RAPL zone it is, and then as that zone: not beside powercap's own.
 * PAPI opens files for all events of a component and lets a child inherit them: it is shut down
 * again at close, and no child is made in between. */
#include <config.h>

#include "base/problem.h"
#include "collectors/absence-list.h"
#include "collectors/collector.h"
#include "collectors/cpu/cpu-identity.h"
#include "collectors/library.h"
#include "collectors/papi/papi-start.h"
#include "collectors/papi/papi-units.h"
#include "collectors/perf/event-list.h"
#include "collectors/rapl/rapl-trust.h"
#include "collectors/sysfs.h"

#include <errno.h>
#include <papi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* PAPI's power components offer some ten events. */
enum { MAX_EVENTS = 32, MAX_SETS = 8, NAME_SIZE = 128, WHY_SIZE = 192, FOLDER_SIZE = 64 };

/* A value of floating point is kept as so many steps of the event's unit. */
static const double steps_of_fp = 1e6;

#define PAPI_FUNCTIONS(EACH)                 \
	EACH(PAPI_shutdown)                  \
	EACH(PAPI_num_components)            \
	EACH(PAPI_get_component_info)        \
	EACH(PAPI_enum_cmp_event)            \
	EACH(PAPI_event_name_to_code)        \
	EACH(PAPI_get_event_info)            \
	EACH(PAPI_create_eventset)           \
	EACH(PAPI_assign_eventset_component) \
	EACH(PAPI_add_event)                 \
	EACH(PAPI_start)                     \
	EACH(PAPI_read)                      \
	EACH(PAPI_stop)                      \
	EACH(PAPI_cleanup_eventset)          \
	EACH(PAPI_destroy_eventset)          \
	EACH(PAPI_strerror)

/* Each by its own name, with the type that its header gives it. */
struct papi_functions {
#define EACH(name) __typeof__(name) *name;
	PAPI_FUNCTIONS(EACH)
#undef EACH
};

/* PAPI keeps components apart: the events of one, and which channels their values go to. */
struct event_set {
	int component, handle;
	size_t channels[MAX_EVENTS];
	int n;
};

struct papi_power {
	struct papi_functions papi;
	struct event_set sets[MAX_SETS];
	size_t n_sets;
	struct channel channels[MAX_EVENTS];
	bool is_fp[MAX_EVENTS];
	struct absence_list absent;
	char names[MAX_EVENTS][NAME_SIZE]; /* as asked for */
	char parts[MAX_EVENTS][ZONE_NAME_MAX];
	size_t n_names, n;
};

static int start_library(struct papi_functions *papi, struct problem *why)
{
#define EACH(name) { #name, offsetof(struct papi_functions, name) },
	static const struct library_symbol symbols[] = { PAPI_FUNCTIONS(EACH) };
#undef EACH
	if (library_load(PAPI_SONAME, "libpapi-dev", symbols,
			 sizeof(symbols) / sizeof(*symbols), papi, why) != 0)
		return -1;
	return papi_start(why);
}

static void close_power(void *state)
{
	struct papi_power *power = state;
	if (!power)
		return;
	for (size_t i = 0; i < power->n_sets; i++) {
		struct event_set *set = &power->sets[i];
		power->papi.PAPI_stop(set->handle, NULL);
		power->papi.PAPI_cleanup_eventset(set->handle);
		power->papi.PAPI_destroy_eventset(&set->handle);
	}
	power->papi.PAPI_shutdown();
	absence_list_free(&power->absent);
	free(power);
}

/* The component that a name such as "powercap:::ENERGY_UJ:ZONE0" says, or NULL. */
static const PAPI_component_info_t *component_of(const struct papi_functions *papi,
						 const char *name)
{
	const char *colons = strstr(name, ":::");
	size_t length = colons ? (size_t)(colons - name) : 0;
	for (int i = 0; colons && i < papi->PAPI_num_components(); i++) {
		const PAPI_component_info_t *component = papi->PAPI_get_component_info(i);
		if (strncmp(component->name, name, length) == 0 && !component->name[length])
			return component;
	}
	return NULL;
}

/* Of a component that is off. */
static const char *reason_of(const PAPI_component_info_t *component)
{
	const char *why = papi_left_out(component->name);
	return why ? why : component->disabled_reason;
}

/* Why PAPI does not know that name. */
static void explain_unknown(const struct papi_functions *papi, const char *name, int code,
			    char why[WHY_SIZE])
{
	const PAPI_component_info_t *component = component_of(papi, name);
	if (!component)
		snprintf(why, WHY_SIZE,
			 "PAPI has no such component "
			 "('papi_component_avail' lists what it has)");
	else if (component->disabled)
		snprintf(why, WHY_SIZE, "PAPI's component %.32s is off: %.100s",
			 component->name, reason_of(component));
	else
		snprintf(why, WHY_SIZE, "PAPI: %.100s", papi->PAPI_strerror(code));
}

static struct event_set *set_of(struct papi_power *power, int component)
{
	for (size_t i = 0; i < power->n_sets; i++)
		if (power->sets[i].component == component)
			return &power->sets[i];
	if (power->n_sets == MAX_SETS)
		return NULL;
	struct event_set *set = &power->sets[power->n_sets];
	*set = (struct event_set){ .component = component, .handle = PAPI_NULL };
	if (power->papi.PAPI_create_eventset(&set->handle) != PAPI_OK ||
	    power->papi.PAPI_assign_eventset_component(set->handle, component) != PAPI_OK)
		return NULL;
	power->n_sets++;
	return set;
}

static uint64_t range_uj(const char *folder)
{
	char path[FOLDER_SIZE + 32];
	uint64_t uj;
	snprintf(path, sizeof(path), "%s/max_energy_range_uj", folder);
	return sysfs_u64(path, &uj) == 0 ? uj : 0;
}

/* What PAPI 7.0 takes for the range of all zones, or of all subzones: that of the last one. */
static uint64_t papi_range_uj(const struct papi_functions *papi, bool is_subzone)
{
	uint64_t uj = 0;
	for (unsigned zone = 0; zone < 64; zone++)
		for (unsigned subzone = 0; subzone < 8; subzone++) {
			char name[NAME_SIZE], folder[FOLDER_SIZE];
			int code;
			snprintf(name, sizeof(name), "powercap:::ENERGY_UJ:ZONE%u", zone);
			if (is_subzone)
				snprintf(name + strlen(name), 32, "_SUBZONE%u", subzone);
			if (papi->PAPI_event_name_to_code(name, &code) != PAPI_OK)
				break;
			if (papi_powercap_folder(name, folder, sizeof(folder)))
				uj = range_uj(folder);
			if (!is_subzone)
				break;
		}
	return uj;
}

/* Of an event that is a RAPL zone, all that is known of that zone. 0, or -1 with why. */
static int describe_zone(struct papi_power *power, struct channel *channel,
			 const char *folder, char why[WHY_SIZE])
{
	struct rapl_zone zone;
	struct cpu_identity cpu;
	int err = papi_powercap_zone(folder, &zone);
	uint64_t uj = err ? 0 : range_uj(folder);
	if (err) {
		snprintf(why, WHY_SIZE, "%s/energy_uj: %s", folder, sysfs_error(err));
		return -1;
	}
	if (uj == 0 || uj != papi_range_uj(&power->papi, zone.depth > 1)) {
		snprintf(why, WHY_SIZE,
			 "PAPI confuses its range with that of another zone");
		return -1;
	}
	char *part = power->parts[power->n];
	memcpy(part, zone.name, ZONE_NAME_MAX);
	channel->domain = zone.domain;
	channel->counted = zone.counted;
	channel->part = zone.counted ? part : NULL;
	channel->wrap_range = uj; /* not one step more: PAPI itself begins anew there */
	channel->update_interval_ns = RAPL_UPDATE_INTERVAL_NS;
	cpu_kind_read(&cpu);
	rapl_trust(channel, &cpu);
	return 0;
}

/* Adds the channel of an event that PAPI knows. 0, or -1 with why. */
static int add_channel(struct papi_power *power, const char *name,
		       const PAPI_event_info_t *info, char why[WHY_SIZE])
{
	struct channel channel = { .name = name, .provenance = PROV_MODELLED };
	char folder[FOLDER_SIZE];
	double si;
	if (!papi_energy_unit(name, info->units, &channel.unit, &si)) {
		snprintf(why, WHY_SIZE, "neither joules nor watts: PAPI says %s%s",
			 info->units[0] ? "its unit is " : "no unit", info->units);
		return -1;
	}
	bool is_fp = info->data_type == PAPI_DATATYPE_FP64;
	channel.kind = channel.unit == UNIT_J ? KIND_COUNTER : KIND_GAUGE;
	channel.unit_per_raw = is_fp ? si / steps_of_fp : si;
	if (papi_powercap_folder(name, folder, sizeof(folder)) &&
	    describe_zone(power, &channel, folder, why) != 0)
		return -1;
	struct event_set *set = set_of(power, info->component_index);
	int code = set ? power->papi.PAPI_add_event(set->handle, (int)info->event_code)
		       : PAPI_ENOMEM;
	if (code != PAPI_OK) {
		snprintf(why, WHY_SIZE, "PAPI: %.100s", power->papi.PAPI_strerror(code));
		return -1;
	}
	set->channels[set->n++] = power->n;
	power->is_fp[power->n] = is_fp;
	power->channels[power->n++] = channel;
	return 0;
}

static void add_event(struct papi_power *power, const char *name)
{
	PAPI_event_info_t info;
	char why[WHY_SIZE];
	int event, code = power->papi.PAPI_event_name_to_code(name, &event);
	if (code == PAPI_OK)
		code = power->papi.PAPI_get_event_info(event, &info);
	if (code != PAPI_OK)
		explain_unknown(&power->papi, name, code, why);
	else if (add_channel(power, name, &info, why) == 0)
		return;
	absence_list_add(&power->absent, name, NULL, "%s", why);
}

/* Names that come twice, and more than MAX_EVENTS of them, are left out. */
static void add_events(struct papi_power *power, const char *list)
{
	while (*list && power->n_names < MAX_EVENTS) {
		char *name = power->names[power->n_names];
		size_t length = event_name_length(list);
		bool is_new = length > 0;
		snprintf(name, NAME_SIZE, "%.*s", (int)length, list);
		list += length + (list[length] == ',');
		for (size_t i = 0; i < power->n_names; i++)
			is_new &= strcmp(power->names[i], name) != 0;
		if (!is_new)
			continue;
		power->n_names++;
		add_event(power, name);
	}
}

/* A negative number, or one that is none, is no reading. */
static struct reading reading_of(const struct papi_power *power, size_t channel,
				 long long value)
{
	double fp;
	if (!power->is_fp[channel])
		return (struct reading){ .raw = value < 0 ? 0 : (uint64_t)value,
					 .err = value < 0 ? ERANGE : 0 };
	memcpy(&fp, &value, sizeof(fp)); /* PAPI's way of handing one over */
	bool is_good = fp >= 0 && fp * steps_of_fp < 9e18;
	return (struct reading){ .raw = is_good ? (uint64_t)(fp * steps_of_fp) : 0,
				 .err = is_good ? 0 : ERANGE };
}

static size_t read_set(const struct papi_power *power, const struct event_set *set,
		       struct reading *out)
{
	long long values[MAX_EVENTS];
	int code = power->papi.PAPI_read(set->handle, values);
	int err = code == PAPI_OK ? 0 : code == PAPI_ESYS && errno ? errno : EIO;
	size_t n_failed = 0;
	for (int i = 0; i < set->n; i++) {
		struct reading *one = &out[set->channels[i]];
		*one = err ? (struct reading){ .err = err }
			   : reading_of(power, set->channels[i], values[i]);
		n_failed += one->err != 0;
	}
	return n_failed;
}

static size_t read_power(void *state, struct reading *out)
{
	const struct papi_power *power = state;
	size_t n_failed = 0;
	for (size_t i = 0; i < power->n_sets; i++)
		n_failed += read_set(power, &power->sets[i], out);
	return n_failed;
}

/* PAPI 7.0's powercap component gives a counter's advance since the start, but until it moves,
 * the counter itself: waits until all have moved, 20 ms at most. */
static void await_first_move(struct papi_power *power)
{
	struct reading first[MAX_EVENTS] = { 0 }, now[MAX_EVENTS] = { 0 };
	size_t n_still = 1;
	read_power(power, first);
	for (int i = 0; i < 20 && n_still > 0; i++) {
		nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
		read_power(power, now);
		n_still = 0;
		for (size_t c = 0; c < power->n; c++)
			n_still += power->channels[c].wrap_range > 0 && !now[c].err &&
				   now[c].raw == first[c].raw;
	}
}

static bool is_in(const struct event_set *set, size_t channel)
{
	for (int i = 0; i < set->n; i++)
		if (set->channels[i] == channel)
			return true;
	return false;
}

/* A component whose events do not start takes none of the others with it: its own become absences,
 * and the channels behind them move up. */
static void drop_set(struct papi_power *power, size_t index, int code)
{
	const struct event_set gone = power->sets[index];
	size_t place[MAX_EVENTS], n = 0;
	for (size_t i = 0; i < power->n; i++) {
		place[i] = n;
		if (is_in(&gone, i)) {
			absence_list_add(&power->absent, power->channels[i].name, NULL,
					 "PAPI cannot start it: %s",
					 power->papi.PAPI_strerror(code));
			continue;
		}
		power->channels[n] = power->channels[i];
		power->is_fp[n++] = power->is_fp[i];
	}
	power->n = n;
	power->sets[index] = power->sets[--power->n_sets];
	for (size_t s = 0; s < power->n_sets; s++)
		for (int i = 0; i < power->sets[s].n; i++)
			power->sets[s].channels[i] = place[power->sets[s].channels[i]];
}

static int start_sets(struct papi_power *power, struct problem *why)
{
	for (size_t i = 0; i < power->n_sets;) {
		int code = power->papi.PAPI_start(power->sets[i].handle);
		if (code != PAPI_OK)
			drop_set(power, i, code);
		else
			i++;
	}
	if (power->n > 0) {
		await_first_move(power);
		return 0;
	}
	return absence_list_problem(&power->absent, "no event is named", why);
}

static int open_power(const struct scope *scope, void **state, struct channel_list *list,
		      struct problem *why)
{
	problem_what(why, "cannot read PAPI's events");
	struct papi_power *power = calloc(1, sizeof(*power));
	if (!power)
		return problem_errno(why, ENOMEM);
	if (start_library(&power->papi, why) != 0) {
		free(power);
		return -1;
	}
	add_events(power, scope->papi_events ? scope->papi_events : "");
	*list = (struct channel_list){ .channels = power->channels };
	if (start_sets(power, why) != 0 ||
	    absence_list_give(&power->absent, list, why) != 0) {
		close_power(power);
		return -1;
	}
	list->n = power->n;
	*state = power;
	return 0;
}

static bool is_asked(const struct scope *scope)
{
	return scope->papi_events != NULL;
}

/* Never of energy: thousands of events of the cores, the program's own, and what machine it is. */
static bool is_other(const PAPI_component_info_t *component)
{
	return strncmp(component->name, "perf_event", strlen("perf_event")) == 0 ||
	       strcmp(component->name, "sde") == 0 ||
	       strcmp(component->name, "sysdetect") == 0;
}

/* How many events of that component are energy or power; the first one's name in first. */
static size_t count_events(const struct papi_functions *papi, int component,
			   char first[NAME_SIZE])
{
	size_t n = 0;
	int event = (int)PAPI_NATIVE_MASK;
	int code = papi->PAPI_enum_cmp_event(&event, PAPI_ENUM_FIRST, component);
	for (; code == PAPI_OK;
	     code = papi->PAPI_enum_cmp_event(&event, PAPI_ENUM_EVENTS, component)) {
		PAPI_event_info_t info;
		enum unit unit;
		double si;
		if (papi->PAPI_get_event_info(event, &info) != PAPI_OK ||
		    !papi_energy_unit(info.symbol, info.units, &unit, &si))
			continue;
		if (n++ == 0)
			snprintf(first, NAME_SIZE, "%.*s", NAME_SIZE - 1, info.symbol);
	}
	return n;
}

/* What the components that work can tell, or which are there and why they do not. */
static int survey(const struct papi_functions *papi, char *found, size_t size,
		  struct problem *why)
{
	char first[NAME_SIZE] = "", off[WHY_SIZE] = "";
	size_t n = 0;
	for (int i = 0; i < papi->PAPI_num_components(); i++) {
		const PAPI_component_info_t *component = papi->PAPI_get_component_info(i);
		char name[NAME_SIZE];
		size_t n_here = 0, length = strlen(off);
		if (is_other(component))
			continue;
		/* Asked even if it is off: some only start when they are. */
		n_here = count_events(papi, i, name);
		if (component->disabled)
			snprintf(off + length, sizeof(off) - length,
				 "; %.20s is off: %.80s", component->name,
				 reason_of(component));
		if (n == 0 && n_here > 0)
			memcpy(first, name, NAME_SIZE);
		n += n_here;
	}
	if (n == 0)
		/* no remedy: what is off says why in its own words */
		return problem_why(why, "no component of this PAPI reports energy%s", off);
	snprintf(found, size, "%zu event%s for --papi-events, as %s", n, n == 1 ? "" : "s",
		 first);
	return 0;
}

static int probe(char *found, size_t size, struct problem *why)
{
	struct papi_functions papi;
	problem_what(why, "cannot read PAPI's events");
	if (start_library(&papi, why) != 0)
		return -1;
	int code = survey(&papi, found, size, why);
	papi.PAPI_shutdown();
	return code;
}

const struct collector papi_power_collector = {
	.name = "papi-power",
	.source = "energy and power of PAPI's components, by --papi-events",
	.is_energy = true,
	.is_asked = is_asked,
	.probe = probe,
	.open = open_power,
	.read = read_power,
	.close = close_power,
};
