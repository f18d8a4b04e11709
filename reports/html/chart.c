/* reports/html/chart.c - see chart.h. */
#include <config.h>

#include "reports/html/chart.h"

#include "reports/figure/gnuplot.h"
#include "reports/html/parts.h"

#include <stdlib.h>

/* Pixels: of a page for a screen, and of one for a telephone. */
enum { WIDE = 820, NARROW = 380 };

static char *script_of(const struct chart *chart, struct arena *arena, bool is_narrow,
		       size_t *length)
{
	char *script = NULL;
	FILE *out = open_memstream(&script, length);
	if (!out)
		return NULL;
	struct canvas canvas = {
		.script = out,
		.arena = arena,
		.is_narrow = is_narrow,
		.width = is_narrow ? NARROW : WIDE,
		.height = is_narrow ? chart->narrow_height : chart->wide_height,
	};
	fprintf(out,
		"set encoding utf8\nset term svg size %d,%d name 'plot' noenhanced "
		"font 'sans-serif,12'\n",
		canvas.width, canvas.height);
	chart->draw(&canvas, chart->data);
	return fclose(out) == 0 ? script : NULL;
}

/* The picture as part of the page, to be freed; NULL without gnuplot. */
static char *drawn(const struct chart *chart, struct arena *arena, bool is_narrow)
{
	size_t length = 0;
	char *script = script_of(chart, arena, is_narrow, &length);
	char *svg = script ? gnuplot_run(script, length) : NULL;
	char *themed = NULL;
	if (svg)
		themed = svg_themed(
		    svg,
		    arena_format(arena, "%s-%s", chart->id, is_narrow ? "narrow" : "wide"),
		    chart->title, chart->description);
	free(script);
	free(svg);
	return themed;
}

static bool write_one(struct document *document, const struct chart *chart, bool is_narrow)
{
	char *picture = drawn(chart, document->arena, is_narrow);
	if (!picture)
		return false;
	html_open(document->html, "div", "class", is_narrow ? "narrow" : "wide", NULL);
	html_raw(document->html, picture);
	html_close(document->html);
	html_line(document->html);
	free(picture);
	return true;
}

void chart_write(struct document *document, const struct chart *chart)
{
	struct html *html = document->html;
	html_open(html, "figure", NULL);
	if (!write_one(document, chart, false))
		part_note(document,
			  _("The chart could not be drawn: gnuplot is missing or "
			    "failed (apt-get install gnuplot-nox). Its numbers are in "
			    "the tables."));
	else
		write_one(document, chart, true);
	html_open(html, "figcaption", NULL);
	html_open(html, "strong", NULL);
	html_format(html, _("Figure %d."), ++document->n_figures);
	html_close(html);
	html_format(html, " %s", chart->caption);
	html_close(html);
	html_close(html);
	html_line(html);
}

void canvas_frame(const struct canvas *canvas, int left, int right, int top, int bottom)
{
	fprintf(canvas->script,
		"set lmargin at screen %.5f\nset rmargin at screen %.5f\n"
		"set tmargin at screen %.5f\nset bmargin at screen %.5f\n"
		"set border 3 lc rgb '%s' lw 1\n"
		"set tics nomirror out scale 0.4 textcolor rgb '%s'\n"
		"set grid ytics lc rgb '%s' lw 0.5 lt 1\n"
		"set xlabel textcolor rgb '%s'\nset ylabel textcolor rgb '%s'\n"
		"unset key\n",
		(double)left / canvas->width, 1 - (double)right / canvas->width,
		1 - (double)top / canvas->height, (double)bottom / canvas->height,
		ink_colour(INK_LINE), ink_colour(INK_QUIET), ink_colour(INK_LINE),
		ink_colour(INK_QUIET), ink_colour(INK_QUIET));
}
