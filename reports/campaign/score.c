/* reports/campaign/score.c - see score.h. */
#include <config.h>

#include "reports/campaign/score.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_rstat.h>
#include <math.h>

static const char *const known[] = { "top1",   "ndcg10",   "top5",
				     "hit@10", "accuracy", "cold_top1" };

static const char value_sql[] =
    "SELECT value FROM metric WHERE trial_id = ?1 AND name = ?2";

/* The metric of one trial: false when it does not state it. */
static bool value_of(sqlite3_stmt *row, int64_t trial_id, const char *name, double *value)
{
	sqlite3_bind_int64(row, 1, trial_id);
	sqlite3_bind_text(row, 2, name, -1, SQLITE_STATIC);
	bool is_there = sqlite3_step(row) == SQLITE_ROW;
	*value = is_there ? sqlite3_column_double(row, 0) : 0;
	sqlite3_reset(row);
	return is_there;
}

const char *score_name(sqlite3 *db, struct trial_list trials)
{
	sqlite3_stmt *row = NULL;
	const char *found = NULL;
	double value;
	if (trials.n == 0 || sqlite3_prepare_v2(db, value_sql, -1, &row, NULL) != SQLITE_OK)
		return NULL;
	for (size_t i = 0; !found && i < sizeof(known) / sizeof(known[0]); i++)
		if (value_of(row, trials.trials[0].trial_id, known[i], &value))
			found = known[i];
	sqlite3_finalize(row);
	return found;
}

static bool is_share(double mean)
{
	return mean >= 0 && mean <= 1;
}

/* n_queries: of the test set; 0: not stated. */
static struct score score_from(gsl_rstat_workspace *values, double n_queries)
{
	size_t n = gsl_rstat_n(values);
	struct score score = { .n = n, .error = -1 };
	if (n == 0)
		return score;
	score.mean = gsl_rstat_mean(values);
	if (n_queries > 0 && is_share(score.mean)) {
		score.error = sqrt(score.mean * (1 - score.mean) / n_queries);
	} else if (n > 1) {
		score.error = gsl_rstat_sd_mean(values);
		score.degrees = (double)(n - 1);
	}
	return score;
}

int score_read(sqlite3 *db, struct trial_list trials, const char *name, struct score *score)
{
	sqlite3_stmt *row = NULL;
	double value, n_queries = 0, stated;
	if (sqlite3_prepare_v2(db, value_sql, -1, &row, NULL) != SQLITE_OK)
		return -1;
	gsl_rstat_workspace *values = gsl_rstat_alloc();
	for (size_t i = 0; i < trials.n; i++) {
		if (!trials.trials[i].is_run)
			continue;
		if (value_of(row, trials.trials[i].trial_id, name, &value))
			gsl_rstat_add(value, values);
		if (value_of(row, trials.trials[i].trial_id, "test_queries", &stated))
			n_queries = stated;
	}
	*score = score_from(values, n_queries);
	gsl_rstat_free(values);
	sqlite3_finalize(row);
	return 0;
}

static struct figure figure_from(double value, double error, double degrees)
{
	double t = degrees > 0 ? gsl_cdf_tdist_Pinv(0.975, degrees)
			       : gsl_cdf_ugaussian_Pinv(0.975);
	bool has_interval = error >= 0;
	return (struct figure){
		.is_known = true,
		.has_interval = has_interval,
		.value = value,
		.low = has_interval ? value - t * error : value,
		.high = has_interval ? value + t * error : value,
		.reason = has_interval ? NULL : "one trial: no interval",
	};
}

struct figure score_figure(struct score score)
{
	if (score.n == 0)
		return figure_unknown("the trials do not state it");
	return figure_from(score.mean, score.error, score.degrees);
}

struct figure score_change(struct score a, struct score b)
{
	if (a.n == 0 || b.n == 0)
		return figure_unknown("the trials do not state it");
	double error = a.error < 0 || b.error < 0 ? -1 : hypot(a.error, b.error);
	return figure_from(b.mean - a.mean, error, fmin(a.degrees, b.degrees));
}
