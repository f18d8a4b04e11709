/* collectors/rapl/powercap.c - RAPL energy counters, through libpowercap.
 *
 * A zone that vanishes (its package's last CPU goes offline, or a suspend to RAM) leaves its
 * descriptor dead for ever (ENODEV), also when the zone is back: it is opened again, at most
 * once a second, and each tick until then is a gap with that errno. A zone that came back
 * counts from another value. Nothing here hides that: the first reading after the gap goes
 * out as it is, and the integrator finds that it cannot be reached from the last one within
 * max_power_w, or takes it for a wrap whose bounds it states. */
#include <config.h>

#include "base/clock.h"
#include "base/problem.h"
#include "collectors/absence-list.h"
#include "collectors/collector.h"
#include "collectors/cpu/cpu-identity.h"
#include "collectors/opener/opener-ask.h"
#include "collectors/rapl/rapl-trust.h"
#include "collectors/rapl/rapl-zones.h"
#include "collectors/sysfs.h"

#include <dirent.h>
#include <errno.h>
#include <powercap-sysfs.h>
#include <powercap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define POWERCAP_ROOT "/sys/class/powercap" /* libpowercap knows no other */

static const int64_t reopen_interval_ns = NS_PER_S;

/* A range that a package passes within 10 ms, between two readings, tells nothing. The smallest that
 * RAPL has is 65 kJ. */
static const uint64_t least_range_uj = 1000000;

static const char let_all_read[] = "run 'sudo chmod a+r " POWERCAP_ROOT
				   "/intel-rapl*/energy_uj', until the next boot";
static const char hidden[] =
    "its link leads nowhere: this container hides what it leads to";
static const char let_container_see[] =
    "start the container with '--security-opt systempaths=unconfined' (Docker) or "
    "'--security-opt unmask=/sys/devices/virtual/powercap' (Podman)";
static const char permission_denied[] =
    "permission denied: root only since Linux 5.10 (CVE-2020-8694)";

/* What is kept of an open zone for reading it. */
struct source {
	int fd;
	int64_t reopen_ns;
	const struct rapl_zone *zone;
};

/* Arrays are as long as there are zones; n says how much of the last two is used. */
struct powercap {
	struct rapl_zone *zones;
	int *fds; /* of each zone's counter, or minus the errno why there is none */
	uint64_t *max_uj;
	size_t n_zones;
	struct source *sources;
	struct channel *channels;
	size_t n;
	struct absence_list absent;
};

static void close_powercap(void *state)
{
	struct powercap *powercap = state;
	if (!powercap)
		return;
	for (size_t i = 0; i < powercap->n; i++)
		close(powercap->sources[i].fd);
	free(powercap->zones);
	free(powercap->fds);
	free(powercap->max_uj);
	free(powercap->sources);
	free(powercap->channels);
	absence_list_free(&powercap->absent);
	free(powercap);
}

static int is_zone(const struct dirent *entry)
{
	struct rapl_zone zone;
	return rapl_zone_parse(entry->d_name, &zone);
}

static struct powercap *allocate(size_t n)
{
	struct powercap *powercap = calloc(1, sizeof(*powercap));
	if (!powercap)
		return NULL;
	powercap->zones = calloc(n, sizeof(*powercap->zones));
	powercap->fds = calloc(n, sizeof(*powercap->fds));
	powercap->max_uj = calloc(n, sizeof(*powercap->max_uj));
	powercap->sources = calloc(n, sizeof(*powercap->sources));
	powercap->channels = calloc(n, sizeof(*powercap->channels));
	if (powercap->zones && powercap->fds && powercap->max_uj && powercap->sources &&
	    powercap->channels)
		return powercap;
	close_powercap(powercap);
	return NULL;
}

/* Lists the zones in their order. NULL with *why when there are none. */
static struct powercap *list_zones(struct problem *why)
{
	struct dirent **entries = NULL;
	struct powercap *powercap = NULL;
	int n = scandir(POWERCAP_ROOT, &entries, is_zone, NULL);
	if (n > 0) {
		powercap = allocate((size_t)n);
		problem_errno(why, ENOMEM);
	} else if (n < 0 && errno != ENOENT) {
		problem_errno(why, errno);
	} else {
		struct cpu_identity cpu;
		cpu_kind_read(&cpu);
		const char *never = rapl_why_none(&cpu);
		problem_why(why, "no RAPL zone under " POWERCAP_ROOT "%s",
			    never ? never : "");
		if (!never)
			problem_todo(why, "run 'sudo modprobe intel_rapl_msr'");
	}
	for (int i = 0; i < n; i++) {
		if (powercap)
			rapl_zone_parse(entries[i]->d_name,
					&powercap->zones[powercap->n_zones++]);
		free(entries[i]);
	}
	free(entries);
	if (powercap)
		rapl_zones_sort(powercap->zones, powercap->n_zones);
	return powercap;
}

static int open_counter(const struct rapl_zone *zone)
{
	char path[128];
	size_t used = (size_t)snprintf(path, sizeof(path), POWERCAP_ROOT "/%s",
				       zone->control);
	for (uint32_t i = 0; i < zone->depth; i++)
		used += (size_t)snprintf(path + used, sizeof(path) - used, ":%u",
					 zone->path[i]);
	snprintf(path + used, sizeof(path) - used, "/energy_uj");
	return opener_open(path);
}

/* The zone's own name; its directory's place in the tree where it tells none. */
static void read_name(struct rapl_zone *zone)
{
	ssize_t length = powercap_sysfs_zone_get_name(
	    zone->control, zone->path, zone->depth, zone->own_name, sizeof(zone->own_name));
	if (length > 0)
		zone->own_name[strcspn(zone->own_name, "\n")] = '\0';
	else
		snprintf(zone->own_name, sizeof(zone->own_name), "zone-%u",
			 zone->path[zone->depth - 1]);
}

/* Opens what can be read and says which zones those are. */
static void open_zones(struct powercap *powercap)
{
	for (size_t i = 0; i < powercap->n_zones; i++) {
		struct rapl_zone *zone = &powercap->zones[i];
		read_name(zone);
		powercap->fds[i] = open_counter(zone);
		if (powercap_sysfs_zone_get_max_energy_range_uj(
			zone->control, zone->path, zone->depth, &powercap->max_uj[i]) != 0)
			powercap->max_uj[i] = 0;
		zone->usable = powercap->fds[i] >= 0 &&
			       powercap->max_uj[i] >= least_range_uj;
	}
	rapl_zones_describe(powercap->zones, powercap->n_zones);
}

/* Containers hide what the links of the class lead to, /sys/devices/virtual/powercap, and leave the
 * links (Docker and Podman, after CVE-2020-8694). */
static bool is_hidden(const struct rapl_zone *zone)
{
	char path[96];
	struct stat status;
	int length = snprintf(path, sizeof(path), POWERCAP_ROOT "/%s", zone->control);
	for (uint32_t i = 0; i < zone->depth; i++)
		length += snprintf(path + length, sizeof(path) - (size_t)length, ":%u",
				   zone->path[i]);
	return lstat(path, &status) == 0 && stat(path, &status) != 0 && errno == ENOENT;
}

static void add_absence(struct powercap *powercap, size_t i)
{
	struct absence_list *absent = &powercap->absent;
	const struct rapl_zone *zone = &powercap->zones[i];
	int err = powercap->fds[i] < 0 ? -powercap->fds[i] : 0;
	if (err == EACCES) {
		absence_list_add(absent, zone->name, let_all_read, "%s", permission_denied);
	} else if (err == ENOENT && is_hidden(zone)) {
		absence_list_add(absent, zone->name, let_container_see, "%s", hidden);
	} else if (err) {
		absence_list_add(absent, zone->name, NULL, "cannot open energy_uj: %s",
				 sysfs_error(err));
	} else {
		absence_list_add(absent, zone->name, NULL,
				 "max_energy_range_uj is zero, unreadable or below a "
				 "joule, so a wrap could not be seen");
		close(powercap->fds[i]);
	}
}

static double uw_of(int (*get)(const char *, const uint32_t *, uint32_t, uint32_t,
			       uint64_t *),
		    const struct rapl_zone *zone, uint32_t constraint)
{
	uint64_t uw;
	return get(zone->control, zone->path, zone->depth, constraint, &uw) == 0
		   ? (double)uw
		   : 0;
}

/* A power that the zone never reaches, 0 when its constraints tell none. max_power_uw alone is
 * no such bound: for the long term it is the TDP, which turbo passes for as long as the limits
 * let it. So: the largest of all, limits in force included, and twice that, since the limits
 * hold on average only. Firmware that lifts the limits writes 4 kW: that tells nothing. */
static double max_power_w(const struct rapl_zone *zone)
{
	/* Firmware that limits nothing shows some huge limit. No package sold has one of 1 kW. */
	static const double said_nothing_w = 1000;
	double max_uw = 0;
	for (uint32_t i = 0; powercap_sysfs_constraint_exists(zone->control, zone->path,
							      zone->depth, i) == 0;
	     i++) {
		double thermal_uw = uw_of(powercap_sysfs_constraint_get_max_power_uw, zone,
					  i);
		double limit_uw = uw_of(powercap_sysfs_constraint_get_power_limit_uw, zone,
					i);
		max_uw = thermal_uw > max_uw ? thermal_uw : max_uw;
		max_uw = limit_uw > max_uw ? limit_uw : max_uw;
	}
	return max_uw > said_nothing_w * 1e6 ? 0 : 2 * max_uw / 1e6;
}

/* AMD counts each core by itself, and the kernel reads one: of the CPU that stands for the package
 * (drivers/powercap/intel_rapl_msr.c, MSR_AMD_CORE_ENERGY_STATUS). */
static void tell_one_core(struct channel *channel, const struct cpu_identity *cpu)
{
	if (strcmp(cpu->vendor, "AuthenticAMD") == 0 && channel->domain &&
	    strcmp(channel->domain, "core") == 0)
		channel->uncertainty_basis =
		    "AMD: this zone is one core of the package; power-core has all of them";
}

static void add_channel(struct powercap *powercap, size_t i, const struct cpu_identity *cpu)
{
	const struct rapl_zone *zone = &powercap->zones[i];
	struct channel *channel = &powercap->channels[powercap->n];
	powercap->sources[powercap->n++] = (struct source){ .fd = powercap->fds[i],
							    .zone = zone };
	*channel = (struct channel){
		.name = zone->name,
		.domain = zone->domain,
		.inside = zone->inside,
		.kind = KIND_COUNTER,
		.unit = UNIT_J,
		.counted = zone->counted,
		.part = zone->counted ? zone->name : NULL,
		.unit_per_raw = 1e-6,
		.wrap_range = rapl_modulus_uj(powercap->max_uj[i]),
		.update_interval_ns = RAPL_UPDATE_INTERVAL_NS,
		.max_power_w = max_power_w(zone),
	};
	rapl_trust(channel, cpu);
	tell_one_core(channel, cpu);
}

/* Another view of the same package that can be read. */
static bool has_stand_in(const struct powercap *powercap, const struct rapl_zone *lost)
{
	for (size_t i = 0; i < powercap->n_zones; i++) {
		const struct rapl_zone *zone = &powercap->zones[i];
		if (zone->usable && zone->counted &&
		    strcmp(zone->own_name, lost->own_name) == 0)
			return true;
	}
	return false;
}

/* A package of which no view can be read, or NULL. Without it the rest (a dram zone, another
 * package) would pass for the machine's energy. */
static const struct absence *lost_package(const struct powercap *powercap)
{
	const struct absence *absence = powercap->absent.items;
	for (size_t i = 0; i < powercap->n_zones; i++) {
		const struct rapl_zone *zone = &powercap->zones[i];
		if (zone->usable)
			continue;
		if (zone->counted && strcmp(zone->domain, "package") == 0 &&
		    !has_stand_in(powercap, zone))
			return absence;
		absence++;
	}
	return NULL;
}

/* Nothing can be read, or not a package that the total needs. 0, or -1 with *why. */
static int refuse_lost(const struct powercap *powercap, struct problem *why)
{
	const struct absence *lost = powercap->n > 0 ? lost_package(powercap)
						     : powercap->absent.items;
	if (!lost)
		return 0;
	if (powercap->n > 0)
		problem_why(why, "%s cannot be read: %s", lost->name, lost->why);
	else
		problem_why(why, "%zu zone%s: %s", powercap->n_zones,
			    powercap->n_zones == 1 ? "" : "s", lost->why);
	return problem_todo(why, "%s", lost->todo ? lost->todo : "");
}

static int open_powercap(const struct scope *scope, void **state, struct channel_list *list,
			 struct problem *why)
{
	(void)scope;
	struct cpu_identity cpu;
	problem_what(why, "cannot read RAPL");
	struct powercap *powercap = list_zones(why);
	if (!powercap)
		return -1;
	cpu_kind_read(&cpu);
	open_zones(powercap);
	for (size_t i = 0; i < powercap->n_zones; i++)
		if (powercap->zones[i].usable)
			add_channel(powercap, i, &cpu);
		else
			add_absence(powercap, i);
	*list = (struct channel_list){ .channels = powercap->channels, .n = powercap->n };
	if (absence_list_give(&powercap->absent, list, why) != 0 ||
	    refuse_lost(powercap, why) != 0) {
		close_powercap(powercap);
		return -1;
	}
	*state = powercap;
	return 0;
}

static int probe(char *found, size_t size, struct problem *why)
{
	void *state;
	struct channel_list list;
	if (open_powercap(NULL, &state, &list, why) != 0)
		return -1;
	int length = snprintf(found, size, "%zu zone%s:", list.n, list.n == 1 ? "" : "s");
	for (size_t i = 0; i < list.n && (size_t)length < size; i++)
		length += snprintf(found + length, size - (size_t)length, " %s",
				   list.channels[i].name);
	if (list.n_absent > 0 && (size_t)length < size)
		length += snprintf(found + length, size - (size_t)length,
				   "; %zu more unusable (%s: %s)", list.n_absent,
				   list.absences[0].name, list.absences[0].why);
	struct cpu_identity cpu;
	cpu_kind_read(&cpu);
	if ((size_t)length < size)
		snprintf(found + length, size - (size_t)length, "%s",
			 rapl_filter_words(rapl_filter_here(&cpu)));
	close_powercap(state);
	return 0;
}

/* Takes the zone up again once it is back under its name. */
static void reopen(struct source *source)
{
	struct rapl_zone now = *source->zone;
	int64_t now_ns = monotonic_ns();
	if (now_ns < source->reopen_ns)
		return;
	source->reopen_ns = now_ns + reopen_interval_ns;
	read_name(&now);
	if (strcmp(now.own_name, source->zone->own_name) != 0)
		return;
	int fd = open_counter(&now);
	if (fd < 0)
		return;
	close(source->fd);
	source->fd = fd;
}

static int read_zone(void *state, size_t i, uint64_t *raw)
{
	struct source *source = &((struct powercap *)state)->sources[i];
	*raw = 0;
	int err = sysfs_read_counter(source->fd, raw);
	if (err == ENODEV)
		reopen(source);
	return err;
}

static size_t read_powercap(void *state, struct reading *out)
{
	const struct powercap *powercap = state;
	size_t n_failed = 0;
	for (size_t i = 0; i < powercap->n; i++) {
		out[i].err = read_zone(state, i, &out[i].raw);
		n_failed += out[i].err != 0;
	}
	return n_failed;
}

const struct collector powercap_collector = {
	.name = "powercap",
	.source = "RAPL zones under " POWERCAP_ROOT
		  ": packages, dies, core, uncore, dram, psys",
	.is_energy = true,
	.one_of = "rapl",
	.probe = probe,
	.open = open_powercap,
	.read = read_powercap,
	.read_one = read_zone,
	.close = close_powercap,
};
