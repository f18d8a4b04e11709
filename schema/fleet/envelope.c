/* schema/fleet/envelope.c - see envelope.h. */
#include <config.h>

#include "schema/fleet/envelope.h"

#include "base/problem.h"
#include "schema/fleet/campaign-read.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

/* --- making ------------------------------------------------------------------------------ */

static int copy_pragma(sqlite3 *to, sqlite3 *from, const char *name)
{
	sqlite3_stmt *row = NULL;
	char *sql = sqlite3_mprintf("PRAGMA %s", name);
	int code = sql ? sqlite3_prepare_v2(from, sql, -1, &row, NULL) : SQLITE_NOMEM;
	int64_t value = code == SQLITE_OK && sqlite3_step(row) == SQLITE_ROW
			    ? sqlite3_column_int64(row, 0)
			    : 0;
	sqlite3_finalize(row);
	sqlite3_free(sql);
	sql = sqlite3_mprintf("PRAGMA %s = %lld", name, (long long)value);
	if (code == SQLITE_OK)
		code = sql ? sqlite3_exec(to, sql, NULL, NULL, NULL) : SQLITE_NOMEM;
	sqlite3_free(sql);
	return code == SQLITE_OK ? 0 : -1;
}

/* In the order in which they were made. */
static int copy_schema(sqlite3 *to, sqlite3 *from)
{
	sqlite3_stmt *row = NULL;
	int step, code = 0;
	if (sqlite3_prepare_v2(from,
			       "SELECT sql FROM main.sqlite_schema WHERE sql IS NOT NULL"
			       " ORDER BY rowid",
			       -1, &row, NULL) != SQLITE_OK)
		return -1;
	while (code == 0 && (step = sqlite3_step(row)) == SQLITE_ROW)
		code = sqlite3_exec(to, (const char *)sqlite3_column_text(row, 0), NULL,
				    NULL, NULL) == SQLITE_OK
			   ? 0
			   : -1;
	sqlite3_finalize(row);
	return code == 0 && step == SQLITE_DONE ? 0 : -1;
}

static int copy_row(sqlite3_stmt *to, sqlite3_stmt *from)
{
	for (int i = 0; i < sqlite3_column_count(from); i++)
		sqlite3_bind_value(to, i + 1, sqlite3_column_value(from, i));
	return sqlite3_step(to) == SQLITE_DONE && sqlite3_reset(to) == SQLITE_OK ? 0 : -1;
}

static int copy_table(sqlite3 *to, sqlite3 *from, const char *name)
{
	struct shape shape;
	sqlite3_stmt *rows = NULL, *insert = NULL;
	int step = SQLITE_ERROR, code = 0;
	if (shape_read(from, name, &shape) != 0)
		return -1;
	sqlite3_str *select = sqlite3_str_new(from), *add = sqlite3_str_new(to);
	sqlite3_str_appendall(select, "SELECT ");
	shape_names(select, &shape, "");
	sqlite3_str_appendf(select, " FROM main.\"%w\"", name);
	sqlite3_str_appendf(add, "INSERT INTO \"%w\" (", name);
	shape_names(add, &shape, "");
	for (int i = 0; i < shape.n; i++)
		sqlite3_str_appendall(add, i ? ", ?" : ") VALUES (?");
	sqlite3_str_appendall(add, ")");
	char *select_sql = sqlite3_str_finish(select), *add_sql = sqlite3_str_finish(add);
	if (!select_sql || !add_sql ||
	    sqlite3_prepare_v2(from, select_sql, -1, &rows, NULL) != SQLITE_OK ||
	    sqlite3_prepare_v2(to, add_sql, -1, &insert, NULL) != SQLITE_OK)
		code = -1;
	while (code == 0 && (step = sqlite3_step(rows)) == SQLITE_ROW)
		code = copy_row(insert, rows);
	sqlite3_finalize(rows);
	sqlite3_finalize(insert);
	sqlite3_free(select_sql);
	sqlite3_free(add_sql);
	return code == 0 && step == SQLITE_DONE ? 0 : -1;
}

static int copy_tables(sqlite3 *to, sqlite3 *from)
{
	sqlite3_stmt *row = NULL;
	int step, code = 0;
	if (sqlite3_prepare_v2(from,
			       "SELECT name FROM main.sqlite_schema WHERE type = 'table'"
			       " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid",
			       -1, &row, NULL) != SQLITE_OK)
		return -1;
	while (code == 0 && (step = sqlite3_step(row)) == SQLITE_ROW) {
		const char *name = (const char *)sqlite3_column_text(row, 0);
		if (!campaign_has_table(name))
			code = copy_table(to, from, name);
	}
	sqlite3_finalize(row);
	return code == 0 && step == SQLITE_DONE ? 0 : -1;
}

static int pack(struct envelope *envelope, const uint8_t *bytes, size_t n)
{
	uLongf n_data = compressBound(n);
	envelope->data = malloc(n_data);
	if (!envelope->data || compress2(envelope->data, &n_data, bytes, n, 6) != Z_OK)
		return -1;
	envelope->n_data = n_data;
	envelope->n_bytes = n;
	digest_of(bytes, n, envelope->digest);
	return 0;
}

static int fill(sqlite3 *to, sqlite3 *from)
{
	return sqlite3_exec(to, "PRAGMA foreign_keys = OFF; BEGIN", NULL, NULL, NULL) ==
			   SQLITE_OK &&
		       copy_pragma(to, from, "application_id") == 0 &&
		       copy_pragma(to, from, "user_version") == 0 &&
		       copy_schema(to, from) == 0 && copy_tables(to, from) == 0 &&
		       sqlite3_exec(to, "COMMIT", NULL, NULL, NULL) == SQLITE_OK
		   ? 0
		   : -1;
}

int envelope_make(sqlite3 *db, struct envelope *envelope, struct problem *why)
{
	sqlite3 *copy = NULL;
	sqlite3_int64 n = 0;
	*envelope = (struct envelope){ 0 };
	int code = sqlite3_open(":memory:", &copy) == SQLITE_OK ? fill(copy, db) : -1;
	unsigned char *bytes = code == 0 ? sqlite3_serialize(copy, "main", &n, 0) : NULL;
	if (code != 0)
		problem_refuse(why, "'joulecart verify' may tell more of the file", "%s",
			       sqlite3_errmsg(copy));
	else if (!bytes || n > ENVELOPE_MOST)
		code = problem_why(why, bytes ? "its seal, factors and settings are more "
						"than 256 MiB"
					      : "out of memory");
	else if (pack(envelope, bytes, (size_t)n) != 0)
		code = problem_why(why, "out of memory");
	sqlite3_free(bytes);
	sqlite3_close(copy);
	return code;
}

void envelope_free(struct envelope *envelope)
{
	free(envelope->data);
	envelope->data = NULL;
}

/* --- writing ----------------------------------------------------------------------------- */

static int write_all(const char *path, const uint8_t *bytes, size_t n, struct problem *why)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	size_t written = 0;
	ssize_t step = fd < 0 ? -1 : 1;
	while (step > 0 && written < n) {
		step = write(fd, bytes + written, n - written);
		written += step > 0 ? (size_t)step : 0;
	}
	int err = step > 0 ? 0 : errno ? errno : EIO;
	if (fd >= 0 && close(fd) != 0 && !err)
		err = errno;
	if (!err)
		return 0;
	problem_what(why, "cannot write '%s'", path);
	problem_errno(why, err);
	return -1;
}

int envelope_write(const struct envelope *envelope, const char *path, struct problem *why)
{
	uint8_t digest[DIGEST_SIZE] = { 0 };
	uLongf n = envelope->n_bytes;
	uint8_t *bytes = n <= ENVELOPE_MOST ? malloc(n + 1) : NULL;
	bool is_whole = bytes &&
			uncompress(bytes, &n, envelope->data, envelope->n_data) == Z_OK &&
			n == envelope->n_bytes;
	if (is_whole)
		digest_of(bytes, n, digest);
	bool is_same = is_whole &&
		       sodium_memcmp(digest, envelope->digest, DIGEST_SIZE) == 0;
	int code = is_same ? write_all(path, bytes, n, why)
			   : problem_refuse(why, "somebody changed it on the server",
					    "the file's schema and seal are not what was "
					    "pushed");
	free(bytes);
	return code;
}
