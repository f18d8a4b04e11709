/* bench/job.c - a job that loads one processor or every one, and tells how long it took.
 *
 *     bench-job compute|memory|syscall MILLISECONDS [THREADS]      [1; 0: one a processor]
 *     bench-job timer
 *
 * First finds out how much work fills that time on this machine when nothing disturbs, and
 * keeps the amount in the environment's BENCH_WORK for who calls again; with BENCH_WORK set it
 * does just that much. Prints the nanoseconds that the work took: start and end of the process
 * are not in it. 'timer' is an empty loop at 1 kHz on absolute deadlines, until it is killed. */
#include <config.h>

#include "base/clock.h"

#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MAX_THREADS = 64, ARENA_WORDS = 4 << 20, TRIAL_UNITS = 200 };

typedef void work_function(uint64_t *arena, uint64_t *state);

/* Each unit takes about 0.1 ms. */
static void compute(uint64_t *arena, uint64_t *state)
{
	(void)arena;
	for (int i = 0; i < 60000; i++) {
		*state ^= *state << 13;
		*state ^= *state >> 7;
		*state ^= *state << 17;
	}
}

static void memory(uint64_t *arena, uint64_t *state)
{
	for (int i = 0; i < 3000; i++) {
		*state = *state * 6364136223846793005U + 1442695040888963407U;
		arena[(*state >> 33) % ARENA_WORDS] += *state;
	}
}

static void syscalls(uint64_t *arena, uint64_t *state)
{
	(void)arena;
	for (int i = 0; i < 800; i++)
		*state += (uint64_t)syscall(SYS_getppid);
}

struct worker {
	pthread_t thread;
	work_function *work;
	uint64_t *arena;
	long n_units;
	pthread_barrier_t *start;
};

static void *run(void *argument)
{
	struct worker *worker = argument;
	uint64_t state = 88172645463325252U;
	pthread_barrier_wait(worker->start);
	for (long i = 0; i < worker->n_units; i++)
		worker->work(worker->arena, &state);
	worker->arena[0] = state; /* the work is for something */
	return NULL;
}

/* Nanoseconds of n_units in each of the threads. */
static int64_t take(work_function *work, uint64_t **arenas, long n_threads, long n_units)
{
	static struct worker workers[MAX_THREADS];
	pthread_barrier_t start;
	pthread_barrier_init(&start, NULL, (unsigned)n_threads + 1);
	for (long i = 0; i < n_threads; i++) {
		workers[i] = (struct worker){ .work = work,
					      .arena = arenas[i],
					      .n_units = n_units,
					      .start = &start };
		if (pthread_create(&workers[i].thread, NULL, run, &workers[i]) != 0)
			exit(1);
	}
	int64_t begin_ns = monotonic_ns();
	pthread_barrier_wait(&start);
	for (long i = 0; i < n_threads; i++)
		pthread_join(workers[i].thread, NULL);
	return monotonic_ns() - begin_ns;
}

static void tick_for_ever(void)
{
	const int64_t period_ns = NS_PER_S / 1000;
	prctl(PR_SET_TIMERSLACK, 1UL);
	for (int64_t due_ns = monotonic_ns();; due_ns += period_ns) {
		const struct timespec due = { due_ns / NS_PER_S, due_ns % NS_PER_S };
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL);
	}
}

static work_function *work_of(const char *name)
{
	return strcmp(name, "compute") == 0  ? compute
	       : strcmp(name, "memory") == 0 ? memory
					     : syscalls;
}

int main(int argc, char **argv)
{
	static uint64_t *arenas[MAX_THREADS];
	if (argc == 2 && strcmp(argv[1], "timer") == 0)
		tick_for_ever();
	if (argc != 3 && argc != 4)
		return 2;
	work_function *work = work_of(argv[1]);
	const char *given = getenv("BENCH_WORK");
	long n_threads = argc == 4 ? atol(argv[3]) : 1;
	if (n_threads < 1)
		n_threads = sysconf(_SC_NPROCESSORS_ONLN);
	n_threads = n_threads < MAX_THREADS ? n_threads : MAX_THREADS;
	for (long i = 0; i < n_threads; i++) {
		arenas[i] = malloc(ARENA_WORDS * sizeof(uint64_t));
		if (!arenas[i])
			return 1;
		memset(arenas[i], 1, ARENA_WORDS * sizeof(uint64_t));
	}
	if (given) {
		printf("%lld\n", (long long)take(work, arenas, n_threads, atol(given)));
		return 0;
	}
	int64_t trial_ns = take(work, arenas, n_threads, TRIAL_UNITS);
	printf("%.0f\n", atof(argv[2]) * 1e6 * TRIAL_UNITS / (double)trial_ns);
	return 0;
}
