/* profiler/launch/launch.h - the wrapped command: held at a barrier, released, followed to the last
 * of its descendants.
 *
 * joulecart becomes a child subreaper, so that a daemon that the command leaves behind is
 * waited for too; children that joulecart itself was born with (a shell that started some and
 * then exec'd it) are not. While a command runs, signals sent to joulecart go on to the command;
 * SIGINT, SIGTERM, SIGHUP and SIGQUIT also mark the launch as interrupted, and reach the descendants
 * too: what the command leaves behind when it ends, or all of them where it has not ended after
 * LAUNCH_GRACE_NS. One of those a
 * second or more later kills the whole tree; sooner, it is the same request once more ('timeout'
 * sends it to joulecart and to its group). One that comes when the command itself has ended
 * and only what it left behind still runs ends the wait, and leaves that running. One launch at
 * a time; call from the main thread, before any other thread is started. */
#ifndef JOULECART_LAUNCH_H
#define JOULECART_LAUNCH_H
#include "profiler/launch/child-processes.h"
#include "profiler/launch/signals.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct problem;

/* A shell that traps a signal runs its trap only when its own command has ended, which nobody told. */
#define LAUNCH_GRACE_NS INT64_C(5000000000)

struct launch {
	pid_t pid;
	const char *name;
	int go_fd; /* one byte releases the child; closing it alone makes the child leave */
	int error_fd; /* the child reports here why exec failed; closes on success */
	struct signals signals;
	struct children inherited; /* not the command's */
	struct children told;      /* descendants that got the signal in passed_on */
	int passed_on;             /* that ends the run and went to the command; 0: none */
	bool is_reaped;            /* the command has ended, pid is no longer its own */
	int64_t interrupted_mono_ns; /* when the first signal came that ends the run */
	bool is_in_group;            /* as was asked; else the kernel would not have it */
	bool is_killed;
	bool is_interrupted;
	bool is_tree_told; /* all that ran when the grace was over got the signal */
};

struct launch_end {
	int exit_code;   /* of the command, or -1 */
	int exit_signal; /* that killed it, or -1 */
	int interrupted; /* the signal that ended the run early, or 0 */
	bool left_some;  /* the command had ended; what it left behind still ran */
};

/* What the command is started with besides joulecart's own environment. */
struct launch_options {
	char *const *argv;         /* NULL-terminated; argv[0] is searched in PATH */
	int marker_fd;             /* the program's end of the marker socket, or -1 */
	const char *marker_socket; /* value of JOULECART_MARKER_SOCKET, or NULL */
	const char *events;        /* value of JOULECART_PAPI_EVENTS, or NULL */
	int output_fd, error_fd; /* become its standard output and standard error, or -1 */
	int group_fd; /* folder of the control group that it is born into, or -1 */
};

/* Forks; the child waits. From here on signals are held back until launch_close. -1 with
 * *why, and nothing is held. options->argv outlives the launch. */
int launch_prepare(struct launch *launch, const struct launch_options *options,
		   struct problem *why);

/* Releases the child. 0 once the command's own code runs; else 126 or 127 with *why, and the
 * child is gone. */
int launch_go(struct launch *launch, struct problem *why);

/* Waits for the command and all its descendants. */
void launch_wait(struct launch *launch, struct launch_end *end);

/* After launch_wait: has a signal come that ends the run? It is noted in *end, where none was before. Never
 * waits. */
bool launch_is_told_to_end(struct launch *launch, struct launch_end *end);

/* Ends a child that was never released. */
void launch_cancel(struct launch *launch);

/* Lets signals through again: call when all that the trial has to store is stored. Takes a
 * launch that is all zero, and one that is closed. */
void launch_close(struct launch *launch);

#endif
