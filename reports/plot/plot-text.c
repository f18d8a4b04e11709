/* reports/plot/plot-text.c - a plot in characters (plot.h). */
#include <config.h>

#include "reports/campaign/standing.h"
#include "reports/figure/format.h"
#include "reports/figure/wrap.h"
#include "reports/plot/dots.h"
#include "reports/plot/plot.h"

#include <math.h>
#include <string.h>

/* Half a screen; the columns hold "123.4 mW" and a short name. */
enum { ROWS = 12, TRIAL_ROWS = 2, VALUE_COLUMNS = 9, NAME_COLUMNS = 20 };

/* From where to where the numbers go. */
struct range {
	double low, high;
};

static double share_of(struct range range, double value)
{
	return range.high > range.low ? (value - range.low) / (range.high - range.low)
				      : 0.5;
}

/* Over all series: x and end across, or y. */
static struct range range_of(const struct plot *plot, bool of_y)
{
	struct range range = { of_y ? 0 : INFINITY, of_y ? 0 : -INFINITY };
	for (size_t i = 0; i < plot->n; i++)
		for (size_t k = 0; k < plot->series[i].n; k++) {
			const struct plot_point *point = &plot->series[i].points[k];
			double least = of_y ? point->y : point->x;
			double most = of_y            ? point->y
				      : plot->x_label ? point->end
						      : point->x;
			range.low = fmin(range.low, least); /* fmin leaves out a NAN */
			range.high = fmax(range.high, most);
		}
	return range;
}

static const char *number(double value, const struct plot *plot, struct arena *arena)
{
	const struct glyphs *glyphs = glyphs_of_locale();
	const struct figure figure = { .is_known = true, .value = value };
	struct scale scale = scale_of(&figure, 1, glyphs);
	return arena_format(arena, "%s %s%s", format_value(figure, scale, glyphs, arena),
			    scale.prefix, plot->unit);
}

/* --- over time -------------------------------------------------------------------------- */

static void draw_steps(const struct plot_series *series, struct dots *dots,
		       struct range across, struct range up)
{
	for (size_t i = 0; i < series->n; i++) {
		const struct plot_point *point = &series->points[i];
		const struct plot_point *before = i ? point - 1 : NULL;
		double x = share_of(across, point->x), y = share_of(up, point->y);
		if (isnan(point->y))
			continue; /* a gap stays one */
		dots_line(dots, x, y, share_of(across, point->end), y);
		if (before && !isnan(before->y) && point->x - before->end < 1e-6)
			dots_line(dots, x, share_of(up, before->y), x, y);
	}
}

static void print_over_time(const struct plot *plot, size_t columns, struct arena *arena,
			    FILE *out)
{
	struct range across = range_of(plot, false), up = range_of(plot, true);
	across.low = 0; /* where the campaign begins */
	const char *top = number(up.high, plot, arena);
	size_t values = wrap_columns(top, strlen(top));
	values = values > VALUE_COLUMNS ? values : VALUE_COLUMNS;
	size_t width = columns - values - 2;
	struct dots dots = dots_new(width, ROWS, arena);
	const char *first = format_digits(across.low, 3, arena);
	const char *last = arena_format(
	    arena, "%s %s", format_digits(across.high, 3, arena), plot->x_label);
	for (size_t i = 0; i < plot->n; i++)
		draw_steps(&plot->series[i], &dots, across, up);
	for (size_t row = 0; row < ROWS; row++) {
		const char *value = row == 0          ? top
				    : row == ROWS - 1 ? number(up.low, plot, arena)
						      : "";
		fprintf(out, "%s |", wrap_pad_left(value, values, arena));
		dots_print(&dots, row, out);
		fputc('\n', out);
	}
	int blanks = (int)(width - strlen(first)) - (int)strlen(last);
	fprintf(out, "%*s  %s%*s%s\n", (int)values, "", first, blanks > 1 ? blanks : 1, "",
		last);
}

/* --- trials ----------------------------------------------------------------------------- */

/* Trials of nearly the same joules stand on each other. */
static void draw_trials(const struct plot_series *series, struct dots *dots,
			struct range range, struct arena *arena)
{
	size_t width = dots->columns * DOTS_ACROSS;
	size_t *heights = arena_room(arena, width * sizeof(*heights));
	memset(heights, 0, width * sizeof(*heights));
	for (size_t i = 0; i < series->n; i++) {
		double share = share_of(range, series->points[i].x);
		size_t across = (size_t)(share * (double)(width - 1) + 0.5);
		dots_set(dots, across, heights[across]++);
	}
}

static void print_trials(const struct plot *plot, size_t columns, struct arena *arena,
			 FILE *out)
{
	struct range range = range_of(plot, false);
	size_t width = columns - NAME_COLUMNS - 2;
	for (size_t i = 0; i < plot->n; i++) {
		const char *name = plot->series[i].name;
		size_t bytes = wrap_fitting(name, NAME_COLUMNS);
		int pad = NAME_COLUMNS - (int)wrap_columns(name, bytes);
		struct dots dots = dots_new(width, TRIAL_ROWS, arena);
		draw_trials(&plot->series[i], &dots, range, arena);
		for (size_t row = 0; row < TRIAL_ROWS; row++) {
			bool is_last = row + 1 == TRIAL_ROWS;
			fprintf(out, "%.*s%*s |", is_last ? (int)bytes : 0, name,
				is_last ? pad : NAME_COLUMNS, "");
			dots_print(&dots, row, out);
			fputc('\n', out);
		}
	}
	const char *low = number(range.low, plot, arena);
	const char *high = number(range.high, plot, arena);
	int blanks = (int)width - (int)wrap_columns(low, strlen(low)) -
		     (int)wrap_columns(high, strlen(high));
	fprintf(out, "%*s  %s%*s%s\n", NAME_COLUMNS, "", low, blanks > 1 ? blanks : 1, "",
		high);
}

void plot_text(const struct plot *plot, struct arena *arena, FILE *out)
{
	size_t columns = wrap_screen(out);
	fputs("\n ", out);
	wrap_print(plot->title, 1, 2, out);
	fputc('\n', out);
	if (plot->x_label)
		print_over_time(plot, columns, arena, out);
	else
		print_trials(plot, columns, arena, out);
	if (plot->standing)
		standing_text(plot->standing, out);
}
