/* What a collector lacks is kept with its reasons, and never lost silently. */
#include <config.h>

#include "base/problem.h"
#include "collectors/absence-list.h"
#include "tests/unit/cmocka.h"

#include <errno.h>
#include <stdio.h>

static void texts_are_the_lists_own(void **state)
{
	(void)state;
	struct absence_list list = { 0 };
	struct channel_list found = { 0 };
	struct problem why;
	for (int i = 0; i < 100; i++) {
		char name[16], todo[16];
		snprintf(name, sizeof(name), "zone-%d", i);
		snprintf(todo, sizeof(todo), "fix %d", i);
		absence_list_add(&list, name, i % 2 ? todo : "", "reason %d", i);
	}
	assert_int_equal(absence_list_give(&list, &found, &why), 0);
	assert_int_equal(found.n_absent, 100);
	assert_string_equal(found.absences[0].name, "zone-0");
	assert_string_equal(found.absences[99].name, "zone-99");
	assert_string_equal(found.absences[99].why, "reason 99");
	assert_string_equal(found.absences[99].todo, "fix 99");
	assert_null(found.absences[0].todo);
	absence_list_free(&list);
	assert_int_equal(list.n, 0);
}

static void the_first_says_why_nothing_works(void **state)
{
	(void)state;
	struct absence_list list = { 0 };
	struct problem why;
	char text[512];
	problem_what(&why, "cannot count");
	assert_int_equal(absence_list_problem(&list, "no event is named", &why), -1);
	assert_string_equal(problem_text(&why, text, sizeof(text)),
			    "cannot count: no event is named");
	absence_list_add(&list, "cycles", "ask the host", "no PMU");
	absence_list_add(&list, "misses", NULL, "no PMU either");
	assert_int_equal(absence_list_problem(&list, "no event is named", &why), -1);
	assert_string_equal(problem_text(&why, text, sizeof(text)),
			    "cannot count: 'cycles': no PMU (ask the host)");
	absence_list_free(&list);
}

/* What an allocator that has nothing left leaves behind. */
static void a_list_that_lacks_some_is_no_list(void **state)
{
	(void)state;
	const struct absence_list list = { .err = ENOMEM };
	struct channel_list found = { 0 };
	struct problem why;
	problem_what(&why, "cannot count");
	assert_int_equal(absence_list_give(&list, &found, &why), -1);
	assert_int_equal(why.err, ENOMEM);
	assert_int_equal(absence_list_problem(&list, "no event is named", &why), -1);
	assert_string_equal(why.why, "cannot allocate memory");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_are_the_lists_own),
		cmocka_unit_test(the_first_says_why_nothing_works),
		cmocka_unit_test(a_list_that_lacks_some_is_no_list),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
