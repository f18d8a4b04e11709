/* Steps upon a variant: what they are called, made from, and when they are refused. */
#include <config.h>

#include "base/problem.h"
#include "models/variants/stack.h"
#include "tests/unit/cmocka.h"

#include <stdio.h>
#include <string.h>

static void a_variant_alone_is_itself(void **state)
{
	struct variant_stack stack;
	struct problem why;
	(void)state;
	assert_ptr_equal(stack_read(&stack, "student", TASK_AGENT, &why), &variant_student);
	assert_ptr_equal(stack_read(&stack, "teacher+int8:off", TASK_AGENT, &why),
			 &variant_teacher);
}

static void each_step_is_made_from_the_one_before(void **state)
{
	struct variant_stack stack;
	struct problem why;
	(void)state;
	const struct variant *top = stack_read(
	    &stack, "student+pruned-channel:32+lowrank-svd:off+int8", TASK_AGENT, &why);
	assert_non_null(top);
	assert_string_equal(top->name, "student+pruned-channel:32+int8");
	assert_ptr_equal(top->make, variant_int8.make);
	assert_int_equal((int)top->level.own, 8);
	assert_string_equal(top->parent->name, "student+pruned-channel:32");
	assert_int_equal((int)top->parent->level.own, 32);
	assert_ptr_equal(top->parent->parent, &variant_student);
	/* the variant itself keeps its own */
	assert_int_equal((int)variant_pruned_channel.level.own, 192);
}

static void what_cannot_be_stacked_is_refused(void **state)
{
	static const char *const texts[] = {
		"",
		"+",
		"teacher+",
		"+int8",
		"teacher:3",
		"teacher+student",
		"teacher+int8+int8",
		"teacher+lowrank-svd+pruned-channel",
		"teacher+lowrank-svd+lowrank-cp",
		"bf16+int8",
		"teacher+int8:9",
		"teacher+int8:",
		"teacher+int8:nan",
		"teacher+int8:8:8",
	};
	struct variant_stack stack;
	char text[400] = "teacher+int8:";
	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct problem why = { 0 };
		if (stack_read(&stack, texts[i], TASK_AGENT, &why))
			fail_msg("'%s' is taken", texts[i]);
		assert_int_equal(why.kind, PROBLEM_USAGE);
	}
	memset(text + strlen(text), '0', sizeof(text) - 1 - strlen(text));
	text[sizeof(text) - 1] = '\0';
	struct problem why = { 0 };
	assert_null(stack_read(&stack, text, TASK_AGENT, &why));
}

/* As long as a step may be, and a name may not. */
static void a_name_that_does_not_fit_is_refused(void **state)
{
	struct variant_stack stack;
	char text[512];
	struct problem why;
	(void)state;
	snprintf(text, sizeof(text), "teacher+pruned-channel:%0*d+lowrank-svd:%0*d", 100,
		 64, 100, 32);
	assert_null(stack_read(&stack, text, TASK_AGENT, &why));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_variant_alone_is_itself),
		cmocka_unit_test(each_step_is_made_from_the_one_before),
		cmocka_unit_test(what_cannot_be_stacked_is_refused),
		cmocka_unit_test(a_name_that_does_not_fit_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
