/* tests/fuzz/targets.c - see targets.h. */
#include <config.h>

#include "tests/fuzz/targets.h"

#include "collectors/cpu-identity.h"
#include "collectors/machine-cpu.h"
#include "collectors/nvml-visible.h"
#include "collectors/pmu-sysfs.h"
#include "collectors/pmu-terms.h"
#include "collectors/proc-tree.h"
#include "collectors/rapl-zones.h"
#include "collectors/sysfs.h"
#include "profiler/marker-check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* assert() may be compiled away. */
#define MUST(condition)                                                 \
	do {                                                            \
		if (!(condition)) {                                     \
			fprintf(stderr, "must hold: %s\n", #condition); \
			abort();                                        \
		}                                                       \
	} while (0)

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
	(void)proc_stat_ticks(text, &ticks);
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

static void take_visible(const char *text, size_t size)
{
	const char *const uuids[] = { "GPU-1f0ab9d2", "GPU-1f0ab9d3", "GPU-77", "GPU-8" };
	bool visible[4];
	const char *unknown = NULL;
	const struct nvml_boards boards = { .uuids = uuids, .n = 4 };
	size_t length = nvml_visible(text, &boards, visible, &unknown);
	MUST(length == 0 || (unknown >= text && unknown + length <= text + size));
}

static void take_marker(const char *text, size_t size)
{
	struct marker_message message = { 0 };
	memcpy(&message, text, size < sizeof(message) ? size : sizeof(message));
	(void)marker_check(&message, 1000, 2000);
	MUST(memchr(message.phase, 0, sizeof(message.phase)));
	MUST(memchr(message.name, 0, sizeof(message.name)));
	MUST(memchr(message.text, 0, sizeof(message.text)));
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
	{ "visible", take_visible },
	{ "marker", take_marker },
	{ NULL, NULL },
};

const struct fuzz_target *fuzz_target_find(const char *name)
{
	for (const struct fuzz_target *target = fuzz_targets; target->name; target++)
		if (name && strcmp(target->name, name) == 0)
			return target;
	return NULL;
}
