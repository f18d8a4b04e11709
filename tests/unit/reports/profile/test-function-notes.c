/* tests/unit/reports/profile/test-function-notes.c - what is said of how much of a run was sampled. */
#include <config.h>

#include "reports/profile/function-notes.h"
#include "tests/unit/cmocka.h"

#include <math.h>
#include <string.h>

static struct function_group group_of(double sampled, double counted)
{
	return (struct function_group){ .variant = "v",
					.job = "infer",
					.event = "cpu-clock",
					.n_trials = 1,
					.n = 100,
					.sampled = sampled,
					.counted = counted };
}

static void says(double sampled, double counted, const char *words)
{
	const struct function_group group = group_of(sampled, counted);
	struct arena *arena = arena_new();
	assert_non_null(arena);
	assert_non_null(strstr(function_heads(&group, arena)[1], words));
	arena_free(arena);
}

static void the_part_that_was_sampled_is_said_where_it_is_known(void **state)
{
	(void)state;
	says(5e8, 1e9, "that stand for 50.0 % of its CPU time;");
	says(1e9, 1e9, "that stand for 100 % of its CPU time;");
	says(0, 0, "that stand for an unknown part of its CPU time (none was counted);");
}

static void where_nothing_was_counted_the_part_is_not_known(void **state)
{
	const struct function_group none = group_of(0, 0), half = group_of(1, 2);
	(void)state;
	assert_true(isnan(function_coverage(&none)));
	assert_true(fabs(function_coverage(&half) - 0.5) < 1e-12);
}

/* None is the only one: what helps against the one makes another worse. */
static void each_cause_of_a_cut_stack_is_said(void **state)
{
	static const char *const causes[] = { "longer than the 8192 bytes",
					      "without unwinding information", "512 MiB",
					      "60 s of CPU time", "--profile=HZ" };
	struct function_group group = group_of(1, 2);
	(void)state;
	group.n_cut = 7;
	group.stack_bytes = 8192;
	group.has_kernel = true;
	struct arena *arena = arena_new();
	assert_non_null(arena);
	const char *const *notes = function_notes(&group, (struct function_part){ 0 }, 0,
						  arena);
	const char *note = NULL;
	for (; *notes && !note; notes++)
		if (strstr(*notes, "7 stacks were not followed"))
			note = *notes;
	assert_non_null(note);
	for (size_t i = 0; i < sizeof(causes) / sizeof(causes[0]); i++)
		assert_non_null(strstr(note, causes[i]));
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_cause_of_a_cut_stack_is_said),
		cmocka_unit_test(the_part_that_was_sampled_is_said_where_it_is_known),
		cmocka_unit_test(where_nothing_was_counted_the_part_is_not_known),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
