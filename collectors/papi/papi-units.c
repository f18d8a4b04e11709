/* collectors/papi/papi-units.c - see papi-units.h. */
#include <config.h>

#include "collectors/papi/papi-units.h"

#include "base/same.h"
#include "collectors/sysfs.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define POWERCAP_ROOT "/sys/class/powercap"

bool papi_energy_unit(const char *name, const char *said, enum unit *unit, double *si)
{
	static const struct {
		const char *word;
		enum unit unit;
		double si;
	} words[] = {
		{ "J", UNIT_J, 1 },     { "mJ", UNIT_J, 1e-3 }, { "uJ", UNIT_J, 1e-6 },
		{ "nJ", UNIT_J, 1e-9 }, { "W", UNIT_W, 1 },     { "mW", UNIT_W, 1e-3 },
		{ "uW", UNIT_W, 1e-6 },
	};
	if (!said[0] && begins(name, "powercap:::ENERGY_UJ:"))
		said = "uJ";
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (strcmp(words[i].word, said) == 0) {
			*unit = words[i].unit;
			*si = words[i].si;
			return true;
		}
	return false;
}

bool papi_powercap_folder(const char *name, char *folder, size_t size)
{
	unsigned zone, subzone;
	int end = 0;
	if (sscanf(name, "powercap:::ENERGY_UJ:ZONE%3u%n", &zone, &end) != 1)
		return false;
	if (!name[end]) {
		snprintf(folder, size, POWERCAP_ROOT "/intel-rapl:%u", zone);
		return true;
	}
	int end_of_sub = 0;
	if (sscanf(name + end, "_SUBZONE%3u%n", &subzone, &end_of_sub) != 1 ||
	    name[end + end_of_sub])
		return false;
	snprintf(folder, size, POWERCAP_ROOT "/intel-rapl:%u:%u", zone, subzone);
	return true;
}

static int read_name(const char *folder, struct rapl_zone *zone)
{
	char path[128];
	snprintf(path, sizeof(path), "%.100s/name", folder);
	return rapl_zone_parse(strrchr(folder, '/') + 1, zone)
		   ? sysfs_text(path, zone->own_name, sizeof(zone->own_name))
		   : ENOENT;
}

int papi_powercap_zone(const char *folder, struct rapl_zone *zone)
{
	struct rapl_zone zones[2] = { 0 }; /* it, behind what it lies in */
	char path[128], parent[64];
	uint64_t uj;
	snprintf(path, sizeof(path), "%.100s/energy_uj", folder);
	int err = sysfs_u64(path, &uj);
	if (!err)
		err = read_name(folder, &zones[1]);
	if (err)
		return err;
	bool has_parent = zones[1].depth > 1;
	snprintf(parent, sizeof(parent), "%.60s", folder);
	if (has_parent) {
		*strrchr(parent, ':') = '\0';
		err = read_name(parent, &zones[0]);
	}
	zones[0].usable = zones[1].usable = true;
	rapl_zones_describe(has_parent ? zones : zones + 1, has_parent ? 2 : 1);
	*zone = zones[1];
	zone->inside = NULL; /* not a channel's name here */
	return err;
}
