/* reports/export/export-otlp.h - energy and power for OpenTelemetry: one request of OTLP/HTTP in its JSON, as a
 * collector reads it from a file or takes it at /v1/metrics.
 *
 * Names are those of OpenTelemetry's semantic conventions for hardware (development status, of
 * August 2026): hw.energy in J, cumulative, and hw.power in W, with hw.id, hw.type, hw.name and, for
 * what is a part of another channel, hw.parent. Channels of the whole host (psys, a BMC, an estimate) are
 * hw.host.energy and hw.host.power alone, as the conventions ask, so that nobody adds them to
 * their parts. What they have no word for is joulecart.energy and joulecart.power: a second view of
 * hardware that is counted already, and channels whose hardware is not known. Each trial is a resource. */
#ifndef JOULECART_EXPORT_OTLP_H
#define JOULECART_EXPORT_OTLP_H
#include "reports/export/export-data.h"

#include <stdio.h>

struct problem;

/* db: what data was read from. 0, or -1 with *why: it could not be read. */
int export_otlp(sqlite3 *db, const struct export_data *data, FILE *out,
		struct problem *why);

#endif
