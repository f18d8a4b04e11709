/* collectors/perf/event-names.c - see event-names.h. */
#include <config.h>

#include "collectors/perf/event-names.h"

#include "base/nearest.h"
#include "base/problem.h"
#include "collectors/library.h"
#include "collectors/perf/core-pmus.h"

#include <perfmon/pfmlib_perf_event.h>
#include <stdio.h>
#include <strings.h>

const char event_defaults[] =
    "task-clock,context-switches,cpu-migrations,page-faults,minor-faults,major-faults,"
    "instructions,cycles,cache-references,cache-misses,branches,branch-misses";

const char event_defaults_of_machine[] =
    "instructions,cycles,cache-references,cache-misses,branches,branch-misses";

struct known_event {
	const char *name;
	unsigned config;
	bool is_time, needs_kernel;
};

/* perf_event_open(2). Scheduling happens in the kernel alone; a fault, mostly, in user space. */
static const struct known_event software[] = {
	{ "task-clock", PERF_COUNT_SW_TASK_CLOCK, true, false },
	{ "cpu-clock", PERF_COUNT_SW_CPU_CLOCK, true, false },
	{ "context-switches", PERF_COUNT_SW_CONTEXT_SWITCHES, false, true },
	{ "cpu-migrations", PERF_COUNT_SW_CPU_MIGRATIONS, false, true },
	{ "page-faults", PERF_COUNT_SW_PAGE_FAULTS, false, false },
	{ "minor-faults", PERF_COUNT_SW_PAGE_FAULTS_MIN, false, false },
	{ "major-faults", PERF_COUNT_SW_PAGE_FAULTS_MAJ, false, false },
	{ "alignment-faults", PERF_COUNT_SW_ALIGNMENT_FAULTS, false, false },
	{ "emulation-faults", PERF_COUNT_SW_EMULATION_FAULTS, false, false },
	{ 0 },
};

static const struct known_event hardware[] = {
	{ "instructions", PERF_COUNT_HW_INSTRUCTIONS, false, false },
	{ "cycles", PERF_COUNT_HW_CPU_CYCLES, false, false },
	{ "cache-references", PERF_COUNT_HW_CACHE_REFERENCES, false, false },
	{ "cache-misses", PERF_COUNT_HW_CACHE_MISSES, false, false },
	{ "branches", PERF_COUNT_HW_BRANCH_INSTRUCTIONS, false, false },
	{ "branch-misses", PERF_COUNT_HW_BRANCH_MISSES, false, false },
	{ "bus-cycles", PERF_COUNT_HW_BUS_CYCLES, false, false },
	{ "ref-cycles", PERF_COUNT_HW_REF_CPU_CYCLES, false, false },
	{ 0 },
};

static bool find_known(const struct known_event *table, const char *name, unsigned type,
		       struct event_code *code)
{
	for (; table->name; table++) {
		if (strcasecmp(table->name, name) != 0)
			continue;
		code->attr.type = type;
		code->attr.config = table->config;
		code->is_time = table->is_time;
		code->needs_kernel = table->needs_kernel;
		return true;
	}
	return false;
}

struct pfm_library {
	__typeof__(pfm_initialize) *initialize;
	__typeof__(pfm_get_os_event_encoding) *get_os_event_encoding;
	__typeof__(pfm_strerror) *strerror;
};

static int load_libpfm(struct pfm_library *pfm, struct problem *why)
{
	static const struct library_symbol symbols[] = {
		{ "pfm_initialize", offsetof(struct pfm_library, initialize) },
		{ "pfm_get_os_event_encoding",
		  offsetof(struct pfm_library, get_os_event_encoding) },
		{ "pfm_strerror", offsetof(struct pfm_library, strerror) },
	};
	return library_load(PFM_SONAME, "libpfm4", symbols,
			    sizeof(symbols) / sizeof(*symbols), pfm, why);
}

/* Leaves libpfm4's tables loaded: other names follow, and the next call finds them there. */
static int encode_by_libpfm(const char *name, struct event_code *code, char *why,
			    size_t size)
{
	pfm_perf_encode_arg_t argument = { .attr = &code->attr, .size = sizeof(argument) };
	struct pfm_library pfm;
	struct problem failure;
	if (load_libpfm(&pfm, &failure) != 0) {
		snprintf(why, size, "libpfm4: %s", failure.why);
		return -1;
	}
	code->attr.size = sizeof(code->attr);
	int result = pfm.initialize();
	if (result == PFM_SUCCESS)
		result = pfm.get_os_event_encoding(name, PFM_PLM3 | PFM_PLM0,
						   PFM_OS_PERF_EVENT, &argument);
	if (result == PFM_SUCCESS)
		return 0;
	snprintf(why, size, "libpfm4: %s", pfm.strerror(result));
	return -1;
}

int event_encode(const char *name, bool has_pmu, struct event_code *code, char *why,
		 size_t size)
{
	*code = (struct event_code){ 0 };
	if (find_known(software, name, PERF_TYPE_SOFTWARE, code))
		return 0;
	code->is_hardware = true;
	bool is_known = find_known(hardware, name, PERF_TYPE_HARDWARE, code);
	if (!has_pmu) {
		snprintf(why, size, "%sthis machine shows no core PMU",
			 is_known ? "" : "no software event has that name, and ");
		return -1;
	}
	if (is_known)
		return 0;
	if (encode_by_libpfm(name, code, why, size) != 0)
		return -1;
	code->is_hardware = code->attr.type != PERF_TYPE_SOFTWARE;
	return 0;
}

enum {
	N_SOFTWARE = sizeof(software) / sizeof(*software) - 1,
	N_HARDWARE = sizeof(hardware) / sizeof(*hardware) - 1,
};

const char *event_known(size_t i)
{
	if (i < N_SOFTWARE)
		return software[i].name;
	return i < N_SOFTWARE + N_HARDWARE ? hardware[i - N_SOFTWARE].name : NULL;
}

const char *event_nearest(const char *name)
{
	const char *names[N_SOFTWARE + N_HARDWARE];
	for (size_t i = 0; i < N_SOFTWARE + N_HARDWARE; i++)
		names[i] = event_known(i);
	return nearest_name(name, names, N_SOFTWARE + N_HARDWARE);
}
