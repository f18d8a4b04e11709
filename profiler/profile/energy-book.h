/* profiler/profile/energy-book.h - what each energy channel did goes to the stacks that were sampled meanwhile.
 *
 * Between two steps of a counter, the part of its rise in which the run had a processor (its CPU time
 * over the time that passed, at most 1) is split by the weights of the samples in that time; the
 * rest is outside of every stack. An estimate is the run's anyway, and all of it is split. Where too few
 * samples fell into that time (8), the rise waits for the next. */
#ifndef JOULECART_ENERGY_BOOK_H
#define JOULECART_ENERGY_BOOK_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct energy_book;

struct energy_channel {
	bool is_split;    /* else its energy is nobody's */
	bool is_by_share; /* an estimate */
};

/* The book keeps a copy. NULL: no memory. */
struct energy_book *energy_book_new(const struct energy_channel *channels, size_t n);
void energy_book_free(struct energy_book *book); /* takes NULL */

/* A sample of the time since the last tick. False: it found no memory, and counts as lost. */
bool energy_book_sample(struct energy_book *book, uint32_t node, uint64_t weight);

/* A sample that has no node counts as lost. */
void energy_book_lose(struct energy_book *book);

/* A tick, after its samples: the time since the one before, and the run's CPU time in it. */
void energy_book_tick(struct energy_book *book, int64_t passed_ns, int64_t used_ns);

/* After a tick: how far the channel's open rollup has come, raw steps. */
void energy_book_split(struct energy_book *book, size_t channel, int64_t advance);

/* The channel's rollup was cut, and is stored with that advance. */
void energy_book_cut(struct energy_book *book, size_t channel, int64_t advance);

/* After the last tick: what still waits goes to the samples that there are. */
void energy_book_end(struct energy_book *book);

/* After energy_book_end: what the node has is another's. False: no memory, and it keeps it. */
bool energy_book_move(struct energy_book *book, uint32_t node, uint32_t to);

/* Nodes from 0 of which something is known. */
size_t energy_book_nodes(const struct energy_book *book);
uint64_t energy_book_count(const struct energy_book *book, uint32_t node);

/* Of all samples: how many, how many found no room, the sum of their weights. */
struct energy_totals {
	uint64_t n, n_lost;
	double weight;
};
struct energy_totals energy_book_totals(const struct energy_book *book);

/* The node's part of the channel, raw steps, if coverage (0 to 1) of the run's CPU time was
 * sampled. All parts together are at most what was stored. */
double energy_book_part(const struct energy_book *book, uint32_t node, size_t channel,
			double coverage);

/* What the sample, a number from 0 on of the first STACK_SAMPLES_MOST that were taken, got of the channel for
 * each unit of its weight: raw steps, which sum over a node's samples to its part. */
double energy_book_per_weight(const struct energy_book *book, uint64_t sample,
			      size_t channel, double coverage);

/* How many times as many samples as there were would give the same precision, were they all of
 * equal energy: n * sum(e^2) / sum(e)^2 (Kish, Survey Sampling, 1965, 11.7), of the channel where
 * that is most; at least 1. */
double energy_book_spread(const struct energy_book *book);

#endif
