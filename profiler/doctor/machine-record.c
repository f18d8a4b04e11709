/* profiler/doctor/machine-record.c - see machine-record.h. */
#include <config.h>

#include "profiler/doctor/machine-record.h"

#include "base/problem.h"
#include "base/revision.h"
#include "profiler/doctor/redact.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

/* No file that is recorded is larger: /proc/cpuinfo of 1024 processors has 2 MB. */
enum { MOST_BYTES = 16 << 20, LINE_SIZE = 512 };

#define ZONE_FILES "{name,enabled,energy_uj,max_energy_range_uj,constraint_*}"

/* What the collectors and doctor read, as glob(7) finds it. Folders are listed where one that
 * is empty says something else than none. Of a link the last part is kept. */
static const struct source {
	const char *title;
	const char *patterns[8];
	unsigned (*keep_public)(char *text); /* of the file's lines; NULL: all are */
} sources[] = {
	{ "RAPL zones",
	  { "/sys/class/powercap", "/sys/class/powercap/*/" ZONE_FILES,
	    "/sys/class/powercap/*/*:*/" ZONE_FILES,
	    "/sys/class/powercap/*/*:*/*:*/" ZONE_FILES },
	  NULL },
	{ "PMUs: their events, formats and CPUs",
	  { "/sys/bus/event_source/devices",
	    "/sys/bus/event_source/devices/*/{type,cpus,cpumask,events/*,format/*,caps/*}",
	    "/proc/sys/kernel/perf_event_paranoid" },
	  NULL },
	{ "sensors of the boards",
	  { "/sys/class/hwmon", "/sys/class/hwmon/hwmon*/{name,update_interval,device}",
	    "/sys/class/hwmon/hwmon*/{energy,power,in,curr,temp}[0-9]*_{input,label}",
	    "/sys/class/hwmon/hwmon*/power[0-9]*_{average,average_interval,cap,cap_max,"
	    "max,rated_max,crit}" },
	  NULL },
	{ "batteries",
	  { "/sys/class/power_supply",
	    "/sys/class/power_supply/*/{type,scope,status,power_now,current_now,"
	    "voltage_now}" },
	  NULL },
	{ "thermal zones",
	  { "/sys/class/thermal", "/sys/class/thermal/thermal_zone*/{type,temp}" },
	  NULL },
	{ "the processors' places, clocks and throttling",
	  { "/sys/devices/system/cpu/{online,possible,present}",
	    "/sys/devices/system/cpu/cpu[0-9]*/{online,cpu_capacity}",
	    "/sys/devices/system/cpu/cpu[0-9]*/topology/*",
	    "/sys/devices/system/cpu/cpu[0-9]*/thermal_throttle/*_count",
	    "/sys/devices/system/cpu/{intel_pstate/{no_turbo,status},cpufreq/boost}",
	    ("/sys/devices/system/cpu/{cpufreq/policy*,cpu0/cpufreq}/{scaling_governor,"
	     "scaling_driver,scaling_cur_freq,cpuinfo_min_freq,cpuinfo_max_freq}"),
	    "/sys/devices/system/clocksource/clocksource0/current_clocksource",
	    "/sys/hypervisor/type" },
	  NULL },
	{ "which processor: /proc/cpuinfo", { "/proc/cpuinfo" }, cpuinfo_keep_public },
	{ "the processors' times: /proc/stat", { "/proc/stat" }, proc_stat_keep_public },
};

_Static_assert(sizeof(sources) / sizeof(*sources) == RECORD_GROUPS, "a group for each");

/* A recording that is being made. */
struct tape {
	struct archive *archive;
	struct redaction words;
	FILE *about;
	struct machine_recorded *recorded;
	const char *path;
	struct problem *why;
};

static int cannot_write(struct tape *tape, int err)
{
	problem_what(tape->why, "cannot write '%s'", tape->path);
	return problem_errno(tape->why, err > 0 ? err : EIO);
}

/* One member. link: where a link leads, else NULL. */
static int add_member(struct tape *tape, const char *path, mode_t mode, const char *link,
		      const char *text)
{
	const size_t size = text ? strlen(text) : 0;
	struct archive_entry *entry = archive_entry_new();
	if (!entry)
		return cannot_write(tape, ENOMEM);
	archive_entry_set_pathname(entry, path);
	archive_entry_set_mode(entry, mode);
	archive_entry_set_size(entry, (la_int64_t)size);
	archive_entry_set_mtime(entry, 0, 0);
	if (link)
		archive_entry_set_symlink(entry, link);
	bool failed = archive_write_header(tape->archive, entry) != ARCHIVE_OK ||
		      (size > 0 &&
		       archive_write_data(tape->archive, text, size) != (la_ssize_t)size);
	archive_entry_free(entry);
	return failed ? cannot_write(tape, archive_errno(tape->archive)) : 0;
}

/* The whole file, to be freed; NULL with errno. The kernel may give it in pieces. */
static char *read_whole(const char *path)
{
	size_t length = 0, room = 8192;
	char *text = malloc(room);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 || !text ? -1 : 1;
	while (n > 0 && length < MOST_BYTES) {
		if (length + 1 == room) {
			char *larger = realloc(text, room * 2);
			if (!larger)
				break;
			text = larger;
			room *= 2;
		}
		n = read(fd, text + length, room - 1 - length);
		length += n > 0 ? (size_t)n : 0;
	}
	int err = n > 0 ? EFBIG : errno;
	if (fd >= 0)
		close(fd);
	if (n == 0) {
		text[length] = '\0';
		return text;
	}
	free(text);
	errno = err;
	return NULL;
}

static int add_file(struct tape *tape, size_t group, const char *path, const char *name)
{
	struct machine_recorded *recorded = tape->recorded;
	char *text = read_whole(path);
	const int err = errno;
	if (!text && err != EACCES && err != EPERM) {
		fprintf(tape->about, "not recorded: /%s: %s\n", name, strerror(err));
		recorded->n_failed++;
		return 0;
	}
	if (text) {
		if (sources[group].keep_public)
			sources[group].keep_public(text);
		recorded->n_blotted += redaction_blot(&tape->words, text);
	}
	recorded->groups[group].n_files++;
	recorded->groups[group].n_forbidden += !text;
	recorded->n_files++;
	int code = add_member(tape, name, S_IFREG | (text ? 0444 : 0), NULL, text);
	free(text);
	return code;
}

/* Where the link at that path leads may be a path of devices: its last part is its name. */
static int add_link(struct tape *tape, const char *path, const char *name)
{
	char target[LINE_SIZE];
	ssize_t length = readlink(path, target, sizeof(target) - 1);
	target[length > 0 ? length : 0] = '\0';
	const char *slash = strrchr(target, '/');
	redaction_blot(&tape->words, target);
	return add_member(tape, name, S_IFLNK | 0777, slash ? slash + 1 : target, NULL);
}

static int add_path(struct tape *tape, size_t group, const char *path)
{
	char name[LINE_SIZE];
	struct stat status;
	if ((size_t)snprintf(name, sizeof(name), "%s", path + 1) >= sizeof(name))
		return 0;
	tape->recorded->n_blotted += redaction_blot(&tape->words, name);
	if (strcmp(strrchr(path, '/'), "/device") == 0)
		return add_link(tape, path, name);
	if (stat(path, &status) != 0)
		return 0; /* gone since it was found */
	return S_ISREG(status.st_mode) ? add_file(tape, group, path, name)
				       : add_member(tape, name, S_IFDIR | 0755, NULL, NULL);
}

static int add_source(struct tape *tape, size_t group)
{
	const struct source *source = &sources[group];
	int code = 0;
	tape->recorded->groups[group].title = source->title;
	for (size_t i = 0; i < 8 && source->patterns[i] && code == 0; i++) {
		glob_t paths;
		if (glob(source->patterns[i], GLOB_BRACE, NULL, &paths) != 0)
			paths.gl_pathc = 0;
		for (size_t j = 0; j < paths.gl_pathc && code == 0; j++)
			code = add_path(tape, group, paths.gl_pathv[j]);
		globfree(&paths);
	}
	return code;
}

/* The kernel by its number alone: what is behind it, its builder chose. */
static void begin_about(FILE *about)
{
	struct utsname host;
	if (uname(&host) != 0)
		return;
	fprintf(
	    about,
	    "A machine as joulecart %s (%s) reads it: Linux %.*s on %s\n"
	    "Left out: serial numbers, UUIDs, hardware addresses, names of the host and\n"
	    "of its user, processes. Mode 0: this user may not read it.\n",
	    PACKAGE_VERSION, GIT_REVISION, (int)strspn(host.release, "0123456789."),
	    host.release, host.machine);
}

static int add_all(struct tape *tape)
{
	char *text = NULL;
	size_t size;
	tape->about = open_memstream(&text, &size);
	if (!tape->about)
		return cannot_write(tape, errno);
	begin_about(tape->about);
	int code = 0;
	for (size_t group = 0; group < RECORD_GROUPS && code == 0; group++)
		code = add_source(tape, group);
	fclose(tape->about);
	if (code == 0)
		code = add_member(tape, "about", S_IFREG | 0444, NULL, text);
	free(text);
	return code;
}

/* The same machine gives the same bytes: no time of making, no owner. */
static bool set_format(struct archive *archive)
{
	return archive_write_set_format_pax_restricted(archive) == ARCHIVE_OK &&
	       archive_write_add_filter_gzip(archive) == ARCHIVE_OK &&
	       archive_write_set_filter_option(archive, "gzip", "timestamp", NULL) ==
		   ARCHIVE_OK &&
	       archive_write_set_filter_option(archive, "gzip", "compression-level", "9") ==
		   ARCHIVE_OK &&
	       archive_write_set_bytes_in_last_block(archive, 1) == ARCHIVE_OK;
}

int machine_record(FILE *out, const char *path, struct machine_recorded *recorded,
		   struct problem *why)
{
	struct tape tape = { .archive = archive_write_new(),
			     .recorded = recorded,
			     .path = path,
			     .why = why };
	*recorded = (struct machine_recorded){ 0 };
	if (!tape.archive)
		return cannot_write(&tape, ENOMEM);
	redaction_find(&tape.words);
	int code = set_format(tape.archive) &&
			   archive_write_open_FILE(tape.archive, out) == ARCHIVE_OK
		       ? add_all(&tape)
		       : cannot_write(&tape, archive_errno(tape.archive));
	if (code == 0 && archive_write_close(tape.archive) != ARCHIVE_OK)
		code = cannot_write(&tape, archive_errno(tape.archive));
	archive_write_free(tape.archive);
	return code;
}
