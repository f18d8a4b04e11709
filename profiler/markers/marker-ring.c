/* profiler/markers/marker-ring.c - see marker-ring.h. */
#include <config.h>

#include "profiler/markers/marker-ring.h"

#include "base/sealed-memory.h"

#include <sys/mman.h>

struct marker_ring *marker_ring_make(int *fd)
{
	struct marker_ring *ring = sealed_memory_make("joulecart-marks", sizeof(*ring), fd);
	if (ring) {
		/* touched at once, so that no mark meets a page fault */
		madvise(ring, sizeof(*ring), MADV_POPULATE_WRITE);
		ring->magic = MARKER_RING_MAGIC;
	}
	return ring;
}

/* False: there is no room. */
static bool take_number(struct marker_ring *ring, uint64_t *number)
{
	*number = atomic_load_explicit(&ring->head, memory_order_relaxed);
	do {
		uint64_t tail = atomic_load_explicit(&ring->tail, memory_order_acquire);
		if (*number - tail >= MARKER_RING_SLOTS)
			return false;
	} while (!atomic_compare_exchange_weak_explicit(
	    &ring->head, number, *number + 1, memory_order_relaxed, memory_order_relaxed));
	return true;
}

enum marker_ring_said marker_ring_say(struct marker_ring *ring,
				      const struct marker_message *message)
{
	uint64_t number;
	if (atomic_load_explicit(&ring->state, memory_order_relaxed) == MARKER_RING_CLOSED)
		return MARKER_RING_NOT_READ;
	if (!take_number(ring, &number))
		return MARKER_RING_FULL;
	struct marker_slot *slot = &ring->slots[number % MARKER_RING_SLOTS];
	slot->message = *message;
	atomic_store_explicit(&slot->turn, number + 1, memory_order_release);
	atomic_thread_fence(memory_order_seq_cst); /* as in marker_ring_tell() */
	uint32_t state = atomic_load_explicit(&ring->state, memory_order_relaxed);
	if (state == MARKER_RING_READ)
		return MARKER_RING_SAID;
	/* Closed just now: it may have been read. A mark that is told of twice is better than one that is
	 * never told of. */
	if (state == MARKER_RING_CLOSED)
		return MARKER_RING_NOT_READ;
	/* one bell is enough */
	return atomic_compare_exchange_strong(&ring->state, &state, MARKER_RING_READ)
		   ? MARKER_RING_SAID_RING
		   : MARKER_RING_SAID;
}

struct marker_ring *marker_ring_take(int fd)
{
	if (!sealed_memory_is_sound(fd, sizeof(struct marker_ring)))
		return NULL;
	void *mapped = mmap(NULL, sizeof(struct marker_ring), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_POPULATE, fd, 0);
	struct marker_ring *ring = mapped == MAP_FAILED ? NULL : mapped;
	if (ring && ring->magic == MARKER_RING_MAGIC)
		return ring;
	marker_ring_unmap(ring);
	return NULL;
}

/* Whatever head says: what is whole is there. */
bool marker_ring_has_some(const struct marker_ring *ring, uint64_t tail)
{
	const struct marker_slot *slot = &ring->slots[tail % MARKER_RING_SLOTS];
	return atomic_load_explicit(&slot->turn, memory_order_acquire) == tail + 1;
}

uint64_t marker_ring_head(const struct marker_ring *ring)
{
	return atomic_load_explicit(&ring->head, memory_order_acquire);
}

bool marker_ring_read(struct marker_ring *ring, uint64_t *tail,
		      struct marker_message *message)
{
	if (!marker_ring_has_some(ring, *tail))
		return false;
	*message = ring->slots[*tail % MARKER_RING_SLOTS].message;
	atomic_store_explicit(&ring->tail, ++*tail, memory_order_release);
	return true;
}

bool marker_ring_skip(const struct marker_ring *ring, uint64_t *tail)
{
	for (uint64_t i = 0; i < MARKER_RING_SLOTS; i++)
		if (marker_ring_has_some(ring, *tail + i)) {
			*tail += i;
			return true;
		}
	return false;
}

void marker_ring_tell(struct marker_ring *ring, enum marker_ring_state state)
{
	atomic_store_explicit(&ring->state, state, memory_order_relaxed);
	/* Either who puts a mark in sees this, or we see the mark. */
	atomic_thread_fence(memory_order_seq_cst);
}

void marker_ring_leave(struct marker_ring *ring)
{
	sealed_memory_leave(ring, sizeof(*ring)); /* zeros: MARKER_RING_CLOSED */
}

void marker_ring_unmap(struct marker_ring *ring)
{
	if (ring)
		munmap(ring, sizeof(*ring));
}
