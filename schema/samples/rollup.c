/* schema/samples/rollup.c - see rollup.h. */
#include <config.h>

#include "schema/samples/rollup.h"

#include "base/clock.h"

#include <math.h>
#include <stdlib.h>

/* A live counter moves at each update even of idle hardware (RAPL: each millisecond); five of its
 * intervals without a step, and never less than a quarter of a second, are no idleness. */
enum { STUCK_INTERVALS = 5, STUCK_READINGS = 3 };
static const int64_t STUCK_MIN_NS = NS_PER_S / 4;

/* Readings this many of their intervals apart were held up. */
enum { HELD_UP_INTERVALS = 4 };

/* Two updates of a RAPL counter: a value that stands for less is none that stands. */
static const int64_t FROZEN_MIN_NS = NS_PER_S / 500;

/* What a builder goes through, for a counter of energy:
 *
 *   new       no good reading yet (has_last false): the first one is only where the next begins
 *   moving    each good reading adds the step since the last good one (add_good); a wrap or a
 *             jump that the step's rule leaves open widens row.advance_low..high
 *   failing   readings failed since the last good one (has_failed): nothing is added; the next good
 *             reading adds the whole step over the hole, which loses resolution and no joule
 *   doubtful  good again, but the counter has not been seen to move since the failure (doubt_ns):
 *             what it stands at may be of before it, so at an edge the bounds reach back to then
 *   stuck     unchanged for longer than a live counter can be (is_stuck): a finding, and bounds
 *             from blind_since_ns on, until it moves
 *
 * A cut (rollup_cut) begins a new row in the same state: last, doubt_ns and blind_since_ns live
 * on, n and row begin anew. A gauge of watts is never stuck or doubtful: each of its readings holds
 * for the interval that ends at it, and rest keeps what is below one raw * second. */
struct rollup_builder {
	struct rollup_channel channel;
	struct sample *samples; /* of this rollup */
	uint8_t *data;
	size_t n, capacity;
	size_t n_cut;          /* of the rollup before: in samples until the next reading */
	struct rollup_row row; /* grows with each reading */
	struct finding_list findings;
	struct advance_pace pace;
	bool has_last;          /* a good reading was seen in this trial */
	struct sample last;     /* the last good reading, of whichever rollup */
	int64_t last_ns;        /* time of the last reading, good or not */
	int64_t changed_ns;     /* when the counter last moved */
	unsigned unchanged;     /* readings since then */
	bool has_moved;         /* the counter did, in this trial */
	int64_t before_ns;      /* of the last reading of the value before this one */
	int64_t blind_since_ns; /* rises before this are accounted for in the bounds */
	int64_t carried;        /* raw steps that may belong before the last edge */
	bool has_failed;        /* since the last good reading */
	int64_t doubt_ns;    /* of the last good reading before a failure, until the counter
	                           is seen to move again; 0: it has */
	uint64_t before_raw; /* of power: the good reading before the last */
	double rest, rest_low, rest_high; /* of power: below one raw * second */
};

struct rollup_builder *rollup_new(const struct rollup_channel *channel, size_t capacity)
{
	struct rollup_builder *builder = calloc(1, sizeof(*builder));
	if (!builder)
		return NULL;
	builder->channel = *channel;
	builder->capacity = capacity;
	builder->samples = calloc(capacity, sizeof(*builder->samples));
	builder->data = malloc(chunk_bound(capacity));
	if (builder->samples && builder->data)
		return builder;
	rollup_free(builder);
	return NULL;
}

void rollup_free(struct rollup_builder *builder)
{
	if (!builder)
		return;
	free(builder->samples);
	free(builder->data);
	free(builder);
}

size_t rollup_length(const struct rollup_builder *builder)
{
	return builder->n;
}

int64_t rollup_advance(const struct rollup_builder *builder)
{
	return builder->row.advance;
}

static void note(struct rollup_builder *builder, enum finding_kind kind, int64_t begin_ns,
		 int64_t end_ns, int err)
{
	struct finding_list *list = &builder->findings;
	const size_t room = sizeof(list->items) / sizeof(list->items[0]);
	for (size_t i = list->n; i-- > 0;) {
		struct finding *last = &list->items[i];
		bool goes_on = last->err == err && last->end_mono_ns >= begin_ns;
		if (last->kind == kind && (goes_on || list->n == room)) {
			last->end_mono_ns = end_ns;
			return;
		}
	}
	if (list->n < room)
		list->items[list->n++] = (struct finding){ kind, begin_ns, end_ns, err };
}

/* The most raw steps that the channel can take in that time. */
static int64_t most_in(const struct rollup_builder *builder, int64_t ns)
{
	const struct advance_rule *rule = &builder->channel.rule;
	double power_w = rule->max_power_w > 0 ? rule->max_power_w : ADVANCE_CEILING_W;
	return (int64_t)(power_w * (double)ns / (double)NS_PER_S / rule->unit_per_raw);
}

static void widen(struct rollup_builder *builder, int64_t until_ns)
{
	if (until_ns <= builder->blind_since_ns)
		return;
	builder->row.advance_high += most_in(builder, until_ns - builder->blind_since_ns);
	builder->blind_since_ns = until_ns;
}

static bool is_stuck(const struct rollup_builder *builder, int64_t now_ns)
{
	int64_t limit = (int64_t)builder->channel.rule.update_interval_ns * STUCK_INTERVALS;
	if (limit < STUCK_MIN_NS)
		limit = STUCK_MIN_NS;
	return builder->channel.is_energy && builder->unchanged >= STUCK_READINGS &&
	       now_ns - builder->changed_ns > limit;
}

/* It may have frozen at any time since the reading before its last value, which on a busy machine
 * can be long before. */
static void note_if_stuck(struct rollup_builder *builder, int64_t now_ns)
{
	if (!is_stuck(builder, now_ns))
		return;
	if (builder->blind_since_ns <= builder->changed_ns)
		builder->blind_since_ns = builder->before_ns;
	widen(builder, now_ns);
	note(builder, FINDING_STUCK, builder->changed_ns, now_ns, 0);
}

/* The first value of the trial stood for a while, and this is the next one: nobody knows for
 * how long it had stood before the trial, nor how much of the step is from then. */
static bool began_frozen(const struct rollup_builder *builder, const struct sample *sample)
{
	return !builder->has_moved && builder->unchanged > 0 &&
	       sample->raw != builder->last.raw &&
	       builder->last.mono_ns - builder->changed_ns >= FROZEN_MIN_NS;
}

/* The longest time that can lie between two readings: each was taken somewhere within the time
 * that it took, which on a busy machine is long. */
static int64_t longest_ns(const struct sample *from, const struct sample *to)
{
	return to->mono_ns + to->half_ns - (from->mono_ns - from->half_ns);
}

/* Steps that turned out to be too fast together: anything up to the limit may be true. */
static void take_back(struct rollup_builder *builder, const struct advance *step)
{
	struct rollup_row *row = &builder->row;
	int64_t back = (int64_t)step->back, most = most_in(builder, step->back_ns);
	row->advance -= back;
	row->advance_low -= back < row->advance_low ? back : row->advance_low;
	row->advance_high += most > back ? most - back : 0;
}

static void add_energy(struct rollup_builder *builder, const struct sample *sample)
{
	const struct sample *last = &builder->last;
	struct advance step = advance_next(&builder->pace, last->raw, sample->raw,
					   longest_ns(last, sample),
					   &builder->channel.rule);
	int64_t before = (int64_t)step.low < builder->carried ? (int64_t)step.low
							      : builder->carried;
	if (began_frozen(builder, sample))
		before = (int64_t)step.low;
	builder->has_moved |= sample->raw != last->raw;
	builder->row.advance += (int64_t)step.raw;
	builder->row.advance_low += (int64_t)step.low - before;
	builder->row.advance_high += (int64_t)step.high;
	builder->row.wraps += step.wraps;
	builder->carried = 0;
	if (step.kind == ADVANCE_AMBIGUOUS)
		note(builder, FINDING_AMBIGUOUS, last->mono_ns, sample->mono_ns, 0);
	if (step.kind == ADVANCE_IMPLAUSIBLE) {
		take_back(builder, &step);
		note(builder, FINDING_IMPLAUSIBLE, last->mono_ns - step.back_ns,
		     sample->mono_ns, 0);
	}
}

/* Whole raw * seconds of what has come together; the rest waits for the next interval. */
static int64_t take_whole(double *rest, double raw, int64_t ns)
{
	*rest += raw * (double)ns / (double)NS_PER_S;
	double whole = floor(*rest);
	*rest -= whole;
	return (int64_t)whole;
}

static double least_of(double a, double b, double c)
{
	return fmin(a, fmin(b, c));
}

static double greatest_of(double a, double b, double c)
{
	return fmax(a, fmax(b, c));
}

/* Readings much further apart than asked for, than they take and than the gauge takes to change
 * tell nothing of what lies between: a power that swings fast was seen at two moments only. */
static bool was_held_up(const struct rollup_builder *builder, const struct sample *sample)
{
	const struct sample *last = &builder->last;
	int64_t update_ns = (int64_t)builder->channel.rule.update_interval_ns;
	int64_t took_ns = 2 * (sample->half_ns > last->half_ns ? sample->half_ns
							       : last->half_ns);
	int64_t usual_ns = builder->channel.tick_interval_ns;
	if (usual_ns < took_ns)
		usual_ns = took_ns;
	int64_t ns = sample->mono_ns - last->mono_ns;
	return ns > 2 * update_ns && ns > HELD_UP_INTERVALS * usual_ns;
}

/* The interval between two good readings of power. */
static void add_power(struct rollup_builder *builder, const struct sample *sample)
{
	struct rollup_row *row = &builder->row;
	int64_t ns = sample->mono_ns - builder->last.mono_ns;
	double before = (double)builder->before_raw, last = (double)builder->last.raw;
	double now = (double)sample->raw;
	int64_t advance = take_whole(&builder->rest, now, ns), low = 0, high;
	if (builder->has_failed || was_held_up(builder, sample)) {
		int64_t blind_ns = sample->mono_ns - builder->blind_since_ns;
		high = most_in(builder, blind_ns < ns ? blind_ns : ns);
		low = builder->carried = 0;
	} else {
		low = take_whole(&builder->rest_low, least_of(before, last, now), ns);
		high = take_whole(&builder->rest_high, greatest_of(before, last, now), ns) +
		       1;
	}
	row->advance += advance;
	row->advance_low += low < advance ? low : advance;
	row->advance_high += high > advance ? high : advance;
}

/* The machine's processors cannot have worked for longer than there was time. */
static void add_time(struct rollup_builder *builder, const struct sample *sample)
{
	const struct sample *last = &builder->last;
	struct advance step = advance_between(
	    last->raw, sample->raw, longest_ns(last, sample), &builder->channel.rule);
	builder->row.advance += (int64_t)step.raw;
	builder->row.advance_low += (int64_t)step.low;
	builder->row.advance_high += (int64_t)step.high;
	builder->carried = 0;
	if (step.kind == ADVANCE_IMPLAUSIBLE)
		note(builder, FINDING_IMPLAUSIBLE, last->mono_ns, sample->mono_ns, 0);
}

static void add_count(struct rollup_builder *builder, const struct sample *sample)
{
	/* Scaled counts of multiplexed events may fall a little: the difference is signed. */
	int64_t step = (int64_t)(sample->raw - builder->last.raw);
	builder->row.advance += step;
	builder->row.advance_low += step;
	builder->row.advance_high += step;
}

/* A channel of joules or watts: it draws something also while it cannot be read. So does a processor
 * work. */
static bool cannot_be_free(const struct rollup_builder *builder)
{
	return builder->channel.is_energy || builder->channel.is_power ||
	       builder->channel.is_time;
}

/* How long the value before this reading stood, or has stood until it: from its first reading
 * to its last, and at most as long again for what lies on either side of these; two readings
 * that happen to be close to each other tell little. While readings fail the counter may have
 * moved unseen: that is no stillness. */
static void measure_stillness(struct rollup_builder *builder, const struct sample *sample,
			      bool moved)
{
	if (builder->has_last && !builder->has_failed &&
	    (!moved || builder->unchanged > 0)) {
		int64_t until_ns = moved ? builder->last.mono_ns : sample->mono_ns;
		int64_t seen_ns = until_ns - builder->changed_ns;
		int64_t around_ns = sample->mono_ns - builder->before_ns;
		int64_t still_ns = 2 * seen_ns < around_ns ? 2 * seen_ns : around_ns;
		if (still_ns > builder->row.still_ns)
			builder->row.still_ns = still_ns;
	}
	if (builder->has_failed && builder->has_last && !builder->doubt_ns)
		builder->doubt_ns = builder->last.mono_ns;
	else if (moved && !builder->has_failed)
		builder->doubt_ns = 0;
	if (moved || builder->has_failed)
		builder->before_ns = builder->has_last ? builder->last.mono_ns
						       : sample->mono_ns;
}

/* At an edge the counter was read somewhere within the time that the reading took: that makes
 * it older, or younger, by as much. Of no matter while it is shorter than an update interval. */
static void measure_reading(struct rollup_builder *builder, const struct sample *sample)
{
	int64_t update_ns = (int64_t)builder->channel.rule.update_interval_ns;
	int64_t took_ns = 2 * sample->half_ns;
	if (builder->channel.is_energy && took_ns > update_ns / 2 &&
	    took_ns + update_ns > builder->row.still_ns)
		builder->row.still_ns = took_ns + update_ns;
}

/* What the row says of its readings themselves. The mean is kept as it grows: a sum of raw values
 * would leave the 53 bits of a double. */
static void describe(struct rollup_row *row, uint64_t raw)
{
	row->first_raw = row->has_raw ? row->first_raw : raw;
	row->min_raw = row->has_raw && row->min_raw < raw ? row->min_raw : raw;
	row->max_raw = row->has_raw && row->max_raw > raw ? row->max_raw : raw;
	row->last_raw = raw;
	row->has_raw = true;
	row->n++;
	row->mean_raw += ((double)raw - row->mean_raw) / (double)row->n;
}

static void add_good(struct rollup_builder *builder, const struct sample *sample)
{
	bool moved = !builder->has_last || sample->raw != builder->last.raw;
	if (builder->channel.is_energy)
		measure_stillness(builder, sample, moved);
	if (!builder->has_last)
		measure_reading(builder, sample);
	if (!builder->has_last && cannot_be_free(builder))
		widen(builder,
		      sample->mono_ns); /* the trial began before the first good reading */
	else if (builder->has_last && builder->channel.is_energy)
		add_energy(builder, sample);
	else if (builder->has_last && builder->channel.is_power)
		add_power(builder, sample);
	else if (builder->has_last && builder->channel.is_time)
		add_time(builder, sample);
	else if (builder->has_last && builder->channel.is_counter)
		add_count(builder, sample);
	if (moved)
		note_if_stuck(builder, sample->mono_ns);
	builder->changed_ns = moved ? sample->mono_ns : builder->changed_ns;
	builder->unchanged = moved ? 0 : builder->unchanged + 1;
	if (moved || builder->channel.is_power)
		builder->blind_since_ns = sample->mono_ns;

	describe(&builder->row, sample->raw);
	builder->before_raw = builder->has_last ? builder->last.raw : sample->raw;
	builder->last = *sample;
	builder->has_last = true;
	builder->has_failed = false;
}

static void add_failed(struct rollup_builder *builder, const struct sample *sample)
{
	int64_t since = builder->last_ns ? builder->last_ns : sample->mono_ns;
	builder->row.n_failed++;
	builder->has_failed = true;
	note(builder, sample->err ? FINDING_READ_ERROR : FINDING_IMPLAUSIBLE, since,
	     sample->mono_ns, sample->err);
}

/* A power that the hardware cannot draw says as little as a reading that failed. */
static bool is_good(const struct rollup_builder *builder, const struct sample *sample)
{
	return !sample->err && (!builder->channel.is_power ||
				advance_can_draw(sample->raw, &builder->channel.rule));
}

bool rollup_add(struct rollup_builder *builder, const struct sample *sample)
{
	if (builder->n == builder->capacity)
		return false;
	if (!builder->last_ns) { /* the first reading of the trial */
		builder->row.begin_mono_ns = sample->mono_ns;
		builder->blind_since_ns = sample->mono_ns;
	}
	if (is_good(builder, sample))
		add_good(builder, sample);
	else
		add_failed(builder, sample);
	builder->samples[builder->n++] = *sample;
	builder->last_ns = sample->mono_ns;
	builder->row.end_mono_ns = sample->mono_ns;
	return true;
}

/* An edge within a gap, or of a channel that is read too seldom to be read at it: what it did
 * since its last good reading belongs to this side, but only a later reading can show it. */
static void settle_edge(struct rollup_builder *builder, int64_t edge_ns)
{
	int64_t until_ns = builder->last_ns > edge_ns ? builder->last_ns : edge_ns;
	note_if_stuck(builder, builder->last_ns);
	if (builder->doubt_ns && builder->unchanged > 0) {
		/* It came out of its failure frozen, and nobody saw since when. */
		if (builder->blind_since_ns > builder->doubt_ns)
			builder->blind_since_ns = builder->doubt_ns;
		widen(builder, builder->last_ns);
	}
	if (!cannot_be_free(builder) || !builder->last_ns ||
	    (builder->has_last && builder->last.mono_ns >= until_ns))
		return;
	int64_t since = builder->has_last ? builder->last.mono_ns
					  : builder->row.begin_mono_ns;
	if (builder->blind_since_ns < since)
		builder->blind_since_ns = since;
	widen(builder, until_ns);
	builder->carried = builder->has_last ? most_in(builder, until_ns - since) : 0;
}

static struct rollup_pack pack_samples(struct rollup_builder *builder,
				       const struct rollup_builder *times_of)
{
	struct rollup_pack pack = { .data = builder->data };
	bool has_same_ticks = times_of && times_of->n_cut == builder->n;
	if (builder->n > 0)
		pack.size = chunk_encode(builder->samples, builder->n,
					 has_same_ticks ? times_of->samples : NULL,
					 builder->data, &pack.uses_times_of);
	return pack;
}

void rollup_cut(struct rollup_builder *builder, int64_t edge_ns,
		const struct rollup_builder *times_of, struct rollup_row *row,
		struct rollup_pack *pack, struct finding_list *findings)
{
	if (edge_ns && builder->has_last)
		measure_reading(builder, &builder->last);
	if (edge_ns)
		settle_edge(builder, edge_ns);
	*pack = pack_samples(builder, times_of);
	*row = builder->row;
	*findings = builder->findings;
	builder->row = (struct rollup_row){ .begin_mono_ns = row->end_mono_ns,
					    .end_mono_ns = row->end_mono_ns,
					    .still_ns = row->still_ns };
	builder->pace.back = 0; /* it is stored */
	builder->pace.back_ns = 0;
	builder->findings.n = 0;
	builder->n_cut = builder->n;
	builder->n = 0;
}
