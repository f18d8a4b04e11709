/* collectors/rapl/power-core.c - what the cores of AMD's processors used, through perf's 'power_core'
 * PMU: one channel a package, the sum of its cores, as Intel's core domain is.
 *
 * Since Linux 6.14; its cpumask lists one CPU of each core, whose counter can be read there alone.
 * So a reading calls every core of the machine: about 7 us each, once a second and by a thread of
 * its own. It is within the package, and never in the total. (powercap's core zone is, on AMD, the
 * counter of one core: drivers/powercap/intel_rapl_msr.c, MSR_AMD_CORE_ENERGY_STATUS.) */
#include <config.h>

#include "base/problem.h"
#include "collectors/collector.h"
#include "collectors/cpu/cpu-identity.h"
#include "collectors/perf/perf-event.h"
#include "collectors/perf/pmu-sysfs.h"
#include "collectors/rapl/rapl-trust.h"
#include "collectors/sysfs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PMU_FOLDER "/sys/bus/event_source/devices/power_core"

/* Of the largest machine that Linux's defaults run on; TEXT_SIZE holds a list of its cores. */
enum { MAX_CORES = 1024, MAX_PACKAGES = 16, NAME_SIZE = 32, TEXT_SIZE = 4096 };

struct core {
	int fd;
	size_t package; /* place in channels */
};

struct power_core {
	struct core cores[MAX_CORES];
	size_t n_cores;
	uint64_t ids[MAX_PACKAGES]; /* of the packages, as the kernel numbers them */
	struct channel channels[MAX_PACKAGES];
	char names[MAX_PACKAGES][NAME_SIZE];
	int lost
	    [MAX_PACKAGES]; /* errno of a core that could not be opened: no sum is known */
	size_t n;           /* packages */
};

static void close_power_core(void *state)
{
	struct power_core *power = state;
	if (!power)
		return;
	for (size_t i = 0; i < power->n_cores; i++)
		close(power->cores[i].fd);
	free(power);
}

static void add_package(struct power_core *power, uint64_t id,
			const struct pmu_event *event, const struct cpu_identity *cpu)
{
	size_t i = power->n++;
	power->ids[i] = id;
	snprintf(power->names[i], NAME_SIZE, "core-%lu", (unsigned long)id);
	power->channels[i] = (struct channel){
		.name = power->names[i],
		.domain = "core",
		.kind = KIND_COUNTER,
		.unit = UNIT_J,
		.unit_per_raw = event->scale,
		.update_interval_ns = RAPL_UPDATE_INTERVAL_NS,
	};
	rapl_trust(&power->channels[i], cpu);
}

/* The place of that CPU's package among the channels; MAX_PACKAGES: there are too many. */
static size_t package_of(struct power_core *power, unsigned cpu,
			 const struct pmu_event *event, const struct cpu_identity *identity)
{
	char path[96];
	uint64_t id;
	snprintf(path, sizeof(path),
		 "/sys/devices/system/cpu/cpu%u/topology/physical_package_id", cpu);
	if (sysfs_u64(path, &id) != 0)
		id = 0;
	for (size_t i = 0; i < power->n; i++)
		if (power->ids[i] == id)
			return i;
	if (power->n < MAX_PACKAGES)
		add_package(power, id, event, identity);
	return power->n - 1;
}

/* 0 or an errno. */
static int open_core(struct power_core *power, unsigned cpu, uint32_t type,
		     const struct pmu_event *event, const struct cpu_identity *identity)
{
	const struct perf_event_attr attr = { .type = type,
					      .size = sizeof(attr),
					      .config = event->config };
	int fd = perf_event_open_cpu(&attr, (int)cpu, -1);
	if (fd < 0)
		return -fd;
	power->cores[power->n_cores++] = (struct core){ fd, package_of(power, cpu, event,
								       identity) };
	return 0;
}

static int explain(int err, struct problem *why)
{
	char denied[128];
	if (err != EACCES && err != EPERM)
		return problem_errno(why, err);
	problem_why(why, "%s, must be 0, or CAP_PERFMON",
		    perf_event_denied(denied, sizeof(denied)));
	return problem_todo(why, "%s", perf_event_permit_machine);
}

static int open_cores(struct power_core *power, struct problem *why)
{
	struct cpu_identity identity;
	struct pmu_event event;
	unsigned cpus[MAX_CORES];
	char text[TEXT_SIZE];
	uint64_t type;
	size_t n;
	int err = sysfs_u64(PMU_FOLDER "/type", &type);
	cpu_kind_read(&identity);
	/* no remedy: for both, it is the processor or the kernel that lacks it */
	if (err == ENOENT && strcmp(identity.vendor, "AuthenticAMD") != 0)
		return problem_why(why, "no 'power_core' PMU: only AMD processors have it");
	if (err == ENOENT)
		return problem_why(why, "no 'power_core' PMU: %s",
				   identity.is_virtual
				       ? "a virtual machine without it"
				       : "the kernel has it since Linux 6.14");
	if (!err)
		err = pmu_event_read(PMU_FOLDER, "energy-core", &event);
	if (!err && strcmp(event.unit, "Joules") != 0)
		err = EBADMSG;
	if (!err)
		err = sysfs_text(PMU_FOLDER "/cpumask", text, sizeof(text));
	if (!err)
		err = pmu_cpus_parse(text, cpus, MAX_CORES, &n);
	for (size_t i = 0; !err && i < n; i++) {
		int own = open_core(power, cpus[i], (uint32_t)type, &event, &identity);
		if (own)
			power->lost[package_of(power, cpus[i], &event, &identity)] = own;
	}
	for (size_t i = 0; !err && i < power->n; i++) /* one package that works is enough */
		if (!power->lost[i])
			return 0;
	return explain(err ? err : power->n == 0 ? ENODEV : power->lost[0], why);
}

static int open_power_core(const struct scope *scope, void **state,
			   struct channel_list *list, struct problem *why)
{
	(void)scope;
	problem_what(why, "cannot read the cores' energy");
	struct power_core *power = calloc(1, sizeof(*power));
	if (!power)
		return problem_errno(why, ENOMEM);
	if (open_cores(power, why) != 0) {
		close_power_core(power);
		return -1;
	}
	*state = power;
	*list = (struct channel_list){ .channels = power->channels, .n = power->n };
	return 0;
}

static int probe(char *found, size_t size, struct problem *why)
{
	void *state;
	struct channel_list list;
	if (open_power_core(NULL, &state, &list, why) != 0)
		return -1;
	const struct power_core *power = state;
	snprintf(found, size, "%zu core%s of %zu package%s, once a second", power->n_cores,
		 power->n_cores == 1 ? "" : "s", list.n, list.n == 1 ? "" : "s");
	close_power_core(state);
	return 0;
}

/* A core whose CPU is gone reads as the end of a file. Its package's sum is then not known. */
static size_t read_power_core(void *state, struct reading *out)
{
	const struct power_core *power = state;
	size_t n_failed = 0;
	memset(out, 0, power->n * sizeof(*out));
	for (size_t i = 0; i < power->n_cores; i++) {
		struct reading *package = &out[power->cores[i].package];
		uint64_t steps;
		ssize_t length = read(power->cores[i].fd, &steps, sizeof(steps));
		if (length == (ssize_t)sizeof(steps))
			package->raw += steps;
		else
			package->err = length < 0 ? errno : ENODEV;
	}
	for (size_t i = 0; i < power->n; i++) {
		out[i].err = power->lost[i] ? power->lost[i] : out[i].err;
		n_failed += out[i].err != 0;
	}
	return n_failed;
}

const struct collector power_core_collector = {
	.name = "power-core",
	.source = "energy of AMD's cores through perf's 'power_core' PMU",
	.is_energy = true,
	.is_slow = true,
	.probe = probe,
	.open = open_power_core,
	.read = read_power_core,
	.close = close_power_core,
};
