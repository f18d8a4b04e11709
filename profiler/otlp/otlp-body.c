/* profiler/otlp/otlp-body.c - see otlp-body.h. */
#include <config.h>

#include "profiler/otlp/otlp-body.h"

#include "base/clock.h"
#include "collectors/registry.h"
#include "reports/figure/json-text.h"
#include "reports/otlp/otlp-request.h"

#include <stdio.h>
#include <stdlib.h>

/* "powercap/package-0", by malloc; NULL for no name. */
static char *id_of(const struct meter_channel *item, const char *name)
{
	char *id = NULL;
	return name && asprintf(&id, "%s/%s", item->collector, name) >= 0 ? id : NULL;
}

/* When a count began: not behind its point, also where somebody set the clock back since. */
static uint64_t begin_ns(double created_s, uint64_t point_ns)
{
	uint64_t created_ns = (uint64_t)(created_s * (double)NS_PER_S);
	return created_ns < point_ns ? created_ns : point_ns;
}

/* Of a channel that cannot be read it is now that nothing is known. */
static void add_channel(const struct otlp_points *points, struct meter_channel *item,
			int64_t now_ns, int64_t unix_ns)
{
	char *id = id_of(item, item->channel->name);
	char *parent = id_of(item, item->channel->inside);
	const struct otlp_channel channel = { .id = id ? id : "",
					      .domain = item->channel->domain,
					      .parent = parent,
					      .provenance = provenance_name(
						  item->channel->provenance),
					      .is_counted = item->channel->counted };
	const struct otlp_place place = otlp_place(points, &channel);
	bool is_known = item->has_last && !item->is_unreadable;
	int64_t age_ns = is_known ? now_ns - item->last.mono_ns : 0;
	uint64_t read_ns = (uint64_t)(unix_ns - age_ns);
	json_t *attributes = otlp_attributes(&channel);
	json_array_append_new(place.energy,
			      otlp_point(begin_ns(item->created_s, read_ns), read_ns,
					 meter_value(item), attributes));
	json_array_append_new(place.power, otlp_point(0, read_ns, item->w, attributes));
	json_decref(attributes);
	free(parent);
	free(id);
}

static json_t *co2e_of(const struct meter *meter, const struct otlp_facts *facts,
		       int64_t unix_ns)
{
	json_t *attributes = json_array(), *points = json_array();
	otlp_add_text(attributes, "joulecart.zone", facts->zone);
	otlp_add_text(attributes, "joulecart.basis", facts->basis);
	json_array_append_new(
	    points, otlp_point(begin_ns(meter->grams_created_s, (uint64_t)unix_ns),
			       (uint64_t)unix_ns, meter->grams, attributes));
	json_decref(attributes);
	return otlp_sum("joulecart.co2e", "g", points);
}

static json_t *resource_of(const struct otlp_facts *facts, json_t *metrics)
{
	json_t *attributes = json_array();
	otlp_add_text(attributes, "service.name", "joulecart");
	otlp_add_text(attributes, "service.instance.id", facts->host);
	otlp_add_text(attributes, "host.name", facts->host);
	return otlp_resource(attributes, PACKAGE_VERSION, metrics);
}

/* The value is released. */
static char *text_of(json_t *request)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	if (!out) {
		json_decref(request);
		return NULL;
	}
	bool is_whole = json_print_shown(request, JSON_COMPACT, out) == 0;
	if (fclose(out) == 0 && is_whole)
		return text;
	free(text);
	return NULL;
}

char *otlp_body(struct meter *meter, const struct otlp_facts *facts, int64_t now_ns,
		int64_t unix_ns)
{
	struct otlp_points points = otlp_points_new();
	json_t *resources = json_array();
	for (size_t i = 0; i < meter->n; i++)
		if (!meter->channels[i].is_event)
			add_channel(&points, &meter->channels[i], now_ns, unix_ns);
	json_t *metrics = otlp_metrics(&points);
	json_array_append_new(metrics, co2e_of(meter, facts, unix_ns));
	json_array_append_new(resources, resource_of(facts, metrics));
	return text_of(otlp_request(resources));
}
