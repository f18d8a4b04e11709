/* schema/gate/domain.c - see domain.h. */
#include <config.h>

#include "schema/gate/domain.h"

#include "base/number.h"
#include "base/problem.h"
#include "schema/database/guard.h"
#include "schema/database/migrate.h"
#include "schema/gate/printable.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const int64_t far = INT64_C(1) << 62;

static const char *integer_fault(sqlite3_int64 value, enum domain domain)
{
	switch (domain) {
	case NOT_NEGATIVE:
		return value < 0 ? "is negative" : NULL;
	case POSITIVE:
		return value < 1 ? "is not positive" : NULL;
	case FLAG:
		return value != 0 && value != 1 ? "is neither 0 nor 1" : NULL;
	case TIME_NS:
	case END_NS:
		return value < 0 || value > far ? "is no time" : NULL;
	case STEPS:
		return value < -far || value > far ? "is too large" : NULL;
	default:
		return NULL;
	}
}

static const char *real_fault(double value, enum domain domain)
{
	if (!isfinite(value))
		return "is not finite";
	if (domain == REAL_NOT_NEGATIVE && value < 0)
		return "is negative";
	if (domain == REAL_POSITIVE && !(value > 0))
		return "is not positive";
	if (!number_is_quantity(value))
		return fabs(value) < 1 ? "is too small" : "is too large";
	return NULL;
}

static bool is_one_of(const char *words, const char *text, size_t length)
{
	for (const char *at = words; at[1]; at += 1 + strcspn(at + 1, "|"))
		if (strcspn(at + 1, "|") == length && memcmp(at + 1, text, length) == 0)
			return true;
	return false;
}

/* By sqlite3_value_blob: what it points to need not be ended, nor be copied for that. */
static const char *bytes_fault(sqlite3_value *value, const struct column_domain *column)
{
	const char *bytes = sqlite3_value_blob(value);
	size_t length = (size_t)sqlite3_value_bytes(value);
	if (column->domain == BLOB)
		return column->size && length != (size_t)column->size ? "has another length"
		       : length > DOMAIN_BLOB_SIZE                    ? "is too long"
								      : NULL;
	if (length > DOMAIN_TEXT_SIZE)
		return "is too long";
	if (length > 0 && !bytes)
		return "cannot be read";
	if (length > 0 && memchr(bytes, '\0', length))
		return "holds a NUL";
	if (column->domain == WORD && !is_one_of(column->words, bytes, length))
		return "is not one of its words";
	return NULL;
}

static int type_of(enum domain domain)
{
	if (domain <= STEPS)
		return SQLITE_INTEGER;
	if (domain <= REAL_POSITIVE)
		return SQLITE_FLOAT;
	return domain == BLOB ? SQLITE_BLOB : SQLITE_TEXT;
}

static const char *fault_of(sqlite3_value *value, const struct column_domain *column)
{
	int type = sqlite3_value_type(value);
	if (type == SQLITE_NULL)
		return column->is_optional ? NULL : "is missing";
	/* A chunk's or link's bytes are checked where they are read; here, their length. */
	if (column->domain == BLOB && !column->size && type == SQLITE_INTEGER)
		return sqlite3_value_int64(value) > DOMAIN_BLOB_SIZE ? "is too long" : NULL;
	if (type != type_of(column->domain))
		return "is of another type";
	if (type == SQLITE_INTEGER)
		return integer_fault(sqlite3_value_int64(value), column->domain);
	if (type == SQLITE_FLOAT)
		return real_fault(sqlite3_value_double(value), column->domain);
	return bytes_fault(value, column);
}

/* "trial 3: queries is negative". */
static int outside(sqlite3_stmt *row, const struct table_domain *table, const char *column,
		   const char *fault, struct problem *why)
{
	char key[96] = "";
	for (int i = 0; i < table->n_keys; i++) {
		size_t used = strlen(key);
		const char *text = (const char *)sqlite3_column_text(row, i);
		snprintf(key + used, sizeof(key) - used, "%s%.40s", i ? ", " : "",
			 text ? text : "NULL");
	}
	printable(key);
	problem_why(why, "%s of %s %s %s", column, table->name, key, fault);
	return problem_todo(why, "joulecart does not write it so: ask whoever created the "
				 "file");
}

static bool ends_before_it_begins(sqlite3_stmt *row, int i,
				  const struct column_domain *column)
{
	return column->domain == END_NS && sqlite3_column_type(row, i) == SQLITE_INTEGER &&
	       sqlite3_column_int64(row, i) < sqlite3_column_int64(row, i - 1);
}

/* Adds what views add up; whether the sum is one that SQLite refuses. */
static bool is_beyond(sqlite3_value *value, const struct column_domain *column,
		      sqlite3_int64 *sum)
{
	return column->is_summed &&
	       __builtin_add_overflow(*sum, sqlite3_value_int64(value), sum);
}

/* sums: of each column, over the rows before. Each value is asked for once: sqlite3_column_type() and its like
 * take the connection's mutex at each call, a quarter of what a file of many trials costs here. The caller has
 * that mutex, without which a value may not be looked into. */
static int check_row(sqlite3_stmt *row, const struct table_domain *table,
		     sqlite3_int64 sums[DOMAIN_COLUMNS_MOST], struct problem *why)
{
	for (int i = 0; table->columns[i].name; i++) {
		sqlite3_value *value = sqlite3_column_value(row, i);
		const char *fault = fault_of(value, &table->columns[i]);
		if (!fault && ends_before_it_begins(row, i, &table->columns[i]))
			fault = "is before the begin";
		if (!fault && is_beyond(value, &table->columns[i], &sums[i]))
			fault = "and those before it are more than 2^63 together";
		if (fault)
			return outside(row, table, table->columns[i].name, fault, why);
	}
	return 0;
}

/* Of a blob of any size its type and length: typeof() and length() do not read it. */
static void append_column(sqlite3_str *sql, const struct column_domain *column)
{
	if (column->domain == BLOB && !column->size)
		sqlite3_str_appendf(sql,
				    "iif(typeof(\"%w\") = 'blob', length(\"%w\"), 'text')",
				    column->name, column->name);
	else if (column->domain == JSON)
		sqlite3_str_appendf(
		    sql,
		    "iif(typeof(\"%w\") <> 'text', 0, iif(json_valid(\"%w\"),"
		    " iif(json_type(\"%w\") = 'array', \"%w\", 1), 1))",
		    column->name, column->name, column->name, column->name);
	else
		sqlite3_str_appendf(sql, "\"%w\"", column->name);
}

static char *select_of(const struct table_domain *table)
{
	sqlite3_str *sql = sqlite3_str_new(NULL);
	for (int i = 0; table->columns[i].name; i++) {
		sqlite3_str_appendall(sql, i ? ", " : "SELECT ");
		append_column(sql, &table->columns[i]);
	}
	sqlite3_str_appendf(sql, " FROM main.\"%w\"", table->name);
	return sqlite3_str_finish(sql);
}

static int check_table(sqlite3 *db, const struct table_domain *table, const char *path,
		       struct problem *why)
{
	sqlite3_stmt *row = NULL;
	sqlite3_int64 sums[DOMAIN_COLUMNS_MOST] = { 0 };
	char *sql = select_of(table);
	int code = 0, step = SQLITE_ERROR;
	sqlite3_mutex_enter(sqlite3_db_mutex(db));
	if (sql && sqlite3_prepare_v2(db, sql, -1, &row, NULL) == SQLITE_OK)
		while (code == 0 && (step = sqlite3_step(row)) == SQLITE_ROW)
			code = check_row(row, table, sums, why);
	sqlite3_free(sql);
	if (code == 0 && step != SQLITE_DONE)
		code = store_problem(db, "read", path, why);
	sqlite3_mutex_leave(sqlite3_db_mutex(db));
	sqlite3_finalize(row);
	return code;
}

/* SQLite looks for what a row names row by row, and a look at a frame reads its whole row, in which a name may
 * be long: 300 000 nodes of one frame took a minute. Here each is read once, however many nodes have it. */
static const char lost_frames[] =
    "SELECT NULL, (SELECT min(ordinal) FROM main.profile_node n"
    "              WHERE n.trial_id = lost.trial_id AND n.frame = lost.frame)"
    "  FROM (SELECT trial_id, frame FROM main.profile_node"
    "        EXCEPT SELECT trial_id, ordinal FROM main.profile_frame) lost";

/* A trial of no campaign, a phase of no trial: each list of a report would leave out others of them. */
static int check_references(sqlite3 *db, const struct table_domain *table, const char *path,
			    struct problem *why)
{
	sqlite3_stmt *row = NULL;
	bool is_of_frames = strcmp(table->name, "profile_node") == 0;
	char *sql = is_of_frames ? sqlite3_mprintf("%s", lost_frames)
				 : sqlite3_mprintf("PRAGMA main.foreign_key_check(\"%w\")",
						   table->name);
	int code = 0, step = SQLITE_ERROR;
	if (sql && sqlite3_prepare_v2(db, sql, -1, &row, NULL) == SQLITE_OK)
		step = sqlite3_step(row);
	sqlite3_free(sql);
	if (step == SQLITE_ROW) {
		code = problem_why(why,
				   "row %lld of %s names a row of another table that is "
				   "not there",
				   (long long)sqlite3_column_int64(row, 1), table->name);
		problem_todo(why, "joulecart does not write it so: ask whoever created the "
				  "file");
	} else if (step != SQLITE_DONE) {
		code = store_problem(db, "read", path, why);
	}
	sqlite3_finalize(row);
	return code;
}

int domain_check(sqlite3 *db, const char *path, enum domain_scope scope,
		 struct problem *why)
{
	problem_what(why, "cannot read '%s'", path);
	for (const struct table_domain *table = table_domains; table->name; table++)
		if ((scope == DOMAIN_ALL || !table->is_bulk) &&
		    (check_table(db, table, path, why) != 0 ||
		     check_references(db, table, path, why) != 0))
			return -1;
	return 0;
}
