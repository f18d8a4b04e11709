/* tests/unit/reports/profile/test-call-sums.c - sums of a call tree, against the plain way: from each node up, each function
 * once. */
#include <config.h>

#include "reports/profile/call-sums.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

enum { FUNCTIONS = 7, NODES = 400, TREES = 50 };

static uint32_t draw(uint32_t *state, uint32_t below)
{
	*state = *state * UINT32_C(1664525) + UINT32_C(1013904223);
	return (*state >> 8) % below;
}

/* Whole numbers, so that no order of adding matters. Some parents are missing, or come later. */
static void plant(struct call_node nodes[NODES], uint32_t *state)
{
	for (size_t i = 0; i < NODES; i++) {
		double n = draw(state, 5);
		nodes[i] = (struct call_node){
			.ordinal = 2 * (int64_t)i + 1,
			.parent = draw(state, 9) == 0
				      ? draw(state, 3 * NODES)
				      : 2 * (int64_t)draw(state, (uint32_t)i + 1) + 1,
			.function = (long)draw(state, FUNCTIONS + 1) - 1,
			.part = { n, 3 * n },
		};
	}
}

static const struct call_node *caller(const struct call_node nodes[NODES],
				      const struct call_node *node)
{
	bool is_there = node->parent > 0 && node->parent < node->ordinal &&
			node->parent % 2 == 1;
	return is_there ? &nodes[node->parent / 2] : NULL;
}

static void add_plainly(const struct call_node nodes[NODES],
			struct function functions[FUNCTIONS])
{
	for (size_t i = 0; i < NODES; i++) {
		bool seen[FUNCTIONS] = { false };
		if (nodes[i].function >= 0)
			functions[nodes[i].function].self.n += nodes[i].part.n;
		for (const struct call_node *at = &nodes[i]; at; at = caller(nodes, at)) {
			if (at->function < 0 || seen[at->function])
				continue;
			seen[at->function] = true;
			functions[at->function].total.n += nodes[i].part.n;
		}
	}
}

static void sums_are_those_of_each_stack(void **state)
{
	static struct call_node nodes[NODES];
	uint32_t seed = 1;
	(void)state;
	for (int tree = 0; tree < TREES; tree++) {
		struct function plain[FUNCTIONS] = { 0 }, own[FUNCTIONS] = { 0 };
		size_t open[FUNCTIONS] = { 0 };
		plant(nodes, &seed);
		add_plainly(nodes, plain);
		call_sums_add(nodes, NODES, own, open);
		for (size_t i = 0; i < FUNCTIONS; i++) {
			assert_true(own[i].self.n == plain[i].self.n);
			assert_true(own[i].self.joules == 3 * plain[i].self.n);
			assert_true(own[i].total.n == plain[i].total.n);
			assert_true(own[i].total.joules == 3 * plain[i].total.n);
			assert_int_equal(open[i], 0);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sums_are_those_of_each_stack),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
