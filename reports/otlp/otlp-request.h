/* reports/otlp/otlp-request.h - energy and power as a request of OpenTelemetry's protocol, OTLP/HTTP in its
 * JSON.
 *
 * Names are those of OpenTelemetry's semantic conventions for hardware (development status, of
 * August 2026): hw.energy in J, cumulative, and hw.power in W, with hw.id, hw.type, hw.name and, for
 * what is a part of another channel, hw.parent. Channels of the whole host (psys, a BMC, an estimate) are
 * hw.host.energy and hw.host.power alone, as the conventions ask, so that nobody adds them to
 * their parts. What they have no word for is joulecart.energy and joulecart.power: a second view of
 * hardware that is counted already, and channels whose hardware is not known.
 *
 * Texts may be any, guarded or not: they go out as people see them (base/text.h), for json_print_shown(). Where
 * memory runs out a value is NULL, and so is what was to hold it. */
#ifndef JOULECART_OTLP_REQUEST_H
#define JOULECART_OTLP_REQUEST_H
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

struct otlp_channel {
	const char *id;     /* "powercap/package-0", unique on the host */
	const char *domain; /* or NULL */
	const char *parent; /* id of the channel whose joules contain this one's, or NULL */
	const char *provenance; /* "measured" */
	bool is_counted;        /* in the total */
};

/* Adds a text, unless it is NULL. */
void otlp_add_text(json_t *attributes, const char *key, const char *text);

/* What each point of the channel bears; the caller's. NULL: no memory. */
json_t *otlp_attributes(const struct otlp_channel *channel);

/* One point at end_ns; times are UNIX times in ns. An energy begins where its sum was 0; begin_ns 0: not
 * told. A value of NAN is not known, and the point says that none was recorded. The attributes are shared. */
json_t *otlp_point(uint64_t begin_ns, uint64_t end_ns, double value, json_t *attributes);

enum { OTLP_FAMILIES = 3 };
/* Points of a resource, by family. */
struct otlp_points {
	json_t *energy[OTLP_FAMILIES], *power[OTLP_FAMILIES];
};
struct otlp_points otlp_points_new(void);

/* The two arrays where the channel's points go. */
struct otlp_place {
	json_t *energy, *power;
};
struct otlp_place otlp_place(const struct otlp_points *points,
			     const struct otlp_channel *channel);

/* The families that have points, as metrics, the caller's; the points are released. NULL: no memory. */
json_t *otlp_metrics(struct otlp_points *points);

/* A sum that only rises, since the begin of its points, which become its own; the caller's. NULL: no
 * memory. */
json_t *otlp_sum(const char *name, const char *unit, json_t *points);

/* All of one resource; both values become its own. version: of joulecart. */
json_t *otlp_resource(json_t *attributes, const char *version, json_t *metrics);

/* The request; the array of resources becomes its own. */
json_t *otlp_request(json_t *resources);

#endif
