/* profiler/metrics/meter.c - see meter.h. */
#include <config.h>

#include "profiler/metrics/meter.h"

#include "base/clock.h"
#include "base/problem.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

/* Readings between two cuts; a fast sampler's are cut more often. */
enum { READINGS_MOST = 128 };

const char *meter_gap_name(size_t gap)
{
	static const char *const names[METER_GAPS] = { "read-error", "ambiguous-wrap",
						       "implausible-step", "stuck",
						       "away" };
	return names[gap];
}

static bool is_power(const struct channel *channel)
{
	return channel->unit == UNIT_W;
}

static bool is_wanted(const struct channel *channel)
{
	return is_power(channel) ||
	       (channel->kind == KIND_COUNTER &&
		(channel->unit == UNIT_J || channel->unit == UNIT_COUNT));
}

static double limit_w(const struct channel *channel)
{
	return advance_limit_w(channel->max_power_w, channel->domain);
}

static struct rollup_builder *builder_of(const struct channel *channel, int64_t tick_ns)
{
	const struct rollup_channel told = {
		.is_counter = channel->kind == KIND_COUNTER,
		.is_energy = channel->kind == KIND_COUNTER && channel->unit == UNIT_J,
		.is_power = is_power(channel),
		.tick_interval_ns = tick_ns,
		.rule = { channel->wrap_range, channel->unit_per_raw, channel->max_power_w,
			  channel->update_interval_ns,
			  advance_is_never_zero(channel->domain) },
	};
	return rollup_new(&told, READINGS_MOST);
}

static int add_channel(struct meter *meter, const struct sensor *sensor, size_t i,
		       int64_t tick_ns)
{
	const struct channel *channel = &sensor->list.channels[i];
	bool is_at_frames = pass_is_at_frames(sensor);
	struct meter_channel item = {
		.channel = channel,
		.collector = sensor->collector->name,
		.index = sensor->first + i,
		.is_at_frames = is_at_frames,
		.is_event = channel->unit == UNIT_COUNT,
		.builder = builder_of(channel, is_at_frames ? NS_PER_S : tick_ns),
		.w = NAN,
		.created_s = meter->begun_s,
	};
	if (!item.builder)
		return -1;
	meter->channels[meter->n++] = item;
	return 0;
}

int meter_begin(struct meter *meter, const struct sensors *sensors, double unix_s,
		int64_t now_ns, int64_t tick_ns, struct problem *why)
{
	*meter = (struct meter){ .grams_created_s = unix_s,
				 .begun_s = unix_s,
				 .frame_ns = now_ns,
				 .channels = calloc(sensors->n_channels + 1,
						    sizeof(*meter->channels)) };
	bool is_full = !meter->channels;
	for (size_t s = 0; s < sensors->n && !is_full; s++)
		for (size_t i = 0; i < sensors->items[s].list.n && !is_full; i++)
			if (is_wanted(&sensors->items[s].list.channels[i]))
				is_full = add_channel(meter, &sensors->items[s], i,
						      tick_ns) != 0;
	if (!is_full)
		return 0;
	meter_end(meter);
	problem_what(why, "cannot count what the machine draws");
	return problem_errno(why, ENOMEM);
}

void meter_end(struct meter *meter)
{
	for (size_t i = 0; i < meter->n; i++)
		rollup_free(meter->channels[i].builder);
	free(meter->channels);
	*meter = (struct meter){ 0 };
}

void meter_resume(struct meter_channel *item, const struct meter_channel *stored,
		  int64_t now_ns)
{
	item->sum = item->frame_sum = stored->sum;
	item->shown = fmax(stored->shown, stored->sum);
	item->low = stored->low;
	item->high = stored->high;
	item->created_s = stored->created_s;
	for (size_t gap = 0; gap < METER_GAPS; gap++)
		item->gaps[gap] = stored->gaps[gap];
	item->has_failed = true; /* the first frame holds more than its own time */
	if (!stored->has_last || item->is_event)
		return;
	if (!is_power(item->channel)) { /* it counted meanwhile */
		item->last = stored->last;
		item->has_last = true;
		rollup_add(item->builder, &stored->last);
		return;
	}
	item->gaps[METER_AWAY]++;
	item->high += limit_w(item->channel) * (double)(now_ns - stored->last.mono_ns) /
		      (double)NS_PER_S;
}

static void note_gaps(struct meter_channel *item, const struct finding_list *findings)
{
	for (size_t i = 0; i < findings->n; i++)
		if ((int)findings->items[i].kind < METER_AWAY)
			item->gaps[findings->items[i].kind]++;
}

static void cut(struct meter_channel *item)
{
	struct rollup_row row;
	struct rollup_pack pack;
	struct finding_list findings;
	const double unit = item->channel->unit_per_raw;
	rollup_cut(item->builder, 0, NULL, &row, &pack, &findings);
	item->sum += (double)row.advance * unit;
	item->low += (double)row.advance_low * unit;
	item->high += (double)row.advance_high * unit;
	note_gaps(item, &findings);
}

static void take(struct meter_channel *item, const struct reading *reading,
		 const struct span *span)
{
	const struct channel *channel = item->channel;
	const struct advance_rule rule = { channel->wrap_range, channel->unit_per_raw,
					   channel->max_power_w,
					   channel->update_interval_ns,
					   advance_is_never_zero(channel->domain) };
	const struct sample sample = { .mono_ns = span->begin_ns +
						  (span->end_ns - span->begin_ns) / 2,
				       .half_ns = (span->end_ns - span->begin_ns) / 2,
				       .raw = reading->raw,
				       .err = reading->err };
	if (!rollup_add(item->builder, &sample)) {
		cut(item);
		rollup_add(item->builder, &sample);
	}
	item->is_unreadable = reading->err ||
			      (is_power(channel) && !advance_can_draw(reading->raw, &rule));
	item->has_failed |= item->is_unreadable;
	if (item->is_unreadable)
		return;
	item->last = sample;
	item->has_last = true;
}

void meter_take(struct meter *meter, const struct pass *pass, bool is_frame)
{
	for (size_t i = 0; i < meter->n; i++) {
		struct meter_channel *item = &meter->channels[i];
		if (item->is_at_frames && !is_frame)
			continue;
		take(item, &pass->readings[item->index], &pass->spans[item->index]);
		meter->n_readings++;
	}
}

/* A frame in which a reading failed, or before which, has no power of its own. */
static void frame(struct meter_channel *item, double seconds)
{
	cut(item);
	bool is_known = item->has_last && !item->has_failed && seconds > 0;
	item->w = is_known ? (item->sum - item->frame_sum) / seconds : NAN;
	item->has_failed = item->is_unreadable; /* the next one may hold what is of this */
}

void meter_frame(struct meter *meter, int64_t now_ns, double g_per_j)
{
	double seconds = (double)(now_ns - meter->frame_ns) / (double)NS_PER_S;
	meter->total_frame_j = 0;
	for (size_t i = 0; i < meter->n; i++) {
		struct meter_channel *item = &meter->channels[i];
		frame(item, seconds);
		double frame_j = item->sum - item->frame_sum;
		if (!item->is_event && item->channel->counted)
			meter->total_frame_j += frame_j;
		item->frame_sum = item->sum;
	}
	/* Joules that were taken back were grams already. */
	meter->grams += fmax(meter->total_frame_j, 0) * g_per_j;
	meter->frame_ns = now_ns;
}

/* Only what a counter of joules shows may be told before the frame ends. */
static double counted_since(const struct meter_channel *item)
{
	bool is_counter = !item->is_event && !is_power(item->channel);
	return is_counter
		   ? (double)rollup_advance(item->builder) * item->channel->unit_per_raw +
			 item->sum - item->frame_sum
		   : 0;
}

/* The most that was told rises. */
static double told(struct meter_channel *item)
{
	item->shown = fmax(item->shown, item->frame_sum + counted_since(item));
	return item->shown;
}

double meter_value(struct meter_channel *item)
{
	double value = told(item);
	return item->is_unreadable || !item->has_last ? NAN : value;
}

struct meter_bounds meter_bounds(struct meter_channel *item, int64_t now_ns)
{
	double value = told(item);
	double since = (double)rollup_advance(item->builder) * item->channel->unit_per_raw;
	struct meter_bounds bounds = { item->low + since, item->high + since };
	if (item->is_unreadable && item->has_last)
		bounds.high += limit_w(item->channel) *
			       (double)(now_ns - item->last.mono_ns) / (double)NS_PER_S;
	bounds.low = fmin(bounds.low, value);
	bounds.high = fmax(bounds.high, value);
	return bounds;
}
