/* profiler/markers/metrics-source.h - how many requests a service answered, by its own page of metrics.
 *
 * Counters are read again and again, and what they rose is added up: a service that is started
 * again begins at 0, and loses nothing but what it counted between the last look and its end. The
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

/* A later look; one that fails is counted. */
void metrics_source_look(struct metrics_source *source);

/* The i-th thing that is counted: its unit ("queries", "prompt tokens", "generated tokens") and by how
 * much it rose since the first look. False: there are no more. */
bool metrics_source_count(const struct metrics_source *source, size_t i, const char **unit,
			  int64_t *n);

/* How often the counters began anew, and how many looks failed, since the first. */
int64_t metrics_source_resets(const struct metrics_source *source);
int64_t metrics_source_failures(const struct metrics_source *source);

#endif
