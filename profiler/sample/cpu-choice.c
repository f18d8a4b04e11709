/* profiler/sample/cpu-choice.c - see cpu-choice.h. */
#include <config.h>

#include "profiler/sample/cpu-choice.h"

#include "base/clock.h"
#include "collectors/sysfs.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Of a line of /proc/stat; user to steal. Guests' time is within user's. */
enum { N_TIMES = 8, TIME_IDLE = 3, TIME_IOWAIT = 4 };
/* A line has eleven numbers; those of two years need some 120 bytes. */
enum { LINE_BYTES = 160, LEAST_TICKS = 10, REST_PER_COST = 50 };

const struct cpu_files cpu_files_of_machine = { "/proc/stat", "/sys/devices/system/cpu" };

struct processor {
	bool is_allowed, is_there; /* there: the last look saw it */
	bool is_busy;
	int core;                     /* the first processor of its core */
	uint64_t busy, all;           /* ticks since boot */
	uint64_t busy_then, all_then; /* at the look before */
};

struct cpu_choice {
	struct cpu_files files;
	int stat_fd; /* -1 before the first look */
	int n;       /* of processors: the last that is allowed, and one */
	struct processor *processors;
	int kept_off; /* that processor; -1: none */
	bool is_apart;
	cpu_set_t allowed, chosen;
	int64_t due_ns, own_ns;
	int64_t tick_ns;
	struct cpu_looks looks;
	size_t size;
	char *text; /* of /proc/stat */
};

static int last_of(const cpu_set_t *set)
{
	int last = -1;
	for (int i = 0; i < CPU_SETSIZE; i++)
		if (CPU_ISSET((size_t)i, set))
			last = i;
	return last;
}

static int64_t tick_length_ns(void)
{
	long hz = sysconf(_SC_CLK_TCK);
	return NS_PER_S / (hz > 0 ? hz : 100);
}

/* One more than the greatest number of a list, "0-63,128"; one that is not allowed may share a core with one
 * that is. 0: not known. */
static int count_possible(const char *devices)
{
	char path[160];
	int last = -1;
	snprintf(path, sizeof(path), "%s/possible", devices);
	FILE *file = fopen(path, "re");
	while (file && fscanf(file, "%d%*[-,]", &last) == 1)
		continue;
	if (file)
		fclose(file);
	return last < 0 || last >= CPU_SETSIZE ? 0 : last + 1;
}

struct cpu_choice *cpu_choice_new(const struct cpu_files *files, const cpu_set_t *allowed)
{
	int n = last_of(allowed) + 1, n_possible = count_possible(files->devices);
	n = n > n_possible ? n : n_possible;
	struct cpu_choice *choice = calloc(1, sizeof(*choice));
	if (!choice)
		return NULL;
	*choice = (struct cpu_choice){
		.files = *files,
		.stat_fd = -1,
		.kept_off = -1,
		.n = n,
		.processors = calloc((size_t)n, sizeof(struct processor)),
		.allowed = *allowed,
		.chosen = *allowed,
		.tick_ns = tick_length_ns(),
		.size = (size_t)(n + 1) * LINE_BYTES,
		.text = malloc((size_t)(n + 1) * LINE_BYTES + 1),
	};
	for (int i = 0; choice->processors && i < n; i++)
		choice->processors[i] = (struct processor){
			.is_allowed = CPU_ISSET((size_t)i, allowed), .core = i
		};
	if (choice->processors && choice->text)
		return choice;
	cpu_choice_free(choice);
	return NULL;
}

void cpu_choice_free(struct cpu_choice *choice)
{
	if (!choice)
		return;
	if (choice->stat_fd >= 0)
		close(choice->stat_fd);
	free(choice->processors);
	free(choice->text);
	free(choice);
}

/* The first number of a file of that folder, or -1. */
static int number_in(const char *folder, const char *name)
{
	char path[160];
	int number = -1;
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	FILE *file = fopen(path, "re");
	if (!file)
		return -1;
	if (fscanf(file, "%d", &number) != 1)
		number = -1;
	fclose(file);
	return number;
}

/* Its siblings are listed in order: the first one stands for the core. Where the kernel says that no core
 * is shared, that is one file instead of hundreds. */
static void read_cores(struct cpu_choice *choice)
{
	char name[64];
	if (number_in(choice->files.devices, "smt/active") == 0)
		return;
	for (int i = 0; i < choice->n; i++) {
		snprintf(name, sizeof(name), "cpu%d/topology/thread_siblings_list", i);
		int core = number_in(choice->files.devices, name);
		if (core >= 0 && core < choice->n)
			choice->processors[i].core = core;
	}
}

/* "cpu3 105 0 20 8000 1 0 0 0 0 0" */
static void take_line(struct cpu_choice *choice, const char *line)
{
	char *end;
	long i = strtol(line + strlen("cpu"), &end, 10);
	if (i < 0 || i >= choice->n)
		return;
	struct processor *processor = &choice->processors[i];
	processor->is_there = true;
	processor->busy = processor->all = 0;
	for (int t = 0; t < N_TIMES; t++) {
		uint64_t ticks = strtoull(end, &end, 10);
		processor->all += ticks;
		if (t != TIME_IDLE && t != TIME_IOWAIT)
			processor->busy += ticks;
	}
}

/* The lines of processors stand first; "cpu " is of all of them. */
static bool read_times(struct cpu_choice *choice)
{
	ssize_t size = pread(choice->stat_fd, choice->text, choice->size, 0);
	if (size <= 0)
		return false;
	choice->text[size] = '\0';
	for (int i = 0; i < choice->n; i++)
		choice->processors[i].is_there = false;
	for (char *line = choice->text, *end; (end = strchr(line, '\n')); line = end + 1) {
		*end = '\0';
		if (strncmp(line, "cpu", 3) != 0)
			break;
		if (line[3] != ' ')
			take_line(choice, line);
	}
	return true;
}

/* Whether it worked since the look before; between the two limits it is as it was. */
static void judge(struct processor *processor, double own_ticks)
{
	double all = (double)(int64_t)(processor->all - processor->all_then);
	double busy = (double)(int64_t)(processor->busy - processor->busy_then) - own_ticks;
	if (all <= 0)
		return;
	if (busy * 100 > CPU_CHOICE_BUSY_PERCENT * all)
		processor->is_busy = true;
	else if (busy * 100 < CPU_CHOICE_IDLE_PERCENT * all)
		processor->is_busy = false;
}

static void judge_all(struct cpu_choice *choice, const struct cpu_own *own)
{
	double own_ticks = (double)(own->cpu_ns - choice->own_ns) / (double)choice->tick_ns;
	for (int i = 0; i < choice->n; i++)
		judge(&choice->processors[i], i == own->cpu ? own_ticks : 0);
}

static void remember(struct cpu_choice *choice, const struct cpu_own *own)
{
	choice->own_ns = own->cpu_ns;
	for (int i = 0; i < choice->n; i++) {
		choice->processors[i].busy_then = choice->processors[i].busy;
		choice->processors[i].all_then = choice->processors[i].all;
	}
}

/* What a processor must be to be chosen. */
enum demand {
	ALONE = 1, /* nothing works on its core */
	KEPT_FREE =
	    2 /* it is not the one to be kept off, nor with ALONE on that one's core */
};

static bool is_left_out(const struct cpu_choice *choice, int i, unsigned demands)
{
	return choice->processors[i].is_busy ||
	       (demands & KEPT_FREE && i == choice->kept_off);
}

/* Those that are idle. */
static void take_idle(const struct cpu_choice *choice, unsigned demands, cpu_set_t *idle)
{
	cpu_set_t busy_cores;
	CPU_ZERO(&busy_cores);
	CPU_ZERO(idle);
	for (int i = 0; demands & ALONE && i < choice->n; i++)
		if (is_left_out(choice, i, demands))
			CPU_SET((size_t)choice->processors[i].core, &busy_cores);
	for (int i = 0; i < choice->n; i++) {
		const struct processor *processor = &choice->processors[i];
		if (processor->is_allowed && processor->is_there &&
		    !is_left_out(choice, i, demands) &&
		    !CPU_ISSET((size_t)processor->core, &busy_cores))
			CPU_SET((size_t)i, idle);
	}
}

/* Where each is busy: but for the one to be kept off, where there is another. */
static cpu_set_t any(const struct cpu_choice *choice)
{
	cpu_set_t set = choice->allowed;
	if (choice->kept_off >= 0 && choice->kept_off < choice->n)
		CPU_CLR((size_t)choice->kept_off, &set);
	return CPU_COUNT(&set) > 0 ? set : choice->allowed;
}

/* What meets all demands; else the last of them alone, and so on; else any. */
static bool choose(struct cpu_choice *choice)
{
	cpu_set_t set;
	CPU_ZERO(&set);
	for (int demands = ALONE | KEPT_FREE; CPU_COUNT(&set) == 0 && demands >= 0;
	     demands--)
		take_idle(choice, (unsigned)demands, &set);
	choice->looks.n++;
	choice->looks.n_busy += CPU_COUNT(&set) == 0;
	choice->is_apart = CPU_COUNT(&set) > 0 &&
			   (choice->kept_off < 0 || choice->kept_off >= choice->n ||
			    !CPU_ISSET((size_t)choice->kept_off, &set));
	if (CPU_COUNT(&set) == 0)
		set = any(choice);
	bool is_other = !CPU_EQUAL(&set, &choice->chosen);
	choice->chosen = set;
	return is_other;
}

void cpu_choice_keep_off(struct cpu_choice *choice, int cpu)
{
	choice->kept_off = cpu;
}

/* proc(5): the 39th of the fields, of which the name, the second, may hold anything, also brackets. */
int cpu_of_thread(pid_t pid, pid_t tid)
{
	enum { FIELD_AFTER_NAME = 37 };
	char path[64], text[1024];
	if (pid <= 0)
		return -1;
	snprintf(path, sizeof(path), "/proc/%d/task/%d/stat", (int)pid,
		 (int)(tid > 0 ? tid : pid));
	const char *at = sysfs_text(path, text, sizeof(text)) == 0 ? strrchr(text, ')')
								   : NULL;
	for (int i = 0; at && i < FIELD_AFTER_NAME; i++)
		at = strchr(at + 1, ' ');
	return at ? (int)strtol(at, NULL, 10) : -1;
}

static bool open_files(struct cpu_choice *choice)
{
	if (choice->stat_fd >= 0)
		return true;
	choice->stat_fd = open(choice->files.stat, O_RDONLY | O_CLOEXEC);
	if (choice->stat_fd < 0)
		return false;
	read_cores(choice);
	return true;
}

bool cpu_choice_look(struct cpu_choice *choice, int64_t now_ns, const struct cpu_own *own)
{
	bool is_first = choice->stat_fd < 0, is_other = false;
	if (now_ns < choice->due_ns || !open_files(choice))
		return false;
	int64_t begin_ns = monotonic_ns();
	if (!read_times(choice))
		return false;
	if (!is_first) {
		judge_all(choice, own);
		is_other = choose(choice);
	}
	remember(choice, own);
	int64_t rest_ns = REST_PER_COST * (monotonic_ns() - begin_ns);
	int64_t least_ns = LEAST_TICKS * choice->tick_ns * 9 / 10; /* calls are uneven */
	choice->due_ns = now_ns + (rest_ns > least_ns ? rest_ns : least_ns);
	return is_other;
}

const cpu_set_t *cpu_choice_set(const struct cpu_choice *choice)
{
	return &choice->chosen;
}

bool cpu_choice_is_apart(const struct cpu_choice *choice)
{
	return choice->is_apart;
}

struct cpu_looks cpu_choice_looks(const struct cpu_choice *choice)
{
	return choice ? choice->looks : (struct cpu_looks){ 0, 0 };
}
