/* profiler/sources/query-source.h - how many queries a run answered, read where the program left it. */
#ifndef JOULECART_QUERY_SOURCE_H
#define JOULECART_QUERY_SOURCE_H
#include <stddef.h>
#include <stdint.h>

struct problem;

struct query_source {
	enum {
		QUERIES_NOWHERE,
		QUERIES_IN_FILE,
		QUERIES_IN_JSON,
		QUERIES_LAST_NUMBER
	} from;
	const char *name; /* of the file, or the key: "stats.requests" */
	int64_t found;    /* in the lines so far; 0: none */
};

/* "json:KEY", "last-number" or the name of a file. -1 with a usage problem. */
int query_source_parse(struct query_source *source, const char *text, struct problem *why);

/* A line of the program's standard output: the last one that says a number counts. */
void query_source_feed(struct query_source *source, const char *line, size_t size);

/* The count, above 0, after the run. A file must have been written since begin_utc_ns. -1 with *why: there
 * is no such number. */
int64_t query_source_count(const struct query_source *source, int64_t begin_utc_ns,
			   struct problem *why);

#endif
