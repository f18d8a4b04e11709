/* profiler/options/measure-options.c - see measure-options.h. */
#include <config.h>

#include "profiler/options/measure-options.h"

#include "profiler/options/event-warning.h"
#include "profiler/options/options.h"

static int take_papi_events(void *events, const char *text, struct problem *why)
{
	(void)why;
	*(const char **)events = text;
	papi_event_warning(text);
	return 0;
}

const struct option_row measure_rows[] = {
	{ OPTION_HEADING("How to measure") },
	{ "rate", 0, "HZ", "auto", "readings a second, 0.1 to 10000, or auto",
	  OPTION_OWN(struct campaign_options, trial.rate_hz, take_rate),
	  .setting = SETTING_ANY },
	{ "rapl", 0, "HOW", "auto", "CPU energy by powercap, power-pmu or auto",
	  OPTION_OWN(struct campaign_options, trial.rapl, take_rapl),
	  .choices = "powercap|power-pmu|auto", .setting = SETTING_ANY },
	{ "gpus", 0, "LIST", NULL,
	  "NVIDIA boards, by index or UUID [$CUDA_VISIBLE_DEVICES, or all]",
	  OPTION_TEXT(struct campaign_options, trial.gpus), .setting = SETTING_ANY },
	{ "events", 0, "LIST", NULL, "hardware events to count, comma-separated",
	  OPTION_OWN(struct campaign_options, trial.events, take_events),
	  .values = VALUES_EVENTS, .setting = SETTING_ANY },
	{ "papi-events", 0, "LIST", NULL, "energy and power events of PAPI's components",
	  OPTION_OWN(struct campaign_options, trial.papi_events, take_papi_events) },
	{ "meter", 0, "ADDRESS", NULL,
	  "read a meter at the wall too: tcp:HOST:PORT or serial:DEVICE[@SPEED]",
	  OPTION_TEXT(struct campaign_options, trial.meter), .setting = SETTING_OWN },
	{ "meter-query", 0, "TEXT", NULL,
	  "what it answers with watts (SCPI) [active power of Yokogawa's WT series]",
	  OPTION_TEXT(struct campaign_options, trial.meter_query), .setting = SETTING_OWN },
	{ "pin-sampler", 0, "CPU", NULL, "keep the thread that reads on that processor",
	  OPTION_OWN(struct campaign_options, trial.sampler_cpu, take_cpu),
	  .setting = SETTING_ANY },
	{ "require-measured", 0, NULL, NULL,
	  "refuse to start where energy would be estimated",
	  OPTION_FLAG(struct campaign_options, trial.require_measured),
	  .setting = SETTING_ANY },
	{ "zone", 0, "CODE", NULL, "electricity grid: country or zone [world, assumed]",
	  OPTION_TEXT(struct campaign_options, zone), .values = VALUES_ZONES,
	  .setting = SETTING_ANY },
	{ "pue", 0, "X", NULL, "energy of the data centre over its IT's [1, assumed]",
	  OPTION_OWN(struct campaign_options, pue, take_pue), .setting = SETTING_ANY },
	{ 0 },
};
