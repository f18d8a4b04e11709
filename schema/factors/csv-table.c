/* schema/factors/csv-table.c - see csv-table.h. */
#include <config.h>

#include "schema/factors/csv-table.h"

#include "base/number.h"
#include "base/problem.h"

#include <csv.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static void take_field(void *data, size_t size, void *context)
{
	struct csv_table *table = context;
	if (table->n == CSV_COLUMNS)
		return;
	char *out = table->fields[table->n++];
	size_t kept = size < CSV_FIELD_SIZE ? size : CSV_FIELD_SIZE - 1;
	memcpy(out, data, kept);
	out[kept] = '\0';
	table->is_cut |= strlen(out) != size;
}

static void take_row(int terminator, void *context)
{
	struct csv_table *table = context;
	(void)terminator;
	if (table->row++ == 0)
		for (; table->n_names < table->n; table->n_names++)
			plain(table->fields[table->n_names], table->names[table->n_names],
			      CSV_NAME_SIZE);
	if (!*table->failed)
		table->take_row(table);
	table->n = 0;
	table->is_cut = false;
}

static unsigned char delimiter_of(const char *text)
{
	size_t line = strcspn(text, "\n");
	const char *comma = memchr(text, ',', line);
	return !comma && memchr(text, ';', line) ? ';' : ',';
}

int csv_table_read(struct csv_table *table, const char *text, size_t size,
		   struct problem *why)
{
	struct csv_parser parser;
	if (csv_init(&parser, 0) != 0)
		return problem_why(why, "out of memory");
	csv_set_delim(&parser, delimiter_of(text));
	csv_parse(&parser, text, size, take_field, take_row, table);
	csv_fini(&parser, take_field, take_row, table);
	csv_free(&parser);
	return 0;
}

int csv_table_column(const struct csv_table *table, const char *name)
{
	char written[CSV_NAME_SIZE];
	plain(name, written, sizeof(written));
	for (size_t i = 0; *written && i < table->n_names; i++)
		if (strcmp(table->names[i], written) == 0)
			return (int)i;
	return -1;
}

const char *csv_table_field(const struct csv_table *table, int column)
{
	return column >= 0 && (size_t)column < table->n ? table->fields[column] : "";
}

bool csv_table_number(const char *text, double *value)
{
	char *end;
	*value = strtod(text, &end);
	return end != text && !*end && strspn(text, "+-.0123456789eE") == strlen(text) &&
	       number_is_quantity(*value);
}

void *csv_table_room(struct csv_table *table, void *items, size_t n, size_t *room,
		     size_t size)
{
	enum { LEAST = 64 };
	if (n < *room)
		return items;
	size_t more = *room ? 2 * *room : LEAST;
	void *moved = reallocarray(items, more, size);
	if (moved)
		*room = more;
	else
		snprintf(table->failed, sizeof(table->failed), "out of memory");
	return moved;
}
