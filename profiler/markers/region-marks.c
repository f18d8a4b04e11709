/* profiler/markers/region-marks.c - joulecart_region_begin() and _end(): see joulecart.h, region-page.h.
 *
 * The path of a mark reads the clock once and writes the thread's own slot: no call of the system, no
 * allocation, no lock. All else (a name, a thread's first mark, the first after a fork) is in
 * renew() and joulecart_region(). */
#include <config.h>

#include "profiler/markers/region-marks.h"

#include "base/sealed-memory.h"
#include "profiler/markers/joulecart.h"
#include "profiler/markers/region-page.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Regions within regions, and calls of itself; deeper ones are counted to the one at this depth. */
enum { DEPTH_MOST = 64 };

static struct {
	pthread_mutex_t lock;
	bool (*hand_over)(const int fds[MARKER_FILES]);
	_Atomic unsigned
	    generation; /* of pages: what a thread knows of an older one is void */
	struct region_page *page; /* of this generation, or NULL */
	enum region_clock clock;
	int life_fd; /* the pipe's end that is open as long as the program is */
	ino_t life_inode;
	uint32_t n;
	struct region_facts facts[REGION_NUMBERS]; /* outlives pages: numbers stay */
	pthread_key_t key;                         /* ends a thread's slot */
	bool has_key;
} regions = { .lock = PTHREAD_MUTEX_INITIALIZER, .life_fd = -1 };

/* Of the dynamic kind: what must stand beside the program's own, Python could not load. */
static _Thread_local struct {
	struct region_slot *slot; /* NULL: nobody listens, or there was none left */
	unsigned generation;
	uint16_t depth, n_deeper;
	uint16_t stack[DEPTH_MOST];
} thread;

/* The passages through the regions in left end with that, and count: a passage belongs to the phase that it ends
 * in, however late the edge at its begin is read. */
static void move_to(struct region_slot *slot, uint32_t region, const uint16_t *left,
		    unsigned n_left)
{
	uint32_t seq = atomic_load_explicit(&slot->seq, memory_order_relaxed);
	uint32_t from = atomic_load_explicit(&slot->current, memory_order_relaxed);
	uint64_t since = atomic_load_explicit(&slot->since, memory_order_relaxed);
	uint64_t now = region_ticks(regions.clock);
	struct region_sum *time = &slot->sums[from % REGION_NUMBERS];
	uint64_t sum = atomic_load_explicit(&time->ticks, memory_order_relaxed);
	atomic_store_explicit(&slot->seq, seq + 1, memory_order_relaxed);
	atomic_thread_fence(memory_order_release);
	atomic_store_explicit(&time->ticks, sum + (now - since), memory_order_relaxed);
	atomic_store_explicit(&slot->since, now, memory_order_relaxed);
	atomic_store_explicit(&slot->current, region, memory_order_relaxed);
	for (unsigned i = 0; i < n_left; i++) {
		_Atomic uint64_t *n = &slot->sums[left[i]].n;
		uint64_t before = atomic_load_explicit(n, memory_order_relaxed);
		atomic_store_explicit(n, before + 1, memory_order_relaxed);
	}
	atomic_store_explicit(&slot->seq, seq + 2, memory_order_release);
}

/* What the thread has open ends here. */
static void leave_all(struct region_slot *slot)
{
	unsigned n = thread.depth;
	thread.depth = thread.n_deeper = 0;
	move_to(slot, 0, thread.stack, n);
}

/* A thread that ends leaves its region, and its slot to the next. */
static void leave_slot(void *slot_of_thread)
{
	struct region_slot *slot = slot_of_thread;
	leave_all(slot);
	atomic_store(&slot->owner, 0);
	thread.slot = NULL;
}

static struct region_slot *take_slot(struct region_page *page)
{
	for (uint32_t i = 0; i < REGION_SLOTS; i++) {
		struct region_slot *slot = &page->slots[i];
		int32_t nobody = 0;
		if (!atomic_compare_exchange_strong(&slot->owner, &nobody, 1))
			continue;
		if (atomic_load(&page->n_slots) <= i)
			atomic_store(&page->n_slots, i + 1);
		move_to(slot, 0, NULL, 0); /* what passed before is nobody's */
		pthread_setspecific(regions.key, slot);
		return slot;
	}
	atomic_fetch_add(&page->n_crowded, 1);
	return NULL;
}

static void fill_page(struct region_page *page)
{
	struct stat status;
	page->magic = REGION_MAGIC;
	page->clock = regions.clock;
	page->pid = getpid();
	page->pid_namespace = stat("/proc/self/ns/pid", &status) == 0 ? status.st_ino : 0;
	memcpy(page->facts, regions.facts, sizeof(page->facts));
	atomic_store(&page->n, regions.n);
}

/* A descriptor that the program closed behind our back may be another file by now. */
static void close_life(void)
{
	struct stat status;
	if (regions.life_fd >= 0 && fstat(regions.life_fd, &status) == 0 &&
	    S_ISFIFO(status.st_mode) && status.st_ino == regions.life_inode)
		close(regions.life_fd);
	regions.life_fd = -1;
}

static void open_life(int ends[2])
{
	struct stat status = { 0 };
	if (pipe2(ends, O_CLOEXEC) != 0) {
		ends[0] = ends[1] = -1;
		return;
	}
	fstat(ends[1], &status);
	regions.life_fd = ends[1];
	regions.life_inode = status.st_ino;
}

/* With the lock held. NULL: it could not be made, or not be sent. */
static struct region_page *make_page(void)
{
	int fd, ends[2];
	struct region_page *page = sealed_memory_make("joulecart-regions", sizeof(*page),
						      &fd);
	open_life(ends);
	const int files[MARKER_FILES] = { fd, ends[0] };
	bool is_sent = false;
	if (page && ends[0] >= 0) {
		fill_page(page);
		is_sent = regions.hand_over(files);
	}
	if (fd >= 0)
		close(fd);
	if (ends[0] >= 0)
		close(ends[0]);
	if (is_sent)
		return page;
	close_life();
	if (page)
		munmap(page, sizeof(*page));
	return NULL;
}

/* A thread's first mark of this generation of pages: it has no open region, and maybe a slot. */
static void renew(void)
{
	int err = errno;
	pthread_mutex_lock(&regions.lock);
	thread.generation = regions.generation;
	thread.depth = thread.n_deeper = 0;
	thread.slot = NULL;
	if (!regions.has_key)
		regions.has_key = pthread_key_create(&regions.key, leave_slot) == 0;
	if (regions.hand_over && regions.has_key && !regions.page)
		regions.page = make_page();
	if (regions.hand_over && regions.page)
		thread.slot = take_slot(regions.page);
	pthread_mutex_unlock(&regions.lock);
	errno = err;
}

void region_marks_end(void)
{
	if (thread.slot && thread.generation == regions.generation)
		leave_all(thread.slot);
}

/* Pages of before stay mapped: another thread may be writing to one. */
void region_marks_listen(bool (*hand_over)(const int fds[MARKER_FILES]))
{
	region_marks_end();
	pthread_mutex_lock(&regions.lock);
	close_life();
	regions.hand_over = hand_over;
	regions.page = NULL;
	if (regions.clock == 0)
		regions.clock = region_clock_best();
	regions.generation++;
	pthread_mutex_unlock(&regions.lock);
}

void region_marks_become_child(void)
{
	pthread_mutex_init(&regions.lock, NULL);
	close_life();
	/* the fork may have been within a mark (a signal handler): the page is the parent's */
	sealed_memory_leave(regions.page, sizeof(*regions.page));
	regions.page = NULL;
	regions.generation++;
	thread.slot = NULL;
	if (regions.has_key)
		pthread_setspecific(regions.key, NULL);
}

/* With the lock held. 0: there is no room. */
static unsigned number_of(const char *name)
{
	for (unsigned i = 1; i <= regions.n; i++)
		if (strncmp(regions.facts[i].name, name, REGION_NAME_SIZE - 1) == 0)
			return i;
	if (regions.n + 1 >= REGION_NUMBERS)
		return 0;
	unsigned number = regions.n + 1;
	snprintf(regions.facts[number].name, REGION_NAME_SIZE, "%s", name);
	if (regions.page) {
		regions.page->facts[number] = regions.facts[number];
		atomic_store(&regions.page->n, number);
	}
	regions.n = number;
	return number;
}

unsigned joulecart_region(const char *name)
{
	if (!name || !*name)
		return 0;
	pthread_mutex_lock(&regions.lock);
	unsigned number = number_of(name);
	pthread_mutex_unlock(&regions.lock);
	return number;
}

void joulecart_region_work(unsigned region, double flop, double weight_bytes)
{
	if (region == 0 || region >= REGION_NUMBERS)
		return;
	pthread_mutex_lock(&regions.lock);
	regions.facts[region].flop = flop;
	regions.facts[region].weight_bytes = weight_bytes;
	if (regions.page)
		regions.page->facts[region] = regions.facts[region];
	pthread_mutex_unlock(&regions.lock);
}

void joulecart_region_begin(unsigned region)
{
	if (thread.generation !=
	    atomic_load_explicit(&regions.generation, memory_order_relaxed))
		renew();
	if (!thread.slot)
		return;
	if (thread.depth == DEPTH_MOST) {
		thread.n_deeper++;
		return;
	}
	thread.stack[thread.depth++] = region < REGION_NUMBERS ? (uint16_t)region : 0;
	move_to(thread.slot, region < REGION_NUMBERS ? region : 0, NULL, 0);
}

/* Where to: what is open around the innermost one of that number. What is still open within it (an
 * exception, a longjmp) ends with it; the end of what is not open is passed over. */
void joulecart_region_end(unsigned region)
{
	if (!thread.slot || thread.generation != atomic_load_explicit(&regions.generation,
								      memory_order_relaxed))
		return;
	if (thread.n_deeper > 0) {
		thread.n_deeper--;
		return;
	}
	unsigned depth = thread.depth;
	while (depth > 0 && thread.stack[depth - 1] != region)
		depth--;
	if (depth == 0)
		return;
	uint16_t left[DEPTH_MOST]; /* a signal's handler may use the stack meanwhile */
	unsigned n_left = thread.depth - (depth - 1);
	memcpy(left, thread.stack + depth - 1, n_left * sizeof(*left));
	thread.depth = (uint16_t)(depth - 1);
	move_to(thread.slot, depth > 1 ? thread.stack[depth - 2] : 0, left, n_left);
}
