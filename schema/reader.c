/* schema/reader.c - see reader.h. */
#include <config.h>

#include "schema/reader.h"

#include "base/problem.h"
#include "schema/migrate.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int check_readable(const char *path, struct problem *why)
{
	if (access(path, R_OK) == 0)
		return 0;
	int err = errno;
	problem_what(why, "cannot read '%s'", path);
	problem_errno(why, err);
	if (err == ENOENT)
		problem_todo(why, "give the .db file that run or bench wrote");
	return -1;
}

/* A file of an older version, as this version has it: a copy in memory, brought up. What is on
 * disk stays as it is. NULL with *why; old is closed. */
static sqlite3 *brought_up(sqlite3 *old, const char *path, int version, struct problem *why)
{
	sqlite3 *copy = NULL;
	sqlite3_backup *backup = NULL;
	if (sqlite3_open(":memory:", &copy) == SQLITE_OK)
		backup = sqlite3_backup_init(copy, "main", old, "main");
	int code = backup ? sqlite3_backup_step(backup, -1) : SQLITE_ERROR;
	sqlite3_backup_finish(backup);
	sqlite3_close(old);
	if (code != SQLITE_DONE)
		store_problem(copy, "read", path, why);
	else if (migrate_up(copy, path, version, why) == 0)
		return copy;
	sqlite3_close(copy);
	return NULL;
}

static sqlite3 *open_checked(const char *path, const char *uri, struct problem *why)
{
	sqlite3 *db = NULL;
	int version = 0;
	if (sqlite3_open_v2(uri, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL) !=
	    SQLITE_OK)
		store_problem(db, "read", path, why);
	else if (migrate_check(db, path, &version, why) == 0) {
		if (version == STORE_VERSION)
			return db;
		if (version > 0)
			return brought_up(db, path, version, why);
		problem_what(why, "cannot read '%s'", path);
		problem_why(why, "the file is empty");
		problem_todo(why, "give the .db file that run or bench wrote");
	}
	why->err = sqlite3_errcode(db) & 0xff;
	sqlite3_close(db);
	return NULL;
}

/* "file:PATH?OPTIONS" with what URIs treat specially escaped. Freed with sqlite3_free. */
static char *file_uri(const char *path, const char *options)
{
	sqlite3_str *uri = sqlite3_str_new(NULL);
	sqlite3_str_appendall(uri, "file:");
	for (const char *c = path; *c; c++) {
		if (strchr("%?#", *c))
			sqlite3_str_appendf(uri, "%%%02x", *c);
		else
			sqlite3_str_appendchar(uri, 1, *c);
	}
	sqlite3_str_appendf(uri, "?%s", options);
	return sqlite3_str_finish(uri);
}

static bool has_wal(const char *path)
{
	char *wal = sqlite3_mprintf("%s-wal", path);
	bool exists = access(wal, F_OK) == 0;
	sqlite3_free(wal);
	return exists;
}

sqlite3 *store_open_read(const char *path, struct problem *why)
{
	if (check_readable(path, why) != 0)
		return NULL;
	char *uri = file_uri(path, "mode=ro");
	sqlite3 *db = open_checked(path, uri, why);
	sqlite3_free(uri);
	if (db || why->err != SQLITE_CANTOPEN || has_wal(path))
		return db;
	/* A finished WAL database in a folder that we may not write to: SQLite would want to
	 * create its index beside it; without a log there is nothing that could change. */
	uri = file_uri(path, "immutable=1");
	db = open_checked(path, uri, why);
	sqlite3_free(uri);
	return db;
}

static const char query[] =
    "SELECT t.trial_id, c.collector, c.name, c.unit, c.unit_per_raw, k.n, k.crc32, k.data, "
    "k.seq"
    "  FROM trial t JOIN channel c USING (trial_id) JOIN chunk k USING (channel_id)"
    " WHERE (?1 = 0 OR t.trial_id = ?1)"
    "   AND (?2 IS NULL OR c.name = ?2 OR c.collector || '/' || c.name = ?2)"
    " ORDER BY t.trial_id, c.channel_id, k.seq";

static int damaged(const struct sample_row *row, int64_t seq, struct problem *why)
{
	problem_what(why, "cannot unpack the samples of trial %lld",
		     (long long)row->trial_id);
	return problem_why(why, "chunk %lld of %s/%s is damaged", (long long)seq,
			   row->collector, row->channel);
}

static int unpack(sqlite3_stmt *statement, struct sample_row *row, struct sample *samples,
		  size_t n, int (*each)(void *, const struct sample_row *), void *context,
		  struct problem *why)
{
	const uint8_t *data = sqlite3_column_blob(statement, 7);
	size_t size = (size_t)sqlite3_column_bytes(statement, 7);
	if (chunk_crc32(data, size) != (uint32_t)sqlite3_column_int64(statement, 6) ||
	    chunk_decode(data, size, samples, n) != 0)
		return damaged(row, sqlite3_column_int64(statement, 8), why);
	for (size_t i = 0; i < n; i++) {
		row->sample = samples[i];
		int code = each(context, row);
		if (code != 0)
			return code;
	}
	return 0;
}

static int each_chunk(sqlite3_stmt *statement,
		      int (*each)(void *, const struct sample_row *), void *context,
		      struct problem *why)
{
	struct sample_row row = {
		.trial_id = sqlite3_column_int64(statement, 0),
		.collector = (const char *)sqlite3_column_text(statement, 1),
		.channel = (const char *)sqlite3_column_text(statement, 2),
		.unit = (const char *)sqlite3_column_text(statement, 3),
		.unit_per_raw = sqlite3_column_double(statement, 4),
	};
	int64_t n = sqlite3_column_int64(statement, 5);
	/* Each sample takes at least two bytes: a larger n is damage, not a reason to allocate. */
	if (n < 1 || n > sqlite3_column_bytes(statement, 7))
		return damaged(&row, sqlite3_column_int64(statement, 8), why);
	struct sample *samples = malloc((size_t)n * sizeof(*samples));
	if (!samples) {
		problem_what(why, "cannot unpack the samples of '%s'", row.channel);
		return problem_errno(why, ENOMEM);
	}
	int code = unpack(statement, &row, samples, (size_t)n, each, context, why);
	free(samples);
	return code;
}

int samples_each(sqlite3 *db, const struct sample_filter *filter,
		 int (*each)(void *context, const struct sample_row *row), void *context,
		 struct problem *why)
{
	sqlite3_stmt *statement = NULL;
	if (sqlite3_prepare_v2(db, query, -1, &statement, NULL) != SQLITE_OK)
		return store_problem(db, "read samples of", sqlite3_db_filename(db, NULL),
				     why);
	sqlite3_bind_int64(statement, 1, filter->trial_id);
	sqlite3_bind_text(statement, 2, filter->channel, -1, SQLITE_STATIC);
	int code = 0, step;
	while (code == 0 && (step = sqlite3_step(statement)) == SQLITE_ROW)
		code = each_chunk(statement, each, context, why);
	if (code == 0 && step != SQLITE_DONE)
		code = store_problem(db, "read samples of", sqlite3_db_filename(db, NULL),
				     why);
	sqlite3_finalize(statement);
	return code;
}
