/* profiler/metrics/families.h - the families of metrics of one machine, from its meter.
 *
 *   joulecart_joules_total      {collector,channel,domain,provenance,in_total}; no sample while
 *                               the channel cannot be read: a gap, not a standstill
 *   joulecart_joules_bound      the same and {bound="low|high"}
 *   joulecart_read_timestamp_seconds   the same: when its joules were read
 *   joulecart_watts             mean of the last second
 *   joulecart_unreadable        1: the channel, or a part that is there, cannot be read
 *   joulecart_gaps_total        {collector,channel,kind}: how often the readings left something
 *                               open; what goes on counts once a second
 *   joulecart_co2e_grams_total  {zone,basis}
 *   joulecart_events_total      {collector,event}
 *   joulecart_query_joules      see query-histogram.h
 *   joulecart_otlp_...          what became of requests to an OpenTelemetry receiver
 *   joulecart_own_..., joulecart_readings..., joulecart_build_info   joulecart itself
 *
 * A sum over in_total="1" counts no joule twice. */
#ifndef JOULECART_FAMILIES_H
#define JOULECART_FAMILIES_H
#include "profiler/metrics/exposition.h"
#include "profiler/metrics/meter.h"
#include "profiler/sample/sensors.h"

struct campaign_watch;

/* Requests that were sent to a receiver. */
struct families_pushed {
	uint64_t taken, refused, lost; /* lost: neither sent nor kept any more */
	uint64_t rejected_points;      /* of requests that were taken */
	uint64_t waiting;
};

struct families_facts {
	const struct sensors *sensors;
	const char *zone, *basis; /* "DE", "consumption" */
	int64_t missed;           /* readings that were due and not taken */
	double own_cpu_s, own_bytes;
	const struct families_pushed *pushed; /* NULL: nothing is sent */
	struct campaign_watch *campaigns;     /* NULL: none are watched */
};

/* All of them, and what ends the text. -1: no memory, and nothing was printed. */
int families_print(FILE *out, enum exposition_form form, struct meter *meter,
		   const struct families_facts *facts, int64_t now_ns);

#endif
