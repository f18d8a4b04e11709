/* reports/html/section-variants.c - one row per variant, command and training: every figure
 * with its interval. */
#include <config.h>

#include "reports/compare/compare-text.h"
#include "reports/html/parts.h"
#include "reports/html/words.h"

#include <math.h>
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
		double ratio = finding_ratio(&findings->variants[i]).value;
		if (!finding_is(&findings->variants[i], VERDICT_LESS))
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

/* What a metric is called, and how it is shown: times factor. */
struct metric_name {
	const char *name, *header;
	double factor;
};
static const struct metric_name quality_metrics[] = {
	{ "top1", N_("top-1, %"), 100 },
	{ "top5", N_("top-5, %"), 100 },
	{ "ndcg10", N_("NDCG@10, %"), 100 },
	{ "warm_top1", N_("top-1, warm, %"), 100 },
	{ "cold_top1", N_("top-1, cold start, %"), 100 },
	{ "macro_f1", N_("macro F1, %"), 100 },
	{ "calibration_error", N_("calibration error, %"), 100 },
	{ NULL, NULL, 0 },
};
static const struct metric_name cost_metrics[] = {
	{ "latency_p50_s", N_("p50, µs"), 1e6 },
	{ "latency_p95_s", N_("p95, µs"), 1e6 },
	{ "latency_p99_s", N_("p99, µs"), 1e6 },
	{ "parameters", N_("parameters"), 1 },
	{ "nonzeros", N_("non-zeros"), 1 },
	{ "file_bytes", N_("file, kB"), 1e-3 },
	{ "peak_rss_bytes", N_("peak RSS, MB"), 1e-6 },
	{ NULL, NULL, 0 },
};
/* Columns that a page has room for. */
enum { N_METRICS = 8 };

static bool any_has(const struct model_campaign *campaign, const char *job,
		    const char *name)
{
	for (size_t i = 0; i < campaign->n_rows; i++)
		if (is_job(&campaign->rows[i], job) &&
		    quality_named(&campaign->rows[i], name))
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

/* The row's comparison with the baseline; NULL: there is none. */
static const struct audit_finding *finding_of_row(const struct document *document,
						  const struct model_row *row)
{
	for (size_t i = 0; i < document->findings->n_variants; i++)
		if (document->findings->variants[i].row == row)
			return &document->findings->variants[i];
	return NULL;
}

/* "-71.9 % (-73.1 to -70.6)" in the reader's language. */
static const char *change_words_of(const struct document *document, struct t_test change)
{
	return words_of(document->arena,
			change_with_interval(change, document->glyphs, document->arena));
}

static void change_cell(struct document *document, const struct model_row *row)
{
	const struct audit_finding *finding = finding_of_row(document, row);
	if (!finding)
		part_number(document, NULL);
	else if (!finding->difference)
		part_number(document, _("baseline"));
	else
		part_number(document, change_words_of(document, finding->difference->t));
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
		{ _("Against the baseline"), true },
		{ arena_format(document->arena, _("One trial, %ss"), time.prefix), true },
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
		change_cell(document, row);
		part_figure(document, row->seconds, time);
		part_figure(document, carbon_of_row(row), carbon);
		part_number(document, arena_format(document->arena, "%lld",
						   (long long)row->n_usable));
		part_row_end(document);
	}
	part_table_end(document);
}

static const char *metric_text(struct document *document, const struct quality *quality,
			       double factor)
{
	if (!quality)
		return NULL;
	double value = quality->mean * factor;
	return arena_format(document->arena, "%.*f", value < 1000 ? 1 : 0, value);
}

/* A share with its interval; a number that is none, alone. */
static void metric_cell(struct document *document, const struct quality *quality,
			double factor)
{
	if (!quality || !quality->share.has_interval) {
		part_number(document, metric_text(document, quality, factor));
		return;
	}
	struct figure share = figure_times(quality->share, factor);
	struct scale scale = scale_plain(&share, 1);
	scale.decimals = scale.decimals > 0 ? scale.decimals : 1;
	part_figure(document, share, scale);
}

/* Those of the metrics that any variant states, as columns behind its name. */
static void metrics_table(struct document *document, const struct metric_name *metrics,
			  const char *caption)
{
	const struct model_campaign *campaign = document->campaign;
	struct table_column columns[N_METRICS + 1] = { { _("Variant"), false } };
	const struct metric_name *shown[N_METRICS];
	size_t n = 0;
	for (size_t i = 0; metrics[i].name; i++)
		if (any_has(campaign, "infer", metrics[i].name)) {
			shown[n++] = &metrics[i];
			columns[n] = (struct table_column){ _(metrics[i].header), true };
		}
	if (n == 0)
		return;
	part_table(document, caption, columns, n + 1);
	for (size_t i = 0; i < campaign->n_rows; i++) {
		const struct model_row *row = &campaign->rows[i];
		if (!is_job(row, "infer"))
			continue;
		part_row(document, row->variant);
		for (size_t j = 0; j < n; j++)
			metric_cell(document, quality_named(row, shown[j]->name),
				    shown[j]->factor);
		part_row_end(document);
	}
	part_table_end(document);
}

/* Which part of the queries each variant serves worst. */
static void tell_gaps(struct document *document)
{
	const struct model_campaign *campaign = document->campaign;
	const char *text = NULL;
	for (size_t i = 0; i < campaign->n_rows; i++) {
		const struct model_row *row = &campaign->rows[i];
		if (!is_job(row, "infer") || !row->gap.is_known)
			continue;
		const char *one = arena_format(document->arena, _("%s: %.1f (%s)"),
					       row->variant, row->gap.points * 100,
					       row->gap.words);
		text = text ? arena_format(document->arena, "%s; %s", text, one) : one;
	}
	if (text)
		part_bold_then(
		    document, "p", _("The largest gap between parts of the queries."),
		    arena_format(document->arena,
				 _("In points of top-1, the worse served part first; where "
				   "a question mark follows, chance may explain it: %s."),
				 text));
}

static bool any_units(const struct model_campaign *campaign)
{
	for (size_t i = 0; i < campaign->n_rows; i++)
		if (campaign->rows[i].units.n > 0)
			return true;
	return false;
}

/* Joules per token and per image are far apart: each has its own prefix. */
static void units_table(struct document *document)
{
	const struct model_campaign *campaign = document->campaign;
	const struct table_column columns[] = {
		{ _("Variant"), false },    { _("Unit"), false },
		{ _("Joules are"), false }, { _("Joules per unit"), true },
		{ _("Served"), true },
	};
	part_table(document, _("What was served beside queries, as the programs state it."),
		   columns, sizeof(columns) / sizeof(columns[0]));
	for (size_t i = 0; i < campaign->n_rows; i++)
		for (size_t j = 0; j < campaign->rows[i].units.n; j++) {
			const struct unit_row *row = &campaign->rows[i].units.rows[j];
			struct scale scale = scale_of(&row->joules, 1, document->glyphs);
			part_row(document, campaign->rows[i].variant);
			part_cell(document, arena_format(document->arena, "%sJ / %s",
							 scale.prefix, row->unit));
			part_provenance_cell(document, row->joules);
			part_figure(document, row->joules, scale);
			part_number(document, arena_format(document->arena, "%lld",
							   (long long)row->n));
			part_row_end(document);
		}
	part_table_end(document);
}

static struct figure joules(double value)
{
	return (struct figure){ .is_known = !isnan(value),
				.value = value,
				.reason = _("one trial shows no spread") };
}

static void spread_table(struct document *document)
{
	const struct table_column columns[] = {
		{ _("Variant"), false },
		{ _("Joules are"), false },
		{ _("Joules per"), false },
		{ _("Trials"), true },
		{ _("Mean"), true },
		{ _("Median"), true },
		{ _("95th percentile"), true },
		{ _("Standard deviation"), true },
	};
	part_table(document, _("The spread between the trials that count."), columns,
		   sizeof(columns) / sizeof(columns[0]));
	for (size_t i = 0; i < document->n_spread; i++) {
		const struct spread_row *row = &document->spread[i];
		struct figure figures[] = { joules(row->mean_j), joules(row->median_j),
					    joules(row->p95_j), joules(row->sd_j) };
		struct scale scale = scale_of(figures, 3, document->glyphs);
		part_row(document, row->variant);
		part_provenance_cell(
		    document,
		    (struct figure){ .is_known = true, .provenance = row->provenance });
		part_cell(document, strcmp(row->job, "infer") == 0   ? _("query")
				    : strcmp(row->job, "train") == 0 ? _("training")
								     : _("run"));
		part_number(document, arena_format(document->arena, "%zu", row->n));
		for (size_t j = 0; j < 4; j++)
			part_number(document,
				    figures[j].is_known
					? part_value(document, figures[j], scale, "J")
					: NULL);
		part_row_end(document);
	}
	part_table_end(document);
}

static const char *change_words(struct document *document, const char *words,
				struct change change)
{
	return change.is_known
		   ? arena_format(document->arena, words,
				  change_text(log(change.ratio), 0.005, document->glyphs,
					      document->arena))
		   : NULL;
}

/* "time −62 %, power +2 %, instructions −48 %": the parts that are known. */
static const char *why_words(struct document *document, const struct why *why)
{
	const char *parts[] = {
		change_words(document, _("time %s"), why->seconds),
		change_words(document, _("power %s"), why->watts),
		change_words(document, _("instructions %s"), why->instructions),
		change_words(document, _("instructions per cycle %s"), why->per_cycle),
		change_words(document, _("clock %s"), why->clock),
		change_words(document, _("cache misses %s"), why->cache_misses),
		change_words(document, _("user instructions %s"), why->user_instructions),
		change_words(document, _("user instructions per cycle %s"),
			     why->user_per_cycle),
		change_words(document, _("user cache misses %s"), why->user_cache_misses),
	};
	const char *text = NULL;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (parts[i])
			text = text ? arena_format(document->arena, _("%s, %s"), text,
						   parts[i])
				    : parts[i];
	return text;
}

static void tell_why(struct document *document)
{
	const struct audit_finding *chosen = document->findings->chosen;
	const char *words = chosen ? why_words(document, &chosen->difference->why) : NULL;
	if (words)
		part_bold_then(document, "p",
			       arena_format(document->arena, _("Why %s is cheaper."),
					    chosen->row->variant),
			       arena_format(document->arena,
					    _("Against %s: %s. The parts multiply to the "
					      "joules."),
					    document->findings->baseline->row->variant,
					    words));
}

static void tell_doubt(struct document *document)
{
	const struct findings *findings = document->findings;
	const struct audit_finding *chosen = findings->chosen;
	const struct t_test *null = findings->comparison ? &findings->comparison->null
							 : NULL;
	if (chosen && chosen->difference->detectable > 0)
		part_paragraph(
		    document,
		    arena_format(
			document->arena,
			_("The smallest difference that this campaign shows in four "
			  "cases of five is %s\u00a0%%."),
			format_digits(expm1(chosen->difference->detectable) * 100, 2,
				      document->arena)));
	if (null && null->n > 1)
		part_paragraph(
		    document,
		    arena_format(document->arena,
				 _("Comparing %s with itself gave %s, where there is no "
				   "difference."),
				 findings->baseline->row->variant,
				 change_words_of(document, *null)));
}

/* Does each block hold a trial of each variant? */
static bool is_interleaved(const struct document *document)
{
	const struct comparison *comparison = document->findings->comparison;
	for (size_t i = 0; comparison && i + 1 < comparison->n_compared; i++)
		if (!comparison->differences[i].is_paired)
			return false;
	return comparison != NULL;
}

/* That the queries are the same ones is known from the workload's hash alone. */
static const char *queries_caption(const struct document *document)
{
	bool is_same = document->evidence->workload != NULL;
	if (!is_interleaved(document))
		return is_same ? _("Variants answering queries. Same queries.")
			       : _("Variants answering queries.");
	return is_same ? _("Variants answering queries. Same queries, interleaved trials.")
		       : _("Variants answering queries. Interleaved trials.");
}

static const char *making_caption(const struct model_campaign *campaign)
{
	for (size_t i = 0; i < campaign->n_rows; i++)
		if (is_job(&campaign->rows[i], "train") && campaign->rows[i].n_trials > 1)
			return _("Making the variants: a mean where one was made more than "
				 "once.");
	return _("Making the variants: once each.");
}

static void write_section(struct document *document)
{
	const struct model_campaign *campaign = document->campaign;
	if (count_job(campaign, "infer") > 0) {
		energy_table(document, "infer", queries_caption(document));
		metrics_table(document, quality_metrics,
			      _("How often they are right, as the programs state it."));
		tell_gaps(document);
		metrics_table(
		    document, cost_metrics,
		    _("Latency of a query and size, as the programs state them."));
		tell_why(document);
		tell_doubt(document);
	}
	if (count_job(campaign, "command") > 0)
		energy_table(document, "command", _("Commands, per run."));
	if (count_job(campaign, "train") > 0)
		energy_table(document, "train", making_caption(campaign));
	if (any_units(campaign))
		units_table(document);
	if (document->n_spread > 0)
		spread_table(document);
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
