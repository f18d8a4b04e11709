/* reports/html/section-factors.c - each number that came from outside, with its source. */
#include <config.h>

#include "reports/html/parts.h"

static const char *heading(const struct document *document)
{
	size_t n = document->evidence->n_factors;
	if (n == 0)
		return _("No number came from outside");
	return arena_format(
	    document->arena,
	    ngettext("%zu number came from outside", "%zu numbers came from outside", n),
	    n);
}

static void write_section(struct document *document)
{
	const struct evidence *evidence = document->evidence;
	const struct table_column columns[] = {
		{ _("Factor"), false },   { _("Value"), true },   { _("Year"), false },
		{ _("Boundary"), false }, { _("Source"), false }, { _("Licence"), false },
	};
	if (evidence->n_factors > 0) {
		part_table(document, _("Factors, each with edition and licence."), columns,
			   sizeof(columns) / sizeof(columns[0]));
		for (size_t i = 0; i < evidence->n_factors; i++) {
			const struct factor_row *factor = &evidence->factors[i];
			part_row(document,
				 arena_format(document->arena, "%s, %s: %s", factor->kind,
					      factor->name, factor->parameter));
			part_number(document, arena_format(document->arena, "%s\u00a0%s",
							   format_digits(factor->value, 6,
									 document->arena),
							   factor->unit));
			part_cell(document, factor->year
						? arena_format(document->arena, "%lld",
							       (long long)factor->year)
						: NULL);
			part_cell(document, factor->boundary);
			part_cell(document, factor->source);
			part_cell(document, factor->licence);
			part_row_end(document);
		}
		part_table_end(document);
	}
	if (document->campaign->pue_assumed)
		part_note(document, _("PUE 1.00 is a stand-in, not a published number."));
}

const struct section section_factors = { "factors", N_("Factors"), heading, write_section };
