/* reports/campaign/disturbances.c - see disturbances.h. */
#include <config.h>

#include "reports/campaign/disturbances.h"

#include "reports/figure/column-text.h"
#include "reports/figure/format.h"

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What was seen beside one trial; 0 where it was not. */
struct beside {
	int64_t trial_id;
	double load_cpus, steal_share, clock_hz, throttles;
};

/* The clock from all cycles alone: "cycles:u", of user space, over all CPU time is none. */
static const char beside_sql[] =
    "WITH e AS (SELECT event, max(value) AS value FROM v_event"
    "  WHERE trial_id = ?1 AND phase_ordinal = 0 GROUP BY event),"
    " t AS (SELECT own_cpu_s, (end_mono_ns - begin_mono_ns) * 1e-9 AS s FROM trial"
    "       WHERE trial_id = ?1) "
    "SELECT coalesce(((SELECT value FROM e WHERE event = 'busy')"
    "   - (SELECT value FROM e WHERE event = 'tree') - coalesce(own_cpu_s, 0)), 0), s,"
    " coalesce((SELECT value FROM e WHERE event = 'steal'), 0),"
    " coalesce((SELECT value FROM e WHERE event = 'cycles')"
    "   / (SELECT value FROM e WHERE event = 'tree'), 0),"
    " coalesce((SELECT value FROM metric WHERE trial_id = ?1 AND name = 'throttle_events'),"
    "   0) FROM t";

static struct beside beside_of(sqlite3_stmt *row, int64_t trial_id)
{
	double load_s = sqlite3_column_double(row, 0), s = sqlite3_column_double(row, 1);
	double steal_s = sqlite3_column_double(row, 2);
	return (struct beside){
		.trial_id = trial_id,
		.load_cpus = load_s > NOTICE_LEAST_S ? load_s / s : 0,
		.steal_share = steal_s > NOTICE_LEAST_S ? steal_s / s : 0,
		.clock_hz = sqlite3_column_double(row, 3),
		.throttles = sqlite3_column_double(row, 4),
	};
}

static int read_all(sqlite3 *db, struct trial_list trials, struct beside *seen)
{
	sqlite3_stmt *row = NULL;
	int code = SQLITE_ROW;
	if (sqlite3_prepare_v2(db, beside_sql, -1, &row, NULL) != SQLITE_OK)
		return -1;
	for (size_t i = 0; code == SQLITE_ROW && i < trials.n; i++) {
		sqlite3_bind_int64(row, 1, trials.trials[i].trial_id);
		code = sqlite3_step(row);
		if (code == SQLITE_ROW)
			seen[i] = beside_of(row, trials.trials[i].trial_id);
		sqlite3_reset(row);
	}
	sqlite3_finalize(row);
	return code == SQLITE_ROW ? 0 : -1;
}

/* How far each clock is from the median, in place of the clock. */
static int relate_clocks(struct beside *seen, size_t n)
{
	double *clocks = malloc((n + 1) * sizeof(*clocks));
	size_t known = 0;
	if (!clocks)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (seen[i].clock_hz > 0)
			clocks[known++] = seen[i].clock_hz;
	gsl_sort(clocks, 1, known);
	double median = known ? gsl_stats_median_from_sorted_data(clocks, 1, known) : 0;
	free(clocks);
	for (size_t i = 0; i < n; i++)
		seen[i].clock_hz = seen[i].clock_hz > 0 ? seen[i].clock_hz / median - 1 : 0;
	return 0;
}

/* The rest is "and 3 more": a line holds no longer list. */
enum { NAMED_TRIALS = 4 };

/* A kind of notice: which number it is about, from where on it is said, and the words that
 * follow the trials; the number is shown times the factor. */
struct kind {
	size_t offset;
	double least, factor;
	const char *words;
};

static const struct kind kinds[] = {
	{ offsetof(struct beside, load_cpus), NOTICE_LOAD_CPUS, 1,
	  "up to %.1f CPUs busy with other work" },
	{ offsetof(struct beside, steal_share), NOTICE_STEAL_SHARE, 100,
	  "the host took up to %.0f %% of a CPU" },
	{ offsetof(struct beside, clock_hz), NOTICE_CLOCK_SHARE, 100,
	  "clock up to %.0f %% off this variant's median" },
	{ offsetof(struct beside, throttles), 1, 1, "throttled by heat, up to %.0f times" },
};

static double number_of(const struct beside *seen, const struct kind *kind)
{
	double number;
	memcpy(&number, (const char *)seen + kind->offset, sizeof(number));
	return fabs(number);
}

static void append_kind(const struct beside *seen, size_t n, const struct kind *kind,
			const char *variant, struct arena *arena)
{
	double most = 0;
	size_t n_touched = 0;
	const char *ids = "";
	for (size_t i = 0; i < n; i++) {
		double number = number_of(&seen[i], kind);
		if (number < kind->least)
			continue;
		most = fmax(most, number);
		if (n_touched++ < NAMED_TRIALS)
			ids = arena_format(arena, "%s%s%lld", ids, *ids ? ", " : "",
					   (long long)seen[i].trial_id);
	}
	if (n_touched == 0)
		return;
	if (n_touched > NAMED_TRIALS)
		ids = arena_format(arena, "%s and %zu more", ids, n_touched - NAMED_TRIALS);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	const char *words = arena_format(arena, kind->words, most * kind->factor);
#pragma GCC diagnostic pop
	const char *line = arena_format(arena, "%s, trial%s %s: %s", variant,
					n_touched == 1 ? "" : "s", ids, words);
	arena_append(arena, &line, sizeof(line));
}

int notices_append(sqlite3 *db, struct trial_list trials, struct arena *arena)
{
	struct beside *seen = calloc(trials.n + 1, sizeof(*seen));
	int code = seen ? read_all(db, trials, seen) : -1;
	if (code == 0)
		code = relate_clocks(seen, trials.n);
	for (size_t i = 0; code == 0 && i < sizeof(kinds) / sizeof(kinds[0]); i++)
		append_kind(seen, trials.n, &kinds[i], trials.trials[0].variant, arena);
	free(seen);
	return code;
}

static const char idle_sql[] =
    "SELECT group_concat(printf('%.1f', watts), ', '), (max(watts) / min(watts) - 1) * 100 "
    "FROM (SELECT p.joules / p.seconds AS watts FROM trial t"
    "      JOIN v_phase p ON p.trial_id = t.trial_id AND p.phase_ordinal = 0"
    "      WHERE t.campaign_id = ?1 AND t.job = 'idle' AND t.state = 'complete'"
    "        AND p.joules > 0 AND p.provenance = 'measured' ORDER BY t.ordinal)"
    "HAVING count(*) > 1";

int notices_append_idle(sqlite3 *db, int64_t campaign_id, struct arena *arena)
{
	sqlite3_stmt *row = NULL;
	if (sqlite3_prepare_v2(db, idle_sql, -1, &row, NULL) != SQLITE_OK)
		return -1;
	sqlite3_bind_int64(row, 1, campaign_id);
	int code = sqlite3_step(row);
	if (code == SQLITE_ROW) {
		const char *line = arena_format(
		    arena, "idle, first to last: %s W (%.1f %% apart)",
		    column_text(row, 0, arena), sqlite3_column_double(row, 1));
		arena_append(arena, &line, sizeof(line));
	}
	sqlite3_finalize(row);
	return code == SQLITE_ROW || code == SQLITE_DONE ? 0 : -1;
}
