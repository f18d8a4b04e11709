/* collectors/rapl/rapl-zones.h - what the RAPL zones of a machine are called and which contains which.
 *
 * A zone is a directory under /sys/class/powercap: "intel-rapl:0:1" is zone 1 inside zone 0
 * of the control type "intel-rapl". Its index is no socket number: only its own 'name' file
 * says what it is. intel-rapl-mmio (and -tpmi) are second views of the same hardware. */
#ifndef JOULECART_RAPL_ZONES_H
#define JOULECART_RAPL_ZONES_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Psys, package, die, core: no machine nests deeper. */
enum { ZONE_DEPTH_MAX = 4, ZONE_NAME_MAX = 64 };

struct rapl_zone {
	char control[32]; /* "intel-rapl" */
	uint32_t path[ZONE_DEPTH_MAX];
	uint32_t depth;
	char own_name[32]; /* of its name file: "package-0", "dram" */
	bool usable;       /* its counter and range can be read */
	/* What rapl_zones_describe() adds: */
	char name[ZONE_NAME_MAX]; /* unique: "package-0", "dram-0", "package-0-mmio" */
	const char *domain; /* psys package core uncore dram, or NULL: of no known kind */
	const char *inside; /* name of the zone whose joules contain this one's, or NULL */
	bool counted;
};

/* "intel-rapl:0:1" -> control and path. False for other names: control types, other powercap
 * drivers, zones nested deeper than ZONE_DEPTH_MAX. */
bool rapl_zone_parse(const char *directory, struct rapl_zone *zone);

/* Puts zones in the order in which they are described: control types by name (so intel-rapl
 * comes before its second views), zones by index, a zone before what is in it. */
void rapl_zones_sort(struct rapl_zone *zones, size_t n);

/* Fills name, domain, inside and counted of sorted zones. Packages and dram are counted, once:
 * core and uncore are in their package, packages and dram are in psys, a second view is in
 * the first one. A zone that is not usable contains nothing, so that its second view counts
 * in its place. dram lies under its package in sysfs, but its joules are not the package's. */
void rapl_zones_describe(struct rapl_zone *zones, size_t n);

/* The modulus of a counter whose largest value is max_uj, in microjoules.
 *
 * The hardware counts 2^32 steps; the driver prints the largest count, 2^32 - 1, in whole
 * microjoules (drivers/powercap/intel_rapl_common.c, rapl_unit_xlate). The modulus is one step
 * more: max / (2^32 - 1), which is 61 uJ for the usual unit and 15 uJ for server DRAM. A range
 * too small for such steps counts single microjoules. 0, as of what never wraps, where the modulus is
 * beyond 64 bits. */
uint64_t rapl_modulus_uj(uint64_t max_uj);

#endif
