/* schema/factors/grid-csv.c - intensities in CSV, one row a time. See grid-parse.h. */
#include <config.h>

#include "base/number.h"
#include "base/problem.h"
#include "schema/factors/csv-table.h"
#include "schema/factors/grid-parse.h"
#include "schema/factors/grid-series.h"
#include "schema/factors/grid-time.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* remedy: grid_file_parse() says where the forms of files are written down */

/* What a column can be. */
enum role { TIME, END, VALUE, DIRECT, LIFECYCLE, FORECAST, ZONE, ESTIMATED, N_ROLES };

/* Names are as plain() makes them. Each role lists the spellings of all years. */
struct csv_format {
	struct grid_format common;
	const char *columns[N_ROLES][3];
	bool needs[N_ROLES]; /* without these columns it is another format */
};

static const struct csv_format formats[] = {
	{ .common = { .name = "electricitymaps-csv",
		      GRID_ELECTRICITY_MAPS,
		      .licence = "yearly files ODbL 1.0; hourly: the terms of your copy" },
	  .columns = { [TIME] = { "datetimeutc" },
		       [DIRECT] = { "carbonintensitygco2eqkwhdirect" },
		       [LIFECYCLE] = { "carbonintensitygco2eqkwhlifecycle",
				       "carbonintensitygco2eqkwhlca" },
		       [ZONE] = { "zoneid" },
		       [ESTIMATED] = { "dataestimated" } },
	  .needs = { [TIME] = true, [DIRECT] = true } },
	{ .common = { .name = "carbonintensity-uk-csv", GRID_NESO },
	  .columns = { [TIME] = { "from", "datetimeutc" },
		       [END] = { "to" },
		       [VALUE] = { "actual", "actualcarbonintensitygco2kwh" },
		       [FORECAST] = { "forecast", "forecastcarbonintensitygco2kwh" } },
	  .needs = { [TIME] = true, [FORECAST] = true } },
	{ .common = { .name = "watttime-csv", GRID_WATTTIME, .method = "marginal" },
	  .columns = { [TIME] = { "pointtime" }, [VALUE] = { "value" } },
	  .needs = { [TIME] = true, [VALUE] = true } },
	{ .common = { .name = "generic-csv",
		      .publisher = "as declared",
		      .licence = "as declared",
		      .unit = "gCO2/kWh",
		      .g_per_kwh = 1 },
	  .columns = { [TIME] = { "timestamp" }, [VALUE] = { "carbonintensity", "avgci" } },
	  .needs = { [TIME] = true, [VALUE] = true } },
};
enum { N_FORMATS = sizeof(formats) / sizeof(formats[0]) };

/* What the rows fill. */
struct table {
	struct csv_table csv;
	struct grid_file *file;
	const struct csv_format *format;
	int role_at[N_ROLES]; /* column of each role, -1: none */
};

static int find_column(const struct table *table, const struct csv_format *format,
		       enum role role)
{
	int column = -1;
	for (int i = 0; i < 3 && column < 0 && format->columns[role][i]; i++)
		column = csv_table_column(&table->csv, format->columns[role][i]);
	return column;
}

static bool fits(struct table *table, const struct csv_format *format)
{
	for (int role = 0; role < N_ROLES; role++) {
		table->role_at[role] = find_column(table, format, (enum role)role);
		if (format->needs[role] && table->role_at[role] < 0)
			return false;
	}
	return true;
}

static void read_header(struct table *table)
{
	for (size_t i = 0; i < N_FORMATS && !table->format; i++)
		if (fits(table, &formats[i]))
			table->format = &formats[i];
	if (table->format)
		grid_format_apply(&table->format->common, table->file);
}

static const char *field(const struct table *table, enum role role)
{
	return csv_table_field(&table->csv, table->role_at[role]);
}

/* As publishers write that a value is missing. */
static bool is_hole(const char *text)
{
	static const char *const words[] = { "", "nan", "null", "na", "n/a", "none", "-" };
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcasecmp(text, words[i]) == 0)
			return true;
	return false;
}

static void add_value(struct table *table, enum role role, const char *text,
		      const char *scope, struct grid_point point)
{
	const struct grid_format *common = &table->format->common;
	char none[] = "", *end = none;
	const bool is_known = !is_hole(text);
	double value = is_known ? strtod(text, &end) : NAN;
	if (table->role_at[role] < 0)
		return;
	if (is_known &&
	    (*end || value < 0 || !number_is_quantity(value * common->g_per_kwh))) {
		snprintf(table->csv.failed, sizeof(table->csv.failed),
			 "row %zu: '%.40s' is no intensity", table->csv.row, text);
		return;
	}
	point.g_per_kwh = value * common->g_per_kwh;
	struct grid_series *series = grid_series_of(table->file, common->method, scope,
						    common->basis);
	if (!series || !grid_series_add(series, point))
		snprintf(table->csv.failed, sizeof(table->csv.failed), "out of memory");
}

static int check_zone(struct table *table)
{
	const char *zone = field(table, ZONE);
	if (!*zone)
		return 0;
	if (!*table->file->zone)
		snprintf(table->file->zone, sizeof(table->file->zone), "%.47s", zone);
	return strcmp(table->file->zone, zone) == 0 ? 0 : -1;
}

static int is_estimated(const char *word)
{
	if (!*word)
		return -1;
	return strchr("tTyY1", *word) != NULL;
}

static void read_row(struct table *table)
{
	struct grid_point point = { .is_estimated = is_estimated(field(table, ESTIMATED)) };
	bool is_utc = table->format->common.is_utc;
	const char *end = field(table, END);
	if (grid_time(field(table, TIME), is_utc, &point.begin_ns) != 0 ||
	    (*end && grid_time(end, is_utc, &point.end_ns) != 0)) {
		snprintf(table->csv.failed, sizeof(table->csv.failed),
			 "row %zu: '%.40s' is no time%s", table->csv.row,
			 field(table, TIME), is_utc ? "" : " with its offset from UTC");
		return;
	}
	if (check_zone(table) != 0) {
		snprintf(table->csv.failed, sizeof(table->csv.failed),
			 "row %zu is of another zone, '%.40s'", table->csv.row,
			 field(table, ZONE));
		return;
	}
	const char *value = field(table, VALUE);
	enum role role = VALUE;
	if (table->role_at[FORECAST] >= 0 && is_hole(value)) {
		role = FORECAST;
		value = field(table, FORECAST);
	}
	if (table->role_at[FORECAST] >= 0)
		point.is_estimated = role == FORECAST;
	add_value(table, role, value, table->format->common.scope, point);
	add_value(table, DIRECT, field(table, DIRECT), "direct", point);
	add_value(table, LIFECYCLE, field(table, LIFECYCLE), "lifecycle", point);
}

static void take_row(struct csv_table *csv)
{
	struct table *table = csv->context;
	if (csv->row == 1)
		read_header(table);
	else if (table->format)
		read_row(table);
}

int grid_parse_csv(const char *text, size_t size, struct grid_file *file,
		   struct problem *why)
{
	struct table *table = calloc(1, sizeof(*table));
	if (!table)
		return problem_why(why, "out of memory");
	table->csv.take_row = take_row;
	table->csv.context = table;
	table->file = file;
	int code = csv_table_read(&table->csv, text, size, why);
	if (code == 0 && !table->format) {
		code = problem_why(why, "its header is of no format that joulecart knows");
		problem_todo(why, "'man joulecart-factors' lists them");
	} else if (code == 0 && *table->csv.failed)
		code = problem_why(why, "%s", table->csv.failed);
	free(table);
	return code;
}
