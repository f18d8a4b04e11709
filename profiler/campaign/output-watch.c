/* profiler/campaign/output-watch.c - see output-watch.h. */
#include <config.h>

#include "profiler/campaign/output-watch.h"

#include "base/clock.h"
#include "base/problem.h"
#include "profiler/launch/relay.h"
#include "schema/store/writer.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct output_watch {
	struct output_wishes *wishes;
	struct relay *relay; /* NULL: none is needed, or it has ended */
	struct marker_sink sink;
	int marker_fd;
	struct relay_losses losses;
};

/* Does the output have to be looked at? */
static bool output_is_watched(const struct output_wishes *wishes)
{
	return wishes->patterns || wishes->quality.key ||
	       wishes->queries.from == QUERIES_IN_JSON ||
	       wishes->queries.from == QUERIES_LAST_NUMBER;
}

/* The socket does not block; a full one is waited for, since the output can wait. */
static void send_mark(void *state, const struct marker_message *message)
{
	const struct output_watch *watch = state;
	struct pollfd room = { .fd = watch->marker_fd, .events = POLLOUT };
	while (send(watch->marker_fd, message, sizeof(*message),
		    MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
		if (errno != EAGAIN || poll(&room, 1, 1000) <= 0)
			return; /* the sampler has ended */
}

static void take_line(void *state, bool is_stderr, const char *line, size_t size,
		      struct relay_time time)
{
	const struct output_watch *watch = state;
	struct output_wishes *wishes = watch->wishes;
	const struct line_time seen = { time.seen_ns, time.early_ns };
	if (wishes->patterns)
		line_patterns_feed(wishes->patterns, line, size, seen, &watch->sink);
	if (is_stderr)
		return;
	query_source_feed(&wishes->queries, line, size);
	quality_source_feed(&wishes->quality, line, size);
}

struct output_watch *output_watch_new(struct output_wishes *wishes, int marker_fd,
				      struct problem *why)
{
	struct output_watch *watch = calloc(1, sizeof(*watch));
	problem_what(why, "cannot look into the command's output");
	if (!watch) {
		problem_errno(why, ENOMEM);
		return NULL;
	}
	watch->wishes = wishes;
	watch->wishes->queries.found = 0;
	watch->wishes->quality.is_found = false;
	watch->sink = (struct marker_sink){ send_mark, watch };
	if (wishes->patterns)
		line_patterns_restart(wishes->patterns);
	const struct relay_watcher watcher = { take_line, watch, wishes->hides_stdout };
	watch->marker_fd = fcntl(marker_fd, F_DUPFD_CLOEXEC, 0);
	bool is_watched = output_is_watched(wishes);
	watch->relay = is_watched ? relay_new(&watcher, why) : NULL;
	if ((watch->relay || !is_watched) && watch->marker_fd >= 0)
		return watch;
	output_watch_free(watch);
	return NULL;
}

int output_watch_stdout(const struct output_watch *watch)
{
	return watch && watch->relay ? relay_stdout(watch->relay) : -1;
}

int output_watch_stderr(const struct output_watch *watch)
{
	return watch && watch->relay ? relay_stderr(watch->relay) : -1;
}

int output_watch_start(struct output_watch *watch, struct problem *why)
{
	int err = watch && watch->relay ? relay_start(watch->relay) : 0;
	if (err == 0)
		return 0;
	problem_what(why, "cannot look into the command's output");
	return problem_errno(why, err);
}

void output_watch_end(struct output_watch *watch, struct launch *launch,
		      struct launch_end *end)
{
	if (!watch || !watch->relay)
		return;
	watch->losses = relay_end(watch->relay, launch, end);
	watch->relay = NULL;
	const struct line_time now = { monotonic_ns(), 0 };
	if (watch->wishes->patterns)
		line_patterns_end(watch->wishes->patterns, now, &watch->sink);
}

static int add_gap(struct store *store, int64_t trial_id, const char *text,
		   const char *todo, struct problem *why)
{
	const struct gap_facts gap = { .trial_id = trial_id,
				       .collector = "markers",
				       .kind = "unavailable",
				       .why = text,
				       .todo = todo };
	return store_add_gap(store, &gap, why);
}

/* What the patterns did not find, or found late. */
static int store_findings(const struct output_watch *watch, struct store *store,
			  int64_t trial_id, struct problem *why)
{
	char text[200];
	const struct line_patterns *patterns = watch->wishes->patterns;
	const char *unmatched = line_patterns_unmatched(patterns);
	uint64_t n_given_up = line_patterns_given_up(patterns);
	int code = 0;
	if (unmatched) {
		snprintf(text, sizeof(text), "no line of the output matches '%.120s'",
			 unmatched);
		code = add_gap(store, trial_id, text, NULL, why);
	}
	if (code == 0 && n_given_up > 0) {
		snprintf(text, sizeof(text),
			 "%llu lines took a pattern too many steps, and do not count",
			 (unsigned long long)n_given_up);
		code = add_gap(store, trial_id, text,
			       "write the pattern without nested repetitions", why);
	}
	if (code == 0 && watch->losses.n_blocks > 0)
		code = add_gap(store, trial_id,
			       "the program writes its output in blocks: its lines came "
			       "late, by an unknown time",
			       "run it with 'stdbuf -oL', or 'python3 -u'", why);
	return code;
}

static int store_quality(const struct quality_source *quality, struct store *store,
			 int64_t trial_id, struct problem *why)
{
	char text[160];
	if (!quality->key)
		return 0;
	if (quality->is_found)
		return store_add_metric(store, trial_id, quality->name, quality->found,
					why);
	snprintf(text, sizeof(text),
		 "no line of the output is a JSON object that has the number '%.60s'",
		 quality->key);
	return add_gap(store, trial_id, text, NULL, why);
}

/* Queries that could not be read. */
static int store_missing(struct store *store, int64_t trial_id,
			 const struct problem *missing, struct problem *why)
{
	char text[sizeof(missing->what) + sizeof(missing->why) + 2];
	snprintf(text, sizeof(text), "%s: %s", missing->what, missing->why);
	return add_gap(store, trial_id, text, missing->todo[0] ? missing->todo : NULL, why);
}

int output_watch_store(struct output_watch *watch, struct store *store, int64_t trial_id,
		       int64_t begin_utc_ns, struct problem *why)
{
	const struct output_wishes *wishes = watch ? watch->wishes : NULL;
	struct problem missing;
	int64_t n = 0;
	if (!wishes)
		return 0;
	if (wishes->patterns && store_findings(watch, store, trial_id, why) != 0)
		return -1;
	if (watch->losses.is_cut_off &&
	    add_gap(
		store, trial_id,
		"nobody read the end of the output: it was not passed on, nor looked at",
		NULL, why) != 0)
		return -1;
	if (store_quality(&wishes->quality, store, trial_id, why) != 0)
		return -1;
	if (wishes->queries.from != QUERIES_NOWHERE)
		n = query_source_count(&wishes->queries, begin_utc_ns, &missing);
	else if (wishes->patterns)
		n = (int64_t)line_patterns_queries(wishes->patterns);
	if (n < 0)
		return store_missing(store, trial_id, &missing, why);
	return n > 0 ? store_set_queries(store, trial_id, n, why) : 0;
}

void output_watch_free(struct output_watch *watch)
{
	if (!watch)
		return;
	relay_free(watch->relay);
	if (watch->marker_fd >= 0)
		close(watch->marker_fd);
	free(watch);
}
