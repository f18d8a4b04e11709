/* reports/html/section-carbon.c - from joules to grams, part by part. */
#include <config.h>

#include "reports/carbon.h"
#include "reports/html/parts.h"

#include <string.h>

static bool is_infer(const struct model_row *row)
{
	return strcmp(row->job, "infer") == 0;
}

/* Per million queries, or per run. */
static struct figure energy_of(const struct model_row *row)
{
	return is_infer(row) ? figure_times(row->joules_per_query, 1e6)
			     : row->joules_per_run;
}

static struct figure grams_of(const struct model_row *row)
{
	return is_infer(row) ? figure_times(row->grams_per_1000_queries, 1000)
			     : row->grams_per_run;
}

static const char *heading(const struct document *document)
{
	const struct model_campaign *campaign = document->campaign;
	if (campaign->g_per_kwh <= 0)
		return _("No grams: the zone has no factor");
	return arena_format(
	    document->arena,
	    campaign->zone_assumed
		? _("Every kilowatt-hour counts as the world's mean: %.0f\u00a0g")
		: _("Every kilowatt-hour counts as %.0f\u00a0g of CO\u2082e"),
	    campaign->g_per_kwh);
}

static void table(struct document *document)
{
	const struct model_campaign *campaign = document->campaign;
	struct figure *grams = arena_room(document->arena,
					  campaign->n_rows * sizeof(*grams));
	for (size_t i = 0; i < campaign->n_rows; i++)
		grams[i] = grams_of(&campaign->rows[i]);
	struct scale scale = scale_of(grams, campaign->n_rows, document->glyphs);
	const struct table_column columns[] = {
		{ _("What"), false },
		{ _("Functional unit R"), false },
		{ arena_format(document->arena, _("Machine, %sg"), scale.prefix), true },
		{ arena_format(document->arena, _("Facility (PUE), %sg"), scale.prefix),
		  true },
		{ arena_format(document->arena, _("O, %sg CO\u2082e"), scale.prefix),
		  true },
	};
	part_table(document, _("Operational carbon by component: O = E × I."), columns,
		   sizeof(columns) / sizeof(columns[0]));
	for (size_t i = 0; i < campaign->n_rows; i++) {
		const struct model_row *row = &campaign->rows[i];
		struct figure energy = energy_of(row);
		double machine = energy.is_known
				     ? carbon_grams(energy.value, 1, campaign->g_per_kwh)
				     : 0;
		part_row(document, row->variant);
		part_cell(document, is_infer(row) ? _("1,000,000 queries")
				    : strcmp(row->job, "train") == 0 ? _("one training")
								     : _("one run"));
		struct figure parts[] = {
			{ .is_known = energy.is_known, .value = machine },
			{ .is_known = energy.is_known,
			  .value = machine * (campaign->pue - 1) },
		};
		part_figure(document, parts[0], scale);
		part_figure(document, parts[1], scale);
		part_figure(document, grams[i], scale);
		part_row_end(document);
	}
	part_table_end(document);
}

static void write_section(struct document *document)
{
	const struct model_campaign *campaign = document->campaign;
	if (campaign->g_per_kwh > 0)
		table(document);
	part_note(
	    document,
	    arena_format(document->arena,
			 _("Location-based: I = %s g/kWh of %s (%s), PUE %.2f%s, applied "
			   "once. No market-based figure: no contractual instrument was "
			   "declared. Embodied carbon M is not counted here."),
			 format_digits(campaign->g_per_kwh, 6, document->arena),
			 campaign->zone_name ? campaign->zone_name : campaign->zone,
			 campaign->zone_assumed ? _("assumed") : _("as given"),
			 campaign->pue, campaign->pue_assumed ? _(" assumed") : ""));
}

const struct section section_carbon = { "carbon", N_("Carbon"), heading, write_section };
