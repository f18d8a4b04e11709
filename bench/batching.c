/* bench/batching.c - may one system call read several channels faster than one call each?
 *
 *     bench-batching [ROUNDS]                                            [2000]
 *
 * Eight attributes of sysfs and eight files of memory (tmpfs): eight pread(2) against one
 * io_uring_enter(2) that submits eight reads and waits for them, with registered files. Eight
 * software events of perf, inherited as joulecart opens them: eight read(2) against one of a
 * group. Prints lines for ratio.awk: ROUND NAME NANOSECONDS. */
#include <config.h>

#include "base/clock.h"

#include <fcntl.h>
#include <linux/io_uring.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { N = 8, TEXT = 32 };

static void die(const char *what)
{
	perror(what);
	exit(1);
}

struct uring {
	int fd;
	unsigned *sq_tail, *sq_mask, *sq_array, *cq_head, *cq_tail, *cq_mask;
	struct io_uring_sqe *sqes;
	struct io_uring_cqe *cqes;
};

static void open_uring(struct uring *uring, const int *fds)
{
	struct io_uring_params params = { 0 };
	uring->fd = (int)syscall(SYS_io_uring_setup, N, &params);
	if (uring->fd < 0)
		die("io_uring_setup");
	size_t sq_size = params.sq_off.array + params.sq_entries * sizeof(unsigned);
	size_t cq_size = params.cq_off.cqes +
			 params.cq_entries * sizeof(struct io_uring_cqe);
	size_t size = sq_size > cq_size ? sq_size : cq_size;
	char *ring = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE,
			  uring->fd, IORING_OFF_SQ_RING);
	uring->sqes = mmap(NULL, params.sq_entries * sizeof(struct io_uring_sqe),
			   PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, uring->fd,
			   IORING_OFF_SQES);
	if (ring == MAP_FAILED || uring->sqes == MAP_FAILED)
		die("mmap");
	uring->sq_tail = (unsigned *)(void *)(ring + params.sq_off.tail);
	uring->sq_mask = (unsigned *)(void *)(ring + params.sq_off.ring_mask);
	uring->sq_array = (unsigned *)(void *)(ring + params.sq_off.array);
	uring->cq_head = (unsigned *)(void *)(ring + params.cq_off.head);
	uring->cq_tail = (unsigned *)(void *)(ring + params.cq_off.tail);
	uring->cq_mask = (unsigned *)(void *)(ring + params.cq_off.ring_mask);
	uring->cqes = (struct io_uring_cqe *)(void *)(ring + params.cq_off.cqes);
	if (syscall(SYS_io_uring_register, uring->fd, IORING_REGISTER_FILES, fds, N) != 0)
		die("io_uring_register");
}

static void read_uring(struct uring *uring, char (*texts)[TEXT])
{
	unsigned tail = *uring->sq_tail;
	for (unsigned i = 0; i < N; i++, tail++) {
		unsigned slot = tail & *uring->sq_mask;
		uring->sqes[slot] =
		    (struct io_uring_sqe){ .opcode = IORING_OP_READ,
					   .flags = IOSQE_FIXED_FILE,
					   .fd = (int)i,
					   .addr = (uint64_t)(uintptr_t)texts[i],
					   .len = TEXT };
		uring->sq_array[slot] = slot;
	}
	__atomic_store_n(uring->sq_tail, tail, __ATOMIC_RELEASE);
	if (syscall(SYS_io_uring_enter, uring->fd, N, N, IORING_ENTER_GETEVENTS, NULL, 0) !=
	    N)
		die("io_uring_enter");
	unsigned head = *uring->cq_head,
		 end = __atomic_load_n(uring->cq_tail, __ATOMIC_ACQUIRE);
	for (; head != end; head++)
		if (uring->cqes[head & *uring->cq_mask].res <= 0)
			die("io_uring read");
	__atomic_store_n(uring->cq_head, head, __ATOMIC_RELEASE);
}

static void open_sysfs(int *fds)
{
	static const char *const names[] = { "rx_bytes",   "rx_packets", "rx_errors",
					     "rx_dropped", "tx_bytes",   "tx_packets",
					     "tx_errors",  "tx_dropped" };
	char path[96];
	for (int i = 0; i < N; i++) {
		snprintf(path, sizeof(path), "/sys/class/net/lo/statistics/%s", names[i]);
		fds[i] = open(path, O_RDONLY);
		if (fds[i] < 0)
			die(path);
	}
}

static void open_memory(int *fds)
{
	for (int i = 0; i < N; i++) {
		fds[i] = memfd_create("channel", 0);
		if (fds[i] < 0 || write(fds[i], "123456789\n", 10) != 10)
			die("memfd_create");
	}
}

static int open_event(int leader, unsigned config, uint64_t format)
{
	struct perf_event_attr attr = { .type = PERF_TYPE_SOFTWARE,
					.config = config,
					.size = sizeof(attr),
					.inherit = 1,
					.read_format = format };
	int fd = (int)syscall(SYS_perf_event_open, &attr, getpid(), -1, leader, 0UL);
	if (fd < 0)
		die("perf_event_open");
	return fd;
}

static void open_events(int *fds, int *leader)
{
	static const unsigned configs[N] = { 1, 0, 2, 5, 6, 7, 8, 3 };
	const uint64_t times = PERF_FORMAT_TOTAL_TIME_ENABLED |
			       PERF_FORMAT_TOTAL_TIME_RUNNING;
	for (int i = 0; i < N; i++)
		fds[i] = open_event(-1, configs[i], times);
	*leader = open_event(-1, configs[0], times | PERF_FORMAT_GROUP);
	for (int i = 1; i < N; i++)
		open_event(*leader, configs[i], times | PERF_FORMAT_GROUP);
}

static void time_files(int round, const char *name, const int *fds, struct uring *uring)
{
	char texts[N][TEXT];
	int64_t begin_ns = monotonic_ns();
	for (int i = 0; i < N; i++)
		if (pread(fds[i], texts[i], TEXT, 0) <= 0)
			die("pread");
	int64_t middle_ns = monotonic_ns();
	read_uring(uring, texts);
	int64_t end_ns = monotonic_ns();
	printf("%d %s-pread %lld\n%d %s-uring %lld\n", round, name,
	       (long long)(middle_ns - begin_ns), round, name,
	       (long long)(end_ns - middle_ns));
}

static void time_events(int round, const int *fds, int leader)
{
	uint64_t words[3 + N];
	int64_t begin_ns = monotonic_ns();
	for (int i = 0; i < N; i++)
		if (read(fds[i], words, 24) != 24)
			die("read");
	int64_t middle_ns = monotonic_ns();
	if (read(leader, words, sizeof(words)) != sizeof(words))
		die("read of a group");
	int64_t end_ns = monotonic_ns();
	printf("%d perf-single %lld\n%d perf-group %lld\n", round,
	       (long long)(middle_ns - begin_ns), round, (long long)(end_ns - middle_ns));
}

int main(int argc, char **argv)
{
	int rounds = argc > 1 ? atoi(argv[1]) : 2000;
	int sysfs[N], memory[N], events[N], leader;
	struct uring sysfs_ring, memory_ring;
	open_sysfs(sysfs);
	open_memory(memory);
	open_events(events, &leader);
	open_uring(&sysfs_ring, sysfs);
	open_uring(&memory_ring, memory);
	for (int round = 1; round <= rounds; round++) {
		usleep(200); /* as cold as a tick is */
		time_files(round, "sysfs", sysfs, &sysfs_ring);
		time_files(round, "memory", memory, &memory_ring);
		time_events(round, events, leader);
	}
	return 0;
}
