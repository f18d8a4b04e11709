/* profiler/sample/ring.h - slots between one producing and one consuming thread, without locks.
 *
 * A full ring refuses: the producer counts the drop and goes on, it never waits. Memory is
 * touched when the ring is made, so that no tick meets a page fault. */
#ifndef JOULECART_RING_H
#define JOULECART_RING_H
#include <stddef.h>

struct ring;

/* n_slots is rounded up to a power of two. NULL: no memory. */
struct ring *ring_new(size_t slot_size, size_t n_slots);
void ring_free(struct ring *ring); /* takes NULL */

/* Producer: a free slot to fill, or NULL when the ring is full; then publish it. */
void *ring_reserve(struct ring *ring);
void ring_publish(struct ring *ring);

/* Consumer: the oldest published slot, or NULL when there is none; then give it back. */
void *ring_front(struct ring *ring);
void ring_release(struct ring *ring);

/* How many slots the producer could fill now. */
size_t ring_room(struct ring *ring);

#endif
