/* profiler/sources/metrics-source.c - see metrics-source.h. */
#include <config.h>

#include "profiler/sources/metrics-source.h"

#include "base/clock.h"
#include "base/problem.h"
#include "profiler/sources/curl-library.h"
#include "profiler/sources/followed-count.h"
#include "profiler/sources/metrics-page.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A page that is larger, or later, than any server's own. */
enum { MAX_PAGE_BYTES = 16 << 20, MAX_COUNTERS = 3 };
static const long first_limit_ms = 10000, later_limit_ms = 900;

struct counter {
	const char *unit, *metric;
	double own; /* requests of it that a look itself makes */
	struct followed_count count;
};

struct metrics_source {
	struct curl_library curl;
	CURL *handle;
	char *url, *metric, *labels; /* metric: NULL: a known server's */
	struct counter counters[MAX_COUNTERS];
	size_t n;
	double begun_s;   /* when the service says that it began; 0: it does not */
	struct look look; /* when the page was fetched */
	int64_t n_resets, n_holes, n_failures;
	struct metrics_series
	    series[METRICS_MOST_SERIES]; /* of the counter that is looked at */
	char *page;
	size_t size, room;
};

static size_t take(char *bytes, size_t one, size_t n, void *state)
{
	struct metrics_source *source = state;
	size_t size = one * n;
	if (source->size + size + 1 > source->room) {
		size_t needed = source->size + size + 1;
		size_t room = 2 * needed < MAX_PAGE_BYTES ? 2 * needed : MAX_PAGE_BYTES;
		char *page = needed <= room ? realloc(source->page, room) : NULL;
		if (!page)
			return 0; /* ends the transfer */
		source->page = page;
		source->room = room;
	}
	memcpy(source->page + source->size, bytes, size);
	source->size += size;
	source->page[source->size] = '\0';
	return size;
}

static int set_up(struct metrics_source *source, struct problem *why)
{
	__typeof__(curl_easy_setopt) *set = source->curl.curl_easy_setopt;
	set(source->handle, CURLOPT_FAILONERROR, 1L);
	set(source->handle, CURLOPT_WRITEFUNCTION, take);
	set(source->handle, CURLOPT_WRITEDATA, source);
	return curl_library_confine(&source->curl, source->handle, source->url, why);
}

/* "URL#METRIC{labels}", cut into its parts. */
static int cut(struct metrics_source *source, const char *text)
{
	source->url = strdup(text);
	char *fragment = source->url ? strchr(source->url, '#') : NULL;
	if (!fragment)
		return source->url ? 0 : ENOMEM;
	*fragment++ = '\0';
	char *brace = strchr(fragment, '{');
	source->labels = strdup(brace ? brace + 1 : "");
	if (!source->labels)
		return ENOMEM;
	source->labels[strcspn(source->labels, "}")] = '\0';
	if (brace)
		*brace = '\0';
	source->metric = fragment;
	return 0;
}

struct metrics_source *metrics_source_new(const char *text, struct problem *why)
{
	struct metrics_source *source = calloc(1, sizeof(*source));
	problem_what(why, "cannot count the requests of '%s'", text);
	int err = source ? cut(source, text) : ENOMEM;
	if (err) {
		problem_errno(why, err);
	} else if (curl_has_password(source->url)) {
		problem_what(why, "cannot count the requests of a server"); /* without it */
		why->kind = PROBLEM_USAGE;
		problem_why(why, "the address holds a user's name or password, and the "
				 "database keeps the command line");
		problem_todo(why,
			     "let the server show its counters on loopback without one");
	} else if (curl_library_load(&source->curl, why) == 0) {
		source->handle = source->curl.curl_easy_init();
		if (source->handle && set_up(source, why) == 0)
			return source;
		if (!source->handle)
			problem_errno(why, ENOMEM);
	}
	metrics_source_free(source);
	return NULL;
}

void metrics_source_free(struct metrics_source *source)
{
	if (!source)
		return;
	if (source->handle)
		source->curl.curl_easy_cleanup(source->handle);
	free(source->url); /* holds metric too */
	free(source->labels);
	free(source->page);
	free(source);
}

/* 0, or -1 with why: the page as text, without a 0 in it. */
static int fetch(struct metrics_source *source, long limit_ms, struct problem *why)
{
	const struct curl_library *curl = &source->curl;
	source->size = 0;
	curl->curl_easy_setopt(source->handle, CURLOPT_TIMEOUT_MS, limit_ms);
	source->look.begin_ns = monotonic_ns();
	CURLcode code = curl->curl_easy_perform(source->handle);
	source->look.end_ns = monotonic_ns();
	problem_what(why, "cannot read '%s'", source->url);
	if (code == CURLE_WRITE_ERROR)
		return problem_refuse(why, "name the address of the metrics alone",
				      "the page is larger than %d MB",
				      MAX_PAGE_BYTES >> 20);
	problem_todo(why, "is that the address of the service's metrics, and is it up? "
			  "'curl ADDRESS' shows what it answers");
	if (code != CURLE_OK)
		return problem_why(why, "%s", curl->curl_easy_strerror(code));
	if (source->size == 0 || strlen(source->page) != source->size)
		return problem_why(why, "it is no page of metrics");
	return 0;
}

static void add_counter(struct metrics_source *source, const char *unit, const char *metric)
{
	if (metric)
		source->counters[source->n++] = (struct counter){
			.unit = unit,
			.metric = metric,
			.own = metrics_page_counts_itself(source->page, metric) ? 1 : 0,
		};
}

static int no_such_counter(const struct metrics_source *source, struct problem *why)
{
	const char *near[3];
	size_t lengths[3],
	    n = metrics_page_near(source->page, source->metric, near, lengths, 3);
	char names[200] = "";
	for (size_t i = 0, at = 0; i < n && at < sizeof(names); i++)
		at += (size_t)snprintf(names + at, sizeof(names) - at, "%s%.*s",
				       i ? ", " : "", (int)lengths[i], near[i]);
	problem_why(why, "the page has no counter '%s%s%s'", source->metric,
		    *source->labels ? " with the labels " : "", source->labels);
	return n ? problem_todo(why, "near it are: %s", names)
		 : problem_todo(why, "name a page of Prometheus metrics");
}

/* What is counted: the metric that was named, or a known server's. */
static int choose(struct metrics_source *source, struct problem *why)
{
	double sum;
	if (source->metric) {
		add_counter(source, "queries", source->metric);
		return metrics_page_sum(source->page, source->metric, source->labels, &sum)
			   ? 0
			   : no_such_counter(source, why);
	}
	const struct metrics_server *server = metrics_page_server(source->page);
	if (!server) {
		problem_why(why, "it is the page of no server that is known");
		return problem_todo(why, "name its counter of requests: URL#METRIC");
	}
	add_counter(source, "queries", server->requests);
	add_counter(source, "prompt tokens", server->prompt_tokens);
	add_counter(source, "generated tokens", server->generated_tokens);
	return 0;
}

/* Was the service started again since the last look? Few say when they began. */
static bool is_another_start(struct metrics_source *source)
{
	double begun_s, last_s = source->begun_s;
	if (!metrics_page_sum(source->page, "process_start_time_seconds", "", &begun_s))
		return false;
	source->begun_s = begun_s;
	return last_s > 0 && begun_s > last_s;
}

static size_t find_series(struct metrics_source *source, const struct counter *counter)
{
	return metrics_page_series(source->page, counter->metric,
				   source->labels ? source->labels : "", source->series,
				   METRICS_MOST_SERIES);
}

static void observe(struct metrics_source *source)
{
	bool anew = is_another_start(source), is_reset = false, has_hole = false;
	for (size_t i = 0; i < source->n; i++) {
		struct counter *counter = &source->counters[i];
		size_t n = find_series(source, counter);
		if (n > METRICS_MOST_SERIES)
			n = METRICS_MOST_SERIES;
		enum followed_step step = followed_count_look(
		    &counter->count, source->look, source->series, n, counter->own, anew);
		is_reset |= step == FOLLOWED_ANEW;
		has_hole |= step == FOLLOWED_HOLE;
	}
	source->n_resets += is_reset;
	source->n_holes += has_hole;
}

static int refuse_crowd(const struct metrics_source *source, struct problem *why)
{
	problem_why(why, "the page has more than %d series of '%s'", METRICS_MOST_SERIES,
		    source->counters[0].metric);
	return problem_todo(why, "name some by a label: URL#METRIC{label=\"value\"}");
}

int metrics_source_begin(struct metrics_source *source, struct problem *why)
{
	if (fetch(source, first_limit_ms, why) != 0 || choose(source, why) != 0)
		return -1;
	if (find_series(source, &source->counters[0]) > METRICS_MOST_SERIES)
		return refuse_crowd(source, why);
	observe(source);
	return 0;
}

void metrics_source_restart(struct metrics_source *source)
{
	for (size_t i = 0; i < source->n; i++)
		memset(&source->counters[i].count, 0, sizeof(source->counters[i].count));
	source->n_resets = source->n_holes = source->n_failures = 0;
}

void metrics_source_look(struct metrics_source *source)
{
	struct problem ignored;
	if (fetch(source, later_limit_ms, &ignored) == 0)
		observe(source);
	else
		source->n_failures++;
}

/* Sums of pages that lie are beyond what a count holds. */
static int64_t whole(double n)
{
	return n < METRICS_MOST ? (int64_t)(n + 0.5) : 0;
}

bool metrics_source_count(const struct metrics_source *source, size_t i, int64_t begin_ns,
			  int64_t end_ns, struct metrics_count *count)
{
	if (i >= source->n)
		return false;
	const struct followed_count *followed = &source->counters[i].count;
	double unseen = followed_count_unseen(followed, begin_ns, end_ns);
	*count = (struct metrics_count){
		.unit = source->counters[i].unit,
		.n = whole(followed->risen),
		.uncounted = whole(unseen < METRICS_MOST ? unseen + 0.5 : METRICS_MOST - 1),
	};
	return true;
}

int64_t metrics_source_resets(const struct metrics_source *source)
{
	return source->n_resets;
}

int64_t metrics_source_holes(const struct metrics_source *source)
{
	return source->n_holes;
}

int64_t metrics_source_failures(const struct metrics_source *source)
{
	return source->n_failures;
}
