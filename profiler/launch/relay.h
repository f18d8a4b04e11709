/* profiler/launch/relay.h - passes the command's output through, byte for byte, and shows it line by
 * line to who looks for something in it.
 *
 * Where joulecart's own output is a terminal the command gets one too (a pty), so that it goes on
 * to write line by line, in colour; else a pipe. Where standard output and standard error are one
 * file they stay one, and keep their order; else each goes at its own reader's pace. */
#ifndef JOULECART_RELAY_H
#define JOULECART_RELAY_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct launch;
struct launch_end;
struct problem;
struct relay;

/* When bytes were seen, and how much earlier they may have been written: what the thread waited
 * for a processor, or, where bytes were there already, since it last looked. */
struct relay_time {
	int64_t seen_ns; /* CLOCK_MONOTONIC */
	int64_t early_ns;
};

/* Called in the relay's threads, in one at a time, for each line, without its end, of at most
 * RELAY_LINE_BYTES (the rest of a longer one is passed through, and not shown). */
enum { RELAY_LINE_BYTES = 65536 };
struct relay_watcher {
	void (*line)(void *state, bool is_stderr, const char *line, size_t size,
		     struct relay_time time);
	void *state;
	bool hides_stdout; /* standard output is shown to the watcher alone */
};

/* Makes the pipes or terminals. NULL with *why. */
struct relay *relay_new(const struct relay_watcher *watcher, struct problem *why);

/* Descriptors that become the command's standard output and standard error; the relay owns them.
 * Never -1: relay_new() fails without them. */
int relay_stdout(const struct relay *relay);
int relay_stderr(const struct relay *relay);

/* Once the command is forked: closes its ends here, and starts the thread. 0 or an errno. */
int relay_start(struct relay *relay);

struct relay_losses {
	/* Reads that brought a full block of many lines: a program that writes in blocks, whose lines come
	 * late by an unknown time. */
	uint64_t n_blocks;
	bool
	    is_cut_off; /* some of what the command wrote was neither passed on nor shown */
};

/* Once the command has ended: passes on what is left, ends the thread and frees all. Waits for who reads
 * our output, however long it takes (a pager), until a signal says that the run is to end, which *end
 * then has; where one has said so already, RELAY_GRACE_NS at most. Where something that was left behind still
 * holds the other end, its later output is cut off here. */
#define RELAY_GRACE_NS INT64_C(2000000000)
struct relay_losses relay_end(struct relay *relay, struct launch *launch,
			      struct launch_end *end);

/* Where no command ran; takes NULL. */
void relay_free(struct relay *relay);

#endif
