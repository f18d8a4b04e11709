/* profiler/profile/stack-node.c - see stack-node.h. */
#include <config.h>

#include "profiler/profile/stack-node.h"

#include "profiler/profile/stack-keys.h"

#include <linux/perf_event.h>
#include <stdlib.h>

/* The record's places, innermost first; returns how many. */
static size_t find_places(const struct address_maps *maps,
			  const struct stack_record *record, struct place_of_code *places)
{
	bool in_kernel = false,
	     is_call = false; /* behind a call: the address to return to */
	size_t n = 0;
	for (size_t i = 0; i < record->n_ips; i++) {
		uint64_t ip = record->ips[i];
		if (ip >= PERF_CONTEXT_MAX) {
			in_kernel = ip == PERF_CONTEXT_KERNEL;
			is_call = false;
			continue;
		}
		ip -= is_call;
		is_call = true;
		places[n++] = in_kernel ? (struct place_of_code){ MODULE_KERNEL, ip }
					: address_maps_find(maps, record->pid, ip);
	}
	return n;
}

uint32_t stack_node_of(struct call_tree *tree, uint32_t process,
		       const struct place_of_code *places, size_t n, bool is_cut)
{
	const struct call_key cut = { CUT_MODULE, 0 };
	uint32_t node = is_cut ? call_tree_child(tree, process, cut) : process;
	while (node && n-- > 0)
		node = call_tree_child(tree, node, key_of_place(places[n]));
	return node;
}

uint32_t stack_node(struct call_tree *tree, const struct address_maps *maps,
		    const struct stack_record *record, uint64_t depth_most, bool *is_cut)
{
	struct place_of_code *places = calloc(record->n_ips + 1, sizeof(*places));
	if (!places)
		return 0;
	size_t n = find_places(maps, record, places);
	const char *name = address_maps_name(maps, record->pid);
	uint32_t node = call_tree_child(tree, 0, key_of_name(name));
	*is_cut = n >= depth_most;
	if (node)
		node = stack_node_of(tree, node, places, n, *is_cut);
	free(places);
	return node;
}
