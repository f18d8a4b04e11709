/* tests/unit/profiler/profile/test-stack-node.c - a stack has a node of its own, or none: never its caller's. */
#include <config.h>

#include "profiler/profile/stack-node.h"
#include "tests/unit/cmocka.h"

enum { PID = 7, DEPTH_MOST = 127 };

static struct address_maps *maps_of_one_file(void)
{
	struct address_maps *maps = address_maps_new();
	assert_non_null(maps);
	const struct stack_record map = { .kind = STACK_MAP,
					  .pid = PID,
					  .tid = PID,
					  .begin = 0x1000,
					  .length = 0x100000,
					  .name = "/a" };
	address_maps_take(maps, &map);
	return maps;
}

static uint32_t node_of(struct call_tree *tree, const struct address_maps *maps,
			const uint64_t *ips, size_t n, uint64_t depth_most, bool *is_cut)
{
	const struct stack_record sample = {
		.kind = STACK_SAMPLE, .pid = PID, .tid = PID, .ips = ips, .n_ips = n
	};
	return stack_node(tree, maps, &sample, depth_most, is_cut);
}

static void a_full_tree_has_no_node_for_a_new_stack(void **state)
{
	static const uint64_t known[] = { 0x3000, 0x2000, 0x1010 };
	static const uint64_t deeper[] = { 0x5000, 0x4000, 0x2000, 0x1010 };
	bool is_cut;
	(void)state;
	struct address_maps *maps = maps_of_one_file();
	struct call_tree *tree = call_tree_new(6); /* the root, a process, four frames */
	assert_non_null(tree);
	uint32_t node = node_of(tree, maps, known, 3, DEPTH_MOST, &is_cut);
	assert_int_equal(node, 4);
	assert_false(is_cut);
	assert_int_equal(node_of(tree, maps, deeper, 4, DEPTH_MOST, &is_cut), 0);
	assert_int_equal(call_tree_nodes(tree), 6);
	assert_int_equal(node_of(tree, maps, known, 3, DEPTH_MOST, &is_cut), node);
	call_tree_free(tree);
	address_maps_free(maps);
}

static void a_tree_grows_to_its_size_and_keeps_every_node(void **state)
{
	enum { MOST = 100000 };
	bool is_cut;
	(void)state;
	struct address_maps *maps = maps_of_one_file();
	struct call_tree *tree = call_tree_new(MOST);
	assert_non_null(tree);
	for (int pass = 0; pass < 2; pass++)
		for (uint64_t i = 0; i < MOST; i++) {
			const uint64_t ip = 0x1000 + i;
			uint32_t node = node_of(tree, maps, &ip, 1, DEPTH_MOST, &is_cut);
			assert_int_equal(node, i + 2 < MOST ? i + 2 : 0);
		}
	call_tree_free(tree);
	address_maps_free(maps);
}

static void a_stack_as_deep_as_the_kernel_follows_is_marked(void **state)
{
	static const uint64_t ips[] = { 0x3000, 0x2000, 0x1010 };
	bool is_cut;
	(void)state;
	struct address_maps *maps = maps_of_one_file();
	struct call_tree *tree = call_tree_new(CALL_TREE_MOST);
	assert_non_null(tree);
	uint32_t whole = node_of(tree, maps, ips, 3, 4, &is_cut);
	assert_false(is_cut);
	uint32_t cut = node_of(tree, maps, ips, 3, 3, &is_cut);
	assert_true(is_cut);
	assert_int_not_equal(whole, cut);
	call_tree_free(tree);
	address_maps_free(maps);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_full_tree_has_no_node_for_a_new_stack),
		cmocka_unit_test(a_tree_grows_to_its_size_and_keeps_every_node),
		cmocka_unit_test(a_stack_as_deep_as_the_kernel_follows_is_marked),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
