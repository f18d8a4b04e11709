/* A failure travels as what, why and what to do, in one fixed form. */
#include <config.h>

#include "base/problem.h"
#include "tests/unit/cmocka.h"

#include <errno.h>
#include <string.h>

static void all_three_parts_in_order(void **state)
{
	(void)state;
	struct problem problem;
	char text[900];
	problem_what(&problem, "cannot read '%s'", "x.db");
	problem_errno(&problem, EACCES);
	problem_todo(&problem, "run 'joulecart doctor'");
	assert_string_equal(
	    problem_text(&problem, text, sizeof(text)),
	    "cannot read 'x.db': permission denied (run 'joulecart doctor')");
	assert_int_equal(problem.err, EACCES);
	assert_int_equal(problem.kind, PROBLEM_FAILED);
}

static void missing_parts_leave_no_punctuation(void **state)
{
	(void)state;
	struct problem problem;
	char text[900];
	problem_what(&problem, "nothing to do");
	assert_string_equal(problem_text(&problem, text, sizeof(text)), "nothing to do");
}

static void a_new_problem_forgets_the_old_one(void **state)
{
	(void)state;
	struct problem problem;
	char text[900];
	problem_what(&problem, "a");
	problem_errno(&problem, EIO);
	problem_todo(&problem, "b");
	problem_what(&problem, "c");
	assert_string_equal(problem_text(&problem, text, sizeof(text)), "c");
	assert_int_equal(problem.err, 0);
}

static void long_texts_are_cut_not_overrun(void **state)
{
	(void)state;
	struct problem problem;
	char text[64], name[1000];
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	problem_what(&problem, "%s", name);
	assert_int_equal(strlen(problem.what), sizeof(problem.what) - 1);
	assert_int_equal(strlen(problem_text(&problem, text, sizeof(text))),
			 sizeof(text) - 1);
}

static void what_the_system_says_has_a_remedy_unless_there_is_a_better_one(void **state)
{
	(void)state;
	static const int known[] = { ENOENT, EACCES, EPERM,  EISDIR, ENOTDIR, EROFS,
				     ENOSPC, EIO,    EMFILE, ENOMEM, EPIPE };
	struct problem problem;
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		problem_what(&problem, "cannot read 'x'");
		problem_errno(&problem, known[i]);
		problem_advise(&problem);
		assert_true(problem.todo[0]);
	}
	problem_todo(&problem, "give --force");
	problem_advise(&problem);
	assert_string_equal(problem.todo, "give --force");
	problem_what(&problem, "cannot read 'x'");
	problem_why(&problem, "out of memory");
	problem_advise(&problem);
	assert_true(problem.todo[0]);
	problem_what(&problem, "cannot train: out of memory");
	problem_advise(&problem);
	assert_true(problem.todo[0]);
	problem_what(&problem, "cannot judge it");
	problem_advise(&problem);
	assert_string_equal(problem.todo, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_three_parts_in_order),
		cmocka_unit_test(missing_parts_leave_no_punctuation),
		cmocka_unit_test(
		    what_the_system_says_has_a_remedy_unless_there_is_a_better_one),
		cmocka_unit_test(a_new_problem_forgets_the_old_one),
		cmocka_unit_test(long_texts_are_cut_not_overrun),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
