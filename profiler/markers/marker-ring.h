/* profiler/markers/marker-ring.h - memory that a marking process shares with the profiler, so that a mark
 * is a few stores: byte for byte.
 *
 * The process makes one, in a sealed memfd, and hands it over with a MARKER_RING message on the connection
 * of its own. Until the profiler has taken it, and after it was given up, marks are packets on that
 * connection.
 *
 * Any thread of the process puts a mark in: it takes the next number by moving head on, writes the message,
 * and says that it is whole (turn = number + 1). A process that is killed in between leaves a mark that is
 * never whole; the profiler passes over it once the process has gone, and has all others: what is in the
 * memory outlives the process. Whoever does not find room loses the mark, and says so.
 *
 * The profiler reads the marks when it wakes. Before it sleeps for longer it says so (state), and looks
 * once more; who puts a mark in looks at state afterwards, and wakes it by a MARKER_BELL packet.
 *
 * The profiler trusts nothing in it: it copies a message before it looks at it, keeps its own count of
 * those it has read, and looks at no more than fit. What a program writes to tail or state harms its own
 * marks alone. */
#ifndef JOULECART_MARKER_RING_H
#define JOULECART_MARKER_RING_H
#include "profiler/markers/marker-message.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum {
	MARKER_RING_MAGIC = 0x4a434b31, /* "JCK1" */
	MARKER_RING_SLOTS = 1024,
};

enum marker_ring_state {
	MARKER_RING_CLOSED, /* the profiler does not read it, or no longer */
	MARKER_RING_READ,   /* it will look again by itself within a millisecond */
	MARKER_RING_ASLEEP, /* it wants the bell */
};

struct marker_slot {
	_Atomic uint64_t turn; /* the number of its message + 1, once that is whole */
	struct marker_message message;
};

struct marker_ring {
	uint32_t magic, unused;
	uint64_t unused_too[7]; /* each of the following has a cache line of its own */
	_Atomic uint64_t head;  /* the next number */
	uint64_t unused_head[7];
	_Atomic uint64_t tail; /* read up to here */
	_Atomic uint32_t state;
	uint32_t unused_tail[13];
	struct marker_slot slots[MARKER_RING_SLOTS];
};
_Static_assert(sizeof(struct marker_ring) == 192 + 1024 * 272,
	       "another build of the library writes these bytes");

/* The program's end: a ring, and the file of it to be handed over and closed. NULL: it could not be made. */
struct marker_ring *marker_ring_make(int *fd);

enum marker_ring_said {
	MARKER_RING_SAID,
	MARKER_RING_SAID_RING, /* and the profiler wants to be woken */
	MARKER_RING_FULL,
	MARKER_RING_NOT_READ, /* by anybody: to be sent as a packet */
};

/* For any thread, also in a signal handler. */
enum marker_ring_said marker_ring_say(struct marker_ring *ring,
				      const struct marker_message *message);

/* The profiler's end: maps what came along with MARKER_RING, and reads it from now on. The file remains the
 * caller's. NULL: it is none, or not sealed. */
struct marker_ring *marker_ring_take(int fd);

/* Is the mark of number tail there? */
bool marker_ring_has_some(const struct marker_ring *ring, uint64_t tail);

/* The next number that will be taken, as the program says. */
uint64_t marker_ring_head(const struct marker_ring *ring);

/* Takes the mark of number *tail out, and moves *tail on. False: it is not there. */
bool marker_ring_read(struct marker_ring *ring, uint64_t *tail,
		      struct marker_message *message);

/* Moves *tail on to the next mark that is there, past those that will never be: the process has gone, or
 * the end has come. False: there is none. */
bool marker_ring_skip(const struct marker_ring *ring, uint64_t *tail);

/* What the profiler will do next. Whoever puts a mark in afterwards acts on it; before it, has_some() tells. */
void marker_ring_tell(struct marker_ring *ring, enum marker_ring_state state);

/* The program's end: from now on nothing that is written there comes out, and MARKER_RING_NOT_READ is the answer.
 * A mark that is being put in meanwhile, by another thread or below a signal handler, does no harm. Takes NULL. */
void marker_ring_leave(struct marker_ring *ring);

/* Either end, where nobody in this process can be writing to it. Takes NULL. */
void marker_ring_unmap(struct marker_ring *ring);

#endif
