/* profiler/record/answers.c - see answers.h. */
#include <config.h>

#include "profiler/record/answers.h"

#include "base/problem.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Queries whose answers are kept, and metrics. */
enum { ANSWERS_MOST = 1 << 20, N_SETS = 8 };

static void drop(struct answer_set *set)
{
	free(set->data);
	*set = (struct answer_set){ 0 };
}

static struct answer_set *find(struct answer_sets *sets,
			       const struct marker_message *message)
{
	for (size_t i = 0; i < N_SETS; i++) {
		struct answer_set *set = &sets->items[i];
		if (set->data && set->pid == message->pid &&
		    strcmp(set->name, message->name) == 0)
			return set;
	}
	return NULL;
}

static size_t bytes_of(size_t n, size_t bits)
{
	return (n * bits + 7) / 8;
}

/* gcc 12's analyzer loses the data that a set of the array holds, and takes them for leaked. */
#ifndef __clang__
#pragma GCC diagnostic ignored "-Wanalyzer-malloc-leak"
#endif

/* A first part opens a set, in the place of one that never became whole. */
static struct answer_set *open_set(struct answer_sets *sets,
				   const struct marker_message *message, size_t bits)
{
	struct answer_set *set = find(sets, message);
	if (set) {
		drop(set);
		sets->n_lost++;
	}
	for (size_t i = 0; !set && i < N_SETS; i++)
		if (!sets->items[i].data)
			set = &sets->items[i];
	if (!set)
		return NULL;
	size_t n = (size_t)message->real;
	uint8_t *data = calloc(bytes_of(n, bits), 1);
	if (!data)
		return NULL;
	snprintf(set->name, sizeof(set->name), "%s", message->name);
	set->pid = message->pid;
	set->n = n;
	set->bits = bits;
	set->n_taken = 0;
	set->data = data;
	return set;
}

/* Behind the last answer of a byte stand zeros, so that the same answers are the same bytes. */
static void copy_part(struct answer_set *set, const struct marker_message *message)
{
	size_t at = bytes_of(set->n_taken, set->bits), all = bytes_of(set->n, set->bits);
	size_t size = all - at < MARKER_ANSWER_BYTES ? all - at : MARKER_ANSWER_BYTES;
	memcpy(set->data + at, message->text, size);
	set->n_taken += MARKER_ANSWER_BYTES * 8 / set->bits;
	if (set->n_taken < set->n)
		return;
	set->n_taken = set->n;
	if (set->bits == 1 && set->n % 8)
		set->data[all - 1] &= (uint8_t)((1U << set->n % 8) - 1);
}

static int store_whole(struct answer_set *set, struct store *store, int64_t trial_id,
		       struct problem *why)
{
	const struct answers_facts facts = {
		.trial_id = trial_id,
		.name = set->name,
		.n = (int64_t)set->n,
		.bits = (int64_t)set->bits,
		.data = set->data,
		.size = bytes_of(set->n, set->bits),
	};
	int code = store_add_answers(store, &facts, why);
	drop(set);
	return code;
}

int answers_take(struct answer_sets *sets, const struct marker_message *message,
		 struct store *store, int64_t trial_id, const char **wrong,
		 struct problem *why)
{
	bool is_byte = strcmp(message->phase, "8") == 0;
	size_t bits = is_byte ? 8 : 1;
	*wrong = NULL;
	if (message->real > ANSWERS_MOST) {
		*wrong = "there are more than 1048576 answers";
		return 0;
	}
	if ((!is_byte && strcmp(message->phase, "1") != 0) || !message->name[0] ||
	    !(message->real >= 1)) {
		*wrong = "answers have no name, no number or no form";
		return 0;
	}
	struct answer_set *set = message->number == 0 ? open_set(sets, message, bits)
						      : find(sets, message);
	bool fits = set && set->bits == bits && set->n == (size_t)message->real &&
		    set->n_taken == message->number;
	if (!fits) {
		/* a part was lost on its way, so the rest is of no use */
		sets->n_lost += set != NULL;
		if (set)
			drop(set);
		*wrong = "answers came without those before them";
		return 0;
	}
	copy_part(set, message);
	return set->n_taken == set->n ? store_whole(set, store, trial_id, why) : 0;
}

void answers_end(struct answer_sets *sets)
{
	for (size_t i = 0; i < N_SETS; i++) {
		sets->n_lost += sets->items[i].data != NULL;
		drop(&sets->items[i]);
	}
}
