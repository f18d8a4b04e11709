/* tests/unit/profiler/sample/test-marker-ring.c - marks through shared memory: what a process puts into its
 * ring comes out of the door, in its order, and whatever it writes there harms nobody else. */
#include <config.h>

#include "profiler/markers/marker-message.h"
#include "profiler/markers/marker-packet.h"
#include "profiler/markers/marker-ring.h"
#include "profiler/markers/marker-socket.h"
#include "profiler/sample/marker-door.h"
#include "tests/unit/cmocka.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* A process that marks, and the profiler's end of it. */
struct fixture {
	struct marker_door *door;
	int fd;
	struct marker_ring *ring;
};

static int visit(struct marker_door *door)
{
	ino_t inode;
	setenv(MARKER_SOCKET_VARIABLE, marker_door_name(door), 1);
	int fd = marker_socket_find(MARKER_SOCKET_OWN, &inode);
	unsetenv(MARKER_SOCKET_VARIABLE);
	assert_true(fd > 0);
	return fd;
}

static struct marker_message mark(uint64_t number)
{
	return (struct marker_message){ .magic = MARKER_MAGIC,
					.kind = MARKER_METRIC,
					.number = number };
}

static void send_mark(int fd, uint64_t number)
{
	const struct marker_message message = mark(number);
	assert_int_equal(marker_packet_send(fd, &message, sizeof(message), NULL),
			 sizeof(message));
}

static enum marker_ring_said say(struct marker_ring *ring, uint64_t number)
{
	const struct marker_message message = mark(number);
	return marker_ring_say(ring, &message);
}

/* The number of the next mark; 0: there is none. */
static uint64_t hear(struct marker_door *door)
{
	struct marker_message message;
	int files[MARKER_FILES];
	size_t size = marker_door_receive(door, &message, files);
	assert_true(size == 0 || size == sizeof(message));
	return size ? message.number : 0;
}

static void hand_over(int fd, int file)
{
	const struct marker_message message = { .magic = MARKER_MAGIC,
						.kind = MARKER_RING };
	const int files[MARKER_FILES] = { file, file };
	assert_int_equal(marker_packet_send(fd, &message, sizeof(message), files),
			 sizeof(message));
	close(file);
}

static int set_up(void **state)
{
	static struct fixture fixture;
	int file;
	*state = &fixture;
	fixture.door = marker_door_open(geteuid());
	assert_non_null(fixture.door);
	fixture.fd = visit(fixture.door);
	fixture.ring = marker_ring_make(&file);
	assert_non_null(fixture.ring);
	assert_int_equal(say(fixture.ring, 1), MARKER_RING_NOT_READ);
	hand_over(fixture.fd, file);
	assert_int_equal(hear(fixture.door), 0);
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;
	marker_door_close(fixture->door);
	if (fixture->fd >= 0)
		close(fixture->fd);
	marker_ring_unmap(fixture->ring);
	return 0;
}

static void what_was_sent_before_comes_before(void **state)
{
	struct fixture *fixture = *state;
	for (uint64_t i = 1; i <= 100; i++)
		send_mark(fixture->fd, i);
	for (uint64_t i = 101; i <= 300; i++)
		assert_int_equal(say(fixture->ring, i), MARKER_RING_SAID);
	for (uint64_t i = 1; i <= 300; i++)
		assert_int_equal(hear(fixture->door), i);
	assert_int_equal(hear(fixture->door), 0);
}

static void a_full_ring_refuses_until_it_is_read(void **state)
{
	struct fixture *fixture = *state;
	for (uint64_t lap = 0; lap < 3; lap++) {
		uint64_t first = 1 + lap * MARKER_RING_SLOTS;
		for (uint64_t i = 0; i < MARKER_RING_SLOTS; i++)
			assert_int_equal(say(fixture->ring, first + i), MARKER_RING_SAID);
		assert_int_equal(say(fixture->ring, 9), MARKER_RING_FULL);
		for (uint64_t i = 0; i < MARKER_RING_SLOTS; i++)
			assert_int_equal(hear(fixture->door), first + i);
	}
}

static void who_sleeps_is_woken_once(void **state)
{
	struct fixture *fixture = *state;
	assert_int_equal(say(fixture->ring, 1), MARKER_RING_SAID);
	assert_false(marker_door_may_sleep(fixture->door));
	assert_int_equal(hear(fixture->door), 1);
	assert_true(marker_door_may_sleep(fixture->door));
	assert_int_equal(say(fixture->ring, 2), MARKER_RING_SAID_RING);
	assert_int_equal(say(fixture->ring, 3), MARKER_RING_SAID);
	marker_door_awake(fixture->door);
	assert_int_equal(say(fixture->ring, 4), MARKER_RING_SAID);
	for (uint64_t i = 2; i <= 4; i++)
		assert_int_equal(hear(fixture->door), i);
}

/* A number that is taken, and no message: as who is killed in between leaves it. */
static void be_killed_within_a_mark(struct fixture *fixture)
{
	atomic_fetch_add(&fixture->ring->head, 1);
}

static void a_process_that_is_killed_within_a_mark_loses_that_alone(void **state)
{
	struct fixture *fixture = *state;
	int other = visit(fixture->door);
	assert_int_equal(say(fixture->ring, 1), MARKER_RING_SAID);
	be_killed_within_a_mark(fixture);
	be_killed_within_a_mark(fixture);
	assert_int_equal(say(fixture->ring, 2), MARKER_RING_SAID);
	be_killed_within_a_mark(fixture);
	assert_int_equal(hear(fixture->door), 1);
	assert_int_equal(hear(fixture->door), 0); /* it may be about to write it */
	send_mark(other, 3);
	assert_int_equal(hear(fixture->door), 3);
	close(fixture->fd);
	fixture->fd = -1;
	assert_int_equal(hear(fixture->door), 2);
	assert_int_equal(hear(fixture->door), 0);
	assert_false(marker_door_has_marks(fixture->door));
	assert_int_equal(say(fixture->ring, 4), MARKER_RING_NOT_READ);
	close(other);
}

static void at_the_end_nobody_waits_for_a_mark_that_is_not_whole(void **state)
{
	struct fixture *fixture = *state;
	be_killed_within_a_mark(fixture);
	assert_int_equal(say(fixture->ring, 1), MARKER_RING_SAID);
	assert_int_equal(hear(fixture->door), 0);
	marker_door_last_round(fixture->door);
	assert_int_equal(hear(fixture->door), 1);
	assert_int_equal(hear(fixture->door), 0);
}

/* Does say() refuse, where nobody reads any more? */
static void after_the_end_a_mark_is_known_to_be_lost(void **state)
{
	struct fixture *fixture = *state;
	marker_door_close(fixture->door);
	fixture->door = NULL;
	assert_int_equal(say(fixture->ring, 1), MARKER_RING_NOT_READ);
	fixture->door = marker_door_open(geteuid());
	assert_non_null(fixture->door);
}

/* It counts what comes of the other, whose marks are numbered from 1. */
static void who_writes_anything_keeps_no_mark_of_another_away(void **state)
{
	struct fixture *fixture = *state;
	int file, other = visit(fixture->door);
	struct marker_ring *ring = marker_ring_make(&file);
	hand_over(other, file);
	assert_int_equal(hear(fixture->door), 0);
	const uint64_t heads[] = { 0, 1, UINT64_MAX, UINT64_MAX / 2, 5000 };
	uint64_t n_heard = 0, n = 0;
	for (size_t i = 0; i < sizeof(heads) / sizeof(*heads); i++) {
		atomic_store(&fixture->ring->head, heads[i]);
		atomic_store(&fixture->ring->tail, heads[i] * 3);
		for (uint64_t s = 0; s < MARKER_RING_SLOTS; s++) {
			atomic_store(&fixture->ring->slots[s].turn, s + 1 + i * 1024);
			fixture->ring->slots[s].message.number = 1000000;
		}
		assert_int_equal(say(ring, ++n), MARKER_RING_SAID);
		for (int tries = 0; tries < 200 && n_heard < n; tries++)
			n_heard += hear(fixture->door) == n;
		assert_int_equal(n_heard, n);
	}
	close(other);
	marker_ring_unmap(ring);
}

/* Its connection is gone, and somebody who has the memory too writes on as if it were read. */
static void who_has_gone_and_writes_on_keeps_no_place(void **state)
{
	enum { MANY = 10 * MARKER_RING_SLOTS };
	struct fixture *fixture = *state;
	uint64_t n = 0;
	assert_int_equal(say(fixture->ring, ++n), MARKER_RING_SAID);
	close(fixture->fd);
	fixture->fd = -1;
	for (int i = 0; i < MANY; i++) {
		atomic_store(&fixture->ring->state, MARKER_RING_READ);
		say(fixture->ring, ++n);
		hear(fixture->door);
	}
	assert_false(marker_door_has_marks(fixture->door));
	assert_int_equal(hear(fixture->door), 0);
	assert_int_equal(marker_ring_head(fixture->ring) - fixture->ring->tail,
			 MARKER_RING_SLOTS);
}

/* All that is left was said before it went. */
static void what_a_full_ring_holds_is_read_after_its_end(void **state)
{
	struct fixture *fixture = *state;
	for (uint64_t i = 1; i <= MARKER_RING_SLOTS; i++)
		assert_int_equal(say(fixture->ring, i), MARKER_RING_SAID);
	close(fixture->fd);
	fixture->fd = -1;
	for (uint64_t i = 1; i <= MARKER_RING_SLOTS; i++)
		assert_int_equal(hear(fixture->door), i);
	assert_int_equal(hear(fixture->door), 0);
	assert_false(marker_door_has_marks(fixture->door));
}

/* Files that this process has open and that are sockets which listen to nobody. */
static int copy_sockets(int *copies, int most)
{
	int n = 0;
	for (int fd = 3; fd < 256 && n < most; fd++) {
		struct stat status;
		if (fstat(fd, &status) == 0 && S_ISSOCK(status.st_mode))
			copies[n++] = fcntl(fd, F_DUPFD_CLOEXEC, 300);
	}
	return n;
}

/* As a child does that the profiler has forked and that has not called exec() yet. */
static void a_file_that_somebody_else_holds_is_no_guest_any_more(void **state)
{
	struct fixture *fixture = *state;
	int copies[16], other;
	int n = copy_sockets(copies, 16);
	assert_true(n >= 2);
	shutdown(fixture->fd, SHUT_RDWR);
	for (int i = 0; i < 5; i++)
		assert_int_equal(hear(fixture->door), 0);
	other = visit(fixture->door);
	send_mark(other, 7);
	assert_int_equal(hear(fixture->door), 7);
	for (int i = 0; i < 5; i++)
		assert_int_equal(hear(fixture->door), 0);
	while (n > 0)
		close(copies[--n]);
	close(other);
}

/* From now on epoll_ctl() fails in this process, as it does where the kernel's limit for the user is reached. */
static void let_nothing_be_watched(void)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_epoll_ctl, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSPC),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog program = { sizeof(filter) / sizeof(*filter), filter };
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
		_exit(77);
}

static void who_cannot_be_listened_to_is_counted(void **state)
{
	struct fixture *fixture = *state;
	int status;
	pid_t child = fork();
	if (child == 0) {
		struct marker_door *door = marker_door_open(geteuid());
		let_nothing_be_watched();
		int fd = visit(door);
		const struct marker_message message = mark(1);
		marker_packet_send(fd, &message, sizeof(message), NULL);
		bool is_told = hear(door) == 0 && marker_door_unheard(door) == 1 &&
			       marker_door_refused(door) == 0;
		marker_door_close(door);
		_exit(is_told ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(marker_door_unheard(fixture->door), 0);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 77) {
		print_message("# what it needs is not allowed here\n");
		return; /* cmocka's skip() would print "not ok" */
	}
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static atomic_bool is_over;

/* Any value anywhere, near what the profiler expects and far from it. */
static void *scribble(void *argument)
{
	struct marker_ring *ring = argument;
	unsigned seed = 1;
	while (!is_over) {
		uint64_t word = (uint64_t)rand_r(&seed) % (4 * (uint64_t)MARKER_RING_SLOTS);
		uint64_t value = word % 3 ? word : UINT64_MAX - word;
		atomic_store(&ring->head, value);
		atomic_store(&ring->tail, value / 2);
		atomic_store(&ring->state, (uint32_t)value % 5);
		atomic_store(&ring->slots[word % MARKER_RING_SLOTS].turn, value);
	}
	return NULL;
}

static void who_scribbles_all_the_time_keeps_no_mark_of_another_away(void **state)
{
	enum { N = 5000 };
	struct fixture *fixture = *state;
	int file, other = visit(fixture->door);
	pthread_t scribbler;
	struct marker_ring *ring = marker_ring_make(&file);
	hand_over(other, file);
	hear(fixture->door);
	is_over = false;
	assert_int_equal(pthread_create(&scribbler, NULL, scribble, fixture->ring), 0);
	for (uint64_t said = 0, heard = 0; heard < N;) {
		if (said < N && said - heard < 64) {
			said++;
			assert_int_equal(say(ring, 1U << 30 | said), MARKER_RING_SAID);
		}
		marker_door_has_marks(fixture->door);
		uint64_t number = hear(fixture->door);
		if (number >> 30 == 1)
			assert_int_equal(number & ((1U << 30) - 1), ++heard);
	}
	is_over = true;
	pthread_join(scribbler, NULL);
	close(other);
	marker_ring_unmap(ring);
}

static void a_file_that_could_become_shorter_is_not_read(void **state)
{
	struct fixture *fixture = *state;
	int other = visit(fixture->door);
	int file = memfd_create("unsealed", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	assert_int_equal(ftruncate(file, sizeof(struct marker_ring)), 0);
	struct marker_ring *ring = mmap(NULL, sizeof(*ring), PROT_READ | PROT_WRITE,
					MAP_SHARED, file, 0);
	assert_true(ring != MAP_FAILED);
	ring->magic = MARKER_RING_MAGIC;
	hand_over(other, file);
	assert_int_equal(hear(fixture->door), 0);
	assert_int_equal(say(ring, 1), MARKER_RING_NOT_READ);
	close(other);
	marker_ring_unmap(ring);
}

enum { THREADS = 4, MARKS = 20000 };

/* Thread and number in one; what finds no room waits. */
static void *say_all(void *argument)
{
	static atomic_uint_fast64_t next_thread;
	struct fixture *fixture = argument;
	uint64_t thread = atomic_fetch_add(&next_thread, 1) % THREADS;
	for (uint64_t i = 1; i <= MARKS; i++)
		while (say(fixture->ring, thread << 32 | i) == MARKER_RING_FULL)
			sched_yield();
	return NULL;
}

static void each_thread_s_marks_come_once_and_in_their_order(void **state)
{
	struct fixture *fixture = *state;
	pthread_t threads[THREADS];
	uint64_t last[THREADS] = { 0 }, number;
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, say_all, fixture), 0);
	for (int n = 0; n < THREADS * MARKS;) {
		number = hear(fixture->door);
		if (number == 0) {
			sched_yield();
			continue;
		}
		assert_int_equal(number & UINT32_MAX, ++last[number >> 32]);
		n++;
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(hear(fixture->door), 0);
}

static void where_files_may_not_grow_there_is_none_and_no_signal(void **state)
{
	int status, file;
	(void)state;
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		const struct rlimit limit = { 1000, 1000 };
		if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
			_exit(2);
		_exit(marker_ring_make(&file) ? 3 : file != -1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

#define RING_TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		RING_TEST(what_was_sent_before_comes_before),
		RING_TEST(a_full_ring_refuses_until_it_is_read),
		RING_TEST(who_sleeps_is_woken_once),
		RING_TEST(a_process_that_is_killed_within_a_mark_loses_that_alone),
		RING_TEST(at_the_end_nobody_waits_for_a_mark_that_is_not_whole),
		RING_TEST(after_the_end_a_mark_is_known_to_be_lost),
		RING_TEST(who_writes_anything_keeps_no_mark_of_another_away),
		RING_TEST(who_has_gone_and_writes_on_keeps_no_place),
		RING_TEST(what_a_full_ring_holds_is_read_after_its_end),
		RING_TEST(a_file_that_somebody_else_holds_is_no_guest_any_more),
		RING_TEST(who_cannot_be_listened_to_is_counted),
		RING_TEST(who_scribbles_all_the_time_keeps_no_mark_of_another_away),
		RING_TEST(a_file_that_could_become_shorter_is_not_read),
		RING_TEST(each_thread_s_marks_come_once_and_in_their_order),
		cmocka_unit_test(where_files_may_not_grow_there_is_none_and_no_signal),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
