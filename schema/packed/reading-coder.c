/* schema/packed/reading-coder.c - see reading-coder.h.
 *
 * What a number is predicted by follows what came before it, so that what is left is noise:
 *   half widths   by nothing
 *   times         of their own: by a grid, whose place follows an eighth and whose step a 64th of each difference;
 *                 after another channel's: by the end of its reading and the half of this one
 *   values        in the hardware's steps (quantum.h): themselves or how far they rise, by a level that follows
 *                 1 / 2^level of each difference and a slope that follows 1 / 2^slope: the best of rules[] */
#include <config.h>

#include "schema/packed/reading-coder.h"

#include "schema/samples/bits.h"
#include "schema/samples/quantum.h"

#include <string.h>

const struct sample *packed_samples(const struct reading_page *page, int64_t channel_id,
				    uint64_t seq, size_t *n)
{
	size_t low = 0, high = page->n_channels;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (page->channels[middle].channel_id < channel_id)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == page->n_channels || page->channels[low].channel_id != channel_id)
		return NULL;
	const struct packed_channel *channel = &page->channels[low];
	const uint64_t *seqs = channel->chunks[PACKED_SEQ];
	size_t first = 0, end = channel->n_chunks;
	while (first < end) {
		size_t middle = (first + end) / 2;
		if ((int64_t)seqs[middle] < (int64_t)seq)
			first = middle + 1;
		else
			end = middle;
	}
	if (!channel->samples || first == channel->n_chunks || seqs[first] != seq ||
	    channel->chunks[PACKED_HOW][first] == HOW_BYTES)
		return NULL;
	*n = channel->first[first + 1] - channel->first[first];
	return channel->samples + channel->first[first];
}

/* --- times ------------------------------------------------------------------------------- */

struct grid {
	int n; /* times so far, 2: or more */
	uint64_t at, step;
};

static uint64_t grid_next(const struct grid *grid)
{
	return grid->at + grid->step;
}

static uint64_t asr(uint64_t number, unsigned n)
{
	return (uint64_t)((int64_t)number >> n);
}

static void grid_follow(struct grid *grid, uint64_t time)
{
	if (grid->n < 2) {
		grid->step = grid->n++ == 0 ? 0 : time - grid->at;
		grid->at = time;
		return;
	}
	int64_t step = (int64_t)grid->step;
	uint64_t off = time - grid_next(grid);
	if (step > 1 && ((int64_t)off > step / 2 || (int64_t)off < -(step / 2))) {
		grid->at = grid_next(grid) +
			   (uint64_t)((int64_t)off / step) * grid->step; /* ticks missed */
		return;
	}
	grid->at = grid_next(grid) + asr(off, 3);
	grid->step += asr(off, 6);
}

/* Calls visit for the readings of each chunk that is told so; the same times need nothing. */
typedef void visitor(struct sample *sample, const struct sample *of, uint64_t *number,
		     void *state);

static size_t visit(struct channel_coder *coder, struct packed_channel *channel,
		    uint64_t how_bits, uint64_t *numbers, visitor *call, void *state)
{
	size_t n = 0;
	for (size_t k = 0; k < channel->n_chunks; k++) {
		size_t n_of = 0, length = channel->first[k + 1] - channel->first[k];
		if (!(how_bits >> channel->chunks[PACKED_HOW][k] & 1))
			continue;
		const struct sample *of =
		    channel->chunks[PACKED_HOW][k] == HOW_OWN
			? NULL
			: packed_samples(coder->page, packed_times_of(channel, k),
					 channel->chunks[PACKED_SEQ][k], &n_of);
		if (channel->chunks[PACKED_HOW][k] != HOW_OWN && (!of || n_of != length)) {
			coder->has_failed = true;
			return 0;
		}
		for (size_t i = 0; i < length; i++, n++)
			if (call)
				call(&channel->samples[channel->first[k] + i],
				     of ? of + i : NULL, numbers ? &numbers[n] : NULL,
				     state);
	}
	return n;
}

static void half_out(struct sample *sample, const struct sample *of, uint64_t *number,
		     void *state)
{
	(void)of, (void)state;
	*number = (uint64_t)sample->half_ns;
}

static void half_in(struct sample *sample, const struct sample *of, uint64_t *number,
		    void *state)
{
	(void)of, (void)state;
	sample->half_ns = (int64_t)*number;
}

static void own_out(struct sample *sample, const struct sample *of, uint64_t *number,
		    void *state)
{
	(void)of;
	*number = (uint64_t)sample->mono_ns - grid_next(state);
	grid_follow(state, (uint64_t)sample->mono_ns);
}

static void own_in(struct sample *sample, const struct sample *of, uint64_t *number,
		   void *state)
{
	(void)of;
	sample->mono_ns = (int64_t)(*number + grid_next(state));
	grid_follow(state, (uint64_t)sample->mono_ns);
}

static uint64_t after(const struct sample *sample, const struct sample *of)
{
	return (uint64_t)of->mono_ns + (uint64_t)of->half_ns + (uint64_t)sample->half_ns;
}

static void after_out(struct sample *sample, const struct sample *of, uint64_t *number,
		      void *state)
{
	(void)state;
	*number = (uint64_t)sample->mono_ns - after(sample, of);
}

static void after_in(struct sample *sample, const struct sample *of, uint64_t *number,
		     void *state)
{
	(void)state;
	sample->mono_ns = (int64_t)(*number + after(sample, of));
}

static void same_in(struct sample *sample, const struct sample *of, uint64_t *number,
		    void *state)
{
	(void)number, (void)state;
	sample->mono_ns = of->mono_ns;
	sample->half_ns = of->half_ns;
}

static void code_by(struct channel_coder *coder, struct packed_channel *channel,
		    uint64_t how_bits, visitor *out, visitor *in)
{
	struct grid grid = { 0 };
	size_t n = visit(coder, channel, how_bits, NULL, NULL, NULL);
	uint64_t *numbers = coder_scratch(coder, n);
	if (!numbers || coder->has_failed) /* n may not be all of them */
		return;
	if (coder->sink)
		visit(coder, channel, how_bits, numbers, out, &grid);
	coder_stream(coder, numbers, n);
	if (!coder->sink)
		visit(coder, channel, how_bits, numbers, in, &grid);
}

static void code_times(struct channel_coder *coder, struct packed_channel *channel)
{
	code_by(coder, channel, 1 << HOW_OWN | 1 << HOW_AFTER, half_out, half_in);
	code_by(coder, channel, 1 << HOW_OWN, own_out, own_in);
	code_by(coder, channel, 1 << HOW_AFTER, after_out, after_in);
	if (!coder->sink && !coder->has_failed)
		visit(coder, channel, 1 << HOW_SAME, NULL, same_in, NULL);
}

/* --- values ------------------------------------------------------------------------------ */

/* slope 0: none. */
struct rule {
	bool is_rise;
	unsigned level, slope;
};
static const struct rule rules[] = {
	{ true, 4, 7 }, { true, 3, 0 }, { true, 0, 0 }, { false, 3, 0 }, { false, 0, 0 },
};
enum { N_RULES = sizeof(rules) / sizeof(rules[0]), FRACTION = 16, FAR = 40 };

struct trend {
	const struct rule *rule;
	int n; /* values so far, 2: or more */
	uint64_t last, level, slope;
};

static uint64_t trend_next(const struct trend *trend)
{
	if (trend->n < 1 + trend->rule->is_rise)
		return trend->last;
	uint64_t next = asr(trend->level + trend->slope, FRACTION);
	return trend->rule->is_rise ? trend->last + next : next;
}

static void trend_follow(struct trend *trend, uint64_t value)
{
	uint64_t number = trend->rule->is_rise ? value - trend->last : value;
	uint64_t next = trend->level + trend->slope, off = (number << FRACTION) - next;
	bool has_begun = trend->n >= 1 + trend->rule->is_rise;
	trend->n += trend->n < 2;
	trend->last = value;
	if (!has_begun)
		trend->level = number << FRACTION;
	else if (asr(off, FAR + FRACTION) == 0 || asr(off, FAR + FRACTION) == UINT64_MAX) {
		trend->level = next + asr(off, trend->rule->level);
		trend->slope += trend->rule->slope ? asr(off, trend->rule->slope) : 0;
	}
}

static uint64_t cost_of(const uint64_t *values, size_t n, const struct rule *rule)
{
	struct trend trend = { .rule = rule };
	uint64_t bits = 0;
	for (size_t i = 0; i < n; i++) {
		bits += 64 - (uint64_t)__builtin_clzll(
				 zigzag(values[i] - trend_next(&trend)) | 1);
		trend_follow(&trend, values[i]);
	}
	return bits;
}

static uint64_t best_rule(const uint64_t *values, size_t n)
{
	uint64_t best = 0, least = UINT64_MAX;
	for (uint64_t k = 0; k < N_RULES; k++) {
		uint64_t bits = cost_of(values, n, &rules[k]);
		best = bits < least ? k : best;
		least = bits < least ? bits : least;
	}
	return best;
}

static void values_out(const struct packed_channel *channel, size_t n,
		       struct quantum quantum, uint64_t *values)
{
	for (size_t i = 0; i < n; i++)
		values[i] = quantum_steps(channel->samples[i].raw, quantum);
}

static void differences_out(uint64_t *values, size_t n, const struct rule *rule)
{
	struct trend trend = { .rule = rule };
	for (size_t i = 0; i < n; i++) {
		uint64_t value = values[i];
		values[i] -= trend_next(&trend);
		trend_follow(&trend, value);
	}
}

static void values_in(struct packed_channel *channel, size_t n, struct quantum quantum,
		      const uint64_t *differences, const struct rule *rule)
{
	struct trend trend = { .rule = rule };
	for (size_t i = 0; i < n; i++) {
		uint64_t value = differences[i] + trend_next(&trend);
		trend_follow(&trend, value);
		channel->samples[i].raw = value * quantum.numerator / quantum.denominator;
	}
}

static void code_values(struct channel_coder *coder, struct packed_channel *channel)
{
	size_t n = channel->first[channel->n_chunks];
	struct quantum quantum = { 0 };
	uint64_t rule = 0, *values = coder_scratch(coder, n);
	if (n == 0 || !values || coder->has_failed)
		return;
	if (coder->sink) {
		quantum = quantum_find(channel->samples, n);
		values_out(channel, n, quantum, values);
		rule = best_rule(values, n);
		differences_out(values, n, &rules[rule]);
	}
	coder_varint(coder, &quantum.numerator);
	coder_varint(coder, &quantum.denominator);
	coder_varint(coder, &rule);
	coder->has_failed = coder->has_failed || rule >= N_RULES ||
			    quantum.denominator == 0;
	coder_stream(coder, values, n);
	if (!coder->sink && !coder->has_failed)
		values_in(channel, n, quantum, values, &rules[rule]);
}

void readings_code(struct channel_coder *coder, struct packed_channel *channel)
{
	code_times(coder, channel);
	code_values(coder, channel);
}
