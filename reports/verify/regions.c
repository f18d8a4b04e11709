/* reports/verify/regions.c - see regions.h. */
#include <config.h>

#include "reports/verify/regions.h"

#include "reports/figure/rows.h"
#include "reports/verify/region-powers.h"

#include <math.h>
#include <stdio.h>

static const struct channel_check *channel_of(const struct trial_check *trial, int64_t id)
{
	for (size_t i = 0; i < trial->n; i++)
		if (trial->channels[i].channel_id == id)
			return &trial->channels[i];
	return NULL;
}

static const struct rollup_check *rollup_of(const struct channel_check *channel,
					    int64_t seq)
{
	size_t n = 0;
	const struct rollup_check *rollup =
	    channel ? channel_check_rollups(channel, seq, seq, &n) : NULL;
	return n > 0 ? rollup : NULL;
}

/* A channel's rollup: the regions' parts of it, and the idle one. */
static void check_rollup(sqlite3_stmt *row, const struct trial_check *trial,
			 struct verification *result)
{
	const struct channel_check *channel = channel_of(trial,
							 sqlite3_column_int64(row, 0));
	const struct rollup_check *rollup = rollup_of(channel,
						      sqlite3_column_int64(row, 1));
	int64_t parts = sqlite3_column_int64(row, 2);
	result->n_figures++;
	if (*result->place ||
	    (rollup && channel->is_counted && parts >= 0 && parts <= rollup->own.advance))
		return;
	snprintf(
	    result->place, sizeof(result->place),
	    "the regions' parts of rollup %lld of %.80s in trial %lld are given as %lld "
	    "steps, the readings give %lld",
	    (long long)sqlite3_column_int64(row, 1), channel ? channel->name : "?",
	    (long long)trial->trial_id, (long long)parts,
	    (long long)(rollup ? rollup->own.advance : 0));
}

int regions_check_rollups(sqlite3 *db, const struct trial_check *trial,
			  struct verification *result)
{
	sqlite3_stmt *row = NULL;
	int step = SQLITE_ERROR;
	if (sqlite3_prepare_v2(db,
			       "SELECT channel_id, seq, sum(advance) FROM ("
			       " SELECT x.channel_id, x.seq, x.advance FROM region r"
			       " JOIN region_energy x ON x.region_id = r.region_id"
			       " WHERE r.trial_id = ?1 UNION ALL"
			       " SELECT x.channel_id, x.seq, x.advance FROM channel c"
			       " JOIN region_idle x ON x.channel_id = c.channel_id"
			       " WHERE c.trial_id = ?1) GROUP BY channel_id, seq",
			       -1, &row, NULL) != SQLITE_OK)
		return -1;
	sqlite3_bind_int64(row, 1, trial->trial_id);
	while ((step = sqlite3_step(row)) == SQLITE_ROW)
		check_rollup(row, trial, result);
	sqlite3_finalize(row);
	return step == SQLITE_DONE ? 0 : -1;
}

/* Steps of one region, or of idle, in a channel. */
struct part {
	int64_t ordinal, channel_id, steps;
};

/* The phase as its regions are computed. */
struct own_phase {
	const struct trial_check *trial;
	const struct region_phase *phase;
	const struct part *parts;
	struct region_powers powers;
	size_t n_parts;
};

static void take_part(sqlite3_stmt *row, const struct list_reading *reading)
{
	const struct part part = { sqlite3_column_int64(row, 0),
				   sqlite3_column_int64(row, 1),
				   sqlite3_column_int64(row, 2) };
	arena_append(reading->arena, &part, sizeof(part));
}

/* Only of the rows of the phase. 0, or -1: SQLite failed. */
static int read_phase(sqlite3 *db, struct arena *arena, struct own_phase *own)
{
	const char *sql = arena_format(
	    arena,
	    "SELECT r.ordinal, x.channel_id, sum(x.advance) FROM region r CROSS JOIN "
	    "channel c"
	    " CROSS JOIN region_energy x WHERE r.trial_id = ?1 AND c.trial_id = ?1"
	    " AND x.region_id = r.region_id AND x.channel_id = c.channel_id"
	    " AND x.seq BETWEEN %lld AND %lld GROUP BY r.ordinal, x.channel_id UNION ALL"
	    " SELECT -1, x.channel_id, sum(x.advance) FROM channel c"
	    " CROSS JOIN region_idle x WHERE c.trial_id = ?1 AND x.channel_id = "
	    "c.channel_id"
	    " AND x.seq BETWEEN %lld AND %lld GROUP BY x.channel_id",
	    (long long)own->phase->first, (long long)own->phase->last,
	    (long long)own->phase->first, (long long)own->phase->last);
	const struct list_reading reading = { .db = db,
					      .arena = arena,
					      .campaign_id = own->trial->trial_id };
	if (each_row(&reading, sql, take_part) != 0)
		return -1;
	own->parts = rows_taken(&reading, sizeof(*own->parts), &own->n_parts);
	return region_powers_read_seconds(&reading, own->phase->first, own->phase->last,
					  &own->powers);
}

/* The joules of one region, or of idle, in one channel. */
static double joules_in(const struct own_phase *own, const struct channel_check *channel,
			int64_t ordinal)
{
	double joules = 0, si;
	bool is_stuck;
	double part = region_powers_part(&own->powers, channel->channel_id, ordinal);
	if (!isnan(part))
		return channel_check_si(channel, own->phase->first, own->phase->last, &si,
					&is_stuck)
			   ? part * si
			   : 0;
	for (size_t i = 0; i < own->n_parts; i++)
		if (own->parts[i].channel_id == channel->channel_id &&
		    own->parts[i].ordinal == ordinal)
			joules += (double)own->parts[i].steps * channel->unit_per_raw;
	return joules;
}

static double own_joules(const struct own_phase *own, int64_t ordinal)
{
	double joules = 0;
	for (size_t i = 0; i < own->trial->n; i++) {
		const struct channel_check *channel = &own->trial->channels[i];
		if (!channel->is_energy || !channel->is_counted)
			continue;
		double part = joules_in(own, channel, ordinal);
		joules += channel->is_shared ? part * own->phase->share : part;
	}
	return joules;
}

static void tell(const struct own_phase *own, int64_t ordinal, double given, double joules,
		 struct verification *result)
{
	result->n_figures++;
	/* what is outside is a small rest of large sums */
	double least = 1e-9 * fabs(own->phase->joules);
	if (*result->place || agrees(given, joules) || fabs(given - joules) <= least)
		return;
	snprintf(result->place, sizeof(result->place),
		 "joules of region %lld in phase %.40s of trial %lld are given as %.17g, "
		 "the readings give %.17g",
		 (long long)ordinal, own->phase->name, (long long)own->trial->trial_id,
		 given, joules);
}

static void take_given(sqlite3_stmt *row, const struct list_reading *reading)
{
	const struct region_row given = { sqlite3_column_int64(row, 0),
					  sqlite3_column_int64(row, 1),
					  sqlite3_column_double(row, 2) };
	arena_append(reading->arena, &given, sizeof(given));
}

int regions_read(sqlite3 *db, struct arena *arena, const struct trial_check *trial,
		 struct region_rows *given, struct verification *result)
{
	const struct list_reading reading = { .db = db,
					      .arena = arena,
					      .campaign_id = trial->trial_id };
	if (each_row(&reading,
		     "SELECT phase_ordinal, ordinal, split_j FROM v_region"
		     " WHERE trial_id = ?1 ORDER BY phase_ordinal",
		     take_given) != 0)
		return -1;
	given->rows = rows_taken(&reading, sizeof(*given->rows), &given->n);
	if (given->n == 0)
		return 0;
	if (region_powers_read(&reading, &given->powers) != 0)
		return -1;
	region_powers_check(&given->powers, trial->trial_id, result);
	return 0;
}

/* Those of the phase: the first, and *n. */
static const struct region_row *rows_of(const struct region_rows *given, int64_t phase,
					size_t *n)
{
	size_t first = 0, end = given->n;
	while (first < end) {
		size_t middle = first + (end - first) / 2;
		if (given->rows[middle].phase < phase)
			first = middle + 1;
		else
			end = middle;
	}
	while (end < given->n && given->rows[end].phase == phase)
		end++;
	*n = end - first;
	return given->rows + first;
}

/* Each row; outside is what the others leave, and all sum to the phase. */
static void check_rows(const struct own_phase *own, const struct region_row *rows, size_t n,
		       struct verification *result)
{
	double sum = 0, inside = 0;
	for (size_t i = 0; i < n; i++) {
		sum += rows[i].joules;
		if (rows[i].ordinal == 0)
			continue;
		double joules = own_joules(own, rows[i].ordinal);
		inside += joules;
		tell(own, rows[i].ordinal, rows[i].joules, joules, result);
	}
	for (size_t i = 0; i < n; i++)
		if (rows[i].ordinal == 0)
			tell(own, 0, rows[i].joules, own->phase->joules - inside, result);
	if (n > 0)
		tell(own, -2, sum, own->phase->joules, result);
}

int regions_check_phase(sqlite3 *db, const struct trial_check *trial,
			const struct region_phase *phase, const struct region_rows *given,
			struct verification *result)
{
	struct own_phase own = { .trial = trial, .phase = phase, .powers = given->powers };
	size_t n;
	const struct region_row *rows = rows_of(given, phase->ordinal, &n);
	if (n == 0 || isnan(phase->joules))
		return 0;
	struct arena *arena = arena_new();
	int code = arena ? read_phase(db, arena, &own) : -1;
	if (code == 0)
		check_rows(&own, rows, n, result);
	arena_free(arena);
	return code;
}
