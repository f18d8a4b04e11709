/* profiler/options/live-options.c - see live-options.h. */
#include <config.h>

#include "profiler/options/live-options.h"

#include "profiler/options/event-warning.h"
#include "profiler/options/options.h"

static const struct option_row rows[] = {
	{ "csv", 0, NULL, NULL,
	  "print a line a second, tab-separated, header first (the default if "
	  "the output is not a terminal)",
	  OPTION_FLAG(struct live_options, csv) },
	{ "seconds", 0, "S", NULL, "end after S seconds [at 'q' or Ctrl-C]",
	  OPTION_COUNT(struct live_options, seconds, 1, 1e9) },
	{ "rate", 0, "HZ", "10", "readings a second, 1 to 1000",
	  OPTION_REAL(struct live_options, rate_hz, 1, 1000),
	  .expected = "a rate is from 1 to 1000 readings a second" },
	{ "events", 0, "LIST", NULL,
	  "events of the machine, comma-separated [instructions, cycles, caches, branches]",
	  OPTION_OWN(struct live_options, events, take_events), .values = VALUES_EVENTS,
	  .setting = SETTING_ANY },
	{ "openmetrics", 0, "FILE", NULL,
	  "write metrics to FILE once a second, whole at any time (.prom: for "
	  "node_exporter's textfile collector)",
	  OPTION_TEXT(struct live_options, openmetrics) },
	{ "zone", 0, "CODE", NULL, "electricity grid: country or zone [world, assumed]",
	  OPTION_TEXT(struct live_options, zone), .values = VALUES_ZONES,
	  .setting = SETTING_ANY },
	{ "pue", 0, "X", NULL, "energy of the data centre over its IT's [1, assumed]",
	  OPTION_OWN(struct live_options, pue, take_pue), .setting = SETTING_ANY },
	{ 0 },
};

const struct option_table live_table = {
	.command = "live",
	.usage = "Usage: joulecart live [OPTION]...\n"
		 "Show the power that the machine draws now, by the counters that a run "
		 "would use.\n"
		 "Stores nothing.\n"
		 "\n"
		 "  joulecart live\n"
		 "  joulecart live --csv --seconds 60 >power.tsv\n",
	.rows = rows,
	.takes_no_operand = true,
};
