/* reports/wall/meter-file.h - what a meter logged to a file: a CSV with a time and watts in each row. */
#ifndef JOULECART_METER_FILE_H
#define JOULECART_METER_FILE_H
#include "reports/wall/wall-read.h"

struct data_file;

/* Which columns; NULL: by their names (timestamp, time, date and time, millisecond; watts, w, power, p). */
struct meter_columns {
	const char *time, *power;
};

struct meter_file {
	struct meter_reading
	    *readings; /* by the meter's own clock, each after the one before */
	size_t n;
	int64_t usual_ns; /* from a reading to the next */
	size_t
	    n_gaps; /* of them rows without a value: empty, NaN, below 0 W or above 1 MW */
};

/* Times are Unix time in seconds or milliseconds, or "2026-01-31 12:00:00.250" with or without an offset from UTC
 * (without one: as if it were UTC). A row whose time is none, or is not after that of the row before, is refused:
 * the clock would not be steady; and so is a log whose readings are more than an hour apart on average. 0, or -1
 * with *why; meter_file_free() in either case. */
int meter_file_parse(const struct data_file *data, const struct meter_columns *columns,
		     struct meter_file *file, struct problem *why);
void meter_file_free(struct meter_file *file);

#endif
