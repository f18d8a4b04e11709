/* reports/compare/decomposition.c - see decomposition.h. */
#include <config.h>

#include "reports/compare/decomposition.h"

#include "reports/statistics/pairing.h"

#include <math.h>

/* Of one trial: the phases behind its figure (the steady ones, or the whole run), their seconds
 * and joules, and what was counted in them. One column for each enum why_part. */
static const char parts_sql[] =
    "WITH q AS (SELECT * FROM v_query WHERE trial_id = ?1), "
    "e AS (SELECT event, sum(value) AS value FROM v_event, q"
    "      WHERE v_event.trial_id = ?1"
    "        AND iif(?2 AND q.span = 'steady', phase = 'steady', phase_ordinal = 0)"
    "      GROUP BY source, event) "
    "SELECT iif(?2, seconds, run_s) / n, iif(?2, joules / seconds, run_j / run_s), "
    "  (SELECT max(value) FROM e WHERE event = 'tree') / n,"
    "  (SELECT max(value) FROM e WHERE event = 'instructions') / n,"
    "  (SELECT max(value) FROM e WHERE event = 'cycles') / n,"
    "  (SELECT max(value) FROM e WHERE event = 'cache-misses') / n,"
    "  (SELECT max(value) FROM e WHERE event = 'instructions:u') / n,"
    "  (SELECT max(value) FROM e WHERE event = 'cycles:u') / n,"
    "  (SELECT max(value) FROM e WHERE event = 'cache-misses:u') / n "
    "FROM (SELECT q.*, iif(?2, queries, 1) AS n,"
    "        (SELECT (end_mono_ns - begin_mono_ns) * 1e-9 FROM trial WHERE trial_id = ?1)"
    "        AS run_s FROM q)";

static void add_row(sqlite3_stmt *row, struct why_means *means)
{
	for (int i = 0; i < N_WHY_PARTS; i++) {
		double value = sqlite3_column_double(row, i);
		if (value <= 0)
			continue;
		size_t n = ++means->parts[i].n;
		means->parts[i].mean += (log(value) - means->parts[i].mean) / (double)n;
	}
}

sqlite3_stmt *why_statement(sqlite3 *db)
{
	sqlite3_stmt *row = NULL;
	return sqlite3_prepare_v2(db, parts_sql, -1, &row, NULL) == SQLITE_OK ? row : NULL;
}

int why_read(sqlite3_stmt *row, struct trial_list trials, bool per_query, bool count_failed,
	     struct why_means *means)
{
	const char *reason;
	int code = SQLITE_ROW;
	*means = (struct why_means){ 0 };
	for (size_t i = 0; code == SQLITE_ROW && i < trials.n; i++) {
		if (!trial_counted(&trials.trials[i], per_query, count_failed, &reason))
			continue;
		sqlite3_bind_int64(row, 1, trials.trials[i].trial_id);
		sqlite3_bind_int(row, 2, per_query);
		code = sqlite3_step(row);
		if (code == SQLITE_ROW)
			add_row(row, means);
		sqlite3_reset(row);
	}
	return code == SQLITE_ROW ? 0 : -1;
}

/* The ratio of b's to a's product of parts, each with an exponent. */
static struct change change_of(const struct why_means *a, const struct why_means *b,
			       const int exponents[N_WHY_PARTS])
{
	double log_ratio = 0;
	for (int i = 0; i < N_WHY_PARTS; i++) {
		if (exponents[i] == 0)
			continue;
		if (a->parts[i].n == 0 || b->parts[i].n == 0)
			return (struct change){ 0 };
		log_ratio += exponents[i] * (b->parts[i].mean - a->parts[i].mean);
	}
	return (struct change){ true, exp(log_ratio) };
}

#define CHANGE(...) change_of(a, b, (const int[N_WHY_PARTS]){ __VA_ARGS__ })

struct why why_of(const struct why_means *a, const struct why_means *b)
{
	return (struct why){
		.seconds = CHANGE([WHY_SECONDS] = 1),
		.watts = CHANGE([WHY_WATTS] = 1),
		.cpu_seconds = CHANGE([WHY_CPU_SECONDS] = 1),
		.instructions = CHANGE([WHY_INSTRUCTIONS] = 1),
		.per_cycle = CHANGE([WHY_INSTRUCTIONS] = 1, [WHY_CYCLES] = -1),
		.clock = CHANGE([WHY_CYCLES] = 1, [WHY_CPU_SECONDS] = -1),
		.cores = CHANGE([WHY_CPU_SECONDS] = 1, [WHY_SECONDS] = -1),
		.cache_misses = CHANGE([WHY_CACHE_MISSES] = 1),
		.user_instructions = CHANGE([WHY_USER_INSTRUCTIONS] = 1),
		.user_per_cycle =
		    CHANGE([WHY_USER_INSTRUCTIONS] = 1, [WHY_USER_CYCLES] = -1),
		.user_cache_misses = CHANGE([WHY_USER_CACHE_MISSES] = 1),
	};
}
