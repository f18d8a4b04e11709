/* profiler/profile/profile.c - see profile.h. */
#include <config.h>

#include "profiler/profile/profile.h"

#include "base/clock.h"
#include "base/problem.h"
#include "collectors/perf/stack-sampler.h"
#include "collectors/sysfs.h"
#include "profiler/profile/address-map.h"
#include "profiler/profile/call-tree.h"
#include "profiler/profile/kept-stacks.h"
#include "profiler/profile/place-names.h"
#include "profiler/profile/sample-times.h"
#include "profiler/profile/stack-keys.h"
#include "profiler/profile/stack-node.h"
#include "profiler/profile/stack-store.h"
#include "schema/store/profile-writer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* As Linux has it unless somebody changed it. */
enum { STACK_DEPTH_DEFAULT = 127 };

struct profile {
	struct stack_sampler *sampler;
	struct address_maps *maps;
	struct call_tree *tree;
	struct energy_book *book;
	int64_t *channel_ids;
	size_t n_channels;
	struct profile_wish wish;
	struct kept_stacks *kept; /* or NULL: the kernel follows them */
	uint64_t depth_most;      /* frames to which the kernel follows a stack */
	int64_t read_ns;          /* until when the records are read */
	int64_t tick_ns, tree_ns;
	int64_t n_cut;
	double take_cpu_s;
	struct sample_times *times;
};

struct profile *profile_new(pid_t pid, struct profile_wish wish, struct problem *why)
{
	struct profile *profile = calloc(1, sizeof(*profile));
	problem_what(why, "cannot sample stacks");
	if (!profile) {
		problem_errno(why, ENOMEM);
		return NULL;
	}
	profile->wish = wish;
	if (sysfs_u64("/proc/sys/kernel/perf_event_max_stack", &profile->depth_most) != 0)
		profile->depth_most = STACK_DEPTH_DEFAULT;
	profile->maps = address_maps_new();
	profile->tree = call_tree_new(CALL_TREE_MOST);
	profile->times = sample_times_new();
	profile->kept = wish.stack_bytes ? kept_stacks_new() : NULL;
	if (!profile->maps || !profile->tree || !profile->times ||
	    (wish.stack_bytes && !profile->kept))
		problem_errno(why, ENOMEM);
	else
		profile->sampler = stack_sampler_open(pid, wish.hz, wish.stack_bytes, why);
	if (profile->sampler)
		return profile;
	profile_free(profile);
	return NULL;
}

void profile_free(struct profile *profile)
{
	if (!profile)
		return;
	stack_sampler_close(profile->sampler);
	address_maps_free(profile->maps);
	call_tree_free(profile->tree);
	kept_stacks_free(profile->kept);
	energy_book_free(profile->book);
	free(profile->channel_ids);
	sample_times_free(profile->times);
	free(profile);
}

int profile_set_channels(struct profile *profile, const struct energy_channel *channels,
			 const int64_t *channel_ids, size_t n)
{
	profile->book = energy_book_new(channels, n);
	profile->channel_ids = calloc(n + 1, sizeof(*profile->channel_ids));
	if (!profile->book || !profile->channel_ids)
		return -1;
	memcpy(profile->channel_ids, channel_ids, n * sizeof(*channel_ids));
	profile->n_channels = n;
	return 0;
}

void profile_drain(struct profile *profile)
{
	double begin_s = (double)clock_ns(CLOCK_THREAD_CPUTIME_ID) / NS_PER_S;
	profile->read_ns = stack_sampler_read(profile->sampler);
	profile->take_cpu_s += (double)clock_ns(CLOCK_THREAD_CPUTIME_ID) / NS_PER_S -
			       begin_s;
}

static void take_sample(struct profile *profile, const struct stack_record *record)
{
	bool is_cut = false;
	uint32_t node = profile->kept ? kept_stacks_add(profile->kept, profile->tree,
							profile->maps, record, &is_cut)
				      : stack_node(profile->tree, profile->maps, record,
						   profile->depth_most, &is_cut);
	if (!node) {
		energy_book_lose(profile->book);
		return;
	}
	if (!energy_book_sample(profile->book, node, record->weight))
		return;
	sample_times_add(profile->times, record, node);
	profile->n_cut += is_cut;
}

void profile_take(struct profile *profile, int64_t tick_ns)
{
	struct stack_record record;
	if (profile->read_ns <= tick_ns)
		profile_drain(profile);
	double begin_s = (double)clock_ns(CLOCK_THREAD_CPUTIME_ID) / NS_PER_S;
	while (stack_sampler_next(profile->sampler, tick_ns, &record))
		if (record.kind == STACK_SAMPLE)
			take_sample(profile, &record);
		else
			address_maps_take(profile->maps, &record);
	profile->take_cpu_s += (double)clock_ns(CLOCK_THREAD_CPUTIME_ID) / NS_PER_S -
			       begin_s;
}

void profile_tick(struct profile *profile, int64_t tick_ns, int64_t tree_ns)
{
	int64_t passed_ns = profile->tick_ns ? tick_ns - profile->tick_ns : 0;
	int64_t used_ns = profile->tree_ns && tree_ns ? tree_ns - profile->tree_ns : 0;
	if (!tree_ns) /* who cannot tell has the processor all the time */
		used_ns = passed_ns;
	energy_book_tick(profile->book, passed_ns, used_ns > 0 ? used_ns : 0);
	profile->tick_ns = tick_ns;
	profile->tree_ns = tree_ns;
}

void profile_split(struct profile *profile, size_t channel, int64_t advance)
{
	energy_book_split(profile->book, channel, advance);
}

void profile_cut(struct profile *profile, size_t channel, int64_t advance)
{
	energy_book_cut(profile->book, channel, advance);
}

/* What the kept stacks turn out to be. Returns the CPU seconds that it took; -1: no memory. */
static double unwind(struct profile *profile)
{
	if (!profile->kept)
		return 0;
	struct unwound unwound = kept_stacks_unwind(profile->kept, profile->tree,
						    profile->maps);
	bool is_good = unwound.ends != NULL;
	for (uint32_t i = 0; is_good && i < unwound.n_ends;
	     i++) /* to 0: it stays, and is lost */
		is_good = unwound.ends[i] == 0 ||
			  energy_book_move(profile->book, i, unwound.ends[i]);
	if (is_good)
		sample_times_move(profile->times, unwound.ends);
	profile->n_cut += unwound.n_cut;
	free(unwound.ends);
	kept_stacks_free(profile->kept);
	profile->kept = NULL;
	return is_good ? unwound.cpu_s : -1;
}

static struct named_place *list_places(const struct profile *profile, size_t *n)
{
	size_t n_nodes = call_tree_nodes(profile->tree);
	struct named_place *places = calloc(n_nodes + 1, sizeof(*places));
	*n = 0;
	for (uint32_t i = 1; places && i < n_nodes; i++) {
		struct place_of_code place = place_of_key(call_tree_key(profile->tree, i));
		if (call_tree_parent(profile->tree, i) != 0 && place.module < CUT_MODULE)
			places[(*n)++].place = place;
	}
	return places;
}

/* The part of the run that the stacks speak for: what was lost is taken to be like the rest. */
static double coverage(double weight, double n, double n_lost, double counted)
{
	double whole = n > 0 ? weight * (n + n_lost) / n : 0;
	return counted > whole ? whole / counted : 1;
}

static int store_all(struct profile *profile, struct store *store, int64_t trial_id,
		     const struct place_names *names, struct problem *why)
{
	struct energy_totals totals = energy_book_totals(profile->book);
	double counted = (double)stack_sampler_counted(profile->sampler);
	double n_lost = (double)(totals.n_lost + stack_sampler_lost(profile->sampler));
	const struct stored_profile facts = {
		.trial_id = trial_id,
		.event = stack_sampler_event(profile->sampler),
		.hz = profile->wish.hz,
		.stack_bytes = profile->wish.stack_bytes,
		.n = (int64_t)totals.n,
		.n_lost = (int64_t)n_lost,
		.weight = totals.weight,
		.counted = counted,
		.has_kernel = stack_sampler_has_kernel(profile->sampler),
		.n_cut = profile->n_cut,
		.spread = energy_book_spread(profile->book),
		.take_cpu_s = profile->take_cpu_s,
		.name_cpu_s = names->cpu_s,
	};
	const struct stacks stacks = {
		.maps = profile->maps,
		.tree = profile->tree,
		.book = profile->book,
		.names = names,
		.channel_ids = profile->channel_ids,
		.n_channels = profile->n_channels,
		.coverage = coverage(totals.weight, (double)totals.n, n_lost, counted),
		.times = profile->times,
		.nodes_most = CALL_TREE_MOST,
	};
	struct stacks_found found = { 0 };
	if (store_begin(store, why) != 0)
		return -1;
	if (store_add_profile(store, &facts, why) == 0 &&
	    stacks_store(&stacks, store, trial_id, &found, why) == 0 &&
	    store_set_profile_found(store, trial_id, found.rhythm_error, found.n_lost,
				    why) == 0)
		return store_commit(store, why);
	store_rollback(store);
	return -1;
}

int profile_store(struct profile *profile, struct store *store, int64_t trial_id,
		  int64_t begin_utc_ns, struct problem *why)
{
	size_t n;
	energy_book_end(profile->book);
	double unwind_cpu_s = unwind(profile);
	struct named_place *places = unwind_cpu_s < 0 ? NULL : list_places(profile, &n);
	problem_what(why, "cannot store the profile");
	if (!places)
		return problem_errno(why, ENOMEM);
	struct place_names names = place_names_ask(profile->maps, places, n,
						   begin_utc_ns / NS_PER_S);
	names.cpu_s += unwind_cpu_s;
	int code = store_all(profile, store, trial_id, &names, why);
	place_names_free(&names);
	return code;
}
