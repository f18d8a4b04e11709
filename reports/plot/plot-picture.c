/* reports/plot/plot-picture.c - a plot by gnuplot (plot.h). Names from a database stand only where
 * reports/figure/gnuplot.h lets them. */
#include <config.h>

#include "base/problem.h"
#include "base/wrap.h"
#include "reports/campaign/standing.h"
#include "reports/figure/gnuplot.h"
#include "reports/plot/plot.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 800, HEIGHT = 450 }; /* pixels */
enum { NAME_COLUMNS = 28 };

const char *plot_form(const char *path)
{
	const char *suffix = path ? strrchr(path, '.') : NULL;
	if (suffix && strcmp(suffix, ".svg") == 0)
		return "svg";
	return suffix && strcmp(suffix, ".png") == 0 ? "png" : NULL;
}

/* A gap is an empty line, at which gnuplot lifts its pen. */
static void write_steps(const struct plot_series *series, FILE *script)
{
	for (size_t i = 0; i < series->n; i++) {
		const struct plot_point *point = &series->points[i];
		if (i && point->x - point[-1].end >= 1e-6)
			fputs("\n", script);
		if (isnan(point->y))
			fputs("\n", script);
		else
			fprintf(script, "%.6f %.9g\n%.6f %.9g\n", point->x, point->y,
				point->end, point->y);
	}
}

static void write_data(const struct plot *plot, struct arena *arena, FILE *script)
{
	for (size_t i = 0; i < plot->n; i++) {
		const struct plot_series *series = &plot->series[i];
		fprintf(script, "$series%zu << EOD\n", i);
		if (plot->x_label)
			write_steps(series, script);
		for (size_t k = 0; !plot->x_label && k < series->n; k++)
			fprintf(script, "%.9g %zu\n", series->points[k].x, plot->n - i);
		fputs("EOD\n", script);
	}
	fputs("$names << EOD\n", script);
	for (size_t i = 0; i < plot->n; i++) {
		/* the picture stands alone, without the text that says what a letter means */
		const struct plot_series *series = &plot->series[i];
		const char *name = series->legend ? series->legend : series->name;
		fprintf(script, "%zu \"%.*s\"\n", plot->n - i,
			(int)wrap_fitting(name, NAME_COLUMNS), gnuplot_name(name, arena));
	}
	fputs("EOD\n", script);
}

static void write_script(const struct plot *plot, const char *form, struct arena *arena,
			 FILE *script)
{
	fprintf(script, "set terminal %s size %d,%d\nset encoding utf8\nset key off\n",
		strcmp(form, "svg") == 0 ? "svg dynamic noenhanced" : "pngcairo noenhanced",
		WIDTH, HEIGHT);
	fprintf(script, "set title \"%s%s%s\"\n", plot->title,
		plot->standing ? "\\nseal: " : "",
		plot->standing ? standing_cell(plot->standing, 0) : "");
	write_data(plot, arena, script);
	if (plot->x_label)
		fprintf(script,
			"set xlabel '%s'\nset ylabel '%s'\nset yrange [0:*]\n"
			"plot $series0 using 1:2 with lines lw 1.5\n",
			plot->x_label, plot->unit);
	else
		fprintf(script,
			"set xlabel '%s'\nset yrange [0.4:%zu.6]\nset lmargin %d\n"
			"plot $names using (NaN):1:ytic(2) notitle",
			plot->unit, plot->n, NAME_COLUMNS);
	for (size_t i = 0; !plot->x_label && i < plot->n; i++)
		fprintf(script, ", $series%zu using 1:2 with points pt 7 ps 0.6", i);
	fputs("\n", script);
}

char *plot_picture(const struct plot *plot, const char *form, size_t *size,
		   struct arena *arena, struct problem *why)
{
	char *script = NULL;
	size_t length = 0;
	FILE *stream = open_memstream(&script, &length);
	char *picture = NULL;
	problem_what(why, "cannot draw the plot");
	if (stream) {
		write_script(plot, form, arena, stream);
		if (fclose(stream) == 0)
			picture = gnuplot_run_sized(script, length, size);
	}
	free(script);
	if (!picture) {
		problem_why(why, "gnuplot is not there, or failed");
		problem_todo(why, "apt-get install gnuplot-nox");
	}
	return picture;
}
