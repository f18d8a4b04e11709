/* profiler/campaign/output-watch.h - a trial's marks and queries from what its command prints. */
#ifndef JOULECART_OUTPUT_WATCH_H
#define JOULECART_OUTPUT_WATCH_H
#include "profiler/sources/line-patterns.h"
#include "profiler/sources/quality-source.h"
#include "profiler/sources/query-source.h"

#include <stdbool.h>
#include <stdint.h>

struct launch;
struct launch_end;
struct output_watch;
struct problem;
struct store;

/* What to look for; all of it may be missing. */
struct output_wishes {
	struct line_patterns *patterns; /* or NULL */
	struct query_source queries;
	struct quality_source quality; /* stored as the trial's metric */
	bool hides_stdout;             /* what is looked at is not passed on */
};

/* Makes what the command writes into, where the wishes are about its output. Marks go to marker_fd, the
 * sending end of the sampler's socket, of which a duplicate is kept. wishes outlives the watch. NULL with
 * *why. */
struct output_watch *output_watch_new(struct output_wishes *wishes, int marker_fd,
				      struct problem *why);

/* What become the command's standard output and standard error; -1: nothing does. */
int output_watch_stdout(const struct output_watch *watch);
int output_watch_stderr(const struct output_watch *watch);

/* Once the command is forked. Takes NULL. 0, or -1 with *why. */
int output_watch_start(struct output_watch *watch, struct problem *why);

/* Once the command has ended, and before the sampler has: the last marks. Waits as relay_end() does. Takes a
 * watch of NULL. */
void output_watch_end(struct output_watch *watch, struct launch *launch,
		      struct launch_end *end);

/* Stores the queries and the quality that were found, and what was not, as gaps of the trial. Takes NULL.
 * 0, or -1 with *why. */
int output_watch_store(struct output_watch *watch, struct store *store, int64_t trial_id,
		       int64_t begin_utc_ns, struct problem *why);

void output_watch_free(struct output_watch *watch); /* takes NULL */

#endif
