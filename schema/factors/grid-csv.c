/* schema/factors/grid-csv.c - intensities in CSV, one row a time. See grid-parse.h. */
#include <config.h>

#include "base/number.h"
#include "base/problem.h"
#include "schema/factors/grid-parse.h"
#include "schema/factors/grid-series.h"
#include "schema/factors/grid-time.h"

#include <csv.h>
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* remedy: grid_file_read() says where the forms of files are written down */

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
/* Publishers' exports have some twenty columns. */
enum { N_FORMATS = sizeof(formats) / sizeof(formats[0]), MAX_COLUMNS = 64 };

/* What the callbacks of libcsv fill. */
struct table {
	struct grid_file *file;
	const struct csv_format *format;
	char names[MAX_COLUMNS][64];  /* of the header, as plain() makes them */
	char fields[MAX_COLUMNS][64]; /* of this row, cut: what matters is short */
	int role_at[N_ROLES];         /* column of each role, -1: none */
	size_t column;
	size_t row;
	char failed[128]; /* why a row can't be taken */
};

/* Lower-case letters and digits alone; subscripts are plain digits. */
static void plain(const char *text, char *out, size_t size)
{
	size_t n = 0;
	for (const unsigned char *c = (const unsigned char *)text; *c && n + 1 < size;
	     c++) {
		if (c[0] == 0xe2 && c[1] == 0x82 && c[2] >= 0x80 && c[2] <= 0x89) {
			out[n++] = (char)('0' + c[2] - 0x80); /* U+2080..U+2089 */
			c += 2;
		} else if (*c < 0x80 && isalnum(*c))
			out[n++] = (char)tolower(*c);
	}
	out[n] = '\0';
}

static int find_column(const struct table *table, const struct csv_format *format,
		       enum role role)
{
	for (int i = 0; i < 3 && format->columns[role][i]; i++)
		for (size_t j = 0; j < table->column; j++)
			if (strcmp(table->names[j], format->columns[role][i]) == 0)
				return (int)j;
	return -1;
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
	for (size_t i = 0; i < table->column; i++)
		plain(table->fields[i], table->names[i], sizeof(table->names[i]));
	for (size_t i = 0; i < N_FORMATS && !table->format; i++)
		if (fits(table, &formats[i]))
			table->format = &formats[i];
	if (table->format)
		grid_format_apply(&table->format->common, table->file);
}

static const char *field(const struct table *table, enum role role)
{
	int at = table->role_at[role];
	return at >= 0 && (size_t)at < table->column ? table->fields[at] : "";
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
		snprintf(table->failed, sizeof(table->failed),
			 "row %zu: '%.40s' is no intensity", table->row, text);
		return;
	}
	point.g_per_kwh = value * common->g_per_kwh;
	struct grid_series *series = grid_series_of(table->file, common->method, scope,
						    common->basis);
	if (!series || !grid_series_add(series, point))
		snprintf(table->failed, sizeof(table->failed), "out of memory");
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
		snprintf(table->failed, sizeof(table->failed),
			 "row %zu: '%.40s' is no time%s", table->row, field(table, TIME),
			 is_utc ? "" : " with its offset from UTC");
		return;
	}
	if (check_zone(table) != 0) {
		snprintf(table->failed, sizeof(table->failed),
			 "row %zu is of another zone, '%.40s'", table->row,
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

static void take_field(void *data, size_t size, void *context)
{
	struct table *table = context;
	if (table->column < MAX_COLUMNS) {
		char *out = table->fields[table->column];
		size = size < sizeof(table->fields[0]) ? size
						       : sizeof(table->fields[0]) - 1;
		memcpy(out, data, size);
		out[size] = '\0';
		table->column++;
	}
}

static void take_row(int terminator, void *context)
{
	struct table *table = context;
	(void)terminator;
	if (table->row++ == 0)
		read_header(table);
	else if (table->format && !*table->failed)
		read_row(table);
	table->column = 0;
}

/* Files of this field are separated by commas, or in some countries by semicolons. */
static unsigned char delimiter_of(const char *text)
{
	size_t line = strcspn(text, "\n");
	const char *comma = memchr(text, ',', line);
	return !comma && memchr(text, ';', line) ? ';' : ',';
}

int grid_parse_csv(char *text, size_t size, struct grid_file *file, struct problem *why)
{
	struct table *table = calloc(1, sizeof(*table));
	struct csv_parser parser;
	if (!table || csv_init(&parser, 0) != 0) {
		free(table);
		return problem_why(why, "out of memory");
	}
	table->file = file;
	csv_set_delim(&parser, delimiter_of(text));
	csv_parse(&parser, text, size, take_field, take_row, table);
	csv_fini(&parser, take_field, take_row, table);
	csv_free(&parser);
	int code = 0;
	if (!table->format) {
		code = problem_why(why, "its header is of no format that joulecart knows");
		problem_todo(why, "'man joulecart-factors' lists them");
	} else if (*table->failed)
		code = problem_why(why, "%s", table->failed);
	free(table);
	return code;
}
