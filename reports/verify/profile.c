/* reports/verify/profile.c - see profile.h. */
#include <config.h>

#include "reports/verify/profile.h"

#include "reports/verify/sample-times.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

static void tell(const struct trial_check *trial, const char *what, double given,
		 double own, bool is_right, struct verification *result)
{
	result->n_figures++;
	if (*result->place || is_right)
		return;
	snprintf(result->place, sizeof(result->place),
		 "%.120s of the profile of trial %" PRId64
		 " are given as %.17g, the rows give %.17g",
		 what, trial->trial_id, given, own);
}

static sqlite3_stmt *ask(sqlite3 *db, const char *sql, int64_t trial_id)
{
	sqlite3_stmt *row = NULL;
	if (sqlite3_prepare_v2(db, sql, -1, &row, NULL) != SQLITE_OK)
		return NULL;
	sqlite3_bind_int64(row, 1, trial_id);
	return row;
}

/* Steps that the channel's counted rollups have in all; -1: it has none that count. */
static double steps_of(const struct channel_check *channel)
{
	double steps = 0;
	if (!channel->is_counted)
		return -1;
	for (size_t i = 0; i < channel->n; i++)
		steps += (double)channel->rollups[i].own.advance;
	return steps;
}

/* The stacks' joules; whether the parts of each channel fit goes to result. NAN: SQLite failed. */
static double own_joules(sqlite3 *db, const struct trial_check *trial,
			 const struct region_phase *whole, struct verification *result)
{
	double joules = 0;
	sqlite3_stmt *row = ask(db,
				"SELECT channel_id, sum(advance) FROM profile_energy"
				" WHERE trial_id = ? GROUP BY channel_id",
				trial->trial_id);
	int step = SQLITE_ERROR;
	while (row && (step = sqlite3_step(row)) == SQLITE_ROW) {
		double parts = sqlite3_column_double(row, 1), steps = -1, factor = 0;
		for (size_t i = 0; i < trial->n; i++) {
			const struct channel_check *channel = &trial->channels[i];
			if (channel->channel_id != sqlite3_column_int64(row, 0))
				continue;
			steps = steps_of(channel);
			factor = channel->unit_per_raw *
				 (channel->is_shared ? whole->share : 1);
		}
		tell(trial, "the steps of a channel", parts, steps, parts <= steps, result);
		joules += parts * factor;
	}
	sqlite3_finalize(row);
	return step == SQLITE_DONE ? joules : NAN;
}

static int check_counts(sqlite3 *db, const struct trial_check *trial,
			struct verification *result)
{
	sqlite3_stmt *row = ask(db,
				"SELECT p.n, total(n.n), count(*) FILTER (WHERE n.parent"
				" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM profile_node u"
				" WHERE u.trial_id = n.trial_id AND u.ordinal = n.parent))"
				" FROM profile p LEFT JOIN profile_node n USING (trial_id)"
				" WHERE p.trial_id = ? GROUP BY p.trial_id",
				trial->trial_id);
	int step = row ? sqlite3_step(row) : SQLITE_ERROR;
	if (step == SQLITE_ROW) {
		double given = sqlite3_column_double(row, 0);
		double own = sqlite3_column_double(row, 1);
		double orphans = sqlite3_column_double(row, 2);
		tell(trial, "the samples", given, own, given == own, result);
		tell(trial, "the callers that are missing", 0, orphans, orphans == 0,
		     result);
		step = SQLITE_DONE;
	}
	sqlite3_finalize(row);
	return step == SQLITE_DONE ? 0 : -1;
}

int profile_check(sqlite3 *db, const struct trial_check *trial,
		  const struct region_phase *whole, struct verification *result)
{
	sqlite3_stmt *row = ask(db,
				"SELECT coalesce(sampled_j, 0), outside_j FROM v_profile"
				" WHERE trial_id = ? AND joules IS NOT NULL",
				trial->trial_id);
	int step = row ? sqlite3_step(row) : SQLITE_ERROR, code = 0;
	if (step == SQLITE_ROW && !isnan(whole->joules)) {
		double sampled = sqlite3_column_double(row, 0);
		double outside = sqlite3_column_double(row, 1);
		double own = own_joules(db, trial, whole, result);
		code = isnan(own) ? -1 : 0;
		tell(trial, "joules", sampled, own, agrees(sampled, own), result);
		tell(trial, "joules and those outside", sampled + outside, whole->joules,
		     agrees(sampled + outside, whole->joules), result);
	}
	sqlite3_finalize(row);
	if (step != SQLITE_ROW && step != SQLITE_DONE)
		return -1;
	if (code == 0)
		code = check_counts(db, trial, result);
	return code == 0 ? sample_times_check(db, trial, result) : -1;
}
