/* profiler/profile/sample-times.c - see sample-times.h. */
#include <config.h>

#include "profiler/profile/sample-times.h"

#include "base/problem.h"
#include "collectors/perf/stack-sampler.h"
#include "schema/samples/stack-chunk.h"
#include "schema/store/profile-writer.h"

#include <errno.h>
#include <search.h>
#include <stdbool.h>
#include <stdlib.h>

/* Of more, the threads are not known. */
enum { THREADS_MOST = UINT16_MAX };

struct thread {
	int32_t pid, tid;
	uint32_t ordinal; /* from 1 on */
};

struct taken {
	int64_t time_ns;
	uint32_t node, thread;
	uint64_t weight;
};

struct sample_times {
	struct taken *samples;
	size_t n, room;
	bool is_full;
	void *threads; /* a tree (tsearch) of struct thread */
	struct thread **by_ordinal;
	uint32_t n_threads;
	struct thread last;
};

struct sample_times *sample_times_new(void)
{
	struct sample_times *times = calloc(1, sizeof(*times));
	if (times)
		times->by_ordinal = calloc(THREADS_MOST, sizeof(struct thread *));
	if (times && times->by_ordinal)
		return times;
	free(times);
	return NULL;
}

void sample_times_free(struct sample_times *times)
{
	if (!times)
		return;
	tdestroy(times->threads, free);
	free(times->by_ordinal);
	free(times->samples);
	free(times);
}

static int by_ids(const void *a, const void *b)
{
	const struct thread *x = a, *y = b;
	int code = (x->pid > y->pid) - (x->pid < y->pid);
	return code ? code : (x->tid > y->tid) - (x->tid < y->tid);
}

/* Its ordinal; 0: it is one too many. */
static uint32_t find_thread(struct sample_times *times, int32_t pid, int32_t tid)
{
	const struct thread wanted = { pid, tid, 0 };
	if (times->last.ordinal && by_ids(&times->last, &wanted) == 0)
		return times->last.ordinal;
	void *found = tfind(&wanted, &times->threads, by_ids);
	struct thread *thread = found ? *(struct thread **)found : NULL;
	if (!thread && times->n_threads < THREADS_MOST)
		thread = malloc(sizeof(*thread));
	if (!thread)
		return 0;
	if (!found) {
		*thread = (struct thread){ pid, tid, times->n_threads + 1 };
		if (!tsearch(thread, &times->threads, by_ids)) {
			free(thread);
			return 0;
		}
		times->by_ordinal[times->n_threads++] = thread;
	}
	times->last = *thread;
	return thread->ordinal;
}

static bool make_room(struct sample_times *times)
{
	if (times->n < times->room)
		return true;
	size_t room = times->room ? 2 * times->room : 1024;
	struct taken *grown = room > STACK_SAMPLES_MOST
				  ? NULL
				  : reallocarray(times->samples, room, sizeof(*grown));
	if (!grown)
		return false;
	times->samples = grown;
	times->room = room;
	return true;
}

void sample_times_add(struct sample_times *times, const struct stack_record *record,
		      uint32_t node)
{
	/* The book counts samples as they come: behind a missing one all others would be a wrong one's. */
	times->is_full = times->is_full || !make_room(times);
	if (times->is_full)
		return;
	int64_t before_ns = times->n ? times->samples[times->n - 1].time_ns : 0;
	times->samples[times->n++] = (struct taken){
		.time_ns = record->time_ns > before_ns ? record->time_ns : before_ns,
		.node = node,
		.thread = find_thread(times, record->pid, record->tid),
		.weight = record->weight,
	};
}

void sample_times_move(struct sample_times *times, const uint32_t *to)
{
	for (size_t i = 0; i < times->n; i++)
		if (to[times->samples[i].node])
			times->samples[i].node = to[times->samples[i].node];
}

size_t sample_times_n(const struct sample_times *times)
{
	return times->n;
}

uint32_t sample_times_node(const struct sample_times *times, size_t sample)
{
	return times->samples[sample].node;
}

/* A chunk on its way into the database. */
struct packing {
	const struct timed_stacks *stacks;
	struct store *store;
	int64_t trial_id, seq;
	struct stack_moment *moments;
	uint64_t *numbers; /* of each moment's sample */
	double *amounts;
	uint8_t *data;
	size_t n;
};

static int pack_amounts(struct packing *packing, size_t channel, struct problem *why)
{
	const struct timed_stacks *stacks = packing->stacks;
	int scale;
	bool has_any = false;
	for (size_t i = 0; i < packing->n; i++) {
		uint64_t number = packing->numbers[i];
		packing->amounts[i] = (double)stacks->times->samples[number].weight *
				      energy_book_per_weight(stacks->book, number, channel,
							     stacks->coverage);
		has_any = has_any || packing->amounts[i] > 0;
	}
	if (!has_any)
		return 0;
	size_t size = stack_amounts_encode(packing->amounts, packing->n, &scale,
					   packing->data);
	const struct stored_stack_chunk chunk = {
		.trial_id = packing->trial_id,
		.seq = packing->seq,
		.channel_id = stacks->channel_ids[channel],
		.scale = scale,
		.data = packing->data,
		.size = size,
	};
	return store_add_profile_chunk_energy(packing->store, &chunk, why);
}

static int pack(struct packing *packing, struct problem *why)
{
	int64_t begin_ns = packing->moments[0].time_ns;
	size_t size = stack_chunk_encode(packing->moments, packing->n, begin_ns,
					 packing->data);
	const struct stored_stack_chunk chunk = {
		.trial_id = packing->trial_id,
		.seq = packing->seq,
		.n = (int64_t)packing->n,
		.begin_ns = begin_ns,
		.data = packing->data,
		.size = size,
	};
	int code = store_add_profile_chunk(packing->store, &chunk, why);
	for (size_t c = 0; code == 0 && c < packing->stacks->n_channels; c++)
		code = pack_amounts(packing, c, why);
	packing->seq++;
	packing->n = 0;
	return code;
}

static int pack_all(struct packing *packing, struct problem *why)
{
	const struct timed_stacks *stacks = packing->stacks;
	int code = 0;
	for (size_t i = 0; code == 0 && i < stacks->times->n; i++) {
		const struct taken *sample = &stacks->times->samples[i];
		uint32_t node = stacks->nodes[sample->node];
		if (!node)
			continue;
		packing->numbers[packing->n] = i;
		packing->moments[packing->n++] =
		    (struct stack_moment){ sample->time_ns, sample->thread, node };
		if (packing->n == STACK_CHUNK_MOST)
			code = pack(packing, why);
	}
	return code == 0 && packing->n > 0 ? pack(packing, why) : code;
}

static int store_threads(const struct sample_times *times, struct store *store,
			 int64_t trial_id, struct problem *why)
{
	int code = 0;
	for (uint32_t i = 0; code == 0 && i < times->n_threads; i++)
		code = store_add_profile_thread(
		    store, trial_id, times->by_ordinal[i]->ordinal,
		    times->by_ordinal[i]->pid, times->by_ordinal[i]->tid, why);
	return code;
}

int sample_times_store(const struct timed_stacks *stacks, struct store *store,
		       int64_t trial_id, struct problem *why)
{
	struct packing packing = {
		.stacks = stacks,
		.store = store,
		.trial_id = trial_id,
		.moments = calloc(STACK_CHUNK_MOST, sizeof(*packing.moments)),
		.numbers = calloc(STACK_CHUNK_MOST, sizeof(*packing.numbers)),
		.amounts = calloc(STACK_CHUNK_MOST, sizeof(*packing.amounts)),
		.data = malloc(stack_chunk_bound(STACK_CHUNK_MOST)),
	};
	int code = packing.moments && packing.numbers && packing.amounts && packing.data
		       ? store_threads(stacks->times, store, trial_id, why)
		       : problem_errno(why, ENOMEM);
	if (code == 0)
		code = pack_all(&packing, why);
	free(packing.moments);
	free(packing.numbers);
	free(packing.amounts);
	free(packing.data);
	return code;
}
