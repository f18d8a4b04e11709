/* reports/html/section-factors.c - each number that came from outside, with its source. */
#include <config.h>

#include "reports/campaign/carbon.h"
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
	const char *value = format_digits(factor->value, 6, document->arena);
	if (strcmp(factor->unit, "1") != 0)
		value = arena_format(document->arena, "%s\u00a0%s", value,
				     strcmp(factor->unit, "year") == 0 ? _("years")
								       : factor->unit);
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
	if (factor->age_years > FACTOR_FRESH_YEARS)
		return arena_format(document->arena, _("%lld: stale, %lld years old"),
				    (long long)factor->year, (long long)factor->age_years);
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

static bool is_same(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

/* What its note says of the figure; elsewhere a note holds other names of a zone, or counts. */
static const char *caution(const struct factor_row *factor)
{
	return strcmp(factor->role, "embodied") == 0 ? factor->note : NULL;
}

/* Do two factors have the same to say of where they are from? */
static bool is_same_source(const struct factor_row *a, const struct factor_row *b)
{
	return is_same(a->source, b->source) && is_same(a->edition, b->edition) &&
	       is_same(a->address, b->address) && is_same(a->place, b->place) &&
	       is_same(a->boundary, b->boundary) && is_same(a->gwp, b->gwp) &&
	       is_same(a->gases, b->gases) && is_same(a->compared, b->compared) &&
	       is_same(caution(a), caution(b)) && !a->gwp_reason == !b->gwp_reason;
}

/* The first factor of the same source; i: it is itself the first. */
static size_t first_of_source(const struct carbon_facts *carbon, size_t i)
{
	size_t first = 0;
	while (!is_same_source(&carbon->factors[first], &carbon->factors[i]))
		first++;
	return first;
}

/* The number, from 1, of its source in the list below the table. */
static size_t source_number(const struct carbon_facts *carbon, size_t i)
{
	size_t number = 0;
	for (size_t j = 0; j <= first_of_source(carbon, i); j++)
		number += first_of_source(carbon, j) == j;
	return number;
}

static void factor_cells(struct document *document, size_t i)
{
	const struct factor_row *factor = &document->carbon->factors[i];
	size_t number = source_number(document->carbon, i);
	part_row(document, arena_format(document->arena, _("%s: %s, %s"),
					words_of(document->arena, factor->role),
					words_of(document->arena, factor->name),
					words_of(document->arena, factor->parameter)));
	part_number(document, value_text(document, factor));
	part_cell(document, year_text(document, factor));
	part_number(document, quality_text(document, factor));
	html_open(document->html, "td", "class", "number", NULL);
	html_open(document->html, "a", "href",
		  arena_format(document->arena, "#source-%zu", number), NULL);
	html_format(document->html, "[%zu]", number);
	html_close(document->html);
	html_close(document->html);
	part_row_end(document);
}

static void sentence(struct document *document, const char *text)
{
	html_text(document->html, " ");
	html_text(document->html, text);
}

/* In the words of its publisher, whatever the report's language is. */
static void citation(struct document *document, const char *text)
{
	html_text(document->html, " ");
	html_open(document->html, "cite", "lang", "en", NULL);
	html_text(document->html, text);
	html_close(document->html);
}

/* What makes grams of several gases one number. */
static void gas_sentences(struct document *document, const struct factor_row *factor)
{
	struct arena *arena = document->arena;
	if (factor->gases)
		sentence(document, arena_format(arena, _("Gases: %s."),
						words_of(arena, factor->gases)));
	if (factor->gwp)
		sentence(document,
			 arena_format(
			     arena, _("Warming potentials over 100 years: %s of the IPCC."),
			     factor->gwp));
	else if (factor->gwp_reason)
		sentence(document, arena_format(arena, _("Warming potentials: %s."),
						words_of(arena, factor->gwp_reason)));
}

static void source_item(struct document *document, const struct factor_row *factor,
			size_t number)
{
	struct arena *arena = document->arena;
	html_open(document->html, "li", "id", arena_format(arena, "source-%zu", number),
		  NULL);
	if (strcmp(factor->publisher, "joulecart") == 0)
		html_format(document->html, _("joulecart's own: %s."),
			    words_of(arena, factor->source));
	else
		citation(document, arena_format(arena, "%s, %s. %s.", factor->publisher,
						factor->edition, factor->source));
	if (factor->address) /* as text: whoever wrote the file may have named any */
		sentence(document, factor->address);
	if (factor->place)
		citation(document, factor->place);
	sentence(document, arena_format(arena, _("Boundary: %s."),
					words_of(arena, factor->boundary)));
	gas_sentences(document, factor);
	sentence(document,
		 arena_format(arena, _("Licence: %s."), words_of(arena, factor->licence)));
	if (factor->retrieved && factor->address)
		sentence(document,
			 arena_format(arena, _("Read on %s."), factor->retrieved));
	sentence(document,
		 factor->compared
		     ? arena_format(arena, _("Compared with its publisher's text on %s."),
				    factor->compared)
		     : arena_format(arena, _("Comparison: %s."),
				    words_of(arena, factor->compared_reason)));
	if (caution(factor))
		sentence(document, arena_format(arena, _("Note: %s."),
						words_of(arena, caution(factor))));
	html_close(document->html);
	html_line(document->html);
}

static void sources(struct document *document)
{
	const struct carbon_facts *carbon = document->carbon;
	size_t number = 0;
	part_note(document, _("The sources, by the numbers in the table:"));
	html_open(document->html, "ol", "class", "notes", NULL);
	for (size_t i = 0; i < carbon->n_factors; i++)
		if (first_of_source(carbon, i) == i)
			source_item(document, &carbon->factors[i], ++number);
	html_close(document->html);
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
		html_format(document->html, "%s, ",
			    words_of(document->arena, factor->role));
		citation(document, factor->source);
		html_text(document->html, ": sha256 ");
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
		{ _("Factor"), false }, { _("Value"), true },  { _("Data of"), false },
		{ _("Quality"), true }, { _("Source"), true },
	};
	if (carbon->n_factors > 0) {
		part_table(document, _("Factors, each with its source."), columns,
			   sizeof(columns) / sizeof(columns[0]));
		for (size_t i = 0; i < carbon->n_factors; i++)
			factor_cells(document, i);
		part_table_end(document);
		part_note(document,
			  _("Quality, from 1 (best) to 5: technology, time, geography, "
			    "completeness, reliability (GHG Protocol)."));
		sources(document);
		hashes(document);
	}
	if (carbon->account.pue_assumed)
		part_note(document, _("PUE 1.00 is a stand-in, not a published number."));
}

const struct section section_factors = { "factors", N_("Factors"), heading, write_section };
