/* schema/factors/grid-parse.h - the parsers behind grid-file.h: text to series, no more. */
#ifndef JOULECART_GRID_PARSE_H
#define JOULECART_GRID_PARSE_H
#include "schema/factors/grid-file.h"

#include <stdbool.h>

/* What every file of one format has in common; NULL: the user must say. */
struct grid_format {
	const char *name, *publisher, *licence, *unit;
	const char *method, *scope, *basis, *zone;
	double g_per_kwh; /* of one of its units */
	bool is_utc;      /* times without an offset are UTC */
};

/* Sets what the format says of the file. */
void grid_format_apply(const struct grid_format *format, struct grid_file *file);

/* The series of that scope (NULL: not said), added where there is none. */
struct grid_series *grid_series_of(struct grid_file *file, const char *method,
				   const char *scope, const char *basis);

/* Adds one point; end_ns 0: its step decides. false: no memory. */
bool grid_series_add(struct grid_series *series, struct grid_point point);

/* text[0..size), which is changed, into the series of file. 0, or -1 with *why's reason. */
int grid_parse_csv(char *text, size_t size, struct grid_file *file, struct problem *why);
int grid_parse_json(const char *text, size_t size, struct grid_file *file,
		    struct problem *why);

#endif
