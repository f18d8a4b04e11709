/* collectors/rapl/power-pmu.c - the same RAPL counters as powercap's, through perf's 'power' PMU.
 *
 * One group of events on one CPU of each package (or die, where the kernel counts per die: its
 * cpumask lists one CPU of each): one system call reads them all. The kernel extends them to 64
 * bits in steps of 2^-32 J, so that nothing wraps here; it moves an event to another CPU of the
 * package when its own goes offline. When that was the package's last, or the machine slept, the
 * event reads as the end of a file from then on: it is opened again, at most once a second, and
 * each tick until then is a gap. Then it counts from 0, which the integrator sees as a fall that
 * no wrap explains: the time between is unknown, up to max_power_w.
 *
 * Linux reads an event of this PMU on the CPU that asks, where that is of the same package
 * (PERF_EV_CAP_READ_ACTIVE_PKG; before PERF_EV_CAP_READ_SCOPE, commit a48a36b316ae of 2024): of a
 * package with several dies it then reads whichever die asks. So here each die is asked from
 * one of its own CPUs.
 *
 * Encoding, scale and unit come from sysfs, not from libpfm4's tables: those know fewer
 * processors than the kernel, and each start of that library takes 1.5 ms. */
#include <config.h>

#include "base/clock.h"
#include "base/problem.h"
#include "collectors/absence-list.h"
#include "collectors/collector.h"
#include "collectors/cpu/cpu-identity.h"
#include "collectors/perf/perf-event.h"
#include "collectors/perf/pmu-sysfs.h"
#include "collectors/rapl/rapl-trust.h"
#include "collectors/sysfs.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PMU_FOLDER "/sys/bus/event_source/devices/power"

/* Packages or dies with counters of their own. */
enum { MAX_PLACES = 64, NAME_SIZE = 48 };

static const int64_t reopen_interval_ns = NS_PER_S;

/* The PMU's events; powercap's words for what they count. */
static const struct domain {
	const char *event, *domain;
	bool counted;
} domains[] = {
	{ "energy-pkg", "package", true }, { "energy-cores", "core", false },
	{ "energy-gpu", "uncore", false }, { "energy-ram", "dram", true },
	{ "energy-psys", "psys", false },
};
enum { N_DOMAINS = sizeof(domains) / sizeof(*domains) };

/* One CPU that can read the counters of its package or die. */
struct place {
	unsigned cpu;
	uint64_t package, die;
	bool is_die;       /* the package has several */
	cpu_set_t cpus;    /* of that die, when it was opened */
	int leader;        /* descriptor of the group */
	size_t channel, n; /* channels[channel..channel + n) are its events, in order */
	uint64_t last;     /* count of its first event */
	int64_t reopen_ns; /* not before */
};

struct power_pmu {
	struct place places[MAX_PLACES];
	size_t n_places, n;
	uint32_t type;
	int fds[MAX_PLACES * N_DOMAINS];
	uint64_t configs[MAX_PLACES * N_DOMAINS];
	struct channel channels[MAX_PLACES * N_DOMAINS];
	char names[MAX_PLACES * N_DOMAINS][NAME_SIZE];
	struct absence_list absent;
};

static void close_all(const int *fds, size_t n)
{
	for (size_t i = 0; i < n; i++)
		close(fds[i]);
}

static void close_power_pmu(void *state)
{
	struct power_pmu *pmu = state;
	if (!pmu)
		return;
	close_all(pmu->fds, pmu->n);
	absence_list_free(&pmu->absent);
	free(pmu);
}

static uint64_t topology(unsigned cpu, const char *what)
{
	char path[96];
	uint64_t id;
	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%u/topology/%s", cpu,
		 what);
	return sysfs_u64(path, &id) == 0 ? id : 0;
}

/* 0 or an errno. */
static int find_places(struct power_pmu *pmu)
{
	unsigned cpus[MAX_PLACES];
	char text[512];
	int err = sysfs_text(PMU_FOLDER "/cpumask", text, sizeof(text));
	if (!err)
		err = pmu_cpus_parse(text, cpus, MAX_PLACES, &pmu->n_places);
	for (size_t i = 0; !err && i < pmu->n_places; i++)
		pmu->places[i] = (struct place){ .cpu = cpus[i],
						 .package = topology(cpus[i],
								     "physical_package_id"),
						 .die = topology(cpus[i], "die_id"),
						 .leader = -1 };
	return err;
}

/* Another place in the same package. */
static bool has_sibling(const struct power_pmu *pmu, const struct place *place)
{
	for (size_t i = 0; i < pmu->n_places; i++)
		if (&pmu->places[i] != place && pmu->places[i].package == place->package)
			return true;
	return false;
}

/* 0 or an errno. */
static int find_cpus(struct place *place)
{
	unsigned cpus[CPU_SETSIZE];
	char path[96], text[4096];
	size_t n = 0;
	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%u/topology/die_cpus_list",
		 place->cpu);
	int err = sysfs_text(path, text, sizeof(text));
	if (!err)
		err = pmu_cpus_parse(text, cpus, CPU_SETSIZE, &n);
	CPU_ZERO(&place->cpus);
	CPU_SET(place->cpu, &place->cpus);
	for (size_t i = 0; !err && i < n; i++)
		if (cpus[i] < CPU_SETSIZE)
			CPU_SET(cpus[i], &place->cpus);
	return err;
}

/* 0 or an errno. Linux before 5.2 lists no CPUs of a die: it knew none. */
static int find_dies(struct power_pmu *pmu)
{
	int err = 0;
	for (size_t i = 0; !err && i < pmu->n_places; i++) {
		struct place *place = &pmu->places[i];
		place->is_die = has_sibling(pmu, place);
		err = find_cpus(place);
		err = place->is_die ? err : 0;
	}
	return err;
}

static void set_name(const struct power_pmu *pmu, const struct place *place,
		     const struct domain *domain, char name[NAME_SIZE])
{
	const unsigned long package = place->package, die = place->die;
	if (strcmp(domain->domain, "psys") == 0 && place == &pmu->places[0])
		snprintf(name, NAME_SIZE, "psys");
	else if (place->is_die)
		snprintf(name, NAME_SIZE, "%s-%lu-die-%lu", domain->domain, package, die);
	else
		snprintf(name, NAME_SIZE, "%s-%lu", domain->domain, package);
}

/* Name of the place's own channel of that domain, or NULL. */
static const char *own(const struct power_pmu *pmu, const struct place *place,
		       const char *domain)
{
	for (size_t i = place->channel; i < place->channel + place->n; i++)
		if (strcmp(pmu->channels[i].domain, domain) == 0)
			return pmu->channels[i].name;
	return NULL;
}

static void add_channel(struct power_pmu *pmu, struct place *place,
			const struct domain *domain, const struct pmu_event *event,
			const struct cpu_identity *cpu)
{
	char *name = pmu->names[pmu->n];
	set_name(pmu, place, domain, name);
	bool is_within = strcmp(domain->domain, "core") == 0 ||
			 strcmp(domain->domain, "uncore") == 0;
	struct channel *channel = &pmu->channels[pmu->n++];
	*channel = (struct channel){
		.name = name,
		.domain = domain->domain,
		.inside = is_within ? own(pmu, place, "package") : NULL,
		.kind = KIND_COUNTER,
		.unit = UNIT_J,
		.counted = domain->counted,
		.part = domain->counted ? name : NULL,
		.unit_per_raw = event->scale,
		.update_interval_ns = RAPL_UPDATE_INTERVAL_NS,
	};
	rapl_trust(channel, cpu);
	place->n++;
}

/* A descriptor, or minus an errno. */
static int open_event(uint32_t type, uint64_t config, unsigned cpu, int leader)
{
	const struct perf_event_attr attr = { .type = type,
					      .size = sizeof(attr),
					      .config = config,
					      .read_format = PERF_FORMAT_GROUP };
	return perf_event_open_cpu(&attr, (int)cpu, leader);
}

static int open_place(struct power_pmu *pmu, struct place *place,
		      const struct domain *domain, const struct pmu_event *event,
		      const struct cpu_identity *cpu)
{
	int fd = open_event(pmu->type, event->config, place->cpu, place->leader);
	if (fd < 0)
		return -fd;
	if (place->leader < 0) {
		place->leader = fd;
		place->channel = pmu->n;
	}
	pmu->fds[pmu->n] = fd;
	pmu->configs[pmu->n] = event->config;
	add_channel(pmu, place, domain, event, cpu);
	return 0;
}

/* All that this place can read. 0, or the errno of the package's event: without it the rest
 * would pass for the whole. */
static int open_domains(struct power_pmu *pmu, struct place *place,
			const struct cpu_identity *cpu)
{
	for (size_t i = 0; i < N_DOMAINS; i++) {
		struct pmu_event event;
		bool is_package = strcmp(domains[i].domain, "package") == 0;
		int err = pmu_event_read(PMU_FOLDER, domains[i].event, &event);
		if (!err && strcmp(event.unit, "Joules") != 0)
			err = EBADMSG;
		if (!err)
			err = open_place(pmu, place, &domains[i], &event, cpu);
		if (err && is_package)
			return err;
		if (err && err != ENOENT && place == &pmu->places[0])
			absence_list_add(&pmu->absent, domains[i].domain, NULL, "%s",
					 sysfs_error(err));
	}
	return 0;
}

/* psys is around all packages; known only when all are open. */
static void place_in_psys(struct power_pmu *pmu)
{
	const char *psys = own(pmu, &pmu->places[0], "psys");
	for (size_t i = 0; psys && i < pmu->n; i++)
		if (pmu->channels[i].counted)
			pmu->channels[i].inside = psys;
}

static int explain(int err, struct problem *why)
{
	char denied[128];
	uint64_t paranoid = 0;
	if (err != EACCES && err != EPERM)
		return problem_errno(why, err);
	sysfs_u64(PERF_EVENT_PARANOID, &paranoid);
	/* Debian's levels above 2 stop who has the capability too. */
	problem_why(why, "%s, must be 0, or %sCAP_PERFMON",
		    perf_event_denied(denied, sizeof(denied)),
		    paranoid > 2 ? "2 with " : "");
	return problem_todo(why, "%s", perf_event_permit_machine);
}

static int open_places(struct power_pmu *pmu, struct problem *why)
{
	struct cpu_identity cpu;
	uint64_t type = 0;
	int err = sysfs_u64(PMU_FOLDER "/type", &type);
	cpu_kind_read(&cpu);
	if (err == ENOENT) {
		const char *never = rapl_why_none(&cpu);
		problem_why(why, "no 'power' PMU%s", never ? never : "");
		return never ? -1 : problem_todo(why, "run 'sudo modprobe rapl'");
	}
	pmu->type = (uint32_t)type;
	if (!err)
		err = find_places(pmu);
	if (!err)
		err = find_dies(pmu);
	for (size_t i = 0; !err && i < pmu->n_places; i++)
		err = open_domains(pmu, &pmu->places[i], &cpu);
	return err ? explain(err, why) : 0;
}

static int open_power_pmu(const struct scope *scope, void **state,
			  struct channel_list *list, struct problem *why)
{
	(void)scope;
	problem_what(why, "cannot read RAPL through perf");
	struct power_pmu *pmu = calloc(1, sizeof(*pmu));
	if (!pmu)
		return problem_errno(why, ENOMEM);
	if (open_places(pmu, why) != 0) {
		close_power_pmu(pmu);
		return -1;
	}
	place_in_psys(pmu);
	*list = (struct channel_list){ .channels = pmu->channels, .n = pmu->n };
	if (absence_list_give(&pmu->absent, list, why) != 0) {
		close_power_pmu(pmu);
		return -1;
	}
	*state = pmu;
	return 0;
}

static int probe(char *found, size_t size, struct problem *why)
{
	void *state;
	struct channel_list list;
	if (open_power_pmu(NULL, &state, &list, why) != 0)
		return -1;
	int length = snprintf(found, size, "%zu event%s:", list.n, list.n == 1 ? "" : "s");
	for (size_t i = 0; i < list.n && (size_t)length < size; i++)
		length += snprintf(found + length, size - (size_t)length, " %s",
				   list.channels[i].name);
	close_power_pmu(state);
	return 0;
}

struct group {
	uint64_t n, values[N_DOMAINS];
};

/* 0 or an errno. */
static int read_group(const struct place *place, struct group *group)
{
	ssize_t length = read(place->leader, group, sizeof(*group));
	if (length < 0)
		return errno;
	/* An event whose CPU is gone, and could not be moved, reads as the end of a file. */
	return length == (ssize_t)(sizeof(uint64_t) * (1 + place->n)) ? 0 : ENODEV;
}

/* Asks from a CPU of the die; the thread goes back to where it may be (--pin-sampler). */
static int read_die(const struct place *place, struct group *group)
{
	cpu_set_t before;
	if (sched_getaffinity(0, sizeof(before), &before) != 0)
		return errno;
	if (sched_setaffinity(0, sizeof(place->cpus), &place->cpus) != 0)
		return errno == EINVAL ? ENODEV : errno; /* none of them is there */
	int err = read_group(place, group);
	sched_setaffinity(0, sizeof(before), &before);
	return err;
}

static int ask(const struct place *place, struct group *group)
{
	return place->is_die ? read_die(place, group) : read_group(place, group);
}

/* The events of a place anew, on that CPU: fds[0..place->n). Whether all could be opened. */
static bool open_again(const struct power_pmu *pmu, const struct place *place, unsigned cpu,
		       int *fds)
{
	for (size_t i = 0; i < place->n; i++) {
		fds[i] = open_event(pmu->type, pmu->configs[place->channel + i], cpu,
				    i > 0 ? fds[0] : -1);
		if (fds[i] < 0) {
			close_all(fds, i);
			return false;
		}
	}
	return true;
}

/* The CPU that counts for the place now, or -1: its package has none. To open an event there is
 * the end of the thread, within the kernel: rapl_pmu_event_init() takes -1 for its CPU, and
 * find_get_context() looks that up (seen in Linux 6.1). */
static int cpu_now(const struct place *place)
{
	unsigned cpus[MAX_PLACES];
	char text[512];
	size_t n = 0;
	if (sysfs_text(PMU_FOLDER "/cpumask", text, sizeof(text)) != 0 ||
	    pmu_cpus_parse(text, cpus, MAX_PLACES, &n) != 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (cpus[i] < CPU_SETSIZE && CPU_ISSET(cpus[i], &place->cpus))
			return (int)cpus[i];
	return -1;
}

/* Not where it never counted: a count that does not fall would hide the time between. */
static bool reopen(struct power_pmu *pmu, struct place *place)
{
	int fds[N_DOMAINS] = { 0 }, *old = &pmu->fds[place->channel];
	int64_t now_ns = monotonic_ns();
	if (now_ns < place->reopen_ns || place->last == 0)
		return false;
	place->reopen_ns = now_ns + reopen_interval_ns;
	int cpu = cpu_now(place);
	if (cpu < 0 || !open_again(pmu, place, (unsigned)cpu, fds))
		return false;
	close_all(old, place->n);
	memcpy(old, fds, place->n * sizeof(*fds));
	place->leader = fds[0];
	return true;
}

static size_t read_place(struct power_pmu *pmu, struct place *place, struct reading *out)
{
	struct group group = { 0 };
	int err = ask(place, &group);
	if (err == ENODEV && reopen(pmu, place))
		err = ask(place, &group);
	place->last = err ? place->last : group.values[0];
	for (size_t i = 0; i < place->n; i++)
		out[place->channel + i] =
		    (struct reading){ .raw = err ? 0 : group.values[i], .err = err };
	return err ? place->n : 0;
}

static size_t read_power_pmu(void *state, struct reading *out)
{
	struct power_pmu *pmu = state;
	size_t n_failed = 0;
	for (size_t i = 0; i < pmu->n_places; i++)
		n_failed += read_place(pmu, &pmu->places[i], out);
	return n_failed;
}

const struct collector power_pmu_collector = {
	.name = "power-pmu",
	.source = "the same RAPL counters through perf's 'power' PMU",
	.is_energy = true,
	.one_of = "rapl",
	.probe = probe,
	.open = open_power_pmu,
	.read = read_power_pmu,
	.close = close_power_pmu,
};
