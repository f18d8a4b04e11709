/* schema/fleet/shape.c - see shape.h. */
#include <config.h>

#include "schema/fleet/shape.h"

#include "schema/gate/domain.h"

#include <stdio.h>
#include <string.h>

static bool is_bulk(const char *table)
{
	for (const struct table_domain *domain = table_domains; domain->name; domain++)
		if (strcmp(domain->name, table) == 0)
			return domain->is_bulk;
	return false;
}

static bool ends(const char *name, const char *end)
{
	size_t n = strlen(name), m = strlen(end);
	return n >= m && strcmp(name + n - m, end) == 0;
}

static bool is_one_of(const char *name, const char *const *words)
{
	for (; *words; words++)
		if (strcmp(name, *words) == 0)
			return true;
	return false;
}

/* Units are in the names of the views' columns, and what has none is a word or a count. */
static char type_by_name(const char *name)
{
	static const char *const texts[] = { "span",         "zone",       "per",
					     "figure",       "instrument", "te_name",
					     "pue_category", "grid_doubt", NULL };
	static const char *const counts[] = { "n",     "usable",  "weakness", "ordinal",
					      "wraps", "queries", NULL };
	static const char *const text_ends[] = { "reason", "source", "provenance",
						 "_basis" };
	static const char *const count_ends[] = { "_assumed", "_stated", "_ns", "_id" };
	for (size_t i = 0; i < sizeof(text_ends) / sizeof(text_ends[0]); i++)
		if (ends(name, text_ends[i]))
			return 't';
	for (size_t i = 0; i < sizeof(count_ends) / sizeof(count_ends[0]); i++)
		if (ends(name, count_ends[i]))
			return 'i';
	if (is_one_of(name, texts))
		return 't';
	return is_one_of(name, counts) || strncmp(name, "n_", 2) == 0 ||
		       strncmp(name, "is_", 3) == 0
		   ? 'i'
		   : 'r';
}

static char type_of(const char *declared, const char *name)
{
	static const struct {
		const char *declared;
		char type;
	} types[] = { { "INTEGER", 'i' },
		      { "INT", 'i' },
		      { "REAL", 'r' },
		      { "TEXT", 't' },
		      { "BLOB", 'b' } };
	for (size_t i = 0; declared && i < sizeof(types) / sizeof(types[0]); i++)
		if (strcmp(declared, types[i].declared) == 0)
			return types[i].type;
	return type_by_name(name);
}

int shape_read(sqlite3 *db, const char *name, struct shape *shape)
{
	sqlite3_stmt *row = NULL;
	int step = SQLITE_ERROR;
	*shape = (struct shape){ .is_paged = is_bulk(name) };
	snprintf(shape->name, sizeof(shape->name), "%s", name);
	if (sqlite3_prepare_v2(db, "SELECT name, type, pk FROM pragma_table_info(?1)", -1,
			       &row, NULL) == SQLITE_OK)
		sqlite3_bind_text(row, 1, name, -1, SQLITE_STATIC);
	while (row && (step = sqlite3_step(row)) == SQLITE_ROW &&
	       shape->n < SHAPE_COLUMNS_MOST) {
		struct shape_column *column = &shape->columns[shape->n++];
		snprintf(column->name, sizeof(column->name), "%s",
			 (const char *)sqlite3_column_text(row, 0));
		column->type = type_of((const char *)sqlite3_column_text(row, 1),
				       column->name);
		column->is_key = sqlite3_column_int(row, 2) > 0;
	}
	sqlite3_finalize(row);
	return step == SQLITE_DONE ? 0 : -1;
}

const char *shape_type(const struct shape_column *column)
{
	switch (column->type) {
	case 'i':
		return "bigint";
	case 'r':
		return "double precision";
	case 't':
		return "text";
	default:
		return "bytea";
	}
}

void shape_names(sqlite3_str *sql, const struct shape *shape, const char *of)
{
	for (int i = 0; i < shape->n; i++)
		sqlite3_str_appendf(sql, "%s%s\"%w\"", i ? ", " : "", of,
				    shape->columns[i].name);
}
