/* collectors/perf/stack-sampler.c - see stack-sampler.h. Layouts: perf_event_open(2). */
#include <config.h>

#include "collectors/perf/stack-sampler.h"

#include "base/clock.h"
#include "base/problem.h"
#include "collectors/opener/opener-ask.h"
#include "collectors/opener/stack-event.h"
#include "collectors/perf/core-pmus.h"
#include "collectors/perf/perf-event.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* 512 KiB a CPU: what kernel.perf_event_mlock_kb lets every user have. At 999 samples a second
 * of the deepest stacks that is half a second; the recorder comes ten times in it. */
enum { RING_PAGES_MOST = 128, RING_PAGES_LEAST = 8 };

/* Of samples with their stacks, 8 KiB each, so many come in half a second at 999 a second: asked for first, and had
 * by who may lock more memory. */
enum { RING_PAGES_OF_STACKS = 1024 };

/* A record is told by the 16 bits of its size. */
enum { RECORD_MOST = 1 << 16 };

/* What may wait to be taken: so much comes in seconds, from a machine of 100 CPUs. */
static const size_t WAITING_MOST = (size_t)256 << 20;

struct cpu_ring {
	int fd;
	struct perf_event_mmap_page *page;
	unsigned char *data;
	size_t size;
};

/* A record that waits, in the order in which it was read. */
struct waiting {
	int64_t time_ns;
	size_t at, size, order;
};

struct stack_sampler {
	struct cpu_ring *rings;
	size_t n_rings;
	bool is_cycles, has_kernel;
	uint32_t hz, stack_bytes;
	unsigned char *bytes; /* of the records that wait */
	size_t n_bytes, room_bytes;
	struct waiting *waiting;
	size_t n_waiting, room_waiting, taken;
	uint64_t n_lost;
	_Alignas(uint64_t) unsigned char record[RECORD_MOST + 1];
};

struct reader {
	const unsigned char *at;
	size_t left;
	bool is_short;
};

static void take(struct reader *reader, void *value, size_t size)
{
	memset(value, 0, size);
	if (size > reader->left) {
		reader->is_short = true;
		return;
	}
	memcpy(value, reader->at, size);
	reader->at += size;
	reader->left -= size;
}

/* A text to the end of the record; it must end there. */
static const char *take_text(const struct reader *reader)
{
	return memchr(reader->at, '\0', reader->left) ? (const char *)reader->at : NULL;
}

enum { N_REGISTERS = __builtin_popcountll(STACK_REGISTERS) };

/* PERF_SAMPLE_REGS_USER, _STACK_USER: with it the kernel says last how much of the room it filled. */
static bool parse_stack(struct reader *reader, struct stack_record *record)
{
	uint64_t abi, room, filled = 0;
	take(reader, &abi, sizeof(abi));
	if (abi == PERF_SAMPLE_REGS_ABI_64)
		record->registers = (const uint64_t *)(const void *)reader->at;
	if (abi != PERF_SAMPLE_REGS_ABI_NONE) {
		uint64_t registers[N_REGISTERS + 1];
		take(reader, registers, N_REGISTERS * sizeof(*registers));
	}
	take(reader, &room, sizeof(room));
	if (reader->is_short || room > reader->left)
		return false;
	record->stack = reader->at;
	reader->at += room;
	reader->left -= (size_t)room;
	if (room > 0)
		take(reader, &filled, sizeof(filled));
	record->stack_size = (size_t)(filled < room ? filled : room);
	return !reader->is_short;
}

/* PERF_SAMPLE_TID, _TIME, _PERIOD, _CALLCHAIN. */
static bool parse_sample(struct reader *reader, struct stack_record *record)
{
	uint32_t ids[2];
	uint64_t time, n;
	take(reader, ids, sizeof(ids));
	take(reader, &time, sizeof(time));
	take(reader, &record->weight, sizeof(record->weight));
	take(reader, &n, sizeof(n));
	if (reader->is_short || n > reader->left / sizeof(uint64_t) ||
	    (uintptr_t)reader->at % sizeof(uint64_t) != 0)
		return false;
	record->kind = STACK_SAMPLE;
	record->pid = (int32_t)ids[0];
	record->tid = (int32_t)ids[1];
	record->time_ns = (int64_t)time;
	record->ips = (const uint64_t *)(const void *)reader->at;
	record->n_ips = (size_t)n;
	reader->at += n * sizeof(uint64_t);
	reader->left -= (size_t)n * sizeof(uint64_t);
	return reader->left == 0 || parse_stack(reader, record);
}

static bool parse_map(struct reader *reader, bool has_build_id, struct stack_record *record)
{
	uint32_t ids[2], protection[2];
	unsigned char file[24];
	take(reader, ids, sizeof(ids));
	take(reader, &record->begin, sizeof(record->begin));
	take(reader, &record->length, sizeof(record->length));
	take(reader, &record->offset, sizeof(record->offset));
	take(reader, file, sizeof(file)); /* the inode, or the build ID and its length */
	take(reader, protection, sizeof(protection));
	record->kind = STACK_MAP;
	record->pid = (int32_t)ids[0];
	record->tid = (int32_t)ids[1];
	record->name = take_text(reader);
	if (has_build_id && file[0] <= BUILD_ID_MOST) {
		record->build_id_length = file[0];
		memcpy(record->build_id, file + 4, file[0]);
	}
	return !reader->is_short && record->name != NULL;
}

static bool parse_comm(struct reader *reader, bool is_exec, struct stack_record *record)
{
	uint32_t ids[2];
	take(reader, ids, sizeof(ids));
	record->kind = STACK_COMM;
	record->pid = (int32_t)ids[0];
	record->tid = (int32_t)ids[1];
	record->is_exec = is_exec;
	record->name = take_text(reader);
	return !reader->is_short && record->name != NULL;
}

static bool parse_task(struct reader *reader, bool is_fork, struct stack_record *record)
{
	uint32_t ids[4]; /* pid, its parent, tid, its parent */
	take(reader, ids, sizeof(ids));
	record->kind = is_fork ? STACK_FORK : STACK_EXIT;
	record->pid = (int32_t)ids[0];
	record->parent = (int32_t)ids[1];
	record->tid = (int32_t)ids[2];
	return !reader->is_short;
}

bool stack_record_parse(const void *bytes, size_t size, struct stack_record *record)
{
	struct perf_event_header header;
	struct reader reader = { bytes, size, false };
	uint64_t time;
	*record = (struct stack_record){ 0 };
	take(&reader, &header, sizeof(header));
	if (reader.is_short)
		return false;
	if (header.type == PERF_RECORD_SAMPLE)
		return parse_sample(&reader, record);
	if (reader.left < 2 * sizeof(uint64_t)) /* sample_id_all: the ids, the time */
		return false;
	reader.left -= 2 * sizeof(uint64_t);
	memcpy(&time, reader.at + reader.left + sizeof(uint64_t), sizeof(time));
	record->time_ns = (int64_t)time;
	switch (header.type) {
	case PERF_RECORD_MMAP2:
		return parse_map(
		    &reader, (header.misc & PERF_RECORD_MISC_MMAP_BUILD_ID) != 0, record);
	case PERF_RECORD_COMM:
		return parse_comm(&reader, (header.misc & PERF_RECORD_MISC_COMM_EXEC) != 0,
				  record);
	case PERF_RECORD_FORK:
	case PERF_RECORD_EXIT:
		return parse_task(&reader, header.type == PERF_RECORD_FORK, record);
	default:
		return false;
	}
}

static int map_ring(struct cpu_ring *ring, size_t n)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	void *memory = MAP_FAILED;
	for (; memory == MAP_FAILED && n >= RING_PAGES_LEAST; n /= 2) {
		memory = mmap(NULL, (n + 1) * page, PROT_READ | PROT_WRITE, MAP_SHARED,
			      ring->fd, 0);
		if (memory != MAP_FAILED)
			break;
	}
	if (memory == MAP_FAILED)
		return errno;
	ring->page = memory;
	ring->data = (unsigned char *)memory + page;
	ring->size = n * page;
	return 0;
}

uint32_t stack_sampler_millihertz(uint32_t hz, pid_t pid, int cpu)
{
	uint64_t lot = ((uint64_t)(uint32_t)pid << 32 | (uint32_t)cpu) +
		       UINT64_C(0x9e3779b97f4a7c15);
	lot = (lot ^ lot >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	lot = (lot ^ lot >> 27) * UINT64_C(0x94d049bb133111eb);
	lot ^= lot >> 31;
	/* the periods, whose mean is that of hz, are even: from 95 to 105 % of it */
	double period = 0.95 + 0.1 * ((double)(lot >> 11) * 0x1p-53);
	return (uint32_t)lround(1000 * hz / period);
}

/* On each CPU that is there. 0 or an errno. */
static int open_rings(struct stack_sampler *sampler, pid_t pid, int n_cpus)
{
	int err = ENODEV;
	for (int cpu = 0; cpu < n_cpus; cpu++) {
		struct cpu_ring *ring = &sampler->rings[sampler->n_rings];
		int fd = opener_open_stacks(
		    sampler->is_cycles, stack_sampler_millihertz(sampler->hz, pid, cpu),
		    sampler->stack_bytes, pid, cpu, &sampler->has_kernel);
		if (fd == -ENODEV) /* it is switched off */
			continue;
		if (fd < 0)
			return -fd;
		*ring = (struct cpu_ring){ .fd = fd };
		sampler->n_rings++;
		err = map_ring(ring, sampler->stack_bytes ? RING_PAGES_OF_STACKS
							  : RING_PAGES_MOST);
		if (err)
			return err;
	}
	return err;
}

static void close_rings(struct stack_sampler *sampler)
{
	for (size_t i = 0; i < sampler->n_rings; i++) {
		struct cpu_ring *ring = &sampler->rings[i];
		if (ring->page)
			munmap(ring->page, ring->size + (size_t)sysconf(_SC_PAGESIZE));
		close(ring->fd);
	}
	sampler->n_rings = 0;
}

static bool has_one_kind_of_core(void)
{
	struct core_pmus found;
	core_pmus_find(PMU_DEVICES, &found);
	return has_core_pmu() && found.n < 2;
}

static int tell(int err, struct problem *why)
{
	char text[128];
	problem_what(why, "cannot sample stacks");
	if (err == EOPNOTSUPP) {
		problem_why(why, "joulecart does not know this processor's registers");
		return problem_todo(why, "leave out --stacks dwarf");
	}
	if (err != EACCES && err != EPERM)
		return problem_errno(why, err);
	problem_why(why, "%s", perf_event_denied(text, sizeof(text)));
	return problem_todo(why, "%s", perf_event_permit);
}

struct stack_sampler *stack_sampler_open(pid_t pid, uint32_t hz, uint32_t stack_bytes,
					 struct problem *why)
{
	struct stack_sampler *sampler = calloc(1, sizeof(*sampler));
	int n_cpus = (int)sysconf(_SC_NPROCESSORS_CONF), err = ENOMEM;
	n_cpus = n_cpus > 0 ? n_cpus : 1;
	if (sampler)
		sampler->rings = calloc((size_t)n_cpus, sizeof(*sampler->rings));
	if (!sampler || !sampler->rings)
		goto failed;
	err = EOPNOTSUPP;
	if (stack_bytes && !STACK_REGISTERS)
		goto failed;
	sampler->hz = hz;
	sampler->stack_bytes = stack_bytes;
	sampler->has_kernel = true;
	sampler->is_cycles = has_one_kind_of_core();
	err = open_rings(sampler, pid, n_cpus);
	if (err && sampler->is_cycles) {
		close_rings(sampler);
		sampler->is_cycles = false;
		err = open_rings(sampler, pid, n_cpus);
	}
	if (!err)
		return sampler;
failed:
	stack_sampler_close(sampler);
	tell(err, why);
	return NULL;
}

void stack_sampler_close(struct stack_sampler *sampler)
{
	if (!sampler)
		return;
	close_rings(sampler);
	free(sampler->rings);
	free(sampler->bytes);
	free(sampler->waiting);
	free(sampler);
}

const char *stack_sampler_event(const struct stack_sampler *sampler)
{
	return sampler->is_cycles ? "cycles" : "cpu-clock";
}

bool stack_sampler_has_kernel(const struct stack_sampler *sampler)
{
	return sampler->has_kernel;
}

/* Room for one more, at twice the size each time. */
static bool grow(void **items, size_t *room, size_t needed, size_t size, size_t most)
{
	if (needed <= *room)
		return true;
	size_t wanted = *room ? *room : 4096;
	while (wanted < needed)
		wanted *= 2;
	if (wanted * size > most)
		return false;
	void *grown = reallocarray(*items, wanted, size);
	if (!grown)
		return false;
	*items = grown;
	*room = wanted;
	return true;
}

static void keep(struct stack_sampler *sampler, size_t size)
{
	struct stack_record record;
	struct perf_event_header header;
	memcpy(&header, sampler->record, sizeof(header));
	if (header.type == PERF_RECORD_LOST && size >= sizeof(header) + 16) {
		uint64_t lost[2]; /* the event, how many */
		memcpy(lost, sampler->record + sizeof(header), sizeof(lost));
		sampler->n_lost += lost[1];
	}
	if (!stack_record_parse(sampler->record, size, &record))
		return;
	void *bytes = sampler->bytes, *waiting = sampler->waiting;
	bool has_room = grow(&bytes, &sampler->room_bytes, sampler->n_bytes + size, 1,
			     WAITING_MOST);
	sampler->bytes = bytes;
	has_room = has_room &&
		   grow(&waiting, &sampler->room_waiting, sampler->n_waiting + 1,
			sizeof(*sampler->waiting), WAITING_MOST);
	sampler->waiting = waiting;
	if (!has_room) {
		sampler->n_lost++;
		return;
	}
	memcpy(sampler->bytes + sampler->n_bytes, sampler->record, size);
	sampler->waiting[sampler->n_waiting] =
	    (struct waiting){ record.time_ns, sampler->n_bytes, size, sampler->n_waiting };
	sampler->n_waiting++;
	sampler->n_bytes += size;
}

static void copy_out(const struct cpu_ring *ring, uint64_t tail, void *to, size_t size)
{
	size_t at = (size_t)(tail % ring->size);
	size_t first = ring->size - at < size ? ring->size - at : size;
	memcpy(to, ring->data + at, first);
	memcpy((unsigned char *)to + first, ring->data, size - first);
}

static void empty(struct stack_sampler *sampler, const struct cpu_ring *ring)
{
	uint64_t head = __atomic_load_n(&ring->page->data_head, __ATOMIC_ACQUIRE);
	uint64_t tail = ring->page->data_tail;
	while (head - tail >= sizeof(struct perf_event_header)) {
		struct perf_event_header header;
		copy_out(ring, tail, &header, sizeof(header));
		if (header.size < sizeof(header) || header.size > head - tail ||
		    header.size % sizeof(uint64_t) != 0) /* as the kernel makes them */
			break;
		copy_out(ring, tail, sampler->record, header.size);
		keep(sampler, header.size);
		tail += header.size;
	}
	__atomic_store_n(&ring->page->data_tail, head, __ATOMIC_RELEASE);
}

static int by_time(const void *a, const void *b)
{
	const struct waiting *x = a, *y = b;
	if (x->time_ns != y->time_ns)
		return x->time_ns < y->time_ns ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

/* What was taken makes room for what comes. */
static void close_up(struct stack_sampler *sampler)
{
	size_t n = sampler->n_waiting - sampler->taken, at = 0;
	if (sampler->taken == 0)
		return;
	unsigned char *kept = n ? malloc(sampler->room_bytes) : NULL;
	if (n > 0 && !kept)
		return;
	for (size_t i = 0; i < n; i++) {
		struct waiting *one = &sampler->waiting[i];
		*one = sampler->waiting[sampler->taken + i];
		memcpy(kept + at, sampler->bytes + one->at, one->size);
		one->at = at;
		one->order = i;
		at += one->size;
	}
	if (kept) {
		free(sampler->bytes);
		sampler->bytes = kept;
	}
	sampler->n_bytes = at;
	sampler->n_waiting = n;
	sampler->taken = 0;
}

int64_t stack_sampler_read(struct stack_sampler *sampler)
{
	int64_t now = monotonic_ns();
	close_up(sampler);
	for (size_t i = 0; i < sampler->n_rings; i++)
		empty(sampler, &sampler->rings[i]);
	/* Before the first there is no array, and qsort() takes no NULL. */
	if (sampler->n_waiting > 1)
		qsort(sampler->waiting, sampler->n_waiting, sizeof(*sampler->waiting),
		      by_time);
	return now;
}

bool stack_sampler_next(struct stack_sampler *sampler, int64_t until_ns,
			struct stack_record *record)
{
	if (sampler->taken == sampler->n_waiting ||
	    sampler->waiting[sampler->taken].time_ns > until_ns)
		return false;
	const struct waiting *one = &sampler->waiting[sampler->taken++];
	return stack_record_parse(sampler->bytes + one->at, one->size, record);
}

uint64_t stack_sampler_lost(const struct stack_sampler *sampler)
{
	return sampler->n_lost;
}

uint64_t stack_sampler_counted(const struct stack_sampler *sampler)
{
	uint64_t sum = 0, value;
	for (size_t i = 0; i < sampler->n_rings; i++)
		if (read(sampler->rings[i].fd, &value, sizeof(value)) == sizeof(value))
			sum += value;
	return sum;
}
