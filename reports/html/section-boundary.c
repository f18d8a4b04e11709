/* reports/html/section-boundary.c - what is counted, what is not, and why: a part that nothing
 * measures is listed here, never silently zero. */
#include <config.h>

#include "reports/html/parts.h"
#include "reports/html/words.h"

#include <string.h>

/* "counted" and whatever else makes a component part of the figures. */
static bool is_in(const struct document *document, const char *component)
{
	for (size_t i = 0; i < document->carbon->n_boundary; i++)
		if (strcmp(document->carbon->boundary[i].component, component) == 0)
			return strcmp(document->carbon->boundary[i].status, "excluded") !=
			       0;
	return false;
}

static const char *heading(const struct document *document)
{
	bool has_facility = is_in(document, "cooling and distribution of the data centre");
	if (document->findings->is_any_estimated)
		return has_facility
			   ? _("From the processor's busy time to the plug of the data "
			       "centre")
			   : _("From the processor's busy time to the plug of the machine");
	if (has_facility)
		return _("From the sensors of the machine to the plug of the data centre");
	return is_in(document, "power supply loss")
		   ? _("From the sensors of the machine to its plug")
		   : _("What the sensors of the machine see");
}

/* How large what is left out may be; nothing of what is in. */
static const char *size_of(struct document *document, const char *component)
{
	struct arena *arena = document->arena;
	const struct exclusion *one = exclusion_of(
	    document->exclusions, document->campaign->campaign_id, component);
	return one ? arena_format(arena, _("%s: %s"),
				  words_of(arena, exclusion_size(one, arena)),
				  words_of(arena, one->basis))
		   : "";
}

static void row(struct document *document, const char *component, const char *how,
		const char *why)
{
	part_row(document, words_of(document->arena, component));
	part_cell(document, words_of(document->arena, how));
	part_cell(document, words_of(document->arena, why));
	part_cell(document, size_of(document, component));
	part_row_end(document);
}

/* The channels that stand behind what is counted. */
static const char *counted_channels(struct document *document)
{
	const struct evidence *evidence = document->evidence;
	const char *names = NULL;
	for (size_t i = 0; i < evidence->n_channels; i++) {
		const struct channel_row *channel = &evidence->channels[i];
		if (!channel->is_counted)
			continue;
		names = names ? arena_format(document->arena, _("%s, %s"), names,
					     channel->name)
			      : channel->name;
	}
	return names;
}

static void write_section(struct document *document)
{
	const struct carbon_facts *carbon = document->carbon;
	const struct table_column columns[] = { { _("Component"), false },
						{ _("Counted"), false },
						{ _("Why, or how"), false },
						{ _("Size of what is not"), false } };
	part_table(document, _("What is counted, what is not, and why."), columns, 4);
	for (size_t i = 0; i < carbon->n_boundary; i++) {
		const struct boundary_row *one = &carbon->boundary[i];
		row(document, one->component, one->status, one->why);
	}
	if (exclusion_of(document->exclusions, document->campaign->campaign_id,
			 EXCLUSION_IDLE))
		row(document, EXCLUSION_IDLE, "excluded",
		    "the estimate is of the threads that ran");
	part_table_end(document);
	const char *names = counted_channels(document);
	if (names)
		part_note(
		    document,
		    arena_format(document->arena,
				 document->findings->is_any_estimated
				     ? _("Counted by: %s. Of an estimate only the share of "
					 "the CPU time that the run had.")
				     : _("Counted by: %s. Gross: what the machine draws "
					 "when idle is in it."),
				 names));
}

const struct section section_boundary = { "boundary", N_("Boundary"), heading,
					  write_section };
