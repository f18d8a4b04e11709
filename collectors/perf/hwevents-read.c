/* collectors/perf/hwevents-read.c - what the counters of the events show now: groups in one call, parts
 * summed, and how much of the time each was really counted. See hwevents.h. */
#include <config.h>

#include "collectors/perf/hwevents.h"

#include <errno.h>

/* The smallest share of its time that a hardware event had a counter; 1 before it began. */
static uint64_t smallest_share(const struct hwevents *hwevents)
{
	double smallest = 1;
	for (size_t i = 0; i < hwevents->n_events; i++) {
		const struct perf_count *last = &hwevents->events[i].total.last;
		if (!hwevents->events[i].is_hardware || last->enabled_ns == 0)
			continue;
		double share = (double)last->running_ns / (double)last->enabled_ns;
		smallest = share < smallest ? share : smallest;
	}
	return (uint64_t)(smallest / HWEVENTS_GAUGE_UNIT);
}

/* With others, the times of all together take the place of its own. */
static struct reading read_single(const struct hwevents *hwevents, struct event *event)
{
	struct perf_count counts[1 + CORE_PMUS_MAX];
	int err = perf_event_read(event->fd, counts);
	for (size_t i = 0; i < event->n_places && !err; i++)
		err = perf_event_read(hwevents->places[event->place + i].fd,
				      &counts[1 + i]);
	event->running_ns = err ? event->running_ns : counts->running_ns;
	if (!err && event->n_places)
		core_pmus_join(counts, 1 + event->n_places);
	if (!err)
		err = perf_total_add(&event->total, counts);
	return (struct reading){ event->total.value, err };
}

/* The sum of the parts behind it, and these. What one of them lacks, the sum lacks. */
static void read_split(struct event *sum, struct reading *out)
{
	struct event *parts = sum + 1;
	struct perf_count counts[CORE_PMUS_MAX];
	int err = 0;
	for (size_t i = 0; i < sum->n_parts && !err; i++)
		err = perf_event_read(parts[i].fd, &counts[i]);
	for (size_t i = 0; i < sum->n_parts && !err; i++)
		parts[i].running_ns = counts[i].running_ns;
	out[0] = (struct reading){ .err = err };
	if (!err)
		core_pmus_join(counts, sum->n_parts);
	for (size_t i = 0; i < sum->n_parts; i++) {
		int own = err ? err : perf_total_add(&parts[i].total, &counts[i]);
		out[i + 1] = (struct reading){ parts[i].total.value, own };
		out[0].raw += parts[i].total.value;
		out[0].err = own;
	}
}

/* One that never got a counter makes the sum unknown. */
static struct reading read_sum(struct hwevents *hwevents, struct event *event)
{
	struct reading sum = { 0 };
	struct perf_count times = { 0 };
	for (size_t i = event->place; i < event->place + event->n_places; i++) {
		struct perf_count now = { 0 };
		int err = perf_event_read(hwevents->places[i].fd, &now);
		if (!err)
			err = perf_total_add(&hwevents->places[i].total, &now);
		sum.raw += hwevents->places[i].total.value;
		sum.err = err ? err : sum.err;
		times.enabled_ns += now.enabled_ns;
		times.running_ns += now.running_ns;
	}
	if (event->is_lost) /* never an unchanged count instead */
		sum.err = ESRCH;
	event->total = (struct perf_total){ times, sum.raw };
	event->running_ns = times.running_ns;
	return sum;
}

size_t hwevents_read(struct hwevents *hwevents, struct reading *out)
{
	uint64_t values[EVENTS_MAX] = { 0 };
	size_t n_failed = 0;
	if (hwevents->service)
		hwevents_look_for_restart(hwevents);
	int group_err = hwevents->n_grouped
			    ? perf_event_read_group(hwevents->leader, values,
						    hwevents->n_grouped)
			    : 0;
	for (size_t i = 0, grouped = 0; i < hwevents->n_events; i++) {
		struct event *event = &hwevents->events[i];
		if (event->is_grouped) {
			out[i] = (struct reading){ values[grouped++], group_err };
		} else if (event->n_parts) {
			read_split(event, out + i);
			i += event->n_parts;
		} else if (event->is_sum) {
			out[i] = read_sum(hwevents, event);
		} else {
			out[i] = read_single(hwevents, event);
		}
	}
	for (size_t i = 0; i < hwevents->n_events; i++)
		n_failed += out[i].err != 0;
	if (hwevents->has_gauge)
		out[hwevents->n_events] =
		    (struct reading){ .raw = smallest_share(hwevents) };
	return n_failed;
}
