/* Regions: a program's marks (libjoulecart.a) as the profiler reads them, through the real page. */
#include <config.h>

#include "base/clock.h"
#include "profiler/markers/joulecart.h"
#include "profiler/markers/marker-message.h"
#include "profiler/sample/region-reader.h"
#include "tests/unit/cmocka.h"

#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST = 400 };

struct fixture {
	int sockets[2];
	struct region_reader *reader;
	struct region_share shares[MOST];
	size_t n;
	struct region_span span;
};

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));
	struct stat status;
	char text[64];
	if (!fixture || socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fixture->sockets) != 0 ||
	    fstat(fixture->sockets[1], &status) != 0)
		return -1;
	snprintf(text, sizeof(text), "%d:%ju", fixture->sockets[1],
		 (uintmax_t)status.st_ino);
	setenv(MARKER_FD_VARIABLE, text, 1);
	fixture->reader = region_reader_new();
	*state = fixture;
	return joulecart_attach() && fixture->reader ? 0 : -1;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;
	joulecart_detach(); /* closes sockets[1] */
	region_reader_free(fixture->reader);
	close(fixture->sockets[0]);
	free(fixture);
	return 0;
}

/* Takes in the pages that were handed over; returns how many. */
static int take(struct fixture *fixture)
{
	struct marker_message message;
	int files[MARKER_FILES], n = 0;
	while (marker_packet_receive(fixture->sockets[0], &message, sizeof(message),
				     files) > 0) {
		if (message.kind != MARKER_REGIONS)
			continue;
		region_reader_take(fixture->reader, files);
		n++;
	}
	return n;
}

static void read_all(struct fixture *fixture)
{
	fixture->n = region_reader_read(fixture->reader, fixture->shares, MOST,
					&fixture->span);
}

/* All shares of that name since the last read. */
static struct region_share of(const struct fixture *fixture, const char *name)
{
	struct region_share sum = { 0 };
	for (size_t i = 0; i < fixture->n; i++) {
		struct region_facts facts;
		region_reader_facts(fixture->reader, &fixture->shares[i], &facts);
		if (strcmp(facts.name, name) != 0)
			continue;
		sum.n += fixture->shares[i].n;
		sum.cpu_ns += fixture->shares[i].cpu_ns;
	}
	return sum;
}

static int64_t thread_cpu_ns(void)
{
	return clock_ns(CLOCK_THREAD_CPUTIME_ID);
}

/* Spends at least so much CPU time, and returns how much. */
static int64_t spend(int64_t ns)
{
	int64_t begin = thread_cpu_ns();
	while (thread_cpu_ns() - begin < ns)
		;
	return thread_cpu_ns() - begin;
}

/* The page is made with the first mark: begun, and with what was before it left out. */
static void make_page(struct fixture *fixture)
{
	joulecart_region_begin(0);
	joulecart_region_end(0);
	assert_int_equal(take(fixture), 1);
}

static void time_is_the_innermost_regions(void **state)
{
	struct fixture *fixture = *state;
	unsigned outer = joulecart_region("outer"), inner = joulecart_region("inner");
	make_page(fixture);
	joulecart_region_begin(outer);
	int64_t outer_ns = spend(3 * NS_PER_S / 1000);
	joulecart_region_begin(inner);
	int64_t inner_ns = spend(30 * NS_PER_S / 1000);
	read_all(fixture); /* within both */
	int64_t seen_ns = of(fixture, "inner").cpu_ns;
	assert_int_equal(of(fixture, "inner").n, 0); /* it counts where it ends */
	joulecart_region_end(inner);
	joulecart_region_end(outer);
	read_all(fixture);
	seen_ns += of(fixture, "inner").cpu_ns;
	/* what else this test's process does between the reads is of the same kind, and little */
	assert_true(seen_ns >= inner_ns * 8 / 10 && seen_ns <= inner_ns * 12 / 10);
	assert_true(outer_ns < inner_ns);
	assert_int_equal(of(fixture, "inner").n, 1);
	assert_int_equal(of(fixture, "outer").n, 1);
}

static void passages_are_counted(void **state)
{
	struct fixture *fixture = *state;
	unsigned layer = joulecart_region("layer"), again = joulecart_region("layer");
	assert_int_equal(layer, again);
	make_page(fixture);
	for (int i = 0; i < 1000; i++) {
		joulecart_region_begin(layer);
		joulecart_region_begin(layer); /* it calls itself */
		joulecart_region_end(layer);
		joulecart_region_end(layer);
	}
	read_all(fixture);
	assert_int_equal(of(fixture, "layer").n, 2000);
	read_all(fixture);
	assert_int_equal(of(fixture, "layer").n, 0);
}

static void the_end_of_an_outer_region_ends_those_within(void **state)
{
	struct fixture *fixture = *state;
	unsigned outer = joulecart_region("outer"), lost = joulecart_region("lost");
	make_page(fixture);
	joulecart_region_begin(outer);
	joulecart_region_begin(lost); /* an exception passes its end */
	joulecart_region_end(outer);
	joulecart_region_end(lost); /* not open: passed over */
	read_all(fixture);
	assert_int_equal(of(fixture, "lost").n, 1);
	assert_int_equal(of(fixture, "outer").n, 1);
	spend(5 * NS_PER_S / 1000);
	read_all(fixture);
	assert_int_equal(of(fixture, "lost").cpu_ns, 0);
	assert_int_equal(of(fixture, "outer").cpu_ns, 0);
}

static void deeper_than_deep_still_ends_in_order(void **state)
{
	struct fixture *fixture = *state;
	unsigned deep = joulecart_region("deep"), after = joulecart_region("after");
	make_page(fixture);
	for (int i = 0; i < 100; i++)
		joulecart_region_begin(deep);
	for (int i = 0; i < 100; i++)
		joulecart_region_end(deep);
	read_all(fixture);
	joulecart_region_begin(after);
	joulecart_region_end(after);
	spend(NS_PER_S / 1000);
	read_all(fixture);
	assert_int_equal(of(fixture, "deep").cpu_ns, 0);
	assert_int_equal(of(fixture, "after").n, 1);
}

static void *mark_many(void *barrier)
{
	unsigned region = joulecart_region("thread");
	for (int i = 0; i < 1000; i++) {
		joulecart_region_begin(region);
		joulecart_region_end(region);
	}
	if (barrier)
		pthread_barrier_wait(barrier);
	return NULL;
}

static void *leave_open(void *unused)
{
	joulecart_region_begin(joulecart_region("left"));
	joulecart_region_begin(joulecart_region("left"));
	return unused;
}

/* A thread's end, and that of who detaches. */
static void what_is_left_open_counts(void **state)
{
	struct fixture *fixture = *state;
	pthread_t one;
	make_page(fixture);
	assert_int_equal(pthread_create(&one, NULL, leave_open, NULL), 0);
	pthread_join(one, NULL);
	read_all(fixture);
	assert_int_equal(of(fixture, "left").n, 2);
	leave_open(NULL);
	read_all(fixture);
	assert_int_equal(of(fixture, "left").n, 0);
	joulecart_detach();
	read_all(fixture);
	assert_int_equal(of(fixture, "left").n, 2);
}

static void no_passage_of_a_thread_is_lost(void **state)
{
	struct fixture *fixture = *state;
	pthread_t threads[100];
	pthread_barrier_t barrier;
	make_page(fixture);
	pthread_barrier_init(&barrier, NULL, 100);
	for (int i = 0; i < 100; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, mark_many, &barrier), 0);
	uint32_t n = 0;
	for (int i = 0; i < 100; i++) {
		read_all(fixture); /* while they mark */
		n += of(fixture, "thread").n;
		pthread_join(threads[i], NULL);
	}
	/* more threads, one after the other, than there are slots */
	for (int i = 0; i < 2 * REGION_SLOTS; i++) {
		assert_int_equal(pthread_create(&threads[0], NULL, mark_many, NULL), 0);
		pthread_join(threads[0], NULL);
	}
	read_all(fixture);
	n += of(fixture, "thread").n;
	assert_int_equal(n, 1000 * (100 + 2 * REGION_SLOTS));
	assert_int_equal(region_reader_losses(fixture->reader).n_crowded, 0);
	pthread_barrier_destroy(&barrier);
}

static void a_child_marks_for_itself(void **state)
{
	struct fixture *fixture = *state;
	unsigned region = joulecart_region("both");
	make_page(fixture);
	joulecart_region_begin(region);
	pid_t child = fork();
	if (child == 0) {
		joulecart_region_end(region); /* it began none */
		for (int i = 0; i < 7; i++) {
			joulecart_region_begin(region);
			joulecart_region_end(region);
		}
		_exit(0);
	}
	assert_int_equal(waitpid(child, NULL, 0), child);
	assert_int_equal(take(fixture), 1); /* its own page */
	spend(5 * NS_PER_S / 1000);
	read_all(fixture);
	assert_int_equal(of(fixture, "both").n, 7);
	assert_true(of(fixture, "both").cpu_ns > 0); /* the parent's is still open */
	joulecart_region_end(region);
	read_all(fixture);
	assert_int_equal(of(fixture, "both").n, 1);
}

/* Its page says for ever that it is in the region. */
static void who_is_gone_runs_no_longer(void **state)
{
	struct fixture *fixture = *state;
	unsigned region = joulecart_region("gone");
	int told[2];
	char byte;
	assert_int_equal(pipe(told), 0);
	pid_t child = fork();
	if (child == 0) {
		joulecart_region_begin(region);
		dup2(told[1], STDOUT_FILENO);
		execl("/bin/sh", "sh", "-c", "echo; exec sleep 100", (char *)NULL);
		_exit(1);
	}
	close(told[1]);
	assert_int_equal(read(told[0], &byte, 1), 1); /* it executes another program */
	assert_int_equal(take(fixture), 1);
	read_all(fixture);
	read_all(fixture);
	nanosleep(&(struct timespec){ .tv_nsec = 20 * 1000 * 1000 }, NULL);
	read_all(fixture);
	assert_int_equal(of(fixture, "gone").cpu_ns, 0);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	close(told[0]);
}

static void a_file_that_could_be_shortened_is_refused(void **state)
{
	struct fixture *fixture = *state;
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	int files[MARKER_FILES] = { memfd_create("unsealed", MFD_ALLOW_SEALING), ends[0] };
	assert_int_equal(ftruncate(files[0], sizeof(struct region_page)), 0);
	region_reader_take(fixture->reader, files);
	int none[MARKER_FILES] = { -1, -1 };
	region_reader_take(fixture->reader, none);
	int same[MARKER_FILES] = { open("/dev/null", O_RDWR), open("/dev/null", O_RDWR) };
	region_reader_take(fixture->reader, same);
	assert_int_equal(region_reader_losses(fixture->reader).n_refused, 3);
	assert_false(region_reader_is_used(fixture->reader));
	close(ends[1]);
}

/* Another's memory may hold anything, and change while it is read. */
static void no_page_can_claim_more_than_the_time_that_passed(void **state)
{
	struct fixture *fixture = *state;
	int ends[2], fd = memfd_create("hostile", MFD_ALLOW_SEALING);
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(ftruncate(fd, sizeof(struct region_page)), 0);
	fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK);
	struct region_page *page = mmap(NULL, sizeof(*page), PROT_READ | PROT_WRITE,
					MAP_SHARED, fd, 0);
	assert_ptr_not_equal(page, MAP_FAILED);
	int files[MARKER_FILES] = { fd, ends[0] };
	int64_t begin_ns = monotonic_ns(), sum = 0;
	page->magic = REGION_MAGIC;
	region_reader_take(fixture->reader, files);
	srandom(1);
	for (int round = 0; round < 50; round++) {
		for (size_t i = 64; i < sizeof(*page) / 50; i += 4)
			((uint32_t *)page)[i] = (uint32_t)random() & ~1U;
		atomic_store(&page->n, round % 2 ? UINT32_MAX : 3);
		atomic_store(&page->n_slots, round % 3 ? UINT32_MAX : 2);
		read_all(fixture);
		for (size_t i = 0; i < fixture->n; i++) {
			struct region_facts facts;
			region_reader_facts(fixture->reader, &fixture->shares[i], &facts);
			assert_true(strlen(facts.name) < REGION_NAME_SIZE);
			assert_true(fixture->shares[i].cpu_ns >= 0);
			sum += fixture->shares[i].cpu_ns;
		}
	}
	/* twice: the page's clock is brought to ns between two readings of both */
	assert_true(sum <= 2 * REGION_SLOTS * (monotonic_ns() - begin_ns));
	munmap(page, sizeof(*page));
	close(ends[1]);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		CASE(time_is_the_innermost_regions),
		CASE(passages_are_counted),
		CASE(the_end_of_an_outer_region_ends_those_within),
		CASE(deeper_than_deep_still_ends_in_order),
		CASE(what_is_left_open_counts),
		CASE(no_passage_of_a_thread_is_lost),
		CASE(a_child_marks_for_itself),
		CASE(who_is_gone_runs_no_longer),
		CASE(a_file_that_could_be_shortened_is_refused),
		CASE(no_page_can_claim_more_than_the_time_that_passed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
