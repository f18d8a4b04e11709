/* tests/fuzz/targets.c - see targets.h. */
#include <config.h>

#include "tests/fuzz/targets.h"

#include "base/problem.h"
#include "collectors/collector.h"
#include "collectors/cpu/context-files.h"
#include "collectors/cpu/cpu-identity.h"
#include "collectors/cpu/machine-cpu.h"
#include "collectors/cpu/proc-tree.h"
#include "collectors/cpu/procstat-text.h"
#include "collectors/cpu/run-group.h"
#include "collectors/nvidia/nvml-visible.h"
#include "collectors/papi/papi-units.h"
#include "collectors/perf/core-pmus.h"
#include "collectors/perf/event-list.h"
#include "collectors/perf/pmu-sysfs.h"
#include "collectors/perf/pmu-terms.h"
#include "collectors/rapl/rapl-zones.h"
#include "collectors/sysfs.h"
#include "profiler/metrics/request.h"
#include "profiler/record/marker-validate.h"
#include "tests/fuzz/config-target.h"
#include "tests/fuzz/database-target.h"
#include "tests/fuzz/marks-target.h"
#include "tests/fuzz/must.h"
#include "tests/fuzz/opener-target.h"
#include "tests/fuzz/otlp-target.h"
#include "tests/fuzz/page-target.h"
#include "tests/fuzz/profile-target.h"
#include "tests/fuzz/stack-chunk-target.h"
#include "tests/fuzz/stacks-target.h"
#include "tests/fuzz/text-target.h"
#include "tests/fuzz/tree.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void take_u64(const char *text, size_t size)
{
	const char *at = text;
	uint64_t value;
	int err = parse_u64(&at, &value);
	MUST(at >= text && at <= text + size);
	MUST((err == 0) == (at > text));
}

static void take_machine_cpu(const char *text, size_t size)
{
	struct machine_cpu cpu;
	(void)size;
	(void)machine_cpu_parse(text, &cpu);
}

static void take_proc_stat(const char *text, size_t size)
{
	uint64_t ticks;
	(void)size;
	(void)proc_stat_ticks(text, &ticks, &ticks);
}

static void take_cpuinfo(const char *text, size_t size)
{
	struct cpu_identity cpu;
	FILE *file = size ? fmemopen((void *)(uintptr_t)text, size, "r") : NULL;
	cpu_identity_parse(file, &cpu);
	if (file)
		fclose(file);
	MUST(memchr(cpu.vendor, 0, sizeof(cpu.vendor)));
	MUST(memchr(cpu.model_name, 0, sizeof(cpu.model_name)));
	MUST(memchr(cpu.microcode, 0, sizeof(cpu.microcode)));
}

static void take_pmu_config(const char *text, size_t size)
{
	uint64_t config;
	(void)size;
	(void)pmu_config_parse(text, &config);
}

static void take_pmu_cpus(const char *text, size_t size)
{
	unsigned cpus[8];
	size_t n = 0;
	(void)size;
	if (pmu_cpus_parse(text, cpus, 8, &n) == 0)
		MUST(n <= 8);
}

static void take_pmu_format(const char *text, size_t size)
{
	struct perf_event_attr attr = { 0 };
	(void)size;
	if (pmu_format_apply(text, UINT64_MAX, &attr) == 0)
		MUST((attr.config | attr.config1 | attr.config2) != 0);
}

static void take_pmu_scale(const char *text, size_t size)
{
	double scale;
	(void)size;
	if (pmu_scale_parse(text, &scale) == 0)
		MUST(scale > 0 && isfinite(scale));
}

/* One zone a line: "intel-rapl:0:1 dram". What is described has names that differ. */
static void take_rapl_zones(const char *text, size_t size)
{
	struct rapl_zone zones[16] = { 0 };
	size_t n = 0;
	char directory[64], name[32], line[128];
	(void)size;
	while (*text && n < 16) {
		size_t length = strcspn(text, "\n");
		snprintf(line, sizeof(line), "%.*s", (int)(length < 120 ? length : 120),
			 text);
		text += length + (text[length] == '\n');
		if (sscanf(line, "%63s %31s", directory, name) != 2 ||
		    !rapl_zone_parse(directory, &zones[n]))
			continue;
		MUST(zones[n].depth <= ZONE_DEPTH_MAX);
		snprintf(zones[n].own_name, sizeof(zones[n].own_name), "%s", name);
		zones[n++].usable = true;
	}
	rapl_zones_sort(zones, n);
	rapl_zones_describe(zones, n);
	for (size_t i = 0; i < n; i++)
		MUST(memchr(zones[i].name, 0, sizeof(zones[i].name)));
}

/* What a client of the metrics' server sends, and where a command line lets it listen. */
static void take_request(const char *text, size_t size)
{
	struct request_address to;
	struct problem why = { 0 };
	(void)size;
	enum exposition_form form = request_form(text);
	MUST(form == EXPOSITION_OPENMETRICS || form == EXPOSITION_TEXT);
	if (request_listen(text, &to, &why) == 0)
		MUST(to.length > 0 && to.length <= sizeof(to.address));
	else
		MUST(why.kind == PROBLEM_USAGE && *why.what);
}

static void take_visible(const char *text, size_t size)
{
	const char *const uuids[] = { "GPU-1f0ab9d2", "GPU-1f0ab9d3", "GPU-77", "GPU-8" };
	bool visible[4];
	const char *unknown = NULL;
	const struct nvml_boards boards = { .uuids = uuids, .n = 4 };
	size_t length = nvml_visible(text, &boards, visible, &unknown);
	MUST(length == 0 || (unknown >= text && unknown + length <= text + size));
}

extern const struct collector hwmon_collector, battery_collector;

static void check_channel(const struct channel_list *list, size_t i)
{
	const struct channel *channel = &list->channels[i];
	MUST(channel->name[0] && channel->unit_per_raw > 0);
	MUST(channel->unit == UNIT_J || channel->unit == UNIT_W);
	MUST(channel->max_power_w >= 0 && isfinite(channel->max_power_w));
	MUST(!channel->counted || channel->part);
	for (size_t j = 0; j < i; j++) {
		const struct channel *other = &list->channels[j];
		MUST(strcmp(channel->name, other->name) != 0);
		MUST(!channel->counted || !other->counted ||
		     strcmp(channel->part, other->part) != 0);
	}
}

/* What a collector makes of a folder of files, however it is. */
static void take_folder(const struct collector *collector, const char *text)
{
	struct channel_list list;
	struct reading readings[64];
	struct problem why = { 0 };
	const struct scope scope = { 0 };
	void *state;
	if (!fuzz_tree_enter(text))
		return;
	if (collector->open(&scope, &state, &list, &why) == 0) {
		MUST(list.n >= 1 && list.n <= 64);
		for (size_t i = 0; i < list.n; i++)
			check_channel(&list, i);
		for (size_t i = 0; i < list.n_absent; i++)
			MUST(list.absences[i].name[0] && list.absences[i].why[0]);
		MUST(collector->read(state, readings) <= list.n);
		for (size_t i = 0; i < list.n; i++)
			MUST(readings[i].err >= 0);
		collector->close(state);
	} else {
		MUST(why.what[0] && why.why[0]);
	}
	fuzz_tree_leave();
}

static void take_hwmon(const char *text, size_t size)
{
	(void)size;
	take_folder(&hwmon_collector, text);
}

static void take_battery(const char *text, size_t size)
{
	(void)size;
	take_folder(&battery_collector, text);
}

static void take_context(const char *text, size_t size)
{
	static int (*const find[])(const char *, struct context_files *) = {
		context_find_frequency, context_find_temperature, context_find_throttling
	};
	static int (*const sum_up[])(const struct context_files *,
				     uint64_t *) = { context_mean, context_hottest,
						     context_sum };
	(void)size;
	if (!fuzz_tree_enter(text))
		return;
	for (size_t i = 0; i < 3; i++) {
		struct context_files files;
		uint64_t value;
		if (find[i](".", &files) != 0)
			continue;
		MUST(files.n >= 1 && files.n <= CONTEXT_FILES_MAX);
		if (sum_up[i](&files, &value) == 0 && i == 1)
			MUST(value >= 1000 && value <= 150000);
		context_close(&files);
	}
	fuzz_tree_leave();
}

/* The first line is the event's name; below it, the PMUs' folders. */
static void take_pmu_terms(const char *text, size_t size)
{
	static struct pmu_terms terms;
	struct core_pmus cores;
	char name[128], why[160] = "";
	size_t length = strcspn(text, "\n");
	(void)size;
	snprintf(name, sizeof(name), "%.*s", (int)(length < 127 ? length : 127), text);
	if (!fuzz_tree_enter(text[length] ? text + length + 1 : ""))
		return;
	if (is_pmu_event(name) &&
	    pmu_terms_find(".", name, &terms, why, sizeof(why)) == 0) {
		MUST(terms.n_places >= 1 && terms.n_places <= PMU_PLACES_MAX);
		MUST(terms.scale > 0 && isfinite(terms.scale));
		MUST(memchr(terms.unit, 0, sizeof(terms.unit)));
	} else {
		MUST(!is_pmu_event(name) || why[0]);
	}
	core_pmus_find(".", &cores);
	MUST(cores.n <= CORE_PMUS_MAX);
	fuzz_tree_leave();
}

static void take_procstat(const char *text, size_t size)
{
	static const char *const names[] = { "ctxt", "intr", "pgfault" };
	uint64_t value;
	(void)size;
	for (size_t i = 0; i < 3; i++)
		if (procstat_find(text, names[i], &value) == 0)
			MUST(strstr(text, names[i]));
}

/* "EVENT UNIT" as PAPI would say them. */
static void take_papi_units(const char *text, size_t size)
{
	char name[128] = "", said[16] = "", folder[64];
	enum unit unit;
	double si;
	(void)size;
	sscanf(text, "%127s %15s", name, said);
	if (papi_energy_unit(name, said, &unit, &si))
		MUST((unit == UNIT_J || unit == UNIT_W) && si > 0);
	if (papi_powercap_folder(name, folder, sizeof(folder)))
		MUST(strncmp(folder, "/sys/class/powercap/intel-rapl:", 31) == 0 &&
		     !strstr(folder, "..") && memchr(folder, 0, sizeof(folder)));
}

static void take_event_list(const char *text, size_t size)
{
	const char *at = text;
	char base[16];
	if (event_of_machine(text, base, sizeof(base)))
		MUST(strstr(text, "@machine"));
	MUST(memchr(base, 0, sizeof(base)));
	while (*at) {
		size_t length = event_name_length(at);
		MUST(at + length <= text + size && (!at[length] || at[length] == ','));
		at += length + (at[length] == ',');
	}
}

static void take_cgroup(const char *text, size_t size)
{
	char *copy = malloc(size + 1);
	if (!copy)
		return;
	memcpy(copy, text, size + 1);
	const char *path = run_group_own_path(copy);
	if (path)
		MUST(path >= copy && path < copy + size && *path == '/' &&
		     strncmp(path, "/..", 3) != 0 && !strchr(path, '\n'));
	free(copy);
}

static void take_marker(const char *text, size_t size)
{
	struct marker_message message = { 0 };
	memcpy(&message, text, size < sizeof(message) ? size : sizeof(message));
	(void)marker_check(&message, 1000, 2000);
	MUST(memchr(message.phase, 0, sizeof(message.phase)));
	MUST(memchr(message.name, 0, sizeof(message.name)));
	/* of answers these are bits */
	MUST(message.kind == MARKER_ANSWERS ||
	     memchr(message.text, 0, sizeof(message.text)));
	MUST(message.number <= INT64_MAX);
	MUST(!marker_check(&message, 1000, 2000)); /* what was mended is right */
}

const struct fuzz_target fuzz_targets[] = {
	{ "u64", take_u64 },
	{ "machine-cpu", take_machine_cpu },
	{ "proc-stat", take_proc_stat },
	{ "cpuinfo", take_cpuinfo },
	{ "pmu-config", take_pmu_config },
	{ "pmu-cpus", take_pmu_cpus },
	{ "pmu-format", take_pmu_format },
	{ "pmu-scale", take_pmu_scale },
	{ "rapl-zones", take_rapl_zones },
	{ "request", take_request },
	{ "http", take_http },
	{ "otlp-answer", take_otlp_answer },
	{ "visible", take_visible },
	{ "marker", take_marker },
	{ "hwmon", take_hwmon },
	{ "battery", take_battery },
	{ "context", take_context },
	{ "pmu-terms", take_pmu_terms },
	{ "procstat", take_procstat },
	{ "papi-units", take_papi_units },
	{ "event-list", take_event_list },
	{ "cgroup", take_cgroup },
	{ "opener", take_opener },
	{ "ipmi-power", take_ipmi_power },
	{ "text", take_text },
	{ "limit", take_limit },
	{ "config", take_config },
	{ "marks", take_marks },
	{ "door", take_door },
	{ "metrics-page", take_metrics_page },
	{ "samples", take_samples },
	{ "reading-page", take_reading_page },
	{ "seal", take_seal },
	{ "profile", take_profile },
	{ "database", take_database },
	{ "stack-record", take_stack_record },
	{ "stack-chunk", take_stack_chunk },
	{ "symbol-dump", take_symbol_dump },
	{ "symbol-map", take_symbol_map },
	{ "symbol-file", take_symbol_file },
	{ NULL, NULL },
};

const struct fuzz_target *fuzz_target_find(const char *name)
{
	for (const struct fuzz_target *target = fuzz_targets; target->name; target++)
		if (name && strcmp(target->name, name) == 0)
			return target;
	return NULL;
}
