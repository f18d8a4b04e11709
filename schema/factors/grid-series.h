/* schema/factors/grid-series.h - grid intensities in time, and how a parser of any format builds them.
 *
 * Both parsers (grid-parse.h) fill a struct grid_file through these functions, so that what a
 * point is, and when two of them disagree, is decided once. Values are gCO2e/kWh, times UTC. */
#ifndef JOULECART_GRID_SERIES_H
#define JOULECART_GRID_SERIES_H
#include "schema/seal/digest.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct problem;

/* 1 lb = 453.59237 g exactly, so that lb/MWh times this is g/kWh. */
#define G_PER_KWH_OF_LB_PER_MWH 0.45359237

struct grid_point {
	int64_t begin_ns, end_ns; /* UTC, from the epoch */
	double g_per_kwh; /* NAN while a file is read: a hole, which no neighbour covers */
	int is_estimated; /* by the publisher; -1: not said */
};

struct grid_series {
	const char *method;        /* "average", "marginal" */
	const char *scope;         /* "direct", "lifecycle" */
	const char *basis;         /* "production", "consumption"; NULL: not said */
	struct grid_point *points; /* in order of time, none twice */
	size_t n;
	int64_t step_ns; /* the commonest distance between points */
};

/* Direct and life cycle; a zone's name is some ten bytes. */
enum { GRID_FILE_SERIES = 2, GRID_ZONE_SIZE = 48 };

struct grid_file {
	const char *format, *unit, *publisher, *licence;
	char zone[GRID_ZONE_SIZE]; /* as the file or the user has it */
	char sha256[DIGEST_HEX_SIZE];
	struct grid_series series[GRID_FILE_SERIES]; /* one for each scope that it holds */
	size_t n_series;
	size_t n_doubled;   /* times with several, different values: left out */
	int64_t doubled_ns; /* the first of them, UTC */
};

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

/* Sorts, makes one of what is there twice alike, gives each point its end, and drops the holes. A
 * time with several values is a hole, and counted in file. 0, or -1: memory ran out. */
int grid_series_finish(struct grid_series *series, struct grid_file *file);

#endif
