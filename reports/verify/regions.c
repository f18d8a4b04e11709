/* reports/verify/regions.c - see regions.h. */
#include <config.h>

#include "reports/verify/regions.h"

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
	for (size_t i = 0; channel && i < channel->n; i++)
		if (channel->rollups[i].seq == seq)
			return &channel->rollups[i];
	return NULL;
}

/* A channel's rollup: the regions' parts of it. */
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
			       "SELECT x.channel_id, x.seq, sum(x.advance) FROM region r"
			       " JOIN region_energy x ON x.region_id = r.region_id"
			       " WHERE r.trial_id = ? GROUP BY x.channel_id, x.seq",
			       -1, &row, NULL) != SQLITE_OK)
		return -1;
	sqlite3_bind_int64(row, 1, trial->trial_id);
	while ((step = sqlite3_step(row)) == SQLITE_ROW)
		check_rollup(row, trial, result);
	sqlite3_finalize(row);
	return step == SQLITE_DONE ? 0 : -1;
}

/* Own joules of one region (0: of them all) in the phase; NAN: SQLite failed, or no share. */
static double own_joules(sqlite3 *db, const struct trial_check *trial,
			 const struct region_phase *phase, int64_t ordinal)
{
	sqlite3_stmt *row = NULL;
	double joules = 0;
	if (sqlite3_prepare_v2(db,
			       "SELECT x.channel_id, x.advance FROM region r"
			       " JOIN region_energy x ON x.region_id = r.region_id"
			       " WHERE r.trial_id = ?1 AND ?2 IN (0, r.ordinal)"
			       " AND x.seq BETWEEN ?3 AND ?4",
			       -1, &row, NULL) != SQLITE_OK)
		return NAN;
	sqlite3_bind_int64(row, 1, trial->trial_id);
	sqlite3_bind_int64(row, 2, ordinal);
	sqlite3_bind_int64(row, 3, phase->first);
	sqlite3_bind_int64(row, 4, phase->last);
	while (sqlite3_step(row) == SQLITE_ROW) {
		const struct channel_check *channel = channel_of(
		    trial, sqlite3_column_int64(row, 0));
		if (!channel)
			continue;
		double part = (double)sqlite3_column_int64(row, 1) * channel->unit_per_raw;
		joules += channel->is_shared ? part * phase->share : part;
	}
	return sqlite3_finalize(row) == SQLITE_OK ? joules : NAN;
}

static void tell(const struct trial_check *trial, const struct region_phase *phase,
		 int64_t ordinal, double given, double own, struct verification *result)
{
	result->n_figures++;
	/* what is outside is a small rest of large sums */
	double least = 1e-9 * fabs(phase->joules);
	if (*result->place || agrees(given, own) || fabs(given - own) <= least)
		return;
	snprintf(result->place, sizeof(result->place),
		 "joules of region %lld in phase %.40s of trial %lld are given as %.17g, "
		 "the readings give %.17g",
		 (long long)ordinal, phase->name, (long long)trial->trial_id, given, own);
}

int regions_check_phase(sqlite3 *db, const struct trial_check *trial,
			const struct region_phase *phase, struct verification *result)
{
	sqlite3_stmt *row = NULL;
	double sum = 0;
	int step = SQLITE_ERROR, n = 0;
	if (isnan(phase->joules))
		return 0;
	if (sqlite3_prepare_v2(db,
			       "SELECT ordinal, split_j FROM v_region"
			       " WHERE trial_id = ? AND phase_ordinal = ?",
			       -1, &row, NULL) != SQLITE_OK)
		return -1;
	sqlite3_bind_int64(row, 1, trial->trial_id);
	sqlite3_bind_int64(row, 2, phase->ordinal);
	while ((step = sqlite3_step(row)) == SQLITE_ROW) {
		int64_t ordinal = sqlite3_column_int64(row, 0);
		double given = sqlite3_column_double(row, 1);
		double own = own_joules(db, trial, phase, ordinal);
		tell(trial, phase, ordinal, given, ordinal == 0 ? phase->joules - own : own,
		     result);
		sum += given;
		n++;
	}
	sqlite3_finalize(row);
	if (n > 0)
		tell(trial, phase, -1, sum, phase->joules, result);
	return step == SQLITE_DONE ? 0 : -1;
}
