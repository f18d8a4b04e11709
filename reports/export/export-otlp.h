/* reports/export/export-otlp.h - energy and power for OpenTelemetry: one request of OTLP/HTTP in its JSON, as a
 * collector reads it from a file or takes it at /v1/metrics.
 *
 * What a channel is called there: reports/otlp/otlp-request.h. Each trial is a resource. */
#ifndef JOULECART_EXPORT_OTLP_H
#define JOULECART_EXPORT_OTLP_H
#include "reports/export/export-data.h"

#include <stdio.h>

struct problem;

/* db: what data was read from. 0, or -1 with *why: it could not be read. */
int export_otlp(sqlite3 *db, const struct export_data *data, FILE *out,
		struct problem *why);

#endif
