/* schema/factors/grid-file.h - files of grid intensities in time, as their publishers write them.
 *
 * Headers are matched without regard to case, spaces, punctuation and subscripts, after a byte
 * order mark: old and new names of one publisher both work. Values come out in gCO2e/kWh,
 * times in UTC. Nothing is guessed: what a file does not say must be declared. */
#ifndef JOULECART_GRID_FILE_H
#define JOULECART_GRID_FILE_H
#include "schema/factors/grid-series.h"

struct problem;
struct data_file;

/* What the user says of a file; NULL: not said. It stands before what the file says, but a
 * marginal signal can't be declared average. */
struct grid_declared {
	const char *zone, *method, *scope;
};

/* A file of any known format, of whose data *why's reason speaks; the caller says what failed. 0; or -1 with
 * *why: not a known format, a time or value that is none (with its row), nothing in it, or something that must
 * be declared. */
int grid_file_parse(const struct data_file *data, const struct grid_declared *declared,
		    struct grid_file *file, struct problem *why);
void grid_file_free(struct grid_file *file);

#endif
