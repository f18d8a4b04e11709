/* reports/html/section-limits.c - what the report does not claim, and room for signatures. */
#include <config.h>

#include "reports/html/parts.h"

#include <string.h>

static const char *heading(const struct document *document)
{
	(void)document;
	return _("What this report does not claim");
}

static void item(struct document *document, const char *text)
{
	html_element(document->html, "li", NULL, text);
	html_line(document->html);
}

static void signature(struct document *document, const char *who)
{
	html_open(document->html, "div", NULL);
	html_element(document->html, "p", NULL, who);
	html_element(document->html, "p", "line", "\u00a0");
	html_close(document->html);
}

/* Does a sensor see the whole machine? */
static bool counts_machine(const struct document *document)
{
	const struct carbon_facts *carbon = document->carbon;
	for (size_t i = 0; i < carbon->n_boundary; i++)
		if (strcmp(carbon->boundary[i].component, "fans, disks, board") == 0)
			return strcmp(carbon->boundary[i].status, "counted") == 0;
	return false;
}

static bool has_queries(const struct model_campaign *campaign)
{
	for (size_t i = 0; i < campaign->n_rows; i++)
		if (campaign->rows[i].queries > 0)
			return true;
	return false;
}

static void write_section(struct document *document)
{
	html_open(document->html, "ul", NULL);
	item(document,
	     _("It is a calculation on one machine. Another processor may order the "
	       "variants differently."));
	if (document->findings->is_any_estimated &&
	    carbon_facts_any_measured(document->carbon))
		item(document, _("Not every joule in it was measured: what is estimated "
				 "bears on CPU time alone."));
	else if (document->findings->is_any_estimated)
		item(document,
		     _("No joule in it was measured. It bears on the order of variants "
		       "by CPU time, not on their size in joules."));
	else if (!counts_machine(document))
		item(document,
		     _("The sensors see the processor and, where listed, its memory and "
		       "graphics. What else the machine draws is outside."));
	if (has_queries(document->campaign))
		item(document, _("The queries stand for real traffic; they hold no peak "
				 "and no season."));
	item(document,
	     _("Of the life cycle it holds what was run here, training and answering: "
	       "data collection, the search for settings, failed runs and retraining are "
	       "in none of its figures."));
	item(document,
	     document->carbon->account.instrument
		 ? _("No offsets or certificates are netted. The contract that was "
		     "stated counts in scope 2, market-based, alone.")
		 : _("No offsets, certificates or contracts are netted."));
	html_close(document->html);
	html_open(document->html, "div", "class", "signatures", NULL);
	signature(document, _("Prepared by"));
	signature(document, _("Reviewed by"));
	signature(document, _("Date"));
	html_close(document->html);
	html_line(document->html);
}

const struct section section_limits = { "limits", N_("Limits"), heading, write_section };
