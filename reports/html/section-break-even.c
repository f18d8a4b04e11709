/* reports/html/section-break-even.c - after how many queries building a variant breaks
 * even by what it saves. */
#include <config.h>

#include "reports/compare/compare-text.h"
#include "reports/figure/gnuplot.h"
#include "reports/html/chart.h"
#include "reports/html/parts.h"
#include "reports/html/words.h"

#include <math.h>

/* Margins in pixels. */
enum { RIGHT = 20, TOP = 12, BOTTOM = 58 };

struct break_even {
	const struct audit_finding *finding;
	struct figure after; /* queries */
};

struct break_evens {
	const struct break_even *items;
	size_t n, n_known;
	double low, high; /* of the axis, powers of ten */
};

static struct break_evens break_evens_of(const struct document *document)
{
	const struct findings *findings = document->findings;
	struct break_evens all = { .low = INFINITY };
	struct break_even *items = arena_room(document->arena,
					      (findings->n_variants + 1) * sizeof(*items));
	for (size_t i = 0; i < findings->n_variants; i++) {
		const struct audit_finding *one = &findings->variants[i];
		if (!one->difference)
			continue;
		struct figure after = one->difference->break_even;
		items[all.n++] = (struct break_even){ one, after };
		if (!after.is_known)
			continue;
		all.n_known++;
		all.low = fmin(all.low, after.has_interval ? after.low : after.value);
		all.high = fmax(all.high, after.has_interval ? after.high : after.value);
	}
	all.items = items;
	all.low = all.n_known ? pow(10, floor(log10(all.low) - 0.1)) : 1;
	all.high = all.n_known ? pow(10, ceil(log10(all.high) + 0.1)) : 10;
	return all;
}

static const char *heading(const struct document *document)
{
	struct break_evens all = break_evens_of(document);
	const struct break_even *soonest = NULL, *latest = NULL;
	for (size_t i = 0; i < all.n; i++) {
		const struct break_even *one = &all.items[i];
		if (!one->after.is_known)
			continue;
		if (!soonest || one->after.value < soonest->after.value)
			soonest = one;
		if (!latest || one->after.value > latest->after.value)
			latest = one;
	}
	if (!soonest || !latest)
		return _("No build cost was measured together with what it saves");
	if (soonest == latest)
		return arena_format(document->arena, _("%s breaks even after %s queries"),
				    soonest->finding->row->variant,
				    queries_short_text(soonest->after, document->arena));
	return arena_format(document->arena,
			    _("%s breaks even after %s queries, %s after %s"),
			    soonest->finding->row->variant,
			    queries_short_text(soonest->after, document->arena),
			    latest->finding->row->variant,
			    queries_short_text(latest->after, document->arena));
}

static bool any_interval(const struct break_evens *all)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->items[i].after.is_known && all->items[i].after.has_interval)
			return true;
	return false;
}

static void draw(const struct canvas *canvas, const void *data)
{
	const struct break_evens *all = data;
	FILE *script = canvas->script;
	canvas_frame(canvas, canvas->is_narrow ? 130 : 170, RIGHT, TOP, BOTTOM);
	fputs("$points << EOD\n", script);
	size_t place = all->n_known;
	for (size_t i = 0; i < all->n; i++)
		if (all->items[i].after.is_known)
			fprintf(
			    script, "%.9g %zu %.9g %.9g \"%s\"\n",
			    all->items[i].after.value, place--,
			    all->items[i].after.has_interval ? all->items[i].after.low
							     : all->items[i].after.value,
			    all->items[i].after.has_interval ? all->items[i].after.high
							     : all->items[i].after.value,
			    gnuplot_name(all->items[i].finding->row->variant,
					 canvas->arena));
	fprintf(script,
		"EOD\nset logscale x\nset xrange [%.9g:%.9g]\nset yrange [0.3:%zu.7]\n"
		"set format x '%%.0s %%c'\nset grid xtics lc rgb '%s' lw 0.5 lt 1\n"
		"set border 1\nset xlabel '%s'\n",
		all->low, all->high, all->n_known, ink_colour(INK_LINE),
		_("queries until the joules of making are saved"));
	fprintf(
	    script,
	    "plot $points using 1:2:3:4:ytic(5) with xerrorbars pt 7 ps 0.6 lw 1.5 lc rgb "
	    "'%s'\n",
	    ink_colour(INK_FRONT));
}

static void table(struct document *document, const struct break_evens *all)
{
	struct figure *build_j = arena_room(document->arena,
					    (all->n + 1) * sizeof(*build_j));
	for (size_t i = 0; i < all->n; i++)
		build_j[i] = all->items[i].finding->difference->variant->cost.joules;
	struct scale scale = scale_of(build_j, all->n, document->glyphs);
	const struct table_column columns[] = {
		{ _("Variant"), false },
		{ _("Joules are"), false },
		{ arena_format(document->arena, _("Made with, %sJ"), scale.prefix), true },
		{ _("Paid back after, queries"), true },
		{ _("95\u00a0%"), true },
	};
	part_table(document,
		   _("Energy spent on making each variant, and the queries that pay it "
		     "back against the baseline."),
		   columns, sizeof(columns) / sizeof(columns[0]));
	for (size_t i = 0; i < all->n; i++) {
		struct figure after = all->items[i].after;
		part_row(document, all->items[i].finding->row->variant);
		part_provenance_cell(document, build_j[i]);
		part_figure(document, build_j[i], scale);
		if (after.is_known)
			part_number(document, queries_short_text(after, document->arena));
		else
			part_cell(document, words_of(document->arena, after.reason));
		part_number(document,
			    after.is_known && after.has_interval
				? arena_format(document->arena, _("%s to %s"),
					       count_text(after.low, document->arena),
					       count_text(after.high, document->arena))
				: NULL);
		part_row_end(document);
	}
	part_table_end(document);
}

static void write_section(struct document *document)
{
	struct break_evens all = break_evens_of(document);
	if (all.n == 0) {
		part_paragraph(document, _("There is no second variant."));
		return;
	}
	if (all.n_known > 0)
		chart_write(
		    document,
		    &(struct chart){
			.id = "pay-back",
			.title = heading(document),
			.description = _(
			    "Queries until a variant has saved what it took to make "
			    "it, on a logarithmic axis."),
			.caption =
			    any_interval(&all)
				? _("Queries served until the energy saved equals the "
				    "energy spent on making the variant; logarithmic "
				    "axis. Bars: 95\u00a0% intervals, where wider than "
				    "the dot. Made and served on one machine, so grid "
				    "factor and PUE cancel.")
				: _("Queries served until the energy saved equals the "
				    "energy spent on making the variant; logarithmic "
				    "axis, without intervals. Made and served on one "
				    "machine, so grid factor and PUE cancel."),
			.wide_height = 80 + 28 * (int)all.n_known,
			.narrow_height = 80 + 28 * (int)all.n_known,
			.draw = draw,
			.data = &all });
	table(document, &all);
	part_note(document,
		  _("What the baseline was made from is in no figure: it has to exist "
		    "either way. What else a variant starts from is in its own. A variant "
		    "that was made fewer than three times has no interval: how much its "
		    "making varies is not known."));
}

const struct section section_break_even = { "break-even", N_("Break-even"), heading,
					    write_section };
