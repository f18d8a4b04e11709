/* collectors/papi/papi.c - events of the calling process itself, through PAPI.
 *
 * Two sets, since PAPI keeps components apart:
 * - hardware: PAPI's presets (and native names) by its perf_event component, where there is a
 *   core PMU, its CPU is known to libpfm4, and perf_event_paranoid is at most 2;
 * - software: CPU time, faults and context switches, which PAPI reads as software-defined
 *   events (its sde component) from the process's own accounting. PAPI's perf_event component
 *   has such events too, but is off as a whole wherever it finds no PMU to its liking; these
 *   work everywhere, and cover all threads.
 * A set counts threads that start after open(): open before they are started. PAPI runs one
 * set per component and thread: a second open() before close() fails and says so. */
#include <config.h>

#include "base/problem.h"
#include "collectors/absence-list.h"
#include "collectors/collector.h"
#include "collectors/papi/papi-library.h"
#include "collectors/papi/papi-start.h"
#include "collectors/perf/core-pmus.h"
#include "collectors/perf/event-list.h"
#include "collectors/sysfs.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define SDE_LIBRARY "process"

/* More than any PMU counts at once; 2 is the kernel's default of perf_event_paranoid. */
enum { MAX_EVENTS = 16, NAME_SIZE = 64, WHY_SIZE = 160, MAX_PARANOID = 2 };
enum { STUCK_NS = 10000000 }; /* of CPU time */

static const char default_events[] =
    "task-clock,minor-faults,major-faults,voluntary-switches,involuntary-switches,"
    "PAPI_TOT_INS,PAPI_TOT_CYC,PAPI_FP_OPS,PAPI_SP_OPS,PAPI_L3_TCM";

struct software_event {
	const char *name;
	papi_sde_fptr_t read;
	bool is_time;
};

static long long task_clock_ns(void *unused)
{
	struct timespec used;
	(void)unused;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
	return (long long)used.tv_sec * 1000000000 + used.tv_nsec;
}

static struct rusage own_usage(void)
{
	struct rusage usage;
	getrusage(RUSAGE_SELF, &usage);
	return usage;
}

static long long minor_faults(void *unused)
{
	(void)unused;
	return own_usage().ru_minflt;
}

static long long major_faults(void *unused)
{
	(void)unused;
	return own_usage().ru_majflt;
}

static long long voluntary_switches(void *unused)
{
	(void)unused;
	return own_usage().ru_nvcsw;
}

static long long involuntary_switches(void *unused)
{
	(void)unused;
	return own_usage().ru_nivcsw;
}

static const struct software_event software_events[] = {
	{ "task-clock", task_clock_ns, true },
	{ "minor-faults", minor_faults, false },
	{ "major-faults", major_faults, false },
	{ "voluntary-switches", voluntary_switches, false },
	{ "involuntary-switches", involuntary_switches, false },
};
enum { N_SOFTWARE = sizeof(software_events) / sizeof(*software_events) };

/* One PAPI event set, and which channels its values go to. */
struct event_set {
	int handle; /* PAPI_NULL: none */
	size_t channels[MAX_EVENTS];
	int n;
};

struct papi {
	struct papi_library library;
	struct event_set hardware, software;
	long long opened_ns; /* of the process's CPU time */
	struct channel channels[MAX_EVENTS];
	struct absence_list absent;
	char names[MAX_EVENTS][NAME_SIZE]; /* as asked for */
	size_t n_names, n;
};

static const struct software_event *find_software(const char *name)
{
	for (size_t i = 0; i < N_SOFTWARE; i++)
		if (strcmp(software_events[i].name, name) == 0)
			return &software_events[i];
	return NULL;
}

/* Why PAPI's perf_event component is off, in why. Returns what to do, or NULL. */
static const char *explain_component(const struct papi_library *library, char *why,
				     size_t size)
{
	const PAPI_component_info_t *component = library->PAPI_get_component_info(0);
	uint64_t paranoid;
	if (sysfs_u64("/proc/sys/kernel/perf_event_paranoid", &paranoid) == 0 &&
	    paranoid > MAX_PARANOID) {
		snprintf(why, size, "PAPI refuses perf_event_paranoid %d, even for root",
			 (int)paranoid);
		return "run 'sudo sysctl kernel.perf_event_paranoid=2'";
	}
	snprintf(why, size, "PAPI's perf_event component is off: %.100s",
		 component ? component->disabled_reason : "not built in");
	return NULL;
}

static bool component_works(const struct papi_library *library)
{
	const PAPI_component_info_t *component = library->PAPI_get_component_info(0);
	return component && strcmp(component->name, "perf_event") == 0 &&
	       !component->disabled;
}

static void discard_set(const struct papi_library *library, struct event_set *set)
{
	if (set->handle == PAPI_NULL)
		return;
	library->PAPI_cleanup_eventset(set->handle);
	library->PAPI_destroy_eventset(&set->handle);
	set->handle = PAPI_NULL;
}

static void close_set(const struct papi_library *library, struct event_set *set)
{
	if (set->handle != PAPI_NULL)
		library->PAPI_stop(set->handle, NULL);
	discard_set(library, set);
}

static void close_papi(void *state)
{
	struct papi *papi = state;
	if (!papi)
		return;
	close_set(&papi->library, &papi->hardware);
	close_set(&papi->library, &papi->software);
	absence_list_free(&papi->absent);
	free(papi);
}

/* The set of the hardware events follows all threads. Without a PMU PAPI refuses that, and
 * would then count the calling thread alone: each return code decides. */
static int create_hardware_set(const struct papi_library *library, struct event_set *set)
{
	PAPI_option_t inherit = { 0 };
	int code = library->PAPI_create_eventset(&set->handle);
	if (code == PAPI_OK)
		code = library->PAPI_assign_eventset_component(set->handle, 0);
	inherit.inherit.eventset = set->handle;
	inherit.inherit.inherit = PAPI_INHERIT_ALL;
	if (code == PAPI_OK)
		code = library->PAPI_set_opt(PAPI_INHERIT, &inherit);
	return code;
}

static int add_hardware(struct papi *papi, const char *name)
{
	int code = PAPI_OK;
	if (papi->hardware.handle == PAPI_NULL)
		code = create_hardware_set(&papi->library, &papi->hardware);
	return code == PAPI_OK
		   ? papi->library.PAPI_add_named_event(papi->hardware.handle, name)
		   : code;
}

static int add_software(struct papi *papi, const char *event)
{
	char name[NAME_SIZE];
	int code = PAPI_OK;
	if (papi->software.handle == PAPI_NULL)
		code = papi->library.PAPI_create_eventset(&papi->software.handle);
	snprintf(name, sizeof(name), "sde:::" SDE_LIBRARY "::%s", event);
	return code == PAPI_OK
		   ? papi->library.PAPI_add_named_event(papi->software.handle, name)
		   : code;
}

static int add_to_set(struct papi *papi, struct event_set *set, const char *name)
{
	return set == &papi->software ? add_software(papi, name) : add_hardware(papi, name);
}

/* Of an event that PAPI knows and cannot start. */
static void add_not_started(struct papi *papi, const char *name, int code)
{
	bool is_without_pmu = find_software(name) == NULL && !has_core_pmu();
	char cause[PAPI_MIN_STR_LEN];
	snprintf(cause, sizeof(cause), "%s", papi->library.PAPI_strerror(code));
	cause[0] = (char)tolower((unsigned char)cause[0]);
	absence_list_add(&papi->absent, name,
			 is_without_pmu ? "let the virtual machine have the host's PMU, or "
					  "run outside of it"
					: NULL,
			 "PAPI cannot start it (%s)%s", cause,
			 is_without_pmu ? ": no core PMU is visible here" : "");
}

/* Its events become absences; those of the other set move up. */
static void drop_set(struct papi *papi, struct event_set *set, int code)
{
	struct event_set *other = set == &papi->software ? &papi->hardware
							 : &papi->software;
	size_t n = 0;
	for (int i = 0; i < set->n; i++)
		add_not_started(papi, papi->channels[set->channels[i]].name, code);
	for (int i = 0; i < other->n; i++) { /* they are in the channels' order */
		papi->channels[n] = papi->channels[other->channels[i]];
		other->channels[i] = n++;
	}
	papi->n = n;
	set->n = 0;
	discard_set(&papi->library, set);
}

/* Makes the set anew of those of its events that started. */
static void rebuild_set(struct papi *papi, struct event_set *set)
{
	int code = PAPI_OK;
	discard_set(&papi->library, set);
	for (int i = 0; i < set->n && code == PAPI_OK; i++)
		code = add_to_set(papi, set, papi->channels[set->channels[i]].name);
	if (code != PAPI_OK)
		drop_set(papi, set, code);
}

/* Adds the event if the set then starts: PAPI takes events of a PMU that is not there, and tells
 * of it only at the start, of all events together. *is_start: it was the start that failed. */
static int try_event(struct papi *papi, struct event_set *set, const char *name,
		     bool *is_start)
{
	const struct papi_library *library = &papi->library;
	int code = add_to_set(papi, set, name);
	*is_start = code == PAPI_OK;
	if (code == PAPI_OK)
		code = library->PAPI_start(set->handle);
	if (code == PAPI_OK)
		library->PAPI_stop(set->handle, NULL);
	else
		rebuild_set(papi, set);
	return code;
}

static void add_event(struct papi *papi, const char *name)
{
	const struct software_event *software = find_software(name);
	struct event_set *set = software ? &papi->software : &papi->hardware;
	bool is_start, is_time = software && software->is_time;
	if (!software && !component_works(&papi->library)) {
		char why[WHY_SIZE];
		const char *todo = explain_component(&papi->library, why, sizeof(why));
		absence_list_add(&papi->absent, name, todo, "%s", why);
		return;
	}
	int code = try_event(papi, set, name, &is_start);
	if (code != PAPI_OK && is_start) {
		add_not_started(papi, name, code);
		return;
	}
	if (code != PAPI_OK) {
		absence_list_add(&papi->absent, name, NULL, "PAPI: %s",
				 papi->library.PAPI_strerror(code));
		return;
	}
	set->channels[set->n++] = papi->n;
	papi->channels[papi->n++] = (struct channel){
		.name = name,
		.kind = KIND_COUNTER,
		.unit = is_time ? UNIT_S : UNIT_COUNT,
		.provenance = PROV_MEASURED,
		.unit_per_raw = is_time ? 1e-9 : 1,
		.update_interval_ns = 1, /* read from the counter itself at each call */
	};
}

/* Names that come twice, and more than MAX_EVENTS of them, are left out. */
static void add_events(struct papi *papi, const char *list)
{
	while (*list && papi->n_names < MAX_EVENTS) {
		char *name = papi->names[papi->n_names];
		size_t length = event_name_length(list);
		bool is_new = length > 0;
		snprintf(name, NAME_SIZE, "%.*s", (int)length, list);
		list += length + (list[length] == ',');
		for (size_t i = 0; i < papi->n_names; i++)
			is_new &= strcmp(papi->names[i], name) != 0;
		if (!is_new)
			continue;
		papi->n_names++;
		add_event(papi, name);
	}
}

/* The library is never shut down: it is one for the process, which may use it too. */
static int start_library(const struct papi_library *library, struct problem *why)
{
	papi_handle_t own = library->papi_sde_init(SDE_LIBRARY);
	for (size_t i = 0; own && i < N_SOFTWARE; i++)
		library->papi_sde_register_counter_cb(
		    own, software_events[i].name, PAPI_SDE_RO | PAPI_SDE_INSTANT,
		    PAPI_SDE_long_long, software_events[i].read, NULL);
	return papi_start(why);
}

static void start_set(struct papi *papi, struct event_set *set)
{
	int code = set->n == 0 ? PAPI_OK : papi->library.PAPI_start(set->handle);
	if (code != PAPI_OK)
		drop_set(papi, set, code);
}

static int open_papi(const struct scope *scope, void **state, struct channel_list *list,
		     struct problem *why)
{
	problem_what(why, "cannot count this process");
	struct papi *papi = calloc(1, sizeof(*papi));
	if (!papi)
		return problem_errno(why, ENOMEM);
	if (papi_library_load(&papi->library, why) != 0 ||
	    start_library(&papi->library, why) != 0) {
		free(papi);
		return -1;
	}
	papi->hardware.handle = papi->software.handle = PAPI_NULL;
	papi->opened_ns = task_clock_ns(NULL);
	add_events(papi, scope->events ? scope->events : default_events);
	start_set(papi, &papi->hardware);
	start_set(papi, &papi->software);
	if (papi->n == 0) {
		absence_list_problem(&papi->absent, "no event is named", why);
		close_papi(papi);
		return -1;
	}
	*list = (struct channel_list){ .channels = papi->channels, .n = papi->n };
	if (absence_list_give(&papi->absent, list, why) != 0) {
		close_papi(papi);
		return -1;
	}
	*state = papi;
	return 0;
}

static int probe(char *found, size_t size, struct problem *why)
{
	const struct scope own = { .root_pid = getpid() };
	struct channel_list list;
	void *state;
	if (open_papi(&own, &state, &list, why) != 0)
		return -1;
	const struct papi *papi = state;
	const struct absence *first = list.n_absent ? &list.absences[0] : NULL;
	if (papi->hardware.n > 0)
		snprintf(found, size, "%d hardware and %d software events of own programs",
			 papi->hardware.n, papi->software.n);
	else
		snprintf(found, size,
			 "%d software events of own programs; no hardware ones: %s%s%s%s",
			 papi->software.n, first ? first->why : "none asked",
			 first && first->todo ? " (" : "",
			 first && first->todo ? first->todo : "",
			 first && first->todo ? ")" : "");
	close_papi(state);
	return 0;
}

static size_t read_set(const struct papi_library *library, const struct event_set *set,
		       struct reading *out)
{
	long long values[MAX_EVENTS];
	if (set->n == 0)
		return 0;
	int code = library->PAPI_read(set->handle, values);
	int err = code == PAPI_OK ? 0 : code == PAPI_ESYS ? errno : EIO;
	for (int i = 0; i < set->n; i++)
		out[set->channels[i]] =
		    (struct reading){ .raw = err ? 0 : (uint64_t)values[i], .err = err };
	return err ? (size_t)set->n : 0;
}

/* Presets are offered whose events the processor lacks: they open and stay 0. ENODATA says so of
 * one that was 0 for so long that it more likely is not counted at all. */
static size_t doubt_zeros(const struct papi *papi, struct reading *out)
{
	size_t n_failed = 0;
	if (task_clock_ns(NULL) - papi->opened_ns < STUCK_NS)
		return 0;
	for (int i = 0; i < papi->hardware.n; i++) {
		struct reading *reading = &out[papi->hardware.channels[i]];
		if (reading->err || reading->raw != 0)
			continue;
		reading->err = ENODATA;
		n_failed++;
	}
	return n_failed;
}

static size_t read_papi(void *state, struct reading *out)
{
	const struct papi *papi = state;
	return read_set(&papi->library, &papi->hardware, out) + doubt_zeros(papi, out) +
	       read_set(&papi->library, &papi->software, out);
}

const struct collector papi_collector = {
	.name = "papi",
	.source = "PAPI inside the bundled models: presets, and software events",
	.in_process = true,
	.probe = probe,
	.open = open_papi,
	.read = read_papi,
	.close = close_papi,
};
