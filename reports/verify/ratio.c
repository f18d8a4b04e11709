/* reports/verify/ratio.c - see ratio.h. */
#include <config.h>

#include "reports/verify/ratio.h"

#include "base/problem.h"
#include "reports/figure/column-text.h"
#include "reports/verify/consequences.h"
#include "reports/verify/readings.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdio.h>

/* Of one block, or of the pair of two: the mean logarithm, and what the meter cannot resolve of it: at
 * most, and as a variance. */
struct block_log {
	int64_t block;
	double mean, step, variance;
};

struct log_list {
	struct block_log *blocks;
	size_t n;
};

struct ratio {
	size_t n;
	double is, low, high;
};

static const char trials_sql[] =
    "SELECT t.block, iif(?3, q.joules_per_query, q.run_j),"
    "  (SELECT max(coalesce(c.update_interval_ns, c.seen_interval_ns)) FROM channel c"
    "   WHERE c.trial_id = t.trial_id AND c.counted) * 1e-9"
    "   / iif(?3, q.seconds, (t.end_mono_ns - t.begin_mono_ns) * 1e-9),"
    "  (SELECT sum(c.unit_per_raw) FROM channel c WHERE c.trial_id = t.trial_id"
    "   AND c.counted AND c.kind = 'counter') / iif(?3, q.joules, q.run_j) FROM trial t"
    " JOIN v_query q ON q.trial_id = t.trial_id"
    " WHERE t.campaign_id = ?1 AND t.variant = ?2 AND t.job IN ('infer', 'command')"
    " AND t.state = 'complete' AND NOT t.is_warmup AND t.exit_code IS 0 ORDER BY t.block";

/* Blocks in their order; a block's trials follow each other. */
static struct log_list blocks_of(sqlite3_stmt *row, struct arena *arena)
{
	struct block_log block = { 0 };
	size_t n = 0;
	while (sqlite3_step(row) == SQLITE_ROW) {
		double joules = sqlite3_column_double(row, 1);
		int64_t number = sqlite3_column_int64(row, 0);
		if (!(joules > 0))
			continue;
		if (n > 0 && number != block.block) {
			arena_append(arena, &block, sizeof(block));
			n = 0;
		}
		double step = sqlite3_column_double(row, 2) + sqlite3_column_double(row, 3);
		double sum = n > 0 ? block.mean * (double)n : 0;
		double steps = n > 0 ? block.step * (double)n : 0;
		n++;
		block = (struct block_log){ number, (sum + log(joules)) / (double)n,
					    (steps + step) / (double)n, 0 };
		block.variance = block.step * block.step / 6 / (double)n;
	}
	if (n > 0)
		arena_append(arena, &block, sizeof(block));
	struct log_list list = { .n = arena_appended(arena) / sizeof(block) };
	list.blocks = arena_take(arena);
	return list;
}

static int read_logs(sqlite3 *db, const struct compared *compared, bool per_query,
		     struct arena *arena, struct log_list *list)
{
	sqlite3_stmt *row = NULL;
	if (sqlite3_prepare_v2(db, trials_sql, -1, &row, NULL) != SQLITE_OK)
		return -1;
	sqlite3_bind_int64(row, 1, compared->campaign_id);
	bind_text(row, 2, compared->variant);
	sqlite3_bind_int(row, 3, per_query);
	*list = blocks_of(row, arena);
	return sqlite3_finalize(row) == SQLITE_OK ? 0 : -1;
}

/* What b's blocks are to a's, in the place of b's. */
static size_t subtract(struct log_list a, struct log_list b)
{
	size_t n = 0;
	for (size_t i = 0, j = 0; i < a.n && j < b.n;) {
		if (a.blocks[i].block < b.blocks[j].block)
			i++;
		else if (b.blocks[j].block < a.blocks[i].block)
			j++;
		else
			b.blocks[n++].mean = b.blocks[j++].mean - a.blocks[i++].mean;
	}
	return n;
}

static double mean_of(struct log_list list, bool is_variance)
{
	double sum = 0;
	for (size_t i = 0; i < list.n; i++)
		sum += is_variance ? list.blocks[i].variance : list.blocks[i].step;
	return sum / (double)list.n;
}

/* least: the meter's own standard deviation of one difference; most: the most that it can be. Values
 * that differ by less than half of the least may all err to one side. */
static struct ratio ratio_of(const struct block_log *differences, size_t n, double least,
			     double most)
{
	double sum = 0, squares = 0, half = 0;
	for (size_t i = 0; i < n; i++)
		sum += differences[i].mean;
	double mean = sum / (double)n;
	for (size_t i = 0; i < n; i++)
		squares += pow(differences[i].mean - mean, 2);
	double sd = n > 1 ? sqrt(squares / (double)(n - 1)) : 0;
	if (n > 1)
		half = fmax(gsl_cdf_tdist_Pinv(0.975, (double)(n - 1)) * sd,
			    gsl_cdf_ugaussian_Pinv(0.975) * least) /
		       sqrt((double)n);
	if (n > 1 && 2 * sd < least && half < most)
		half = most;
	return (struct ratio){ n, exp(mean), exp(mean - half), exp(mean + half) };
}

static void compare_one(const struct comparison *comparison,
			const struct difference *difference, struct ratio own,
			struct verification *result)
{
	const struct {
		const char *name;
		double given, own;
	} figures[] = {
		{ "pairs", (double)difference->n_pairs, (double)own.n },
		{ "ratio", exp(difference->t.mean), own.is },
		{ "low of the ratio", exp(difference->t.ci95.low), own.low },
		{ "high of the ratio", exp(difference->t.ci95.high), own.high },
	};
	for (size_t i = 0; i < sizeof(figures) / sizeof(figures[0]); i++)
		consequence_tell(comparison, difference, figures[i].name, figures[i].given,
				 figures[i].own, result);
}

/* The joules that b saves of each of a, in the blocks that hold both. The meter's own deviation is that
 * of all blocks, as for the ratio. */
static struct saved saved_of(struct log_list a, struct log_list b)
{
	double sum = 0, squares = 0, variance = 0;
	size_t n = 0;
	for (size_t i = 0; i < a.n; i++)
		variance += a.blocks[i].variance * exp(2 * a.blocks[i].mean) / (double)a.n;
	for (size_t i = 0; i < b.n; i++)
		variance += b.blocks[i].variance * exp(2 * b.blocks[i].mean) / (double)b.n;
	for (size_t i = 0, j = 0; i < a.n && j < b.n; i++) {
		while (j < b.n && b.blocks[j].block < a.blocks[i].block)
			j++;
		if (j == b.n || b.blocks[j].block != a.blocks[i].block)
			continue;
		double saved = exp(a.blocks[i].mean) - exp(b.blocks[j].mean);
		double before = n > 0 ? sum / (double)n : 0;
		sum += saved;
		n++;
		squares += (saved - before) * (saved - sum / (double)n);
	}
	double own = n > 1 ? squares / (double)(n - 1) : 0;
	double student = n > 1 ? gsl_cdf_tdist_Pinv(0.975, (double)(n - 1)) : 0;
	bool is_known = gsl_cdf_ugaussian_Pinv(0.975) * sqrt(variance) >
			student * sqrt(own);
	return (struct saved){ n, sum / (double)n,
			       sqrt((is_known ? variance : own) / (double)n), is_known };
}

int ratio_check(sqlite3 *db, const struct comparison *comparison,
		struct verification *result)
{
	struct arena *arena = arena_new();
	bool per_query = comparison->is_per_query;
	struct log_list base, other;
	int code = arena ? 0 : -1;
	for (size_t i = 0; code == 0 && i + 1 < comparison->n_compared; i++) {
		const struct difference *difference = &comparison->differences[i];
		if (!difference->is_paired)
			continue;
		code = read_logs(db, &comparison->compared[0], per_query, arena, &base) |
		       read_logs(db, difference->variant, per_query, arena, &other);
		if (code != 0)
			continue;
		double least = sqrt(mean_of(base, true) + mean_of(other, true));
		double most = mean_of(base, false) + mean_of(other, false);
		struct saved saved = saved_of(base, other);
		compare_one(comparison, difference,
			    ratio_of(other.blocks, subtract(base, other), least, most),
			    result);
		code = consequences_check(db, comparison, difference, saved, result);
	}
	arena_free(arena);
	return code;
}

/* One campaign; what can't be compared (one variant, other workloads) has no figure. */
static int ratio_check_campaign(sqlite3 *db, int64_t campaign_id,
				struct verification *result)
{
	const struct compare_options options = { .path = "the database",
						 .campaign_id = campaign_id,
						 .skip_null = true };
	struct problem why = { 0 };
	struct arena *arena = arena_new();
	const struct comparison *comparison = arena
						  ? compare_read(db, &options, arena, &why)
						  : NULL;
	int code = comparison ? ratio_check(db, comparison, result) : 0;
	bool is_out = !arena;
	arena_free(arena);
	return is_out ? -1 : code;
}

int ratio_check_all(sqlite3 *db, struct verification *result)
{
	sqlite3_stmt *row = NULL;
	int code = 0, step = SQLITE_DONE;
	if (sqlite3_prepare_v2(db,
			       "SELECT campaign_id FROM trial GROUP BY campaign_id"
			       " HAVING count(DISTINCT variant) > 1",
			       -1, &row, NULL) != SQLITE_OK)
		return -1;
	while (code == 0 && !*result->place && (step = sqlite3_step(row)) == SQLITE_ROW)
		code = ratio_check_campaign(db, sqlite3_column_int64(row, 0), result);
	sqlite3_finalize(row);
	return step == SQLITE_ROW || step == SQLITE_DONE ? code : -1;
}
