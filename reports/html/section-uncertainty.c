/* reports/html/section-uncertainty.c - the budget of one variant's grams as the GUM has it: which
 * input makes how much of the doubt, and what of it cancels when variants are compared. */
#include <config.h>

#include "reports/html/parts.h"
#include "reports/html/words.h"

#include <math.h>
#include <string.h>

/* The variant that the budget is shown of: the summary's choice, else the first there is. */
static const struct budget_total *shown_total(const struct document *document)
{
	const struct carbon_facts *carbon = document->carbon;
	const struct findings *findings = document->findings;
	const struct audit_finding *named = findings->chosen ? findings->chosen
							     : findings->baseline;
	for (size_t i = 0; named && i < carbon->n_totals; i++)
		if (strcmp(carbon->totals[i].variant, named->row->variant) == 0 &&
		    strcmp(carbon->totals[i].job, named->row->job) == 0)
			return &carbon->totals[i];
	return carbon->n_totals ? &carbon->totals[0] : NULL;
}

static bool is_of(const struct budget_row *row, const struct budget_total *total)
{
	return strcmp(row->variant, total->variant) == 0 &&
	       strcmp(row->job, total->job) == 0;
}

static const struct budget_row *largest_of(const struct document *document,
					   const struct budget_total *total)
{
	const struct budget_row *largest = NULL;
	for (size_t i = 0; total && i < document->carbon->n_budget; i++) {
		const struct budget_row *row = &document->carbon->budget[i];
		if (is_of(row, total) && !isnan(row->share) &&
		    (!largest || row->share > largest->share))
			largest = row;
	}
	return largest;
}

static const char *heading(const struct document *document)
{
	const struct budget_row *largest = largest_of(document, shown_total(document));
	if (!largest)
		return _("No figure has an uncertainty budget");
	return arena_format(document->arena,
			    largest->cancels
				? _("Of the uncertainty, %s has one cause, which cancels "
				    "in comparisons: %s")
				: _("Of the uncertainty, %s has one cause: %s"),
			    part_share(document, largest->share),
			    words_of(document->arena, largest->input));
}

static const char *percent(struct document *document, double relative)
{
	return isnan(relative)
		   ? NULL
		   : arena_format(document->arena, "%s\u00a0%%",
				  relative > 0 && relative < 0.0001
				      ? _("below 0.01")
				      : format_digits(relative * 100, 2, document->arena));
}

static const char *share_of_variance(struct document *document, double share)
{
	return isnan(share) ? NULL
			    : arena_format(document->arena, "%s\u00a0%%",
					   format_share(share, 1, document->arena));
}

static void budget_table(struct document *document, const struct budget_total *total)
{
	const struct table_column columns[] = {
		{ _("Input"), false },
		{ _("Type"), false },
		{ _("u, relative"), true },
		{ _("Of the grams"), true },
		{ _("Share of variance"), true },
		{ _("In a comparison"), false },
		{ _("Basis"), false },
	};
	part_table(document,
		   arena_format(document->arena,
				_("Uncertainty budget (GUM) of the carbon of %s; standard "
				  "uncertainties, k = 1."),
				total->variant),
		   columns, sizeof(columns) / sizeof(columns[0]));
	for (size_t i = 0; i < document->carbon->n_budget; i++) {
		const struct budget_row *row = &document->carbon->budget[i];
		if (!is_of(row, total))
			continue;
		part_row(document, words_of(document->arena, row->input));
		part_cell(document,
			  row->distribution
			      ? arena_format(document->arena, "%s, %s", row->type,
					     words_of(document->arena, row->distribution))
			      : row->type);
		part_number(document, percent(document, row->u_rel));
		part_number(document, percent(document, row->contribution));
		part_number(document, share_of_variance(document, row->share));
		part_cell(document, row->cancels ? _("cancels") : _("kept"));
		part_cell(document, words_of(document->arena, row->why));
		part_row_end(document);
	}
	part_table_end(document);
}

static void combined(struct document *document, const struct budget_total *total)
{
	struct figure grams = { .is_known = !isnan(total->value_g),
				.has_interval = true,
				.value = total->value_g,
				.low = total->low_g,
				.high = total->high_g };
	struct scale scale = scale_of(&grams, 1, document->glyphs);
	part_note(
	    document,
	    arena_format(document->arena,
			 _("Combined: %s CO\u2082e per %s, from %.*f to %.*f (k = 2, about "
			   "95\u00a0%%, %s)."),
			 part_value(document, grams, scale, "g"),
			 words_of(document->arena, total->per), scale.decimals,
			 total->low_g / scale.factor, scale.decimals,
			 total->high_g / scale.factor,
			 words_of(document->arena, total->distribution)));
}

/* "measured 87 %, assumed 13 %" of the joules. */
static void classes_note(struct document *document, const struct budget_total *total)
{
	const char *text = NULL;
	for (size_t i = 0; i < document->carbon->n_classes; i++) {
		const struct class_row *class = &document->carbon->classes[i];
		if (strcmp(class->variant, total->variant) != 0 ||
		    strcmp(class->job, total->job) != 0)
			continue;
		const char *one = arena_format(
		    document->arena, "%s\u00a0%s",
		    part_provenance_word(provenance_of_word(class->provenance)),
		    part_share(document, class->share));
		text = text ? arena_format(document->arena, _("%s, %s"), text, one) : one;
	}
	if (text)
		part_note(document,
			  arena_format(document->arena, _("Of its joules: %s."), text));
}

/* How they were combined, and what is assumed of these. */
static void rules_note(struct document *document)
{
	const struct account *account = &document->carbon->account;
	part_note(
	    document,
	    _("Inputs are independent and combine by the squares of their logarithms, "
	      "each side by itself: an input as lopsided as the sources of embodied "
	      "carbon leaves a lopsided interval. The bounds of gaps and the "
	      "instruments of one trial are added first. What an hour differs from its "
	      "year is no part of the interval: the grid factor is the year's."));
	if (account->zone_assumed)
		part_note(document,
			  _("The zone is assumed: it enters with the spread of all "
			    "countries."));
	if (account->pue_assumed)
		part_note(document,
			  _("The PUE is assumed. It has no uncertainty of its own: it is a "
			    "choice, and the word \u201cassumed\u201d stands beside every "
			    "gram that rests on it."));
}

static void write_section(struct document *document)
{
	const struct budget_total *total = shown_total(document);
	if (!total) {
		part_paragraph(document, _("No trial counts, so nothing can be said of its "
					   "uncertainty."));
		return;
	}
	budget_table(document, total);
	combined(document, total);
	classes_note(document, total);
	rules_note(document);
}

const struct section section_uncertainty = { "uncertainty", N_("Uncertainty"), heading,
					     write_section };
