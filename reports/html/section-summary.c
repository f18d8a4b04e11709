/* reports/html/section-summary.c - page one: the verdict, four figures, what else was found,
 * what is not counted. Bad news is here, not further down. */
#include <config.h>

#include "reports/compare/compare-text.h"
#include "reports/html/parts.h"
#include "reports/html/words.h"

#include <string.h>

static const char *correct_how_often(const struct audit_finding *chosen)
{
	if (!chosen->has_quality)
		return "";
	switch (finding_quality(chosen)) {
	case QUALITY_LESS:
		return _(", and is right less often");
	case QUALITY_MORE:
		return _(", and is right more often");
	case QUALITY_WITHIN:
		return _(", and is right as often to within a point");
	default:
		return _("; whether it is right as often cannot be told");
	}
}

static const char *command_heading(const struct document *document)
{
	const struct model_campaign *campaign = document->campaign;
	if (campaign->n_rows == 0)
		return _("No trial was completed");
	const struct model_row *row = &campaign->rows[0];
	if (!row->joules_per_run.is_known)
		return arena_format(document->arena, _("No energy is known of %s"),
				    row->variant);
	struct scale scale = scale_of(&row->joules_per_run, 1, document->glyphs);
	return arena_format(document->arena, _("One run of %s took %s"), row->variant,
			    part_value(document, row->joules_per_run, scale, "J"));
}

static const char *heading(const struct document *document)
{
	const struct findings *findings = document->findings;
	if (!findings->baseline)
		return command_heading(document);
	if (findings->n_variants == 1)
		return arena_format(document->arena,
				    _("Only %s was measured: nothing to compare"),
				    findings->baseline->row->variant);
	if (!findings->chosen)
		return arena_format(document->arena,
				    _("No variant is shown to need less energy than %s"),
				    findings->baseline->row->variant);
	return arena_format(
	    document->arena,
	    findings->is_per_query
		? _("%s answers a query with %s\u00a0%% less energy than %s%s")
		: _("%s needs %s\u00a0%% less energy than %s%s"),
	    findings->chosen->row->variant,
	    part_change(document, finding_ratio(findings->chosen).value),
	    findings->baseline->row->variant, correct_how_often(findings->chosen));
}

static void key_open(struct document *document, const char *value, const char *unit)
{
	struct html *html = document->html;
	html_open(html, "div", NULL);
	html_open(html, "p", "class", "big", NULL);
	html_text(html, value);
	html_element(html, "span", "unit", unit);
	html_close(html);
}

static void key_close(struct document *document, const char *what, const char *interval,
		      int provenance)
{
	struct html *html = document->html;
	html_element(html, "p", NULL, what);
	html_element(html, "p", "interval", interval);
	html_open(html, "p", NULL);
	if (provenance >= 0)
		part_provenance(document, (enum figure_provenance)provenance);
	html_close(html);
	html_close(html);
	html_line(html);
}

static void key_figure(struct document *document, struct figure figure, const char *unit,
		       const char *what)
{
	if (!figure.is_known) {
		key_open(document, document->glyphs->missing, "");
		key_close(document, what, figure.reason ? figure.reason : "", -1);
		return;
	}
	struct scale scale = scale_of(&figure, 1, document->glyphs);
	key_open(document, format_value(figure, scale, document->glyphs, document->arena),
		 arena_format(document->arena, " %s%s", scale.prefix, unit));
	const char *interval = figure.has_interval
				   ? arena_format(document->arena, _("%.*f to %.*f"),
						  scale.decimals, figure.low / scale.factor,
						  scale.decimals,
						  figure.high / scale.factor)
				   : _("no interval: one trial");
	key_close(document, what, interval, (int)figure.provenance);
}

static void key_ratio(struct document *document, const struct audit_finding *chosen)
{
	struct figure ratio = finding_ratio(chosen);
	const char *change = part_change(document, ratio.value);
	key_open(document,
		 arena_format(document->arena, "%s%s",
			      ratio.value < 1 ? document->glyphs->minus : "+", change),
		 " %");
	/* measured as the weaker of the two: they are of one campaign and one instrument */
	key_close(document,
		  arena_format(document->arena, _("energy against %s"),
			       document->findings->baseline->row->variant),
		  ratio.has_interval
		      ? arena_format(document->arena, _("%s to %s\u00a0%%"),
				     part_points(document, (ratio.low - 1) * 100),
				     part_points(document, (ratio.high - 1) * 100))
		      : _("no interval: one pair"),
		  (int)chosen->energy_j.provenance);
}

/* "top1" as readers know it. */
static const char *quality_words(const char *name)
{
	if (strcmp(name, "top1") == 0)
		return _("top-1");
	if (strcmp(name, "top5") == 0)
		return _("top-5");
	return strcmp(name, "ndcg10") == 0 ? "NDCG@10" : name;
}

static void key_quality(struct document *document, const struct audit_finding *chosen)
{
	const struct figure change = chosen->quality_change;
	key_open(document, part_points(document, change.value), _(" points"));
	key_close(document,
		  arena_format(document->arena, _("%s: %.1f\u00a0%%, was %.1f\u00a0%%"),
			       quality_words(document->findings->comparison->quality_name),
			       chosen->quality * 100,
			       document->findings->baseline->quality * 100),
		  change.has_interval ? arena_format(document->arena, _("%s to %s"),
						     part_points(document, change.low),
						     part_points(document, change.high))
				      : _("no interval: too few answers are known"),
		  PROVENANCE_MEASURED);
}

/* With the embodied carbon where it is known: a card that leaves out what was stated misleads. */
static void key_grams(struct document *document, const struct model_row *row,
		      bool per_query)
{
	const struct figure_group *group = per_query ? row->per_query : row->per_run;
	bool has_m = group && group->figures[FIGURE_SCI_G].is_known;
	struct figure grams = per_query ? figure_times(row->grams_per_1000_queries, 1000)
					: row->grams_per_run;
	if (has_m)
		grams = figure_times(group->figures[FIGURE_SCI_G], per_query ? 1e6 : 1);
	key_figure(document, grams, "g",
		   has_m       ? per_query
				     ? _("CO\u2082e per million queries, energy and embodied")
				     : _("CO\u2082e per run, energy and embodied")
			 : per_query ? _("CO\u2082e per million queries, of energy alone")
			       : _("CO\u2082e per run, of energy alone"));
}

static void keys(struct document *document)
{
	const struct findings *findings = document->findings;
	const struct audit_finding *shown = findings->chosen ? findings->chosen
							     : findings->baseline;
	html_open(document->html, "div", "class", "keys", NULL);
	if (shown) {
		key_figure(document, shown->energy_j, "J",
			   arena_format(document->arena,
					findings->is_per_query ? _("per query, %s")
							       : _("per run, %s"),
					shown->row->variant));
		if (findings->chosen)
			key_ratio(document, shown);
		if (findings->chosen && shown->quality_change.is_known)
			key_quality(document, shown);
		key_grams(document, shown->row, findings->is_per_query);
	} else if (document->campaign->n_rows > 0) {
		key_figure(document, document->campaign->rows[0].joules_per_run, "J",
			   _("per run"));
		key_figure(document, document->campaign->rows[0].seconds, "s",
			   _("duration of a run"));
		key_grams(document, &document->campaign->rows[0], false);
	}
	html_close(document->html);
	html_line(document->html);
}

static void tell_estimate(struct document *document)
{
	if (document->findings->is_any_estimated &&
	    !carbon_facts_any_measured(document->carbon))
		part_bold_then(
		    document, "li", _("No counter was read."),
		    _("Every joule here is ESTIMATED from CPU time and published "
		      "coefficients, as if every busy core drew the same. The order of "
		      "variants is that of their CPU time."));
}

static void tell_break_even(struct document *document)
{
	const struct audit_finding *chosen = document->findings->chosen;
	if (!chosen)
		return;
	struct figure after = chosen->difference->break_even;
	if (!after.is_known)
		return;
	struct scale scale = scale_of(&chosen->row->training_j, 1, document->glyphs);
	part_bold_then(
	    document, "li",
	    arena_format(document->arena, _("It breaks even after %s\u00a0queries."),
			 queries_short_text(after, document->arena)),
	    arena_format(document->arena,
			 _("Making %s took %s; so many queries save as much."),
			 chosen->row->variant,
			 part_value(document, chosen->row->training_j, scale, "J")));
}

/* Names of the variants that pass, as "a, b, c"; NULL when there are none. */
static const char *names_of(struct document *document,
			    bool (*is_in)(const struct findings *,
					  const struct audit_finding *))
{
	const char *names = NULL;
	for (size_t i = 0; i < document->findings->n_variants; i++) {
		const struct audit_finding *one = &document->findings->variants[i];
		if (!is_in(document->findings, one))
			continue;
		names = names ? arena_format(document->arena, _("%s, %s"), names,
					     one->row->variant)
			      : one->row->variant;
	}
	return names;
}

static bool goes_further(const struct findings *findings, const struct audit_finding *one)
{
	return findings->chosen && finding_is(one, VERDICT_LESS) &&
	       one->difference->t.mean < findings->chosen->difference->t.mean &&
	       finding_points(one) < -TOLERATED_POINTS;
}

static bool is_dearer(const struct findings *findings, const struct audit_finding *one)
{
	(void)findings;
	return finding_is(one, VERDICT_MORE);
}

static bool is_open(const struct findings *findings, const struct audit_finding *one)
{
	(void)findings;
	return finding_is(one, VERDICT_CANNOT_TELL);
}

/* An interval without 0 is no verdict by itself: of few pairs none is given. */
static const char *what_is_open(struct document *document, const char *names)
{
	const char *text = arena_format(
	    document->arena, _("These trials do not show a difference from %s: %s."),
	    document->findings->baseline->row->variant, names);
	for (size_t i = 0; i < document->findings->n_variants; i++) {
		const struct difference *difference =
		    document->findings->variants[i].difference;
		if (difference && difference->t.n < difference->t.n_least)
			return arena_format(
			    document->arena,
			    _("%s A verdict needs at least %zu pairs of trials."), text,
			    difference->t.n_least);
	}
	return text;
}

static void tell_others(struct document *document)
{
	const char *further = names_of(document, goes_further);
	const char *dearer = names_of(document, is_dearer);
	const char *open = names_of(document, is_open);
	if (further)
		part_bold_then(document, "li", _("Smaller models go further, at a price."),
			       arena_format(document->arena,
					    _("Cheaper still, but more than one point of "
					      "quality behind: %s."),
					    further));
	if (dearer)
		part_bold_then(document, "li", _("Not everything saves."),
			       arena_format(document->arena, _("More energy than %s: %s."),
					    document->findings->baseline->row->variant,
					    dearer));
	if (open && document->findings->baseline)
		part_bold_then(document, "li", _("Some cannot be told apart."),
			       what_is_open(document, open));
}

/* What else ran, what the host took, throttling: compare names the same. */
static void tell_disturbances(struct document *document)
{
	const struct comparison *comparison = document->findings->comparison;
	const char *all = NULL;
	for (size_t i = 0; comparison && i < comparison->n_notices; i++) {
		const char *one = words_of(document->arena, comparison->notices[i]);
		all = all ? arena_format(document->arena, _("%s; %s"), all, one) : one;
	}
	if (all)
		part_bold_then(document, "li", _("Something else was at work."),
			       arena_format(document->arena, _("%s."), all));
}

static void tell_carbon(struct document *document)
{
	const struct model_campaign *campaign = document->campaign;
	if (campaign->zone_assumed || campaign->pue_assumed)
		part_bold_then(
		    document, "li", _("The grams rest on assumptions."),
		    campaign->zone_assumed && campaign->pue_assumed
			? _("Neither grid zone nor PUE was given: the world's mean and "
			    "1.00 stand in. Ratios between variants do not depend on "
			    "them.")
		    : campaign->zone_assumed
			? _("No grid zone was given: the world's mean stands in. Ratios "
			    "between variants do not depend on it.")
			: _("No PUE was given: 1.00 stands in. Ratios between variants do "
			    "not depend on it."));
	if (document->evidence->n_gaps > 0)
		part_bold_then(
		    document, "li", _("Readings are missing."),
		    arena_format(document->arena,
				 _("Gaps of %zu kinds are listed with the "
				   "instruments; intervals are widened by them."),
				 document->evidence->n_gaps));
	if (campaign->n_usable < campaign->n_trials)
		part_bold_then(
		    document, "li", _("Not every trial counts."),
		    arena_format(document->arena,
				 _("%lld of %lld trials stand behind the figures; the "
				   "others failed, were cut off or warmed up."),
				 (long long)campaign->n_usable,
				 (long long)campaign->n_trials));
}

/* What v_boundary leaves out, by name. */
static const char *left_out(struct document *document)
{
	const char *names = NULL;
	for (size_t i = 0; i < document->carbon->n_boundary; i++) {
		const struct boundary_row *one = &document->carbon->boundary[i];
		const char *name = words_of(document->arena, one->component);
		if (strcmp(one->status, "excluded") != 0)
			continue;
		names = names ? arena_format(document->arena, _("%s, %s"), names, name)
			      : name;
	}
	return names;
}

static void tell_boundary(struct document *document)
{
	const char *names = left_out(document);
	part_note(document,
		  document->findings->is_any_estimated
		      ? _("Energy is the part of the machine's that its CPU time "
			  "makes: what it draws when idle is not in it.")
		      : _("Energy is gross: what the machine draws when idle is in "
			  "it."));
	part_note(document,
		  names ? arena_format(document->arena,
				       _("Not counted: %s. The boundary is in a section of "
					 "its own. Nothing here is offset."),
				       names)
			: _("The boundary is in a section of its own. Nothing here is "
			    "offset."));
}

static void write_section(struct document *document)
{
	keys(document);
	html_open(document->html, "ul", NULL);
	tell_estimate(document);
	tell_break_even(document);
	tell_others(document);
	tell_disturbances(document);
	tell_carbon(document);
	html_close(document->html);
	tell_boundary(document);
}

const struct section section_summary = { "summary", N_("Summary"), heading, write_section };
