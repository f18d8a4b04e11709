/* reports/html/findings.c - see findings.h. */
#include <config.h>

#include "reports/html/findings.h"

#include "reports/compare/front.h"

#include <math.h>
#include <string.h>

bool finding_is(const struct audit_finding *finding, enum verdict verdict)
{
	return finding->difference && finding->difference->verdict == verdict;
}

struct figure finding_ratio(const struct audit_finding *finding)
{
	if (!finding->difference || finding->difference->t.n == 0)
		return figure_unknown("this is the baseline");
	struct t_test t = finding->difference->t;
	return (struct figure){ .is_known = true,
				.has_interval = t.n > 1,
				.value = exp(t.mean),
				.low = exp(t.ci95.low),
				.high = exp(t.ci95.high) };
}

double finding_points(const struct audit_finding *finding)
{
	return finding->quality_change.is_known ? finding->quality_change.value : 0;
}

enum quality_verdict finding_quality(const struct audit_finding *finding)
{
	struct figure change = finding->quality_change;
	if (!finding->has_quality || !change.is_known || !change.has_interval)
		return QUALITY_UNKNOWN;
	if (change.high < 0)
		return QUALITY_LESS;
	if (change.low > 0)
		return QUALITY_MORE;
	return change.low >= -TOLERATED_POINTS ? QUALITY_WITHIN : QUALITY_CANNOT_TELL;
}

static const struct model_row *row_of(const struct model_campaign *campaign,
				      const char *variant)
{
	for (size_t i = 0; i < campaign->n_rows; i++)
		if (strcmp(campaign->rows[i].variant, variant) == 0 &&
		    strcmp(campaign->rows[i].job, "train") != 0)
			return &campaign->rows[i];
	return NULL;
}

static const struct difference *difference_of(const struct comparison *comparison,
					      const struct compared *compared)
{
	for (size_t i = 0; i + 1 < comparison->n_compared; i++)
		if (comparison->differences[i].variant == compared)
			return &comparison->differences[i];
	return NULL;
}

static struct audit_finding finding_of(const struct comparison *comparison,
				       const struct compared *compared,
				       const struct model_row *row)
{
	const struct difference *difference = difference_of(comparison, compared);
	struct audit_finding finding = {
		.row = row,
		.difference = difference,
		.energy_j = comparison->is_per_query ? row->joules_per_query
						     : row->joules_per_run,
		.grams = comparison->is_per_query
			     ? figure_times(row->grams_per_1000_queries, 1000)
			     : row->grams_per_run,
		.has_quality = comparison->quality_name && compared->quality.is_known,
		.quality = compared->quality.value,
	};
	finding.quality_change = difference ? figure_times(difference->quality_change, 100)
					    : figure_unknown("it is the baseline");
	return finding;
}

/* Of the same front as 'report --front' draws. */
static const struct choice *choice_of(const struct choice_list *front,
				      const struct compared *compared)
{
	for (size_t i = 0; i < front->n; i++)
		if (front->choices[i].compared == compared)
			return &front->choices[i];
	return NULL;
}

static void count(struct findings *findings, const struct audit_finding *variants)
{
	for (size_t i = 0; i < findings->n_variants; i++) {
		findings->n_front += variants[i].has_quality && !variants[i].dominated_by;
		findings->n_cheaper += finding_is(&variants[i], VERDICT_LESS);
		findings->n_dearer += finding_is(&variants[i], VERDICT_MORE);
		findings->n_cannot_tell += finding_is(&variants[i], VERDICT_CANNOT_TELL);
	}
}

static bool is_tolerable(const struct audit_finding *finding)
{
	return finding_points(finding) >= -TOLERATED_POINTS;
}

static const struct audit_finding *choose(const struct findings *findings)
{
	const struct audit_finding *best = NULL;
	for (size_t i = 0; i < findings->n_variants; i++) {
		const struct audit_finding *one = &findings->variants[i];
		if (!finding_is(one, VERDICT_LESS))
			continue;
		if (!best || is_tolerable(one) > is_tolerable(best) ||
		    (is_tolerable(one) == is_tolerable(best) &&
		     one->energy_j.value < best->energy_j.value))
			best = one;
	}
	return best;
}

static bool any_estimated(const struct model_campaign *campaign)
{
	for (size_t i = 0; i < campaign->n_rows; i++)
		if (campaign->rows[i].joules_per_run.is_known &&
		    campaign->rows[i].joules_per_run.provenance == PROVENANCE_ESTIMATED)
			return true;
	return false;
}

struct findings findings_of(const struct model_campaign *campaign,
			    const struct comparison *comparison, struct arena *arena)
{
	struct findings findings = { .comparison = comparison,
				     .is_any_estimated = any_estimated(campaign) };
	if (!comparison)
		return findings;
	const struct choice_list front = front_of(comparison, 0, arena);
	findings.is_per_query = comparison->is_per_query;
	for (size_t i = 0; i < comparison->n_compared; i++) {
		const struct compared *compared = &comparison->compared[i];
		const struct model_row *row = row_of(campaign, compared->variant);
		struct audit_finding finding = { 0 };
		const struct choice *choice = choice_of(&front, compared);
		if (row)
			finding = finding_of(comparison, compared, row);
		if (choice) {
			finding.dominated_by = choice->dominated_by;
			finding.n_more_dominate = choice->n_more;
			finding.is_energy_sure = choice->is_energy_sure;
			finding.is_quality_sure = choice->is_quality_sure;
		}
		if (finding.energy_j.is_known)
			arena_append(arena, &finding, sizeof(finding));
	}
	findings.n_variants = arena_appended(arena) / sizeof(struct audit_finding);
	struct audit_finding *variants = arena_take(arena);
	findings.variants = variants;
	if (findings.n_variants > 0 && !variants[0].difference)
		findings.baseline = &variants[0];
	count(&findings, variants);
	findings.chosen = choose(&findings);
	return findings;
}
