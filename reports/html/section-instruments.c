/* reports/html/section-instruments.c - each channel that was read, with what it can resolve,
 * and each gap. */
#include <config.h>

#include "reports/html/parts.h"
#include "reports/html/words.h"

#include <string.h>

static const char *heading(const struct document *document)
{
	const struct evidence *evidence = document->evidence;
	const char *how = !document->findings->is_any_estimated
			      ? _("What was read, and how well; %s")
			  : carbon_facts_any_measured(document->carbon)
			      ? _("Not every joule was measured; %s")
			      : _("No joule was measured; %s");
	const char *gaps = evidence->n_gaps == 0
			       ? _("no gaps")
			       : arena_format(document->arena,
					      ngettext("gaps of %zu kind",
						       "gaps of %zu kinds",
						       evidence->n_gaps),
					      evidence->n_gaps);
	return arena_format(document->arena, how, gaps);
}

static const char *count_text(struct document *document, int64_t count)
{
	return arena_format(document->arena, "%lld", (long long)count);
}

static const char *interval_text(struct document *document, int64_t ns)
{
	if (ns > 0 && ns < 1000)
		return _("at once");
	return ns ? arena_format(document->arena, "%s\u00a0ms",
				 format_digits((double)ns * 1e-6, 3, document->arena))
		  : NULL;
}

static const char *place_text(struct document *document, const struct channel_row *channel)
{
	if (channel->is_counted)
		return _("yes");
	if (strcmp(channel->unit, "J") != 0 && strcmp(channel->unit, "W") != 0)
		return _("no joules");
	return channel->inside
		   ? arena_format(document->arena, _("no, inside %s"), channel->inside)
		   : _("no, overlaps others");
}

static void channel_cells(struct document *document, const struct channel_row *channel)
{
	part_row(document, channel->name);
	part_cell(document, channel->collector);
	html_open(document->html, "td", NULL);
	part_provenance(document, provenance_of_word(channel->provenance));
	html_close(document->html);
	part_number(document, interval_text(document, channel->update_interval_ns));
	part_number(document,
		    channel->uncertainty_k2 < 0
			? NULL
			: arena_format(document->arena, "%s\u00a0%%",
				       format_digits(channel->uncertainty_k2 * 100, 3,
						     document->arena)));
	part_number(document, count_text(document, channel->n_readings));
	part_number(document, count_text(document, channel->n_failed));
	part_number(document, count_text(document, channel->wraps));
	part_cell(document, place_text(document, channel));
	part_row_end(document);
}

static void channels_table(struct document *document)
{
	const struct evidence *evidence = document->evidence;
	const struct table_column columns[] = {
		{ _("Channel"), false },
		{ _("Source"), false },
		{ _("Provenance"), false },
		{ _("Sensor updates"), true },
		{ _("Uncertainty, k = 2"), true },
		{ _("Readings"), true },
		{ _("Failed"), true },
		{ _("Wraps"), true },
		{ _("In the total"), false },
	};
	part_table(document, _("Channels read, with what each can resolve."), columns,
		   sizeof(columns) / sizeof(columns[0]));
	for (size_t i = 0; i < evidence->n_channels; i++)
		channel_cells(document, &evidence->channels[i]);
	part_table_end(document);
}

static const char *where_text(struct document *document, const struct gap_row *gap)
{
	if (gap->n_trials == 1)
		return arena_format(document->arena, _("trial %lld"),
				    (long long)gap->first_trial);
	return arena_format(document->arena, _("%lld trials, from %lld"),
			    (long long)gap->n_trials, (long long)gap->first_trial);
}

static void gaps_table(struct document *document)
{
	const struct evidence *evidence = document->evidence;
	const struct table_column columns[] = {
		{ _("Channel"), false },  { _("What"), false },  { _("Where"), false },
		{ _("How often"), true }, { _("Length"), true }, { _("Cause"), false },
	};
	if (evidence->n_gaps == 0)
		return;
	part_table(
	    document,
	    _("Gaps. Across a gap the energy is the counter's difference where the counter "
	      "went on; what it may hide widens the interval."),
	    columns, sizeof(columns) / sizeof(columns[0]));
	for (size_t i = 0; i < evidence->n_gaps; i++) {
		const struct gap_row *gap = &evidence->gaps[i];
		part_row(document, gap->source);
		part_cell(document, gap->kind);
		part_cell(document, where_text(document, gap));
		part_number(document, count_text(document, gap->n));
		part_number(document, gap->seconds < 0
					  ? _("whole trials")
					  : arena_format(document->arena, "%.2f\u00a0s",
							 gap->seconds));
		part_cell(document, words_of(document->arena, gap->why));
		part_row_end(document);
	}
	part_table_end(document);
}

static void write_notes(struct document *document)
{
	const struct note_list *notes = &document->campaign->notes;
	if (notes->n == 0)
		return;
	html_open(document->html, "ul", "class", "notes", NULL);
	for (size_t i = 0; i < notes->n; i++) {
		html_element(document->html, "li", NULL,
			     words_of(document->arena, notes->notes[i].text));
		html_line(document->html);
	}
	html_close(document->html);
}

static void write_section(struct document *document)
{
	const struct evidence *evidence = document->evidence;
	const struct model_campaign *campaign = document->campaign;
	channels_table(document);
	gaps_table(document);
	write_notes(document);
	part_note(
	    document,
	    arena_format(
		document->arena,
		_("Read %s times a second: %lld ticks, %lld late by more than a period, "
		  "%lld lost. joulecart's own cost: %s CPU seconds in %s seconds of "
		  "trials."),
		format_digits(evidence->rate_hz, 4, document->arena),
		(long long)evidence->ticks, (long long)evidence->ticks_missed,
		(long long)evidence->ticks_dropped,
		campaign->has_own_cost
		    ? format_digits(campaign->own_cpu_s, 3, document->arena)
		    : document->glyphs->missing,
		format_digits(campaign->wall_s, 4, document->arena)));
}

const struct section section_instruments = { "instruments", N_("Instruments"), heading,
					     write_section };
