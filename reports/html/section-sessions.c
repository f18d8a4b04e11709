/* reports/html/section-sessions.c - what a whole execution of an agent's workflow comes to: of one, of a
 * thousand, and of a year at the traffic that was stated, with its part of the training. */
#include <config.h>

#include "reports/html/parts.h"

static const struct unit_row *sessions_of(const struct model_row *row)
{
	return unit_row_of(&row->units, UNIT_SESSIONS);
}

static const struct unit_row *cheapest(const struct model_campaign *campaign,
				       const char **variant)
{
	const struct unit_row *best = NULL;
	for (size_t i = 0; i < campaign->n_rows; i++) {
		const struct unit_row *row = sessions_of(&campaign->rows[i]);
		if (!row || !row->joules.is_known ||
		    (best && best->joules.value <= row->joules.value))
			continue;
		best = row;
		*variant = campaign->rows[i].variant;
	}
	return best;
}

static bool any_sessions(const struct model_campaign *campaign)
{
	for (size_t i = 0; i < campaign->n_rows; i++)
		if (sessions_of(&campaign->rows[i]))
			return true;
	return false;
}

static const char *heading(const struct document *document)
{
	const char *variant = NULL;
	const struct unit_row *best = cheapest(document->campaign, &variant);
	if (!any_sessions(document->campaign))
		return NULL;
	if (!best)
		return _("No joules of a session are known");
	struct figure grams = best->all_g.is_known ? best->all_g : best->grams;
	const char *joules = part_value(document, best->joules,
					scale_of(&best->joules, 1, document->glyphs), "J");
	if (!grams.is_known)
		return arena_format(document->arena, _("A session with %s takes %s"),
				    variant, joules);
	return arena_format(
	    document->arena, _("A session with %s takes %s and emits %s CO\u2082e"),
	    variant, joules,
	    part_value(document, grams, scale_of(&grams, 1, document->glyphs), "g"));
}

static void cell_of(struct document *document, struct figure figure, const char *unit)
{
	struct scale scale = scale_of(&figure, 1, document->glyphs);
	part_cell(document, arena_format(document->arena, "%s%s", scale.prefix, unit));
	part_figure(document, figure, scale);
}

/* A line for each of one variant's figures: they are of several units. */
static void rows_of(struct document *document, const struct model_row *row)
{
	const struct unit_row *unit = sessions_of(row);
	struct unit_year year = unit_year_of(unit, row->per_query,
					     document->sessions_per_day);
	const struct {
		const char *what, *unit;
		struct figure figure;
		bool is_year;
	} lines[] = {
		{ _("Energy of a session"), "J", unit->joules, false },
		{ unit->has_embodied ? _("Carbon of a session (SCI)")
				     : _("Carbon of a session (O alone)"),
		  "g", unit->grams, false },
		{ _("Its part of the training"), "g", unit->training_g, false },
		{ _("Carbon with that part"), "g", unit->all_g, false },
		{ _("Carbon of 1000 sessions, with that part"), "g",
		  figure_times(unit->all_g, 1000), false },
		{ _("Energy of a year of serving"), "kWh", year.kwh, true },
		{ _("Carbon of a year"), "kg", year.kg, true },
	};
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		if (lines[i].is_year && document->sessions_per_day <= 0)
			continue;
		part_row(document, row->variant);
		part_cell(document, lines[i].what);
		if (lines[i].is_year) {
			part_cell(document, lines[i].unit);
			part_figure(document, lines[i].figure,
				    scale_plain(&lines[i].figure, 1));
		} else {
			cell_of(document, lines[i].figure, lines[i].unit);
		}
		part_provenance_cell(document, lines[i].figure);
		part_row_end(document);
	}
}

static double queries_of(const struct document *document)
{
	for (size_t i = 0; i < document->campaign->n_rows; i++) {
		const struct unit_row *row = sessions_of(&document->campaign->rows[i]);
		if (row && row->queries > 0)
			return row->queries;
	}
	return 0;
}

static void write_section(struct document *document)
{
	const struct table_column columns[] = {
		{ _("Variant"), false }, { _("Figure"), false },     { _("Unit"), false },
		{ _("Value"), true },    { _("Joules are"), false },
	};
	if (queries_of(document) > 0)
		part_paragraph(
		    document,
		    arena_format(document->arena,
				 _("A session is a whole execution of the agent's "
				   "workflow, of %.4g model calls on average. Think time "
				   "between calls, a language model, the shop and the "
				   "network are in none of its figures."),
				 queries_of(document)));
	part_table(document, _("What a session comes to."), columns,
		   sizeof(columns) / sizeof(columns[0]));
	for (size_t i = 0; i < document->campaign->n_rows; i++)
		if (sessions_of(&document->campaign->rows[i]))
			rows_of(document, &document->campaign->rows[i]);
	part_table_end(document);
	part_note(document,
		  document->sessions_per_day > 0
		      ? arena_format(document->arena,
				     _("A year has 365 days, of %.10g sessions each, as "
				       "stated."),
				     document->sessions_per_day)
		      : _("A year of them: report --sessions-per-day N."));
	part_note(document, _("The training is the variant's own, spread over as many "
			      "queries as training_queries states; its bounds and those of "
			      "the session add up, since the same grid makes both err."));
}

const struct section section_sessions = { "sessions", N_("Sessions"), heading,
					  write_section };
