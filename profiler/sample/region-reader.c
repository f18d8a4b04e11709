/* profiler/sample/region-reader.c - see region-reader.h. */
#include <config.h>

#include "profiler/sample/region-reader.h"

#include "base/clock.h"
#include "base/sealed-memory.h"

#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* A slot that changes all the while is read with the next tick. */
enum { TRIES = 4 };

/* The kernel adds to a process's CPU time at its own ticks (of 1 to 10 ms), so that read more often it
 * stands still and jumps. Over LATE_NS the ratio to elapsed time is even enough. */
static const double KERNEL_TICK_NS = 10e6, LATE_NS = 100e6;

struct region_totals {
	uint64_t ticks[REGION_NUMBERS], n[REGION_NUMBERS];
	uint32_t current;
};

/* What was last seen of a slot. Mapped, and so no memory until the slot is used. */
struct seen_slot {
	uint64_t at; /* of the page's clock */
	struct region_totals totals;
};

struct process {
	const struct region_page *page;
	struct seen_slot *seen;
	int life_fd; /* -1: the program has ended, or executes another */
	bool has_cpu_clock;
	clockid_t cpu_clock;
	int64_t cpu_ns; /* of the process, when it was last read */
	/* of it since the page came: what was used, and of that given out; and both of late */
	double used_ns, given_ns, late_used_ns, late_spent_ns;
	uint64_t now;                   /* of the page's clock, at the last tick */
	double elapsed[REGION_NUMBERS]; /* ticks not yet given out */
	uint64_t ended[REGION_NUMBERS];
	double scale,
	    ns_per_tick; /* from elapsed ticks to ns of CPU time and of elapsed time, of this tick */
};

struct region_reader {
	struct process processes[REGION_PROCESSES];
	_Atomic size_t n;
	size_t n_refused;
	int64_t last_ns;
	uint64_t pid_namespace; /* ours */
};

struct region_reader *region_reader_new(void)
{
	struct stat status;
	struct region_reader *reader = calloc(1, sizeof(*reader));
	if (reader && stat("/proc/self/ns/pid", &status) == 0)
		reader->pid_namespace = status.st_ino;
	return reader;
}

void region_reader_free(struct region_reader *reader)
{
	for (size_t i = 0; reader && i < reader->n; i++) {
		struct process *process = &reader->processes[i];
		munmap((void *)(uintptr_t)process->page, sizeof(*process->page));
		munmap(process->seen, REGION_SLOTS * sizeof(*process->seen));
		if (process->life_fd >= 0)
			close(process->life_fd);
	}
	free(reader);
}

/* False: it has no such clock, or has ended. */
static bool read_cpu_time(const struct process *process, int64_t *ns)
{
	struct timespec used;
	if (!process->has_cpu_clock || clock_gettime(process->cpu_clock, &used) != 0)
		return false;
	*ns = used.tv_sec * NS_PER_S + used.tv_nsec;
	return true;
}

static void find_cpu_clock(struct region_reader *reader, struct process *process)
{
	pid_t pid = process->page->pid;
	process->has_cpu_clock = pid > 0 && reader->pid_namespace != 0 &&
				 process->page->pid_namespace == reader->pid_namespace &&
				 clock_getcpuclockid(pid, &process->cpu_clock) == 0;
	read_cpu_time(process, &process->cpu_ns);
	process->late_used_ns = process->late_spent_ns = KERNEL_TICK_NS; /* it works */
}

static bool map(struct process *process, int fd)
{
	void *page = mmap(NULL, sizeof(*process->page), PROT_READ, MAP_SHARED, fd, 0);
	void *seen = mmap(NULL, REGION_SLOTS * sizeof(*process->seen),
			  PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (page != MAP_FAILED && seen != MAP_FAILED &&
	    ((struct region_page *)page)->magic == REGION_MAGIC) {
		process->page = page;
		process->seen = seen;
		return true;
	}
	if (page != MAP_FAILED)
		munmap(page, sizeof(*process->page));
	if (seen != MAP_FAILED)
		munmap(seen, REGION_SLOTS * sizeof(*process->seen));
	return false;
}

void region_reader_take(struct region_reader *reader, int files[MARKER_FILES])
{
	size_t n = reader->n;
	struct process *process = &reader->processes[n];
	bool is_taken = n < REGION_PROCESSES && files[0] >= 0 && files[1] >= 0 &&
			sealed_memory_is_sound(files[0], sizeof(*process->page)) &&
			map(process, files[0]);
	if (!is_taken) {
		reader->n_refused++;
		marker_packet_close(files);
		return;
	}
	close(files[0]);
	process->life_fd = files[1];
	find_cpu_clock(reader, process);
	process->now = region_ticks(process->page->clock);
	if (n == 0)
		reader->last_ns = monotonic_ns();
	atomic_store(&reader->n, n + 1);
}

bool region_reader_is_used(const struct region_reader *reader)
{
	return reader && atomic_load_explicit(&reader->n, memory_order_relaxed) > 0;
}

static uint64_t get(const _Atomic uint64_t *from)
{
	return atomic_load_explicit(from, memory_order_relaxed);
}

/* Adds what the slot's region r has more than was seen, at most so much. Returns how much. */
static uint64_t add_sum(struct process *process, struct seen_slot *seen, uint32_t r,
			const struct region_totals *now, uint64_t most)
{
	uint64_t more = now->ticks[r] - seen->totals.ticks[r];
	uint64_t ended = now->n[r] - seen->totals.n[r];
	seen->totals.n[r] = now->n[r];
	process->ended[r] += (int64_t)ended > 0 ? ended : 0;
	/* A thread that was kept from running between its look at the clock and its stores was taken to be
	 * in the region for longer than it then says: that much comes off what follows. */
	if ((int64_t)more < 0)
		return 0;
	seen->totals.ticks[r] = now->ticks[r];
	if (more > most)
		more = most;
	process->elapsed[r] += (double)more;
	return more;
}

/* What a slot says at one moment, which *at becomes. False: it changed all the while. */
static bool view_slot(const struct process *process, const struct region_slot *slot,
		      uint32_t n_regions, struct region_totals *totals, uint64_t *at)
{
	for (int i = 0; i < TRIES; i++) {
		uint32_t seq = atomic_load_explicit(&slot->seq, memory_order_acquire);
		for (uint32_t r = 1; r <= n_regions; r++) {
			totals->ticks[r] = get(&slot->sums[r].ticks);
			totals->n[r] = get(&slot->sums[r].n);
		}
		totals->current = atomic_load_explicit(&slot->current,
						       memory_order_relaxed);
		uint64_t since = get(&slot->since);
		*at = region_ticks(process->page->clock);
		atomic_thread_fence(memory_order_acquire);
		if (seq & 1U ||
		    seq != atomic_load_explicit(&slot->seq, memory_order_relaxed))
			continue;
		if (totals->current > n_regions)
			totals->current = 0;
		if (totals->current > 0 && *at > since)
			totals->ticks[totals->current] += *at - since;
		return true;
	}
	return false;
}

/* Returns what the thread spent since it was last read, in regions or not: its ticks. 0: it marked
 * nothing and is in no region, or it could not be read. */
static double read_slot(struct process *process, const struct region_slot *slot,
			struct seen_slot *seen, uint32_t n_regions, bool *is_moving)
{
	struct region_totals now;
	uint64_t at, all = 0;
	if (!view_slot(process, slot, n_regions, &now, &at))
		return 0;
	uint64_t passed = at > seen->at ? at - seen->at : 0;
	bool is_active = now.current > 0;
	seen->at = at;
	for (uint32_t r = 1; r <= n_regions; r++) {
		is_active |= now.n[r] != seen->totals.n[r];
		*is_moving |= now.n[r] != seen->totals.n[r];
		all += add_sum(process, seen, r, &now, passed - all);
	}
	return is_active || all > 0 ? (double)passed : 0;
}

/* Nothing began since the last tick: is the program still there, or is its page all that is left? */
static void look_for_life(struct process *process)
{
	struct pollfd life = { .fd = process->life_fd, .events = POLLIN };
	if (process->life_fd < 0 || poll(&life, 1, 0) == 0)
		return;
	close(process->life_fd);
	process->life_fd = -1;
}

/* The CPU time of a tick, which the process's clock may not have yet, or be late with: spent_ns by the ratio of
 * late. In all it is what the clock says, but for a tick of the kernel on each processor. */
static double even_out(struct process *process, double more_ns, double spent_ns,
		       double passed_ns)
{
	double decay = exp(-passed_ns / LATE_NS);
	process->late_used_ns = process->late_used_ns * decay + more_ns;
	process->late_spent_ns = process->late_spent_ns * decay + spent_ns;
	process->used_ns += more_ns;
	double even_ns = process->late_spent_ns > 0
			     ? spent_ns * process->late_used_ns / process->late_spent_ns
			     : 0;
	double behind_ns = process->used_ns - process->given_ns - even_ns;
	double most_ns = passed_ns >= LATE_NS
			     ? 0
			     : KERNEL_TICK_NS * fmax(1, spent_ns / fmax(passed_ns, 1));
	if (fabs(behind_ns) > most_ns)
		even_ns += behind_ns - copysign(most_ns, behind_ns);
	even_ns = fmax(even_ns, 0);
	process->given_ns += even_ns;
	return even_ns;
}

/* Adds what the process's regions did; sets its scale. Returns the CPU time of the process, ns. */
static int64_t read_process(struct process *process, int64_t passed_ns)
{
	const struct region_page *page = process->page;
	uint32_t n_slots = atomic_load_explicit(&page->n_slots, memory_order_acquire);
	uint32_t n_regions = atomic_load_explicit(&page->n, memory_order_acquire);
	double spent = 0;
	bool is_moving = false;
	n_slots = n_slots < REGION_SLOTS ? n_slots : REGION_SLOTS;
	n_regions = n_regions < REGION_NUMBERS ? n_regions : REGION_NUMBERS - 1;
	uint64_t before = process->now;
	process->now = region_ticks(page->clock);
	double passed = (double)(process->now - before);
	for (uint32_t i = 0; i < n_slots; i++) {
		struct seen_slot *seen = &process->seen[i];
		if (seen->at == 0)
			seen->at = before; /* it was not used then */
		spent += read_slot(process, &page->slots[i], seen, n_regions, &is_moving);
	}
	if (!is_moving)
		look_for_life(process);
	process->ns_per_tick = passed > 0 ? (double)passed_ns / passed : 0;
	int64_t before_ns = process->cpu_ns;
	double used = spent * process->ns_per_tick;
	if (read_cpu_time(process, &process->cpu_ns))
		used = even_out(process, (double)(process->cpu_ns - before_ns), used,
				(double)passed_ns);
	else if (process->late_spent_ns > 0) /* its last moments, as those before */
		used *= fmin(process->late_used_ns / process->late_spent_ns, 1);
	process->scale = spent > 0 ? used / spent : 0;
	return (int64_t)used;
}

/* Takes out the process's shares. */
static size_t give_out(struct process *process, uint16_t number,
		       struct region_share *shares, size_t most)
{
	size_t n = 0;
	for (uint16_t r = 1; r < REGION_NUMBERS && n < most; r++) {
		if (process->ended[r] == 0 && process->elapsed[r] <= 0)
			continue;
		shares[n++] = (struct region_share){
			.process = number,
			.region = r,
			.n = process->ended[r] < UINT32_MAX ? (uint32_t)process->ended[r]
							    : UINT32_MAX,
			.cpu_ns = (int64_t)(process->elapsed[r] * process->scale),
			.most_ns = (int64_t)(process->elapsed[r] *
					     fmax(process->scale, process->ns_per_tick)),
		};
		process->ended[r] = 0;
		process->elapsed[r] = 0;
	}
	return n;
}

size_t region_reader_read(struct region_reader *reader, struct region_share *shares,
			  size_t most, struct region_span *span)
{
	size_t n_processes = reader->n, n = 0;
	int64_t now_ns = monotonic_ns(), used_ns = 0;
	int64_t passed_ns = now_ns - reader->last_ns;
	reader->last_ns = now_ns;
	for (size_t i = 0; i < n_processes; i++)
		if (reader->processes[i].life_fd >= 0)
			used_ns += read_process(&reader->processes[i], passed_ns);
	for (size_t i = 0; i < n_processes && n < most; i++)
		n += give_out(&reader->processes[i], (uint16_t)i, shares + n, most - n);
	*span = (struct region_span){ passed_ns, used_ns };
	return n;
}

void region_reader_facts(const struct region_reader *reader,
			 const struct region_share *share, struct region_facts *facts)
{
	*facts = reader->processes[share->process].page->facts[share->region];
	facts->name[sizeof(facts->name) - 1] = '\0';
}

struct region_losses region_reader_losses(const struct region_reader *reader)
{
	struct region_losses losses = { .n_refused = reader->n_refused };
	for (size_t i = 0; i < reader->n; i++)
		losses.n_crowded += reader->processes[i].page->n_crowded;
	return losses;
}
