/* reports/compare/compare-explain.c - the SQL behind a comparison, for the sqlite3 shell (3.35 or
 * newer, which has ln and sqrt). */
#include <config.h>

#include "reports/compare/compare-export.h"

#include <gsl/gsl_cdf.h>
#include <sqlite3.h>

/* A name in a comment: a line break would end the comment. */
static void comment(const char *begin, const char *name, const char *end, FILE *out)
{
	fprintf(out, "\n-- %s", begin);
	for (; *name; name++)
		fputc((unsigned char)*name < ' ' ? ' ' : *name, out);
	fprintf(out, "%s\n", end);
}

/* The logarithm of a variant's joules by block, from the trials that count. */
static void explain_values(const struct comparison *comparison,
			   const struct compared *compared, const char *name, FILE *out)
{
	char *variant = sqlite3_mprintf("%Q", compared->variant);
	const char *value = comparison->is_per_query ? "q.joules_per_query" : "q.run_j";
	fprintf(out,
		"%s AS (SELECT t.block, avg(ln(%s)) AS l\n"
		"  FROM v_query q JOIN trial t ON t.trial_id = q.trial_id\n"
		"  WHERE t.campaign_id = %lld AND t.variant = %s AND t.is_warmup = 0\n"
		"    AND t.job IN ('infer', 'command') AND t.state = 'complete'\n"
		"    AND t.exit_code IS 0 AND %s > 0 GROUP BY t.block)",
		name, value, (long long)compared->campaign_id, variant ? variant : "''",
		value);
	sqlite3_free(variant);
}

static void explain_ratio(const struct comparison *comparison,
			  const struct difference *difference, FILE *out)
{
	struct t_test plain = t_paired(difference->log_ratios, difference->n_pairs);
	double t = plain.n > 1 ? gsl_cdf_tdist_Pinv(0.975, plain.degrees) : 0;
	double half = (difference->t.ci95.high - difference->t.ci95.low) / 2;
	/* what the meter's steps leave open, where the pairs spread less */
	double least = 2 * half > plain.ci95.high - plain.ci95.low + 1e-12 ? half : 0;
	comment("", difference->variant->variant, " against the baseline: ratio by block",
		out);
	fprintf(out, "-- t(0.975) = %.9g\n", t);
	if (least > 0)
		fprintf(out, "-- no narrower than the steps of the meter: %.9g\n", least);
	fputs("WITH ", out);
	explain_values(comparison, &comparison->compared[0], "a", out);
	fputs(",\n", out);
	explain_values(comparison, difference->variant, "b", out);
	fprintf(out,
		",\nd AS (SELECT b.l - a.l AS d FROM a JOIN b USING (block)),\n"
		"m AS (SELECT count(*) AS n, avg(d) AS mean FROM d),\n"
		"s AS (SELECT n, mean, sqrt(sum((d - mean) * (d - mean)) / (n - 1)) AS sd\n"
		"  FROM d, m)\n"
		"SELECT n AS pairs, exp(mean) AS ratio,\n"
		"  exp(mean - max(%.9g * sd / sqrt(n), %.9g)) AS low95,\n"
		"  exp(mean + max(%.9g * sd / sqrt(n), %.9g)) AS high95 FROM s;\n",
		t, least, t, least);
}

static void explain_mean(const struct comparison *comparison,
			 const struct compared *compared, FILE *out)
{
	char *variant = sqlite3_mprintf("%Q", compared->variant);
	const char *name = variant ? variant : "''";
	const char *value = comparison->is_per_query ? "joules_per_query" : "run_j";
	comment("joules of ", compared->variant, ": the trials behind the mean", out);
	fprintf(out,
		"SELECT trial_id, %s, provenance, reason FROM v_query\n"
		"  WHERE campaign_id = %lld AND variant = %s AND job <> 'train';\n",
		value, (long long)compared->campaign_id, name);
	if (comparison->quality_name)
		fprintf(
		    out,
		    "-- its quality\n"
		    "SELECT avg(m.value) FROM metric m JOIN trial t USING (trial_id)\n"
		    "  WHERE t.campaign_id = %lld AND t.variant = %s AND t.job = 'infer'\n"
		    "    AND t.state = 'complete' AND m.name = '%s';\n",
		    (long long)compared->campaign_id, name, comparison->quality_name);
	sqlite3_free(variant);
}

static void explain_break_even(const struct difference *difference, FILE *out)
{
	if (!difference->variant->cost.joules.is_known)
		return;
	char *variant = sqlite3_mprintf("%Q", difference->variant->variant);
	comment("what ", difference->variant->variant, " was made with; paid back after",
		out);
	fprintf(
	    out,
	    "-- made / mean over the blocks of (joules of the baseline - its own) queries\n"
	    "SELECT trial_id, campaign_id, joules FROM v_trial WHERE job = 'train'\n"
	    "  AND variant = %s ORDER BY campaign_id DESC;\n",
	    variant ? variant : "''");
	sqlite3_free(variant);
}

void compare_explain(const struct comparison *comparison, FILE *out)
{
	for (size_t i = 0; i < comparison->n_compared; i++)
		explain_mean(comparison, &comparison->compared[i], out);
	for (size_t i = 0; i + 1 < comparison->n_compared; i++) {
		const struct difference *difference = &comparison->differences[i];
		if (difference->is_paired)
			explain_ratio(comparison, difference, out);
		explain_break_even(difference, out);
	}
}
