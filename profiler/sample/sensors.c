/* profiler/sample/sensors.c - see sensors.h. */
#include <config.h>

#include "profiler/sample/sensors.h"

#include "base/clock.h"
#include "base/problem.h"
#include "collectors/sysfs.h"
#include "profiler/sample/overlap.h"
#include "schema/samples/advance.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int add_missing(struct sensors *sensors, const char *collector, const char *name,
		       const char *why, const char *todo)
{
	size_t size = (sensors->n_missing + 1) * sizeof(*sensors->missing);
	struct missing *grown = realloc(sensors->missing, size);
	if (!grown)
		return -1;
	sensors->missing = grown;
	struct missing *missing = &grown[sensors->n_missing++];
	missing->collector = collector;
	snprintf(missing->name, sizeof(missing->name), "%s", name ? name : "");
	snprintf(missing->why, sizeof(missing->why), "%s", why);
	snprintf(missing->todo, sizeof(missing->todo), "%s", todo ? todo : "");
	return 0;
}

/* Reads to time a collector by: the first of them may fault pages in. */
enum { N_TIMED_READS = 5 };

/* The shortest of a few reads; of one that takes long, one is enough. */
static int64_t read_cost_ns(const struct sensor *sensor)
{
	int64_t least_ns = INT64_MAX;
	struct reading *readings = calloc(sensor->list.n, sizeof(*readings));
	for (int i = 0; readings && i < N_TIMED_READS; i++) {
		int64_t begin_ns = monotonic_ns();
		sensor->collector->read(sensor->state, readings);
		int64_t took_ns = monotonic_ns() - begin_ns;
		least_ns = took_ns < least_ns ? took_ns : least_ns;
		if (took_ns > NS_PER_S / 100)
			break;
	}
	free(readings);
	return least_ns;
}

static size_t count_counted(const struct sensor *sensor)
{
	size_t n = 0;
	for (size_t i = 0; i < sensor->list.n; i++)
		n += sensor->list.channels[i].counted;
	return n;
}

/* More of the machine is better; then the cheaper read is. */
static bool is_better(const struct sensor *sensor, const struct sensor *best)
{
	size_t n = count_counted(sensor), n_best = count_counted(best);
	return n != n_best ? n > n_best : read_cost_ns(sensor) < read_cost_ns(best);
}

static void close_sensor(struct sensor *sensor)
{
	sensor->collector->close(sensor->state);
	free(sensor->channels);
}

static bool is_joules_or_watts(const struct channel *channel)
{
	return channel->unit == UNIT_J || channel->unit == UNIT_W;
}

static bool has_counted_gauge(const struct sensor *sensor)
{
	for (size_t i = 0; i < sensor->list.n; i++)
		if (sensor->channels[i].counted && sensor->channels[i].unit == UNIT_W)
			return true;
	return false;
}

/* Does it show something, and is that no number or none that can be? What cannot be read for the moment is
 * another matter: a gap, until it can. */
static bool is_nonsense(int err)
{
	return err == EBADMSG || err == ERANGE;
}

/* Why that power cannot be, or NULL. */
static const char *why_impossible(const struct channel *channel,
				  const struct reading *reading, char text[128])
{
	uint64_t raw = reading->raw;
	const struct advance_rule rule = {
		.unit_per_raw = channel->unit_per_raw,
		.max_power_w = channel->max_power_w,
		.is_never_zero = advance_is_never_zero(channel->domain),
	};
	if (is_nonsense(reading->err)) {
		snprintf(text, 128, "%s: not counted", sysfs_error(reading->err));
		return text;
	}
	if (reading->err || advance_can_draw(raw, &rule))
		return NULL;
	if (raw == 0)
		snprintf(text, 128,
			 "it reads 0 W, which hardware that runs cannot draw: not counted");
	else
		snprintf(text, 128,
			 "it reads %.4g W, above the %.4g W that it can draw: not "
			 "counted",
			 (double)raw * channel->unit_per_raw, channel->max_power_w);
	return text;
}

/* A meter whose first reading cannot be is none: another source, or the estimate, counts in its
 * place. It is read on, for who wants to see what it says. -1: no memory. */
static int drop_impossible(struct sensors *sensors, struct sensor *sensor)
{
	struct reading *readings = calloc(sensor->list.n, sizeof(*readings));
	char text[128];
	int code = readings ? 0 : -1;
	if (readings)
		sensor->collector->read(sensor->state, readings);
	for (size_t i = 0; i < sensor->list.n && code == 0; i++) {
		struct channel *channel = &sensor->channels[i];
		if (!channel->counted || channel->unit != UNIT_W ||
		    !why_impossible(channel, &readings[i], text))
			continue;
		channel->counted = false;
		channel->part = NULL;
		code = add_missing(sensors, sensor->collector->name, channel->name, text,
				   NULL);
	}
	free(readings);
	return code;
}

/* No reading enters a total that has not been held against what its channel can draw: each gets a
 * limit, its own or its domain's. -1: no memory. */
static int hold_against_limits(struct sensors *sensors, struct sensor *sensor)
{
	for (size_t i = 0; i < sensor->list.n; i++) {
		struct channel *channel = &sensor->channels[i];
		if (is_joules_or_watts(channel))
			channel->max_power_w = advance_limit_w(channel->max_power_w,
							       channel->domain);
	}
	return has_counted_gauge(sensor) ? drop_impossible(sensors, sensor) : 0;
}

/* -1: no memory. */
static int add_absences(struct sensors *sensors, const struct sensor *sensor)
{
	for (size_t i = 0; i < sensor->list.n_absent; i++) {
		const struct absence *absence = &sensor->list.absences[i];
		if (add_missing(sensors, sensor->collector->name, absence->name,
				absence->why, absence->todo) != 0)
			return -1;
	}
	return 0;
}

/* Takes an open sensor into the set. -1: no memory; the sensor is closed. */
static int add_sensor(struct sensors *sensors, struct sensor *sensor)
{
	struct channel_set sets[SENSORS_MAX];
	size_t size = sensor->list.n * sizeof(*sensor->channels);
	if (size == 0) {
		int code = add_absences(sensors, sensor);
		close_sensor(sensor);
		return code;
	}
	sensor->channels = malloc(size);
	if (!sensor->channels) {
		close_sensor(sensor);
		return -1;
	}
	memcpy(sensor->channels, sensor->list.channels, size);
	sensor->list.channels = sensor->channels;
	if (hold_against_limits(sensors, sensor) != 0) {
		close_sensor(sensor);
		return -1;
	}
	sensor->first = sensors->n_channels;
	sensors->items[sensors->n++] = *sensor;
	sensors->n_channels += sensor->list.n;
	for (size_t i = 0; i < sensors->n; i++)
		sets[i] = (struct channel_set){ sensors->items[i].channels,
						sensors->items[i].list.n };
	settle_last(sets, sensors->n);
	sensors->is_measured = settle_is_measured(sets, sensors->n);
	return add_absences(sensors, sensor);
}

static bool is_wanted(const struct sensors *sensors, const struct collector *collector,
		      const struct scope *scope)
{
	return !collector->in_process &&
	       (!collector->is_asked || collector->is_asked(scope)) &&
	       !(collector->is_fallback && sensors->is_measured) &&
	       !(collector->one_of && scope->rapl &&
		 strcmp(collector->name, scope->rapl) != 0);
}

/* The best of collectors[*i] and those behind it that are alternatives to it; *i ends at the
 * last of them. What none can read is told of all; of what one can read, only it is told. */
static int open_best(struct sensors *sensors, size_t *i, const struct scope *scope)
{
	struct sensor best = { 0 };
	struct problem whys[SENSORS_MAX];
	const char *word = collectors[*i]->one_of;
	size_t first = *i;
	for (;; ++*i) {
		struct sensor sensor = { .collector = collectors[*i] };
		if (is_wanted(sensors, sensor.collector, scope) &&
		    sensor.collector->open(scope, &sensor.state, &sensor.list,
					   &whys[*i - first]) == 0) {
			bool is_best = !best.collector || is_better(&sensor, &best);
			struct sensor *worse = is_best ? &best : &sensor;
			if (worse->collector)
				close_sensor(worse);
			best = is_best ? sensor : best;
		}
		const struct collector *next = collectors[*i + 1];
		if (!word || !next || !next->one_of || strcmp(next->one_of, word) != 0)
			break;
	}
	if (best.collector)
		return add_sensor(sensors, &best);
	for (size_t j = first; j <= *i; j++)
		if (is_wanted(sensors, collectors[j], scope) &&
		    add_missing(sensors, collectors[j]->name, NULL, whys[j - first].why,
				whys[j - first].todo) != 0)
			return -1;
	return 0;
}

int sensors_open(struct sensors *sensors, const struct scope *scope, struct problem *why)
{
	*sensors = (struct sensors){ 0 };
	int code = 0;
	for (size_t i = 0; collectors[i] && code == 0 && sensors->n < SENSORS_MAX; i++)
		code = open_best(sensors, &i, scope);
	if (code == 0 && sensors->n_channels > 0)
		code = sensors_plan(sensors);
	if (code == 0 && sensors->n_channels > 0)
		return 0;
	problem_what(why, "cannot open any counter");
	if (code != 0)
		problem_errno(why, ENOMEM);
	else
		problem_why(why, "%s",
			    sensors->missing ? sensors->missing[0].why : "none is known");
	problem_todo(why, "'joulecart doctor' shows each");
	sensors_close(sensors);
	return -1;
}

int sensors_plan(struct sensors *sensors)
{
	sensors->readers = calloc(sensors->n_channels, sizeof(*sensors->readers));
	sensors->n_readers = 0;
	for (size_t s = 0; sensors->readers && s < sensors->n; s++) {
		const struct sensor *sensor = &sensors->items[s];
		bool is_single = sensor->collector->read_one != NULL;
		size_t n = is_single ? 1 : sensor->list.n;
		for (size_t i = 0; i < sensor->list.n; i += n)
			sensors->readers[sensors->n_readers++] =
			    (struct reader){ sensor, is_single, sensor->first + i, n };
	}
	return sensors->readers ? 0 : -1;
}

void sensors_close(struct sensors *sensors)
{
	for (size_t i = sensors->n; i-- > 0;)
		if (!sensors->items[i].is_lost)
			close_sensor(&sensors->items[i]);
	free(sensors->readers);
	free(sensors->missing);
	*sensors = (struct sensors){ 0 };
}
