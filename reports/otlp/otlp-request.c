/* reports/otlp/otlp-request.c - see otlp-request.h. */
#include <config.h>

#include "reports/otlp/otlp-request.h"

#include "base/text.h"
#include "reports/figure/json-text.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* opentelemetry-proto, metrics/v1. */
enum { TEMPORALITY_CUMULATIVE = 2, FLAG_NO_RECORDED_VALUE = 1 };

/* --- what is what ---------------------------------------------------------------------- */

/* The word of the conventions' hw.type; NULL: none is known. */
static const char *type_of(const char *domain)
{
	static const char *const types[][2] = { { "package", "cpu" },
						{ "core", "cpu" },
						{ "uncore", "cpu" },
						{ "dram", "memory" },
						{ "gpu", "gpu" } };
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]) && domain; i++)
		if (strcmp(domain, types[i][0]) == 0)
			return types[i][1];
	return NULL;
}

static bool is_host(const struct otlp_channel *channel)
{
	return channel->domain && (strcmp(channel->domain, "psys") == 0 ||
				   strcmp(channel->domain, "machine") == 0);
}

/* A second view of the same hardware is in no other channel, and not in the total. */
static bool is_hardware(const struct otlp_channel *channel)
{
	return !is_host(channel) && type_of(channel->domain) &&
	       (channel->is_counted || channel->parent);
}

static const struct family {
	const char *energy, *power;
	bool (*has)(const struct otlp_channel *channel);
} families[OTLP_FAMILIES] = {
	{ "hw.energy", "hw.power", is_hardware },
	{ "hw.host.energy", "hw.host.power", is_host },
	{ "joulecart.energy", "joulecart.power", NULL },
};

static size_t family_of(const struct otlp_channel *channel)
{
	size_t i = 0;
	while (families[i].has && !families[i].has(channel))
		i++;
	return i;
}

/* --- attributes and points ------------------------------------------------------------- */

static json_t *shown(const char *text)
{
	size_t n = strlen(text);
	char *out = malloc(TEXT_GROWTH * n + 1);
	json_t *string = out ? json_stringn(out, text_shown(text, n, out)) : NULL;
	free(out);
	return string;
}

void otlp_add_text(json_t *attributes, const char *key, const char *text)
{
	if (text)
		json_array_append_new(attributes,
				      json_pack("{s:s, s:{s:o}}", "key", key, "value",
						"stringValue", shown(text)));
}

json_t *otlp_attributes(const struct otlp_channel *channel)
{
	const char *slash = strchr(channel->id, '/');
	json_t *attributes = json_array();
	otlp_add_text(attributes, "hw.id", channel->id);
	if (!is_host(channel))
		otlp_add_text(attributes, "hw.type", type_of(channel->domain));
	otlp_add_text(attributes, "hw.name", slash ? slash + 1 : channel->id);
	otlp_add_text(attributes, "hw.parent", channel->parent);
	otlp_add_text(attributes, "joulecart.provenance", channel->provenance);
	json_array_append_new(attributes,
			      json_pack("{s:s, s:{s:b}}", "key", "joulecart.in_total",
					"value", "boolValue", (int)channel->is_counted));
	return attributes;
}

/* As proto3's JSON has 64-bit numbers. */
static json_t *time_of(uint64_t unix_ns)
{
	char text[24];
	snprintf(text, sizeof(text), "%" PRIu64, unix_ns);
	return json_text(text);
}

json_t *otlp_point(uint64_t begin_ns, uint64_t end_ns, double value, json_t *attributes)
{
	json_t *point = json_pack("{s:o, s:O}", "timeUnixNano", time_of(end_ns),
				  "attributes", attributes);
	if (point && isnan(value))
		json_object_set_new(point, "flags", json_integer(FLAG_NO_RECORDED_VALUE));
	else if (point)
		json_object_set_new(point, "asDouble", json_real(value));
	if (point && begin_ns)
		json_object_set_new(point, "startTimeUnixNano", time_of(begin_ns));
	return point;
}

/* --- families -------------------------------------------------------------------------- */

struct otlp_points otlp_points_new(void)
{
	struct otlp_points points;
	for (size_t i = 0; i < OTLP_FAMILIES; i++) {
		points.energy[i] = json_array();
		points.power[i] = json_array();
	}
	return points;
}

struct otlp_place otlp_place(const struct otlp_points *points,
			     const struct otlp_channel *channel)
{
	size_t family = family_of(channel);
	return (struct otlp_place){ points->energy[family], points->power[family] };
}

json_t *otlp_sum(const char *name, const char *unit, json_t *points)
{
	return json_pack("{s:s, s:s, s:{s:i, s:b, s:o}}", "name", name, "unit", unit, "sum",
			 "aggregationTemporality", TEMPORALITY_CUMULATIVE, "isMonotonic", 1,
			 "dataPoints", points);
}

static json_t *gauge(const char *name, const char *unit, json_t *points)
{
	return json_pack("{s:s, s:s, s:{s:o}}", "name", name, "unit", unit, "gauge",
			 "dataPoints", points);
}

static void add_metric(json_t *metrics, json_t *metric, const json_t *points)
{
	if (metric && json_array_size(points) > 0) /* else they went with it */
		json_array_append(metrics, metric);
	json_decref(metric);
}

json_t *otlp_metrics(struct otlp_points *points)
{
	json_t *metrics = json_array();
	for (size_t i = 0; i < OTLP_FAMILIES; i++) {
		add_metric(metrics, otlp_sum(families[i].energy, "J", points->energy[i]),
			   points->energy[i]);
		add_metric(metrics, gauge(families[i].power, "W", points->power[i]),
			   points->power[i]);
	}
	return metrics;
}

json_t *otlp_resource(json_t *attributes, const char *version, json_t *metrics)
{
	return json_pack("{s:{s:o}, s:[{s:{s:s, s:o}, s:o}]}", "resource", "attributes",
			 attributes, "scopeMetrics", "scope", "name", "joulecart",
			 "version", shown(version), "metrics", metrics);
}

json_t *otlp_request(json_t *resources)
{
	return json_pack("{s:o}", "resourceMetrics", resources);
}
