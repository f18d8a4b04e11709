/* profiler/launch/signals.h - the signals that joulecart holds back while a command runs.
 *
 * They are blocked and waited for, by one thread, so that no handler is needed. What was
 * ignored when joulecart began (nohup) is left alone: it stays ignored here and in the command.
 * SIGCHLD is the exception: ignored, it would hide how the command ended. */
#ifndef JOULECART_SIGNALS_H
#define JOULECART_SIGNALS_H
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

struct signals {
	sigset_t watched, old_mask;
	struct sigaction old_child; /* what SIGCHLD did */
	bool is_blocked;
};

/* Before other threads are started: they inherit the mask. */
void signals_block(struct signals *signals);

/* In the child, before exec: all is as joulecart found it. */
void signals_give_back(const struct signals *signals);

/* Waits for the next, for_ns at most; below 0: without an end. Returns its number, 0 when there was
 * none or the wait was cut short. */
int signals_wait(const struct signals *signals, siginfo_t *info, int64_t for_ns);

/* As before the block. Of what came meanwhile, the signals that end a run are dropped where
 * drop_endings: 'timeout' sends the same one twice. Does nothing where nothing is blocked. */
void signals_unblock(struct signals *signals, bool drop_endings);

/* SIGINT, SIGTERM, SIGHUP, SIGQUIT. */
bool signal_ends_the_run(int signal);

/* A write beyond 'ulimit -f' fails like one to a full disk, instead of killing. A handler, for
 * exec resets it, and the command has what joulecart was started with. */
void signals_survive_file_limit(void);

#endif
