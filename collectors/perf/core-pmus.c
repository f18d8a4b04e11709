/* collectors/perf/core-pmus.c - see core-pmus.h. */
#include <config.h>

#include "collectors/perf/core-pmus.h"

#include "collectors/perf/pmu-sysfs.h"
#include "collectors/sysfs.h"

#include <errno.h>
#include <glob.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* cpus_path: of a PMU's file "cpus", which is empty while all of its cores are off. */
static bool read_pmu(char *cpus_path, struct core_pmu *pmu)
{
	char cpus[16], path[PATH_MAX];
	uint64_t type;
	if (sysfs_text(cpus_path, cpus, sizeof(cpus)) != 0 || !*cpus)
		return false;
	const char *folder = dirname(cpus_path);
	if ((size_t)snprintf(path, sizeof(path), "%s/type", folder) >= sizeof(path) ||
	    sysfs_u64(path, &type) != 0 || type > UINT32_MAX)
		return false;
	pmu->type = (uint32_t)type;
	const char *name = strrchr(folder, '/') + 1;
	return (size_t)snprintf(pmu->name, sizeof(pmu->name), "%s", name) <
	       sizeof(pmu->name);
}

void core_pmus_find(const char *folder, struct core_pmus *found)
{
	char pattern[PATH_MAX];
	glob_t files;
	found->n = 0;
	snprintf(pattern, sizeof(pattern), "%s/*/cpus", folder);
	if (glob(pattern, 0, NULL, &files) == 0)
		for (size_t i = 0; i < files.gl_pathc && found->n < CORE_PMUS_MAX; i++)
			found->n += read_pmu(files.gl_pathv[i], &found->pmus[found->n]);
	globfree(&files);
}

bool has_core_pmu(void)
{
	struct core_pmus several;
	core_pmus_find(PMU_DEVICES, &several);
	/* x86 with one kind of core, and POWER, have "cpu" alone */
	return several.n > 0 || access(PMU_DEVICES "/cpu", F_OK) == 0;
}

bool core_pmus_split(const struct core_pmus *found, const struct perf_event_attr *attr)
{
	return found->n > 1 && attr->config >> PERF_PMU_TYPE_SHIFT == 0 &&
	       (attr->type == PERF_TYPE_HARDWARE || attr->type == PERF_TYPE_HW_CACHE);
}

struct perf_event_attr core_pmu_attr(const struct perf_event_attr *attr,
				     const struct core_pmu *pmu)
{
	struct perf_event_attr own = *attr;
	own.config |= (uint64_t)pmu->type << PERF_PMU_TYPE_SHIFT;
	return own;
}

/* Branches have two, of which newer kernels list both: the first is the better one. */
static const struct {
	uint64_t config;
	const char *name;
} own_names[] = {
	{ PERF_COUNT_HW_INSTRUCTIONS, "inst_retired" },
	{ PERF_COUNT_HW_CPU_CYCLES, "cpu_cycles" },
	{ PERF_COUNT_HW_CACHE_REFERENCES, "l1d_cache" },
	{ PERF_COUNT_HW_CACHE_MISSES, "l1d_cache_refill" },
	{ PERF_COUNT_HW_BRANCH_INSTRUCTIONS, "br_retired" },
	{ PERF_COUNT_HW_BRANCH_INSTRUCTIONS, "pc_write_retired" },
	{ PERF_COUNT_HW_BRANCH_MISSES, "br_mis_pred" },
	{ PERF_COUNT_HW_BUS_CYCLES, "bus_cycles" },
};

int core_pmu_own_attr(const char *folder, const struct perf_event_attr *attr,
		      const struct core_pmu *pmu, struct perf_event_attr *own)
{
	char path[PATH_MAX], text[64];
	uint64_t config;
	for (size_t i = 0; i < sizeof(own_names) / sizeof(*own_names); i++) {
		if (attr->type != PERF_TYPE_HARDWARE || attr->config != own_names[i].config)
			continue;
		snprintf(path, sizeof(path), "%s/%s/events/%s", folder, pmu->name,
			 own_names[i].name);
		if (sysfs_text(path, text, sizeof(text)) != 0 ||
		    pmu_config_parse(text, &config) != 0)
			continue;
		*own = *attr;
		own->type = pmu->type;
		own->config = config;
		return 0;
	}
	return ENOENT;
}

/* Enabled since the same exec, all have the same enabled time but for what passes between two
 * reads: the first read has the smallest, and what ran after it is no part of it. */
void core_pmus_join(struct perf_count *parts, size_t n)
{
	uint64_t enabled_ns = UINT64_MAX, running_ns = 0;
	for (size_t i = 0; i < n; i++) {
		running_ns += parts[i].running_ns;
		if (parts[i].enabled_ns < enabled_ns)
			enabled_ns = parts[i].enabled_ns;
	}
	if (running_ns > enabled_ns)
		running_ns = enabled_ns;
	for (size_t i = 0; i < n; i++) {
		parts[i].enabled_ns = enabled_ns;
		parts[i].running_ns = running_ns;
	}
}
