/* schema/factors/grid-file.h - files of grid intensities in time, as their publishers write them.
 *
 * Headers are matched without regard to case, spaces, punctuation and subscripts, after a byte
 * order mark: old and new names of one publisher both work. Values come out in gCO2e/kWh,
 * times in UTC. Nothing is guessed: what a file does not say must be declared. */
#ifndef JOULECART_GRID_FILE_H
#define JOULECART_GRID_FILE_H
#include "schema/seal/digest.h"

#include <stddef.h>
#include <stdint.h>

struct problem;

/* 1 lb = 453.59237 g exactly, so that lb/MWh times this is g/kWh. */
#define G_PER_KWH_OF_LB_PER_MWH 0.45359237

struct grid_point {
	int64_t begin_ns, end_ns; /* UTC, from the epoch */
	double g_per_kwh;
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

enum { GRID_FILE_SERIES = 2, GRID_ZONE_SIZE = 48 };

struct grid_file {
	const char *format, *unit, *publisher, *licence;
	char zone[GRID_ZONE_SIZE]; /* as the file or the user has it */
	char sha256[DIGEST_HEX_SIZE];
	struct grid_series series[GRID_FILE_SERIES]; /* one for each scope that it holds */
	size_t n_series;
};

/* What the user says of a file; NULL: not said. It stands before what the file says, but a
 * marginal signal can't be declared average. */
struct grid_declared {
	const char *zone, *method, *scope;
};

/* Reads the file of any known format. 0; or -1 with *why: not a known format, a time or value
 * that is none (with its row), nothing in it, or something that must be declared. */
int grid_file_read(const char *path, const struct grid_declared *declared,
		   struct grid_file *file, struct problem *why);
void grid_file_free(struct grid_file *file);

/* "2024-05-01 13:00:00", "2024-05-01T13:00Z", "...+02:00" as ns of UTC. Without an offset it is
 * UTC where is_utc says so, and refused elsewhere. 0, or -1 when it is no time. */
int grid_time(const char *text, int is_utc, int64_t *utc_ns);

#endif
