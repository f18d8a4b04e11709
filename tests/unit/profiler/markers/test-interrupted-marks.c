/* tests/unit/profiler/markers/test-interrupted-marks.c - a mark that is just being made when the process forks,
 * or when another thread detaches: the program goes on, and each mark is told of once. */
#include <config.h>

#include "profiler/markers/joulecart.h"
#include "profiler/markers/marker-message.h"
#include "profiler/markers/marker-packet.h"
#include "profiler/sample/marker-door.h"
#include "tests/unit/cmocka.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

/* How often the mark is interrupted, and how often it is detached from. */
enum { FORKS = 400, DETACHES = 400, INTERVAL_US = 300 };
/* Marks that are not heard yet: a socket holds some hundreds. */
enum { IN_FLIGHT = 64 };

static int set_up(void **state)
{
	struct marker_door *door = marker_door_open(geteuid());
	if (!door)
		return -1;
	setenv(MARKER_SOCKET_VARIABLE, marker_door_name(door), 1);
	*state = door;
	return joulecart_attach() ? 0 : -1;
}

static int tear_down(void **state)
{
	joulecart_detach();
	marker_door_close(*state);
	return 0;
}

/* Reads all that is there, or all until is_over. */
struct ear {
	struct marker_door *door;
	_Atomic bool is_over;
	pid_t pid;
	_Atomic int64_t n,
	    n_edges; /* metrics and answers of the process pid, and edges of phases */
};

static bool hear(struct ear *ear)
{
	struct marker_message message;
	int files[MARKER_FILES];
	if (marker_door_receive(ear->door, &message, files) == 0)
		return false;
	marker_packet_close(files);
	ear->n += message.pid == ear->pid &&
		  (message.kind == MARKER_METRIC || message.kind == MARKER_ANSWERS);
	ear->n_edges += message.kind == MARKER_BEGIN || message.kind == MARKER_END;
	return true;
}

static void *listen_on(void *argument)
{
	struct ear *ear = argument;
	while (!ear->is_over)
		hear(ear);
	while (hear(ear))
		;
	return NULL;
}

/* --- fork() in a signal handler ------------------------------------------------------------- */

static _Atomic bool is_child;
static _Atomic int n_forks, n_killed;

static void interrupt_after(suseconds_t us)
{
	const struct itimerval once = { { 0, 0 }, { 0, us } };
	setitimer(ITIMER_REAL, &once, NULL);
}

/* The child goes on with the mark, and ends behind it. The parent has time to mark before the next one: where
 * a fork takes long, all would else be at one place. */
static void fork_here(int signal)
{
	int status = 0;
	(void)signal;
	if (n_forks == FORKS)
		return;
	pid_t pid = fork();
	is_child = pid == 0;
	if (pid <= 0)
		return;
	waitpid(pid, &status, 0);
	n_forks++;
	n_killed += WIFSIGNALED(status);
	interrupt_after(INTERVAL_US);
}

static void say_metric(void)
{
	joulecart_metric("m", 1);
}

/* Which waits for room. */
static void say_answer(void)
{
	const float right = 1;
	joulecart_answers("m", &right, 1);
}

static int64_t mark_while_it_forks(struct ear *ear, void (*say)(void))
{
	int64_t n = 0;
	while (n_forks < FORKS) {
		n++;
		say();
		if (is_child)
			_exit(0);
		/* never so many that one finds no room */
		while (n - ear->n > IN_FLIGHT && !is_child)
			;
	}
	return n;
}

static void fork_within(struct marker_door *door, void (*say)(void))
{
	const struct sigaction action = { .sa_handler = fork_here, .sa_flags = SA_RESTART };
	struct ear ear = { .door = door, .pid = getpid() };
	pthread_t thread;
	sigset_t alarms;
	n_forks = 0;
	sigemptyset(&alarms);
	sigaddset(&alarms, SIGALRM);
	pthread_sigmask(SIG_BLOCK, &alarms, NULL);
	assert_int_equal(pthread_create(&thread, NULL, listen_on, &ear), 0);
	sigaction(SIGALRM, &action, NULL);
	pthread_sigmask(SIG_UNBLOCK, &alarms, NULL);
	interrupt_after(INTERVAL_US);
	int64_t n = mark_while_it_forks(&ear, say);
	interrupt_after(0);
	ear.is_over = true;
	pthread_join(thread, NULL);
	assert_int_equal(n_killed, 0);
	assert_int_equal(ear.n, n);
}

static void a_fork_within_a_mark_leaves_the_mark_to_the_parent(void **state)
{
	fork_within(*state, say_metric);
}

static void a_fork_within_answers_leaves_them_to_the_parent(void **state)
{
	fork_within(*state, say_answer);
}

/* --- joulecart_detach() --------------------------------------------------------------------- */

static void *mark_on(void *is_over)
{
	unsigned region = joulecart_region("r");
	while (!*(_Atomic bool *)is_over) {
		joulecart_begin("phase");
		joulecart_region_begin(region);
		joulecart_region_end(region);
		joulecart_end("phase", 1);
	}
	return NULL;
}

static void a_thread_may_mark_while_another_detaches(void **state)
{
	struct ear ear = { .door = *state, .pid = getpid() };
	_Atomic bool is_over = false;
	pthread_t listener, marker;
	signal(SIGSEGV, SIG_DFL); /* cmocka jumps out of what any thread does */
	assert_int_equal(pthread_create(&listener, NULL, listen_on, &ear), 0);
	assert_int_equal(pthread_create(&marker, NULL, mark_on, &is_over), 0);
	for (int i = 0; i < DETACHES; i++) {
		joulecart_detach();
		assert_true(joulecart_attach());
		for (int64_t n = ear.n_edges; ear.n_edges == n;)
			; /* the marks of this one come */
	}
	is_over = true;
	pthread_join(marker, NULL);
	ear.is_over = true;
	pthread_join(listener, NULL);
}

static void a_child_may_attach_where_its_parent_has_detached(void **state)
{
	int status;
	(void)state;
	joulecart_detach();
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		alarm(60); /* where it waits for ever */
		_exit(joulecart_attach() ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_fork_within_a_mark_leaves_the_mark_to_the_parent),
		TEST(a_fork_within_answers_leaves_them_to_the_parent),
		TEST(a_thread_may_mark_while_another_detaches),
		TEST(a_child_may_attach_where_its_parent_has_detached),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
