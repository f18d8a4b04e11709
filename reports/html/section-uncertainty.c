/* reports/html/section-uncertainty.c - where the intervals come from, and what cancels when
 * variants are compared. */
#include <config.h>

#include "reports/carbon.h"
#include "reports/html/parts.h"

#include <math.h>

static double instrument_k2(const struct document *document)
{
	double largest = -1;
	for (size_t i = 0; i < document->evidence->n_channels; i++)
		if (document->evidence->channels[i].is_counted)
			largest = fmax(largest,
				       document->evidence->channels[i].uncertainty_k2);
	return largest;
}

static const char *heading(const struct document *document)
{
	double instrument = instrument_k2(document);
	if (instrument > GRID_UNCERTAINTY_K2)
		return _(
		    "The instruments are the largest doubt, and cancel in comparisons");
	return _("The grid factor is the largest doubt, and cancels in comparisons");
}

static void row(struct document *document, const char *input, const char *type,
		const char *size, const char *cancels, const char *source)
{
	part_row(document, input);
	part_cell(document, type);
	part_number(document, size);
	part_cell(document, cancels);
	part_cell(document, source);
	part_row_end(document);
}

static const char *percent(struct document *document, double relative)
{
	return relative < 0
		   ? _("not known")
		   : arena_format(document->arena, "%s\u00a0%%",
				  format_digits(relative * 100, 3, document->arena));
}

static void write_section(struct document *document)
{
	const struct evidence *evidence = document->evidence;
	const struct table_column columns[] = {
		{ _("Input"), false },          { _("Type"), false },
		{ _("Expanded, k = 2"), true }, { _("In a comparison"), false },
		{ _("Basis"), false },
	};
	part_table(document, _("What enters the intervals."), columns,
		   sizeof(columns) / sizeof(columns[0]));
	row(document, _("Repeatability"), _("A, Student t"), _("in each interval"),
	    _("kept"), _("the spread between trials of this campaign"));
	for (size_t i = 0; i < evidence->n_channels; i++)
		if (evidence->channels[i].is_counted)
			row(document, evidence->channels[i].name, _("B, gain"),
			    percent(document, evidence->channels[i].uncertainty_k2),
			    _("cancels"), evidence->channels[i].basis);
	row(document, _("Gaps and phase edges"), _("B, bound"), _("by gap"), _("kept"),
	    _("the most that the zone can draw in the time that no reading covers"));
	row(document, _("Grid factor"), _("B, normal"),
	    percent(document, GRID_UNCERTAINTY_K2), _("cancels"),
	    _("change of national annual factors from year to year"));
	part_table_end(document);
	part_note(
	    document,
	    _("Gains of one collector err together and add; collectors are independent and "
	      "add in quadrature, and so do repeatability, instruments and grid factor. An "
	      "assumed zone or PUE has no interval: it is a choice, and the word "
	      "\u201cassumed\u201d stands beside every gram that rests on it."));
}

const struct section section_uncertainty = { "uncertainty", N_("Uncertainty"), heading,
					     write_section };
