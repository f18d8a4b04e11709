/* reports/html/findings.c - see findings.h. */
#include <config.h>

#include "reports/html/findings.h"

#include <string.h>

static enum verdict verdict_of(const struct model_row *row)
{
	if (row->is_baseline)
		return VERDICT_BASELINE;
	if (!row->ratio.is_known || !row->ratio.has_interval)
		return VERDICT_CANNOT_TELL;
	if (row->ratio.high < 1)
		return VERDICT_CHEAPER;
	return row->ratio.low > 1 ? VERDICT_DEARER : VERDICT_CANNOT_TELL;
}

static struct finding finding_of(const struct model_row *row)
{
	struct finding finding = { .row = row, .verdict = verdict_of(row) };
	for (size_t i = 0; i < row->n_qualities; i++)
		if (strcmp(row->qualities[i].name, "top1") == 0) {
			finding.has_quality = true;
			finding.quality = row->qualities[i].mean;
		}
	return finding;
}

static bool beats(const struct finding *one, const struct finding *other)
{
	double energy = one->row->joules_per_query.value -
			other->row->joules_per_query.value;
	double quality = one->quality - other->quality;
	return one->has_quality && energy <= 0 && quality >= 0 &&
	       (energy < 0 || quality > 0);
}

static void compare_all(struct findings *findings, struct finding *variants)
{
	for (size_t i = 0; i < findings->n_variants; i++) {
		struct finding *finding = &variants[i];
		if (findings->baseline && finding->has_quality &&
		    findings->baseline->has_quality)
			finding->quality_change =
			    (finding->quality - findings->baseline->quality) * 100;
		for (size_t j = 0; j < findings->n_variants; j++)
			finding->is_beaten |= finding->has_quality &&
					      beats(&variants[j], finding);
		findings->n_front += !finding->is_beaten;
		findings->n_cheaper += finding->verdict == VERDICT_CHEAPER;
		findings->n_dearer += finding->verdict == VERDICT_DEARER;
		findings->n_cannot_tell += finding->verdict == VERDICT_CANNOT_TELL;
	}
}

static bool is_tolerable(const struct finding *finding)
{
	return finding->quality_change >= -TOLERATED_POINTS;
}

static const struct finding *choose(const struct findings *findings)
{
	const struct finding *best = NULL;
	for (size_t i = 0; i < findings->n_variants; i++) {
		const struct finding *one = &findings->variants[i];
		if (one->verdict != VERDICT_CHEAPER)
			continue;
		if (!best || is_tolerable(one) > is_tolerable(best) ||
		    (is_tolerable(one) == is_tolerable(best) &&
		     one->row->joules_per_query.value < best->row->joules_per_query.value))
			best = one;
	}
	return best;
}

struct findings findings_of(const struct model_campaign *campaign, struct arena *arena)
{
	struct findings findings = { 0 };
	for (size_t i = 0; i < campaign->n_rows; i++) {
		const struct model_row *row = &campaign->rows[i];
		findings.is_any_estimated |= row->joules_per_run.is_known &&
					     row->joules_per_run.provenance ==
						 PROVENANCE_ESTIMATED;
		if (strcmp(row->job, "infer") != 0 || !row->joules_per_query.is_known)
			continue;
		struct finding finding = finding_of(row);
		arena_append(arena, &finding, sizeof(finding));
	}
	findings.n_variants = arena_appended(arena) / sizeof(struct finding);
	struct finding *variants = arena_take(arena);
	findings.variants = variants;
	for (size_t i = 0; i < findings.n_variants; i++)
		if (variants[i].verdict == VERDICT_BASELINE)
			findings.baseline = &variants[i];
	compare_all(&findings, variants);
	findings.chosen = choose(&findings);
	return findings;
}

struct figure findings_pay_back(const struct findings *findings,
				const struct finding *finding)
{
	const struct model_row *row = finding->row;
	if (!findings->baseline)
		return figure_unknown("no baseline");
	if (finding->verdict != VERDICT_CHEAPER)
		return figure_unknown("not shown to save energy");
	if (!row->training_j.is_known)
		return figure_unknown("its making was not measured in this campaign");
	/* the ratio's interval, not that of the two means: the instruments' gain is common to
	 * what was spent and what is saved, and cancels */
	double made = row->training_j.value;
	double teacher = findings->baseline->row->joules_per_query.value;
	return (struct figure){ .is_known = true,
				.has_interval = row->ratio.has_interval,
				.value = made / (teacher * (1 - row->ratio.value)),
				.low = made / (teacher * (1 - row->ratio.low)),
				.high = made / (teacher * (1 - row->ratio.high)),
				.provenance = row->training_j.provenance };
}
