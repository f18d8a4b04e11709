/* profiler/sample/ring.c - see ring.h. */
#include <config.h>

#include "profiler/sample/ring.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Bytes, on each processor that Debian runs on, or half of it: then two share none either. */
enum { CACHE_LINE = 64 };

struct ring {
	/* Each on a cache line of its own: the two threads do not slow each other. */
	_Alignas(CACHE_LINE) atomic_size_t head; /* slots published so far */
	_Alignas(CACHE_LINE) atomic_size_t tail; /* slots released so far */
	_Alignas(CACHE_LINE) size_t slot_size, n_slots;
	uint8_t *slots;
};

struct ring *ring_new(size_t slot_size, size_t n_slots)
{
	struct ring *ring = aligned_alloc(CACHE_LINE, sizeof(*ring));
	if (!ring)
		return NULL;
	memset(ring, 0, sizeof(*ring));
	ring->n_slots = 1;
	while (ring->n_slots < n_slots)
		ring->n_slots *= 2;
	ring->slot_size = (slot_size + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE;
	ring->slots = aligned_alloc(CACHE_LINE, ring->slot_size * ring->n_slots);
	if (!ring->slots) {
		free(ring);
		return NULL;
	}
	memset(ring->slots, 0, ring->slot_size * ring->n_slots);
	return ring;
}

void ring_free(struct ring *ring)
{
	if (!ring)
		return;
	free(ring->slots);
	free(ring);
}

static void *slot(struct ring *ring, size_t position)
{
	return ring->slots + (position & (ring->n_slots - 1)) * ring->slot_size;
}

void *ring_reserve(struct ring *ring)
{
	size_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);
	size_t tail = atomic_load_explicit(&ring->tail, memory_order_acquire);
	return head - tail < ring->n_slots ? slot(ring, head) : NULL;
}

void ring_publish(struct ring *ring)
{
	atomic_fetch_add_explicit(&ring->head, 1, memory_order_release);
}

void *ring_front(struct ring *ring)
{
	size_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);
	size_t head = atomic_load_explicit(&ring->head, memory_order_acquire);
	return head != tail ? slot(ring, tail) : NULL;
}

void ring_release(struct ring *ring)
{
	atomic_fetch_add_explicit(&ring->tail, 1, memory_order_release);
}

size_t ring_room(struct ring *ring)
{
	size_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);
	size_t tail = atomic_load_explicit(&ring->tail, memory_order_acquire);
	return ring->n_slots - (head - tail);
}
