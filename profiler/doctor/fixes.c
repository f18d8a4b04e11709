/* profiler/doctor/fixes.c - see fixes.h. */
#include <config.h>

#include "profiler/doctor/fixes.h"

#include "base/problem.h"
#include "collectors/perf/perf-event.h"
#include "collectors/sysfs.h"
#include "profiler/launch/program-path.h"
#include "reports/figure/wrap.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <inttypes.h>
#include <pwd.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#define ENERGY_FILES "/sys/class/powercap/*:*/energy_uj"
#define SYSCTL_FILE  "/etc/sysctl.d/70-joulecart.conf"
#define PARANOID     "/proc/sys/kernel/perf_event_paranoid"
#define POWER_PMU    "/sys/bus/event_source/devices/power"

/* %S%p: where sysfs is, and the zone's path in it, udev(7). A zone is "control:number". */
static const char udev_rule[] =
    "# Lets the group 'joulecart' read how much energy the processor used.\n"
    "SUBSYSTEM==\"powercap\", KERNEL==\"*:*\", ACTION==\"add\", \\\n"
    "  RUN+=\"/bin/chgrp joulecart %S%p/energy_uj\", \\\n"
    "  RUN+=\"/bin/chmod g+r %S%p/energy_uj\"\n";
static const char tmpfiles_rule[] =
    "# Lets the group 'joulecart' read how much energy the processor used.\n"
    "z " ENERGY_FILES " 0440 root joulecart -\n";

static struct fix *add_fix(struct fixes *fixes, const char *collector)
{
	struct fix *fix = &fixes->items[fixes->n++];
	*fix = (struct fix){ .collector = collector };
	return fix;
}

static void add_file(struct fix *fix, const char *path, const char *content)
{
	fix->steps[fix->n_steps++] = (struct fix_step){ .path = path, .content = content };
}

__attribute__((format(printf, 2, 3))) static void add_command(struct fix *fix,
							      const char *format, ...)
{
	struct fix_step *step = &fix->steps[fix->n_steps++];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(step->command, sizeof(step->command), format, arguments);
	va_end(arguments);
}

/* Can it stand in a shell's command as it is? */
static bool is_plain(const char *text)
{
	return *text && strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "0123456789/._+-") == strlen(text);
}

static size_t count_closed_zones(void)
{
	glob_t found;
	size_t n = 0;
	if (glob(ENERGY_FILES, GLOB_NOSORT, NULL, &found) == 0)
		for (size_t i = 0; i < found.gl_pathc; i++)
			n += faccessat(AT_FDCWD, found.gl_pathv[i], R_OK, AT_EACCESS) !=
				 0 &&
			     errno == EACCES;
	globfree(&found);
	return n;
}

/* RAPL's counters are root's alone since Linux 5.10 (CVE-2020-8694). */
static void open_zones(struct fixes *fixes)
{
	size_t n = count_closed_zones();
	if (n == 0)
		return;
	struct fix *fix = add_fix(fixes, "powercap");
	const struct passwd *user = getpwuid(getuid());
	snprintf(fix->why, sizeof(fix->why),
		 "Only root may read %zu energy counters, because their finest changes can "
		 "reveal secrets (CVE-2020-8694). A group gets the right to read them.",
		 n);
	add_command(fix, "groupadd --system --force joulecart");
	if (user && user->pw_uid != 0 && is_plain(user->pw_name)) {
		add_command(fix, "usermod --append --groups joulecart %s", user->pw_name);
		fix->afterwards = "The group applies from the next login on.";
	}
	if (access("/lib/udev", F_OK) == 0)
		add_file(fix, "/etc/udev/rules.d/70-joulecart.rules", udev_rule);
	else
		add_file(fix, "/etc/tmpfiles.d/joulecart.conf", tmpfiles_rule);
	add_command(fix, "chgrp joulecart " ENERGY_FILES);
	add_command(fix, "chmod g+r " ENERGY_FILES);
}

/* Does perf refuse even the clock of an own process? */
static bool is_perf_refused(void)
{
	const struct perf_event_attr clock = { .type = PERF_TYPE_SOFTWARE,
					       .config = PERF_COUNT_SW_TASK_CLOCK };
	bool is_user_only;
	int fd = perf_event_open_tree(clock, getpid(), false, &is_user_only);
	if (fd >= 0)
		close(fd);
	return fd == -EACCES || fd == -EPERM;
}

static void allow_perf(struct fixes *fixes, uint64_t paranoid, int wanted)
{
	struct fix *fix = add_fix(fixes, "hwevents");
	static const char *const settings[] = { "kernel.perf_event_paranoid = 0\n",
						"kernel.perf_event_paranoid = 1\n",
						"kernel.perf_event_paranoid = 2\n" };
	snprintf(fix->why, sizeof(fix->why),
		 "perf_event_paranoid is %" PRIu64 ": %s. At %d %s.", paranoid,
		 paranoid > 2 ? "only root may count events"
			      : "the kernel's share of events is not counted",
		 wanted,
		 wanted > 1 ? "any user may count events of their own processes"
			    : "any user may also count the kernel's share");
	add_file(fix, SYSCTL_FILE, settings[wanted]);
	add_command(fix, "echo %d >" PARANOID, wanted);
}

static bool file_has_perfmon(const char *program)
{
	cap_flag_value_t file = CAP_CLEAR;
	cap_t caps = cap_get_file(program);
	if (caps)
		cap_get_flag(caps, CAP_PERFMON, CAP_PERMITTED, &file);
	cap_free(caps);
	return file == CAP_SET;
}

/* By its file, or because this process has it from elsewhere, as whatever is started here. */
static bool has_perfmon(const char *program)
{
	cap_flag_value_t own = CAP_CLEAR;
	cap_t caps = cap_get_proc();
	if (caps)
		cap_get_flag(caps, CAP_PERFMON, CAP_EFFECTIVE, &own);
	cap_free(caps);
	return file_has_perfmon(program) ||
	       (own == CAP_SET && !file_has_perfmon("/proc/self/exe"));
}

/* The kernel knows it (5.8), the container leaves it, and the file system honours it: else a
 * program that carries it would have no effect, or would not start at all. */
static bool can_carry_perfmon(const char *program)
{
	struct statvfs file_system;
	return is_plain(program) && prctl(PR_CAPBSET_READ, CAP_PERFMON) == 1 &&
	       statvfs(program, &file_system) == 0 && !(file_system.f_flag & ST_NOSUID);
}

/* 'live' is a program of its own, and one's capability is not another's. */
struct programs {
	char paths[2][256];
	size_t n;
};

static void find_programs(struct programs *programs)
{
	struct problem why;
	*programs = (struct programs){ 0 };
	if (readlink("/proc/self/exe", programs->paths[0], sizeof(*programs->paths) - 1) >
	    0)
		programs->n++;
	if (programs->n > 0 && program_path("joulecart-live", programs->paths[1],
					    sizeof(*programs->paths), &why) == 0)
		programs->n++;
}

static bool have_perfmon(const struct programs *programs)
{
	bool have = programs->n > 0;
	for (size_t i = 0; i < programs->n; i++)
		have &= has_perfmon(programs->paths[i]);
	return have;
}

static bool can_carry(const struct programs *programs)
{
	bool can = programs->n > 0;
	for (size_t i = 0; i < programs->n; i++)
		can &= can_carry_perfmon(programs->paths[i]);
	return can;
}

static void grant_perfmon(struct fixes *fixes, const struct programs *programs,
			  bool for_energy)
{
	struct fix *fix = add_fix(fixes, for_energy ? "power-pmu" : "hwevents");
	snprintf(fix->why, sizeof(fix->why), "%s. %s the right.",
		 for_energy ? "perf's energy counters are of the whole machine"
			    : "the kernel's share of events is not counted",
		 programs->n > 1 ? "run and live alone get" : "This program alone gets");
	for (size_t i = 0; i < programs->n; i++)
		if (!has_perfmon(programs->paths[i]))
			add_command(fix, "setcap cap_perfmon=ep %s", programs->paths[i]);
}

/* Events and the power PMU: the smaller of a capability for this program and a setting. */
static void open_perf(struct fixes *fixes)
{
	struct programs programs;
	uint64_t paranoid;
	find_programs(&programs);
	if (programs.n == 0 || geteuid() == 0 || sysfs_u64(PARANOID, &paranoid) != 0)
		return;
	bool is_refused = is_perf_refused();
	bool has_zones = fixes->n > 0 ||
			 access("/sys/class/powercap/intel-rapl:0", F_OK) == 0;
	bool for_energy = !has_zones && access(POWER_PMU, F_OK) == 0;
	if (have_perfmon(&programs) || (is_refused && paranoid <= 2) ||
	    (paranoid <= 1 && !for_energy))
		return; /* it is had, or something else refuses, or nothing is missing */
	bool is_carried = can_carry(&programs);
	if (paranoid > 2 || !is_carried)
		allow_perf(fixes, paranoid, is_carried ? 2 : for_energy ? 0 : 1);
	if (is_carried)
		grant_perfmon(fixes, &programs, for_energy);
}

void fixes_find(struct fixes *fixes)
{
	*fixes = (struct fixes){ 0 };
	open_zones(fixes);
	open_perf(fixes);
}

static void print_step(const struct fix_step *step, FILE *out)
{
	if (!step->path) {
		fprintf(out, "    %s\n", step->command);
		return;
	}
	fprintf(out, "    cat >%s <<'END'\n%sEND\n", step->path, step->content);
}

void fixes_print(const struct fixes *fixes, FILE *out)
{
	for (size_t i = 0; i < fixes->n; i++) {
		const struct fix *fix = &fixes->items[i];
		fprintf(out, " %zu. ", i + 1);
		wrap_print(fix->why, 4, 4, out);
		for (size_t j = 0; j < fix->n_steps; j++)
			print_step(&fix->steps[j], out);
		if (fix->afterwards)
			fprintf(out, "    %s\n", fix->afterwards);
		fputc('\n', out);
	}
}

/* Those that the file stands in; most often they are there. */
static void make_folders(const char *path)
{
	char folder[128];
	for (const char *end = strchr(path + 1, '/'); end; end = strchr(end + 1, '/')) {
		snprintf(folder, sizeof(folder), "%.*s", (int)(end - path), path);
		mkdir(folder, 0755);
	}
}

static int write_file(const char *path, const char *content, struct problem *why)
{
	make_folders(path);
	problem_what(why, "cannot write '%s'", path);
	FILE *file = fopen(path, "we");
	if (!file)
		return problem_errno(why, errno);
	fputs(content, file);
	fchmod(fileno(file), 0644);
	bool has_failed = ferror(file) != 0;
	return fclose(file) != 0 || has_failed ? problem_errno(why, errno) : 0;
}

/* With root's own environment: the user's does not reach what root runs. */
static int run_command(const char *command, struct problem *why)
{
	char text[512];
	char *const argv[] = { (char[]){ "sh" }, (char[]){ "-c" }, text, NULL };
	char *const environment[] = { (char[]){ "PATH=/usr/sbin:/usr/bin:/sbin:/bin" },
				      NULL };
	pid_t pid;
	int status;
	snprintf(text, sizeof(text), "%s", command);
	problem_what(why, "cannot apply '%s'", command);
	int err = posix_spawn(&pid, "/bin/sh", NULL, NULL, argv, environment);
	if (err)
		return problem_errno(why, err);
	if (waitpid(pid, &status, 0) < 0)
		return problem_errno(why, errno);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return problem_refuse(
		    why, "mend what they say, then run 'joulecart doctor' again",
		    "it failed, with the messages above");
	return 0;
}

int fixes_apply(const struct fixes *fixes, FILE *out, struct problem *why)
{
	for (size_t i = 0; i < fixes->n; i++) {
		const struct fix *fix = &fixes->items[i];
		for (size_t j = 0; j < fix->n_steps; j++) {
			const struct fix_step *step = &fix->steps[j];
			fprintf(out, " %s%s\n", step->path ? "wrote " : "ran   ",
				step->path ? step->path : step->command);
			fflush(out);
			int code = step->path ? write_file(step->path, step->content, why)
					      : run_command(step->command, why);
			if (code != 0)
				return -1;
		}
		if (fix->afterwards)
			fprintf(out, " %s\n", fix->afterwards);
	}
	return 0;
}
