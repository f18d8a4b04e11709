/* reports/compare/pairing.c - see pairing.h. */
#include <config.h>

#include "reports/compare/pairing.h"

#include <math.h>
#include <stdlib.h>

const struct trial_value *pairing_value(const struct trial *trial, bool per_query,
					bool count_failed, const char **reason)
{
	const struct trial_value *value = per_query ? &trial->per_query : &trial->per_run;
	*reason = value->reason ? value->reason : "it used no joules that could be seen";
	if (!trial->is_run || !value->is_known || value->seen.value <= 0)
		return NULL;
	if (trial->has_failed && !count_failed) {
		*reason = "the command failed";
		return NULL;
	}
	return value;
}

static int by_block(const void *a, const void *b)
{
	const struct block_value *x = a, *y = b;
	return (x->block > y->block) - (x->block < y->block);
}

/* Merges concurrent runs of one block; they stand in the order in which they ran. */
static size_t merge(struct block_value *values, size_t n)
{
	size_t kept = 0;
	for (size_t i = 0; i < n; i++) {
		struct block_value *last = kept ? &values[kept - 1] : NULL;
		if (!last || last->block != values[i].block) {
			values[kept++] = values[i];
			continue;
		}
		double weight = 1.0 / (double)(last->n + 1);
		last->log_value += (values[i].log_value - last->log_value) * weight;
		last->place += (values[i].place - last->place) * weight;
		if (last->n == 1)
			last->second = values[i].first;
		last->n++;
	}
	return kept;
}

struct block_list pairing_blocks(struct trial_list trials, bool per_query,
				 bool count_failed, struct arena *arena)
{
	const char *reason;
	for (size_t i = 0; i < trials.n; i++) {
		const struct trial *trial = &trials.trials[i];
		const struct trial_value *value = pairing_value(trial, per_query,
								count_failed, &reason);
		if (!value)
			continue;
		double log_value = log(value->seen.value);
		struct block_value one = { .block = trial->block,
					   .log_value = log_value,
					   .place = (double)trial->ordinal,
					   .n = 1,
					   .first = log_value };
		arena_append(arena, &one, sizeof(one));
	}
	size_t n = arena_appended(arena) / sizeof(struct block_value);
	struct block_value *values = arena_take(arena);
	qsort(values, n, sizeof(*values), by_block);
	return (struct block_list){ values, merge(values, n) };
}

/* Room for as many pairs as there can be. */
struct room {
	double *log_ratios, *places;
	int64_t *blocks;
	size_t n;
};

static struct room room_for(size_t n, struct arena *arena)
{
	return (struct room){ .log_ratios = arena_room(arena, (n + 1) * sizeof(double)),
			      .places = arena_room(arena, (n + 1) * sizeof(double)),
			      .blocks = arena_room(arena, (n + 1) * sizeof(int64_t)) };
}

static void add_pair(struct room *room, double log_ratio, double place, int64_t block)
{
	room->log_ratios[room->n] = log_ratio;
	room->places[room->n] = place;
	room->blocks[room->n++] = block;
}

static struct pairing pairing_from(struct room room)
{
	return (struct pairing){ room.log_ratios, room.places, room.blocks, room.n };
}

struct pairing pairing_of(struct block_list a, struct block_list b, struct arena *arena)
{
	struct room room = room_for(a.n, arena);
	for (size_t i = 0, j = 0; i < a.n; i++) {
		const struct block_value *one = &a.blocks[i];
		while (j < b.n && b.blocks[j].block < one->block)
			j++;
		if (j < b.n && b.blocks[j].block == one->block)
			add_pair(&room, b.blocks[j].log_value - one->log_value,
				 b.blocks[j].place - one->place, one->block);
	}
	return pairing_from(room);
}

static double alternating(size_t i)
{
	return i % 2 ? -1 : 1;
}

struct pairing pairing_null(struct block_list a, bool *is_within_blocks,
			    struct arena *arena)
{
	struct room room = room_for(a.n, arena);
	for (size_t i = 0; i < a.n; i++)
		if (a.blocks[i].n >= 2)
			add_pair(&room,
				 alternating(room.n) *
				     (a.blocks[i].second - a.blocks[i].first),
				 alternating(room.n), a.blocks[i].block);
	*is_within_blocks = room.n >= 2;
	if (*is_within_blocks)
		return pairing_from(room);
	room.n = 0;
	for (size_t i = 1; i < a.n; i += 2)
		add_pair(&room,
			 alternating(room.n) *
			     (a.blocks[i].log_value - a.blocks[i - 1].log_value),
			 alternating(room.n), a.blocks[i].block);
	return pairing_from(room);
}
