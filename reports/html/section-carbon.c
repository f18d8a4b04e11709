/* reports/html/section-carbon.c - from joules to grams, part by part: SCI per variant, then the
 * same electricity as the GHG Protocol sorts it, then water. */
#include <config.h>

#include "reports/html/chart.h"
#include "reports/html/gnuplot.h"
#include "reports/html/parts.h"

#include <math.h>
#include <string.h>

enum { RIGHT = 20, TOP = 12, BOTTOM = 58, MAX_PARTS = 8 };

/* One piece of a variant's bar. */
struct piece {
	const char *name, *key; /* key: its colour's name in the style sheet */
	enum ink ink;
	int hatch; /* gnuplot's pattern; 0: solid, read from a counter */
	double grams;
};

struct bar {
	const struct sci_row *sci;
	struct piece pieces[MAX_PARTS];
	size_t n;
};

struct bars {
	struct bar *items;
	size_t n;
	struct scale scale;
};

static const char *heading(const struct document *document)
{
	const struct account *account = &document->carbon->account;
	double o = 0, m = 0;
	if (isnan(account->g_per_kwh))
		return _("No grams: the zone has no factor");
	for (size_t i = 0; i < document->carbon->n_sci; i++) {
		o += document->carbon->sci[i].o_g;
		m += document->carbon->sci[i].m_g;
	}
	if (o > 0 && m > 0)
		return arena_format(document->arena,
				    _("%.0f\u00a0%% of the carbon is the hardware itself"),
				    m / (o + m) * 100);
	return arena_format(
	    document->arena,
	    account->zone_assumed
		? _("Every kilowatt-hour counts as the world's mean: %.0f\u00a0g")
		: _("Every kilowatt-hour counts as %.0f\u00a0g of CO\u2082e"),
	    account->g_per_kwh);
}

static const struct {
	const char *domain, *name, *key;
	enum ink ink;
} domains[] = {
	{ "package", N_("processor package"), "package", INK_PACKAGE },
	{ "dram", N_("memory"), "dram", INK_DRAM },
	{ "gpu", N_("graphics processor"), "front", INK_FRONT },
	{ "", N_("machine"), "package", INK_PACKAGE },
};

static void add_piece(struct bar *bar, struct piece piece)
{
	if (piece.grams > 0 && bar->n < MAX_PARTS)
		bar->pieces[bar->n++] = piece;
}

static int hatch_of(const struct share_row *share)
{
	return provenance_of_word(share->provenance) >= PROVENANCE_ESTIMATED ? 4 : 0;
}

static void add_domains(const struct document *document, struct bar *bar, double machine_g)
{
	const struct carbon_facts *carbon = document->carbon;
	for (size_t i = 0; i < carbon->n_shares; i++) {
		const struct share_row *share = &carbon->shares[i];
		size_t k = 0;
		if (strcmp(share->variant, bar->sci->variant) != 0 ||
		    strcmp(share->job, bar->sci->job) != 0)
			continue;
		while (*domains[k].domain && strcmp(domains[k].domain, share->domain) != 0)
			k++;
		add_piece(bar, (struct piece){ .name = _(domains[k].name),
					       .key = domains[k].key,
					       .ink = domains[k].ink,
					       .hatch = hatch_of(share),
					       .grams = machine_g * share->share });
	}
}

/* O is taken apart backwards: what PUE added, what the power supply lost, what was counted. */
static struct bar bar_of(const struct document *document, const struct sci_row *sci)
{
	const struct account *account = &document->carbon->account;
	struct bar bar = { .sci = sci };
	double at_meter = sci->o_g / account->pue;
	double psu = isnan(account->psu) || document->findings->is_any_estimated
			 ? 1
			 : account->psu;
	add_domains(document, &bar, at_meter * psu);
	add_piece(&bar, (struct piece){ _("power supply loss"), "psu", INK_PSU, 4,
					at_meter * (1 - psu) });
	add_piece(&bar, (struct piece){ _("facility (PUE)"), "pue", INK_PUE, 5,
					sci->o_g - at_meter });
	add_piece(&bar,
		  (struct piece){ _("embodied"), "embodied", INK_EMBODIED, 2, sci->m_g });
	return bar;
}

static double total_of(const struct sci_row *sci)
{
	return sci->o_g + (isnan(sci->m_g) ? 0 : sci->m_g);
}

static struct bars bars_of(const struct document *document)
{
	const struct carbon_facts *carbon = document->carbon;
	struct bars bars = { .items = arena_room(document->arena,
						 (carbon->n_sci + 1) *
						     sizeof(*bars.items)) };
	struct figure *totals = arena_room(document->arena,
					   (carbon->n_sci + 1) * sizeof(*totals));
	for (size_t i = 0; i < carbon->n_sci; i++) {
		const struct sci_row *sci = &carbon->sci[i];
		if (strcmp(sci->job, "infer") != 0 || isnan(sci->o_g))
			continue;
		totals[bars.n] = (struct figure){ .is_known = true,
						  .value = total_of(sci) };
		bars.items[bars.n++] = bar_of(document, sci);
	}
	bars.scale = scale_of(totals, bars.n, document->glyphs);
	return bars;
}

/* One data block a piece: its box in the row of its variant. */
static void write_pieces(const struct canvas *canvas, const struct bars *bars)
{
	for (size_t i = 0; i < bars->n; i++) {
		double left = 0, row = (double)(bars->n - i);
		for (size_t j = 0; j < bars->items[i].n; j++) {
			const struct piece *piece = &bars->items[i].pieces[j];
			double right = left + piece->grams / bars->scale.factor;
			fprintf(canvas->script,
				"set object rect from %.9g,%.9g to %.9g,%.9g fc rgb '%s' "
				"fs %s %d border rgb '#ffffff'\n",
				left, row - 0.32, right, row + 0.32, ink_colour(piece->ink),
				piece->hatch ? "pattern" : "solid",
				piece->hatch ? piece->hatch : 1);
			left = right;
		}
	}
}

static void draw(const struct canvas *canvas, const void *data)
{
	const struct bars *bars = data;
	FILE *script = canvas->script;
	double most = 0;
	canvas_frame(canvas, canvas->is_narrow ? 130 : 170, RIGHT, TOP, BOTTOM);
	fputs("$names << EOD\n", script);
	for (size_t i = 0; i < bars->n; i++) {
		double total = total_of(bars->items[i].sci);
		most = fmax(most, total / bars->scale.factor);
		fprintf(script, "%.9g %zu \"%s\" \" %s\"\n", total / bars->scale.factor,
			bars->n - i,
			gnuplot_name(bars->items[i].sci->variant, canvas->arena),
			format_digits(total / bars->scale.factor, 3, canvas->arena));
	}
	fputs("EOD\n", script);
	write_pieces(canvas, bars);
	fprintf(script,
		"set xrange [0:%.9g]\nset yrange [0.4:%zu.6]\nset border 1\nunset grid\n"
		"set grid xtics lc rgb '%s' lw 0.5 lt 1\nset xlabel '%s'\n",
		most * 1.12, bars->n, ink_colour(INK_LINE),
		arena_format(canvas->arena, _("%sg CO\u2082e per million queries"),
			     bars->scale.prefix));
	fprintf(script,
		"plot $names using 1:2:4:ytic(3) with labels left tc rgb "
		"'%s'\n",
		ink_colour(INK_TEXT));
}

static void legend(struct document *document, const struct bars *bars)
{
	const struct bar *fullest = &bars->items[0];
	for (size_t i = 1; i < bars->n; i++)
		if (bars->items[i].n > fullest->n)
			fullest = &bars->items[i];
	html_open(document->html, "p", "class", "legend", NULL);
	for (size_t i = 0; i < fullest->n; i++) {
		const struct piece *piece = &fullest->pieces[i];
		html_open(document->html, "span", "class",
			  arena_format(document->arena, "key %s hatch%d", piece->key,
				       piece->hatch),
			  NULL);
		html_close(document->html);
		html_format(document->html, " %s ", piece->name);
	}
	html_close(document->html);
	html_line(document->html);
}

static void chart(struct document *document, const struct bars *bars)
{
	if (bars->n == 0)
		return;
	legend(document, bars);
	chart_write(
	    document,
	    &(struct chart){
		.id = "carbon-parts",
		.title = heading(document),
		.description = _(
		    "Grams of CO\u2082e per million queries, one bar a variant, "
		    "stacked by component."),
		.caption = _("Carbon per variant by component. Plain: read from a counter. "
			     "Hatched: assumed or estimated, not measured."),
		.wide_height = 76 + 30 * (int)bars->n,
		.narrow_height = 76 + 30 * (int)bars->n,
		.draw = draw,
		.data = bars });
}

static struct figure figure_of(double value)
{
	return isnan(value) ? figure_unknown(_("not stated"))
			    : (struct figure){ .is_known = true, .value = value };
}

static struct figure embodied_of(const struct sci_row *sci)
{
	struct figure embodied = figure_of(sci->m_g);
	embodied.has_interval = !isnan(sci->m_low_g) && !isnan(sci->m_high_g);
	embodied.low = sci->m_low_g;
	embodied.high = sci->m_high_g;
	return embodied;
}

static const char *unit_of(const struct sci_row *sci)
{
	if (strcmp(sci->job, "infer") == 0)
		return _("1,000,000 queries");
	return strcmp(sci->job, "train") == 0 ? _("one training") : _("one run");
}

/* Of the operational part, as the variants' table has it. */
static struct figure grams_of(const struct document *document, const struct sci_row *sci)
{
	for (size_t i = 0; i < document->campaign->n_rows; i++) {
		const struct model_row *row = &document->campaign->rows[i];
		if (strcmp(row->variant, sci->variant) == 0 &&
		    strcmp(row->job, sci->job) == 0)
			return strcmp(row->job, "infer") == 0 ? row->grams_per_1000_queries
							      : row->grams_per_run;
	}
	return figure_unknown(_("not known"));
}

static void sci_table(struct document *document)
{
	const struct carbon_facts *carbon = document->carbon;
	struct figure *figures = arena_room(document->arena,
					    (carbon->n_sci + 1) * sizeof(*figures));
	size_t n_infer = 0; /* they come first, and choose the prefix */
	for (size_t i = 0; i < carbon->n_sci; i++) {
		figures[i] = figure_of(carbon->sci[i].o_g);
		n_infer += strcmp(carbon->sci[i].job, "infer") == 0;
	}
	struct scale scale = scale_of(figures, n_infer ? n_infer : carbon->n_sci,
				      document->glyphs);
	const struct table_column columns[] = {
		{ _("Variant"), false },
		{ _("Functional unit R"), false },
		{ _("O is"), false },
		{ arena_format(document->arena, _("O, %sg"), scale.prefix), true },
		{ arena_format(document->arena, _("M, embodied, %sg"), scale.prefix),
		  true },
		{ arena_format(document->arena, _("SCI, %sg CO\u2082e per R"),
			       scale.prefix),
		  true },
	};
	part_table(document, _("SCI = ((E × I) + M) per R, location-based."), columns,
		   sizeof(columns) / sizeof(columns[0]));
	for (size_t i = 0; i < carbon->n_sci; i++) {
		const struct sci_row *sci = &carbon->sci[i];
		part_row(document, sci->variant);
		part_cell(document, unit_of(sci));
		part_provenance_cell(document, grams_of(document, sci));
		part_figure(document, figures[i], scale);
		part_figure(document, embodied_of(sci), scale);
		part_figure(document, figure_of(sci->sci_g), scale);
		part_row_end(document);
	}
	part_table_end(document);
}

static void sci_note(struct document *document)
{
	const struct account *account = &document->carbon->account;
	part_note(
	    document,
	    arena_format(
		document->arena,
		_("E is gross energy, through the power supply%s and PUE %.2f%s, each "
		  "applied once. I = %s g/kWh, %s, of %s%s."),
		isnan(account->psu)
		    ? _(" (its loss is excluded: no efficiency was given)")
		    : arena_format(document->arena, " (%.2f)", account->psu),
		account->pue, account->pue_assumed ? _(" (assumed)") : "",
		format_digits(account->g_per_kwh, 6, document->arena),
		account->scope ? account->scope : _("boundary not known"),
		account->zone_name ? account->zone_name : account->zone,
		account->zone_assumed ? _(" (assumed: no zone was given)") : ""));
	if (isnan(account->te_kg))
		part_note(document,
			  _("No embodied carbon was stated, so O alone is given, and no "
			    "SCI: joulecart factors set embodied=server names a device "
			    "of the table."));
	else
		part_note(
		    document,
		    arena_format(
			document->arena,
			_("M = %s kg CO\u2082e (%s) × reserved time ÷ %s years × share "
			  "%s%s. Its range is what published sheets span."),
			format_digits(account->te_kg, 4, document->arena),
			account->te_name ? account->te_name : _("as stated"),
			format_digits(account->life_years, 3, document->arena),
			format_digits(account->share, 3, document->arena),
			account->life_assumed || account->share_assumed ? _(" (assumed)")
									: ""));
}

static void scope_table(struct document *document)
{
	const struct carbon_facts *carbon = document->carbon;
	struct figure *figures = arena_room(document->arena,
					    (carbon->n_sci + 1) * sizeof(*figures));
	size_t n = 0;
	for (size_t i = 0; i < carbon->n_sci; i++)
		if (!isnan(carbon->sci[i].scope2_location_g) ||
		    !isnan(carbon->sci[i].scope2_market_g))
			figures[n++] = figure_of(carbon->sci[i].scope2_location_g);
	if (n == 0) {
		part_note(document,
			  carbon->location_reason
			      ? arena_format(document->arena,
					     _("Scope 2 cannot be told apart: %s."),
					     carbon->location_reason)
			      : _("Scope 2 cannot be told apart."));
		return;
	}
	struct scale scale = scale_of(figures, n, document->glyphs);
	const struct table_column columns[] = {
		{ _("Whole run of"), false },
		{ arena_format(document->arena, _("Scope 2, location, %sg"), scale.prefix),
		  true },
		{ arena_format(document->arena, _("Scope 2, market, %sg"), scale.prefix),
		  true },
		{ arena_format(document->arena, _("Scope 3 cat. 3, fuel, %sg"),
			       scale.prefix),
		  true },
		{ arena_format(document->arena, _("Scope 3 cat. 3, grid losses, %sg"),
			       scale.prefix),
		  true },
	};
	part_table(document,
		   _("The same electricity by the GHG Protocol; not to be added to SCI."),
		   columns, sizeof(columns) / sizeof(columns[0]));
	for (size_t i = 0; i < carbon->n_sci; i++) {
		const struct sci_row *sci = &carbon->sci[i];
		part_row(document,
			 arena_format(document->arena, "%s, %s", sci->variant, sci->job));
		part_figure(document, figure_of(sci->scope2_location_g), scale);
		part_figure(document, figure_of(sci->scope2_market_g), scale);
		part_figure(document, figure_of(sci->upstream_g), scale);
		part_figure(document, figure_of(sci->losses_g), scale);
		part_row_end(document);
	}
	part_table_end(document);
	if (carbon->upstream_basis)
		part_note(document, arena_format(document->arena, _("Fuel: %s."),
						 carbon->upstream_basis));
}

static void market_note(struct document *document)
{
	const struct account *account = &document->carbon->account;
	part_note(
	    document,
	    account->instrument
		? arena_format(document->arena, _("Market-based: %s. SCI does not use it."),
			       account->instrument)
		: _("Market-based: not supplied; no contractual instrument was stated."));
}

static const char *litres(struct document *document, double sum)
{
	return isnan(sum) ? _("not stated")
			  : arena_format(document->arena, "%s\u00a0L",
					 format_digits(sum, 3, document->arena));
}

static void water_note(struct document *document)
{
	double offsite = 0, onsite = 0;
	for (size_t i = 0; i < document->carbon->n_sci; i++) {
		offsite += document->carbon->sci[i].water_offsite_l;
		onsite += document->carbon->sci[i].water_onsite_l;
	}
	part_note(
	    document,
	    arena_format(document->arena,
			 _("Water of one run of each row: on site %s, at the power plants "
			   "%s."),
			 litres(document, onsite), litres(document, offsite)));
}

static void write_section(struct document *document)
{
	struct bars bars = bars_of(document);
	if (isnan(document->carbon->account.g_per_kwh) || document->carbon->n_sci == 0) {
		part_paragraph(document, _("Nothing can be turned into grams."));
		return;
	}
	chart(document, &bars);
	sci_table(document);
	sci_note(document);
	scope_table(document);
	market_note(document);
	water_note(document);
}

const struct section section_carbon = { "carbon", N_("Carbon"), heading, write_section };
