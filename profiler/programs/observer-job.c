/* profiler/programs/observer-job.c - see observer-job.h. */
#include <config.h>

#include "profiler/programs/observer-job.h"

#include "base/clock.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

struct worker {
	pthread_t thread;
	int64_t n_units;
	atomic_bool *may_begin;
	uint64_t state;
};

/* Marsaglia's xorshift, which no compiler shortens: arithmetic alone, so that what holds it up is another
 * thread. */
static void *work(void *argument)
{
	struct worker *worker = argument;
	enum { STEPS_OF_UNIT = 60000 };
	while (!atomic_load_explicit(worker->may_begin, memory_order_acquire))
		;
	for (int64_t i = 0; i < worker->n_units * STEPS_OF_UNIT; i++) {
		worker->state ^= worker->state << 13;
		worker->state ^= worker->state >> 7;
		worker->state ^= worker->state << 17;
	}
	return NULL;
}

int64_t observer_job(int64_t n_threads, int64_t n_units)
{
	atomic_bool may_begin = false;
	struct worker *workers = calloc((size_t)n_threads, sizeof(*workers));
	int64_t n = 0, begin_ns = 0;
	if (!workers)
		return -1;
	for (; n < n_threads; n++) {
		workers[n] = (struct worker){ .n_units = n_units,
					      .may_begin = &may_begin,
					      .state = 88172645463325252U + (uint64_t)n };
		if (pthread_create(&workers[n].thread, NULL, work, &workers[n]) != 0)
			break;
	}
	begin_ns = monotonic_ns();
	atomic_store_explicit(&may_begin, true, memory_order_release);
	for (int64_t i = 0; i < n; i++)
		pthread_join(workers[i].thread, NULL);
	int64_t took_ns = monotonic_ns() - begin_ns;
	free(workers);
	return n == n_threads ? took_ns : -1;
}
