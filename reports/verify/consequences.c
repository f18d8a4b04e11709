/* reports/verify/consequences.c - see consequences.h. */
#include <config.h>

#include "reports/verify/consequences.h"

#include "reports/figure/column-text.h"
#include "reports/verify/readings.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

void consequence_tell(const struct comparison *comparison,
		      const struct difference *difference, const char *name, double given,
		      double own, struct verification *result)
{
	result->n_figures++;
	if (*result->place || agrees(given, own))
		return;
	snprintf(result->place, sizeof(result->place),
		 "%s of %.80s to %.80s in campaign %lld is given as %.17g, the trials "
		 "give %.17g",
		 name, difference->variant->variant, comparison->compared[0].variant,
		 (long long)difference->variant->campaign_id, given, own);
}

/* --- quality ---------------------------------------------------------------------------- */

static const char answers_sql[] =
    "SELECT m.value, a.n, a.bits, a.data FROM trial t"
    " JOIN metric m ON m.trial_id = t.trial_id AND m.name = ?3"
    " JOIN answers a ON a.trial_id = t.trial_id AND a.name = ?3"
    " WHERE t.campaign_id = ?1 AND t.variant = ?2 AND t.job IN ('infer', 'command')"
    " AND t.state = 'complete' AND NOT t.is_warmup";

/* Of one variant: the metric's mean, and each answer's. */
struct graded {
	double metric;
	double *answers; /* the caller frees them */
	size_t n;
};

static void add_trial(sqlite3_stmt *row, struct graded *graded, double *n_trials)
{
	const unsigned char *data = sqlite3_column_blob(row, 3);
	size_t n = (size_t)sqlite3_column_int64(row, 1);
	bool is_byte = sqlite3_column_int(row, 2) == 8;
	size_t held = (size_t)sqlite3_column_bytes(row, 3) * (is_byte ? 1 : 8);
	if (n > held || (graded->answers && n != graded->n))
		return;
	if (!graded->answers)
		graded->answers = calloc(n + 1, sizeof(double));
	for (size_t i = 0; graded->answers && i < n; i++) {
		unsigned bit = (unsigned)data[is_byte ? i : i >> 3] >> (i & 7) & 1U;
		unsigned value = is_byte ? data[i] : 255U * bit;
		graded->answers[i] += value;
	}
	graded->n = n;
	graded->metric += sqlite3_column_double(row, 0);
	*n_trials += 1;
}

static int read_graded(sqlite3 *db, const struct compared *compared, const char *metric,
		       struct graded *graded)
{
	sqlite3_stmt *row = NULL;
	double n_trials = 0;
	*graded = (struct graded){ 0 };
	if (sqlite3_prepare_v2(db, answers_sql, -1, &row, NULL) != SQLITE_OK)
		return -1;
	sqlite3_bind_int64(row, 1, compared->campaign_id);
	bind_text(row, 2, compared->variant);
	bind_text(row, 3, metric);
	while (sqlite3_step(row) == SQLITE_ROW)
		add_trial(row, graded, &n_trials);
	graded->metric /= n_trials;
	for (size_t i = 0; graded->answers && i < graded->n; i++)
		graded->answers[i] /= 255 * n_trials;
	return sqlite3_finalize(row) == SQLITE_OK && graded->answers ? 0 : -1;
}

/* Agresti and Min: n differences, and two more of +-1/2 squared to 1 together. */
static void tell_quality(const struct comparison *comparison,
			 const struct difference *difference, struct graded a,
			 struct graded b, struct verification *result)
{
	const size_t n_both = a.n < b.n ? a.n : b.n;
	double n = (double)n_both, sum = 0, squares = 0, is = b.metric - a.metric;
	for (size_t i = 0; i < n_both; i++) {
		sum += b.answers[i] - a.answers[i];
		squares += pow(b.answers[i] - a.answers[i], 2);
	}
	double mean = sum / (n + 2);
	double variance = (squares + 1) / (n + 2) - mean * mean;
	double half = gsl_cdf_ugaussian_Pinv(0.975) * sqrt(variance / (n + 2));
	double low = mean - half < is ? mean - half : is;
	double high = mean + half > is ? mean + half : is;
	const struct figure given = difference->quality_change;
	consequence_tell(comparison, difference, "change of quality", given.value, is,
			 result);
	consequence_tell(comparison, difference, "low of the change of quality", given.low,
			 low < -1 ? -1 : low, result);
	consequence_tell(comparison, difference, "high of the change of quality",
			 given.high, high > 1 ? 1 : high, result);
}

static int check_quality(sqlite3 *db, const struct comparison *comparison,
			 const struct difference *difference, struct verification *result)
{
	struct graded a, b = { 0 };
	int code = read_graded(db, &comparison->compared[0], comparison->quality_name, &a);
	if (code == 0)
		code = read_graded(db, difference->variant, comparison->quality_name, &b);
	if (code == 0)
		tell_quality(comparison, difference, a, b, result);
	free(a.answers);
	free(b.answers);
	return code;
}

/* --- break-even ------------------------------------------------------------------------- */

static const char builds_sql[] =
    "SELECT v.joules FROM trial t JOIN v_trial v ON v.trial_id = t.trial_id"
    " WHERE t.variant = ?1 AND t.campaign_id <= ?2 AND t.job = 'train'"
    " AND t.state = 'complete' AND t.exit_code = 0 AND v.joules IS NOT NULL AND EXISTS"
    " (SELECT 1 FROM (SELECT workload AS w, campaign_id AS c FROM trial WHERE variant = ?1"
    "   AND campaign_id <= ?2 AND job = 'train' AND state = 'complete' AND exit_code = 0"
    "   ORDER BY trial_id DESC LIMIT 1) WHERE iif(w IS NULL, t.workload IS NULL"
    "   AND t.campaign_id = c, t.workload = w))";

/* Sums of the builds' joules and of their squares, less those of the first. */
struct builds {
	double n, first, sum, squares;
};

static int read_builds(sqlite3 *db, const struct compared *compared, struct builds *builds)
{
	sqlite3_stmt *row = NULL;
	*builds = (struct builds){ 0 };
	if (sqlite3_prepare_v2(db, builds_sql, -1, &row, NULL) != SQLITE_OK)
		return -1;
	bind_text(row, 1, compared->variant);
	sqlite3_bind_int64(row, 2, compared->campaign_id);
	while (sqlite3_step(row) == SQLITE_ROW) {
		double joules = sqlite3_column_double(row, 0);
		if (builds->n++ == 0)
			builds->first = joules;
		builds->sum += joules - builds->first;
		builds->squares += pow(joules - builds->first, 2);
	}
	return sqlite3_finalize(row) == SQLITE_OK ? 0 : -1;
}

/* What it starts from is taken as it is given: v_training is checked by itself. */
static int check_break_even(sqlite3 *db, const struct comparison *comparison,
			    const struct difference *difference, struct saved saved,
			    struct verification *result)
{
	const struct figure given = difference->break_even;
	struct builds builds;
	if (read_builds(db, difference->variant, &builds) != 0)
		return -1;
	double built_j = builds.first + builds.sum / builds.n +
			 difference->variant->cost.parents_j;
	double is = built_j / saved.mean;
	consequence_tell(comparison, difference, "break-even", given.value, is, result);
	if (!given.has_interval)
		return 0;
	double variance = (builds.squares - builds.sum * builds.sum / builds.n) /
			  (builds.n - 1) / builds.n;
	double of_build = variance / (built_j * built_j);
	double of_saved = pow(saved.error / saved.mean, 2), both = of_build + of_saved;
	double inverse = saved.is_known ? 0 : 1 / (double)(saved.n - 1);
	double degrees = both * both /
			 (of_build * of_build / (builds.n - 1) +
			  of_saved * of_saved * inverse);
	double factor = both > 0 ? exp(gsl_cdf_tdist_Pinv(0.975, degrees) * sqrt(both)) : 1;
	consequence_tell(comparison, difference, "low of the break-even", given.low,
			 is / factor, result);
	consequence_tell(comparison, difference, "high of the break-even", given.high,
			 is * factor, result);
	return 0;
}

int consequences_check(sqlite3 *db, const struct comparison *comparison,
		       const struct difference *difference, struct saved saved,
		       struct verification *result)
{
	int code = 0;
	if (difference->n_paired_queries > 0 && difference->quality_change.is_known)
		code = check_quality(db, comparison, difference, result);
	if (code == 0 && difference->break_even.is_known)
		code = check_break_even(db, comparison, difference, saved, result);
	return code;
}
