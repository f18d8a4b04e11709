/* collectors/cpu/context-files.c - see context-files.h. */
#include <config.h>

#include "collectors/cpu/context-files.h"

#include "collectors/sysfs.h"

#include <errno.h>
#include <glob.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Files of one meaning that are considered. */
enum { WANTED_MAX = 1024 };

/* Firmware says 0, or nonsense, for a sensor that it does not have. */
static const uint64_t least_millicelsius = 1000, greatest_millicelsius = 150000;

/* A processor that runs has some frequency; the highest ever reached, cooled with liquid helium, is
 * 9.1 GHz (an Intel Core i9-14900KS in 2024). */
static const uint64_t greatest_khz = 10000000;

void context_close(struct context_files *files)
{
	while (files->n > 0)
		close(files->fds[--files->n]);
}

/* Of the paths that are wanted those that can be opened, up to MAX spread evenly. */
static int open_wanted(const char *sys, const char *form,
		       bool (*is_wanted)(const char *path), struct context_files *files)
{
	char pattern[PATH_MAX];
	const char *wanted[WANTED_MAX];
	glob_t paths;
	size_t found = 0;
	int err = ENOENT;
	snprintf(pattern, sizeof(pattern), "%s/%s", sys, form);
	if (glob(pattern, 0, NULL, &paths) != 0)
		paths.gl_pathc = 0;
	for (size_t i = 0; i < paths.gl_pathc && found < WANTED_MAX; i++)
		if (is_wanted(paths.gl_pathv[i]))
			wanted[found++] = paths.gl_pathv[i];
	const size_t n = found < CONTEXT_FILES_MAX ? found : CONTEXT_FILES_MAX;
	for (size_t i = 0; i < n; i++) {
		int fd = sysfs_open(wanted[i * found / n]);
		if (fd >= 0)
			files->fds[files->n++] = fd;
		else
			err = -fd;
	}
	globfree(&paths);
	return files->n > 0 ? 0 : err;
}

/* The text of a file beside, or above, the one at that path. */
static int beside(const char *path, const char *name, char *text, size_t size)
{
	char whole[PATH_MAX];
	const int folder = (int)(strrchr(path, '/') - path);
	snprintf(whole, sizeof(whole), "%.*s/%s", folder, path, name);
	return sysfs_text(whole, text, size);
}

static bool is_any(const char *path)
{
	(void)path;
	return true;
}

static bool is_of_processor(const char *path)
{
	static const char *const drivers[] = { "coretemp", "k10temp", "zenpower",
					       "cpu_thermal" };
	char driver[32];
	if (beside(path, "name", driver, sizeof(driver)) != 0)
		return false;
	for (size_t i = 0; i < sizeof(drivers) / sizeof(*drivers); i++)
		if (strcmp(driver, drivers[i]) == 0)
			return true;
	return false;
}

/* Each CPU of a package shows the package's one counter: that of the first is taken. */
static bool is_first_of_package(const char *path)
{
	char siblings[64];
	const char *cpu = strstr(path, "/cpu/cpu");
	uint64_t first, own;
	if (!cpu ||
	    beside(path, "../topology/package_cpus_list", siblings, sizeof(siblings)) != 0)
		return false;
	const char *list = siblings, *number = cpu + strlen("/cpu/cpu");
	return parse_u64(&list, &first) == 0 && parse_u64(&number, &own) == 0 &&
	       first == own;
}

int context_find_frequency(const char *sys, struct context_files *files)
{
	files->n = 0;
	return open_wanted(sys, "devices/system/cpu/cpufreq/policy*/scaling_cur_freq",
			   is_any, files);
}

int context_find_temperature(const char *sys, struct context_files *files)
{
	files->n = 0;
	int err = open_wanted(sys, "class/hwmon/hwmon*/temp*_input", is_of_processor,
			      files);
	return err ? open_wanted(sys, "class/thermal/thermal_zone*/temp", is_any, files)
		   : 0;
}

int context_find_throttling(const char *sys, struct context_files *files)
{
	files->n = 0;
	return open_wanted(
	    sys, "devices/system/cpu/cpu*/thermal_throttle/package_throttle_count",
	    is_first_of_package, files);
}

int context_mean(const struct context_files *files, uint64_t *value)
{
	uint64_t sum = 0, n = 0, one;
	int err = ENODATA;
	for (size_t i = 0; i < files->n; i++) {
		int own = sysfs_read_u64(files->fds[i], &one);
		if (!own && (one == 0 || one > greatest_khz))
			own = ERANGE;
		err = own ? own : err;
		sum += own ? 0 : one;
		n += !own;
	}
	*value = n ? sum / n : 0;
	return n ? 0 : err;
}

int context_hottest(const struct context_files *files, uint64_t *value)
{
	int err = ENODATA;
	*value = 0;
	for (size_t i = 0; i < files->n; i++) {
		uint64_t one;
		int own = sysfs_read_u64(files->fds[i], &one);
		err = own ? own : err;
		if (!own && one >= least_millicelsius && one <= greatest_millicelsius &&
		    one > *value)
			*value = one;
	}
	return *value ? 0 : err;
}

int context_sum(const struct context_files *files, uint64_t *value)
{
	int err = 0;
	*value = 0;
	for (size_t i = 0; i < files->n && !err; i++) {
		uint64_t one;
		err = sysfs_read_u64(files->fds[i], &one);
		if (!err && __builtin_add_overflow(*value, one, value))
			err = ERANGE;
	}
	return err;
}
