/* reports/compare/build-cost.c - see build-cost.h. */
#include <config.h>

#include "reports/compare/build-cost.h"

#include "reports/figure/column-text.h"
#include "reports/statistics/paired.h"

#define TRAINED "job = 'train' AND state = 'complete' AND exit_code = 0"

static const char builds_sql[] =
    "WITH newest AS (SELECT workload, campaign_id FROM trial WHERE variant = ?1"
    "  AND campaign_id <= ?2 AND " TRAINED " ORDER BY trial_id DESC LIMIT 1) "
    "SELECT v.joules, v.provenance, t.trial_id FROM trial t"
    " JOIN v_trial v ON v.trial_id = t.trial_id, newest n"
    " WHERE t.variant = ?1 AND t.campaign_id <= ?2 AND t.job = 'train'"
    " AND t.state = 'complete' AND t.exit_code = 0 AND v.joules IS NOT NULL"
    " AND t.workload IS n.workload"
    /* what was made does not say what it is: only the newest campaign's are surely alike */
    " AND (n.workload IS NOT NULL OR t.campaign_id = n.campaign_id) ORDER BY t.trial_id";

/* From a training up to what it starts from, each once, until it is what the baseline starts from
 * too. A workload that several trials made is that of the newest. */
static const char parents_sql[] =
    "WITH RECURSIVE trained AS (SELECT max(trial_id) AS trial_id, workload FROM trial"
    "  WHERE " TRAINED " AND workload IS NOT NULL GROUP BY workload),"
    " shared(workload) AS ("
    "  SELECT workload FROM trial WHERE variant = ?2 AND " TRAINED
    "   AND workload IS NOT NULL"
    "  UNION SELECT p.parent_workload FROM shared s JOIN trained USING (workload)"
    "   JOIN trial p ON p.trial_id = trained.trial_id"
    "   WHERE p.parent_workload IS NOT NULL),"
    " up(workload) AS ("
    "  SELECT parent_workload FROM trial WHERE trial_id = ?1"
    "   AND parent_workload IS NOT NULL AND parent_workload NOT IN (SELECT workload FROM "
    "shared)"
    "  UNION SELECT p.parent_workload FROM up JOIN trained USING (workload)"
    "   JOIN trial p ON p.trial_id = trained.trial_id"
    "   WHERE p.parent_workload IS NOT NULL AND p.parent_workload NOT IN (SELECT workload "
    "FROM shared)) "
    "SELECT v.joules FROM up LEFT JOIN trained USING (workload)"
    " LEFT JOIN v_trial v ON v.trial_id = trained.trial_id";

static int read_parents(sqlite3 *db, int64_t trial_id, const char *baseline,
			struct build_cost *cost)
{
	sqlite3_stmt *row = NULL;
	int step;
	if (sqlite3_prepare_v2(db, parents_sql, -1, &row, NULL) != SQLITE_OK)
		return -1;
	sqlite3_bind_int64(row, 1, trial_id);
	bind_text(row, 2, baseline);
	while ((step = sqlite3_step(row)) == SQLITE_ROW) {
		if (sqlite3_column_type(row, 0) == SQLITE_NULL) {
			cost->lacks_parent = true;
			continue;
		}
		cost->parents_j += sqlite3_column_double(row, 0);
		cost->n_parents++;
	}
	sqlite3_finalize(row);
	return step == SQLITE_DONE ? 0 : -1;
}

static struct figure mean_of(const double *joules, size_t n, double parents_j,
			     enum figure_provenance provenance, double *error)
{
	struct t_test mean = t_paired(joules, n);
	bool is_known = n >= BUILDS_LEAST;
	*error = is_known ? mean.error : 0;
	return (struct figure){
		.is_known = true,
		.has_interval = is_known,
		.value = mean.mean + parents_j,
		.low = is_known ? mean.ci95.low + parents_j : mean.mean + parents_j,
		.high = is_known ? mean.ci95.high + parents_j : mean.mean + parents_j,
		.provenance = provenance,
		.reason = is_known ? NULL : "made fewer than three times: no interval",
	};
}

int build_cost_read(sqlite3 *db, const char *variant, const char *baseline,
		    int64_t campaign_id, struct arena *arena, struct build_cost *cost)
{
	sqlite3_stmt *row = NULL;
	int step;
	int64_t newest = 0;
	enum figure_provenance provenance = PROVENANCE_MEASURED;
	*cost = (struct build_cost){ .joules = figure_unknown(
					 "this file holds no build of it") };
	if (sqlite3_prepare_v2(db, builds_sql, -1, &row, NULL) != SQLITE_OK)
		return -1;
	bind_text(row, 1, variant);
	sqlite3_bind_int64(row, 2, campaign_id);
	while ((step = sqlite3_step(row)) == SQLITE_ROW) {
		double joules = sqlite3_column_double(row, 0);
		enum figure_provenance one = provenance_of_word(column_word(row, 1));
		provenance = one > provenance ? one : provenance;
		newest = sqlite3_column_int64(row, 2);
		arena_append(arena, &joules, sizeof(joules));
	}
	sqlite3_finalize(row);
	cost->n = arena_appended(arena) / sizeof(double);
	const double *joules = arena_take(arena);
	if (step != SQLITE_DONE)
		return -1;
	if (cost->n == 0)
		return 0;
	if (read_parents(db, newest, baseline, cost) != 0)
		return -1;
	cost->joules = mean_of(joules, cost->n, cost->parents_j, provenance, &cost->error);
	return 0;
}
