/* reports/html/section-factors.c - each number that came from outside, with its source. */
#include <config.h>

#include "reports/html/parts.h"
#include "reports/html/words.h"

#include <math.h>
#include <string.h>

static const char *heading(const struct document *document)
{
	size_t n = document->carbon->n_factors;
	if (n == 0)
		return _("No number came from outside");
	return arena_format(
	    document->arena,
	    ngettext("%zu number came from outside", "%zu numbers came from outside", n),
	    n);
}

static const char *value_text(struct document *document, const struct factor_row *factor)
{
	const char *value = arena_format(document->arena, "%s\u00a0%s",
					 format_digits(factor->value, 6, document->arena),
					 factor->unit);
	if (isnan(factor->low) || isnan(factor->high))
		return value;
	return arena_format(document->arena, _("%s (%s to %s)"), value,
			    format_digits(factor->low, 4, document->arena),
			    format_digits(factor->high, 4, document->arena));
}

static const char *year_text(struct document *document, const struct factor_row *factor)
{
	if (factor->year == 0)
		return NULL;
	return factor->age_years > 0
		   ? arena_format(document->arena,
				  ngettext("%lld, %lld year old", "%lld, %lld years old",
					   (unsigned long)factor->age_years),
				  (long long)factor->year, (long long)factor->age_years)
		   : arena_format(document->arena, "%lld", (long long)factor->year);
}

/* "1 1 2 1 3": technology, time, geography, completeness, reliability. */
static const char *quality_text(struct document *document, const struct factor_row *factor)
{
	const struct carbon_facts *carbon = document->carbon;
	for (size_t i = 0; i < carbon->n_qualities; i++) {
		const struct factor_quality *one = &carbon->qualities[i];
		if (strcmp(one->role, factor->role) == 0 &&
		    strcmp(one->key, factor->key) == 0 &&
		    strcmp(one->parameter, factor->parameter) == 0)
			return arena_format(document->arena, "%lld %lld %lld %lld %lld",
					    (long long)one->technology,
					    (long long)one->time, (long long)one->geography,
					    (long long)one->completeness,
					    (long long)one->reliability);
	}
	return NULL;
}

static void factor_cells(struct document *document, const struct factor_row *factor)
{
	part_row(document, arena_format(document->arena, "%s: %s, %s",
					words_of(document->arena, factor->role),
					words_of(document->arena, factor->name),
					words_of(document->arena, factor->parameter)));
	part_number(document, value_text(document, factor));
	part_cell(document, year_text(document, factor));
	part_cell(document, words_of(document->arena, factor->boundary));
	part_cell(document,
		  arena_format(document->arena, "%s, %s. %s%s%s", factor->publisher,
			       factor->edition, factor->licence,
			       factor->retrieved ? _(", read ") : "",
			       factor->retrieved ? factor->retrieved : ""));
	part_number(document, quality_text(document, factor));
	part_row_end(document);
}

/* Is there a row before this one of the same file? */
static bool is_told(const struct carbon_facts *carbon, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (carbon->factors[j].sha256 &&
		    strcmp(carbon->factors[j].sha256, carbon->factors[i].sha256) == 0)
			return true;
	return false;
}

static void hashes(struct document *document)
{
	const struct carbon_facts *carbon = document->carbon;
	html_open(document->html, "ul", "class", "notes", NULL);
	for (size_t i = 0; i < carbon->n_factors; i++) {
		const struct factor_row *factor = &carbon->factors[i];
		if (!factor->sha256 || is_told(carbon, i))
			continue;
		html_open(document->html, "li", NULL);
		html_format(document->html, "%s, %s: sha256 ",
			    words_of(document->arena, factor->role), factor->source);
		html_element(document->html, "code", NULL, factor->sha256);
		html_close(document->html);
		html_line(document->html);
	}
	html_close(document->html);
}

static void write_section(struct document *document)
{
	const struct carbon_facts *carbon = document->carbon;
	const struct table_column columns[] = {
		{ _("Factor"), false },
		{ _("Value"), true },
		{ _("Data of"), false },
		{ _("Boundary"), false },
		{ _("Publisher, edition, licence"), false },
		{ _("Quality"), true },
	};
	if (carbon->n_factors > 0) {
		part_table(document, _("Factors, each with edition and licence."), columns,
			   sizeof(columns) / sizeof(columns[0]));
		for (size_t i = 0; i < carbon->n_factors; i++)
			factor_cells(document, &carbon->factors[i]);
		part_table_end(document);
		part_note(document,
			  _("Quality, from 1 (best) to 5: technology, time, geography, "
			    "completeness, reliability (GHG Protocol)."));
		hashes(document);
	}
	if (carbon->account.pue_assumed)
		part_note(document, _("PUE 1.00 is a stand-in, not a published number."));
}

const struct section section_factors = { "factors", N_("Factors"), heading, write_section };
