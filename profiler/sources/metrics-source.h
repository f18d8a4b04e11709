/* profiler/sources/metrics-source.h - how many requests a service answered, by its own page of metrics.
 *
 * Counters are read again and again, and what they rose is added up (followed-count.h): a service that is
 * started again begins at 0, and what it counted between the last look and its end is bounded. The
 * page is fetched by libcurl, which is loaded for it: http and https, no redirect, no proxy. */
#ifndef JOULECART_METRICS_SOURCE_H
#define JOULECART_METRICS_SOURCE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct problem;
struct metrics_source;

/* "URL#METRIC" or "URL#METRIC{label="value"}": that counter are the queries. "URL" alone: a page of a
 * server that is known (metrics-page.h), whose tokens are counted too. Nothing is fetched. NULL
 * with *why. */
struct metrics_source *metrics_source_new(const char *text, struct problem *why);
void metrics_source_free(struct metrics_source *source); /* takes NULL */

/* The first look. -1 with *why: the page cannot be had, or lacks the counter; near names are said. */
int metrics_source_begin(struct metrics_source *source, struct problem *why);

/* Counting begins with the next look that succeeds: what was counted before is not of the measurement. */
void metrics_source_restart(struct metrics_source *source);

/* A later look; one that fails is counted. */
void metrics_source_look(struct metrics_source *source);

/* What is counted: its unit ("queries", "prompt tokens", "generated tokens"), by how much it rose, and how
 * many more there may have been between begin_ns and end_ns (monotonic): see followed-count.h. */
struct metrics_count {
	const char *unit;
	int64_t n, uncounted;
};

/* The i-th. False: there are no more. */
bool metrics_source_count(const struct metrics_source *source, size_t i, int64_t begin_ns,
			  int64_t end_ns, struct metrics_count *count);

/* How often a counter began anew, how many looks lacked a series that was there before (or found no number in
 * it), and how many failed, since the first. */
int64_t metrics_source_resets(const struct metrics_source *source);
int64_t metrics_source_holes(const struct metrics_source *source);
int64_t metrics_source_failures(const struct metrics_source *source);

#endif
