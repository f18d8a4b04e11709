/* profiler/live/live-view.h - the two ways to show a live view: a screen, and lines for a pipe. */
#ifndef JOULECART_LIVE_VIEW_H
#define JOULECART_LIVE_VIEW_H
#include "profiler/live/live.h"

#include <stdbool.h>

/* What the figures are shown with. */
struct live_facts {
	const char *zone; /* "WORLD" */
	double g_per_kwh, pue;
	bool is_assumed; /* nobody gave the zone or the PUE */
	const char *host;
	double own_share;    /* of one core, by joulecart */
	int64_t missed;      /* ticks */
	char no_events[128]; /* why there are no hardware events; "" */
};

/* CO2e of so many joules at the IT input: ISO/IEC 21031's E * I, as reports/campaign/carbon.h has it. */
double live_grams(const struct live_facts *facts, double joules);

/* Tab-separated, on standard output; the header, then a line a frame. 0, or an errno. */
int live_lines_begin(const struct live *live);
int live_lines_frame(const struct live *live, const struct live_facts *facts);

/* The whole terminal (ncurses). False: TERM is none that it knows. */
bool live_screen_begin(void);
void live_screen_frame(const struct live *live, const struct live_facts *facts);
/* True: the user has asked to quit. Does not wait. */
bool live_screen_quits(void);
void live_screen_end(void);

#endif
