/* tests/fakes/marking/alternating.c - a program whose functions draw a known power, and a machine that draws it.
 *
 *   alternating PAGE MS SECONDS THREADS SEED
 *
 * Each thread is in regions f and g in turn, for MS milliseconds each (5 % more or less, by the seed), and draws 30 W
 * and 60 W of its CPU time, which the page (drawn-page.h) tells the machine. All threads change at once with an
 * odd seed, each at its own time with an even one. On standard output: the CPU seconds in f and in g, and the
 * joules of each. */
#include <config.h>

#include "base/clock.h"
#include "profiler/markers/joulecart.h"
#include "tests/fakes/drawn-page.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { F, G, PARTS };

static const uint64_t watts[PARTS] = { 30, 60 };

struct thread {
	pthread_t id;
	struct drawn_slot *slot;
	double dwell_ns;
	uint64_t before_nj; /* what the slot had: a counter does not go back */
	uint64_t begin_ns, end_ns, cpu_ns[PARTS];
	unsigned short lots[3];
	unsigned regions[PARTS];
};

static uint64_t now_of(clockid_t clock)
{
	return (uint64_t)clock_ns(clock);
}

static void put(uint64_t *to, uint64_t value)
{
	__atomic_store_n(to, value, __ATOMIC_RELEASE);
}

/* What the thread has drawn by now. */
static void tell(struct drawn_slot *slot, uint64_t nj, uint64_t millisecond)
{
	if (millisecond != slot->millisecond) {
		put(&slot->at_millisecond_nj, slot->nj);
		put(&slot->millisecond, millisecond);
	}
	put(&slot->nj, nj);
}

static uint64_t next_of(struct thread *thread, uint64_t from_ns)
{
	return from_ns +
	       (uint64_t)(thread->dwell_ns * (0.95 + 0.1 * erand48(thread->lots)));
}

static void *alternate(void *argument)
{
	struct thread *thread = argument;
	uint64_t last_ns = now_of(CLOCK_THREAD_CPUTIME_ID), now_ns = 0;
	uint64_t next_ns = thread->begin_ns +
			   (uint64_t)(thread->dwell_ns * erand48(thread->lots));
	int part = erand48(thread->lots) < 0.5 ? F : G;
	joulecart_region_begin(thread->regions[part]);
	while (now_ns < thread->end_ns) {
		uint64_t cpu_ns = now_of(CLOCK_THREAD_CPUTIME_ID);
		now_ns = now_of(CLOCK_MONOTONIC);
		thread->cpu_ns[part] += cpu_ns - last_ns;
		last_ns = cpu_ns;
		tell(thread->slot,
		     thread->before_nj + thread->cpu_ns[F] * watts[F] +
			 thread->cpu_ns[G] * watts[G],
		     now_ns / 1000000);
		if (now_ns < next_ns)
			continue;
		joulecart_region_end(thread->regions[part]);
		/* whatever part is due: the thread may not have run for a while */
		for (; next_ns <= now_ns; next_ns = next_of(thread, next_ns))
			part = part == F ? G : F;
		joulecart_region_begin(thread->regions[part]);
	}
	joulecart_region_end(thread->regions[part]);
	return NULL;
}

static struct drawn_page *open_page(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);
	void *page = fd < 0 ? MAP_FAILED
			    : mmap(NULL, DRAWN_PAGE_SIZE, PROT_READ | PROT_WRITE,
				   MAP_SHARED, fd, 0);
	if (page == MAP_FAILED) {
		perror(path);
		exit(1);
	}
	close(fd);
	return page;
}

static void start(struct thread *thread, struct drawn_slot *slot, const struct thread *as)
{
	*thread = *as;
	thread->slot = slot;
	thread->before_nj = slot->nj;
	if (pthread_create(&thread->id, NULL, alternate, thread) != 0)
		exit(1);
}

int main(int argc, char **argv)
{
	struct thread threads[DRAWN_THREADS];
	double cpu_s[PARTS] = { 0 };
	if (argc != 6)
		return 2;
	joulecart_attach();
	struct drawn_page *page = open_page(argv[1]);
	size_t n = strtoul(argv[4], NULL, 10), seed = strtoul(argv[5], NULL, 10);
	struct thread first = {
		.dwell_ns = strtod(argv[2], NULL) * 1e6,
		.begin_ns = now_of(CLOCK_MONOTONIC),
		.regions = { joulecart_region("f"), joulecart_region("g") },
	};
	first.end_ns = first.begin_ns + (uint64_t)(strtod(argv[3], NULL) * 1e9);
	if (n < 1 || n > DRAWN_THREADS)
		return 2;
	joulecart_begin("steady");
	for (size_t i = 0; i < n; i++) {
		first.lots[0] = (unsigned short)seed;
		first.lots[1] = (unsigned short)(seed % 2 ? 0 : i + 1);
		start(&threads[i], &page->slots[i], &first);
	}
	for (size_t i = 0; i < n; i++) {
		pthread_join(threads[i].id, NULL);
		for (int part = 0; part < PARTS; part++)
			cpu_s[part] += (double)threads[i].cpu_ns[part] * 1e-9;
	}
	joulecart_end("steady", 1);
	printf("%.6f %.6f %.6f %.6f\n", cpu_s[F], cpu_s[G], cpu_s[F] * (double)watts[F],
	       cpu_s[G] * (double)watts[G]);
	return joulecart_detach() == 0 ? 0 : 3;
}
