/* A plan holds every item once a block, in an order that only the seed decides. */
#include <config.h>

#include "profiler/campaign/plan.h"
#include "tests/unit/cmocka.h"

#include <string.h>

enum { BLOCKS = 50, ITEMS = 5 };

static void every_block_holds_every_item_once(void **state)
{
	(void)state;
	size_t order[BLOCKS * ITEMS];
	assert_int_equal(plan_order(order, BLOCKS, ITEMS, NULL, 7), 0);
	for (size_t b = 0; b < BLOCKS; b++) {
		unsigned seen = 0;
		for (size_t i = 0; i < ITEMS; i++)
			seen |= 1u << order[b * ITEMS + i];
		assert_int_equal(seen, (1u << ITEMS) - 1);
	}
}

static void the_same_seed_gives_the_same_order_and_another_another(void **state)
{
	(void)state;
	size_t a[BLOCKS * ITEMS], b[BLOCKS * ITEMS], c[BLOCKS * ITEMS];
	plan_order(a, BLOCKS, ITEMS, NULL, 1);
	plan_order(b, BLOCKS, ITEMS, NULL, 1);
	plan_order(c, BLOCKS, ITEMS, NULL, 2);
	assert_memory_equal(a, b, sizeof(a));
	assert_memory_not_equal(a, c, sizeof(a));
}

static void no_item_is_always_first(void **state)
{
	(void)state;
	size_t order[BLOCKS * ITEMS], first[ITEMS] = { 0 };
	plan_order(order, BLOCKS, ITEMS, NULL, 3);
	for (size_t b = 0; b < BLOCKS; b++)
		first[order[b * ITEMS]]++;
	for (size_t i = 0; i < ITEMS; i++)
		assert_in_range(first[i], 1, BLOCKS / 2);
}

static void a_child_never_runs_before_its_parent(void **state)
{
	(void)state;
	const int ranks[ITEMS] = { 0, 1, 2, 1, 0 };
	size_t order[BLOCKS * ITEMS];
	plan_order(order, BLOCKS, ITEMS, ranks, 4);
	for (size_t i = 1; i < BLOCKS * ITEMS; i++)
		if (i % ITEMS)
			assert_true(ranks[order[i - 1]] <= ranks[order[i]]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_block_holds_every_item_once),
		cmocka_unit_test(the_same_seed_gives_the_same_order_and_another_another),
		cmocka_unit_test(no_item_is_always_first),
		cmocka_unit_test(a_child_never_runs_before_its_parent),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
