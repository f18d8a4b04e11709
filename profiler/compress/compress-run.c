/* profiler/compress/compress-run.c - see compress-run.h. */
#include <config.h>

#include "profiler/compress/compress-run.h"

#include "base/clock.h"
#include "base/problem.h"
#include "profiler/campaign/compare-commands.h"
#include "profiler/campaign/progress.h"
#include "reports/campaign/score.h"
#include "reports/campaign/trials.h"
#include "reports/figure/column-text.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_SIZE = 512 };

/* What the trials of one candidate needed. */
struct need {
	struct search_point point;
	double run_j, query_j;
	size_t n_runs, n_queries; /* trials that have such joules */
};

/* A trial that is there already. */
struct stored {
	int64_t trial_id;
	const char *command;
};

struct runner {
	struct campaign *campaign;
	const struct compress_options *options;
	struct compress_result *result;
	struct problem *why;
	struct arena *arena;
	struct stored *stored; /* by an earlier start, and still to be asked for */
	size_t n_stored, next;
	struct need needs[CANDIDATES_MOST];
	size_t n_needs;
	size_t n_failed, n_good; /* of the mildest */
	bool is_unspent;         /* some trial had no joules */
};

/* --- trials that are there already ------------------------------------------------------ */

static int database_problem(struct runner *runner)
{
	problem_what(runner->why, "cannot go on with the search");
	problem_why(runner->why, "%s", sqlite3_errmsg(store_db(runner->campaign->store)));
	return problem_todo(runner->why,
			    "'joulecart verify' says whether the file is damaged");
}

/* One that was interrupted is run again. */
static int read_stored(struct runner *runner)
{
	static const char sql[] =
	    "SELECT trial_id, command FROM trial WHERE campaign_id = ?1 AND job = 'command'"
	    " AND state = 'complete' ORDER BY ordinal";
	sqlite3_stmt *row = NULL;
	int step;
	if (sqlite3_prepare_v2(store_db(runner->campaign->store), sql, -1, &row, NULL) !=
	    SQLITE_OK)
		return database_problem(runner);
	sqlite3_bind_int64(row, 1, runner->campaign->campaign_id);
	while ((step = sqlite3_step(row)) == SQLITE_ROW) {
		struct stored *stored = reallocarray(runner->stored, runner->n_stored + 1,
						     sizeof(*stored));
		if (!stored)
			break;
		runner->stored = stored;
		stored[runner->n_stored++] = (struct stored){
			sqlite3_column_int64(row, 0), column_text(row, 1, runner->arena)
		};
	}
	sqlite3_finalize(row);
	return step == SQLITE_DONE ? 0 : database_problem(runner);
}

/* --- a trial ---------------------------------------------------------------------------- */

static bool is_mildest(const struct search_point *point)
{
	const struct search_point mildest = { { 0 } };
	return memcmp(point, &mildest, sizeof(mildest)) == 0;
}

static void add_known(const struct trial_value *value, double *sum, size_t *n)
{
	if (!value->is_known)
		return;
	*sum += value->seen.value;
	++*n;
}

static void count_need(struct runner *runner, const struct search_point *point,
		       const struct trial *trial)
{
	size_t i = 0;
	while (i < runner->n_needs &&
	       memcmp(&runner->needs[i].point, point, sizeof(*point)) != 0)
		i++;
	if (i == CANDIDATES_MOST)
		return;
	struct need *need = &runner->needs[i];
	if (i == runner->n_needs) {
		*need = (struct need){ .point = *point };
		runner->n_needs++;
	}
	add_known(&trial->per_run, &need->run_j, &need->n_runs);
	add_known(&trial->per_query, &need->query_j, &need->n_queries);
}

static void count_spent(struct runner *runner, const struct search_point *point,
			const struct trial *trial)
{
	runner->result->spent_s += trial->seconds;
	count_need(runner, point, trial);
	if (!trial->per_run.is_known) {
		runner->is_unspent = true;
		return;
	}
	runner->result->spent_j += trial->per_run.seen.value;
	if (trial->per_run.provenance > runner->result->weakest)
		runner->result->weakest = trial->per_run.provenance;
}

/* A metric that the trial states, in *value; NAN: it does not. */
static int read_metric(struct runner *runner, int64_t trial_id, const char *name,
		       double *value)
{
	sqlite3_stmt *row = NULL;
	*value = NAN;
	if (sqlite3_prepare_v2(store_db(runner->campaign->store),
			       "SELECT value FROM metric WHERE trial_id = ?1 AND name = ?2",
			       -1, &row, NULL) != SQLITE_OK)
		return database_problem(runner);
	sqlite3_bind_int64(row, 1, trial_id);
	bind_text(row, 2, name);
	if (sqlite3_step(row) == SQLITE_ROW)
		*value = sqlite3_column_double(row, 0);
	return sqlite3_finalize(row) == SQLITE_OK ? 0 : database_problem(runner);
}

static int read_cost(struct runner *runner, const struct trial *trial,
		     struct outcome *outcome)
{
	const struct budget *budget = &runner->options->budget;
	const struct trial_value *value = budget->of == BUDGET_PER_QUERY ? &trial->per_query
									 : &trial->per_run;
	if (budget->of == BUDGET_METRIC)
		return read_metric(runner, trial->trial_id, budget->metric, &outcome->cost);
	outcome->cost = value->is_known ? value->seen.value : NAN;
	if (value->has_bounds && outcome->cost > 0) {
		outcome->share_below = 1 - value->seen.low / outcome->cost;
		outcome->share_above = value->seen.high / outcome->cost - 1;
	}
	return 0;
}

static int read_outcome(struct runner *runner, const struct trial *trial,
			struct outcome *outcome, struct arena *arena)
{
	const struct quality_wish *wish = &runner->options->quality;
	struct trial_list alone = { trial, 1 };
	struct score score = { 0 };
	if (score_read(store_db(runner->campaign->store), alone, wish->name, arena,
		       &score) != 0)
		return database_problem(runner);
	if (read_cost(runner, trial, outcome) != 0)
		return -1;
	outcome->has_quality = score.n > 0;
	outcome->quality = wish->is_lower_better ? -score.mean : score.mean;
	if (score_is_share(wish->name))
		outcome->n_queries = score.n_answers ? (double)score.n_answers
						     : score.n_queries;
	outcome->has_failed = trial->has_failed || !trial->is_run ||
			      !outcome->has_quality || !(outcome->cost > 0) ||
			      !isfinite(outcome->cost);
	return 0;
}

/* Why a trial is of no use. */
static const char *reason_of(const struct runner *runner, const struct trial *trial,
			     const struct outcome *outcome)
{
	const struct budget *budget = &runner->options->budget;
	const struct trial_value *value = budget->of == BUDGET_PER_QUERY ? &trial->per_query
									 : &trial->per_run;
	if (trial->has_failed)
		return "the command failed";
	if (!outcome->has_quality)
		return "it does not say how good its answers are";
	if (budget->of == BUDGET_METRIC)
		return "it does not state the metric of the budget";
	return value->reason ? value->reason : "its joules are not known";
}

static int mildest_failed(struct runner *runner, const char *reason,
			  const struct trial *trial, const struct outcome *outcome)
{
	const struct compress_options *options = runner->options;
	char name[NAME_SIZE];
	const struct search_point mildest = { { 0 } };
	levels_name(&options->techniques, &mildest, name, sizeof(name));
	problem_what(runner->why, "cannot compress '%s'", name);
	problem_why(runner->why, "%s", reason);
	if (trial->has_failed)
		return problem_todo(
		    runner->why,
		    "run the command with these levels by itself: it says why");
	if (!outcome->has_quality)
		return problem_todo(runner->why,
				    "print a line {\"%s\": 0.9} and name it with "
				    "--quality-from json:%s",
				    options->quality.name, options->quality.name);
	if (options->budget.of == BUDGET_METRIC)
		return problem_todo(runner->why, "mark it: joulecart mark metric %s VALUE",
				    options->budget.metric);
	if (options->budget.of == BUDGET_PER_QUERY && options->queries > 0)
		return problem_todo(runner->why,
				    "let each trial answer more queries, so that it lasts "
				    "longer, and name as many with --queries");
	if (options->budget.of == BUDGET_PER_QUERY)
		return problem_todo(runner->why,
				    "--queries or --queries-from says how many a "
				    "trial answers; a longer trial is resolved");
	return -1;
}

static void keep_reason(struct runner *runner, const struct search_point *point,
			const char *reason)
{
	struct compress_result *result = runner->result;
	if (result->n_useless == CANDIDATES_MOST)
		return;
	struct useless *useless = &result->useless[result->n_useless++];
	useless->point = *point;
	snprintf(useless->why, sizeof(useless->why), "%s", reason);
}

/* The mildest has to work: it is what all others are held against. */
static int judge_use(struct runner *runner, const struct search_point *point,
		     const struct trial *trial, const struct outcome *outcome)
{
	enum { MOST_FAILURES = 2 };
	if (!outcome->has_failed) {
		runner->n_good += is_mildest(point);
		return 0;
	}
	const char *reason = reason_of(runner, trial, outcome);
	keep_reason(runner, point, reason);
	if (is_mildest(point) && ++runner->n_failed >= MOST_FAILURES && runner->n_good == 0)
		return mildest_failed(runner, reason, trial, outcome);
	return 0;
}

static int take_trial(struct runner *runner, const struct search_point *point,
		      int64_t trial_id, const char *name, struct outcome *outcome)
{
	struct arena *arena = arena_new();
	struct trial trial = { 0 };
	int code = -1;
	problem_what(runner->why, "cannot read the trial of '%s'", name);
	if (!arena) {
		problem_why(runner->why, "out of memory");
	} else if (trial_read(store_db(runner->campaign->store), trial_id, arena, &trial) !=
		   0) {
		database_problem(runner);
	} else if (strcmp(trial.variant, guarded_text(name, arena)) != 0) {
		problem_what(runner->why, "cannot go on with the search");
		problem_why(runner->why,
			    "its next trial was of '%s', and now '%s' is asked for",
			    trial.variant, name);
		problem_todo(runner->why,
			     "give the options, the seed and the command of the "
			     "search that was cut off");
	} else {
		count_spent(runner, point, &trial);
		code = read_outcome(runner, &trial, outcome, arena);
		if (code == 0)
			code = judge_use(runner, point, &trial, outcome);
	}
	arena_free(arena);
	return code;
}

/* --- running one ------------------------------------------------------------------------ */

static char **argv_of(const struct runner *runner, const struct search_point *point)
{
	const struct technique_list *list = &runner->options->techniques;
	struct substitution all[TECHNIQUES_MOST];
	for (size_t t = 0; t < list->n; t++) {
		const char *value = list->techniques[t].values[point->level[t]];
		all[t] = (struct substitution){ list->techniques[t].name, value,
						strlen(value) };
	}
	return command_with(runner->options->words, runner->options->n_words, all, list->n);
}

static int keep_test_queries(const struct runner *runner, int64_t trial_id)
{
	char name[sizeof(runner->options->quality.name) + 16];
	struct store *store = runner->campaign->store;
	if (runner->options->test_queries == 0)
		return 0;
	snprintf(name, sizeof(name), "%s_queries", runner->options->quality.name);
	if (store_begin(store, runner->why) != 0)
		return -1;
	if (store_add_metric(store, trial_id, name, (double)runner->options->test_queries,
			     runner->why) == 0)
		return store_commit(store, runner->why);
	store_rollback(store);
	return -1;
}

/* Whether no trial may begin any more; keeps by which limit. */
static bool is_spent(struct runner *runner)
{
	const struct compress_options *options = runner->options;
	struct compress_result *result = runner->result;
	if (options->max_joules > 0 && result->spent_j >= options->max_joules)
		result->stopped_by = STOPPED_BY_JOULES;
	else if (options->max_time_s > 0 && result->spent_s >= options->max_time_s)
		result->stopped_by = STOPPED_BY_TIME;
	return result->stopped_by != STOPPED_OTHERWISE;
}

/* 0 with *trial_id, SEARCH_STOPPED or -1. */
static int run_trial(struct runner *runner, const struct search_point *point, size_t block,
		     const char *name, int64_t *trial_id)
{
	if (is_spent(runner))
		return SEARCH_STOPPED;
	char **argv = argv_of(runner, point);
	if (!argv) {
		problem_what(runner->why, "cannot run '%s'", name);
		return problem_why(runner->why, "out of memory");
	}
	const struct campaign_trial trial = { .variant = name,
					      .job = "command",
					      .argv = argv,
					      .block = (int64_t)block + 1,
					      .queries = runner->options->queries };
	struct trial_result result = { 0 };
	progress_search(runner->result->search.n_trials + 1, name, runner->result->spent_j);
	int code = campaign_run(runner->campaign, &trial, &result, runner->why);
	progress_clear();
	command_free(argv);
	if (code != 0 || !result.is_stored)
		return -1;
	*trial_id = result.trial_id;
	if (result.end.interrupted) {
		runner->result->interrupted = result.end.interrupted;
		return SEARCH_STOPPED;
	}
	return keep_test_queries(runner, result.trial_id);
}

/* The next one that is there already: of this command, or the search would be about two programs. */
static int take_stored(struct runner *runner, const struct search_point *point,
		       int64_t *trial_id)
{
	const struct stored *stored = &runner->stored[runner->next++];
	char **argv = argv_of(runner, point);
	char *command = argv ? campaign_command(argv) : NULL;
	const char *asked = command ? guarded_text(command, runner->arena) : "";
	bool is_same = command && strcmp(asked, stored->command) == 0;
	problem_what(runner->why, "cannot go on with the search");
	if (!command)
		problem_why(runner->why, "out of memory");
	else if (!is_same)
		problem_refuse(runner->why,
			       "give the options, the seed and the command of the "
			       "search that was cut off",
			       "its next trial was of %s, and now %s is asked for",
			       stored->command, asked);
	free(command);
	if (argv)
		command_free(argv);
	*trial_id = stored->trial_id;
	runner->result->n_taken += is_same;
	return is_same ? 0 : -1;
}

static int measure(void *state, const struct search_point *point, size_t block,
		   struct outcome *outcome)
{
	struct runner *runner = state;
	char name[NAME_SIZE];
	int64_t trial_id = 0;
	int code = 0;
	levels_name(&runner->options->techniques, point, name, sizeof(name));
	if (runner->next < runner->n_stored) {
		code = take_stored(runner, point, &trial_id);
	} else {
		code = run_trial(runner, point, block, name, &trial_id);
	}
	return code == 0 ? take_trial(runner, point, trial_id, name, outcome) : code;
}

/* --- the search ------------------------------------------------------------------------- */

static const struct need *need_of(const struct runner *runner,
				  const struct search_point *point)
{
	static const struct need nothing;
	for (size_t i = 0; i < runner->n_needs; i++)
		if (memcmp(&runner->needs[i].point, point, sizeof(*point)) == 0)
			return &runner->needs[i];
	return &nothing;
}

static double mean_of(double sum, size_t n)
{
	return n ? sum / (double)n : 0;
}

/* Per query where both are known so, unless runs are what the budget is about. */
static void compare_needs(struct runner *runner, const struct search_point *chosen)
{
	const struct search_point mildest = { { 0 } };
	const struct need *a = need_of(runner, &mildest), *b = need_of(runner, chosen);
	struct compress_result *result = runner->result;
	result->is_per_query = runner->options->budget.of != BUDGET_PER_RUN &&
			       a->n_queries > 0 && b->n_queries > 0;
	result->mildest_j = result->is_per_query ? mean_of(a->query_j, a->n_queries)
						 : mean_of(a->run_j, a->n_runs);
	result->chosen_j = result->is_per_query ? mean_of(b->query_j, b->n_queries)
						: mean_of(b->run_j, b->n_runs);
}

static struct search_options options_of(const struct compress_options *options)
{
	double sign = options->quality.is_lower_better ? -1 : 1;
	struct search_options search = {
		.space = { .n_techniques = options->techniques.n },
		.limits = { options->budget.most, options->quality.has_limit,
			    sign * options->quality.limit },
		.trials_most = (size_t)options->trials,
		.seed = options->seed,
	};
	for (size_t t = 0; t < options->techniques.n; t++)
		search.space.n_levels[t] = options->techniques.techniques[t].n;
	return search;
}

static int search(struct runner *runner)
{
	const struct search_options options = options_of(runner->options);
	const struct search_rig rig = { measure, runner };
	struct compress_result *result = runner->result;
	const struct search_point mildest = { { 0 } };
	char name[NAME_SIZE];
	bool is_out_of_memory;
	levels_name(&runner->options->techniques, &mildest, name, sizeof(name));
	if (store_set_baseline(runner->campaign->store, runner->campaign->campaign_id, name,
			       runner->why) != 0)
		return -1;
	if (search_run(&options, &rig, &result->search, &is_out_of_memory) != 0) {
		if (is_out_of_memory) {
			problem_what(runner->why, "cannot search");
			problem_why(runner->why, "out of memory");
		}
		return -1;
	}
	const struct search_result *found = &result->search;
	if (found->is_found)
		compare_needs(runner, &found->candidates[found->chosen].point);
	result->is_spent_known = !runner->is_unspent;
	return 0;
}

int compress_run(struct campaign *campaign, const struct compress_options *options,
		 struct compress_result *result, struct problem *why)
{
	struct runner *runner = calloc(1, sizeof(*runner));
	problem_what(why, "cannot search");
	if (!runner || !(runner->arena = arena_new())) {
		free(runner);
		return problem_why(why, "out of memory");
	}
	memset(result, 0, sizeof(*result));
	runner->campaign = campaign;
	runner->options = options;
	runner->result = result;
	runner->why = why;
	int code = read_stored(runner) == 0 ? search(runner) : -1;
	arena_free(runner->arena);
	free(runner->stored);
	free(runner);
	return code;
}
