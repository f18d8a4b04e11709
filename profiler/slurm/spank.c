/* profiler/slurm/spank.c - 'srun --joulecart[=FILE]': joulecart beside each task of a step.
 *
 * The interface is spank(8) of Slurm. In slurmstepd each task, when it is its user already and has not executed
 * the program yet, starts 'joulecart attach --starter' on itself, which runs as that user in the task's folder,
 * with the task's variables and limits. slurmstepd tells it over a socket how the task ended, and the step's last
 * task gives it END_MS to store that. Whatever fails, the step goes on: each callback returns 0, and nothing here
 * runs with more rights than the task has, but for the sockets. */
#include <config.h>

#include <slurm/slurm.h>
#include <slurm/spank.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

SPANK_PLUGIN(joulecart, 1)

enum {
	START_MS = 25, /* that a task waits for the first readings: 50 ms are allowed */
	END_MS = 3000, /* that the step's end waits for the last ones */
	/* Descriptors of slurmstepd: a step of 16 tasks starts with 130, and not with 120 (Slurm 22.05). */
	STEP_FILES = 64,
	TASK_FILES = 8,
	OPTIONAL_ARGUMENT = 2 /* spank(8): has_arg */
};

static int accept_option(int value, const char *text, int remote)
{
	(void)value;
	(void)text;
	(void)remote;
	return 0;
}

static char option_name[] = "joulecart", option_argument[] = "FILE",
	    option_usage[] = "measure each task, into FILE [joulecart-%j-%n.db]";
static struct spank_option option = {
	option_name, option_argument, option_usage, OPTIONAL_ARGUMENT, 0, accept_option
};

/* What one callback leaves for the next: Slurm hands none of them a pointer of the plugin's. */
static struct step {
	const char *program;
	int (*sockets)[2]; /* of each task: slurmstepd's end, the observer's; -1: closed */
	uint32_t n, n_left;
} step = { .program = BINDIR "/joulecart" };

static bool find_program(const char *word)
{
	static const char name[] = "program=";
	if (strncmp(word, name, sizeof(name) - 1) != 0)
		return false;
	step.program = word + sizeof(name) - 1;
	return true;
}

int slurm_spank_init(spank_t spank, int argc, char **argv)
{
	for (int i = 0; i < argc; i++)
		if (!find_program(argv[i]))
			slurm_error("joulecart: unknown word '%s' in plugstack.conf (write "
				    "program=PATH)",
				    argv[i]);
	if (spank_context() != S_CTX_SLURMD && spank_context() != S_CTX_JOB_SCRIPT &&
	    spank_option_register(spank, &option) != ESPANK_SUCCESS)
		slurm_error("joulecart: cannot register --joulecart (does another plugin "
			    "have it?)");
	return 0;
}

/* The file that was asked for; NULL: not to measure. */
static const char *wanted_file(spank_t spank)
{
	char *file = NULL;
	if (!spank_remote(spank) ||
	    spank_option_getopt(spank, &option, &file) != ESPANK_SUCCESS)
		return NULL;
	return file && *file && strcmp(file, "(null)") != 0 ? file : "joulecart-%j-%n.db";
}

static void close_end(uint32_t task, int end)
{
	if (step.sockets[task][end] >= 0)
		close(step.sockets[task][end]);
	step.sockets[task][end] = -1;
}

/* How many of n tasks may have sockets so that Slurm has the descriptors that it starts them with. */
static uint32_t room_for(uint32_t n)
{
	struct rlimit limit;
	rlim_t own = STEP_FILES + (rlim_t)TASK_FILES * n;
	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur <= own)
		return 0;
	rlim_t most = (limit.rlim_cur - own) / 2;
	return most < n ? (uint32_t)most : n;
}

int slurm_spank_user_init(spank_t spank, int argc, char **argv)
{
	uint32_t n = 0;
	(void)argc;
	(void)argv;
	if (!wanted_file(spank) ||
	    spank_get_item(spank, S_JOB_LOCAL_TASK_COUNT, &n) != ESPANK_SUCCESS || n == 0)
		return 0;
	uint32_t most = room_for(n);
	errno = EMFILE;
	step.sockets = calloc(n, sizeof(*step.sockets));
	while (step.sockets && step.n < most &&
	       socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, step.sockets[step.n]) ==
		   0)
		step.n++;
	if (step.n < n)
		slurm_error(
		    "joulecart: %u of %u tasks are not measured: %m (raise slurmd's "
		    "LimitNOFILE)",
		    n - step.n, n);
	step.n_left = n;
	return 0;
}

/* This node's number of the task; false: it has no socket. */
static bool find_task(spank_t spank, uint32_t *task)
{
	int id = -1;
	if (!step.sockets || spank_get_item(spank, S_TASK_ID, &id) != ESPANK_SUCCESS ||
	    id < 0 || (uint32_t)id >= step.n)
		return false;
	*task = (uint32_t)id;
	return true;
}

/* --- in the task ------------------------------------------------------------------------ */

/* What reports call it: the program's file name, or of a batch script the job's. */
static void name_task(spank_t spank, char *name, size_t size)
{
	uint32_t number = 0;
	int argc = 0;
	char **argv = NULL;
	spank_get_item(spank, S_JOB_STEPID, &number);
	if (number == SLURM_BATCH_SCRIPT &&
	    spank_getenv(spank, "SLURM_JOB_NAME", name, (int)size) == ESPANK_SUCCESS)
		return;
	spank_get_item(spank, S_JOB_ARGV, &argc, &argv);
	const char *program = argc > 0 && argv && argv[0] ? argv[0] : "task";
	const char *slash = strrchr(program, '/');
	snprintf(name, size, "%s", slash && slash[1] ? slash + 1 : program);
}

/* Returns only where it could not be executed. */
static void execute(spank_t spank, pid_t pid, int socket, const char *file)
{
	char pid_word[32], file_word[4096], name_word[256], name[240];
	char program[] = "joulecart", command[] = "attach", quiet[] = "--quiet",
	     starter[] = "--starter=0";
	char *argv[] = { program,  command,   quiet,     starter,
			 pid_word, file_word, name_word, NULL };
	char **environment = NULL;
	sigset_t none;
	name_task(spank, name, sizeof(name));
	snprintf(pid_word, sizeof(pid_word), "--pid=%lld", (long long)pid);
	snprintf(name_word, sizeof(name_word), "--name=%s", name);
	if ((size_t)snprintf(file_word, sizeof(file_word), "--output=%s", file) >=
	    sizeof(file_word)) {
		errno = ENAMETOOLONG;
		return;
	}
	int null = open("/dev/null", O_RDWR);
	if (null < 0 || dup2(socket, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0)
		return;
	/* A signal to the task's group is the task's; the step's end ends this one, too. */
	setsid();
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	/* Of slurmstepd's own; kernels before 5.11 have no close_range(2) that does it at exec. */
	closefrom(STDERR_FILENO + 1);
	if (spank_get_item(spank, S_JOB_ENV, &environment) == ESPANK_SUCCESS)
		execve(step.program, argv, environment);
}

/* To the task's standard error, in words of this program and the C library alone. errno says why. */
static void say_unmeasured(const char *what)
{
	char line[256];
	snprintf(
	    line, sizeof(line),
	    "joulecart: the task is not measured: %s: %s (see that joulecart is on this "
	    "node, where it was installed to or where plugstack.conf says: "
	    "program=PATH)\n",
	    what, strerror(errno));
	(void)!write(STDERR_FILENO, line, strlen(line));
}

/* It is no child of the task's, which would count its CPU time and may wait for any child. */
static void start_observer(spank_t spank, int socket, const char *file)
{
	pid_t task = getpid();
	pid_t between = fork();
	if (between < 0) {
		say_unmeasured("cannot start another process");
	} else if (between == 0) {
		pid_t observer = fork();
		if (observer < 0)
			say_unmeasured("cannot start another process");
		if (observer != 0)
			_exit(0);
		execute(spank, task, socket, file);
		say_unmeasured("cannot execute joulecart");
		_exit(127);
	} else {
		while (waitpid(between, NULL, 0) < 0 && errno == EINTR)
			;
	}
}

int slurm_spank_task_init(spank_t spank, int argc, char **argv)
{
	const char *file = wanted_file(spank);
	uint32_t task;
	(void)argc;
	(void)argv;
	if (!file || !find_task(spank, &task))
		return 0;
	start_observer(spank, step.sockets[task][1], file);
	for (uint32_t i = 0; i < step.n; i++)
		close_end(i, 1);
	/* Until it says that it measures, or has gone. */
	struct pollfd answer = { .fd = step.sockets[task][0], .events = POLLIN };
	poll(&answer, 1, START_MS);
	return 0;
}

/* --- in slurmstepd ---------------------------------------------------------------------- */

int slurm_spank_task_post_fork(spank_t spank, int argc, char **argv)
{
	uint32_t task;
	(void)argc;
	(void)argv;
	/* The task has its own of it: when the observer ends, nobody holds that end. */
	if (find_task(spank, &task))
		close_end(task, 1);
	return 0;
}

static int64_t now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Until the other end is closed: what it stores is stored then. */
static void await_observer(int socket, int64_t end_ms)
{
	char words[64];
	struct pollfd other = { .fd = socket, .events = POLLIN };
	for (;;) {
		int64_t left_ms = end_ms - now_ms();
		if (left_ms <= 0 || poll(&other, 1, (int)left_ms) <= 0 ||
		    recv(socket, words, sizeof(words), 0) <= 0)
			return;
	}
}

int slurm_spank_task_exit(spank_t spank, int argc, char **argv)
{
	uint32_t task;
	int status = 0;
	char words[32];
	(void)argc;
	(void)argv;
	if (!step.sockets)
		return 0;
	if (find_task(spank, &task) &&
	    spank_get_item(spank, S_TASK_EXIT_STATUS, &status) == ESPANK_SUCCESS) {
		int n =
		    WIFSIGNALED(status)
			? snprintf(words, sizeof(words), "signal %d\n", WTERMSIG(status))
			: snprintf(words, sizeof(words), "exit %d\n", WEXITSTATUS(status));
		send(step.sockets[task][0], words, (size_t)n, MSG_NOSIGNAL | MSG_DONTWAIT);
	}
	if (step.n_left > 0 && --step.n_left > 0)
		return 0;
	int64_t end_ms = now_ms() + END_MS;
	for (uint32_t i = 0; i < step.n; i++) {
		await_observer(step.sockets[i][0], end_ms);
		close_end(i, 0);
	}
	return 0;
}
