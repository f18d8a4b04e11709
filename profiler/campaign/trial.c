/* profiler/campaign/trial.c - see trial.h. */
#include <config.h>

#include "profiler/campaign/trial.h"

#include "base/clock.h"
#include "base/problem.h"
#include "base/text-stream.h"
#include "collectors/cpu/run-group.h"
#include "profiler/campaign/concurrent-runs.h"
#include "profiler/launch/exit-status.h"
#include "profiler/markers/marker-socket.h"
#include "profiler/observer/tick-cost.h"
#include "profiler/profile/profile.h"
#include "profiler/record/recorder.h"
#include "profiler/sample/marker-door.h"
#include "profiler/sample/sampler.h"
#include "profiler/sample/tick-schedule.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

/* Seconds of ticks that the ring holds while the disk makes the recorder wait. */
enum { RING_SECONDS = 4, RING_MIN_SLOTS = 256 };

/* What one trial holds while it runs. */
struct run {
	struct store *store;
	const struct trial_options *options;
	int64_t trial_id;
	int marker[2]; /* 0: ours, 1: the command's */
	struct marker_door *door;
	struct output_watch *watch; /* or NULL */
	int null_fd;
	struct run_group group;
	struct concurrent_runs concurrent_runs;
	struct launch launch;
	struct sensors sensors;
	struct ring *ring;
	struct slow_readers *slow_readers;
	struct region_reader *regions;
	struct profile *profile; /* or NULL */
	struct recorder *recorder;
	struct sampler *sampler;
	const char *job; /* of which this is a rank, or NULL */
	bool has_turn;   /* to read the machine's counters, of the ranks here */
	struct reading_turn turn;
	struct output_wishes output; /* of options, with what this trial's output says */
	int64_t begin_utc_ns, begin_mono_ns;
	double cpu_at_begin_s;
};

static double own_cpu_s(void)
{
	struct rusage usage;
	getrusage(RUSAGE_SELF, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
}

static int refuse_estimate(const struct sensors *sensors, struct problem *why)
{
	problem_what(why, "refused to run");
	why->kind = PROBLEM_NOT_MEASURED;
	problem_why(why, "--require-measured, and no energy counter can be read");
	for (size_t i = 0; i < sensors->n_missing; i++)
		if (sensors->missing[i].todo[0] && !sensors->missing[i].name[0])
			return problem_todo(why, "%s", sensors->missing[i].todo);
	return problem_todo(why, "'joulecart doctor' shows why");
}

/* The child at its barrier, in a control group of its own where there can be one. */
static int launch(struct run *run, char *const *argv, struct problem *why)
{
	const char *events = run->options->events;
	int watched = run->watch ? output_watch_stdout(run->watch) : -1;
	run_group_make(&run->group);
	const struct launch_options options = { argv,
						run->marker[1],
						marker_door_name(run->door),
						events ? events : "",
						watched >= 0 ? watched : run->null_fd,
						output_watch_stderr(run->watch),
						run->group.fd };
	if (launch_prepare(&run->launch, &options, why) != 0)
		return -1;
	if (run->group.fd >= 0 && !run->launch.is_in_group) {
		run_group_remove(&run->group);
		run->group = run_group_none("no process can be started in a control group");
	}
	return 0;
}

/* Of what was asked for by its address nobody looks for a line among the notes of a report. */
static void warn_of_meter(const struct run *run)
{
	for (size_t i = 0; i < run->sensors.n_missing; i++) {
		const struct missing *missing = &run->sensors.missing[i];
		if (strcmp(missing->collector, "meter") == 0)
			text_say(stderr,
				 "joulecart: warning: the meter '%s' is not read: %s (%s)",
				 run->options->meter, missing->why, missing->todo);
	}
}

/* Every counter open; refused where nothing measures, and that was asked for. */
static int open_sensors(struct run *run, struct problem *why)
{
	const struct attachment *attachment = run->options->attachment;
	const struct scope scope = { .root_pid = attachment ? attachment->service.pid
							    : run->launch.pid,
				     .service = attachment ? &attachment->service : NULL,
				     .events = run->options->events,
				     .gpus = run->options->gpus,
				     .rapl = run->options->rapl,
				     .papi_events = run->options->papi_events,
				     .meter = run->options->meter,
				     .meter_query = run->options->meter_query,
				     .group = attachment ? NULL : &run->group };
	if (sensors_open(&run->sensors, &scope, why) != 0)
		return -1;
	if (!run->options->has_told_meter)
		warn_of_meter(run);
	return run->options->require_measured && !run->sensors.is_measured
		   ? refuse_estimate(&run->sensors, why)
		   : 0;
}

static int open_profile(struct run *run, struct problem *why)
{
	if (run->options->profile.hz == 0)
		return 0;
	run->profile = profile_new(run->launch.pid, run->options->profile, why);
	return run->profile ? 0 : -1;
}

/* The child at its barrier, every counter open. */
static int prepare(struct run *run, char *const *argv, struct problem *why)
{
	if (run->options->attachment)
		return open_sensors(run, why) != 0
			   ? -1
			   : attachment_begin(run->options->attachment, why);
	problem_what(why, "cannot start '%s'", argv[0]);
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, run->marker) != 0)
		return problem_errno(why, errno);
	marker_socket_widen(run->marker[1]);
	/* for who writes to it by write(): a mark never waits */
	fcntl(run->marker[1], F_SETFL, O_NONBLOCK);
	run->door = marker_door_open(geteuid());
	if (run->options->hide_output)
		run->null_fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
	if (run->options->output.patterns || run->options->output.queries.from ||
	    run->options->output.quality.key) {
		run->watch = output_watch_new(&run->output, run->marker[1], why);
		if (!run->watch)
			return -1;
	}
	if (launch(run, argv, why) != 0)
		return -1;
	close(run->marker[1]);
	run->marker[1] = -1;
	if (output_watch_start(run->watch, why) != 0) {
		launch_cancel(&run->launch);
		return -1;
	}
	if (open_sensors(run, why) == 0 && open_profile(run, why) == 0)
		return 0;
	launch_cancel(&run->launch);
	return -1;
}

static bool take_turn(void *state)
{
	struct run *run = state;
	return concurrent_runs_take_turn(&run->concurrent_runs, run->job);
}

static int add_trial(struct run *run, struct trial_facts *facts, struct problem *why)
{
	concurrent_runs_begin(&run->concurrent_runs, NULL);
	run->job = facts->rank && concurrent_runs_are_known(&run->concurrent_runs)
		       ? facts->rank->job
		       : NULL;
	run->has_turn = !run->job || take_turn(run);
	run->begin_utc_ns = facts->utc_ns = clock_ns(CLOCK_REALTIME);
	run->begin_mono_ns = facts->mono_ns = monotonic_ns();
	run->trial_id = store_add_trial(run->store, facts, why);
	if (run->trial_id < 0)
		return -1;
	if (!facts->rank)
		return 0;
	struct rank_facts rank = *facts->rank;
	rank.trial_id = run->trial_id;
	rank.read_from_mono_ns = run->has_turn ? facts->mono_ns : 0;
	return store_add_rank(run->store, &rank, why);
}

/* The trial's rows, then the threads; the first tick is taken when this returns. */
static int start(struct run *run, struct trial_facts *facts, struct problem *why)
{
	double rate_hz = run->options->rate_hz;
	/* Not both together: the ring rounds up to a power of two, and 4256 slots would be 8192. */
	size_t n_slots = (size_t)(tick_schedule_fastest_hz(rate_hz) * RING_SECONDS);
	run->ring = ring_new(entry_size(&run->sensors),
			     n_slots > RING_MIN_SLOTS ? n_slots : RING_MIN_SLOTS);
	run->slow_readers = slow_readers_new(&run->sensors);
	run->regions = region_reader_new();
	if (!run->ring || !run->slow_readers || !run->regions) {
		problem_what(why, "cannot start the sampler");
		return problem_errno(why, ENOMEM);
	}
	const struct sampler_ends ends = { &run->sensors,  run->ring, run->slow_readers,
					   run->marker[0], run->door, run->regions };
	if (store_begin(run->store, why) != 0)
		return -1;
	if (add_trial(run, facts, why) == 0)
		run->recorder = recorder_start(run->store, run->trial_id, &ends, rate_hz,
					       run->profile, why);
	if (!run->recorder || store_commit(run->store, why) != 0) {
		store_rollback(run->store);
		return -1;
	}
	run->turn = (struct reading_turn){ take_turn, run };
	const struct sampler_options sampling = { rate_hz, run->options->sampler_cpu,
						  run->has_turn ? NULL : &run->turn };
	run->sampler = sampler_start(&ends, &sampling, why);
	if (run->sampler)
		recorder_watch(run->recorder, run->sampler);
	return run->sampler ? 0 : -1;
}

static int shell_status(const struct launch_end *end)
{
	if (end->left_some) /* it was joulecart's own wait that the signal ended */
		return EXIT_SIGNAL_BASE + end->interrupted;
	return end->exit_signal > 0 ? EXIT_SIGNAL_BASE + end->exit_signal : end->exit_code;
}

static const char *why_incomplete(const struct trial_result *result, char *text,
				  size_t size)
{
	if (!result->is_started)
		return "the command could not be executed";
	if (!result->end.interrupted)
		return NULL;
	snprintf(
	    text, size, "interrupted by SIG%s%s", sigabbrev_np(result->end.interrupted),
	    result->end.left_some ? " while background processes of the command still ran"
				  : "");
	return text;
}

/* Ticks that the recorder had no room for: joules are whole, the resolution in time is not. */
static int tell_dropped(const struct run *run, const struct sampler_stats *stats,
			struct problem *why)
{
	const struct gap_facts gap = { .trial_id = run->trial_id,
				       .collector = "sampler",
				       .kind = "lost-ticks",
				       .why = "storing could not keep up with sampling",
				       .todo =
					   "lower --rate, or name a faster disk with -o" };
	return stats->dropped ? store_add_gap(run->store, &gap, why) : 0;
}

/* Where most looks found no idle processor, and it took a hundredth of one or more, it took that from what
 * ran there. */
static int tell_shared(const struct run *run, const struct sampler_stats *stats,
		       int64_t end_mono_ns, struct problem *why)
{
	enum { LEAST_LOOKS = 5, LEAST_PERCENT = 1 };
	char text[160];
	double seconds = (double)(end_mono_ns - run->begin_mono_ns) / (double)NS_PER_S;
	double percent = seconds > 0 ? stats->cpu_s / seconds * 100 : 0;
	const struct gap_facts gap = { .trial_id = run->trial_id,
				       .collector = "sampler",
				       .name = "an idle processor",
				       .kind = "unavailable",
				       .why = text,
				       .todo = "lower --rate, or leave a processor free" };
	if (stats->looks < LEAST_LOOKS || stats->looks_busy * 2 < stats->looks ||
	    percent < LEAST_PERCENT)
		return 0;
	snprintf(text, sizeof(text),
		 "all were busy %.0f %% of the times that it looked; it took %.1f %% of a "
		 "processor from what ran there",
		 100.0 * (double)stats->looks_busy / (double)stats->looks, percent);
	return store_add_gap(run->store, &gap, why);
}

static int add_notice(const struct run *run, const char *text, struct problem *why)
{
	const struct gap_facts gap = { .trial_id = run->trial_id,
				       .collector = "markers",
				       .kind = "unavailable",
				       .why = text };
	return store_add_gap(run->store, &gap, why);
}

/* What came of the door for marks: a mark that did not come in is in no figure. */
struct door_end {
	bool is_missing, are_marks_cut;
	int64_t n_refused, n_unheard, n_lost;
};

static int tell_of_door(const struct run *run, const struct door_end *end,
			struct problem *why)
{
	char text[160];
	int code = 0;
	if (end->is_missing)
		code = add_notice(run,
				  "no socket for marks could be made in XDG_RUNTIME_DIR or "
				  "/tmp: only who inherits the command's can mark",
				  why);
	if (code == 0 && end->are_marks_cut)
		code = add_notice(
		    run,
		    "what the command left running marked on for seconds after "
		    "its end, as if before it: the rest of that was not read",
		    why);
	snprintf(text, sizeof(text),
		 "%lld connection%s of processes that the command did not start %s "
		 "refused: what they marked does not count",
		 (long long)end->n_refused, end->n_refused == 1 ? "" : "s",
		 end->n_refused == 1 ? "was" : "were");
	if (code == 0 && end->n_refused > 0)
		code = add_notice(run, text, why);
	snprintf(
	    text, sizeof(text),
	    "%lld process%s could not be listened to (epoll_ctl failed): what %s marked "
	    "is lost",
	    (long long)end->n_unheard, end->n_unheard == 1 ? "" : "es",
	    end->n_unheard == 1 ? "it" : "they");
	if (code == 0 && end->n_unheard > 0)
		code = add_notice(run, text, why);
	snprintf(text, sizeof(text),
		 "%lld mark%s could not be sent, and %s lost: a phase without its end has "
		 "no queries",
		 (long long)end->n_lost, end->n_lost == 1 ? "" : "s",
		 end->n_lost == 1 ? "is" : "are");
	if (code == 0 && end->n_lost > 0)
		code = add_notice(run, text, why);
	return code;
}

/* Who else measured here meanwhile. */
static int store_concurrent_runs(struct run *run, struct problem *why)
{
	int code = 0;
	for (size_t i = 0; i < run->concurrent_runs.n && code == 0; i++)
		code = store_add_concurrent_run(run->store, run->trial_id,
						run->concurrent_runs.pids[i], why);
	return code;
}

static int store_found(const struct run *run, const struct sensor *sensor,
		       const struct hindsight *found, struct problem *why)
{
	const struct gap_facts gap = { .trial_id = run->trial_id,
				       .collector = sensor->collector->name,
				       .name = found->what.name,
				       .kind = found->is_stuck ? "stuck" : "unavailable",
				       .why = found->what.why,
				       .todo = found->what.todo };
	return store_add_gap(run->store, &gap, why);
}

/* What collectors know only in hindsight. */
static int store_hindsight(const struct run *run, struct problem *why)
{
	int code = 0;
	for (size_t i = 0; i < run->sensors.n && code == 0; i++) {
		const struct sensor *sensor = &run->sensors.items[i];
		struct hindsight found;
		if (sensor->is_lost || !sensor->collector->look_back)
			continue;
		for (size_t j = 0;
		     code == 0 && sensor->collector->look_back(sensor->state, j, &found);
		     j++)
			code = store_found(run, sensor, &found, why);
	}
	return code;
}

/* Removes the group; what still runs there goes on outside it. */
static int end_group(struct run *run, struct problem *why)
{
	char text[160];
	const char *name = run->group.name;
	int err = run_group_remove(&run->group);
	if (err == 0)
		return 0;
	snprintf(text, sizeof(text), "'%s' could not be removed: %s", name, strerror(err));
	const struct gap_facts gap = {
		.trial_id = run->trial_id,
		.collector = "cputime",
		.name = "control group",
		.kind = "unavailable",
		.why = text,
		.todo = "remove it when the processes in it have exited"
	};
	return store_add_gap(run->store, &gap, why);
}

/* By this machine's figure, if it has one. */
static void estimate_slowdown(const struct sampler_stats *stats, double seconds,
			      struct sampler_facts *facts)
{
	struct tick_costs costs;
	const bool is_shared = stats->looks == 0 || stats->looks_busy * 2 >= stats->looks;
	const enum tick_place place = is_shared ? TICK_SHARED : TICK_APART;
	if (!(seconds > 0) || !tick_costs_read(&costs) || !costs.is_known[place])
		return;
	struct slowdown slowdown = slowdown_of(&costs.places[place], stats->ticks, seconds);
	facts->has_slowdown = true;
	facts->slowdown = slowdown.share;
	facts->slowdown_low = slowdown.low;
	facts->slowdown_high = slowdown.high;
}

static int store_sampler(const struct run *run, const struct sampler_stats *stats,
			 int64_t end_mono_ns, struct problem *why)
{
	struct sampler_facts facts = {
		.trial_id = run->trial_id,
		.rate_begin_hz = stats->rate_begin_hz,
		.rate_end_hz = stats->rate_end_hz,
		.late_p50_ns = stats->late_p50_ns,
		.late_p99_ns = stats->late_p99_ns,
		.late_max_ns = stats->late_max_ns,
		.cpu_s = stats->cpu_s,
		.pinned_cpu = stats->pin_err ? -1 : run->options->sampler_cpu,
		.why_not_pinned = stats->pin_err ? strerror(stats->pin_err) : NULL,
		.why_not_real_time = stats->priority_err ? strerror(stats->priority_err)
							 : NULL,
	};
	estimate_slowdown(
	    stats, (double)(end_mono_ns - run->begin_mono_ns) / (double)NS_PER_S, &facts);
	return store_add_sampler(run->store, &facts, why);
}

static int store_sampling(const struct run *run, const struct sampler_stats *stats,
			  int64_t end_mono_ns, struct problem *why)
{
	int code = run->sampler ? store_sampler(run, stats, end_mono_ns, why) : 0;
	if (code == 0)
		code = tell_dropped(run, stats, why);
	if (code == 0)
		code = tell_shared(run, stats, end_mono_ns, why);
	if (code == 0 && stats->turn_ns > 0)
		code = store_set_turn(run->store, run->trial_id, stats->turn_ns, why);
	return code;
}

/* What could not be stored is the reason, whatever else happened; how the trial ended is kept if
 * the disk takes that little (schema/store/store.c keeps room for it). */
static int store_end(struct run *run, const struct trial_end *end, int code,
		     const struct problem *failure)
{
	struct trial_end failed = *end;
	char reason[sizeof(failure->why) + 32];
	struct problem ignored;
	if (code == 0)
		return 0;
	snprintf(reason, sizeof(reason), "storing failed: %s", failure->why);
	failed.why_incomplete = reason;
	store_end_trial(run->store, run->trial_id, &failed, &ignored);
	return code;
}

static int store_attached(struct run *run, int64_t end_mono_ns, struct problem *why)
{
	const struct attached_trial trial = { run->trial_id, run->begin_mono_ns,
					      end_mono_ns };
	return attachment_store(run->options->attachment, run->store, &trial, why);
}

/* The readings are all stored, then the stacks. */
static int stop_recorder(struct run *run, int64_t n_lost, int64_t *end_mono_ns,
			 struct problem *why)
{
	int code = recorder_stop(run->recorder, n_lost, end_mono_ns, why);
	if (code == 0 && run->profile)
		code = profile_store(run->profile, run->store, run->trial_id,
				     run->begin_utc_ns, why);
	return code;
}

/* Stops the threads and writes the trial's end. Returns 0 when everything is stored. */
static int finish(struct run *run, struct trial_result *result, struct problem *why)
{
	struct sampler_stats stats = { 0 };
	char reason[96];
	int64_t end_mono_ns = monotonic_ns();
	recorder_watch(run->recorder, NULL);
	output_watch_end(run->watch, &run->launch, &result->end);
	if (run->sampler)
		sampler_stop(run->sampler, &stats);
	const struct door_end door = { !run->door && !run->options->attachment,
				       stats.are_marks_cut, marker_door_refused(run->door),
				       marker_door_unheard(run->door),
				       marker_door_lost(run->door) };
	marker_door_close(run->door);
	run->door = NULL;
	/* Who begins while this is stored is none. */
	concurrent_runs_end(&run->concurrent_runs);
	int code = stop_recorder(run, door.n_lost, &end_mono_ns, why);
	struct trial_end end = {
		.why_incomplete = why_incomplete(result, reason, sizeof(reason)),
		.exit_code = result->end.exit_code,
		.exit_signal = result->end.exit_signal,
		.mono_ns = end_mono_ns,
		.own_cpu_s = own_cpu_s() - run->cpu_at_begin_s,
		.ticks = stats.ticks,
		.ticks_missed = stats.missed,
		.ticks_dropped = stats.dropped,
		.tick_mean_ns = stats.ticks ? stats.total_ns / stats.ticks : 0,
		.tick_max_ns = stats.max_ns,
	};
	if (code == 0)
		code = store_sampling(run, &stats, end_mono_ns, why);
	if (code == 0)
		code = tell_of_door(run, &door, why);
	if (code == 0)
		code = store_hindsight(run, why);
	if (code == 0 && run->options->attachment)
		code = store_attached(run, end_mono_ns, why);
	if (code == 0)
		code = output_watch_store(run->watch, run->store, run->trial_id,
					  run->begin_utc_ns, why);
	if (code == 0)
		code = store_concurrent_runs(run, why);
	if (code == 0)
		code = end_group(run, why);
	if (code == 0)
		code = store_end_trial(run->store, run->trial_id, &end, why);
	return store_end(run, &end, code, why);
}

static void clean_up(struct run *run)
{
	launch_close(&run->launch);
	output_watch_free(run->watch);
	marker_door_close(run->door);
	concurrent_runs_end(&run->concurrent_runs);
	run_group_remove(&run->group);
	slow_readers_free(run->slow_readers, &run->sensors);
	sensors_close(&run->sensors);
	ring_free(run->ring);
	region_reader_free(run->regions);
	profile_free(run->profile);
	for (int i = 0; i < 2; i++)
		if (run->marker[i] >= 0)
			close(run->marker[i]);
	if (run->null_fd >= 0)
		close(run->null_fd);
}

/* Runs what was prepared. 0: the command ran. */
static int run_command(struct run *run, struct trial_facts *facts,
		       struct trial_result *result, struct problem *why)
{
	struct problem failure;
	if (start(run, facts, why) != 0) {
		if (!run->options->attachment)
			launch_cancel(&run->launch);
		if (run->recorder)
			finish(run, result, &failure);
		return -1;
	}
	result->trial_id = run->trial_id;
	int status = run->options->attachment ? 0 : launch_go(&run->launch, why);
	result->is_started = status == 0;
	if (run->options->attachment)
		attachment_wait(run->options->attachment, &result->end);
	else if (result->is_started)
		launch_wait(&run->launch, &result->end);
	result->status = result->is_started ? shell_status(&result->end) : status;
	result->is_stored = finish(run, result, &failure) == 0;
	if (result->is_started && !result->is_stored)
		*why = failure;
	return result->is_started ? 0 : -1;
}

int trial_run(struct store *store, struct trial_facts *facts, char *const *argv,
	      const struct trial_options *options, struct trial_result *result,
	      struct problem *why)
{
	struct run run = { .store = store,
			   .options = options,
			   .marker = { -1, -1 },
			   .null_fd = -1,
			   .group = run_group_none(""),
			   .concurrent_runs = { .fd = -1 },
			   .output = options->output,
			   .cpu_at_begin_s = own_cpu_s() };
	run.output.hides_stdout = options->hide_output;
	*result = (struct trial_result){ .status = EXIT_RUN_FAILED,
					 .end = { .exit_code = -1, .exit_signal = -1 } };
	int code = prepare(&run, argv, why);
	if (code == 0)
		code = run_command(&run, facts, result, why);
	clean_up(&run);
	return code;
}
