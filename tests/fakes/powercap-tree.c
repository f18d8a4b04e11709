/* tests/fakes/powercap-tree.c - lays the files out from the machine's zones. */
#include <config.h>

#include "tests/fakes/powercap-tree.h"

#include "tests/fakes/machine.h"

#include <dirent.h>
#include <err.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char devices[] = "/.devices/virtual/powercap";

static char *format(const char *text, ...) __attribute__((format(printf, 1, 2)));

static char *format(const char *text, ...)
{
	char *result;
	va_list args;
	va_start(args, text);
	if (vasprintf(&result, text, args) < 0)
		err(1, "cannot build the tree");
	va_end(args);
	return result;
}

/* Takes path and text over. */
static struct node *add(struct tree *tree, char *path, enum node_kind kind, mode_t mode,
			char *text)
{
	struct node *nodes = reallocarray(tree->nodes, tree->n + 1, sizeof *nodes);
	if (!nodes)
		err(1, "cannot build the tree");
	tree->nodes = nodes;
	nodes[tree->n] =
	    (struct node){ .path = path, .kind = kind, .mode = mode, .text = text };
	return &nodes[tree->n++];
}

static void add_folder(struct tree *tree, char *path)
{
	add(tree, path, NODE_FOLDER, S_IFDIR | 0755, NULL);
}

static void add_link(struct tree *tree, char *path, char *target)
{
	add(tree, path, NODE_LINK, S_IFLNK | 0777, target);
}

static void add_text(struct tree *tree, const struct zone *zone, const char *folder,
		     const char *name, char *text)
{
	struct node *node = add(tree, format("%s/%s", folder, name), NODE_TEXT,
				S_IFREG | 0444, text);
	node->zone = zone;
}

/* "intel-rapl:0:1" -> "/.devices/.../intel-rapl/intel-rapl:0/intel-rapl:0:1" */
static char *zone_folder(const char *zone)
{
	const char *colon = strchr(zone, ':');
	char *path = format("%s/%.*s", devices,
			    (int)(colon ? colon - zone : (ptrdiff_t)strlen(zone)), zone);
	while (colon) {
		colon = strchr(colon + 1, ':');
		char *longer = format("%s/%.*s", path,
				      (int)(colon ? colon - zone : (ptrdiff_t)strlen(zone)),
				      zone);
		free(path);
		path = longer;
	}
	return path;
}

/* "../../.." up from folder to the root of the tree. */
static char *up(const char *folder)
{
	char *path = format("..");
	for (const char *slash = strchr(folder + 1, '/'); slash;
	     slash = strchr(slash + 1, '/')) {
		char *longer = format("%s/..", path);
		free(path);
		path = longer;
	}
	return path;
}

/* What control types and zones share: the class's link to them, the link back, uevent. */
static void add_device(struct tree *tree, const struct zone *zone, const char *name,
		       const char *folder)
{
	char *root = up(folder);
	add_folder(tree, format("%s", folder));
	add_link(tree, format("/powercap/%s", name), format("..%s", folder));
	add_link(tree, format("%s/subsystem", folder), format("%s/powercap", root));
	add_text(tree, zone, folder, "uevent", format("%s", ""));
	add_text(tree, zone, folder, "enabled", format("1\n"));
	free(root);
}

static void add_constraint(struct tree *tree, const struct zone *zone, const char *folder)
{
	unsigned long long max_power_uw = (unsigned long long)(zone->max_power_w * 1e6);
	add_text(tree, zone, folder, "constraint_0_name", format("long_term\n"));
	add_text(tree, zone, folder, "constraint_0_max_power_uw",
		 format("%llu\n", max_power_uw));
	add_text(tree, zone, folder, "constraint_0_power_limit_uw",
		 format("%llu\n", max_power_uw));
	add_text(tree, zone, folder, "constraint_0_time_window_us", format("999424\n"));
}

static void add_zone(struct tree *tree, const struct zone *zone)
{
	char *folder = zone_folder(zone->path);
	add_device(tree, zone, zone->path, folder);
	add_text(tree, zone, folder, "name", format("%s\n", zone->name));
	add_text(tree, zone, folder, "max_energy_range_uj",
		 format("%llu\n", (unsigned long long)zone_range_uj(zone)));
	struct node *energy = add(tree, format("%s/energy_uj", folder), NODE_ENERGY,
				  S_IFREG | 0400, NULL);
	energy->zone = zone;
	if (zone->max_power_w > 0)
		add_constraint(tree, zone, folder);
	free(folder);
}

/* A control type ("intel-rapl") is there when one of its zones is. */
static void add_control_type(struct tree *tree, const struct zone *zone)
{
	char *name = format("%.*s", (int)strcspn(zone->path, ":"), zone->path);
	char *folder = format("%s/%s", devices, name);
	if (!tree_find(tree, folder))
		add_device(tree, NULL, name, folder);
	free(folder);
	free(name);
}

/* A folder and those around it, unless they are there. */
static void need_folder(struct tree *tree, const char *path)
{
	for (const char *slash = strchr(path + 1, '/'); slash;
	     slash = strchr(slash + 1, '/')) {
		char *folder = format("%.*s", (int)(slash - path), path);
		if (tree_find(tree, folder))
			free(folder);
		else
			add_folder(tree, folder);
	}
}

/* Sensors and files of other classes stand where /sys/class has links to their devices. */
static void add_sensor(struct tree *tree, const struct zone *zone)
{
	char *path = format("/%s", zone->path);
	need_folder(tree, path);
	add(tree, path, NODE_ENERGY, S_IFREG | 0444, NULL)->zone = zone;
}

static void add_extra(struct tree *tree, const struct extra *extra)
{
	char *path = format("/%s", extra->path);
	need_folder(tree, path);
	if (extra->is_link)
		add_link(tree, path, format("%s", extra->text));
	else
		add(tree, path, NODE_TEXT, S_IFREG | 0444, format("%s\n", extra->text));
}

static void add_other_classes(struct tree *tree)
{
	DIR *classes = opendir("/sys/class");
	if (!classes)
		err(1, "/sys/class");
	for (struct dirent *entry; (entry = readdir(classes));)
		if (entry->d_name[0] != '.') {
			char *path = format("/%s", entry->d_name);
			if (tree_find(tree, path))
				free(path);
			else
				add_link(tree, path,
					 format(".sys/class/%s", entry->d_name));
		}
	closedir(classes);
}

void tree_build(struct tree *tree, const struct machine *machine)
{
	*tree = (struct tree){ 0 };
	add_folder(tree, format("%s", ""));
	add_folder(tree, format("/.sys"));
	add_folder(tree, format("/powercap"));
	add_folder(tree, format("/.devices"));
	add_folder(tree, format("/.devices/virtual"));
	add_folder(tree, format("%s", devices));
	for (size_t i = 0; i < machine->n; i++) {
		const struct zone *zone = &machine->zones[i];
		if (zone->kind != ZONE_RAPL) {
			add_sensor(tree, zone);
			continue;
		}
		add_control_type(tree, zone);
		add_zone(tree, zone);
	}
	for (size_t i = 0; i < machine->n_extras; i++)
		add_extra(tree, &machine->extras[i]);
	add_other_classes(tree);
}

void tree_free(struct tree *tree)
{
	for (size_t i = 0; i < tree->n; i++) {
		free(tree->nodes[i].path);
		free(tree->nodes[i].text);
	}
	free(tree->nodes);
}

const struct node *tree_find(const struct tree *tree, const char *path)
{
	if (strcmp(path, "/") == 0)
		path = "";
	for (size_t i = 0; i < tree->n; i++)
		if (strcmp(tree->nodes[i].path, path) == 0)
			return &tree->nodes[i];
	return NULL;
}

const char *tree_child(const char *folder, const struct node *node)
{
	size_t length = strcmp(folder, "/") == 0 ? 0 : strlen(folder);
	if (strncmp(node->path, folder, length) != 0 || node->path[length] != '/')
		return NULL;
	const char *name = node->path + length + 1;
	return strchr(name, '/') ? NULL : name;
}
