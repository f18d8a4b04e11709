/* profiler/launch.c - see launch.h. */
#include <config.h>

#include "profiler/launch.h"

#include "base/problem.h"
#include "profiler/command.h"
#include "profiler/marker-message.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static int cannot_run(const char *name, int err, struct problem *why)
{
	problem_what(why, "cannot run '%s'", name);
	problem_errno(why, err);
	if (err != ENOENT) {
		problem_todo(why, "nothing was measured; is it executable?");
		return EXIT_NOT_EXECUTABLE;
	}
	if (name[0] == '-')
		problem_todo(
		    why,
		    "nothing was measured; options go before --, the command after it");
	else
		problem_todo(why, "nothing was measured; is the name right?");
	return EXIT_NOT_FOUND;
}

/* 0, or the errno that exec would give. */
static int try_path(const char *path)
{
	struct stat status;
	if (stat(path, &status) != 0)
		return errno;
	if (!S_ISREG(status.st_mode))
		return EACCES;
	return access(path, X_OK) == 0 ? 0 : errno;
}

int launch_check(const char *name, struct problem *why)
{
	char path[4096];
	const char *search = getenv("PATH");
	int err = ENOENT;
	if (!*name)
		return cannot_run(name, ENOENT, why);
	if (strchr(name, '/'))
		err = try_path(name);
	for (const char *at = search; err != 0 && !strchr(name, '/') && at && *at;) {
		size_t length = strcspn(at, ":");
		snprintf(path, sizeof(path), "%.*s/%s", length ? (int)length : 1,
			 length ? at : ".", name);
		int found = try_path(path);
		/* As execvp: a file that may not be run is reported only if no other may. */
		if (found == 0 || found == EACCES)
			err = found;
		at += length + (at[length] == ':');
	}
	return err ? cannot_run(name, err, why) : 0;
}

static void set_environment(const struct launch_options *options)
{
	char fd[16];
	unsetenv(MARKER_FD_VARIABLE);
	unsetenv(MARKER_EVENTS_VARIABLE);
	if (options->marker_fd < 0)
		return;
	snprintf(fd, sizeof(fd), "%d", options->marker_fd);
	setenv(MARKER_FD_VARIABLE, fd, 1);
	fcntl(options->marker_fd, F_SETFD, 0);
	if (options->events)
		setenv(MARKER_EVENTS_VARIABLE, options->events, 1);
}

static _Noreturn void run_child(const struct launch_options *options, const sigset_t *mask,
				int go_fd, int error_fd)
{
	char go;
	set_environment(options);
	if (options->output_fd >= 0)
		dup2(options->output_fd, STDOUT_FILENO);
	while (read(go_fd, &go, 1) != 1)
		if (errno != EINTR)
			_exit(EXIT_RUN_FAILED);
	sigprocmask(SIG_SETMASK, mask, NULL);
	execvp(options->argv[0], options->argv);
	int err = errno;
	ssize_t written = write(error_fd, &err, sizeof(err));
	_exit(written < 0 ? EXIT_RUN_FAILED : EXIT_NOT_FOUND);
}

/* What is passed on to the command. SIGTSTP and SIGCONT reach it through the terminal. */
static const int passed_on[] = {
	SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM
};

static void block_signals(struct launch *launch)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	for (size_t i = 0; i < sizeof(passed_on) / sizeof(passed_on[0]); i++)
		sigaddset(&set, passed_on[i]);
	sigprocmask(SIG_BLOCK, &set, &launch->old_mask);
	launch->is_masked = true;
}

static void unblock_signals(struct launch *launch)
{
	if (launch->is_masked)
		sigprocmask(SIG_SETMASK, &launch->old_mask, NULL);
	launch->is_masked = false;
}

int launch_prepare(struct launch *launch, const struct launch_options *options,
		   struct problem *why)
{
	int go[2], error[2];
	*launch = (struct launch){ .pid = -1 };
	problem_what(why, "cannot start '%s'", options->argv[0]);
	if (pipe2(go, O_CLOEXEC) != 0)
		return problem_errno(why, errno);
	if (pipe2(error, O_CLOEXEC) != 0) {
		int err = errno;
		close(go[0]);
		close(go[1]);
		return problem_errno(why, err);
	}
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	fflush(NULL);
	block_signals(launch);
	launch->pid = fork();
	int err = errno;
	if (launch->pid == 0) {
		close(go[1]);
		run_child(options, &launch->old_mask, go[0], error[1]);
	}
	close(go[0]);
	close(error[1]);
	launch->go_fd = go[1];
	launch->error_fd = error[0];
	if (launch->pid > 0)
		return 0;
	close(launch->go_fd);
	close(launch->error_fd);
	unblock_signals(launch);
	return problem_errno(why, err);
}

int launch_go(struct launch *launch, struct problem *why)
{
	int err = 0;
	ssize_t size = write(launch->go_fd, "g", 1);
	close(launch->go_fd);
	do
		size = read(launch->error_fd, &err, sizeof(err));
	while (size < 0 && errno == EINTR);
	close(launch->error_fd);
	if (size != sizeof(err))
		return 0;
	waitpid(launch->pid, NULL, 0);
	unblock_signals(launch);
	return cannot_run("the command", err, why);
}

void launch_cancel(struct launch *launch)
{
	close(launch->go_fd);
	close(launch->error_fd);
	waitpid(launch->pid, NULL, 0);
	unblock_signals(launch);
}

/* Takes in every child that has ended. Returns false when none is left. */
static bool reap(const struct launch *launch, struct launch_end *end)
{
	int status;
	pid_t pid;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid != launch->pid)
			continue;
		end->exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
		end->exit_signal = WIFSIGNALED(status) ? WTERMSIG(status) : -1;
	}
	return pid == 0;
}

static bool ends_the_run(int signal)
{
	return signal == SIGINT || signal == SIGTERM || signal == SIGHUP ||
	       signal == SIGQUIT;
}

/* Kills the children that are left; their own children become ours, and are killed in turn
 * when the next of them is reaped. */
static void kill_children(void)
{
	char line[4096] = "", path[64];
	snprintf(path, sizeof(path), "/proc/self/task/%d/children", (int)getpid());
	FILE *file = fopen(path, "re");
	if (!file)
		return;
	if (fgets(line, sizeof(line), file)) {
		char *rest = line;
		for (long pid; (pid = strtol(rest, &rest, 10)) > 0;)
			kill((pid_t)pid, SIGKILL);
	}
	fclose(file);
}

static void pass_on(const struct launch *launch, const siginfo_t *info,
		    struct launch_end *end)
{
	bool is_second = ends_the_run(info->si_signo) && end->interrupted;
	if (ends_the_run(info->si_signo) && !end->interrupted)
		end->interrupted = info->si_signo;
	if (is_second)
		kill_children();
	else if (info->si_code !=
		 SI_KERNEL) /* the terminal's keys reach the command by themselves */
		kill(launch->pid, info->si_signo);
}

void launch_wait(struct launch *launch, struct launch_end *end)
{
	sigset_t set;
	siginfo_t info;
	*end = (struct launch_end){ .exit_code = -1, .exit_signal = -1 };
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	for (size_t i = 0; i < sizeof(passed_on) / sizeof(passed_on[0]); i++)
		sigaddset(&set, passed_on[i]);
	bool is_killed = false;
	while (reap(launch, end)) {
		if (is_killed)
			kill_children();
		if (sigwaitinfo(&set, &info) < 0 || info.si_signo == SIGCHLD)
			continue;
		is_killed = ends_the_run(info.si_signo) && end->interrupted;
		pass_on(launch, &info, end);
	}
	unblock_signals(launch);
}
