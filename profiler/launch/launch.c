/* profiler/launch/launch.c - see launch.h. */
#include <config.h>

#include "profiler/launch/launch.h"

#include "base/clock.h"
#include "base/problem.h"
#include "profiler/launch/exit-status.h"
#include "profiler/launch/find-command.h"
#include "profiler/launch/privileges.h"
#include "profiler/markers/marker-message.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* An ending signal this long after the first is a second wish, not the first one's echo. */
static const int64_t IMPATIENCE_NS = NS_PER_S;

/* The lowest number that the command's end of the marker socket may have: shells use 3 to 9 for
 * their scripts, Node 3 for what it forks. */
enum { MARKER_FD_MIN = 60 };

static void set_environment(const struct launch_options *options)
{
	char text[48];
	struct stat status;
	unsetenv(MARKER_FD_VARIABLE);
	unsetenv(MARKER_SOCKET_VARIABLE);
	unsetenv(MARKER_EVENTS_VARIABLE);
	if (options->marker_fd < 0 || fstat(options->marker_fd, &status) != 0)
		return;
	int fd = fcntl(options->marker_fd, F_DUPFD, MARKER_FD_MIN);
	if (fd < 0) { /* a limit below that */
		fd = options->marker_fd;
		fcntl(fd, F_SETFD, 0);
	}
	snprintf(text, sizeof(text), "%d:%ju", fd, (uintmax_t)status.st_ino);
	setenv(MARKER_FD_VARIABLE, text, 1);
	if (options->marker_socket)
		setenv(MARKER_SOCKET_VARIABLE, options->marker_socket, 1);
	if (options->events)
		setenv(MARKER_EVENTS_VARIABLE, options->events, 1);
}

static _Noreturn void run_child(const struct launch *launch,
				const struct launch_options *options, int go_fd,
				int error_fd)
{
	char go;
	privileges_enter_environment();
	set_environment(options);
	if (options->output_fd >= 0)
		dup2(options->output_fd, STDOUT_FILENO);
	if (options->error_fd >= 0)
		dup2(options->error_fd, STDERR_FILENO);
	while (read(go_fd, &go, 1) != 1)
		if (errno != EINTR)
			_exit(EXIT_RUN_FAILED);
	signals_give_back(&launch->signals);
	execvp(options->argv[0], options->argv);
	int err = errno;
	ssize_t written = write(error_fd, &err, sizeof(err));
	_exit(written < 0 ? EXIT_RUN_FAILED : EXIT_NOT_FOUND);
}

/* The two pipes: the barrier, and exec's errno. 0 or an errno. */
static int make_pipes(int go[2], int error[2])
{
	if (pipe2(go, O_CLOEXEC) != 0)
		return errno;
	if (pipe2(error, O_CLOEXEC) == 0)
		return 0;
	int err = errno;
	close(go[0]);
	close(go[1]);
	return err;
}

/* A fork whose child is in the group from its birth on, for which the C library has no call. Where a kernel or a sandbox will not have it
 * (before Linux 5.7, ENOSYS in containers), an ordinary fork. */
static pid_t fork_into(int group_fd, bool *is_in_group)
{
	const struct clone_args args = { .flags = CLONE_INTO_CGROUP,
					 .exit_signal = SIGCHLD,
					 .cgroup = (unsigned)group_fd };
	pid_t pid = -1;
	if (group_fd >= 0)
		pid = (pid_t)syscall(SYS_clone3, &args, sizeof(args));
	*is_in_group = pid >= 0;
	return pid >= 0 ? pid : fork();
}

int launch_prepare(struct launch *launch, const struct launch_options *options,
		   struct problem *why)
{
	int go[2] = { -1, -1 }, error[2] = { -1, -1 };
	*launch = (struct launch){ .pid = -1, .name = options->argv[0] };
	problem_what(why, "cannot start '%s'", launch->name);
	int err = make_pipes(go, error);
	if (err)
		return problem_errno(why, err);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	children_list(&launch->inherited);
	fflush(NULL);
	signals_block(&launch->signals);
	launch->pid = fork_into(options->group_fd, &launch->is_in_group);
	err = errno;
	if (launch->pid == 0) {
		close(go[1]);
		run_child(launch, options, go[0], error[1]);
	}
	close(go[0]);
	close(error[1]);
	launch->go_fd = go[1];
	launch->error_fd = error[0];
	if (launch->pid > 0)
		return 0;
	close(launch->go_fd);
	close(launch->error_fd);
	launch_close(launch);
	return problem_errno(why, err);
}

int launch_go(struct launch *launch, struct problem *why)
{
	int err = 0;
	ssize_t size;
	do /* to a process that is gone nothing is said: its end is seen below */
		size = write(launch->go_fd, "g", 1);
	while (size < 0 && errno == EINTR);
	close(launch->go_fd);
	do
		size = read(launch->error_fd, &err, sizeof(err));
	while (size < 0 && errno == EINTR);
	close(launch->error_fd);
	if (size != sizeof(err))
		return 0;
	waitpid(launch->pid, NULL, 0);
	return cannot_run(launch->name, err, why);
}

bool launch_is_told_to_end(struct launch *launch, struct launch_end *end)
{
	siginfo_t info;
	int signal;
	do
		signal = signals_wait(&launch->signals, &info, 0);
	while (signal != 0 && !signal_ends_the_run(signal));
	if (signal == 0)
		return false;
	if (!end->interrupted)
		end->interrupted = signal;
	launch->is_interrupted = true;
	return true;
}

void launch_cancel(struct launch *launch)
{
	close(launch->go_fd);
	close(launch->error_fd);
	waitpid(launch->pid, NULL, 0);
}

void launch_close(struct launch *launch)
{
	signals_unblock(&launch->signals, launch->is_interrupted);
	children_free(&launch->inherited);
	children_free(&launch->told);
}

/* Is any child left besides those that joulecart was born with? */
static bool has_own_children(const struct launch *launch)
{
	struct children children;
	bool has = false;
	if (launch->inherited.n == 0)
		return true; /* waitpid has just said so */
	children_list(&children);
	for (size_t i = 0; i < children.n && !has; i++)
		has = !children_have(&launch->inherited, children.pids[i]);
	children_free(&children);
	return has;
}

/* Takes in every child that has ended. Returns false when none is left. */
static bool reap(struct launch *launch, struct launch_end *end)
{
	int status;
	pid_t pid;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid != launch->pid || launch->is_reaped) {
			children_remove(&launch->inherited, pid);
			children_remove(&launch->told, pid);
			continue;
		}
		launch->is_reaped = true;
		end->exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
		end->exit_signal = WIFSIGNALED(status) ? WTERMSIG(status) : -1;
	}
	return pid == 0 && has_own_children(launch);
}

/* Kills the children that are left; their own children become ours, and are killed in turn
 * when the next of them is reaped. */
static void kill_children(const struct launch *launch)
{
	struct children children;
	children_list(&children);
	for (size_t i = 0; i < children.n; i++)
		if (!children_have(&launch->inherited, children.pids[i]))
			kill(children.pids[i], SIGKILL);
	children_free(&children);
}

/* A signal that ends the run. False: it is the echo of one that was passed on. */
static bool note_ending(struct launch *launch, int signal, struct launch_end *end)
{
	int64_t now_ns = monotonic_ns();
	if (!launch->is_interrupted) {
		launch->is_interrupted = true;
		launch->interrupted_mono_ns = now_ns;
		end->interrupted = signal;
		end->left_some = launch->is_reaped;
		return true;
	}
	if (now_ns - launch->interrupted_mono_ns >= IMPATIENCE_NS)
		launch->is_killed = true;
	return signal != end->interrupted;
}

/* The signal that went to the command, each once. */
static void tell(struct launch *launch, const struct children *processes)
{
	for (size_t i = 0; i < processes->n; i++) {
		pid_t pid = processes->pids[i];
		if (!children_have(&launch->inherited, pid) && pid != launch->pid &&
		    !children_have(&launch->told, pid) && children_add(&launch->told, pid))
			kill(pid, launch->passed_on);
	}
}

/* What the command left behind when it was ended by a signal gets that signal as well: else a shell
 * that dies of SIGTERM leaves its command running, and joulecart waiting for it. What the ones
 * before left behind in turn comes here when they have ended. */
static void tell_orphans(struct launch *launch)
{
	struct children children;
	children_list(&children);
	tell(launch, &children);
	children_free(&children);
}

/* A command that outlives the signal waits for what it started: that is told, too. */
static void tell_tree(struct launch *launch)
{
	struct children descendants;
	children_list_all(&descendants, &launch->inherited);
	tell(launch, &descendants);
	children_free(&descendants);
	launch->is_tree_told = true;
}

/* Until the grace is over; below 0: there is none to wait for. */
static int64_t grace_left_ns(const struct launch *launch)
{
	if (!launch->passed_on || launch->is_reaped || launch->is_tree_told)
		return -1;
	int64_t left_ns = launch->interrupted_mono_ns + LAUNCH_GRACE_NS - monotonic_ns();
	return left_ns > 0 ? left_ns : 0;
}

static void take_signal(struct launch *launch, const siginfo_t *info,
			struct launch_end *end)
{
	bool is_new = !signal_ends_the_run(info->si_signo) ||
		      note_ending(launch, info->si_signo, end);
	/* The terminal's keys (SI_KERNEL) reach the command, and what it started, by themselves. */
	if (!is_new || launch->is_reaped || info->si_code == SI_KERNEL)
		return;
	kill(launch->pid, info->si_signo);
	if (signal_ends_the_run(info->si_signo))
		launch->passed_on = info->si_signo;
}

void launch_wait(struct launch *launch, struct launch_end *end)
{
	siginfo_t info;
	*end = (struct launch_end){ .exit_code = -1, .exit_signal = -1 };
	while (!end->left_some && reap(launch, end)) {
		if (launch->is_killed) /* at once, and after each that ends */
			kill_children(launch);
		else if (launch->is_reaped && launch->passed_on)
			tell_orphans(launch);
		else if (grace_left_ns(launch) == 0)
			tell_tree(launch);
		int signal = signals_wait(&launch->signals, &info, grace_left_ns(launch));
		if (signal != 0 && signal != SIGCHLD)
			take_signal(launch, &info, end);
	}
}
