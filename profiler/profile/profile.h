/* profiler/profile/profile.h - where a program spends its joules: its stacks while it runs, their functions
 * when it has ended ('run --profile').
 *
 * The recorder's thread takes the stacks between its ticks; what is done with them takes no lock and holds
 * nobody up. */
#ifndef JOULECART_PROFILE_H
#define JOULECART_PROFILE_H
#include "profiler/profile/energy-book.h"

#include <stdint.h>
#include <sys/types.h>

struct problem;
struct profile;
struct store;

/* How often, a second of CPU time; and the bytes of each stack that are kept, to follow it by DWARF when all has ended
 * (stack-sampler.h), or 0: by frame pointers. */
enum { STACK_BYTES_LEAST = 1024, STACK_BYTES_MOST = 60 << 10 };
struct profile_wish {
	uint32_t hz, stack_bytes;
};

/* Opens the sampling of the process, which is to exec. NULL with *why. */
struct profile *profile_new(pid_t pid, struct profile_wish wish, struct problem *why);
void profile_free(struct profile *profile); /* takes NULL */

/* The channels whose energy is split, in the recorder's order, and their rows. 0, or -1: no memory. */
int profile_set_channels(struct profile *profile, const struct energy_channel *channels,
			 const int64_t *channel_ids, size_t n);

/* All stacks up to a tick; then the tick: tree_ns is the CPU time of the run by then, 0: not known. */
void profile_take(struct profile *profile, int64_t tick_ns);
void profile_tick(struct profile *profile, int64_t tick_ns, int64_t tree_ns);

/* Empties the rings between ticks, so that they never fill. */
void profile_drain(struct profile *profile);

/* As energy_book_split and energy_book_cut. */
void profile_split(struct profile *profile, size_t channel, int64_t advance);
void profile_cut(struct profile *profile, size_t channel, int64_t advance);

/* After the last tick: names the functions and stores everything, in a transaction of its own.
 * begin_utc_ns: of the trial. 0, or -1 with *why. */
int profile_store(struct profile *profile, struct store *store, int64_t trial_id,
		  int64_t begin_utc_ns, struct problem *why);

#endif
