/* profiler/campaign/trial.h - one trial from beginning to end: launch, sample, record. */
#ifndef JOULECART_TRIAL_H
#define JOULECART_TRIAL_H
#include "profiler/campaign/attachment.h"
#include "profiler/campaign/output-watch.h"
#include "profiler/launch/launch.h"
#include "profiler/profile/profile.h"
#include "schema/store/writer.h"

#include <stdbool.h>
#include <stdint.h>

struct problem;

/* How to measure; the same for all trials of a campaign. */
struct trial_options {
	double rate_hz;     /* 0: auto */
	int sampler_cpu;    /* that the sampler stays on, or -1 */
	const char *events; /* --events, or NULL */
	const char *gpus, *rapl, *papi_events, *meter,
	    *meter_query; /* as in struct scope */
	bool require_measured;
	bool has_told_meter; /* that the meter cannot be read was said, or need not be */
	struct profile_wish profile; /* hz 0: no stacks */
	struct attachment
	    *attachment; /* a service that is measured instead of a command, or NULL */
	struct output_wishes output; /* what to find in the command's output */
	bool hide_output;            /* the command's standard output is thrown away */
};

struct trial_result {
	int64_t trial_id; /* 0: nothing was stored */
	bool is_started;  /* the command's own code ran */
	struct launch_end end;
	int status;     /* what joulecart would exit with for the command alone */
	bool is_stored; /* everything that was sampled is in the database */
};

/* Runs argv and stores it as the trial that facts describes (its times are filled in here).
 * 0: the command ran, *result is set; when result->is_stored is false, *why says what could
 * not be stored. -1: it was not run, *why and result->status say why. */
int trial_run(struct store *store, struct trial_facts *facts, char *const *argv,
	      const struct trial_options *options, struct trial_result *result,
	      struct problem *why);

#endif
