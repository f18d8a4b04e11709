/* tests/supervise.c - runs a test file, and lets nothing of it outlive it.
 *
 *   supervise SECONDS COMMAND [ARG]...
 *
 * A test that fails may leave processes behind: a server, a loop that waits for a file which nobody
 * makes any more. They hold the pipe that the harness reads, which then waits for ever, and so does
 * everything after it. So all descendants, orphans included, are killed when the command ends or
 * its time is up; each is named on standard output as a TAP comment. At two thirds of the time the
 * orphans alone are: where the command waits for one of them, it goes on with its next test.
 *
 * The command starts with every signal as usual, whatever the caller ignores: nohup ignores SIGHUP,
 * a shell's job in the background SIGINT, and what is ignored stays so in all that a test starts.
 * For the same reason it gets one environment, whoever calls: script(1) runs $SHELL, which here is
 * bash and there dash, which passes on no function; COLUMNS, TZ and the like change what is printed.
 *
 * With TEST_TIMES=FILE in the environment it appends a line to FILE: the seconds that the command took,
 * those of processor time of it and all its descendants, and its last word, the test file. */
#include <config.h>

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	MAX_PROCESSES = 4096,
	SETTLE_MS =
	    2000, /* for what ends by itself right after the command, such as a daemon that stops */
	ROUND_MS = 50,
	N_KILL_ROUNDS = 200, /* 10 s: what is stuck in the kernel longer is left to it */
	EXIT_LATE = 124,     /* as timeout(1) says it */
};

struct process {
	pid_t pid, parent;
	bool ours;
};

static struct process processes[MAX_PROCESSES];
static size_t n_processes;

static double now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void pause_ms(long ms)
{
	nanosleep(&(struct timespec){ .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 },
		  NULL);
}

/* The parent of a process, by /proc/PID/stat; -1 of one that has ended, or that nobody has waited
 * for yet: both need no signal. */
static pid_t parent_of(pid_t pid)
{
	char path[64], line[512];
	char state;
	int parent;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	FILE *file = fopen(path, "re");
	if (!file)
		return -1;
	size_t n = fread(line, 1, sizeof(line) - 1, file);
	fclose(file);
	line[n] = 0;
	/* the name, in brackets, may hold blanks, brackets and line breaks */
	const char *end = strrchr(line, ')');
	if (!end || sscanf(end + 1, " %c %d", &state, &parent) != 2 || state == 'Z')
		return -1;
	return parent;
}

static void list_processes(void)
{
	DIR *folder = opendir("/proc");
	struct dirent *entry;

	n_processes = 0;
	while (folder && (entry = readdir(folder)) && n_processes < MAX_PROCESSES) {
		pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);
		pid_t parent = pid > 0 ? parent_of(pid) : -1;
		if (parent >= 0)
			processes[n_processes++] = (struct process){ .pid = pid,
								     .parent = parent };
	}
	if (folder)
		closedir(folder);
}

static bool is_ours(pid_t pid)
{
	if (pid == getpid())
		return true;
	for (size_t i = 0; i < n_processes; i++)
		if (processes[i].pid == pid)
			return processes[i].ours;
	return false;
}

/* Marks all descendants of this process, however deep, but not SPARED and its own; returns how many
 * there are. */
static size_t find_descendants(pid_t spared)
{
	size_t n_ours = 0, n_before;

	list_processes();
	do {
		n_before = n_ours;
		for (size_t i = 0; i < n_processes; i++) {
			if (processes[i].ours || processes[i].pid == spared ||
			    !is_ours(processes[i].parent))
				continue;
			processes[i].ours = true;
			n_ours++;
		}
	} while (n_ours > n_before);
	return n_ours;
}

/* One TAP comment: the process and its command line. */
static void name_process(pid_t pid, const char *what)
{
	char path[64], words[256];

	snprintf(path, sizeof(path), "/proc/%d/cmdline", (int)pid);
	FILE *file = fopen(path, "re");
	size_t n = file ? fread(words, 1, sizeof(words) - 1, file) : 0;
	if (file)
		fclose(file);
	for (size_t i = 0; i < n; i++)
		if (words[i] < ' ' || words[i] > '~')
			words[i] = ' ';
	words[n] = 0;
	printf("# %s: process %d, child of %d: %s\n", what, (int)pid, (int)parent_of(pid),
	       words);
}

static void collect_ended(void)
{
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
}

/* Kills what is left, until nothing is: a process may fork while it is looked for. Of SPARED (0: of
 * none) nothing is waited for either. */
static void end_descendants(pid_t spared, const char *what)
{
	for (int round = 0; round < N_KILL_ROUNDS; round++) {
		if (!spared)
			collect_ended();
		if (find_descendants(spared) == 0)
			return;
		for (size_t i = 0; i < n_processes; i++) {
			if (!processes[i].ours)
				continue;
			if (round == 0)
				name_process(processes[i].pid, what);
			kill(processes[i].pid, SIGKILL);
		}
		pause_ms(ROUND_MS);
	}
	printf("# processes that no signal ends were left to the kernel\n");
}

/* Waits for the command; false once its time is up. Orphans that end meanwhile are collected. */
static bool wait_for(pid_t command, double limit_s, int *status)
{
	double end = now_s() + limit_s;

	while (now_s() < end) {
		int one;
		pid_t ended = waitpid(-1, &one, WNOHANG);
		if (ended == command) {
			*status = one;
			return true;
		}
		if (ended <= 0)
			pause_ms(10);
	}
	return false;
}

static void settle(void)
{
	double end = now_s() + SETTLE_MS * 1e-3;

	do {
		collect_ended();
		if (find_descendants(0) == 0)
			return;
		pause_ms(ROUND_MS);
	} while (now_s() < end);
}

static void take_signals_as_usual(void)
{
	sigset_t none;

	for (int number = 1; number < NSIG; number++)
		signal(number,
		       SIG_DFL); /* of those that cannot be ignored it fails, rightly */
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static void take_environment_as_usual(void)
{
	static const char *const unset[] = {
		"BASH_ENV", "CDPATH", "CLICOLOR",        "CLICOLOR_FORCE", "COLUMNS",
		"ENV",      "LC_ALL", "LC_CTYPE",        "LC_MESSAGES",    "LC_NUMERIC",
		"LC_TIME",  "LINES",  "POSIXLY_CORRECT", "NO_COLOR",       "TZ",
	};

	for (size_t i = 0; i < sizeof(unset) / sizeof(*unset); i++)
		unsetenv(unset[i]);
	setenv("LANG", "C.UTF-8", true);
	setenv("SHELL", "/bin/sh", true);
	setenv("TERM", "xterm", true);
}

static double processor_s(void)
{
	struct rusage used = { 0 };

	getrusage(RUSAGE_CHILDREN, &used);
	return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
	       (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) * 1e-6;
}

/* One line, in one write: several test files end at a time. */
static void note_time(const char *test, double begin_s)
{
	const char *path = getenv("TEST_TIMES");
	FILE *file = path ? fopen(path, "ae") : NULL;

	if (!file)
		return;
	fprintf(file, "%.1f %.1f %s\n", now_s() - begin_s, processor_s(), test);
	fclose(file);
}

int main(int argc, char **argv)
{
	double limit_s = argc > 2 ? strtod(argv[1], NULL) : 0;
	int status = 0;

	if (limit_s <= 0) {
		fprintf(stderr, "usage: supervise SECONDS COMMAND [ARG]...\n");
		return 2;
	}
	double begin_s = now_s();
	take_signals_as_usual();
	take_environment_as_usual();
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	pid_t command = fork();
	if (command == 0) {
		execvp(argv[2], argv + 2);
		fprintf(stderr, "supervise: %s: %s\n", argv[2], strerror(errno));
		_exit(127);
	}
	if (command < 0) {
		perror("supervise: fork");
		return 1;
	}
	bool ended = wait_for(command, limit_s * 2 / 3, &status);
	if (!ended) {
		end_descendants(command, "an orphan, ended after two thirds of the time");
		ended = wait_for(command, limit_s / 3, &status);
	}
	if (!ended) {
		end_descendants(0, "still running at the limit");
		printf("Bail out! no end after %g s\n", limit_s);
		return EXIT_LATE;
	}
	settle();
	end_descendants(0, "left running");
	note_time(argv[argc - 1], begin_s);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
