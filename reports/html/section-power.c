/* reports/html/section-power.c - power over time: the last block of trials, each step the
 * counters' difference over about a second. */
#include <config.h>

#include "reports/figure/gnuplot.h"
#include "reports/html/chart.h"
#include "reports/html/parts.h"

#include <math.h>
#include <string.h>

/* Margins in pixels; more lines than four cross too often to be read. */
enum { LEFT = 60, RIGHT = 14, TOP = 14, BOTTOM = 58, MAX_CHANNELS = 4 };

struct trace {
	const struct evidence *evidence;
	double origin_s, end_s;
	size_t n_channels;
};

static const char *heading(const struct document *document)
{
	if (document->evidence->n_power == 0)
		return _("No power can be shown over time");
	if (document->findings->is_any_estimated)
		return _("Estimated power follows how busy the machine was");
	return arena_format(document->arena, _("Power through block %lld, trial by trial"),
			    (long long)document->evidence->block);
}

static struct trace trace_of(const struct evidence *evidence)
{
	struct trace trace = { .evidence = evidence, .origin_s = INFINITY };
	trace.n_channels = evidence->n_power_channels < MAX_CHANNELS
			       ? evidence->n_power_channels
			       : MAX_CHANNELS;
	for (size_t i = 0; i < evidence->n_spans; i++) {
		trace.origin_s = fmin(trace.origin_s, evidence->spans[i].begin_s);
		trace.end_s = fmax(trace.end_s, evidence->spans[i].end_s);
	}
	return trace;
}

/* A step of the drawing: rollups that follow each other, until they are long enough for the
 * coarsest counters (CPU ticks of 10 ms) to say something of power. */
struct step {
	double begin_s, end_s, joules;
};
static const double SHORTEST_STEP_S = 0.25;

static void write_step(const struct canvas *canvas, const struct trace *trace,
		       const struct step *step)
{
	double watts = step->joules / (step->end_s - step->begin_s);
	if (step->end_s > step->begin_s)
		fprintf(canvas->script, "%.6f %.9g\n%.6f %.9g\n",
			step->begin_s - trace->origin_s, watts,
			step->end_s - trace->origin_s, watts);
}

/* Whether row goes on where the step ends; trials and missing readings break it. */
static bool goes_on(const struct step *step, const struct power_row *row)
{
	return row->watts >= 0 && row->begin_s - step->end_s < 1e-6;
}

/* The last step of a line may be short: it joins the one before it. */
static void write_line_end(const struct canvas *canvas, const struct trace *trace,
			   struct step before, struct step last)
{
	if (last.end_s - last.begin_s < SHORTEST_STEP_S && before.end_s > before.begin_s) {
		before.end_s = last.end_s;
		before.joules += last.joules;
		last = (struct step){ 0 };
	}
	write_step(canvas, trace, &before);
	write_step(canvas, trace, &last);
	fputs("\n", canvas->script);
}

/* Steps; a reading that is missing breaks the line. */
static void write_channel(const struct canvas *canvas, const struct trace *trace,
			  size_t channel)
{
	struct step before = { 0 }, step = { 0 };
	fprintf(canvas->script, "$channel%zu << EOD\n", channel);
	for (size_t i = 0; i < trace->evidence->n_power; i++) {
		const struct power_row *row = &trace->evidence->power[i];
		if (row->channel != channel)
			continue;
		if (!goes_on(&step, row)) {
			write_line_end(canvas, trace, before, step);
			before = (struct step){ 0 };
			step = (struct step){ row->begin_s, row->begin_s, 0 };
		} else if (step.end_s - step.begin_s >= SHORTEST_STEP_S) {
			write_step(canvas, trace, &before);
			before = step;
			step = (struct step){ row->begin_s, row->begin_s, 0 };
		}
		if (row->watts >= 0) {
			step.joules += row->watts * (row->end_s - row->begin_s);
			step.end_s = row->end_s;
		}
	}
	write_line_end(canvas, trace, before, step);
	fputs("-1e9 0\nEOD\n", canvas->script);
}

/* Tinted: the phase that the figures are of; the whole trial where it has none. */
static bool has_steady(const struct span_row *span)
{
	return span->steady_end_s > span->steady_begin_s;
}

static double tint_begin(const struct span_row *span)
{
	return has_steady(span) ? span->steady_begin_s : span->begin_s;
}

static double tint_end(const struct span_row *span)
{
	return has_steady(span) ? span->steady_end_s : span->end_s;
}

static void write_spans(const struct canvas *canvas, const struct trace *trace)
{
	const struct evidence *evidence = trace->evidence;
	fputs("$names << EOD\n", canvas->script);
	for (size_t i = 0; i < evidence->n_spans; i++) {
		const struct span_row *span = &evidence->spans[i];
		fprintf(canvas->script, "%.6f \"%s\"\n",
			(tint_begin(span) + tint_end(span)) / 2 - trace->origin_s,
			gnuplot_name(span->variant, canvas->arena));
	}
	fputs("-1e9 \"\"\nEOD\n", canvas->script);
	for (size_t i = 0; i < evidence->n_spans; i++) {
		const struct span_row *span = &evidence->spans[i];
		fprintf(
		    canvas->script,
		    "set object rect from %.6f,graph 0 to %.6f,graph 1 behind fc rgb '%s' "
		    "fs solid 1 noborder\n",
		    tint_begin(span) - trace->origin_s, tint_end(span) - trace->origin_s,
		    ink_colour(INK_TINT));
	}
}

static void draw(const struct canvas *canvas, const void *data)
{
	static const enum ink inks[MAX_CHANNELS] = { INK_FRONT, INK_EMBODIED, INK_PSU,
						     INK_DRAM };
	const struct trace *trace = data;
	FILE *script = canvas->script;
	canvas_frame(canvas, LEFT, RIGHT, TOP, BOTTOM);
	write_spans(canvas, trace);
	for (size_t i = 0; i < trace->n_channels; i++)
		write_channel(canvas, trace, i);
	fprintf(script,
		"set xrange [0:%.6f]\nset yrange [0:*]\nset format y '%%g W'\n"
		"set xlabel '%s'\n",
		trace->end_s - trace->origin_s, _("seconds"));
	fputs("plot ", script);
	for (size_t i = 0; i < trace->n_channels; i++)
		fprintf(script, "$channel%zu using 1:2 with lines lw 1.5 lc rgb '%s', ", i,
			ink_colour(inks[i]));
	fprintf(script,
		"$names using 1:(0):2 with labels left rotate offset 0.3,0.7 tc rgb '%s'\n",
		ink_colour(INK_QUIET));
}

static void legend(struct document *document, const struct trace *trace)
{
	static const char *const colours[MAX_CHANNELS] = { "front", "embodied", "psu",
							   "dram" };
	html_open(document->html, "p", "class", "legend", NULL);
	for (size_t i = 0; i < trace->n_channels; i++) {
		html_open(document->html, "span", "class",
			  arena_format(document->arena, "key %s", colours[i]), NULL);
		html_close(document->html);
		html_format(document->html, " %s ", trace->evidence->power_channels[i]);
	}
	html_open(document->html, "span", "class", "key tint", NULL);
	html_close(document->html);
	html_format(document->html, " %s", _("the phase that was timed"));
	html_close(document->html);
	html_line(document->html);
}

static void write_section(struct document *document)
{
	struct trace trace = trace_of(document->evidence);
	if (document->evidence->n_power == 0) {
		part_paragraph(document,
			       _("No channel of energy or power gave a reading."));
		return;
	}
	legend(document, &trace);
	chart_write(
	    document,
	    &(struct chart){
		.id = "power",
		.title = heading(document),
		.description = _("Watts of each counted channel over the seconds of the "
				 "last block, with the timed phase of each trial."),
		.caption =
		    document->findings->is_any_estimated
			? _("The last block, of the whole machine: ESTIMATED from "
			    "utilisation, not read from a sensor. Trials take the share "
			    "of it that their CPU time is of the machine's.")
			: _("The last block. Each step is the mean over about a second, "
			    "of the whole machine. Loading and warming up, outside the "
			    "tinted phase, "
			    "are kept out of the figures per query. Where readings are "
			    "missing the line breaks."),
		.wide_height = 300,
		.narrow_height = 280,
		.draw = draw,
		.data = &trace });
}

const struct section section_power = { "power", N_("Power"), heading, write_section };
