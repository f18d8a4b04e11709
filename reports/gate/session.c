/* reports/gate/session.c - see session.h. */
#include <config.h>

#include "reports/gate/session.h"

#include "base/problem.h"
#include "reports/figure/column-text.h"
#include "schema/database/guard.h"

#include <gsl/gsl_statistics_double.h>
#include <math.h>

/* The spread of two has one degree of freedom, and no bound that is of use. That of the newest twenty is
 * known within a sixth: 1 / sqrt(2 * 19). */
enum { CAMPAIGNS_LEAST = 3, CAMPAIGNS_MOST = 20 };

static const char campaigns_sql[] =
    "SELECT DISTINCT campaign_id FROM trial WHERE variant = ?1 AND workload IS ?2"
    " AND job IN ('infer', 'command') AND is_warmup = 0 AND state = 'complete'"
    " AND exit_code IS 0 ORDER BY campaign_id DESC LIMIT ?3";

static double mean_log(const struct judged_sample *sample, struct arena *arena)
{
	struct block_list blocks = sample_blocks(sample, true, arena);
	double sum = 0;
	for (size_t i = 0; i < blocks.n; i++)
		sum += blocks.blocks[i].value;
	return blocks.n ? sum / (double)blocks.n : NAN;
}

/* A campaign of which nothing counts is passed over. */
static size_t read_means(const struct gate_side *side, const struct judged_sample *base,
			 const char *quantity, sqlite3_stmt *row, double *means,
			 struct arena *arena)
{
	struct gate_side one = *side;
	struct problem unused;
	struct judged_sample sample;
	size_t n = 0;
	while (n < CAMPAIGNS_MOST && sqlite3_step(row) == SQLITE_ROW) {
		one.campaign_id = sqlite3_column_int64(row, 0);
		if (sample_read(&one, (struct name_list){ &base->variant, 1 },
				base->variant, quantity, &sample, arena, &unused) != 0)
			continue;
		double mean = mean_log(&sample, arena);
		if (isfinite(mean))
			means[n++] = mean;
	}
	return n;
}

int session_read(const struct gate_side *side, const struct judged_sample *base,
		 const char *quantity, double stated_sd, struct session *session,
		 struct arena *arena, struct problem *why)
{
	double means[CAMPAIGNS_MOST];
	sqlite3_stmt *row = NULL;
	*session = (struct session){ .is_between = true, .sd = stated_sd };
	if (stated_sd > 0)
		return 0;
	if (sqlite3_prepare_v2(side->db, campaigns_sql, -1, &row, NULL) != SQLITE_OK) {
		problem_what(why, "cannot read '%s'", side->path);
		return guard_why(side->db, why);
	}
	bind_text(row, 1, base->variant);
	bind_text(row, 2, base->workload);
	sqlite3_bind_int(row, 3, CAMPAIGNS_MOST);
	size_t n = read_means(side, base, quantity, row, means, arena);
	sqlite3_finalize(row);
	if (n < CAMPAIGNS_LEAST)
		return 0;
	session->sd = gsl_stats_sd(means, 1, n);
	session->degrees = (double)(n - 1);
	session->n_campaigns = n;
	return 0;
}
