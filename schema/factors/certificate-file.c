/* schema/factors/certificate-file.c - see certificate-file.h. */
#include <config.h>

#include "schema/factors/certificate-file.h"

#include "base/problem.h"
#include "base/text.h"
#include "schema/factors/data-file.h"
#include "schema/factors/grid-time.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum role { HOUR, KWH, G_PER_KWH, TECHNOLOGY, CERTIFICATE, ZONE, N_ROLES };

/* Names are as csv-table.h makes them. */
static const struct {
	const char *names[4];
	const char *said; /* in the message that it is missing */
	bool is_optional;
} columns[N_ROLES] = {
	[HOUR] = { { "hour", "timestamp", "datetimeutc" }, "hour", false },
	[KWH] = { { "kwh", "energykwh", "quantitykwh" }, "kwh", false },
	[G_PER_KWH] = { { "gperkwh", "gkwh", "gco2eperkwh", "carbonintensity" },
			"g_per_kwh",
			false },
	[TECHNOLOGY] = { { "technology", "energysource" }, "technology", false },
	[CERTIFICATE] = { { "certificateid", "certificate" }, "certificate_id", false },
	[ZONE] = { { "zone", "zoneid" }, "zone", true },
};

/* What the rows fill. */
struct table {
	struct csv_table csv;
	struct certificate_file *file;
	int column_of[N_ROLES];
	size_t room;
};

static const char *field(const struct table *table, enum role role)
{
	return csv_table_field(&table->csv, table->column_of[role]);
}

static void read_header(struct table *table)
{
	for (int role = 0; role < N_ROLES; role++) {
		table->column_of[role] = -1;
		for (int i = 0; i < 4 && table->column_of[role] < 0; i++)
			if (columns[role].names[i])
				table->column_of[role] = csv_table_column(
				    &table->csv, columns[role].names[i]);
	}
}

#define FAIL(table, ...) \
	snprintf((table)->csv.failed, sizeof((table)->csv.failed), __VA_ARGS__)

static bool is_label(const char *text)
{
	return *text && text_is_plain(text, strlen(text));
}

static void check_amounts(struct table *table, struct certificate *one)
{
	if (!csv_table_number(field(table, KWH), &one->kwh) || one->kwh <= 0)
		FAIL(table, "row %zu: '%.40s' is no amount of kWh", table->csv.row,
		     field(table, KWH));
	else if (!csv_table_number(field(table, G_PER_KWH), &one->g_per_kwh) ||
		 one->g_per_kwh < 0)
		FAIL(table, "row %zu: '%.40s' is no g/kWh", table->csv.row,
		     field(table, G_PER_KWH));
}

static void check_words(struct table *table)
{
	const char *zone = field(table, ZONE);
	struct certificate_file *file = table->file;
	if (table->csv.is_cut)
		FAIL(table, "row %zu has a field of more than %d bytes, or a NUL in one",
		     table->csv.row, CSV_FIELD_SIZE - 1);
	else if (!is_label(field(table, CERTIFICATE)))
		FAIL(table, "row %zu names no certificate that can be shown",
		     table->csv.row);
	else if (!is_label(field(table, TECHNOLOGY)))
		FAIL(table, "row %zu names no technology that can be shown",
		     table->csv.row);
	else if (*zone && !*file->zone && strlen(zone) < sizeof(file->zone) &&
		 is_label(zone))
		memcpy(file->zone, zone, strlen(zone) + 1);
	if (*zone && !*table->csv.failed && strcmp(file->zone, zone) != 0)
		FAIL(table, "row %zu is of another zone, '%.40s'", table->csv.row, zone);
}

static void check_hour(struct table *table, struct certificate *one)
{
	if (grid_time(field(table, HOUR), false, &one->begin_ns) != 0)
		FAIL(table, "row %zu: '%.40s' is no time with its offset from UTC",
		     table->csv.row, field(table, HOUR));
	else if (one->begin_ns % HOUR_NS != 0)
		FAIL(table, "row %zu: '%.40s' is no whole hour of UTC", table->csv.row,
		     field(table, HOUR));
}

static void add(struct table *table, const struct certificate *one)
{
	struct certificate_file *file = table->file;
	struct certificate *certificates = csv_table_room(
	    &table->csv, file->certificates, file->n, &table->room, sizeof(*certificates));
	if (!certificates)
		return;
	file->certificates = certificates;
	file->certificates[file->n++] = *one;
}

static void read_row(struct table *table)
{
	struct certificate one = { .row = table->csv.row };
	check_words(table);
	if (!*table->csv.failed)
		check_hour(table, &one);
	if (!*table->csv.failed)
		check_amounts(table, &one);
	if (*table->csv.failed)
		return;
	snprintf(one.id, sizeof(one.id), "%s", field(table, CERTIFICATE));
	snprintf(one.technology, sizeof(one.technology), "%s", field(table, TECHNOLOGY));
	add(table, &one);
}

static void take_row(struct csv_table *csv)
{
	struct table *table = csv->context;
	if (csv->row == 1)
		read_header(table);
	else
		read_row(table);
}

/* By hour, certificate, and row: of two alike the later one comes second. */
static int compare(const void *a, const void *b)
{
	const struct certificate *one = a, *other = b;
	if (one->begin_ns != other->begin_ns)
		return one->begin_ns < other->begin_ns ? -1 : 1;
	int order = strcmp(one->id, other->id);
	return order ? order : (one->row > other->row) - (one->row < other->row);
}

static int refuse_doubled(struct certificate_file *file, struct problem *why)
{
	char hour[GRID_TIME_SIZE];
	qsort(file->certificates, file->n, sizeof(*file->certificates), compare);
	for (size_t i = 1; i < file->n; i++) {
		const struct certificate *one = &file->certificates[i];
		if (one[-1].begin_ns != one->begin_ns || strcmp(one[-1].id, one->id) != 0)
			continue;
		return problem_refuse(
		    why, "keep one row for each certificate and hour",
		    "row %zu: certificate '%.60s' has %s already in row %zu", one->row,
		    one->id, grid_time_text(one->begin_ns, hour), one[-1].row);
	}
	return 0;
}

static int refuse_missing(const struct table *table, struct problem *why)
{
	for (int role = 0; role < N_ROLES; role++)
		if (table->column_of[role] < 0 && !columns[role].is_optional)
			return problem_refuse(
			    why, "'man joulecart-factors' names the columns",
			    "certificates need the column %s", columns[role].said);
	return 0;
}

static struct table *table_of(struct certificate_file *file)
{
	struct table *table = calloc(1, sizeof(*table));
	if (!table)
		return NULL;
	table->csv.take_row = take_row;
	table->csv.context = table;
	table->file = file;
	for (int role = 0; role < N_ROLES; role++)
		table->column_of[role] = -1;
	return table;
}

bool certificate_file_is(const struct data_file *data)
{
	struct problem why;
	size_t line = strcspn(data->begin, "\n");
	struct table *table = data_file_is_json(data) ? NULL : table_of(NULL);
	bool is = table && csv_table_read(&table->csv, data->begin, line, &why) == 0 &&
		  table->column_of[CERTIFICATE] >= 0 && table->column_of[KWH] >= 0;
	free(table);
	return is;
}

static int parse(const struct data_file *data, struct table *table, struct problem *why)
{
	if (csv_table_read(&table->csv, data->begin, strcspn(data->begin, "\n"), why) !=
		0 ||
	    refuse_missing(table, why) != 0)
		return -1;
	table->csv.row = 0;
	table->csv.n_names = 0;
	if (csv_table_read(&table->csv, data->begin, data->size, why) != 0)
		return -1;
	if (*table->csv.failed)
		return problem_refuse(why,
				      "'man joulecart-factors' says what each column takes",
				      "%s", table->csv.failed);
	if (table->file->n == 0)
		return problem_refuse(why, "give a file that has rows",
				      "there is no certificate in it");
	if (!*table->file->zone)
		return problem_refuse(why, "say where they may be used: --zone",
				      "the file does not say its zone");
	return refuse_doubled(table->file, why);
}

int certificate_file_parse(const struct data_file *data, const char *zone,
			   struct certificate_file *file, struct problem *why)
{
	*file = (struct certificate_file){ 0 };
	struct table *table = table_of(file);
	if (!table)
		return problem_why(why, "out of memory");
	snprintf(file->zone, sizeof(file->zone), "%s", zone ? zone : "");
	snprintf(file->sha256, sizeof(file->sha256), "%s", data->sha256);
	int code = parse(data, table, why);
	free(table);
	if (code != 0)
		certificate_file_free(file);
	return code;
}

void certificate_file_free(struct certificate_file *file)
{
	free(file->certificates);
	file->certificates = NULL;
	file->n = 0;
}
