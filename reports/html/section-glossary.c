/* reports/html/section-glossary.c - the words as the report uses them. */
#include <config.h>

#include "reports/html/parts.h"

static const struct {
	const char *word, *meaning;
} words[] = {
	{ N_("assumed"), N_("A default or a declared value, not checked here.") },
	{ N_("baseline"), N_("The variant that all others are compared with.") },
	{ N_("embodied (M)"),
	  N_("Emissions of making, moving and scrapping the hardware, shared "
	     "out by reserved time.") },
	{ N_("estimated"), N_("Coefficient × use × time; no sensor was read.") },
	{ N_("front"),
	  N_("The variants that no other beats on energy and quality at once.") },
	{ N_("gap"),
	  N_("A time without a good reading, or a reading that cannot be right.") },
	{ N_("gross"), N_("All energy in the window, idle included.") },
	{ N_("interval"), N_("Built so that 95 of 100 such campaigns would catch the true "
			     "value in it.") },
	{ N_("measured"),
	  N_("Read from an instrument on the machine during the timed window.") },
	{ N_("modelled"),
	  N_("Read from an instrument that itself computes energy from a model "
	     "of the chip.") },
	{ N_("operational (O)"), N_("Emissions of the electricity used: O = E × I.") },
	{ N_("PUE"),
	  N_("Energy of the whole data centre over energy of its IT equipment.") },
	{ N_("query"), N_("One answer to one shopper's request. The functional unit R.") },
	{ N_("SCI"),
	  N_("Software Carbon Intensity, ISO/IEC 21031:2024: ((E × I) + M) per R.") },
	{ N_("top-1"), N_("Share of queries whose first answer is the right one.") },
	{ N_("wraparound"),
	  N_("A counter passing its range and starting again; resolved from "
	     "the stored range.") },
};

static const char *heading(const struct document *document)
{
	(void)document;
	return _("Words as used here");
}

static void write_section(struct document *document)
{
	html_open(document->html, "dl", "class", "glossary", NULL);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		part_fact(document, _(words[i].word), _(words[i].meaning));
	html_close(document->html);
}

const struct section section_glossary = { "glossary", N_("Glossary"), heading,
					  write_section };
