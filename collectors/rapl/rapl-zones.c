/* collectors/rapl/rapl-zones.c - see rapl-zones.h. */
#include <config.h>

#include "collectors/rapl/rapl-zones.h"

#include "base/same.h"
#include "collectors/sysfs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char control_prefix[] = "intel-rapl";

bool rapl_zone_parse(const char *directory, struct rapl_zone *zone)
{
	const char *at = strchr(directory, ':');
	*zone = (struct rapl_zone){ 0 };
	if (!at || strncmp(directory, control_prefix, sizeof(control_prefix) - 1) != 0 ||
	    (size_t)(at - directory) >= sizeof(zone->control))
		return false;
	memcpy(zone->control, directory, (size_t)(at - directory));
	while (*at == ':' && zone->depth < ZONE_DEPTH_MAX) {
		uint64_t index;
		at++;
		if (parse_u64(&at, &index) != 0 || index > UINT32_MAX)
			return false;
		zone->path[zone->depth++] = (uint32_t)index;
	}
	return *at == '\0';
}

static int compare_zones(const void *a, const void *b)
{
	const struct rapl_zone *one = a, *other = b;
	int order = strcmp(one->control, other->control);
	for (uint32_t i = 0; order == 0 && i < one->depth && i < other->depth; i++)
		order = (one->path[i] > other->path[i]) - (one->path[i] < other->path[i]);
	return order ? order : (one->depth > other->depth) - (one->depth < other->depth);
}

void rapl_zones_sort(struct rapl_zone *zones, size_t n)
{
	qsort(zones, n, sizeof(*zones), compare_zones);
}

static const char *domain_of(const char *own_name)
{
	static const char *const domains[] = { "psys", "package", "core", "uncore",
					       "dram" };
	for (size_t i = 0; i < sizeof(domains) / sizeof(*domains); i++)
		if (begins(own_name, domains[i]))
			return domains[i];
	return NULL;
}

static bool is_domain(const struct rapl_zone *zone, const char *domain)
{
	return zone->domain && strcmp(zone->domain, domain) == 0;
}

static const struct rapl_zone *find_name(const struct rapl_zone *zones, size_t n,
					 const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(zones[i].name, name) == 0)
			return &zones[i];
	return NULL;
}

/* The zone that zone's directory lies in, or NULL. */
static const struct rapl_zone *parent_of(const struct rapl_zone *zones, size_t n,
					 const struct rapl_zone *zone)
{
	for (size_t i = 0; i < n; i++)
		if (zones[i].depth + 1 == zone->depth &&
		    strcmp(zones[i].control, zone->control) == 0 &&
		    memcmp(zones[i].path, zone->path,
			   zones[i].depth * sizeof(*zone->path)) == 0)
			return &zones[i];
	return NULL;
}

/* "core" in "package-0-die-1" is "core-0-die-1"; a top-level zone keeps its name. */
static void base_name(const struct rapl_zone *zone, const struct rapl_zone *parent,
		      char name[ZONE_NAME_MAX])
{
	const char *suffix = "";
	if (parent)
		suffix = begins(parent->own_name, "package-")
			     ? parent->own_name + strlen("package")
			     : "";
	snprintf(name, ZONE_NAME_MAX, "%s%s", zone->own_name, suffix);
}

/* The base name when it is free; else with the second view's name, else with a number. */
static void unique_name(struct rapl_zone *zones, size_t i, const char *base)
{
	struct rapl_zone *zone = &zones[i];
	const char *view = zone->control + sizeof(control_prefix) - 1;
	snprintf(zone->name, sizeof(zone->name), "%s", base);
	if (find_name(zones, i, zone->name) && *view)
		snprintf(zone->name, sizeof(zone->name), "%.40s%.20s", base, view);
	for (unsigned count = 2; find_name(zones, i, zone->name); count++)
		snprintf(zone->name, sizeof(zone->name), "%.40s%.12s.%u", base, view,
			 count);
}

/* The psys zone that contains a package's joules: the machine's, or the socket's own. */
static const struct rapl_zone *psys_of(const struct rapl_zone *zones, size_t n,
				       const struct rapl_zone *zone)
{
	const struct rapl_zone *psys = NULL;
	const char *socket = strchr(zone->own_name, '-');
	for (size_t i = 0; i < n; i++) {
		if (!zones[i].usable || !is_domain(&zones[i], "psys"))
			continue;
		const char *own = strchr(zones[i].own_name, '-');
		if (own && socket && strcmp(own, socket) == 0)
			return &zones[i];
		if (!own && !psys)
			psys = &zones[i];
	}
	return psys;
}

static const struct rapl_zone *container_of(const struct rapl_zone *zones, size_t n,
					    const struct rapl_zone *zone,
					    const struct rapl_zone *parent)
{
	if (is_domain(zone, "psys"))
		return NULL;
	if (is_domain(zone, "package"))
		return psys_of(zones, n, zone);
	if (is_domain(zone, "dram"))
		return psys_of(zones, n, parent ? parent : zone);
	return parent && parent->usable ? parent : NULL;
}

static void describe(struct rapl_zone *zones, size_t n, size_t i)
{
	struct rapl_zone *zone = &zones[i];
	const struct rapl_zone *parent = parent_of(zones, n, zone), *twin, *container;
	char base[ZONE_NAME_MAX];
	base_name(zone, parent, base);
	twin = find_name(zones, i, base);
	unique_name(zones, i, base);
	/* Two zones of one name in one view are two things. */
	if (twin && (!twin->usable || strcmp(twin->control, zone->control) == 0))
		twin = NULL;
	container = twin ? twin : container_of(zones, n, zone, parent);
	zone->inside = container ? container->name : NULL;
	zone->counted = !twin && (is_domain(zone, "package") || is_domain(zone, "dram"));
}

void rapl_zones_describe(struct rapl_zone *zones, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		zones[i].domain = domain_of(zones[i].own_name);
		zones[i].name[0] = '\0';
	}
	for (size_t i = 0; i < n; i++)
		describe(zones, n, i);
}

uint64_t rapl_modulus_uj(uint64_t max_uj)
{
	uint64_t step_uj = (max_uj + UINT32_MAX / 2) / UINT32_MAX;
	uint64_t modulus;
	bool is_beyond = __builtin_add_overflow(max_uj, step_uj > 0 ? step_uj : 1,
						&modulus);
	return is_beyond ? 0 : modulus;
}
