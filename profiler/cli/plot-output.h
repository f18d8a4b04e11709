/* profiler/cli/plot-output.h - where a plot goes: to the screen, or to a file as a picture. */
#ifndef JOULECART_PLOT_OUTPUT_H
#define JOULECART_PLOT_OUTPUT_H
#include "reports/plot/plot.h"

#include <stdbool.h>

struct problem;

/* The option --plot[=FILE] of commands whose -o names a database. */
struct plot_option {
	bool is_wanted;
	const char *path; /* NULL: the screen */
};

/* Reads it. 0, or -1 with *why untouched: the name ends neither with .svg nor with .png. */
int take_plot(void *plot, const char *text, struct problem *why);

/* Draws on screen, or into the file at path, which may be replaced or not. 0, or -1 with *why. */
int plot_output(const struct plot *plot, const char *path, bool may_replace, FILE *screen,
		struct arena *arena, struct problem *why);

/* The power of a campaign, 0: of the last; standing may be NULL. Returns as above. */
int plot_output_power(sqlite3 *db, int64_t campaign_id, const struct standing *standing,
		      const char *path, bool may_replace, FILE *screen,
		      struct problem *why);

#endif
