/* reports/statistics/blocks.c - see blocks.h. */
#include <config.h>

#include "reports/statistics/blocks.h"

#include <math.h>
#include <stdlib.h>

/* By place within a block, which qsort() would not keep. */
static int by_block(const void *a, const void *b)
{
	const struct block_value *x = a, *y = b;
	if (x->block != y->block)
		return x->block > y->block ? 1 : -1;
	return (x->place > y->place) - (x->place < y->place);
}

struct block_list blocks_merge(struct block_value *values, size_t n)
{
	size_t kept = 0;
	qsort(values, n, sizeof(*values), by_block);
	for (size_t i = 0; i < n; i++) {
		struct block_value *last = kept ? &values[kept - 1] : NULL;
		if (!last || last->block != values[i].block) {
			values[kept] = values[i];
			values[kept].n = 1;
			values[kept].first = values[i].value;
			kept++;
			continue;
		}
		double weight = 1.0 / (double)(last->n + 1);
		last->value += (values[i].value - last->value) * weight;
		last->place += (values[i].place - last->place) * weight;
		last->step += (values[i].step - last->step) * weight;
		if (last->n == 1)
			last->second = values[i].value;
		last->n++;
	}
	return (struct block_list){ values, kept };
}

void blocks_pair(struct block_list a, struct block_list b, struct pairs *pairs)
{
	pairs->n = 0;
	for (size_t i = 0, j = 0; i < a.n; i++) {
		const struct block_value *one = &a.blocks[i];
		while (j < b.n && b.blocks[j].block < one->block)
			j++;
		if (j == b.n || b.blocks[j].block != one->block)
			continue;
		pairs->differences[pairs->n] = b.blocks[j].value - one->value;
		pairs->places[pairs->n] = b.blocks[j].place - one->place;
		pairs->blocks[pairs->n++] = one->block;
	}
}

/* A figure is the difference of two readings, each of which is late by anything up to a step:
 * within +- step, with a variance of step^2 / 6. */
static void add_step(struct resolution *step, struct block_list list)
{
	for (size_t i = 0; i < list.n; i++) {
		const struct block_value *one = &list.blocks[i];
		double share = 1 / (double)list.n;
		step->bound += one->step * share;
		step->sd += one->step * one->step / 6 / (double)one->n * share;
	}
}

struct resolution blocks_resolution(struct block_list a, struct block_list b)
{
	struct resolution step = { 0 };
	add_step(&step, a);
	add_step(&step, b);
	step.sd = sqrt(step.sd);
	return step;
}

struct t_test blocks_apart(struct block_list a, struct block_list b, double *room)
{
	for (size_t i = 0; i < a.n; i++)
		room[i] = a.blocks[i].value;
	for (size_t i = 0; i < b.n; i++)
		room[a.n + i] = b.blocks[i].value;
	return t_welch(room, a.n, room + a.n, b.n);
}
