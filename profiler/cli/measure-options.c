/* profiler/cli/measure-options.c - see measure-options.h. */
#include <config.h>

#include "profiler/cli/measure-options.h"

#include "profiler/cli/event-warning.h"
#include "profiler/cli/options.h"

int measure_option(struct campaign_options *options, int code, const char *value,
		   struct problem *why)
{
	struct trial_options *trial = &options->trial;
	switch (code) {
	case MEASURE_RATE:
		return parse_rate(value, &trial->rate_hz, why);
	case MEASURE_PIN:
		return parse_cpu(value, &trial->sampler_cpu, why);
	case MEASURE_EVENTS:
		trial->events = value;
		event_warning(value);
		return 0;
	case MEASURE_PAPI_EVENTS:
		trial->papi_events = value;
		papi_event_warning(value);
		return 0;
	case MEASURE_GPUS:
		trial->gpus = value;
		return 0;
	case MEASURE_RAPL:
		return parse_rapl(value, &trial->rapl, why);
	case MEASURE_ZONE:
		options->zone = value;
		return 0;
	case MEASURE_PUE:
		return parse_pue(value, &options->pue, why);
	case MEASURE_REQUIRE_MEASURED:
		trial->require_measured = true;
		return 0;
	default:
		return 1;
	}
}
