/* profiler/otlp/otlp-body.h - the counts of a meter as one request for an OpenTelemetry receiver.
 *
 * Energies are sums since the channel was first seen, so a request that never arrives takes no joule
 * with it: the next one has them all. A channel that cannot be read has a point that says so, not a 0.
 * Beside the channels: joulecart.co2e in g, of the energy in the total. */
#ifndef JOULECART_OTLP_BODY_H
#define JOULECART_OTLP_BODY_H
#include "profiler/metrics/meter.h"

#include <stdint.h>

struct otlp_facts {
	const char *host;         /* its name */
	const char *zone, *basis; /* of the grid: "DE", "consumption" */
};

/* A text by malloc, which the caller frees; NULL: no memory. now_ns: of CLOCK_BOOTTIME; unix_ns: the
 * same moment. */
char *otlp_body(struct meter *meter, const struct otlp_facts *facts, int64_t now_ns,
		int64_t unix_ns);

#endif
