/* reports/render/notes.c - see notes.h. */
#include <config.h>

#include "reports/render/notes.h"

#include "reports/render/carbon-tables.h"
#include "reports/render/unit-table.h"

#include <string.h>

/* Notes beyond these are counted, not shown: JSON has them all. */
enum { MAX_NOTES = 10 };

static void add(struct arena *arena, const char *line)
{
	arena_append(arena, &line, sizeof(line));
}

static bool is_infer(const struct model_row *row)
{
	return strcmp(row->job, "infer") == 0;
}

/* The figure that a row is there for. */
static struct figure headline(const struct model_row *row)
{
	return is_infer(row) ? row->joules_per_query : row->joules_per_run;
}

static bool any_provenance(const struct model_campaign *campaign,
			   enum figure_provenance provenance, bool equal)
{
	for (size_t i = 0; i < campaign->n_rows; i++) {
		struct figure figure = headline(&campaign->rows[i]);
		if (figure.is_known && (figure.provenance == provenance) == equal)
			return true;
	}
	return false;
}

/* Whether the table of queries, whose header has no room for it, shows carbon. */
static bool has_queries_carbon(const struct model_campaign *campaign)
{
	bool has = false;
	for (size_t i = 0; i < campaign->n_rows; i++)
		has |= is_infer(&campaign->rows[i]) &&
		       campaign->rows[i].grams_per_1000_queries.is_known;
	return has;
}

/* Is the quality of a part of the queries shown? */
static bool has_cold(const struct model_campaign *campaign)
{
	bool has = false;
	for (size_t i = 0; i < campaign->n_rows; i++)
		has |= is_infer(&campaign->rows[i]) &&
		       quality_named(&campaign->rows[i], "cold_top1");
	return has;
}

static bool has_gap(const struct model_campaign *campaign)
{
	bool has = false;
	for (size_t i = 0; i < campaign->n_rows; i++)
		has |= is_infer(&campaign->rows[i]) && campaign->rows[i].gap.is_known;
	return has;
}

static void add_missing(const struct model_campaign *campaign, struct arena *arena)
{
	for (size_t i = 0; i < campaign->n_rows; i++) {
		const struct model_row *row = &campaign->rows[i];
		struct figure figure = headline(row);
		if (!figure.is_known && figure.reason)
			add(arena, arena_format(arena, "no figure for %s (%s): %s",
						row->variant, row->job, figure.reason));
		else if (!is_infer(row) && row->queries > 0 &&
			 !row->joules_per_query.is_known)
			add(arena,
			    arena_format(arena, "no figure per query for %s: %s",
					 row->variant, row->joules_per_query.reason));
	}
}

const char *line_of_carbon(const struct model_campaign *campaign, bool say_assumed,
			   struct arena *arena)
{
	if (campaign->g_per_kwh <= 0)
		return arena_format(arena, "no factor for zone '%s'", campaign->zone);
	const char *assumed = campaign->zone_assumed && campaign->pue_assumed
				  ? ", both assumed"
			      : campaign->zone_assumed ? ", zone assumed"
			      : campaign->pue_assumed  ? ", PUE assumed"
						       : "";
	const char *psu = campaign->psu > 0
			      ? arena_format(arena, "; PSU %.2f", campaign->psu)
			      : "";
	const char *zone = campaign->zone_asked
			       ? arena_format(arena, "%s (%s)", campaign->zone,
					      campaign->zone_asked)
			       : campaign->zone;
	return arena_format(arena, "%s %.6g g/kWh, PUE %.2f%s%s", zone, campaign->g_per_kwh,
			    campaign->pue, say_assumed ? assumed : "", psu);
}

static void add_ratios(const struct model_campaign *campaign, struct arena *arena)
{
	for (size_t i = 0; i < campaign->n_rows; i++) {
		const struct model_row *row = &campaign->rows[i];
		const char *text = ratios_text(&row->ratios, arena);
		if (text)
			add(arena, arena_format(arena, "events of %s (%s): %s",
						row->variant, row->job, text));
	}
}

/* What the intervals hold, from the factors in force. */
static const char *interval_line(const struct model_campaign *campaign, struct arena *arena)
{
	const char *line = "95 %: spread between trials, instruments (k = 2)";
	bool has_supply = campaign->psu_k2 > 0 &&
			  any_provenance(campaign, PROVENANCE_ESTIMATED, false);
	if (campaign->g_per_kwh <= 0)
		return line;
	line = campaign->zone_assumed
		   ? arena_format(
			 arena, "%s; carbon also the spread of all countries' grids", line)
		   : arena_format(arena, "%s; carbon also %.3g %% for the grid", line,
				  campaign->grid_k2 * 100);
	if (campaign->pue_k2 > 0)
		line = arena_format(arena, "%s, %.3g %% for PUE", line,
				    campaign->pue_k2 * 100);
	return has_supply ? arena_format(arena, "%s, %.3g %% for the power supply", line,
					 campaign->psu_k2 * 100)
			  : line;
}

static void add_method(const struct model_campaign *campaign, const struct glyphs *glyphs,
		       struct arena *arena)
{
	if (any_provenance(campaign, PROVENANCE_ESTIMATED, true))
		add(arena, arena_format(arena,
					"ESTIMATED: no counter was read; joules are CPU "
					"time %s published coefficients",
					glyphs->times));
	if (any_provenance(campaign, PROVENANCE_ESTIMATED, false))
		add(arena, campaign->has_machine_meter
			       ? "joules are gross, as the sensors see them"
			   : campaign->psu > 0
			       ? "joules are gross, as the sensors see them: no fans, disks"
			       : "joules are gross, as the sensors see them: without fans, "
				 "disks, power supply");
	add(arena, interval_line(campaign, arena));
	add(arena,
	    arena_format(arena, "carbon: %s", line_of_carbon(campaign, true, arena)));
	if (has_queries_carbon(campaign))
		add(arena, "g/1000: grams of CO2e of 1000 queries");
	if (has_cold(campaign))
		add(arena, "cold: top-1 of classes of which training saw few queries; "
			   "warm: of all "
			   "others; ?: a gap that chance may explain");
	else if (has_gap(campaign))
		add(arena, "?: a gap that chance may explain");
	if (campaign->g_per_kwh > 0)
		add(arena,
		    arena_format(arena, "grid factor: %s; of %lld", campaign->factor_source,
				 (long long)campaign->factor_year));
	if (campaign->factor_line)
		add(arena, campaign->factor_line);
}

static bool is_absent(const struct note *note)
{
	return strcmp(note->kind, "absent") == 0;
}

/* What such a machine does not have, in one line; what could be had has its own. */
static void add_absent(const struct note_list *notes, struct arena *arena)
{
	const char *names = NULL;
	for (size_t i = 0; i < notes->n; i++) {
		const char *text = notes->notes[i].text;
		if (is_absent(&notes->notes[i]))
			names = arena_format(arena, "%s%s%.*s", names ? names : "",
					     names ? ", " : "", (int)strcspn(text, ":"),
					     text);
	}
	if (names)
		add(arena,
		    arena_format(arena,
				 "not on this machine: %s (joulecart doctor shows why)",
				 names));
}

static void add_notes(const struct note_list *notes, struct arena *arena)
{
	size_t n = 0;
	add_absent(notes, arena);
	for (size_t i = 0; i < notes->n; i++)
		if (!is_absent(&notes->notes[i]) && n++ < MAX_NOTES)
			add(arena, notes->notes[i].text);
	if (n > MAX_NOTES)
		add(arena, arena_format(arena, "and %zu more note%s: --format json has all",
					n - MAX_NOTES, n - MAX_NOTES == 1 ? "" : "s"));
}

static void add_next(const struct model_campaign *campaign, const char *path,
		     struct arena *arena)
{
	if (any_provenance(campaign, PROVENANCE_ESTIMATED, true) ||
	    !any_provenance(campaign, PROVENANCE_ESTIMATED, false))
		add(arena,
		    campaign->can_measure || !campaign->hypervisor
			? "next: joulecart doctor (shows what could measure here, and how)"
			: "no energy counter was available: run on the virtual machine's "
			  "host");
	else if (path)
		add(arena,
		    arena_format(arena, "next: joulecart report --format json %s", path));
}

/* The result that is known best, beside which a slowdown would matter first. */
static struct figure narrowest_result(const struct model_campaign *campaign)
{
	struct figure narrowest = figure_unknown(NULL);
	for (size_t i = 0; i < campaign->n_rows; i++) {
		const struct model_row *row = &campaign->rows[i];
		const struct figure *one = row->joules_per_query.is_known
					       ? &row->joules_per_query
					       : &row->joules_per_run;
		if (one->is_known && one->has_interval && one->value > 0 &&
		    (!narrowest.is_known ||
		     (one->high - one->low) * narrowest.value <
			 (narrowest.high - narrowest.low) * one->value))
			narrowest = *one;
	}
	return narrowest;
}

static void add_slowdown(const struct model_campaign *campaign, struct arena *arena)
{
	const struct figure result = narrowest_result(campaign);
	const char *text = sampling_slowdown_text(&campaign->sampling, &result, arena);
	if (text)
		add(arena, arena_format(arena, "joulecart %s", text));
}

static void add_own_cost(const struct model_campaign *campaign, struct arena *arena)
{
	if (!campaign->has_own_cost) {
		add(arena, "joulecart's own cost: unknown, the trials were cut off");
		return;
	}
	double share = campaign->wall_s > 0 ? campaign->own_cpu_s / campaign->wall_s * 100
					    : 0;
	add(arena, arena_format(arena,
				"joulecart's own cost: %s CPU s in %s s of trials "
				"(%s %% of a core)",
				format_digits(campaign->own_cpu_s, 3, arena),
				format_digits(campaign->wall_s, 4, arena),
				format_digits(share, 3, arena)));
}

struct line_list lines_of(const struct model_campaign *campaign, const char *path,
			  const struct glyphs *glyphs, struct arena *arena)
{
	add_missing(campaign, arena);
	add_ratios(campaign, arena);
	add_method(campaign, glyphs, arena);
	unit_lines(campaign, arena);
	carbon_lines(campaign, arena);
	add_notes(&campaign->notes, arena);
	add_next(campaign, path, arena);
	for (size_t i = 0; i < campaign->n_account_lines; i++)
		add(arena, campaign->account_lines[i]);
	if (campaign->sampling.is_known)
		add(arena, sampling_line(&campaign->sampling, arena));
	add_own_cost(campaign, arena);
	add_slowdown(campaign, arena);
	size_t n = arena_appended(arena) / sizeof(const char *);
	return (struct line_list){ arena_take(arena), n };
}
