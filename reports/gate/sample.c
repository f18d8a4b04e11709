/* reports/gate/sample.c - see sample.h. */
#include <config.h>

#include "reports/gate/sample.h"

#include "base/problem.h"
#include "reports/figure/column-text.h"
#include "reports/statistics/pairing.h"
#include "schema/database/guard.h"

#include <math.h>
#include <string.h>

/* Where one quantity of a trial stands: value, bounds, and why there is none. */
#define VALUE_SQL(value, low, high, of)                                          \
	"SELECT " value ", " low ", " high                                       \
	", coalesce(q.reason, 'the trial does not state it') FROM v_query q " of \
	" WHERE q.trial_id = ?1"
#define OF_CARBON "JOIN v_carbon c ON c.trial_id = q.trial_id"

/* Grams have statements of their own: v_carbon takes three times as long to compile as v_query. */
static const struct {
	const char *quantity, *sql; /* NULL: any metric, whose name is ?2 */
} quantities[] = {
	{ "j_per_query", VALUE_SQL("q.joules_per_query", "q.low", "q.high", "") },
	{ "j_per_run", VALUE_SQL("q.run_j", "q.run_low_j", "q.run_high_j", "") },
	{ "g_per_query", VALUE_SQL("c.grams_per_query", "c.grams_per_query_low",
				   "c.grams_per_query_high", OF_CARBON) },
	{ "g_per_run", VALUE_SQL("c.grams", "c.grams_low", "c.grams_high", OF_CARBON) },
	{ "seconds", VALUE_SQL("(t.end_mono_ns - t.begin_mono_ns) * 1e-9", "NULL", "NULL",
			       "JOIN trial t ON t.trial_id = q.trial_id") },
	{ NULL, VALUE_SQL("(SELECT value FROM metric WHERE trial_id = ?1 AND name = ?2)",
			  "NULL", "NULL", "") },
};

static const char *value_sql(const char *quantity)
{
	size_t i = 0;
	while (quantities[i].quantity && strcmp(quantities[i].quantity, quantity) != 0)
		i++;
	return quantities[i].sql;
}

bool quantity_is_energy(const char *quantity)
{
	return strncmp(quantity, "j_per_", 6) == 0 || strncmp(quantity, "g_per_", 6) == 0;
}

static int cannot_read(const struct gate_side *side, struct problem *why)
{
	problem_what(why, "cannot read '%s'", side->path);
	return guard_why(side->db, why);
}

/* NULL: the trial counts; else why it does not. Energies by the very rule of a comparison. */
static const char *why_left_out(const struct trial *trial, const char *quantity)
{
	const char *reason;
	if (!trial->is_run)
		return "the trial was cut off";
	if (trial->has_failed)
		return "the command failed";
	if (!quantity_is_energy(quantity))
		return NULL;
	bool per_query = strcmp(quantity + 1, "_per_query") == 0;
	return trial_counted(trial, per_query, false, &reason) ? NULL : reason;
}

/* Durations are read to the nanosecond; what else a trial states is taken as it is. */
static double step_of(const struct trial *trial, const char *quantity)
{
	if (!quantity_is_energy(quantity))
		return 0;
	return strcmp(quantity + 1, "_per_query") == 0 ? trial->per_query.step
						       : trial->per_run.step;
}

static void leave_out(struct judged_sample *sample, const char *reason)
{
	sample->n_left_out++;
	sample->reason = reason;
}

static void take_row(sqlite3_stmt *row, const struct trial *trial, const char *quantity,
		     struct judged_sample *sample, struct arena *arena)
{
	bool has_bounds = sqlite3_column_type(row, 1) != SQLITE_NULL &&
			  sqlite3_column_type(row, 2) != SQLITE_NULL;
	double value = sqlite3_column_double(row, 0);
	if (sqlite3_column_type(row, 0) == SQLITE_NULL) {
		leave_out(sample, column_text(row, 3, arena));
		return;
	}
	sample->marks[sample->n] = (struct block_value){
		.block = trial->block,
		.place = (double)trial->ordinal,
		.step = step_of(trial, quantity),
	};
	sample->seen[sample->n++] = (struct observation){
		.value = value,
		.low = has_bounds ? sqlite3_column_double(row, 1) : value,
		.high = has_bounds ? sqlite3_column_double(row, 2) : value,
		.block = trial->block,
	};
	enum figure_provenance provenance = trial->per_run.provenance;
	if (provenance > sample->provenance)
		sample->provenance = provenance;
}

static int read_values(const struct gate_side *side, const char *quantity,
		       struct trial_list trials, struct judged_sample *sample,
		       struct arena *arena)
{
	sqlite3_stmt *row = NULL;
	if (sqlite3_prepare_v2(side->db, value_sql(quantity), -1, &row, NULL) != SQLITE_OK)
		return -1;
	sample->seen = arena_room(arena, (trials.n + 1) * sizeof(*sample->seen));
	sample->marks = arena_room(arena, (trials.n + 1) * sizeof(*sample->marks));
	for (size_t i = 0; i < trials.n; i++) {
		const struct trial *trial = &trials.trials[i];
		const char *reason = why_left_out(trial, quantity);
		if (reason) {
			leave_out(sample, reason);
			continue;
		}
		sqlite3_bind_int64(row, 1, trial->trial_id);
		if (sqlite3_bind_parameter_count(row) > 1)
			bind_text(row, 2, quantity);
		if (sqlite3_step(row) == SQLITE_ROW)
			take_row(row, trial, quantity, sample, arena);
		sqlite3_reset(row);
	}
	sqlite3_finalize(row);
	return 0;
}

/* The campaign asked for; else the newest with all of them; else the variant's newest; -1: not
 * readable. */
static int64_t campaign_for(const struct gate_side *side, struct name_list with,
			    struct name_list one)
{
	if (side->campaign_id)
		return side->campaign_id;
	int64_t shared = campaign_with_all(side->db, with);
	return shared ? shared : campaign_with_all(side->db, one);
}

int sample_read(const struct gate_side *side, struct name_list with, const char *variant,
		const char *quantity, struct judged_sample *sample, struct arena *arena,
		struct problem *why)
{
	struct name_list one = { &variant, 1 };
	struct trial_list trials;
	*sample = (struct judged_sample){ .variant = variant,
					  .path = side->path,
					  .quantity = quantity };
	if (variants_check(side->db, &one, side->path, arena, why) != 0)
		return -1;
	sample->variant = variant = one.names[0];
	sample->campaign_id = campaign_for(side, with, one);
	if (sample->campaign_id < 0 ||
	    trials_of_variant(side->db, sample->campaign_id, variant, arena, &trials) !=
		0 ||
	    read_values(side, quantity, trials, sample, arena) != 0)
		return cannot_read(side, why);
	sample->workload = trials_workload(trials);
	sample->is_score = score_is_share(quantity);
	if (sample->is_score &&
	    score_read(side->db, trials, quantity, arena, &sample->score) != 0)
		return cannot_read(side, why);
	if (sample->n > 0)
		return 0;
	problem_what(why, "cannot judge %s of '%s' in '%s'", quantity, variant, side->path);
	return problem_refuse(why, "'joulecart report' shows its trials", "%s",
			      sample->reason ? sample->reason : "no trial of it counts");
}

struct block_list sample_blocks(const struct judged_sample *sample, bool is_log,
				struct arena *arena)
{
	struct block_value *values = arena_room(arena, (sample->n + 1) * sizeof(*values));
	size_t n = 0;
	for (size_t i = 0; i < sample->n; i++) {
		double value = sample->seen[i].value;
		if (is_log && value <= 0)
			continue;
		values[n] = sample->marks[i];
		values[n].value = is_log ? log(value) : value;
		if (!is_log)
			values[n].step *= fabs(value);
		n++;
	}
	return blocks_merge(values, n);
}
