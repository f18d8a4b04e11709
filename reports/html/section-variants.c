/* reports/html/section-variants.c - one row per variant, command and training: every figure
 * with its interval. */
#include <config.h>

#include "reports/html/parts.h"

#include <string.h>

static bool is_job(const struct model_row *row, const char *job)
{
	return strcmp(row->job, job) == 0;
}

static size_t count_job(const struct model_campaign *campaign, const char *job)
{
	size_t n = 0;
	for (size_t i = 0; i < campaign->n_rows; i++)
		n += is_job(&campaign->rows[i], job);
	return n;
}

static const char *heading(const struct document *document)
{
	const struct findings *findings = document->findings;
	if (!findings->baseline)
		return _("What each command took");
	const char *base = findings->baseline->row->variant;
	if (findings->n_cheaper == 0)
		return arena_format(document->arena,
				    _("None is shown to be cheaper than %s"), base);
	double least = 1, most = 1;
	for (size_t i = 0; i < findings->n_variants; i++) {
		double ratio = findings->variants[i].row->ratio.value;
		if (findings->variants[i].verdict != VERDICT_CHEAPER)
			continue;
		most = ratio < most ? ratio : most;
		least = least == 1 || ratio > least ? ratio : least;
	}
	if (findings->n_cheaper == 1)
		return arena_format(document->arena,
				    _("One variant uses less energy than %s: %s\u00a0%%"),
				    base, part_change(document, most));
	return arena_format(document->arena,
			    _("%zu variants use %s to %s\u00a0%% less energy than %s"),
			    findings->n_cheaper, part_change(document, least),
			    part_change(document, most), base);
}

/* What a metric is called, and how it is shown: a share in %, seconds, or a plain number. */
struct metric_name {
	const char *name, *header;
	double factor;
};
static const struct metric_name shown_metrics[] = {
	{ "top1", N_("top-1, %"), 100 },       { "top5", N_("top-5, %"), 100 },
	{ "ndcg10", N_("NDCG@10, %"), 100 },   { "p50_us", N_("p50, µs"), 1 },
	{ "p95_us", N_("p95, µs"), 1 },        { "p99_us", N_("p99, µs"), 1 },
	{ "parameters", N_("parameters"), 1 }, { "file_bytes", N_("file, bytes"), 1 },
};
enum { N_METRICS = sizeof(shown_metrics) / sizeof(shown_metrics[0]) };

static const struct quality *quality_of(const struct model_row *row, const char *name)
{
	for (size_t i = 0; i < row->n_qualities; i++)
		if (strcmp(row->qualities[i].name, name) == 0)
			return &row->qualities[i];
	return NULL;
}

static bool any_has(const struct model_campaign *campaign, const char *job,
		    const char *name)
{
	for (size_t i = 0; i < campaign->n_rows; i++)
		if (is_job(&campaign->rows[i], job) && quality_of(&campaign->rows[i], name))
			return true;
	return false;
}

static struct figure energy_of(const struct model_row *row)
{
	return is_job(row, "infer") ? row->joules_per_query : row->joules_per_run;
}

static struct figure carbon_of_row(const struct model_row *row)
{
	return is_job(row, "infer") ? figure_times(row->grams_per_1000_queries, 1000)
				    : row->grams_per_run;
}

/* One prefix for the column. */
static struct scale scale_of_job(const struct document *document, const char *job,
				 struct figure (*figure_of)(const struct model_row *))
{
	const struct model_campaign *campaign = document->campaign;
	struct figure *figures = arena_room(document->arena,
					    campaign->n_rows * sizeof(*figures));
	size_t n = 0;
	for (size_t i = 0; i < campaign->n_rows; i++)
		if (is_job(&campaign->rows[i], job))
			figures[n++] = figure_of(&campaign->rows[i]);
	return scale_of(figures, n, document->glyphs);
}

static struct figure seconds_of(const struct model_row *row)
{
	return row->seconds;
}

static void change_cell(struct document *document, const struct model_row *row)
{
	if (row->is_baseline)
		part_number(document, _("baseline"));
	else
		part_number(document,
			    format_change(row->ratio, document->glyphs, document->arena));
}

static void energy_table(struct document *document, const char *job, const char *caption)
{
	const struct model_campaign *campaign = document->campaign;
	const bool is_infer = strcmp(job, "infer") == 0;
	struct scale energy = scale_of_job(document, job, energy_of);
	struct scale carbon = scale_of_job(document, job, carbon_of_row);
	struct scale time = scale_of_job(document, job, seconds_of);
	const struct table_column columns[] = {
		{ is_infer ? _("Variant") : _("Run"), false },
		{ _("Joules are"), false },
		{ arena_format(document->arena, is_infer ? _("%sJ per query") : _("%sJ"),
			       energy.prefix),
		  true },
		{ is_infer ? _("Against the baseline")
			   : arena_format(document->arena, _("%ss"), time.prefix),
		  true },
		{ arena_format(document->arena,
			       is_infer ? _("%sg CO\u2082e per million queries")
					: _("%sg CO\u2082e"),
			       carbon.prefix),
		  true },
		{ _("Trials"), true },
	};
	part_table(document, caption, columns, sizeof(columns) / sizeof(columns[0]));
	for (size_t i = 0; i < campaign->n_rows; i++) {
		const struct model_row *row = &campaign->rows[i];
		if (!is_job(row, job))
			continue;
		part_row(document, row->variant);
		part_provenance_cell(document, energy_of(row));
		part_figure(document, energy_of(row), energy);
		if (is_infer)
			change_cell(document, row);
		else
			part_figure(document, row->seconds, time);
		part_figure(document, carbon_of_row(row), carbon);
		part_number(document, arena_format(document->arena, "%lld",
						   (long long)row->n_usable));
		part_row_end(document);
	}
	part_table_end(document);
}

static void quality_table(struct document *document)
{
	const struct model_campaign *campaign = document->campaign;
	struct table_column columns[N_METRICS + 1] = { { _("Variant"), false } };
	const struct metric_name *shown[N_METRICS];
	size_t n = 0;
	for (size_t i = 0; i < N_METRICS; i++)
		if (any_has(campaign, "infer", shown_metrics[i].name)) {
			shown[n++] = &shown_metrics[i];
			columns[n] = (struct table_column){ _(shown_metrics[i].header),
							    true };
		}
	if (n == 0)
		return;
	part_table(
	    document,
	    _("What the programs say of themselves: quality of the answers that were "
	      "timed, latency, size."),
	    columns, n + 1);
	for (size_t i = 0; i < campaign->n_rows; i++) {
		if (!is_job(&campaign->rows[i], "infer"))
			continue;
		part_row(document, campaign->rows[i].variant);
		for (size_t j = 0; j < n; j++) {
			const struct quality *quality = quality_of(&campaign->rows[i],
								   shown[j]->name);
			double value = quality ? quality->mean * shown[j]->factor : 0;
			part_number(document,
				    quality ? format_digits(value, value < 1000 ? 3 : 12,
							    document->arena)
					    : NULL);
		}
		part_row_end(document);
	}
	part_table_end(document);
}

static void write_section(struct document *document)
{
	const struct model_campaign *campaign = document->campaign;
	if (count_job(campaign, "infer") > 0) {
		energy_table(
		    document, "infer",
		    _("Variants answering queries. Same queries, interleaved trials."));
		quality_table(document);
	}
	if (count_job(campaign, "command") > 0)
		energy_table(document, "command", _("Commands, per run."));
	if (count_job(campaign, "train") > 0)
		energy_table(document, "train", _("Making the variants: once each."));
	part_note(
	    document,
	    _("Ranges are 95\u00a0% intervals: of a mean, the spread between trials and "
	      "the instruments (k\u00a0=\u00a02); of a comparison, the spread between "
	      "pairs of trials of one block, since gain, grid factor and PUE are common "
	      "to both and cancel. A dash is a figure that is not known; hold the pointer "
	      "over it, or read the notes, for the reason."));
}

const struct section section_variants = { "variants", N_("Variants"), heading,
					  write_section };
