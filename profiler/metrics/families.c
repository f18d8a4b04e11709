/* profiler/metrics/families.c - see families.h. */
#include <config.h>

#include "profiler/metrics/families.h"

#include "base/clock.h"
#include "collectors/registry.h"
#include "profiler/metrics/campaign-watch.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* What may become of a request: "taken" and so on. */
enum { OUTCOMES = 3 };

/* What one family is printed with. */
struct page {
	FILE *out;
	enum exposition_form form;
	struct meter *meter;
	int64_t now_ns;
	struct exposition_point *points; /* room for those of the largest family */
	char (*events)[64];              /* names: room for one of each channel */
};

static const struct exposition_family joules = {
	"joulecart_joules", EXPOSITION_COUNTER, "joules",
	"Energy of a channel. Sum over in_total=\"1\" alone: other channels are parts of "
	"these."
};
static const struct exposition_family bounds = {
	"joulecart_joules_bound", EXPOSITION_GAUGE, NULL,
	"The least and the most that joulecart_joules_total may be, where readings are "
	"missing."
};
static const struct exposition_family times = {
	"joulecart_read_timestamp_seconds", EXPOSITION_GAUGE, "seconds",
	"When a channel was last read, UNIX time."
};
static const struct exposition_family watts = {
	"joulecart_watts", EXPOSITION_GAUGE, "watts",
	"Mean power of a channel in the last second."
};
static const struct exposition_family unreadable = {
	"joulecart_unreadable", EXPOSITION_GAUGE, NULL,
	"1 while the energy of a channel that is there cannot be read."
};
static const struct exposition_family gaps = {
	"joulecart_gaps", EXPOSITION_COUNTER, NULL,
	"How often a channel's readings left something open, by what was seen; what goes "
	"on counts once a second."
};
static const struct exposition_family events = { "joulecart_events", EXPOSITION_COUNTER,
						 NULL, "Events of the whole machine." };
static const struct exposition_family co2e = {
	"joulecart_co2e_grams", EXPOSITION_COUNTER, "grams",
	"Greenhouse gases of the energy in the total, by the grid's yearly mean."
};

static bool is_joules(const struct meter_channel *item)
{
	return !item->is_event;
}

/* The labels of a channel's energy. */
static struct exposition_point point_of(const struct meter_channel *item, double value)
{
	const struct channel *channel = item->channel;
	return (struct exposition_point){
		.labels = { { "collector", item->collector },
			    { "channel", channel->name },
			    { "domain", channel->domain ? channel->domain : "" },
			    { "provenance", provenance_name(channel->provenance) },
			    { "in_total", channel->counted ? "1" : "0" } },
		.value = value
	};
}

static void print(const struct page *page, const struct exposition_family *family, size_t n)
{
	exposition_family(page->out, page->form, family, page->points, n);
}

static void print_joules(const struct page *page)
{
	size_t n = 0, n_bounds = 0;
	for (size_t i = 0; i < page->meter->n; i++) {
		struct meter_channel *item = &page->meter->channels[i];
		if (!is_joules(item))
			continue;
		page->points[n] = point_of(item, meter_value(item));
		page->points[n++].created_s = item->created_s;
	}
	print(page, &joules, n);
	for (size_t i = 0; i < page->meter->n; i++) {
		struct meter_channel *item = &page->meter->channels[i];
		if (!is_joules(item) || !item->has_last)
			continue;
		struct meter_bounds span = meter_bounds(item, page->now_ns);
		for (int k = 0; k < 2; k++) {
			page->points[n_bounds] = point_of(item, k ? span.high : span.low);
			page->points[n_bounds++].labels[5] =
			    (struct exposition_label){ "bound", k ? "high" : "low" };
		}
	}
	print(page, &bounds, n_bounds);
}

/* Without a sample wherever the joules have none: who joins the two families finds pairs alone. */
static void print_times(const struct page *page)
{
	double unix_s = (double)(clock_ns(CLOCK_REALTIME) - boottime_ns()) /
			(double)NS_PER_S;
	size_t n = 0;
	for (size_t i = 0; i < page->meter->n; i++) {
		const struct meter_channel *item = &page->meter->channels[i];
		bool is_known = item->has_last && !item->is_unreadable;
		if (is_joules(item))
			page->points[n++] = point_of(
			    item, is_known ? unix_s + (double)item->last.mono_ns /
							  (double)NS_PER_S
					   : NAN);
	}
	print(page, &times, n);
}

static void print_watts(const struct page *page)
{
	size_t n = 0;
	for (size_t i = 0; i < page->meter->n; i++)
		if (is_joules(&page->meter->channels[i]))
			page->points[n++] = point_of(&page->meter->channels[i],
						     page->meter->channels[i].w);
	print(page, &watts, n);
}

/* Also the parts that could not be opened: they are there, and nobody knows what they draw. */
static void print_unreadable(const struct page *page, const struct sensors *sensors)
{
	size_t n = 0;
	for (size_t i = 0; i < page->meter->n; i++) {
		const struct meter_channel *item = &page->meter->channels[i];
		if (is_joules(item))
			page->points[n++] = point_of(item, item->is_unreadable ||
							       !item->has_last);
	}
	for (size_t i = 0; i < sensors->n_missing; i++) {
		const struct missing *missing = &sensors->missing[i];
		const struct collector *collector = collector_find(missing->collector);
		if (collector && collector->is_energy && missing->name[0])
			page->points[n++] = (struct exposition_point){
				.labels = { { "collector", collector->name },
					    { "channel", missing->name } },
				.value = 1
			};
	}
	print(page, &unreadable, n);
}

static void print_gaps(const struct page *page)
{
	size_t n = 0;
	for (size_t i = 0; i < page->meter->n; i++) {
		const struct meter_channel *item = &page->meter->channels[i];
		for (size_t gap = 0; gap < METER_GAPS && is_joules(item); gap++)
			page->points[n++] = (struct exposition_point){
				.labels = { { "collector", item->collector },
					    { "channel", item->channel->name },
					    { "kind", meter_gap_name(gap) } },
				.value = (double)item->gaps[gap],
				.created_s = item->created_s
			};
	}
	print(page, &gaps, n);
}

static void print_events(const struct page *page)
{
	static const char of_machine[] = "@machine";
	size_t n = 0;
	for (size_t i = 0; i < page->meter->n; i++) {
		struct meter_channel *item = &page->meter->channels[i];
		if (is_joules(item))
			continue;
		const char *name = item->channel->name, *end = strstr(name, of_machine);
		size_t length = end && !end[sizeof(of_machine) - 1] ? (size_t)(end - name)
								    : strlen(name);
		char *event = page->events[n];
		snprintf(event, sizeof(page->events[n]), "%.*s", (int)length, name);
		page->points[n] = (struct exposition_point){
			.labels = { { "collector", item->collector }, { "event", event } },
			.value = meter_value(item),
			.created_s = item->created_s
		};
		n++;
	}
	print(page, &events, n);
}

static void print_one(const struct page *page, const struct exposition_family *family,
		      struct exposition_point point)
{
	page->points[0] = point;
	print(page, family, 1);
}

static void print_grams(const struct page *page, const struct families_facts *facts)
{
	print_one(page, &co2e,
		  (struct exposition_point){
		      .labels = { { "zone", facts->zone }, { "basis", facts->basis } },
		      .value = page->meter->grams,
		      .created_s = page->meter->grams_created_s });
}

static void print_pushed(const struct page *page, const struct families_pushed *pushed)
{
	static const struct exposition_family requests = {
		"joulecart_otlp_requests", EXPOSITION_COUNTER, NULL,
		"Requests to the OpenTelemetry receiver, by what became of them."
	};
	static const struct exposition_family points = {
		"joulecart_otlp_rejected_points", EXPOSITION_COUNTER, NULL,
		"Points that the OpenTelemetry receiver left out of requests that it took."
	};
	static const struct exposition_family waiting = {
		"joulecart_otlp_waiting", EXPOSITION_GAUGE, NULL,
		"Requests that wait until the OpenTelemetry receiver takes them."
	};
	const struct outcome {
		const char *name;
		uint64_t n;
	} outcomes[OUTCOMES] = { { "taken", pushed->taken },
				 { "refused", pushed->refused },
				 { "lost", pushed->lost } };
	for (size_t i = 0; i < OUTCOMES; i++)
		page->points[i] = (struct exposition_point){
			.labels = { { "outcome", outcomes[i].name } },
			.value = (double)outcomes[i].n,
			.created_s = page->meter->begun_s
		};
	print(page, &requests, OUTCOMES);
	print_one(page, &points,
		  (struct exposition_point){ .value = (double)pushed->rejected_points,
					     .created_s = page->meter->begun_s });
	print_one(page, &waiting,
		  (struct exposition_point){ .value = (double)pushed->waiting });
}

static void print_own(const struct page *page, const struct families_facts *facts)
{
	const struct own {
		struct exposition_family family;
		double value;
	} rows[] = {
		{ { "joulecart_own_cpu_seconds", EXPOSITION_COUNTER, "seconds",
		    "Processor time of joulecart itself." },
		  facts->own_cpu_s },
		{ { "joulecart_own_resident_bytes", EXPOSITION_GAUGE, "bytes",
		    "Memory of joulecart itself, at its highest." },
		  facts->own_bytes },
		{ { "joulecart_readings", EXPOSITION_COUNTER, NULL, "Readings taken." },
		  (double)page->meter->n_readings },
		{ { "joulecart_missed_readings", EXPOSITION_COUNTER, NULL,
		    "Passes over the channels that were due and not taken." },
		  (double)facts->missed },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		print_one(page, &rows[i].family,
			  (struct exposition_point){ .value = rows[i].value,
						     .created_s = page->meter->begun_s });
	print_one(page,
		  &(const struct exposition_family){ "joulecart_build", EXPOSITION_INFO,
						     NULL, "Version of joulecart." },
		  (struct exposition_point){ .labels = { { "version", PACKAGE_VERSION } },
					     .value = 1 });
}

int families_print(FILE *out, enum exposition_form form, struct meter *meter,
		   const struct families_facts *facts, int64_t now_ns)
{
	size_t room = meter->n * METER_GAPS + facts->sensors->n_missing + OUTCOMES;
	struct page page = { .out = out,
			     .form = form,
			     .meter = meter,
			     .now_ns = now_ns,
			     .points = calloc(room, sizeof(*page.points)),
			     .events = calloc(meter->n + 1, sizeof(*page.events)) };
	if (!page.points || !page.events) {
		free(page.points);
		free(page.events);
		return -1;
	}
	print_joules(&page);
	print_times(&page);
	print_watts(&page);
	print_unreadable(&page, facts->sensors);
	print_gaps(&page);
	print_grams(&page, facts);
	print_events(&page);
	if (facts->campaigns)
		campaign_watch_print(facts->campaigns, out, form);
	if (facts->pushed)
		print_pushed(&page, facts->pushed);
	print_own(&page, facts);
	exposition_end(out, form);
	free(page.points);
	free(page.events);
	return 0;
}
