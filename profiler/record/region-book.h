/* profiler/record/region-book.h - what each energy channel did goes to the regions that ran meanwhile.
 *
 * Between two changes of a counter its rise is split by the CPU time of the regions in that time
 * (profiler/sample/region-reader.h); what no region has is idle, as far as no process of the run used a
 * processor, or outside of them all. What is
 * certain is less: energy is not even within such an interval, and a counter's value is up to one interval
 * old. As everywhere in joulecart (views.sql, edge_j) a part of the time is taken to draw at most
 * three times the mean: a region that had the share s of an interval and of the one before had
 * at least 1 - 3 (1 - s) of its energy, at most 3 s, with the lesser and the greater s. For the latter s is of
 * all the time that its threads were in it (most_ns): what others keep off the processor for half of the time
 * does not run for half of each interval, but wholly in some and not at all in others. */
#ifndef JOULECART_REGION_BOOK_H
#define JOULECART_REGION_BOOK_H
#include "profiler/sample/region-reader.h"
#include "schema/samples/rollup.h"
#include "schema/store/writer.h"

#include <stdint.h>

struct problem;
struct region_book;

/* A channel whose energy goes to regions. Of a measured one they have what the machine draws while they
 * run: their CPU time over the time that passes (over all marking processes' CPU time, where
 * several processors have more than one's). Of an estimate, which the run has by its CPU time
 * anyway, they have their part of the run's CPU time. */
struct split_facts {
	int64_t channel_id; /* 0: its energy is not split */
	bool is_by_share;   /* an estimate */
	double update_s;    /* how often it changes; 0: not known */
};

/* Regions of one trial, of whichever process: those of a name are one. */
enum { REGION_BOOK_MOST = 1024 };

/* The book keeps a copy of facts. NULL: no memory. */
struct region_book *region_book_new(struct store *store, int64_t trial_id,
				    const struct region_reader *reader,
				    const struct split_facts *facts, size_t n_channels);
void region_book_free(struct region_book *book); /* takes NULL */

/* Shares of one tick, after its readings; the span is 0 for what continues the tick's. 0, or -1 with
 * *why: a new region could not be stored. */
int region_book_take(struct region_book *book, const struct region_share *shares, size_t n,
		     struct region_span span, struct problem *why);

/* After the shares: the CPU time of all processes of the run at that tick, in ns since any moment. What is
 * not the marking processes' is outside of every region. */
void region_book_take_tree(struct region_book *book, int64_t tree_ns);

/* After the readings and the shares of a tick: the advance so far of the channel's open rollup, raw. */
void region_book_split(struct region_book *book, size_t channel, int64_t advance);

/* The channel's rollup was cut; with the last channel of a cut, the times, too; and at the end of the trial
 * what power each region has by itself (region-fit.h). 0, or -1 with *why. */
int region_book_cut(struct region_book *book, size_t channel, int64_t seq,
		    const struct rollup_row *row, struct problem *why);
int region_book_cut_times(struct region_book *book, int64_t seq, struct problem *why);
int region_book_end(struct region_book *book, struct problem *why);

/* What the regions' gap is, or NULL: nothing was lost. text is room for it. */
const char *region_book_losses(const struct region_book *book, char *text, size_t size);

#endif
