/* reports/html/section-boundary.c - what is counted, what is not, and why: a part that nothing
 * measures is listed here, never silently zero. */
#include <config.h>

#include "reports/html/parts.h"

#include <string.h>

static const char *heading(const struct document *document)
{
	return document->findings->is_any_estimated
		   ? _("From the processor's busy time to the plug of the data centre")
		   : _("From the sensors of the machine to the plug of the data centre");
}

static const char *domain_words(const char *domain)
{
	static const struct {
		const char *domain, *words;
	} known[] = {
		{ "package", N_("Processor package") },
		{ "dram", N_("Memory") },
		{ "gpu", N_("Graphics processor") },
		{ "cpu", N_("Processor") },
		{ "memory", N_("Memory") },
		{ "psys", N_("Whole platform") },
		{ "core", N_("Processor cores") },
		{ "uncore", N_("Integrated graphics") },
	};
	for (size_t i = 0; domain && i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(domain, known[i].domain) == 0)
			return _(known[i].words);
	return domain ? domain : _("Other");
}

static void counted_row(struct document *document, const struct channel_row *channel)
{
	part_row(document, arena_format(document->arena, "%s, %s",
					domain_words(channel->domain), channel->name));
	html_open(document->html, "td", NULL);
	part_provenance(document, provenance_of_word(channel->provenance));
	html_close(document->html);
	part_cell(document, arena_format(document->arena, _("Source: %s. Gross of idle."),
					 channel->collector));
	part_row_end(document);
}

static void excluded_row(struct document *document, const char *what, const char *how,
			 const char *why)
{
	part_row(document, what);
	html_element(document->html, "td", "quiet", how);
	part_cell(document, why);
	part_row_end(document);
}

static bool has_domain(const struct evidence *evidence, const char *domain)
{
	for (size_t i = 0; i < evidence->n_channels; i++)
		if (evidence->channels[i].is_counted && evidence->channels[i].domain &&
		    strcmp(evidence->channels[i].domain, domain) == 0)
			return true;
	return false;
}

static void facility_row(struct document *document)
{
	const struct model_campaign *campaign = document->campaign;
	part_row(document, _("Cooling and distribution"));
	html_open(document->html, "td", NULL);
	part_provenance(document, PROVENANCE_ASSUMED);
	html_close(document->html);
	part_cell(document, arena_format(document->arena,
					 campaign->pue_assumed
					     ? _("PUE %.2f: nobody gave one")
					     : _("PUE %.2f, as given on the command line"),
					 campaign->pue));
	part_row_end(document);
}

static void write_section(struct document *document)
{
	const struct evidence *evidence = document->evidence;
	const struct table_column columns[] = { { _("Component"), false },
						{ _("Counted"), false },
						{ _("How, or why not"), false } };
	part_table(document, _("What is counted, what is not, and why."), columns, 3);
	for (size_t i = 0; i < evidence->n_channels; i++)
		if (evidence->channels[i].is_counted)
			counted_row(document, &evidence->channels[i]);
	facility_row(document);
	const char *no = _("not counted");
	if (!has_domain(evidence, "dram") && !has_domain(evidence, "memory"))
		excluded_row(document, _("Memory"), no,
			     _("No channel of its own; where it was estimated with the "
			       "processor, its coefficients say so"));
	excluded_row(
	    document, _("Power supply loss"), no,
	    _("The sensors sit behind the power supply, and its efficiency was not "
	      "given"));
	excluded_row(document, _("Fans, disks, board, network card"), no,
		     _("No counter on this machine"));
	excluded_row(document, _("Making and scrapping the machine"), no,
		     _("Embodied carbon is outside operational energy"));
	excluded_row(document, _("Making the variants"), _("apart"),
		     _("Shown with the break-even, not spread over queries"));
	excluded_row(document, _("Network, product search, shopper's device"), no,
		     _("Outside the machine; the same for all variants"));
	part_table_end(document);
}

const struct section section_boundary = { "boundary", N_("Boundary"), heading,
					  write_section };
