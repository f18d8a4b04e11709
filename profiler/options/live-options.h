/* profiler/options/live-options.h - the options of joulecart live, for joulecart and joulecart-live. */
#ifndef JOULECART_LIVE_OPTIONS_H
#define JOULECART_LIVE_OPTIONS_H
#include "base/option-table.h"

struct live_options {
	bool csv;
	int64_t seconds; /* 0: no end */
	double rate_hz;
	double pue;                /* 0: not given */
	const char *zone, *events; /* NULL: not given */
	const char *openmetrics;   /* a file, or NULL */
};

/* Of struct live_options. */
extern const struct option_table live_table;

#endif
