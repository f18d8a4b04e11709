/* reports/plot/plot.h - what is drawn, as numbers; and the two ways to draw it.
 *
 * A plot that goes over time has one series of steps; a plot of trials a series for each variant, whose
 * points are its trials. */
#ifndef JOULECART_PLOT_H
#define JOULECART_PLOT_H
#include "reports/figure/arena.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct comparison;
struct problem;
struct standing;

/* y from x to end; or, of trials, one at x. */
struct plot_point {
	double x, end, y;
};

struct plot_series {
	const char *name;   /* as the axis has it */
	const char *legend; /* what that stands for; NULL: for itself */
	const struct plot_point *points;
	size_t n;
};

struct plot {
	const char *title;   /* what it shows, and of which provenance */
	const char *unit;    /* of the values: "W", "J/query" */
	const char *x_label; /* "seconds"; NULL: the values themselves go across */
	const struct plot_series *series;
	size_t n;
	const struct standing *standing; /* NULL: the file is our own */
};

/* Power of a campaign over time, 0: of the last. What it points to lives in the arena. 0, or -1 with
 * *why: no such campaign, no reading. */
int plot_power(sqlite3 *db, int64_t campaign_id, struct arena *arena, struct plot *plot,
	       struct problem *why);

/* The trials that were compared, by variant; those of failed commands only with count_failed. 0, or -1 as
 * above. */
int plot_trials(sqlite3 *db, const struct comparison *comparison, bool count_failed,
		struct arena *arena, struct plot *plot, struct problem *why);

/* Draws in characters, as wide as the screen of out, at most 80 columns where it is none. */
void plot_text(const struct plot *plot, struct arena *arena, FILE *out);

/* Draws by gnuplot, as "svg" or "png". The picture's bytes, to be freed; NULL with *why. */
char *plot_picture(const struct plot *plot, const char *form, size_t *size,
		   struct arena *arena, struct problem *why);

/* The form that the file's name asks for, or NULL. */
const char *plot_form(const char *path);

#endif
