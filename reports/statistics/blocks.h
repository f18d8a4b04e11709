/* reports/statistics/blocks.h - what trials of two things say of their difference: one pairing for
 * every place that compares.
 *
 * A block counts once, however often a thing ran in it: its trials are averaged first. Two things
 * that share the blocks of one campaign are compared pair by pair, others as two groups (Welch).
 * Pure; the caller owns all arrays. */
#ifndef JOULECART_BLOCKS_H
#define JOULECART_BLOCKS_H
#include "reports/statistics/paired.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One thing in one block: a trial, or the mean of its n trials. Values are logarithms where a
 * ratio is asked for. */
struct block_value {
	int64_t block;
	double value;
	double place; /* in the campaign */
	double step;  /* what the meter cannot resolve, in the unit of value */
	size_t n;
	double first, second; /* the values of the first two */
};

struct block_list {
	const struct block_value *blocks; /* by block */
	size_t n;
};

/* Sorts the trials by block and merges each block's into one. Trials of one block stand in the order
 * in which they ran. */
struct block_list blocks_merge(struct block_value *values, size_t n);

/* b less a in the blocks that hold both. Every array has room for a.n. */
struct pairs {
	double *differences, *places;
	int64_t *blocks;
	size_t n;
};
void blocks_pair(struct block_list a, struct block_list b, struct pairs *pairs);

/* What the meter's steps leave open in one difference of the two. */
struct resolution blocks_resolution(struct block_list a, struct block_list b);

/* Welch's test of b less a; room holds a.n + b.n numbers. */
struct t_test blocks_apart(struct block_list a, struct block_list b, double *room);

#endif
