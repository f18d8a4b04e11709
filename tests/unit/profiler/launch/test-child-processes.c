/* Children are listed whole, however many there are. */
#include <config.h>

#include "profiler/launch/child-processes.h"
#include "tests/unit/cmocka.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

/* More than a page of text holds. */
enum { N = 800 };

static void lists_every_child(void **state)
{
	pid_t pids[N];
	struct children children;
	(void)state;
	for (size_t i = 0; i < N; i++) {
		pids[i] = fork();
		if (pids[i] == 0) {
			pause();
			_exit(0);
		}
		assert_true(pids[i] > 0);
	}
	children_list(&children);
	assert_int_equal(children.n, N);
	for (size_t i = 0; i < N; i++)
		assert_true(children_have(&children, pids[i]));
	for (size_t i = 0; i < N; i++) {
		kill(pids[i], SIGKILL);
		waitpid(pids[i], NULL, 0);
	}
	children_free(&children);
}

static void has_none_after_all_were_removed(void **state)
{
	pid_t pids[] = { 7, 8, 9 };
	struct children children = { pids, 3 };
	(void)state;
	children_remove(&children, 8);
	children_remove(&children, 5);
	assert_int_equal(children.n, 2);
	assert_true(children_have(&children, 7) && children_have(&children, 9));
	assert_false(children_have(&children, 8));
	children_remove(&children, 7);
	children_remove(&children, 9);
	assert_int_equal(children.n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_every_child),
		cmocka_unit_test(has_none_after_all_were_removed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
