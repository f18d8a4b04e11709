/* profiler/sources/quality-source.h - how good a program's answers were, read from what it prints. */
#ifndef JOULECART_QUALITY_SOURCE_H
#define JOULECART_QUALITY_SOURCE_H
#include <stdbool.h>
#include <stddef.h>

struct problem;

struct quality_source {
	const char *
	    key; /* of a JSON object in a line of the output, dotted; NULL: not asked for */
	const char *name; /* of the metric: the last part of the key */
	bool is_found;    /* in the lines so far */
	double found;
};

/* "json:KEY". -1 with a usage problem. */
int quality_source_parse(struct quality_source *source, const char *text,
			 struct problem *why);

/* A line of the program's standard output: the last one that says the number counts. Numbers that are
 * not finite are none. */
void quality_source_feed(struct quality_source *source, const char *line, size_t size);

#endif
