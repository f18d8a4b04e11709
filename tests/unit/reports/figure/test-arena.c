/* tests/unit/reports/figure/test-arena.c - tables that are too large for the int in which obstacks count. */
#include <config.h>

#include "reports/figure/arena.h"

#include <obstack.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { NO_MEMORY = 42 };
static const rlim_t few = (rlim_t)512 << 20;
static const size_t large = (size_t)5 << 29; /* below zero, as an int of 32 bits */

static void end(void)
{
	_exit(NO_MEMORY);
}

static void a_table_of_gigabytes_is_asked_for_whole(void **state)
{
	int status;
	(void)state;
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		const struct rlimit limit = { few, few };
		struct arena *arena = arena_new();
		obstack_alloc_failed_handler = end;
		if (arena && setrlimit(RLIMIT_AS, &limit) == 0)
			arena_room(arena, large);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), NO_MEMORY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_table_of_gigabytes_is_asked_for_whole),
	};
#ifdef __SANITIZE_ADDRESS__
	/* cmocka's skip() would print "not ok" */
	printf("1..0 # SKIP a sanitizer takes more addresses than the limit\n");
	return 0;
#endif
	return cmocka_run_group_tests(tests, NULL, NULL);
}
