/* profiler/campaign/compare-run.c - see compare-run.h. */
#include <config.h>

#include "profiler/campaign/compare-run.h"

#include "base/clock.h"
#include "base/problem.h"
#include "profiler/campaign/plan.h"
#include "profiler/campaign/progress.h"
#include "profiler/campaign/thermal.h"
#include "profiler/launch/privileges.h"
#include "reports/campaign/trials.h"
#include "reports/statistics/paired.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

/* Each command's log joules by block; the baseline's two trials of a block averaged. */
struct runner {
	struct campaign *campaign;
	const struct command_list *commands;
	const struct compare_run_options *options;
	struct compare_run_result *result;
	struct problem *why;
	double *logs; /* [block * n + command], NAN: no figure */
	struct tally {
		int64_t n_run, n_failed;
	} * tallies; /* one a command */
	size_t *order;
	size_t n_items; /* of a block: the commands, and the baseline again */
	int64_t begin_ns, said_ns;
	bool has_idle_temperature, is_measured;
	double idle_celsius, widest;
};

/* A command that fails this often, and never succeeds, is broken: it does not run a hundred times. */
enum { MOST_FAILURES = 3 };

/* A machine that has been idle varies by about this much by itself. */
static const double WARM_CELSIUS = 2;

static const char *name_of(const struct runner *runner, size_t item)
{
	assert(runner->commands->n > 0); /* commands_read() refuses an empty list */
	return runner->commands->commands[item % runner->commands->n].name;
}

/* --- one trial -------------------------------------------------------------------------- */

static int run_shell(const struct runner *runner, const char *option, const char *command)
{
	if (!command)
		return 0;
	int status = privileges_system(command);
	if (status == 0)
		return 0;
	problem_what(runner->why, "%s '%s' failed", option, command);
	if (status > 0 && WIFEXITED(status))
		return problem_refuse(runner->why,
				      "run it by hand: it has to end with status 0",
				      "exit status %d", WEXITSTATUS(status));
	return problem_refuse(runner->why, "run it by hand: it has to end with status 0",
			      "it could not be run or was killed");
}

/* Log joules of a stored trial, per query where that is known; NAN: no figure. */
static double log_joules(const struct runner *runner, int64_t trial_id)
{
	struct trial trial;
	struct arena *arena = arena_new();
	double value = NAN;
	if (arena &&
	    trial_read(store_db(runner->campaign->store), trial_id, arena, &trial) == 0) {
		const struct trial_value *seen = trial.per_query.is_known ? &trial.per_query
									  : &trial.per_run;
		if (seen->is_known && seen->seen.value > 0)
			value = log(seen->seen.value);
	}
	arena_free(arena);
	return value;
}

static int keep_metric(const struct runner *runner, int64_t trial_id, const char *name,
		       double value)
{
	struct store *store = runner->campaign->store;
	if (store_begin(store, runner->why) != 0)
		return -1;
	if (store_add_metric(store, trial_id, name, value, runner->why) == 0)
		return store_commit(store, runner->why);
	store_rollback(store);
	return -1;
}

static int failed(const struct runner *runner, const char *name,
		  const struct trial_result *result)
{
	problem_what(runner->why, "cannot compare '%s'", name);
	if (result->end.exit_signal > 0)
		problem_why(runner->why, "it was killed by SIG%s",
			    sigabbrev_np(result->end.exit_signal));
	else
		problem_why(runner->why, "it failed with exit status %d",
			    result->end.exit_code);
	return problem_todo(
	    runner->why, "it never succeeded; --ignore-failure counts failed trials, too");
}

/* Of a trial that failed: is its command broken? A warm-up or an idle trial has no tally. */
static int count_failure(struct runner *runner, const char *name, struct tally *tally,
			 const struct trial_result *result)
{
	if (!tally)
		return 0;
	runner->result->n_failed++;
	tally->n_failed++;
	bool is_broken = tally->n_failed == tally->n_run &&
			 (tally->n_run >= MOST_FAILURES ||
			  tally->n_run >= runner->options->trials);
	return is_broken ? failed(runner, name, result) : 0;
}

static int judge_trial(struct runner *runner, const char *name, struct tally *tally,
		       const struct trial_result *result, int64_t throttles)
{
	if (!result->is_stored)
		return -1;
	if (result->end.interrupted) {
		runner->result->interrupted = result->end.interrupted;
		return 0;
	}
	if (tally)
		tally->n_run++;
	if (result->status != 0 && !runner->options->ignore_failure &&
	    count_failure(runner, name, tally, result) != 0)
		return -1;
	int64_t more = thermal_throttles() - throttles;
	return throttles >= 0 && more > 0
		   ? keep_metric(runner, result->trial_id, "throttle_events", (double)more)
		   : 0;
}

static int run_trial(struct runner *runner, const struct campaign_trial *trial,
		     struct tally *tally, int64_t *trial_id)
{
	const struct compare_run_options *options = runner->options;
	struct trial_result result = { 0 };
	if (run_shell(runner, "--prepare", options->prepare) != 0)
		return -1;
	double cooled_s = 0;
	if (runner->has_idle_temperature)
		cooled_s = thermal_wait(runner->idle_celsius + WARM_CELSIUS,
					options->cool_down_s);
	int64_t throttles = thermal_throttles();
	if (campaign_run(runner->campaign, trial, &result, runner->why) != 0)
		return -1;
	*trial_id = result.trial_id;
	if (judge_trial(runner, trial->variant, tally, &result, throttles) != 0)
		return -1;
	if (cooled_s > 0 &&
	    keep_metric(runner, result.trial_id, "cool_down_s", cooled_s) != 0)
		return -1;
	return run_shell(runner, "--cleanup", options->cleanup);
}

static bool is_interrupted(const struct runner *runner)
{
	return runner->result->interrupted != 0;
}

/* --- what comes before the blocks ------------------------------------------------------- */

static int run_warmups(struct runner *runner)
{
	for (int64_t i = 0; i < runner->options->warmups; i++)
		for (size_t c = 0; c < runner->commands->n && !is_interrupted(runner);
		     c++) {
			const struct campaign_trial trial = {
				.variant = name_of(runner, c),
				.job = "command",
				.argv = runner->commands->commands[c].argv,
				.is_warmup = true,
				.queries = runner->options->queries,
			};
			int64_t id;
			progress_show((size_t)i + 1, (size_t)runner->options->warmups,
				      "warm-up", trial.variant, 0);
			if (run_trial(runner, &trial, NULL, &id) != 0)
				return -1;
		}
	return 0;
}

/* Nobody can see what an estimate's machine draws when idle: it is a coefficient. */
static bool anything_measures(const struct runner *runner)
{
	sqlite3_stmt *row = NULL;
	bool any = false;
	if (sqlite3_prepare_v2(store_db(runner->campaign->store),
			       "SELECT EXISTS (SELECT 1 FROM channel c JOIN trial t"
			       " ON t.trial_id = c.trial_id WHERE t.campaign_id = ?1"
			       " AND c.counted = 1 AND c.provenance = 'measured')",
			       -1, &row, NULL) != SQLITE_OK)
		return false;
	sqlite3_bind_int64(row, 1, runner->campaign->campaign_id);
	if (sqlite3_step(row) == SQLITE_ROW)
		any = sqlite3_column_int(row, 0) != 0;
	sqlite3_finalize(row);
	return any;
}

static int run_idle(struct runner *runner, int64_t block)
{
	char seconds[32];
	snprintf(seconds, sizeof(seconds), "%g", runner->options->idle_s);
	char *argv[] = { (char[]){ "sleep" }, seconds, NULL };
	const struct campaign_trial trial = {
		.variant = "idle", .job = "idle", .argv = argv, .block = block
	};
	struct trial_result result = { 0 };
	if (runner->options->idle_s <= 0 || !runner->is_measured || is_interrupted(runner))
		return 0;
	if (campaign_run(runner->campaign, &trial, &result, runner->why) != 0)
		return -1;
	return judge_trial(runner, "idle", NULL, &result, -1);
}

/* --- blocks ----------------------------------------------------------------------------- */

/* The relative half-width of each ratio's interval; the widest of them. */
static double widest_interval(const struct runner *runner, size_t n_blocks)
{
	size_t n = runner->commands->n;
	double *ratios = malloc((n_blocks + 1) * sizeof(*ratios));
	/* without memory nothing is known to be narrow */
	double widest = ratios ? 0 : HUGE_VAL;
	for (size_t c = 1; ratios && c < n; c++) {
		size_t n_pairs = 0;
		for (size_t b = 0; b < n_blocks; b++) {
			double ratio = runner->logs[b * n + c] - runner->logs[b * n];
			if (isfinite(ratio))
				ratios[n_pairs++] = ratio;
		}
		struct t_test test = t_paired(ratios, n_pairs);
		double half = (test.ci95.high - test.ci95.low) / 2;
		widest = fmax(widest, n_pairs < 2 ? HUGE_VAL : half);
	}
	free(ratios);
	return widest;
}

static int run_block(struct runner *runner, size_t block)
{
	size_t n = runner->commands->n;
	double *logs = runner->logs + block * n;
	for (size_t c = 0; c < n; c++)
		logs[c] = NAN;
	for (size_t i = 0; i < runner->n_items && !is_interrupted(runner); i++) {
		size_t item = runner->order[block * runner->n_items + i];
		const struct campaign_trial trial = {
			.variant = name_of(runner, item),
			.job = "command",
			.argv = runner->commands->commands[item % n].argv,
			.block = (int64_t)block + 1,
			.queries = runner->options->queries,
		};
		int64_t trial_id = 0;
		if (run_trial(runner, &trial, &runner->tallies[item % n], &trial_id) != 0)
			return -1;
		double value = log_joules(runner, trial_id);
		double *mine = &logs[item % n];
		*mine = isnan(*mine) ? value : (*mine + value) / 2;
	}
	return 0;
}

static double elapsed_s(const struct runner *runner)
{
	return (double)(monotonic_ns() - runner->begin_ns) / NS_PER_S;
}

static bool is_enough(struct runner *runner, size_t done)
{
	const struct compare_run_options *options = runner->options;
	if (options->precision > 0 && done >= PRECISION_LEAST_PAIRS &&
	    runner->widest <= log1p(options->precision)) {
		runner->result->is_precise = true;
		return true;
	}
	/* a block that would end after the time is not begun */
	double each_s = done ? elapsed_s(runner) / (double)done : 0;
	if (options->max_time_s > 0 && done > 0 &&
	    elapsed_s(runner) + each_s > options->max_time_s) {
		runner->result->is_cut_short = true;
		return true;
	}
	return false;
}

static void show(struct runner *runner, size_t done)
{
	size_t n = (size_t)runner->options->trials;
	double left_s = done ? elapsed_s(runner) / (double)done * (double)(n - done) : 0;
	double limit_s = runner->options->max_time_s - elapsed_s(runner);
	if (runner->options->max_time_s > 0 && left_s > limit_s)
		left_s = limit_s;
	progress_block(done, n, runner->widest, left_s, &runner->said_ns);
}

static int run_blocks(struct runner *runner)
{
	size_t n = (size_t)runner->options->trials;
	runner->begin_ns = monotonic_ns();
	for (size_t b = 0; b < n && !is_interrupted(runner); b++) {
		show(runner, b);
		if (is_enough(runner, b))
			break;
		if (b > 0 && b == n / 2 && run_idle(runner, (int64_t)b) != 0)
			return -1;
		if (run_block(runner, b) != 0)
			return -1;
		if (is_interrupted(runner))
			break;
		runner->result->blocks = (int64_t)b + 1;
		runner->widest = widest_interval(runner, b + 1);
	}
	progress_clear();
	return run_idle(runner, runner->result->blocks + 1);
}

static int run_all(struct runner *runner)
{
	if (store_set_baseline(runner->campaign->store, runner->campaign->campaign_id,
			       name_of(runner, 0), runner->why) != 0 ||
	    run_warmups(runner) != 0)
		return -1;
	progress_clear();
	runner->is_measured = anything_measures(runner);
	if (run_idle(runner, 0) != 0)
		return -1;
	runner->has_idle_temperature = runner->is_measured &&
				       thermal_celsius(&runner->idle_celsius);
	return is_interrupted(runner) ? 0 : run_blocks(runner);
}

int compare_run(struct campaign *campaign, const struct command_list *commands,
		const struct compare_run_options *options,
		struct compare_run_result *result, struct problem *why)
{
	size_t n_blocks = (size_t)options->trials;
	struct runner runner = {
		.campaign = campaign,
		.commands = commands,
		.options = options,
		.result = result,
		.why = why,
		.n_items = commands->n + !options->skip_null,
	};
	*result = (struct compare_run_result){ 0 };
	runner.logs = calloc(n_blocks * commands->n, sizeof(*runner.logs));
	runner.order = calloc(n_blocks * runner.n_items, sizeof(*runner.order));
	runner.tallies = calloc(commands->n, sizeof(*runner.tallies));
	int code = -1;
	if (runner.logs && runner.order && runner.tallies &&
	    plan_order(runner.order, n_blocks, runner.n_items, NULL, options->seed) == 0) {
		code = run_all(&runner);
	} else {
		problem_what(why, "cannot plan the campaign");
		problem_why(why, "out of memory");
	}
	progress_clear();
	free(runner.logs);
	free(runner.order);
	free(runner.tallies);
	return code;
}
