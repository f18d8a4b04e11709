/* reports/campaign/score.c - see score.h. */
#include <config.h>

#include "reports/campaign/score.h"

#include "reports/figure/column-text.h"
#include "reports/statistics/wilson.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_rstat.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *const known[] = { "top1",     "ndcg10",    "top5",     "hit@10",
				     "accuracy", "cold_top1", "warm_top1" };
enum { N_KNOWN = sizeof(known) / sizeof(known[0]) };
/* 95 % of the normal law lie within so many standard deviations. */
#define Z95 1.959963984540054

static const char value_sql[] =
    "SELECT value FROM metric WHERE trial_id = ?1 AND name = ?2";
static const char answers_sql[] =
    "SELECT n, bits, data FROM answers WHERE trial_id = ?1 AND name = ?2";

const char *score_part(const char *metric)
{
	static const char suffix[] = "_queries";
	size_t length = strlen(metric), tail = sizeof(suffix) - 1;
	if (strncmp(metric, "top1_", SCORE_PART_PREFIX) != 0)
		return NULL;
	if (length >= tail && strcmp(metric + length - tail, suffix) == 0)
		return NULL;
	const char *kind = metric + SCORE_PART_PREFIX, *line = strchr(kind, '_');
	return line && line > kind && line[1] ? line + 1 : NULL;
}

bool score_is_share(const char *name)
{
	for (size_t i = 0; i < N_KNOWN; i++)
		if (strcmp(known[i], name) == 0)
			return true;
	return score_part(name) != NULL;
}

/* The metric of one trial: false when it does not state it. */
static bool value_of(sqlite3_stmt *row, int64_t trial_id, const char *name, double *value)
{
	sqlite3_bind_int64(row, 1, trial_id);
	bind_text(row, 2, name);
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
	for (size_t i = 0; !found && i < N_KNOWN; i++)
		if (value_of(row, trials.trials[0].trial_id, known[i], &value))
			found = known[i];
	sqlite3_finalize(row);
	return found;
}

/* --- reading ---------------------------------------------------------------------------- */

static bool is_of_some(const char *name)
{
	return strcmp(name, "cold_top1") == 0 || strcmp(name, "warm_top1") == 0 ||
	       score_part(name) != NULL;
}

/* A subset of the queries has a number of its own, and never test_queries. */
static double queries_of(sqlite3_stmt *row, int64_t trial_id, const char *name)
{
	char own[64];
	double n = 0;
	snprintf(own, sizeof(own), "%s_queries", name);
	if (!value_of(row, trial_id, own, &n) && !is_of_some(name))
		value_of(row, trial_id, "test_queries", &n);
	return n;
}

static int read_values(sqlite3 *db, struct trial_list trials, const char *name,
		       struct score *score)
{
	sqlite3_stmt *row = NULL;
	double value;
	if (sqlite3_prepare_v2(db, value_sql, -1, &row, NULL) != SQLITE_OK)
		return -1;
	gsl_rstat_workspace *values = gsl_rstat_alloc();
	for (size_t i = 0; i < trials.n; i++) {
		int64_t id = trials.trials[i].trial_id;
		if (!trials.trials[i].is_run || !value_of(row, id, name, &value))
			continue;
		gsl_rstat_add(value, values);
		double n_queries = queries_of(row, id, name);
		score->n_queries = n_queries > 0 ? n_queries : score->n_queries;
	}
	score->n = gsl_rstat_n(values);
	score->mean = score->n ? gsl_rstat_mean(values) : 0;
	score->sd = score->n > 1 ? gsl_rstat_sd(values) : 0;
	gsl_rstat_free(values);
	sqlite3_finalize(row);
	return 0;
}

/* What one trial answered, added up with the others'. A file's own n is not believed: what its
 * bytes do not hold is not read. false: of another number of queries than those before. */
static bool add_answers(sqlite3_stmt *row, double **sums, struct score *score,
			struct arena *arena)
{
	size_t n = (size_t)sqlite3_column_int64(row, 0);
	int bits = sqlite3_column_int(row, 1);
	const unsigned char *data = sqlite3_column_blob(row, 2);
	size_t held = (size_t)sqlite3_column_bytes(row, 2) * 8 / (bits == 8 ? 8 : 1);
	if (!data || n == 0 || n > held || (*sums && n != score->n_answers))
		return false;
	if (!*sums)
		*sums = arena_room(arena, n * sizeof(**sums));
	score->n_answers = n;
	score->is_graded |= bits == 8;
	for (size_t i = 0; i < n; i++)
		(*sums)[i] += bits == 8 ? data[i] / 255.0 : data[i / 8] >> i % 8 & 1;
	return true;
}

static int read_answers(sqlite3 *db, struct trial_list trials, const char *name,
			struct score *score, struct arena *arena)
{
	sqlite3_stmt *row = NULL;
	double *sums = NULL;
	size_t n_trials = 0;
	bool is_whole = true;
	if (sqlite3_prepare_v2(db, answers_sql, -1, &row, NULL) != SQLITE_OK)
		return -1;
	for (size_t i = 0; is_whole && i < trials.n; i++) {
		if (!trials.trials[i].is_run)
			continue;
		sqlite3_bind_int64(row, 1, trials.trials[i].trial_id);
		bind_text(row, 2, name);
		if (sqlite3_step(row) == SQLITE_ROW) {
			is_whole = add_answers(row, &sums, score, arena);
			n_trials++;
		}
		sqlite3_reset(row);
	}
	sqlite3_finalize(row);
	if (!sums || !is_whole) {
		score->n_answers = 0;
		return 0;
	}
	for (size_t i = 0; i < score->n_answers; i++)
		sums[i] /= (double)n_trials;
	score->answers = sums;
	score->n_queries = (double)score->n_answers;
	return 0;
}

int score_read(sqlite3 *db, struct trial_list trials, const char *name, struct arena *arena,
	       struct score *score)
{
	*score = (struct score){ .workload = trials_workload(trials) };
	return read_values(db, trials, name, score) == 0 &&
		       read_answers(db, trials, name, score, arena) == 0
		   ? 0
		   : -1;
}

/* --- what they say ---------------------------------------------------------------------- */

static struct figure share_of(double share, double n)
{
	struct wilson open = wilson_of(share, n, Z95);
	return (struct figure){ .is_known = true,
				.has_interval = true,
				.value = share,
				.low = fmax(fmin(open.middle - open.half, share), 0),
				.high = fmin(fmax(open.middle + open.half, share), 1) };
}

static bool has_samples(const struct score *score)
{
	return score->n_queries > 0 && score->mean >= 0 && score->mean <= 1;
}

/* The standard error of the mean; < 0: not known. Two observations are added, 0 and 1, so that
 * equal answers are not certainty. */
static double error_of(const struct score *score, double *degrees)
{
	double p = score->mean, n = score->n_queries;
	*degrees = 0;
	if (score->answers && score->is_graded) {
		double squares = p * p + (1 - p) * (1 - p);
		for (size_t i = 0; i < score->n_answers; i++)
			squares += (score->answers[i] - p) * (score->answers[i] - p);
		return sqrt(squares) / (n + 2);
	}
	if (has_samples(score))
		return sqrt(fmax(p * (1 - p), 1 / (n + 4)) / n);
	if (score->n < 2 || score->sd <= 0)
		return -1;
	*degrees = (double)(score->n - 1);
	return score->sd / sqrt((double)score->n);
}

static struct figure figure_from(double value, double error, double degrees)
{
	double t = degrees > 0 ? gsl_cdf_tdist_Pinv(0.975, degrees) : Z95;
	bool has_interval = error >= 0;
	return (struct figure){
		.is_known = true,
		.has_interval = has_interval,
		.value = value,
		.low = has_interval ? value - t * error : value,
		.high = has_interval ? value + t * error : value,
		.reason = has_interval ? NULL : "the trials do not say of how many queries",
	};
}

struct figure score_figure(const struct score *score)
{
	double degrees, error = error_of(score, &degrees);
	if (score->n == 0)
		return figure_unknown("the trials do not state it");
	if (has_samples(score) && !score->is_graded)
		return share_of(score->mean, score->n_queries);
	struct figure figure = figure_from(score->mean, error, degrees);
	if (has_samples(score)) {
		figure.low = fmax(figure.low, 0);
		figure.high = fmin(figure.high, 1);
	}
	return figure;
}

size_t score_pairs(const struct score *a, const struct score *b)
{
	bool is_same = a->answers && b->answers && a->n_answers == b->n_answers &&
		       a->workload && b->workload && strcmp(a->workload, b->workload) == 0;
	return is_same ? a->n_answers : 0;
}

static struct figure paired_change(const struct score *a, const struct score *b, size_t n)
{
	double sum = 0, squares = 1, more = (double)n + 2, value = b->mean - a->mean;
	for (size_t i = 0; i < n; i++) {
		double change = b->answers[i] - a->answers[i];
		sum += change;
		squares += change * change;
	}
	double middle = sum / more, half = Z95 * sqrt(squares - sum * sum / more) / more;
	return (struct figure){ .is_known = true,
				.has_interval = true,
				.value = value,
				.low = fmax(fmin(middle - half, value), -1),
				.high = fmin(fmax(middle + half, value), 1) };
}

struct figure score_change(const struct score *a, const struct score *b)
{
	size_t n = score_pairs(a, b);
	double degrees_a, degrees_b;
	if (a->n == 0 || b->n == 0)
		return figure_unknown("the trials do not state it");
	if (n > 0)
		return paired_change(a, b, n);
	double of_a = error_of(a, &degrees_a), of_b = error_of(b, &degrees_b);
	double error = of_a < 0 || of_b < 0 ? -1 : hypot(of_a, of_b);
	return figure_from(b->mean - a->mean, error, fmin(degrees_a, degrees_b));
}
