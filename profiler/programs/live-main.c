/* profiler/programs/live-main.c - joulecart-live: the program behind 'joulecart live'.
 *
 * It is a program of its own, so that measuring does not load ncurses. */
#include <config.h>

#include "base/clock.h"
#include "base/problem.h"
#include "base/text-stream.h"
#include "profiler/launch/exit-status.h"
#include "profiler/live/live-view.h"
#include "profiler/live/pass.h"
#include "profiler/metrics/own-cost.h"
#include "profiler/options/live-options.h"
#include "profiler/programs/grid-facts.h"
#include "profiler/programs/textfile.h"
#include "profiler/programs/view-main.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* 1: help was printed. */
static int parse(struct live_options *arguments, int argc, char **argv, struct problem *why)
{
	int first = options_parse(&live_table, argc, argv, arguments, why);
	if (first <= 0)
		return first == 0 ? 1 : -1;
	if (first != argc)
		return options_operand_problem(&live_table, "options only", why);
	arguments->csv = arguments->csv || !isatty(STDOUT_FILENO);
	return 0;
}

/* What the view holds while it runs. */
struct view {
	const struct live_options *arguments;
	struct sensors sensors;
	struct pass pass;
	struct live live;
	struct textfile textfile; /* of --openmetrics */
	struct live_facts facts;
	struct grid_facts grid;
	int signal_fd;
	int64_t period_ns, due_ns;
};

static double own_share(int64_t since_ns)
{
	return own_cpu_s() * NS_PER_S / (double)(monotonic_ns() - since_ns);
}

static void read_all(struct view *view, bool is_frame)
{
	pass_read(&view->pass, is_frame);
	live_take(&view->live, view->pass.readings, monotonic_ns());
	textfile_take(&view->textfile, &view->pass, is_frame);
}

/* Until the next reading is due. True: the user or a signal asks to end. */
static bool wait_for_due(struct view *view)
{
	struct pollfd fds[] = { { .fd = view->signal_fd, .events = POLLIN },
				{ .fd = view->arguments->csv ? -1 : STDIN_FILENO,
				  .events = POLLIN } };
	for (;;) {
		int64_t left_ns = view->due_ns - monotonic_ns();
		const struct timespec left = { left_ns / NS_PER_S, left_ns % NS_PER_S };
		if (left_ns <= 0)
			return false;
		if (ppoll(fds, 2, &left, NULL) <= 0)
			continue;
		if ((fds[0].revents & POLLIN) ||
		    ((fds[1].revents & POLLIN) && live_screen_quits()))
			return true;
		if (fds[1].revents & (POLLHUP | POLLERR))
			return true;
	}
}

static void plan_next(struct view *view)
{
	int64_t passed = (monotonic_ns() - view->due_ns) / view->period_ns;
	view->facts.missed += passed > 0 ? passed : 0;
	view->due_ns += (1 + (passed > 0 ? passed : 0)) * view->period_ns;
}

static int show(struct view *view)
{
	view->facts.own_share = own_share(view->live.begin_ns);
	if (view->arguments->csv)
		return live_lines_frame(&view->live, &view->facts);
	live_screen_frame(&view->live, &view->facts);
	return 0;
}

/* The file of --openmetrics. */
static int write_metrics(struct view *view, struct problem *why)
{
	const struct families_facts facts = { .sensors = &view->sensors,
					      .zone = view->facts.zone,
					      .basis = view->grid.basis,
					      .missed = view->facts.missed,
					      .own_cpu_s = own_cpu_s(),
					      .own_bytes = own_bytes() };
	return textfile_frame(&view->textfile, &facts, live_grams(&view->facts, 1), why);
}

/* 0, or -1 with *why: standard output or the file of --openmetrics cannot be written. */
static int watch(struct view *view, struct problem *why)
{
	int64_t frame_due_ns = view->live.begin_ns + NS_PER_S;
	int64_t end_ns = view->arguments->seconds
			     ? view->live.begin_ns + view->arguments->seconds * NS_PER_S
			     : INT64_MAX;
	int err = view->arguments->csv ? live_lines_begin(&view->live) : 0;
	if (!view->arguments->csv)
		live_screen_frame(&view->live, &view->facts);
	int code = 0;
	while (!err && code == 0 && frame_due_ns <= end_ns && !wait_for_due(view)) {
		bool is_frame = monotonic_ns() >= frame_due_ns;
		read_all(view, is_frame);
		plan_next(view);
		if (!is_frame)
			continue;
		live_frame(&view->live, monotonic_ns());
		while (frame_due_ns <= monotonic_ns())
			frame_due_ns += NS_PER_S;
		err = show(view);
		code = err ? 0 : write_metrics(view, why);
	}
	return err ? problem_errno(why, err) : code;
}

static int run_view(struct view *view, struct problem *why)
{
	problem_what(why, "cannot show power");
	view->signal_fd = view_signals();
	if (view->signal_fd < 0 || pass_begin(&view->pass, &view->sensors) != 0)
		return problem_errno(why, errno);
	view->period_ns = (int64_t)(NS_PER_S / view->arguments->rate_hz);
	if (textfile_begin(&view->textfile, view->arguments->openmetrics, &view->sensors,
			   view->period_ns, why) != 0)
		return -1;
	if (!view->arguments->csv && !live_screen_begin()) {
		problem_why(why, "the terminal '%s' is not known",
			    getenv("TERM") ? getenv("TERM") : "");
		return problem_todo(why, "use --csv");
	}
	live_begin(&view->live, &view->sensors, monotonic_ns());
	view->due_ns = view->live.begin_ns + view->period_ns;
	read_all(view, true);
	int code = watch(view, why);
	if (!view->arguments->csv)
		live_screen_end();
	return code;
}

/* The first reason why an event is not counted. */
static void explain_no_events(struct view *view)
{
	for (size_t i = 0; i < view->sensors.n_missing; i++) {
		const struct missing *missing = &view->sensors.missing[i];
		if (strcmp(missing->collector, "hwevents") != 0)
			continue;
		snprintf(view->facts.no_events, sizeof(view->facts.no_events),
			 "%.40s%s%.80s", missing->name, missing->name[0] ? ": " : "",
			 missing->why);
		return;
	}
}

static int run(int argc, char **argv, struct problem *why)
{
	struct live_options arguments = { 0 };
	struct view view = { .arguments = &arguments, .signal_fd = -1 };
	char host[64] = "";
	int code = parse(&arguments, argc, argv, why);
	if (code != 0)
		return code > 0 ? EXIT_OK : -1;
	if (arguments.csv) /* else ncurses writes, which shows controls as ^X */
		text_guard_output();
	if (grid_facts(&view.facts, &view.grid, arguments.zone, arguments.pue, why) != 0)
		return -1;
	gethostname(host, sizeof(host) - 1);
	view.facts.host = host;
	const struct scope scope = { .root_pid = getpid(),
				     .events = arguments.events,
				     .of_machine = true };
	view_allow_files();
	if (sensors_open(&view.sensors, &scope, why) != 0)
		return -1;
	explain_no_events(&view);
	code = run_view(&view, why);
	textfile_end(&view.textfile);
	pass_end(&view.pass);
	if (view.signal_fd >= 0)
		close(view.signal_fd);
	sensors_close(&view.sensors);
	return code;
}

int main(int argc, char **argv)
{
	return view_main(&live_table, run, false, argc, argv); /* ncurses may write */
}
