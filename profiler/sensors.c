/* profiler/sensors.c - see sensors.h. */
#include <config.h>

#include "profiler/sensors.h"

#include "base/clock.h"
#include "base/problem.h"

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

static void note_counted(struct sensors *sensors, const struct channel_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->channels[i].counted &&
		    list->channels[i].provenance <= PROV_MODELLED)
			sensors->is_measured = true;
}

static int open_one(struct sensors *sensors, const struct collector *collector,
		    const struct scope *scope)
{
	struct sensor *sensor = &sensors->items[sensors->n];
	struct problem why;
	*sensor = (struct sensor){ .collector = collector, .first = sensors->n_channels };
	if (collector->open(scope, &sensor->state, &sensor->list, &why) != 0)
		return add_missing(sensors, collector->name, NULL, why.why, why.todo);
	sensors->n++;
	sensors->n_channels += sensor->list.n;
	note_counted(sensors, &sensor->list);
	for (size_t i = 0; i < sensor->list.n_absent; i++) {
		const struct absence *absence = &sensor->list.absences[i];
		if (add_missing(sensors, collector->name, absence->name, absence->why,
				absence->todo) != 0)
			return -1;
	}
	return 0;
}

int sensors_open(struct sensors *sensors, const struct scope *scope, struct problem *why)
{
	*sensors = (struct sensors){ 0 };
	int code = 0;
	for (size_t i = 0; collectors[i] && code == 0 && sensors->n < SENSORS_MAX; i++) {
		const struct collector *collector = collectors[i];
		bool wanted = !collector->in_process &&
			      !(collector->is_fallback && sensors->is_measured);
		if (wanted)
			code = open_one(sensors, collector, scope);
	}
	if (code == 0 && sensors->n_channels > 0)
		return 0;
	problem_what(why, "cannot open any counter");
	if (code != 0)
		problem_errno(why, ENOMEM);
	else
		problem_why(why, "%s",
			    sensors->missing ? sensors->missing[0].why : "none is known");
	problem_todo(why, "'joulecart doctor' tells of each");
	sensors_close(sensors);
	return -1;
}

void sensors_read(struct sensors *sensors, struct span *spans, struct reading *readings)
{
	for (size_t i = 0; i < sensors->n; i++) {
		struct sensor *sensor = &sensors->items[i];
		spans[i].begin_ns = monotonic_ns();
		sensor->collector->read(sensor->state, readings + sensor->first);
		spans[i].end_ns = monotonic_ns();
	}
}

void sensors_close(struct sensors *sensors)
{
	for (size_t i = sensors->n; i-- > 0;)
		sensors->items[i].collector->close(sensors->items[i].state);
	free(sensors->missing);
	*sensors = (struct sensors){ 0 };
}
