/* profiler/sources/metrics-page.h - counters on a page of Prometheus metrics (text format 0.0.4, and
 * OpenMetrics as far as it is the same), or on nginx's page of its own form (stub_status), whose counters
 * are called "accepts", "handled" and "requests" there. Pure: the page is text from outside. */
#ifndef JOULECART_METRICS_PAGE_H
#define JOULECART_METRICS_PAGE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The most that a series can have counted: a double holds every whole number up to there, and sums of
 * such values stay finite. */
#define METRICS_MOST 1e15

/* A counter with more series than that cannot be followed. */
enum { METRICS_MOST_SERIES = 1024 };

/* One series of a counter. */
struct metrics_series {
	uint64_t key; /* of its name and labels, as they are written */
	double value;
};

/* The series of that name whose labels have all those of labels, at most room of them, each key once; what
 * is written twice is added up. Values are those of metrics_page_sum(). Returns how many there are. */
size_t metrics_page_series(const char *page, const char *name, const char *labels,
			   struct metrics_series *series, size_t room);

/* The sum over all series of that name whose labels have all those of labels ('model="a",x="b"', or
 * ""). False: there is none. Values that are no number from 0 to METRICS_MOST are left out. */
bool metrics_page_sum(const char *page, const char *name, const char *labels, double *sum);

/* Writes up to n names of the page into near, nearest to name first; they point into the page, and
 * lengths has how long they are. Returns how many. */
size_t metrics_page_near(const char *page, const char *name, const char **near,
			 size_t *lengths, size_t n);

/* What is known of the counters of a server: which says requests that it has answered, and tokens of
 * prompts and of answers; NULL where it has no such counter. */
struct metrics_server {
	const char *name;
	const char *requests, *prompt_tokens, *generated_tokens;
};

/* Does whoever reads the page count among the requests of that counter, as on nginx's? */
bool metrics_page_counts_itself(const char *page, const char *name);

/* The server whose counter of requests is on the page, or NULL. */
const struct metrics_server *metrics_page_server(const char *page);

#endif
