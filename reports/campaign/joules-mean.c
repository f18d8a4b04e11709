/* reports/campaign/joules-mean.c - see joules-mean.h. The trials were read from v_query, which is dear to
 * compile, and stand before v_mean's text in its place; of the account, which is of grams alone,
 * nothing is asked. */
#include <config.h>

#include "reports/campaign/joules-mean.h"

#include "reports/campaign/figure-tables.h"
#include "reports/figure/column-text.h"

/* ?1: an array of [trial, joules, low, high, provenance] for each. */
#define GIVEN                                                                            \
	"WITH given AS (SELECT value ->> 0 AS trial_id, value ->> 1 AS j,"               \
	"  value ->> 2 AS low, value ->> 3 AS high, value ->> 4 AS word FROM "           \
	"json_each(?1)),"                                                                \
	" v_query AS (SELECT g.trial_id, 0 AS campaign_id, '' AS variant, '' AS job,"    \
	"  1 AS queries, NULL AS seconds, 1 AS usable, g.j AS joules_per_query, g.low, " \
	"g.high,"                                                                        \
	"  g.word AS provenance, NULL AS run_j, NULL AS run_low_j, NULL AS run_high_j,"  \
	"  NULL AS run_provenance FROM given g),"                                        \
	" v_account AS (SELECT 0 AS campaign_id, 1.0 AS psu, 1.0 AS pue, NULL AS te_kg," \
	"  NULL AS life_years, NULL AS share),"                                          \
	" v_doubt AS (SELECT 0 AS campaign_id, '' AS m_reason, '' AS m_reason_at_wall) "

static const char *given_json(struct trial_list trials, bool per_query, struct arena *arena)
{
	const char *rows = "";
	for (size_t i = 0; i < trials.n; i++) {
		const struct trial *trial = &trials.trials[i];
		const struct trial_value *value = per_query ? &trial->per_query
							    : &trial->per_run;
		struct observation seen = value->seen;
		const char *bounds = value->has_bounds ? arena_format(arena, "%.17g,%.17g",
								      seen.low, seen.high)
						       : "null,null";
		if (value->is_known)
			rows = arena_format(arena, "%s%s[%lld,%.17g,%s,\"%s\"]", rows,
					    *rows ? "," : "", (long long)trial->trial_id,
					    seen.value, bounds,
					    provenance_word(value->provenance));
	}
	return arena_format(arena, "[%s]", rows);
}

static struct figure figure_of(sqlite3_stmt *row)
{
	struct figure mean = {
		.is_known = true,
		.has_interval = sqlite3_column_type(row, 2) != SQLITE_NULL &&
				sqlite3_column_type(row, 3) != SQLITE_NULL,
		.value = sqlite3_column_double(row, 1),
		.low = sqlite3_column_double(row, 2),
		.high = sqlite3_column_double(row, 3),
		.provenance = provenance_of_word(column_word(row, 4)),
	};
	if (!mean.has_interval)
		mean.reason = "the uncertainty of an instrument, or a gap, has no bound";
	else if (sqlite3_column_int64(row, 0) == 1)
		mean.reason = "one trial: the interval holds no spread between trials";
	return mean;
}

int joules_mean(sqlite3 *db, struct trial_list trials, bool per_query, struct arena *arena,
		struct figure *mean)
{
	sqlite3_stmt *row = NULL;
	const char *text = figure_view_text(db, "v_mean", arena);
	const char *sql = arena_format(
	    arena,
	    GIVEN "SELECT n, j, j_low, j_high, CASE weakness WHEN 0 THEN 'measured'"
		  " WHEN 1 THEN 'modelled' WHEN 2 THEN 'estimated' ELSE 'assumed' END"
		  " FROM (%s) WHERE per = 'query'",
	    text ? text : "");
	if (!text || sqlite3_prepare_v2(db, sql, -1, &row, NULL) != SQLITE_OK)
		return -1;
	bind_text(row, 1, given_json(trials, per_query, arena));
	int step = sqlite3_step(row);
	*mean = step == SQLITE_ROW ? figure_of(row)
				   : figure_unknown(trials_reason(trials, per_query));
	sqlite3_finalize(row);
	return step == SQLITE_ROW || step == SQLITE_DONE ? 0 : -1;
}
