/* reports/wall/meter-file.c - see meter-file.h. */
#include <config.h>

#include "reports/wall/meter-file.h"

#include "base/clock.h"
#include "base/problem.h"
#include "schema/factors/csv-table.h"
#include "schema/factors/data-file.h"
#include "schema/factors/grid-time.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum role { STAMP, DATE, MILLISECOND, WATTS, N_ROLES };

/* As csv-table.h writes names. "time" is a stamp of its own, or goes with a date. */
static const char *const names[N_ROLES][10] = {
	[STAMP] = { "timestamp", "datetime", "time", "timeutc", "utc", "epoch", "unixtime",
		    "date" },
	[DATE] = { "date" },
	[MILLISECOND] = { "millisecond", "ms" },
	[WATTS] = { "watts", "w", "watt", "powerw", "power", "p", "activepower",
		    "activepowerw", "pw" },
};

/* No meter of a machine shows more, and its time is from 1973 to 2199. */
static const double most_w = 1e6;
static const double least_unix_s = 1e8, most_unix_s = 7.2e9;

struct table {
	struct csv_table csv;
	const struct meter_columns *columns;
	struct meter_file *file;
	int column_of[N_ROLES];
	size_t room;
};

#define FAIL(table, ...) \
	snprintf((table)->csv.failed, sizeof((table)->csv.failed), __VA_ARGS__)

static const char *field(const struct table *table, enum role role)
{
	return csv_table_field(&table->csv, table->column_of[role]);
}

static void read_header(struct table *table)
{
	const char *const asked[N_ROLES] = {
		[STAMP] = table->columns->time, [WATTS] = table->columns->power
	};
	for (int role = 0; role < N_ROLES; role++) {
		int *column = &table->column_of[role];
		*column = asked[role] ? csv_table_column(&table->csv, asked[role]) : -1;
		for (int i = 0; !asked[role] && *column < 0 && names[role][i]; i++)
			*column = csv_table_column(&table->csv, names[role][i]);
	}
	if (asked[STAMP] || table->column_of[DATE] == table->column_of[STAMP])
		table->column_of[DATE] = -1;
	if (table->column_of[STAMP] < 0)
		FAIL(table, "its first row names no column of times");
	else if (table->column_of[WATTS] < 0)
		FAIL(table, "its first row names no column of watts");
}

/* "2026/01/31" as "2026-01-31"; the part of a second that grid_time() leaves out is added. */
static bool read_calendar(const char *date, const char *time, int64_t *utc_ns)
{
	char text[2 * CSV_FIELD_SIZE + 1];
	snprintf(text, sizeof(text), "%s%s%s", date, *date ? " " : "", time);
	for (char *c = text; *c && *c != ' ' && *c != 'T'; c++)
		*c = *c == '/' ? '-' : *c;
	if (grid_time(text, true, utc_ns) != 0)
		return false;
	const char *point = strchr(text, '.');
	int64_t unit_ns = NS_PER_S / 10;
	for (point = point ? point + 1 : ""; isdigit((unsigned char)*point) && unit_ns > 0;
	     point++, unit_ns /= 10)
		*utc_ns += (*point - '0') * unit_ns;
	return true;
}

/* Digits in seconds, or in milliseconds. Whole seconds are taken apart: a double has not the digits of both. */
static bool read_unix(const char *text, int64_t *utc_ns)
{
	double value;
	if (!csv_table_number(text, &value))
		return false;
	bool is_ms = value > most_unix_s;
	double seconds = is_ms ? value / 1e3 : value;
	if (seconds < least_unix_s || seconds > most_unix_s)
		return false;
	double whole = floor(seconds);
	*utc_ns = (int64_t)whole * NS_PER_S + llround((seconds - whole) * 1e6) * 1000;
	return true;
}

static bool read_stamp(const struct table *table, int64_t *utc_ns)
{
	const char *stamp = field(table, STAMP), *date = field(table, DATE);
	const char *more = field(table, MILLISECOND);
	double ms;
	if (!*date && read_unix(stamp, utc_ns))
		return true;
	if (!read_calendar(date, stamp, utc_ns))
		return false;
	if (!*more)
		return true;
	if (!csv_table_number(more, &ms) || ms < 0 || ms >= 1000)
		return false;
	*utc_ns += (int64_t)(ms * 1e6);
	return true;
}

static void add(struct table *table, const struct meter_reading *reading)
{
	struct meter_file *file = table->file;
	struct meter_reading *readings = csv_table_room(
	    &table->csv, file->readings, file->n, &table->room, sizeof(*readings));
	if (!readings)
		return;
	file->readings = readings;
	file->readings[file->n++] = *reading;
}

static void read_row(struct table *table)
{
	struct meter_reading reading = { 0 };
	const struct meter_file *file = table->file;
	if (table->csv.is_cut)
		FAIL(table, "row %zu has a field of more than %d bytes, or a NUL in one",
		     table->csv.row, CSV_FIELD_SIZE - 1);
	else if (!read_stamp(table, &reading.utc_ns))
		FAIL(table, "row %zu: '%.40s' is no time", table->csv.row,
		     field(table, STAMP));
	else if (file->n > 0 && reading.utc_ns <= file->readings[file->n - 1].utc_ns)
		FAIL(table,
		     "row %zu: '%.40s' is not after the row before: its clock was set",
		     table->csv.row, field(table, STAMP));
	if (*table->csv.failed)
		return;
	if (!csv_table_number(field(table, WATTS), &reading.watts))
		reading.err = ENODATA;
	else if (reading.watts < 0 || reading.watts > most_w)
		reading.err = ERANGE;
	table->file->n_gaps += reading.err != 0;
	add(table, &reading);
}

static void take_row(struct csv_table *csv)
{
	struct table *table = csv->context;
	if (csv->row == 1)
		read_header(table);
	else
		read_row(table);
}

/* On average more than an hour apart: nothing of a run is in them. */
static bool is_sparse(const struct meter_file *file)
{
	int64_t all_ns = file->readings[file->n - 1].utc_ns - file->readings[0].utc_ns;
	return all_ns / (int64_t)(file->n - 1) > 3600 * NS_PER_S;
}

int meter_file_parse(const struct data_file *data, const struct meter_columns *columns,
		     struct meter_file *file, struct problem *why)
{
	*file = (struct meter_file){ 0 };
	struct table *table = calloc(1, sizeof(*table));
	if (!table)
		return problem_errno(why, ENOMEM);
	table->csv.take_row = take_row;
	table->csv.context = table;
	table->columns = columns;
	table->file = file;
	int code = csv_table_read(&table->csv, data->begin, data->size, why);
	if (code == 0 && *table->csv.failed)
		code = problem_refuse(
		    why,
		    "a header is expected, then rows of a time and watts; "
		    "--time-column and --power-column name others",
		    "%s", table->csv.failed);
	else if (code == 0 && file->n - file->n_gaps < 2)
		code = problem_refuse(why, "export the meter's log of the run as CSV",
				      "it has fewer than two values");
	else if (code == 0 && is_sparse(file))
		code = problem_refuse(why, "export the readings, not means of days",
				      "its readings are more than an hour apart");
	file->usual_ns = code == 0 ? meter_usual_ns(file->readings, file->n) : 0;
	if (code == 0 && file->usual_ns <= 0)
		code = problem_errno(why, ENOMEM);
	free(table);
	return code;
}

void meter_file_free(struct meter_file *file)
{
	free(file->readings);
	file->readings = NULL;
}
