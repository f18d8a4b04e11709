/* profiler/launch.h - the wrapped command: held at a barrier, released, followed to the last
 * of its descendants.
 *
 * joulecart becomes a child subreaper, so that a daemon that the command leaves behind is
 * waited for too. While a command runs, signals sent to joulecart go on to the command;
 * SIGINT, SIGTERM, SIGHUP and SIGQUIT also mark the launch as interrupted, and a second one
 * of those kills the whole tree. One launch at a time; call from the main thread, before any
 * other thread is started. */
#ifndef JOULECART_LAUNCH_H
#define JOULECART_LAUNCH_H
#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

struct problem;

struct launch {
	pid_t pid;
	int go_fd; /* one byte releases the child; closing it alone makes the child leave */
	int error_fd; /* the child reports here why exec failed; closes on success */
	sigset_t old_mask;
	bool is_masked;
};

struct launch_end {
	int exit_code;   /* of the command, or -1 */
	int exit_signal; /* that killed it, or -1 */
	int interrupted; /* the signal that ended the run early, or 0 */
};

/* What the command is started with besides joulecart's own environment. */
struct launch_options {
	char *const *argv;  /* NULL-terminated; argv[0] is searched in PATH */
	int marker_fd;      /* the program's end of the marker socket, or -1 */
	const char *events; /* value of JOULECART_PAPI_EVENTS, or NULL */
	int output_fd;      /* becomes the command's standard output, or -1 */
};

/* Can argv[0] be run? 0, or the exit status that says why not (126, 127) with *why. */
int launch_check(const char *name, struct problem *why);

/* Forks; the child waits. From here on signals are blocked until launch_wait or
 * launch_cancel. -1 with *why. */
int launch_prepare(struct launch *launch, const struct launch_options *options,
		   struct problem *why);

/* Releases the child. 0 once the command's own code runs; else 126 or 127 with *why, and the
 * child is gone. */
int launch_go(struct launch *launch, struct problem *why);

/* Waits for the command and all its descendants. */
void launch_wait(struct launch *launch, struct launch_end *end);

/* Ends a child that was never released. */
void launch_cancel(struct launch *launch);

#endif
