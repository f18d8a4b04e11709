/* A ring keeps order, refuses when full, and loses nothing between two threads. */
#include <config.h>

#include "profiler/sample/ring.h"
#include "tests/unit/cmocka.h"

#include <pthread.h>
#include <sched.h>

static void slots_come_out_in_order(void **state)
{
	(void)state;
	struct ring *ring = ring_new(sizeof(int), 4);
	for (int i = 0; i < 3; i++) {
		*(int *)ring_reserve(ring) = i;
		ring_publish(ring);
	}
	for (int i = 0; i < 3; i++) {
		assert_int_equal(*(int *)ring_front(ring), i);
		ring_release(ring);
	}
	assert_null(ring_front(ring));
	ring_free(ring);
}

static void a_full_ring_refuses_until_a_slot_is_released(void **state)
{
	(void)state;
	struct ring *ring = ring_new(sizeof(int), 3); /* rounded up to four */
	for (int i = 0; i < 4; i++) {
		assert_non_null(ring_reserve(ring));
		ring_publish(ring);
	}
	assert_null(ring_reserve(ring));
	ring_release(ring);
	assert_non_null(ring_reserve(ring));
	ring_free(ring);
}

static void a_reserved_slot_is_not_seen_before_it_is_published(void **state)
{
	(void)state;
	struct ring *ring = ring_new(sizeof(int), 2);
	assert_non_null(ring_reserve(ring));
	assert_null(ring_front(ring));
	ring_publish(ring);
	assert_non_null(ring_front(ring));
	ring_free(ring);
}

enum { MANY = 200000 };

static void *produce(void *argument)
{
	struct ring *ring = argument;
	for (long i = 0; i < MANY; i++) {
		long *slot;
		while (!(slot = ring_reserve(ring)))
			sched_yield();
		*slot = i;
		ring_publish(ring);
	}
	return NULL;
}

static void two_threads_pass_every_slot_once(void **state)
{
	(void)state;
	struct ring *ring = ring_new(sizeof(long), 64);
	pthread_t producer;
	assert_int_equal(pthread_create(&producer, NULL, produce, ring), 0);
	for (long i = 0; i < MANY;) {
		long *slot = ring_front(ring);
		if (!slot) {
			sched_yield();
			continue;
		}
		assert_int_equal(*slot, i++);
		ring_release(ring);
	}
	pthread_join(producer, NULL);
	assert_null(ring_front(ring));
	ring_free(ring);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(slots_come_out_in_order),
		cmocka_unit_test(a_full_ring_refuses_until_a_slot_is_released),
		cmocka_unit_test(a_reserved_slot_is_not_seen_before_it_is_published),
		cmocka_unit_test(two_threads_pass_every_slot_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
