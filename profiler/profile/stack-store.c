/* profiler/profile/stack-store.c - see stack-store.h. */
#include <config.h>

#include "profiler/profile/stack-store.h"

#include "base/problem.h"
#include "profiler/profile/stack-keys.h"
#include "reports/statistics/rhythm.h"
#include "schema/store/profile-writer.h"

#include <errno.h>
#include <math.h>
#include <search.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Samples in which a rhythm is looked for: what comes later repeats itself as what came before. */
enum { ORDER_MOST = 1 << 20 };

/* A frame as it is stored; texts are others', but for a process's name. */
struct frame {
	struct stored_frame facts;
	char name[sizeof(struct call_key) + 1];
};

struct builder {
	const struct stacks *stacks;
	struct store *store;
	int64_t trial_id;
	void *frames; /* a tree (tsearch) of struct frame */
	int64_t n_frames;
	struct call_tree *tree; /* of functions: a is a frame's ordinal */
	uint32_t *nodes; /* of each node of addresses, the one of functions; 0: no room */
	int64_t *counts; /* of each node of functions; of 0, what had no room */
	double *parts;   /* and of each of its channels */
};

static int order(const char *a, const char *b)
{
	if (!a || !b)
		return (a != NULL) - (b != NULL);
	return strcmp(a, b);
}

static int by_facts(const void *a, const void *b)
{
	const struct stored_frame *x = &((const struct frame *)a)->facts;
	const struct stored_frame *y = &((const struct frame *)b)->facts;
	int code = order(x->name, y->name);
	code = code ? code : order(x->module, y->module);
	code = code ? code : order(x->kind, y->kind);
	code = code ? code : order(x->lack, y->lack);
	code = code ? code : order(x->file, y->file);
	return code ? code : (x->line > y->line) - (x->line < y->line);
}

/* The ordinal of a frame of these facts, which may be new: it is stored then. -1 with *why. */
static int64_t frame_of(struct builder *builder, const struct stored_frame *facts,
			struct problem *why)
{
	struct frame wanted = { .facts = *facts };
	void *found = tfind(&wanted, &builder->frames, by_facts);
	if (found)
		return (*(struct frame **)found)->facts.ordinal;
	struct frame *frame = malloc(sizeof(*frame));
	if (!frame)
		return problem_errno(why, ENOMEM);
	*frame = wanted;
	if (strcmp(facts->kind, "process") == 0) {
		strncpy(frame->name, facts->name, sizeof(frame->name) - 1);
		frame->name[sizeof(frame->name) - 1] = '\0';
		frame->facts.name = frame->name;
	}
	frame->facts.trial_id = builder->trial_id;
	frame->facts.ordinal = ++builder->n_frames;
	if (store_add_profile_frame(builder->store, &frame->facts, why) != 0) {
		free(frame);
		return -1;
	}
	if (!tsearch(frame, &builder->frames, by_facts)) {
		free(frame);
		return problem_errno(why, ENOMEM);
	}
	return frame->facts.ordinal;
}

/* *node: where the frame was called, and then the frame's; 0: there is no room for it. */
static int add(struct builder *builder, uint32_t *node, const struct stored_frame *facts,
	       struct problem *why)
{
	int64_t frame = frame_of(builder, facts, why);
	if (frame < 0)
		return -1;
	*node = call_tree_child(builder->tree, *node,
				(struct call_key){ (uint64_t)frame, 0 });
	return 0;
}

static int add_process(struct builder *builder, struct call_key key, uint32_t *node,
		       struct problem *why)
{
	char name[sizeof(key) + 1];
	name_of_key(key, name);
	const struct stored_frame facts = { .kind = "process",
					    .name = *name ? name : "(unnamed)" };
	return add(builder, node, &facts, why);
}

static int add_unnamed(struct builder *builder, const struct named_place *place,
		       const char *module, bool is_kernel, uint32_t *node,
		       struct problem *why)
{
	static const char *const words[LACK_N] = {
		[LACK_NONE] = "not-readable",     [LACK_SYMBOLS] = "no-symbols",
		[LACK_FILE] = "file-gone",        [LACK_SAME_FILE] = "file-replaced",
		[LACK_READABLE] = "not-readable", [LACK_MAP] = "not-named",
		[LACK_ADDRESS] = "not-mapped",
	};
	const struct stored_frame facts = { .kind = is_kernel ? "kernel" : "function",
					    .module = module,
					    .lack =
						words[place ? place->lack : LACK_NONE] };
	return add(builder, node, &facts, why);
}

/* A place, outermost function first. */
static int add_place(struct builder *builder, struct call_key key, uint32_t *node,
		     struct problem *why)
{
	static const struct stored_frame cut = { .kind = "cut", .name = "(deeper)" };
	struct place_of_code code = place_of_key(key);
	if (code.module == CUT_MODULE)
		return add(builder, node, &cut, why);
	bool is_kernel = code.module == MODULE_KERNEL;
	const struct named_place *place = place_names_find(builder->stacks->names, code);
	const char *module = address_maps_module(builder->stacks->maps, code.module)->path;
	if (!place || place->n_frames == 0)
		return add_unnamed(builder, place, module, is_kernel, node, why);
	for (uint32_t i = place->n_frames; *node && i-- > 0;) {
		const struct named_frame *frame = &place->frames[i];
		const struct stored_frame facts = {
			.kind = is_kernel                 ? "kernel"
				: i + 1 < place->n_frames ? "inlined"
							  : "function",
			.name = frame->name,
			.module = module,
			.file = frame->file,
			.line = frame->line,
		};
		if (add(builder, node, &facts, why) != 0)
			return -1;
	}
	return 0;
}

static int build_tree(struct builder *builder, struct problem *why)
{
	const struct call_tree *from = builder->stacks->tree;
	for (uint32_t i = 1; i < call_tree_nodes(from); i++) {
		uint32_t parent = call_tree_parent(from, i);
		builder->nodes[i] = builder->nodes[parent];
		if (parent && !builder->nodes[parent])
			continue;
		if (call_tree_key(from, i).a == KEPT_MODULE && parent) {
			builder->nodes[i] = 0; /* its stack had no room */
			continue;
		}
		int code = parent == 0 ? add_process(builder, call_tree_key(from, i),
						     &builder->nodes[i], why)
				       : add_place(builder, call_tree_key(from, i),
						   &builder->nodes[i], why);
		if (code != 0)
			return -1;
	}
	return 0;
}

/* Adds up what the addresses of each node of functions have. */
static int sum_up(struct builder *builder, struct problem *why)
{
	const struct stacks *stacks = builder->stacks;
	size_t n = call_tree_nodes(builder->tree), n_channels = stacks->n_channels;
	builder->counts = calloc(n, sizeof(*builder->counts));
	builder->parts = calloc(n * (n_channels + 1), sizeof(*builder->parts));
	if (!builder->counts || !builder->parts)
		return problem_errno(why, ENOMEM);
	for (uint32_t i = 1; i < call_tree_nodes(stacks->tree); i++) {
		uint32_t node = builder->nodes[i];
		builder->counts[node] += (int64_t)energy_book_count(stacks->book, i);
		for (size_t c = 0; c < n_channels; c++)
			builder->parts[node * n_channels + c] += energy_book_part(
			    stacks->book, i, c, stacks->coverage);
	}
	return 0;
}

static int store_node(const struct builder *builder, uint32_t node, struct problem *why)
{
	const struct stacks *stacks = builder->stacks;
	const struct stored_node facts = {
		.trial_id = builder->trial_id,
		.ordinal = node,
		.parent = call_tree_parent(builder->tree, node),
		.frame = (int64_t)call_tree_key(builder->tree, node).a,
		.n = builder->counts[node],
	};
	int code = store_add_profile_node(builder->store, &facts, why);
	for (size_t c = 0; code == 0 && c < stacks->n_channels; c++) {
		int64_t advance = (int64_t)floor(
		    builder->parts[node * stacks->n_channels + c]);
		if (advance > 0)
			code = store_add_profile_energy(builder->store, builder->trial_id,
							node, stacks->channel_ids[c],
							advance, why);
	}
	return code;
}

/* How far the samples keep step with the program, by the functions in which they ended. */
static int find_rhythm(const struct builder *builder, double *rhythm, struct problem *why)
{
	const struct stacks *stacks = builder->stacks;
	size_t n = sample_times_n(stacks->times);
	if (n > ORDER_MOST)
		n = ORDER_MOST;
	uint32_t *kinds = calloc(n + 1, sizeof(*kinds));
	for (size_t i = 0; kinds && i < n; i++) {
		uint32_t node = builder->nodes[sample_times_node(stacks->times, i)];
		kinds[i] = (uint32_t)call_tree_key(builder->tree, node).a;
	}
	*rhythm = kinds ? rhythm_error(kinds, n, (size_t)builder->n_frames + 1) : NAN;
	free(kinds);
	return isnan(*rhythm) ? problem_errno(why, ENOMEM) : 0;
}

static int store_times(const struct builder *builder, struct problem *why)
{
	const struct timed_stacks timed = {
		.times = builder->stacks->times,
		.book = builder->stacks->book,
		.nodes = builder->nodes,
		.channel_ids = builder->stacks->channel_ids,
		.n_channels = builder->stacks->n_channels,
		.coverage = builder->stacks->coverage,
	};
	return sample_times_store(&timed, builder->store, builder->trial_id, why);
}

int stacks_store(const struct stacks *stacks, struct store *store, int64_t trial_id,
		 struct stacks_found *found, struct problem *why)
{
	struct builder builder = {
		.stacks = stacks,
		.store = store,
		.trial_id = trial_id,
		.tree = call_tree_new(stacks->nodes_most),
		.nodes = calloc(call_tree_nodes(stacks->tree), sizeof(*builder.nodes)),
	};
	int code = 0;
	problem_what(why, "cannot store the profile");
	if (!builder.tree || !builder.nodes)
		code = problem_errno(why, ENOMEM);
	if (code == 0)
		code = build_tree(&builder, why);
	if (code == 0)
		code = sum_up(&builder, why);
	if (code == 0)
		code = find_rhythm(&builder, &found->rhythm_error, why);
	if (code == 0)
		found->n_lost = builder.counts[0];
	for (uint32_t i = 1; code == 0 && i < call_tree_nodes(builder.tree); i++)
		code = store_node(&builder, i, why);
	if (code == 0)
		code = store_times(&builder, why);
	tdestroy(builder.frames, free);
	call_tree_free(builder.tree);
	free(builder.nodes);
	free(builder.counts);
	free(builder.parts);
	return code;
}
