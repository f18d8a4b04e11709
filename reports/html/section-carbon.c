/* reports/html/section-carbon.c - from joules to grams, part by part: SCI per variant, then the
 * same electricity as the GHG Protocol sorts it, then water. */
#include <config.h>

#include "reports/figure/gnuplot.h"
#include "reports/html/chart.h"
#include "reports/html/parts.h"
#include "reports/html/words.h"

#include <math.h>
#include <string.h>

/* Margins in pixels; parts of a bar. */
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

/* The row that the report speaks of: the summary's choice, else the first there is. */
static const struct sci_row *shown_row(const struct document *document)
{
	const struct findings *findings = document->findings;
	const struct audit_finding *named = findings->chosen ? findings->chosen
							     : findings->baseline;
	const struct sci_row *row =
	    named ? carbon_facts_sci(document->carbon, named->row->variant, named->row->job)
		  : NULL;
	return row || document->carbon->n_sci == 0 ? row : &document->carbon->sci[0];
}

static const char *heading(const struct document *document)
{
	const struct account *account = &document->carbon->account;
	const struct sci_row *row = shown_row(document);
	if (isnan(account->g_per_kwh))
		return _("No grams: the zone has no factor");
	if (row && row->figures[FIGURE_SCI_G].is_known)
		return arena_format(
		    document->arena, _("Of the carbon of %s, %s is the hardware itself"),
		    row->variant,
		    part_share(document, row->figures[FIGURE_M_G].value /
					     row->figures[FIGURE_SCI_G].value));
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
	struct figure o = sci->figures[FIGURE_O_G], m = sci->figures[FIGURE_M_G];
	double at_meter = o.value / account->pue;
	double psu = isnan(account->psu) || sci->is_at_wall ? 1 : account->psu;
	add_domains(document, &bar, at_meter * psu);
	add_piece(&bar, (struct piece){ _("power supply loss"), "psu", INK_PSU, 4,
					at_meter * (1 - psu) });
	add_piece(&bar, (struct piece){ _("facility (PUE)"), "pue", INK_PUE, 5,
					o.value - at_meter });
	add_piece(&bar, (struct piece){ _("embodied"), "embodied", INK_EMBODIED, 7,
					m.is_known ? m.value : 0 });
	return bar;
}

static struct figure total_of(const struct sci_row *sci)
{
	return sci->figures[FIGURE_SCI_G].is_known ? sci->figures[FIGURE_SCI_G]
						   : sci->figures[FIGURE_O_G];
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
		if (!sci->is_per_query || !sci->figures[FIGURE_O_G].is_known)
			continue;
		totals[bars.n] = total_of(sci);
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

/* With the digits that the table below gives it. */
static const char *part_text(const struct canvas *canvas, struct figure figure,
			     struct scale scale)
{
	return format_value(figure, scale_in(figure, scale), glyphs_utf8(), canvas->arena);
}

/* "135", or "135 = 7.1 + 128": a part that is too small to see is read. */
static const char *total_text(const struct canvas *canvas, const struct sci_row *sci,
			      struct scale scale)
{
	const char *total = part_text(canvas, total_of(sci), scale);
	if (!sci->figures[FIGURE_M_G].is_known)
		return total;
	return arena_format(canvas->arena, "%s = %s + %s", total,
			    part_text(canvas, sci->figures[FIGURE_O_G], scale),
			    part_text(canvas, sci->figures[FIGURE_M_G], scale));
}

static void draw(const struct canvas *canvas, const void *data)
{
	const struct bars *bars = data;
	FILE *script = canvas->script;
	double most = 0;
	bool has_m = false;
	canvas_frame(canvas, canvas->is_narrow ? 130 : 170, RIGHT, TOP, BOTTOM);
	fputs("$names << EOD\n", script);
	for (size_t i = 0; i < bars->n; i++) {
		double total = total_of(bars->items[i].sci).value;
		most = fmax(most, total / bars->scale.factor);
		fprintf(script, "%.9g %zu \"%s\" \"%s\"\n", total / bars->scale.factor,
			bars->n - i,
			gnuplot_name(bars->items[i].sci->variant, canvas->arena),
			total_text(canvas, bars->items[i].sci, bars->scale));
		has_m |= bars->items[i].sci->figures[FIGURE_M_G].is_known;
	}
	fputs("EOD\n", script);
	write_pieces(canvas, bars);
	fprintf(script,
		"set xrange [0:%.9g]\nset yrange [0.4:%zu.6]\nset border 1\nunset grid\n"
		"set grid xtics lc rgb '%s' lw 0.5 lt 1\nset xlabel '%s'\n",
		most * (!has_m              ? 1.12
			: canvas->is_narrow ? 1.9
					    : 1.35),
		bars->n, ink_colour(INK_LINE),
		arena_format(canvas->arena, _("%sg CO\u2082e per million queries"),
			     bars->scale.prefix));
	fprintf(script,
		"plot $names using 1:2:4:ytic(3) with labels left offset 0.6,0 tc "
		"rgb '%s'\n",
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
			     "Hatched: assumed or estimated, not measured. A sum behind a "
			     "bar is energy + embodied."),
		.wide_height = 76 + 30 * (int)bars->n,
		.narrow_height = 76 + 30 * (int)bars->n,
		.draw = draw,
		.data = bars });
}

static const char *unit_of(const struct sci_row *sci)
{
	if (sci->is_per_query)
		return _("1,000,000 queries");
	return strcmp(sci->job, "train") == 0 ? _("one training") : _("one run");
}

/* One scale for a column: the rows of queries choose the prefix where there are any. */
static struct scale scale_of_kind(const struct document *document, enum figure_kind kind)
{
	const struct carbon_facts *carbon = document->carbon;
	struct figure *figures = arena_room(document->arena,
					    (carbon->n_sci + 1) * sizeof(*figures));
	size_t n = 0, n_query = 0;
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < carbon->n_sci; i++)
			if (carbon->sci[i].is_per_query == (pass == 0)) {
				figures[n++] = carbon->sci[i].figures[kind];
				n_query += pass == 0;
			}
	return scale_of(figures, n_query ? n_query : n, document->glyphs);
}

static bool any_of_kind(const struct document *document, enum figure_kind kind)
{
	for (size_t i = 0; i < document->carbon->n_sci; i++)
		if (document->carbon->sci[i].figures[kind].is_known)
			return true;
	return false;
}

/* A table of one row each for what has figures, and a column for each of the kinds. */
struct kind_column {
	enum figure_kind kind;
	const char *header; /* %s: the prefix */
};

static void kind_table(struct document *document, const char *caption,
		       const struct kind_column *kinds, size_t n_kinds, bool say_provenance)
{
	struct table_column columns[10] = { { _("Variant"), false },
					    { _("Functional unit R"), false },
					    { _("O is"), false } };
	struct scale scales[8];
	size_t n = say_provenance ? 3 : 2;
	for (size_t i = 0; i < n_kinds; i++) {
		scales[i] = scale_of_kind(document, kinds[i].kind);
		columns[n++] = (struct table_column){
			arena_format(document->arena, "%s, %s%s", kinds[i].header,
				     scales[i].prefix,
				     kinds[i].kind >= FIGURE_WATER_ONSITE ? "L" : "g"),
			true
		};
	}
	part_table(document, caption, columns, n);
	for (size_t i = 0; i < document->carbon->n_sci; i++) {
		const struct sci_row *sci = &document->carbon->sci[i];
		part_row(document, sci->variant);
		part_cell(document, unit_of(sci));
		if (say_provenance)
			part_provenance_cell(document, sci->figures[FIGURE_O_G]);
		for (size_t k = 0; k < n_kinds; k++)
			part_figure(document, sci->figures[kinds[k].kind],
				    scale_in(sci->figures[kinds[k].kind], scales[k]));
		part_row_end(document);
	}
	part_table_end(document);
}

static void sci_table(struct document *document)
{
	const struct kind_column kinds[] = { { FIGURE_O_G, _("O") },
					     { FIGURE_M_G, _("M, embodied") },
					     { FIGURE_SCI_G, _("SCI, CO\u2082e per R") } };
	bool has_m = any_of_kind(document, FIGURE_M_G);
	kind_table(document, _("SCI = ((E × I) + M) per R, location-based."), kinds,
		   has_m ? 3 : 1, true);
}

/* Which rows went through the power supply's efficiency. */
static const char *supply_words(const struct document *document)
{
	const struct account *account = &document->carbon->account;
	size_t n_at_wall = 0, n = document->carbon->n_sci;
	for (size_t i = 0; i < n; i++)
		n_at_wall += document->carbon->sci[i].is_at_wall;
	if (n_at_wall == n && n > 0)
		return _(
		    "at the wall, as the estimate's coefficients are (no efficiency of a "
		    "power supply is applied)");
	if (isnan(account->psu))
		return _("behind the power supply (its loss is excluded: no efficiency was "
			 "given)");
	return arena_format(document->arena,
			    n_at_wall ? _("through the power supply (%.2f) where it was "
					  "measured, at the wall where it is estimated")
				      : _("through the power supply (%.2f)"),
			    account->psu);
}

/* "12 (10 to 13) " of TE, life and share, and why M is missing where it is. */
static void embodied_note(struct document *document)
{
	const struct account *account = &document->carbon->account;
	const char *why = NULL;
	for (size_t i = 0; i < document->carbon->n_sci && !why; i++)
		if (!document->carbon->sci[i].figures[FIGURE_M_G].is_known)
			why = document->carbon->sci[i].figures[FIGURE_M_G].reason;
	if (why)
		part_note(document, arena_format(document->arena,
						 _("O alone is given, and no SCI: %s."),
						 words_of(document->arena, why)));
	if (!any_of_kind(document, FIGURE_M_G))
		return;
	part_note(
	    document,
	    arena_format(
		document->arena,
		_("M = %s kg CO\u2082e (%s) × reserved time ÷ %s years of 365 days%s × "
		  "share "
		  "%s%s. Its interval is what published sheets span, with the years."),
		format_digits(account->te_kg, 4, document->arena),
		account->te_name ? words_of(document->arena, account->te_name)
				 : _("as stated"),
		format_digits(account->life_years, 3, document->arena),
		account->life_assumed ? _(" (assumed)") : "",
		format_digits(account->share, 3, document->arena),
		account->share_assumed
		    ? _(" (the whole machine, as its energy is: nothing else was stated)")
		    : ""));
}

static void sci_note(struct document *document)
{
	const struct account *account = &document->carbon->account;
	part_note(
	    document,
	    arena_format(document->arena,
			 _("E is energy %s, times PUE %.2f%s. I = %s g/kWh, %s, of %s%s."),
			 supply_words(document), account->pue,
			 account->pue_assumed ? _(" (assumed)") : "",
			 format_digits(account->g_per_kwh, 6, document->arena),
			 account->scope ? words_of(document->arena, account->scope)
					: _("boundary not known"),
			 account->zone_name ? account->zone_name : account->zone,
			 account->zone_assumed ? _(" (assumed: no zone was given)") : ""));
	embodied_note(document);
}

static void scope_table(struct document *document)
{
	const struct carbon_facts *carbon = document->carbon;
	const struct kind_column kinds[] = {
		{ FIGURE_SCOPE2_LOCATION, _("Scope 2, location") },
		{ FIGURE_SCOPE2_MARKET, _("Scope 2, market") },
		{ FIGURE_SCOPE3_FUEL, _("Scope 3 cat. 3, fuel") },
		{ FIGURE_SCOPE3_LOSSES, _("Scope 3 cat. 3, grid losses") },
	};
	if (!any_of_kind(document, FIGURE_SCOPE2_LOCATION))
		part_note(document,
			  carbon->location_reason
			      ? arena_format(
				    document->arena, _("Scope 2 cannot be told apart: %s."),
				    words_of(document->arena, carbon->location_reason))
			      : _("Scope 2 cannot be told apart."));
	if (!any_of_kind(document, FIGURE_SCOPE2_LOCATION) &&
	    !any_of_kind(document, FIGURE_SCOPE2_MARKET))
		return;
	kind_table(document,
		   _("The same electricity by the GHG Protocol; not to be added to SCI."),
		   kinds, sizeof(kinds) / sizeof(kinds[0]), false);
	if (carbon->upstream_basis)
		part_note(document,
			  arena_format(document->arena, _("Fuel: %s."),
				       words_of(document->arena, carbon->upstream_basis)));
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

/* Grams with as many digits as their energy may bear; "-" where there is no factor. */
static const char *grams_of(struct document *document, double grams)
{
	return isnan(grams) ? "-" : format_digits(grams, 3, document->arena);
}

static const char *rest_note(struct document *document, const struct matching_row *row)
{
	return row->is_residual
		   ? arena_format(document->arena,
				  _("What is not matched has %s g/kWh: %s."),
				  format_digits(row->rest_g_per_kwh, 4, document->arena),
				  words_of(document->arena, row->rest_is))
	       : isnan(row->rest_g_per_kwh)
		   ? _("What is not matched has no factor.")
		   : arena_format(
			 document->arena,
			 _("No residual mix is known for zone %s: what is not matched "
			   "has the grid's own factor, %s g/kWh."),
			 row->zone, format_digits(row->rest_g_per_kwh, 4, document->arena));
}

/* Scope 2, market-based, by the hour: only where certificates were imported. */
static void matching_table(struct document *document)
{
	const struct matching *matching = document->matching;
	const struct table_column columns[] = {
		{ _("Variant"), false },      { _("Trials"), true },
		{ _("Used, kWh"), true },     { _("Matched, kWh"), true },
		{ _("Matched, g"), true },    { _("Not matched, kWh"), true },
		{ _("Not matched, g"), true }
	};
	if (matching->n == 0)
		return;
	part_table(
	    document,
	    _("Scope 2, market-based, by the hour: all trials' electricity against "
	      "certificates of the same hours. Never more is matched than was used in "
	      "an hour."),
	    columns, 7);
	for (size_t i = 0; i < matching->n; i++) {
		const struct matching_row *row = &matching->rows[i];
		struct arena *arena = document->arena;
		part_row(document, arena_format(arena, _("%s, %s"), row->variant,
						words_of(arena, row->job)));
		part_number(document,
			    arena_format(arena, "%lld", (long long)row->n_trials));
		part_number(document, format_digits(row->matched.kwh, 3, arena));
		part_number(document, format_digits(row->matched.matched_kwh, 3, arena));
		part_number(document, grams_of(document, row->matched.matched_g));
		part_number(document, format_digits(row->unmatched_kwh, 3, arena));
		part_number(document, grams_of(document, matching_rest_g(row)));
		part_row_end(document);
	}
	part_table_end(document);
	part_note(document, rest_note(document, &matching->rows[0]));
	if (!matching->rows[0].is_zone_certified)
		part_note(document,
			  arena_format(document->arena,
				       _("No certificate in the file is of zone %s."),
				       matching->rows[0].zone));
}

static void water_table(struct document *document)
{
	const struct kind_column kinds[] = {
		{ FIGURE_WATER_ONSITE, _("On site") },
		{ FIGURE_WATER_OFFSITE, _("At the power plants") },
	};
	bool has_onsite = any_of_kind(document, FIGURE_WATER_ONSITE);
	bool has_offsite = any_of_kind(document, FIGURE_WATER_OFFSITE);
	if (!has_onsite && !has_offsite) {
		part_note(document, _("Water: not known, on site or at the power plants."));
		return;
	}
	kind_table(document,
		   _("Water consumed. Its interval is that of the energy: the sources give "
		     "none for water."),
		   has_onsite ? kinds : kinds + 1, has_onsite && has_offsite ? 2 : 1,
		   false);
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
	matching_table(document);
	water_table(document);
}

const struct section section_carbon = { "carbon", N_("Carbon"), heading, write_section };
