/* profiler/live/live.c - see live.h. */
#include <config.h>

#include "profiler/live/live.h"

#include "base/clock.h"
#include "schema/samples/advance.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static bool is_energy(const struct channel *channel)
{
	return channel->counted &&
	       ((channel->unit == UNIT_J && channel->kind == KIND_COUNTER) ||
		channel->unit == UNIT_W);
}

static void note_cputime(struct live *live, const struct channel *channel, size_t index)
{
	if (strcmp(channel->name, "busy") == 0) {
		live->busy = index;
		live->busy_unit_s = channel->unit_per_raw;
	}
	if (strcmp(channel->name, "steal") == 0)
		live->steal = index;
}

static bool is_event(const struct channel *channel)
{
	return channel->unit == UNIT_COUNT && channel->kind == KIND_COUNTER;
}

static const struct live_event *find_event(const struct live *live, const char *name)
{
	for (size_t i = 0; i < live->n_events; i++)
		if (strcmp(live->events[i].name, name) == 0)
			return &live->events[i];
	return NULL;
}

/* An event that two collectors tell is shown once. */
static void add_event(struct live *live, const struct channel *channel, size_t index)
{
	struct live_event event = { .index = index,
				    .rate = NAN,
				    .unit_per_raw = channel->unit_per_raw };
	snprintf(event.name, sizeof(event.name), "%.*s", (int)strcspn(channel->name, "@"),
		 channel->name);
	if (live->n_events < LIVE_EVENTS && !find_event(live, event.name))
		live->events[live->n_events++] = event;
}

void live_begin(struct live *live, const struct sensors *sensors, int64_t now_ns)
{
	*live = (struct live){ .busy = SIZE_MAX,
			       .steal = SIZE_MAX,
			       .w = NAN,
			       .busy_cpus = NAN,
			       .steal_cpus = NAN,
			       .ipc = NAN,
			       .begin_ns = now_ns,
			       .frame_ns = now_ns };
	for (size_t i = 0; i < LIVE_HISTORY; i++)
		live->history_w[i] = NAN;
	for (size_t s = 0; s < sensors->n; s++) {
		const struct sensor *sensor = &sensors->items[s];
		bool is_cputime = strcmp(sensor->collector->name, "cputime") == 0;
		for (size_t i = 0; i < sensor->list.n; i++) {
			const struct channel *channel = &sensor->list.channels[i];
			if (is_cputime)
				note_cputime(live, channel, sensor->first + i);
			if (is_event(channel))
				add_event(live, channel, sensor->first + i);
			if (is_energy(channel) && live->n < LIVE_CHANNELS)
				live->channels[live->n++] =
				    (struct live_channel){ .channel = channel,
							   .index = sensor->first + i,
							   .w = NAN };
		}
	}
}

static struct advance_rule rule_of(const struct channel *channel)
{
	return (struct advance_rule){ channel->wrap_range, channel->unit_per_raw,
				      channel->max_power_w, channel->update_interval_ns,
				      advance_is_never_zero(channel->domain) };
}

/* Joules since the last good reading; what cannot have been drawn is none, and said. */
static double step_j(struct live_channel *item, uint64_t raw, int64_t now_ns)
{
	const struct channel *channel = item->channel;
	int64_t dt_ns = now_ns - item->last_ns;
	if (channel->unit == UNIT_W) /* each reading holds for the time that ends at it */
		return (double)raw * channel->unit_per_raw * (double)dt_ns / NS_PER_S;
	const struct advance_rule rule = rule_of(channel);
	const struct advance step = advance_next(&item->pace, item->last_raw, raw, dt_ns,
						 &rule);
	item->has_failed |= step.kind == ADVANCE_IMPLAUSIBLE;
	return ((double)step.raw - (double)step.back) * channel->unit_per_raw;
}

static void take_channel(struct live_channel *item, const struct reading *reading,
			 int64_t now_ns)
{
	const struct advance_rule rule = rule_of(item->channel);
	if (reading->err ||
	    (item->channel->unit == UNIT_W && !advance_can_draw(reading->raw, &rule))) {
		item->has_failed = true;
		return;
	}
	if (item->has_last)
		item->frame_j += step_j(item, reading->raw, now_ns);
	item->last_raw = reading->raw;
	item->last_ns = now_ns;
	item->has_last = true;
}

static void take_event(struct live_event *event, const struct reading *reading)
{
	event->has_failed = reading->err != 0;
	if (reading->err)
		return;
	event->last_raw = reading->raw;
	if (!event->has_frame)
		event->frame_raw = reading->raw;
	event->has_last = event->has_frame = true;
}

void live_take(struct live *live, const struct reading *readings, int64_t now_ns)
{
	for (size_t i = 0; i < live->n; i++)
		take_channel(&live->channels[i], &readings[live->channels[i].index],
			     now_ns);
	for (size_t i = 0; i < live->n_events; i++)
		take_event(&live->events[i], &readings[live->events[i].index]);
	if (live->busy == SIZE_MAX || live->steal == SIZE_MAX || readings[live->busy].err ||
	    readings[live->steal].err)
		return;
	live->last_busy = readings[live->busy].raw;
	live->last_steal = readings[live->steal].raw;
	if (!live->has_cpus) {
		live->busy_raw = live->last_busy;
		live->steal_raw = live->last_steal;
	}
	live->has_cpus = true;
}

static void frame_channel(struct live *live, struct live_channel *item, double seconds)
{
	bool is_known = item->has_last && !item->has_failed && seconds > 0;
	item->joules += item->frame_j;
	live->joules += item->frame_j;
	item->w = is_known ? item->frame_j / seconds : NAN;
	live->n_gaps += !is_known;
	item->highest_w = fmax(item->highest_w, is_known ? item->w : 0);
	live->w += item->w; /* not known where a part is not */
	item->frame_j = 0;
	item->pace.back = 0; /* it is shown */
	item->has_failed = false;
}

static void frame_cpus(struct live *live, double seconds)
{
	if (!live->has_cpus)
		return;
	double unit = live->busy_unit_s / seconds;
	live->busy_cpus = (double)(live->last_busy - live->busy_raw) * unit;
	live->steal_cpus = (double)(live->last_steal - live->steal_raw) * unit;
	live->busy_raw = live->last_busy;
	live->steal_raw = live->last_steal;
}

static void frame_event(struct live_event *event, double seconds)
{
	bool is_known = event->has_last && !event->has_failed && seconds > 0 &&
			event->last_raw >= event->frame_raw;
	event->rate = is_known ? (double)(event->last_raw - event->frame_raw) *
				     event->unit_per_raw / seconds
			       : NAN;
	event->frame_raw = event->last_raw;
}

static double rate_of(const struct live *live, const char *name)
{
	const struct live_event *event = find_event(live, name);
	return event ? event->rate : NAN;
}

static void frame_events(struct live *live, double seconds)
{
	for (size_t i = 0; i < live->n_events; i++)
		frame_event(&live->events[i], seconds);
	double cycles = rate_of(live, "cycles");
	live->ipc = cycles > 0 ? rate_of(live, "instructions") / cycles : NAN;
}

void live_frame(struct live *live, int64_t now_ns)
{
	double seconds = (double)(now_ns - live->frame_ns) / NS_PER_S;
	live->w = live->n > 0 ? 0 : NAN;
	for (size_t i = 0; i < live->n; i++)
		frame_channel(live, &live->channels[i], seconds);
	frame_cpus(live, seconds);
	frame_events(live, seconds);
	live->highest_w = fmax(live->highest_w, live->w); /* fmax leaves a NAN out */
	memmove(live->history_w, live->history_w + 1,
		(LIVE_HISTORY - 1) * sizeof(live->history_w[0]));
	live->history_w[LIVE_HISTORY - 1] = live->w;
	live->frame_ns = now_ns;
}

static void append(char *text, size_t size, const char *glyph)
{
	size_t length = strlen(text), more = strlen(glyph);
	if (length + more < size)
		memcpy(text + length, glyph, more + 1);
}

const char *live_bar(char *text, size_t size, double share, int columns, bool is_utf8)
{
	static const char *const parts[] = { "", "▏", "▎", "▍", "▌", "▋", "▊", "▉" };
	share = share > 0 ? fmin(share, 1) : 0;
	int eighths = (int)lround(share * columns * 8);
	text[0] = '\0';
	for (int i = 0; i < eighths / 8; i++)
		append(text, size, is_utf8 ? "█" : "#");
	if (is_utf8)
		append(text, size, parts[eighths % 8]);
	return text;
}

const char *live_sparkline(const struct live *live, char *text, size_t size, int columns,
			   bool is_utf8)
{
	static const char *const levels[] = { "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
	text[0] = '\0';
	int n = columns < LIVE_HISTORY ? columns : LIVE_HISTORY;
	for (int i = LIVE_HISTORY - n; is_utf8 && i < LIVE_HISTORY; i++) {
		double w = live->history_w[i];
		double share = live->highest_w > 0 ? w / live->highest_w : 0;
		append(text, size, isnan(w) ? " " : levels[(int)fmin(share * 8, 7)]);
	}
	return text;
}
