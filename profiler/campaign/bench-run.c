/* profiler/campaign/bench-run.c - see bench-run.h. */
#include <config.h>

#include "profiler/campaign/bench-run.h"

#include "base/clock.h"
#include "base/problem.h"
#include "profiler/campaign/bench-plan.h"
#include "profiler/campaign/campaign.h"
#include "profiler/campaign/progress.h"
#include "profiler/launch/exit-status.h"
#include "schema/store/writer.h"

#include <string.h>

static int trial_failed(const struct bench_step *step, const struct trial_result *result,
			struct problem *why)
{
	problem_what(why, "cannot %s '%s'", step->job, step->variant);
	if (result->end.interrupted)
		problem_refuse(why, "the same command again makes a whole campaign",
			       "interrupted; what was sampled is kept");
	else if (result->end.exit_signal > 0)
		problem_why(why, "killed by SIG%s", sigabbrev_np(result->end.exit_signal));
	else
		problem_why(why, "exit status %d", result->end.exit_code);
	if (!result->end.interrupted)
		problem_todo(why, "'joulecart models %s %s' runs it alone", step->job,
			     step->variant);
	if (result->end.interrupted)
		why->exit_status = EXIT_SIGNAL_BASE + result->end.interrupted;
	else if (result->end.exit_signal > 0)
		why->exit_status = result->status;
	return -1;
}

/* An inference trial takes its steady phase and about as long again to load and warm up; how
 * long training takes is only known from the trials of this campaign. */
static int64_t time_left(const struct bench_plan *plan, size_t next,
			 const struct bench_options *bench, int64_t infer_ns,
			 size_t n_infer)
{
	if (strcmp(plan->steps[next].job, "train") == 0)
		return 0;
	double each_ns = n_infer ? (double)infer_ns / (double)n_infer
				 : 1.5e9 * (double)bench->seconds;
	return (int64_t)(each_ns * (double)(plan->n - next));
}

/* What the others are compared with, for whoever reads the file later too: the teacher, which they are made
 * from; without it the first that was asked for. */
static const char *baseline_of(const struct bench_plan *plan,
			       const struct bench_options *bench)
{
	const struct model_variant *models = plan->models.variants;
	const char *asked = bench->variants ? bench->variants : "";
	const size_t length = strcspn(asked, ",");
	const char *first = models[0].name;
	for (size_t i = 0; i < plan->n_asked; i++) {
		if (strcmp(models[i].name, "teacher") == 0)
			return models[i].name;
		if (strlen(models[i].name) == length &&
		    strncmp(models[i].name, asked, length) == 0)
			first = models[i].name;
	}
	return first;
}

int bench_run(struct campaign *campaign, const struct bench_plan *plan,
	      const struct bench_options *bench, struct problem *why)
{
	int64_t infer_ns = 0;
	size_t n_infer = 0;
	if (store_set_baseline(campaign->store, campaign->campaign_id,
			       baseline_of(plan, bench), why) != 0)
		return -1;
	for (size_t i = 0; i < plan->n; i++) {
		const struct bench_step *step = &plan->steps[i];
		const struct campaign_trial trial = { step->variant, step->job, step->argv,
						      step->block,   false,     0 };
		struct trial_result result;
		int64_t begin_ns = monotonic_ns();
		progress_show(i + 1, plan->n, step->job, step->variant,
			      time_left(plan, i, bench, infer_ns, n_infer));
		int code = campaign_run(campaign, &trial, &result, why);
		progress_clear();
		if (code != 0 || !result.is_stored)
			return -1;
		if (result.status != 0 || result.end.interrupted)
			return trial_failed(step, &result, why);
		if (strcmp(step->job, "infer") == 0) {
			infer_ns += monotonic_ns() - begin_ns;
			n_infer++;
		}
	}
	return 0;
}
