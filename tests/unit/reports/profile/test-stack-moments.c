/* The sampled stacks of somebody's file: as many as its bytes can tell of. */
#include <config.h>

#include "base/problem.h"
#include "reports/profile/stack-moments.h"
#include "tests/unit/packed-stacks.h"

#include <string.h>

/* How many samples are read; -1 with *why. */
static long read_samples(sqlite3 *db, struct problem *why)
{
	struct arena *arena = arena_new();
	struct stack_tree tree;
	struct stack_moments moments;
	assert_int_equal(stack_tree_read(db, 1, arena, &tree), 0);
	int code = stack_moments_read(db, 1, &tree, arena, &moments, why);
	long n = code == 0 ? (long)moments.n : -1;
	arena_free(arena);
	return n;
}

static void a_chunk_is_read_however_small_it_is(void **state)
{
	struct problem why = { 0 };
	sqlite3 *db = packed_stacks_trial();
	(void)state;
	packed_stacks_add(db, 0, STACK_CHUNK_MOST);
	assert_int_equal(read_samples(db, &why), STACK_CHUNK_MOST);
	sqlite3_close(db);
}

static void a_few_bytes_are_not_millions_of_samples(void **state)
{
	struct problem why = { 0 };
	sqlite3 *db = packed_stacks_trial();
	(void)state;
	for (int seq = 0; seq < 2; seq++)
		packed_stacks_add(db, seq, STACK_CHUNK_READ_MOST);
	assert_int_equal(read_samples(db, &why), -1);
	assert_non_null(strstr(why.why, "as no run stores them"));
	assert_string_not_equal(why.todo, "");
	sqlite3_close(db);
}

static void a_node_has_no_more_samples_than_ended_in_it(void **state)
{
	struct problem why = { 0 };
	sqlite3 *db = packed_stacks_trial();
	(void)state;
	packed_stacks_add(db, 0, 100);
	database_run(db, "UPDATE profile_node SET n = 100");
	assert_int_equal(read_samples(db, &why), 100);
	database_run(db, "UPDATE profile_node SET n = 99");
	assert_int_equal(read_samples(db, &why), -1);
	assert_non_null(strstr(why.why, "damaged"));
	sqlite3_close(db);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_chunk_is_read_however_small_it_is),
		cmocka_unit_test(a_few_bytes_are_not_millions_of_samples),
		cmocka_unit_test(a_node_has_no_more_samples_than_ended_in_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
