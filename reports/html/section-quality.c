/* reports/html/section-quality.c - energy against quality: the front of variants that nothing
 * beats, and those that are dominated. */
#include <config.h>

#include "reports/figure/gnuplot.h"
#include "reports/html/chart.h"
#include "reports/html/labels.h"
#include "reports/html/parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct scatter {
	const struct audit_finding **points; /* by energy */
	size_t n;
	struct scale scale;
	double right, bottom, top; /* of the axes, in their units */
};

/* Margins in pixels. */
enum { LEFT = 60, RIGHT = 14, TOP = 12, BOTTOM = 58, TEXT_HEIGHT = 14 };

/* Do the intervals bear out that whatever is dominated needs more and is right less often? */
static bool all_sure(const struct findings *findings)
{
	for (size_t i = 0; i < findings->n_variants; i++) {
		const struct audit_finding *one = &findings->variants[i];
		if (one->has_quality && one->dominated_by &&
		    !(one->is_energy_sure && one->is_quality_sure))
			return false;
	}
	return true;
}

/* Is each shown to be right more or less often than the baseline? */
static bool all_differ(const struct findings *findings)
{
	for (size_t i = 0; i < findings->n_variants; i++) {
		const struct audit_finding *one = &findings->variants[i];
		enum quality_verdict verdict = finding_quality(one);
		if (one->has_quality && one->difference && verdict != QUALITY_LESS &&
		    verdict != QUALITY_MORE)
			return false;
	}
	return true;
}

static const char *heading(const struct document *document)
{
	size_t n = 0;
	for (size_t i = 0; i < document->findings->n_variants; i++)
		n += document->findings->variants[i].has_quality;
	if (n < 2)
		return _("No two variants say how often they are right");
	if (document->findings->n_front == 1)
		return all_sure(document->findings)
			   ? _("One variant beats all others on energy and quality")
			   : _("One variant has the best means of energy and quality; not "
			       "all of the others are shown to be worse");
	if (document->findings->n_front == n)
		return all_differ(document->findings)
			   ? _("No variant beats another: what is cheaper is right less "
			       "often")
			   : _("No variant beats another by its means; not every "
			       "difference in quality is shown");
	return arena_format(
	    document->arena,
	    all_sure(document->findings)
		? _("%zu of %zu variants form the front; for each of the others, one "
		    "is cheaper and no worse")
		: _("%zu of %zu variants form the front by their means; not all of the "
		    "others are shown to be worse"),
	    document->findings->n_front, n);
}

static int by_energy(const void *a, const void *b)
{
	const struct audit_finding *const *one = a, *const *other = b;
	double difference = (*one)->energy_j.value - (*other)->energy_j.value;
	return (difference > 0) - (difference < 0);
}

static struct scatter scatter_of(const struct document *document)
{
	const struct findings *findings = document->findings;
	struct scatter scatter = {
		.points = arena_room(document->arena,
				     (findings->n_variants + 1) *
					 sizeof(const struct audit_finding *)),
		.bottom = 100,
	};
	struct figure *energies = arena_room(document->arena, (findings->n_variants + 1) *
								  sizeof(*energies));
	for (size_t i = 0; i < findings->n_variants; i++) {
		const struct audit_finding *one = &findings->variants[i];
		if (!one->has_quality)
			continue;
		energies[scatter.n] = one->energy_j;
		scatter.points[scatter.n++] = one;
		scatter.top = fmax(scatter.top, one->quality * 100);
		scatter.bottom = fmin(scatter.bottom, one->quality * 100);
	}
	qsort(scatter.points, scatter.n, sizeof(const struct audit_finding *), by_energy);
	scatter.scale = scale_of(energies, scatter.n, document->glyphs);
	for (size_t i = 0; i < scatter.n; i++)
		scatter.right = fmax(scatter.right, scatter.points[i]->energy_j.value /
							scatter.scale.factor);
	double margin = fmax((scatter.top - scatter.bottom) * 0.12, 0.3);
	scatter.right *= 1.12;
	scatter.top += margin;
	scatter.bottom -= margin;
	return scatter;
}

static double x_of(const struct scatter *scatter, const struct audit_finding *point)
{
	return point->energy_j.value / scatter->scale.factor;
}

/* The staircase that parts what is dominated from what could still be. */
static void write_front(const struct canvas *canvas, const struct scatter *scatter)
{
	double quality = scatter->bottom;
	fputs("$front << EOD\n", canvas->script);
	for (size_t i = 0; i < scatter->n; i++) {
		const struct audit_finding *point = scatter->points[i];
		if (point->dominated_by)
			continue;
		fprintf(canvas->script, "%.9g %.9g\n", x_of(scatter, point), quality);
		quality = point->quality * 100;
		fprintf(canvas->script, "%.9g %.9g\n", x_of(scatter, point), quality);
	}
	fprintf(canvas->script, "%.9g %.9g\nEOD\n", scatter->right, quality);
}

static void write_points(const struct canvas *canvas, const struct scatter *scatter,
			 bool is_dominated)
{
	fprintf(canvas->script, "$%s << EOD\n", is_dominated ? "beaten" : "best");
	for (size_t i = 0; i < scatter->n; i++)
		if (!scatter->points[i]->dominated_by == !is_dominated)
			fprintf(canvas->script, "%.9g %.9g\n",
				x_of(scatter, scatter->points[i]),
				scatter->points[i]->quality * 100);
	/* an empty block would be an error: a point that no axis shows */
	fputs("-1e9 -1e9\nEOD\n", canvas->script);
}

static void write_labels(const struct canvas *canvas, const struct scatter *scatter)
{
	struct label *labels = arena_room(canvas->arena,
					  (scatter->n + 1) * sizeof(*labels));
	const double width = canvas->width - LEFT - RIGHT,
		     height = canvas->height - TOP - BOTTOM,
		     span = scatter->top - scatter->bottom;
	for (size_t i = 0; i < scatter->n; i++) {
		const struct audit_finding *point = scatter->points[i];
		labels[i].point_x = x_of(scatter, point) / scatter->right * width;
		labels[i].point_y = (scatter->top - point->quality * 100) / span * height;
		labels[i].width = 6.6 * (double)strlen(point->row->variant);
		labels[i].height = TEXT_HEIGHT;
	}
	labels_place(labels, scatter->n, width, height);
	fputs("$names << EOD\n", canvas->script);
	for (size_t i = 0; i < scatter->n; i++)
		fprintf(canvas->script, "%.9g %.9g \"%s\"\n",
			labels[i].x / width * scatter->right,
			scatter->top - labels[i].y / height * span,
			gnuplot_name(scatter->points[i]->row->variant, canvas->arena));
	fputs("EOD\n", canvas->script);
}

static void draw(const struct canvas *canvas, const void *data)
{
	const struct scatter *scatter = data;
	FILE *script = canvas->script;
	canvas_frame(canvas, LEFT, RIGHT, TOP, BOTTOM);
	write_front(canvas, scatter);
	write_points(canvas, scatter, true);
	write_points(canvas, scatter, false);
	write_labels(canvas, scatter);
	fprintf(script,
		"set xrange [0:%.9g]\nset yrange [%.9g:%.9g]\n"
		"set format y '%%g %%%%'\nset xlabel '%s'\n",
		scatter->right, scatter->bottom, scatter->top,
		arena_format(
		    canvas->arena, _("%sJ per query, gross, %s"), scatter->scale.prefix,
		    part_provenance_word(scatter->points[0]->energy_j.provenance)));
	fprintf(
	    script,
	    "plot $front using 1:2 with filledcurves x1 fc rgb '%s' fs solid 1 noborder, "
	    "$front using 1:2 with lines lw 1.5 lc rgb '%s', "
	    "$beaten using 1:2 with points pt 6 ps 1 lw 1.5 lc rgb '%s', "
	    "$best using 1:2 with points pt 7 ps 1 lc rgb '%s', "
	    "$names using 1:2:3 with labels left tc rgb '%s'\n",
	    ink_colour(INK_TINT), ink_colour(INK_FRONT), ink_colour(INK_DOMINATED),
	    ink_colour(INK_FRONT), ink_colour(INK_TEXT));
}

/* By the means; and which of the two differences the intervals do not show. */
static void dominated_note(struct document *document, const struct audit_finding *one)
{
	struct arena *arena = document->arena;
	const char *text = arena_format(arena, _("%s is dominated by %s."),
					one->row->variant, one->dominated_by);
	if (one->n_more_dominate > 0)
		text = arena_format(
		    arena,
		    ngettext("%s is dominated by %s and %zu other.",
			     "%s is dominated by %s and %zu others.", one->n_more_dominate),
		    one->row->variant, one->dominated_by, one->n_more_dominate);
	if (!one->is_quality_sure)
		text = arena_format(
		    arena, "%s %s", text,
		    _("These trials do not show whether it is right less often."));
	if (!one->is_energy_sure)
		text = arena_format(
		    arena, "%s %s", text,
		    _("These trials do not show whether it needs more energy."));
	part_note(document, text);
}

static void write_section(struct document *document)
{
	struct scatter scatter = scatter_of(document);
	if (scatter.n < 2) {
		part_paragraph(
		    document,
		    _("Energy without quality is not comparable: a program says its "
		      "own through the markers (joulecart.h), and the bundled models "
		      "do."));
		return;
	}
	chart_write(
	    document,
	    &(struct chart){
		.id = "front",
		.title = heading(document),
		.description = _("Quality over energy per query, one point a variant, with "
				 "the staircase of those that nothing beats."),
		.caption = _("Each point is a variant of table 1. Filled: nothing is "
			     "cheaper and as good. Open: dominated; the tinted region is "
			     "what the front beats. The vertical axis does not start at "
			     "0. Lower and further left is cheaper."),
		.wide_height = 330,
		.narrow_height = 300,
		.draw = draw,
		.data = &scatter });
	for (size_t i = 0; i < document->findings->n_variants; i++)
		if (document->findings->variants[i].has_quality &&
		    document->findings->variants[i].dominated_by)
			dominated_note(document, &document->findings->variants[i]);
}

const struct section section_quality = { "quality", N_("Energy and quality"), heading,
					 write_section };
