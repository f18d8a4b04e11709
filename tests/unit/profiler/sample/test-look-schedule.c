/* When the sampler looks for marks by itself: soon after the last, then less often, and not for long. */
#include <config.h>

#include "profiler/sample/look-schedule.h"
#include "tests/unit/cmocka.h"

static const int64_t begin_ns = 1000000000;

static void a_sampler_that_has_heard_nothing_sleeps(void **state)
{
	(void)state;
	struct look_schedule looks = { 0 };
	assert_false(look_schedule_is_on(&looks));
	look_schedule_miss(&looks, begin_ns, true);
	assert_false(look_schedule_is_on(&looks));
}

/* However long the pause before a mark: it is read within a quarter of it, and within a millisecond. */
static void looks_become_rarer(void **state)
{
	(void)state;
	struct look_schedule looks = { 0 };
	int64_t now_ns = begin_ns;
	int n = 0;
	look_schedule_hear(&looks, now_ns);
	while (look_schedule_is_on(&looks)) {
		int64_t rest_ns = looks.due_ns - now_ns, pause_ns = now_ns - begin_ns;
		assert_true(rest_ns == LOOKS_LEAST_NS || rest_ns <= pause_ns / 4);
		assert_true(rest_ns >= LOOKS_LEAST_NS && rest_ns <= LOOKS_MOST_NS);
		now_ns = looks.due_ns;
		look_schedule_miss(&looks, now_ns, true);
		n++;
	}
	assert_in_range(now_ns - begin_ns, LOOKS_LAST_NS, LOOKS_LAST_NS + LOOKS_MOST_NS);
	assert_in_range(n, 10, 30);
}

static void marks_begin_it_anew(void **state)
{
	(void)state;
	struct look_schedule looks = { 0 };
	look_schedule_hear(&looks, begin_ns);
	look_schedule_miss(&looks, begin_ns + LOOKS_LAST_NS - 1, true);
	assert_int_equal(looks.due_ns, begin_ns + LOOKS_LAST_NS - 1 + LOOKS_MOST_NS);
	look_schedule_hear(&looks, looks.due_ns);
	assert_int_equal(looks.due_ns - looks.heard_ns, LOOKS_LEAST_NS);
}

static void upon_the_programs_processor_it_looks_once(void **state)
{
	(void)state;
	struct look_schedule looks = { 0 };
	look_schedule_hear(&looks, begin_ns);
	assert_true(look_schedule_is_on(&looks));
	look_schedule_miss(&looks, looks.due_ns, false);
	assert_false(look_schedule_is_on(&looks));
}

static void what_is_left_is_taken_at_once(void **state)
{
	(void)state;
	struct look_schedule looks = { 0 };
	look_schedule_hurry(&looks, begin_ns);
	assert_true(look_schedule_is_on(&looks));
	assert_int_equal(looks.due_ns, begin_ns);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sampler_that_has_heard_nothing_sleeps),
		cmocka_unit_test(looks_become_rarer),
		cmocka_unit_test(marks_begin_it_anew),
		cmocka_unit_test(upon_the_programs_processor_it_looks_once),
		cmocka_unit_test(what_is_left_is_taken_at_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
