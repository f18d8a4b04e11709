/* profiler/programs/live-main.c - joulecart-live: the program behind 'joulecart live'.
 *
 * It is a program of its own, so that measuring does not load ncurses. */
#include <config.h>

#include "base/clock.h"
#include "base/problem.h"
#include "base/text-stream.h"
#include "profiler/config/config.h"
#include "profiler/launch/exit-status.h"
#include "profiler/launch/privileges.h"
#include "profiler/live/live-view.h"
#include "profiler/options/live-options.h"
#include "schema/database/migrate.h"
#include "schema/factors/zone.h"

#include <errno.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
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

/* The grid's factor, from the tables that every database has. */
static int set_facts(struct live_facts *facts, const struct live_options *arguments,
		     char zone[ZONE_KEY_SIZE], struct problem *why)
{
	sqlite3 *db = NULL;
	problem_what(why, "cannot read the bundled factors");
	if (sqlite3_open(":memory:", &db) != SQLITE_OK) {
		sqlite3_close(db);
		return problem_errno(why, ENOMEM);
	}
	int code = migrate_up(db, "the bundled factors", 0, why);
	if (code == 0)
		code = zone_resolve(db, arguments->zone ? arguments->zone : "WORLD", zone,
				    ZONE_KEY_SIZE, why);
	if (code == 0)
		code = zone_intensity(db, zone, &facts->g_per_kwh, why);
	sqlite3_close(db);
	facts->zone = zone;
	facts->pue = arguments->pue > 0 ? arguments->pue : 1;
	facts->is_assumed = !arguments->zone || arguments->pue <= 0;
	return code;
}

/* What the view holds while it runs. */
struct view {
	const struct live_options *arguments;
	struct sensors sensors;
	struct reading *readings;
	struct live live;
	struct live_facts facts;
	int signal_fd;
	int64_t period_ns, due_ns;
};

static double own_share(int64_t since_ns)
{
	struct rusage own;
	getrusage(RUSAGE_SELF, &own);
	double seconds = (double)(own.ru_utime.tv_sec + own.ru_stime.tv_sec) +
			 (double)(own.ru_utime.tv_usec + own.ru_stime.tv_usec) * 1e-6;
	return seconds * NS_PER_S / (double)(monotonic_ns() - since_ns);
}

/* Joules are read each time, all else when a frame ends: on a large machine there are a thousand
 * counters of events. */
static void read_all(struct view *view, bool is_frame)
{
	for (size_t i = 0; i < view->sensors.n_readers; i++) {
		const struct reader *reader = &view->sensors.readers[i];
		if (is_frame || (reader->sensor->collector->is_energy &&
				 !reader->sensor->collector->is_slow))
			reader_read(reader, view->readings + reader->first);
	}
	live_take(&view->live, view->readings, monotonic_ns());
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

/* 0, or the errno of standard output. */
static int watch(struct view *view)
{
	int64_t frame_due_ns = view->live.begin_ns + NS_PER_S;
	int64_t end_ns = view->arguments->seconds
			     ? view->live.begin_ns + view->arguments->seconds * NS_PER_S
			     : INT64_MAX;
	int err = view->arguments->csv ? live_lines_begin(&view->live) : 0;
	if (!view->arguments->csv)
		live_screen_frame(&view->live, &view->facts);
	while (!err && frame_due_ns <= end_ns && !wait_for_due(view)) {
		bool is_frame = monotonic_ns() >= frame_due_ns;
		read_all(view, is_frame);
		plan_next(view);
		if (!is_frame)
			continue;
		live_frame(&view->live, monotonic_ns());
		while (frame_due_ns <= monotonic_ns())
			frame_due_ns += NS_PER_S;
		err = show(view);
	}
	return err;
}

static int block_signals(void)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

static int run_view(struct view *view, struct problem *why)
{
	problem_what(why, "cannot show power");
	view->readings = calloc(view->sensors.n_channels, sizeof(*view->readings));
	view->signal_fd = block_signals();
	if (!view->readings || view->signal_fd < 0)
		return problem_errno(why, errno);
	if (!view->arguments->csv && !live_screen_begin()) {
		problem_why(why, "the terminal '%s' is not known",
			    getenv("TERM") ? getenv("TERM") : "");
		return problem_todo(why, "use --csv");
	}
	view->period_ns = (int64_t)(NS_PER_S / view->arguments->rate_hz);
	live_begin(&view->live, &view->sensors, monotonic_ns());
	view->due_ns = view->live.begin_ns + view->period_ns;
	read_all(view, true);
	int err = watch(view);
	if (!view->arguments->csv)
		live_screen_end();
	return err ? problem_errno(why, err) : 0;
}

/* Each event takes a file for each CPU. */
static void allow_many_files(void)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE,
		  &limit); /* else there may be fewer events, and it is said */
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
	char zone[ZONE_KEY_SIZE], host[64] = "";
	int code = parse(&arguments, argc, argv, why);
	if (code != 0)
		return code > 0 ? EXIT_OK : -1;
	if (arguments.csv) /* else ncurses writes, which shows controls as ^X */
		text_guard_output();
	if (set_facts(&view.facts, &arguments, zone, why) != 0)
		return -1;
	gethostname(host, sizeof(host) - 1);
	view.facts.host = host;
	const struct scope scope = { .root_pid = getpid(),
				     .events = arguments.events,
				     .of_machine = true };
	allow_many_files();
	if (sensors_open(&view.sensors, &scope, why) != 0)
		return -1;
	explain_no_events(&view);
	code = run_view(&view, why);
	free(view.readings);
	if (view.signal_fd >= 0)
		close(view.signal_fd);
	sensors_close(&view.sensors);
	return code;
}

/* The other commands' settings are not known here. */
static int run_set(int argc, char **argv, struct problem *why)
{
	static const struct option_table *const tables[] = { &live_table };
	const struct config_tables own = { tables, 1, true };
	return config_run(&own, &live_table, run, argc, argv, why);
}

int main(int argc, char **argv)
{
	struct problem why = { 0 };
	char text[1024];
	int status = privileges_begin(RIGHTS_VIEW, NULL, &why);
	if (status == 0) {
		setlocale(LC_CTYPE, "");
		status = run_set(argc, argv, &why);
	}
	if (status >= 0)
		return status;
	problem_advise(&why);
	fprintf(stderr, "joulecart: %s\n", problem_text(&why, text, sizeof(text)));
	return why.exit_status ? why.exit_status : (int)why.kind;
}
