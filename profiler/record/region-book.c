/* profiler/record/region-book.c - see region-book.h. */
#include <config.h>

#include "profiler/record/region-book.h"

#include "base/number.h"
#include "base/problem.h"
#include "profiler/record/region-fit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How much more than the mean of an interval a part of it may draw: views.sql, edge_j. */
static const double ABOVE_MEAN = 3;

struct known_region {
	int64_t region_id;
	char name[REGION_NAME_SIZE];
	double cpu_ns; /* since the last cut */
	int64_t n;
};

/* One region's part of a channel's rollup, raw steps; what is below one stays for the next. */
struct part {
	double advance, low, high;
};

/* Of an interval: a region's, and what it may be at most. */
struct shares {
	double likely, most;
};

struct split_channel {
	struct split_facts facts;
	int64_t seen; /* of the open rollup's advance, what is split */
	/* since the counter last moved; of it, what processes of the run used; and of that, each region's, and what
	 * that may be at most */
	double passed_ns, used_ns, others_ns, *cpu_ns, *most_ns;
	double passages;
	struct shares *before, idle_before;
	struct part *parts, idle;
	struct region_fit *fit; /* not of an estimate, whose power is the model's */
};

struct region_book {
	struct store *store;
	int64_t trial_id;
	const struct region_reader *reader;
	struct known_region *regions;
	size_t n, n_refused;
	/* number in regions + 1 of what a process's page numbers; 0: not met yet */
	uint16_t numbers[REGION_PROCESSES][REGION_NUMBERS];
	struct split_channel *channels;
	size_t n_channels;
	/* CPU time since the first tick: of the marking processes, and of the others of the run. The
	 * latter is what the run's is more; the kernel gives it a little late, so that it is the most seen. */
	double used_ns, others_ns;
	double cut_passed_ns, cut_used_ns, cut_others_ns; /* since the last cut */
	int64_t tree_begin_ns;
	bool has_tree;
};

/* gcc 12's analyzer loses what a channel of the array holds, and takes it for leaked; region_book_free() frees
 * it. */
#ifndef __clang__
#pragma GCC diagnostic ignored "-Wanalyzer-malloc-leak"
#endif

static bool make_room(struct split_channel *channel)
{
	channel->cpu_ns = calloc(REGION_BOOK_MOST, sizeof(*channel->cpu_ns));
	channel->most_ns = calloc(REGION_BOOK_MOST, sizeof(*channel->most_ns));
	channel->before = calloc(REGION_BOOK_MOST, sizeof(*channel->before));
	channel->parts = calloc(REGION_BOOK_MOST, sizeof(*channel->parts));
	if (!channel->facts.is_by_share)
		channel->fit = region_fit_new(channel->facts.update_s);
	return channel->cpu_ns && channel->most_ns && channel->before && channel->parts &&
	       (channel->fit || channel->facts.is_by_share);
}

struct region_book *region_book_new(struct store *store, int64_t trial_id,
				    const struct region_reader *reader,
				    const struct split_facts *facts, size_t n_channels)
{
	struct region_book *book = calloc(1, sizeof(*book));
	if (!book)
		return NULL;
	book->store = store;
	book->trial_id = trial_id;
	book->reader = reader;
	book->regions = calloc(REGION_BOOK_MOST, sizeof(*book->regions));
	book->channels = calloc(n_channels, sizeof(*book->channels));
	bool has_room = book->regions && book->channels;
	for (size_t i = 0; has_room && i < n_channels; i++) {
		book->channels[i].facts = facts[i];
		book->n_channels = i + 1;
		has_room = facts[i].channel_id == 0 || make_room(&book->channels[i]);
	}
	if (has_room)
		return book;
	region_book_free(book);
	return NULL;
}

void region_book_free(struct region_book *book)
{
	for (size_t i = 0; book && i < book->n_channels; i++) {
		free(book->channels[i].cpu_ns);
		free(book->channels[i].most_ns);
		free(book->channels[i].before);
		free(book->channels[i].parts);
		region_fit_free(book->channels[i].fit);
	}
	if (book) {
		free(book->regions);
		free(book->channels);
	}
	free(book);
}

static int add_region(struct region_book *book, const struct region_facts *facts,
		      struct problem *why)
{
	struct known_region *region = &book->regions[book->n];
	const struct stored_region stored = {
		.trial_id = book->trial_id,
		.ordinal = (int64_t)book->n + 1,
		.name = facts->name,
		.flop = number_is_quantity(facts->flop) && facts->flop > 0 ? facts->flop
									   : 0,
		.weight_bytes = number_is_quantity(facts->weight_bytes) &&
					facts->weight_bytes > 0
				    ? facts->weight_bytes
				    : 0,
	};
	region->region_id = store_add_region(book->store, &stored, why);
	if (region->region_id < 0)
		return -1;
	memcpy(region->name, facts->name, sizeof(region->name));
	book->n++;
	return 0;
}

/* The region of the share; NULL with 0 returned: there is no room for it. */
static int find(struct region_book *book, const struct region_share *share,
		struct known_region **region, struct problem *why)
{
	uint16_t *number = &book->numbers[share->process][share->region];
	struct region_facts facts;
	*region = NULL;
	if (*number == 0) {
		size_t i = 0;
		region_reader_facts(book->reader, share, &facts);
		while (i < book->n && strcmp(book->regions[i].name, facts.name) != 0)
			i++;
		if (i == REGION_BOOK_MOST) {
			book->n_refused++;
			return 0;
		}
		if (i == book->n && add_region(book, &facts, why) != 0)
			return -1;
		*number = (uint16_t)(i + 1);
	}
	*region = &book->regions[*number - 1];
	return 0;
}

/* The region's time goes to each channel that is still waiting to move. */
static void add_time(struct region_book *book, const struct known_region *region,
		     const struct region_share *share)
{
	for (size_t c = 0; c < book->n_channels; c++) {
		if (!book->channels[c].facts.channel_id)
			continue;
		book->channels[c].cpu_ns[region - book->regions] += (double)share->cpu_ns;
		book->channels[c].most_ns[region - book->regions] += (double)share->most_ns;
		book->channels[c].passages += share->n;
	}
}

/* The time of a tick, whichever region's. */
static void add_span(struct region_book *book, struct region_span span)
{
	double used_ns = (double)span.used_ns;
	book->used_ns += used_ns;
	book->cut_used_ns += used_ns;
	book->cut_passed_ns += (double)span.passed_ns;
	for (size_t c = 0; c < book->n_channels; c++) {
		struct split_channel *channel = &book->channels[c];
		channel->passed_ns += (double)span.passed_ns;
		channel->used_ns += used_ns;
	}
}

int region_book_take(struct region_book *book, const struct region_share *shares, size_t n,
		     struct region_span span, struct problem *why)
{
	add_span(book, span);
	for (size_t i = 0; i < n; i++) {
		struct known_region *region;
		if (find(book, &shares[i], &region, why) != 0)
			return -1;
		if (!region)
			continue;
		region->cpu_ns += (double)shares[i].cpu_ns;
		region->n += shares[i].n;
		add_time(book, region, &shares[i]);
	}
	return 0;
}

void region_book_take_tree(struct region_book *book, int64_t tree_ns)
{
	if (!region_reader_is_used(book->reader))
		return;
	if (!book->has_tree)
		book->tree_begin_ns = tree_ns - (int64_t)book->used_ns;
	book->has_tree = true;
	double others_ns = (double)(tree_ns - book->tree_begin_ns) - book->used_ns;
	if (others_ns <= book->others_ns)
		return;
	double more_ns = others_ns - book->others_ns;
	for (size_t c = 0; c < book->n_channels; c++)
		book->channels[c].others_ns += more_ns;
	book->cut_others_ns += more_ns;
	book->others_ns = others_ns;
}

/* Adds the shares of an interval. *before: those of the interval before, which become this one's. */
static void give(struct part *part, struct shares shares, struct shares *before,
		 double steps)
{
	double less = fmin(shares.likely, before->likely);
	double more = fmax(shares.most, before->most);
	*before = shares;
	if (more <= 0)
		return;
	part->advance += steps * shares.likely;
	part->low += steps * fmax(0, 1 - ABOVE_MEAN * (1 - less));
	part->high += steps * fmin(1, ABOVE_MEAN * more);
}

static double share_of(double ns, double span_ns)
{
	return span_ns > 0 ? fmin(ns / span_ns, 1) : 0;
}

/* An estimate follows CPU time, and is even where that is. */
static struct shares shares_of(const struct split_channel *channel, size_t i,
			       double span_ns)
{
	double likely = share_of(channel->cpu_ns[i], span_ns);
	double most = share_of(channel->most_ns[i], span_ns);
	return (struct shares){ likely,
				channel->facts.is_by_share ? likely : fmax(likely, most) };
}

/* What the channel's energy is shared out over. */
static double span_of(const struct split_channel *channel)
{
	return channel->facts.is_by_share ? channel->used_ns + channel->others_ns
					  : fmax(channel->passed_ns, channel->used_ns);
}

static double idle_of(const struct split_channel *channel)
{
	return fmax(span_of(channel) - channel->used_ns - channel->others_ns, 0);
}

/* The interval for the fit. */
static void add_to_fit(const struct region_book *book, struct split_channel *channel,
		       double steps)
{
	double seconds[FIT_COLUMNS] = { 0 }, idle_ns = idle_of(channel);
	double outside_ns = span_of(channel) - idle_ns;
	for (size_t i = 0; i < book->n; i++)
		if (i + FIT_FIRST_REGION < FIT_COLUMNS) {
			seconds[i + FIT_FIRST_REGION] = channel->cpu_ns[i] * 1e-9;
			outside_ns -= channel->cpu_ns[i];
		}
	seconds[FIT_IDLE] = idle_ns * 1e-9;
	seconds[FIT_OUTSIDE] = fmax(outside_ns, 0) * 1e-9;
	region_fit_add(channel->fit, seconds, channel->passages, steps);
}

void region_book_split(struct region_book *book, size_t channel, int64_t advance)
{
	struct split_channel *split = &book->channels[channel];
	double steps = fmax((double)(advance - split->seen), 0);
	if (split->facts.channel_id == 0 || advance == split->seen)
		return;
	split->seen = advance;
	if (split->fit)
		add_to_fit(book, split, steps);
	double span_ns = span_of(split);
	for (size_t i = 0; i < book->n; i++) {
		give(&split->parts[i], shares_of(split, i, span_ns), &split->before[i],
		     steps);
		split->cpu_ns[i] = split->most_ns[i] = 0;
	}
	double idle = share_of(idle_of(split), span_ns);
	give(&split->idle, (struct shares){ idle, idle }, &split->idle_before, steps);
	split->passed_ns = split->used_ns = split->others_ns = split->passages = 0;
}

/* Whole steps; of those there are at most left. */
static struct region_part whole(struct part *part, const struct rollup_row *row,
				int64_t left)
{
	int64_t advance = (int64_t)floor(part->advance);
	advance = advance < left ? advance : left;
	int64_t low = (int64_t)floor(part->low) - (row->advance - row->advance_low);
	int64_t high = (int64_t)ceil(part->high) + (row->advance_high - row->advance);
	part->advance -= (double)advance;
	part->low = part->high = 0;
	low = low < advance ? low : advance;
	return (struct region_part){
		.advance = advance,
		.low = low > 0 ? low : 0,
		.high = high > advance ? high : advance,
	};
}

static bool is_some(const struct region_part *part)
{
	return part->advance > 0 || part->high > 0;
}

int region_book_cut(struct region_book *book, size_t channel, int64_t seq,
		    const struct rollup_row *row, struct problem *why)
{
	struct split_channel *split = &book->channels[channel];
	int64_t left = row->advance > 0 ? row->advance : 0;
	struct region_part part;
	split->seen = 0;
	if (split->facts.channel_id == 0)
		return 0;
	for (size_t i = 0; i < book->n; i++) {
		part = whole(&split->parts[i], row, left);
		left -= part.advance;
		part.region_id = book->regions[i].region_id;
		part.channel_id = split->facts.channel_id;
		part.seq = seq;
		if (is_some(&part) && store_add_region_part(book->store, &part, why) != 0)
			return -1;
	}
	part = whole(&split->idle, row, left);
	part.channel_id = split->facts.channel_id;
	part.seq = seq;
	return part.advance > 0 ? store_add_region_idle(book->store, &part, why) : 0;
}

/* What no region had of the time since the last cut. */
static int cut_rest(struct region_book *book, int64_t seq, double cpu_ns,
		    struct problem *why)
{
	double span_ns = fmax(book->cut_passed_ns, book->cut_used_ns);
	double idle_ns = fmax(span_ns - book->cut_used_ns - book->cut_others_ns, 0);
	double outside_ns = fmax(span_ns - idle_ns - cpu_ns, 0);
	bool has_any = span_ns > 0;
	book->cut_passed_ns = book->cut_used_ns = book->cut_others_ns = 0;
	return has_any ? store_add_region_rest(book->store, book->trial_id, seq,
					       (int64_t)outside_ns, (int64_t)idle_ns, why)
		       : 0;
}

int region_book_cut_times(struct region_book *book, int64_t seq, struct problem *why)
{
	double sum_ns = 0;
	for (size_t i = 0; i < book->n; i++) {
		struct known_region *region = &book->regions[i];
		int64_t cpu_ns = (int64_t)region->cpu_ns;
		sum_ns += (double)cpu_ns;
		if (cpu_ns == 0 && region->n == 0)
			continue;
		if (store_add_region_time(book->store, region->region_id, seq, cpu_ns,
					  region->n, why) != 0)
			return -1;
		region->cpu_ns -= (double)cpu_ns;
		region->n = 0;
	}
	return cut_rest(book, seq, sum_ns, why);
}

/* As the tables have it: -1 is idle, 0 outside, and from 1 on the regions. */
static int64_t ordinal_of(size_t column)
{
	return (int64_t)column - FIT_OUTSIDE;
}

static int store_products(struct region_book *book, int64_t channel_id,
			  const struct fit_outcome *outcome, struct problem *why)
{
	for (size_t i = 0; i < outcome->n_columns; i++)
		for (size_t j = i; j < outcome->n_columns; j++) {
			const int64_t ordinals[] = { ordinal_of(i), ordinal_of(j) };
			if (isnan(outcome->powers[i].fitted) ||
			    isnan(outcome->powers[j].fitted))
				continue;
			if (store_add_region_product(book->store, channel_id, ordinals,
						     outcome->products[i][j], why) != 0)
				return -1;
		}
	return 0;
}

static int store_powers(struct region_book *book, int64_t channel_id,
			const struct fit_outcome *outcome, struct problem *why)
{
	for (size_t i = 0; i < FIT_COLUMNS && i < book->n + FIT_FIRST_REGION; i++) {
		const struct fitted_power *fitted = &outcome->powers[i];
		const struct region_power power = {
			.channel_id = channel_id,
			.ordinal = ordinal_of(i),
			.fitted = fitted->fitted,
			.power = fitted->power,
			.standard_error = fitted->standard_error,
			.half_width = fitted->half_width,
			.rise_seconds = outcome->rise_seconds[i],
		};
		if (store_add_region_power(book->store, &power, why) != 0)
			return -1;
	}
	return store_products(book, channel_id, outcome, why);
}

int region_book_end(struct region_book *book, struct problem *why)
{
	int code = 0;
	for (size_t c = 0; code == 0 && c < book->n_channels; c++) {
		const struct split_channel *channel = &book->channels[c];
		struct fit_outcome *outcome = channel->fit ? region_fit_solve(channel->fit)
							   : NULL;
		if (outcome)
			code = store_powers(book, channel->facts.channel_id, outcome, why);
		free(outcome);
	}
	return code;
}

const char *region_book_losses(const struct region_book *book, char *text, size_t size)
{
	struct region_losses losses = region_reader_losses(book->reader);
	if (losses.n_refused == 0 && losses.n_crowded == 0 && book->n_refused == 0)
		return NULL;
	snprintf(text, size,
		 "some regions found no room (processes: %zu, threads: %zu, names: %zu): "
		 "their joules are outside of every region",
		 losses.n_refused, losses.n_crowded, book->n_refused);
	return text;
}
