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

/* The words of v_boundary, for readers. */
static const char *component_words(const char *component)
{
	static const struct {
		const char *component, *words;
	} known[] = {
		{ "processor", N_("Processor") },
		{ "memory", N_("Memory") },
		{ "graphics processor", N_("Graphics processor") },
		{ "fans, disks, board", N_("Fans, disks, board, network card") },
		{ "power supply loss", N_("Power supply loss") },
		{ "cooling and distribution of the data centre",
		  N_("Cooling and distribution of the data centre") },
		{ "network and end-user devices", N_("Network and shoppers' devices") },
		{ "embodied carbon", N_("Making and scrapping the machine") },
		{ "water on site", N_("Water on site") },
	};
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(component, known[i].component) == 0)
			return _(known[i].words);
	return component;
}

static const char *status_words(const char *status)
{
	static const struct {
		const char *status, *words;
	} known[] = { { "counted", N_("counted") },
		      { "in the estimate", N_("in the estimate") },
		      { "by factor", N_("by factor") },
		      { "excluded", N_("not counted") } };
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(status, known[i].status) == 0)
			return _(known[i].words);
	return status;
}

static void row(struct document *document, const char *what, const char *how,
		const char *why)
{
	part_row(document, what);
	part_cell(document, how);
	part_cell(document, why);
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
						{ _("Why, or how"), false } };
	part_table(document, _("What is counted, what is not, and why."), columns, 3);
	for (size_t i = 0; i < carbon->n_boundary; i++) {
		const struct boundary_row *one = &carbon->boundary[i];
		row(document, component_words(one->component), status_words(one->status),
		    one->why);
	}
	row(document, _("Making the variants"), _("apart"),
	    _("with the break-even, not spread over queries"));
	part_table_end(document);
	const char *names = counted_channels(document);
	if (names)
		part_note(document,
			  arena_format(document->arena,
				       _("Counted by: %s. Gross: what the machine draws "
					 "when idle is in it."),
				       names));
}

const struct section section_boundary = { "boundary", N_("Boundary"), heading,
					  write_section };
