/* schema/store/reader.c - see reader.h. */
#include <config.h>

#include "schema/store/reader.h"

#include "base/problem.h"
#include "schema/samples/samples-vtab.h"
#include "schema/store/file-uri.h"
#include "schema/store/migrate.h"
#include "schema/store/views.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
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

/* A file of this version may hold the views of another build. */
static sqlite3 *with_views(sqlite3 *db, const char *path, struct problem *why)
{
	if (views_refresh(db) == 0)
		return db;
	store_problem(db, "read", path, why);
	why->err = sqlite3_errcode(db) & 0xff;
	sqlite3_close(db);
	return NULL;
}

static sqlite3 *open_checked(const char *path, const char *uri, bool as_is,
			     struct problem *why)
{
	sqlite3 *db = NULL;
	int version = 0;
	if (sqlite3_open_v2(uri, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL) !=
	    SQLITE_OK)
		store_problem(db, "read", path, why);
	else if (migrate_check(db, path, &version, why) == 0) {
		if (as_is && version > 0)
			return db;
		if (version == STORE_VERSION)
			return with_views(db, path, why);
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

/* A log of what is not in the file yet. */
static bool has_wal(const char *path)
{
	struct stat status;
	char *wal = sqlite3_mprintf("%s-wal", path);
	bool exists = wal && stat(wal, &status) == 0 && status.st_size > 0;
	sqlite3_free(wal);
	return exists;
}

static sqlite3 *open_with(const char *path, const char *options, bool as_is,
			  struct problem *why)
{
	char *uri = file_uri(path, options);
	sqlite3 *db = open_checked(path, uri, as_is, why);
	sqlite3_free(uri);
	return db;
}

static sqlite3 *open_read(const char *path, bool as_is, struct problem *why)
{
	if (check_readable(path, why) != 0)
		return NULL;
	sqlite3 *db = open_with(path, "mode=ro", as_is, why);
	bool cannot_write = why->err == SQLITE_CANTOPEN || why->err == SQLITE_READONLY;
	if (db || !cannot_write)
		return db;
	/* A WAL database that we may not write to, or in a folder that we may not: SQLite would
	 * want to create its index beside it. Without a log nothing can change, and none is
	 * needed. */
	if (!has_wal(path))
		return open_with(path, "immutable=1", as_is, why);
	problem_what(why, "cannot read '%s'", path);
	problem_why(why,
		    "its newest part is in '%s-wal', which cannot be read without writing "
		    "next to it",
		    path);
	problem_todo(why, "copy both files into a folder you may write to");
	return NULL;
}

sqlite3 *store_open_read(const char *path, struct problem *why)
{
	return open_read(path, false, why);
}

sqlite3 *store_open_as_is(const char *path, struct problem *why)
{
	return open_read(path, true, why);
}

/* --- samples ---------------------------------------------------------------------------- */

static const char samples_sql[] =
    "SELECT trial_id, collector, channel, unit, unit_per_raw, mono_ns, half_width_ns, raw,"
    "       errno FROM joulecart_samples(?1, ?2, ?3, ?4)";

static struct sample_row row_of(sqlite3_stmt *statement)
{
	return (struct sample_row){
		.trial_id = sqlite3_column_int64(statement, 0),
		.collector = (const char *)sqlite3_column_text(statement, 1),
		.channel = (const char *)sqlite3_column_text(statement, 2),
		.unit = (const char *)sqlite3_column_text(statement, 3),
		.unit_per_raw = sqlite3_column_double(statement, 4),
		.sample = { .mono_ns = sqlite3_column_int64(statement, 5),
			    .half_ns = sqlite3_column_int64(statement, 6),
			    .raw = (uint64_t)sqlite3_column_int64(statement, 7),
			    .err = sqlite3_column_int(statement, 8) },
	};
}

static int samples_problem(sqlite3 *db, struct problem *why)
{
	problem_what(why, "cannot read the samples");
	problem_why(why, "%s", sqlite3_errmsg(db));
	return -1;
}

static void bind_filter(sqlite3_stmt *statement, const struct sample_filter *filter)
{
	if (filter->trial_id)
		sqlite3_bind_int64(statement, 1, filter->trial_id);
	sqlite3_bind_text(statement, 2, filter->channel, -1, SQLITE_STATIC);
	if (filter->has_from)
		sqlite3_bind_double(statement, 3, filter->from_s);
	if (filter->has_to)
		sqlite3_bind_double(statement, 4, filter->to_s);
}

int samples_each(sqlite3 *db, const struct sample_filter *filter,
		 int (*each)(void *context, const struct sample_row *row), void *context,
		 struct problem *why)
{
	sqlite3_stmt *statement = NULL;
	if (samples_register(db) != SQLITE_OK ||
	    sqlite3_prepare_v2(db, samples_sql, -1, &statement, NULL) != SQLITE_OK)
		return samples_problem(db, why);
	bind_filter(statement, filter);
	int code = 0, step = SQLITE_DONE;
	while (code == 0 && (step = sqlite3_step(statement)) == SQLITE_ROW) {
		const struct sample_row row = row_of(statement);
		code = each(context, &row);
	}
	if (code == 0 && step != SQLITE_DONE)
		code = samples_problem(db, why);
	sqlite3_finalize(statement);
	return code;
}

/* The names that sql gives, up to a dozen, for a message. */
static void list_names(sqlite3 *db, const char *sql, int64_t trial_id, char *text,
		       size_t size)
{
	enum { MOST = 12 };
	sqlite3_stmt *statement = NULL;
	size_t length = 0;
	text[0] = '\0';
	if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK)
		sqlite3_bind_int64(statement, 1, trial_id);
	for (int i = 0; length < size && sqlite3_step(statement) == SQLITE_ROW; i++) {
		const char *name = (const char *)sqlite3_column_text(statement, 0);
		length += (size_t)snprintf(text + length, size - length, "%s%s",
					   i ? ", " : "", i < MOST ? name : "...");
		if (i == MOST)
			break;
	}
	sqlite3_finalize(statement);
}

static int64_t count_matches(sqlite3 *db, const char *sql,
			     const struct sample_filter *filter)
{
	sqlite3_stmt *statement = NULL;
	int64_t n = -1;
	if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK) {
		bind_filter(statement, filter);
		if (sqlite3_step(statement) == SQLITE_ROW)
			n = sqlite3_column_int64(statement, 0);
	}
	sqlite3_finalize(statement);
	return n;
}

static int no_trial(sqlite3 *db, const char *path, const struct sample_filter *filter,
		    struct problem *why)
{
	char names[160];
	list_names(db, "SELECT trial_id FROM trial WHERE ?1 <> 0 ORDER BY 1",
		   filter->trial_id, names, sizeof(names));
	problem_what(why, "no trial %lld in '%s'", (long long)filter->trial_id, path);
	return problem_why(why, "it holds %s", names[0] ? names : "none");
}

static int no_channel(sqlite3 *db, const char *path, const struct sample_filter *filter,
		      struct problem *why)
{
	char names[240];
	list_names(db,
		   "SELECT DISTINCT collector || '/' || name FROM channel"
		   " WHERE ?1 = 0 OR trial_id = ?1",
		   filter->trial_id, names, sizeof(names));
	problem_what(why, "no channel '%s' in '%s'", filter->channel, path);
	return problem_why(why, "it holds %s", names[0] ? names : "none");
}

int samples_check(sqlite3 *db, const char *path, const struct sample_filter *filter,
		  struct problem *why)
{
	if (filter->trial_id &&
	    count_matches(db, "SELECT count(*) FROM trial WHERE trial_id = ?1", filter) ==
		0)
		return no_trial(db, path, filter, why);
	if (filter->channel &&
	    count_matches(db,
			  "SELECT count(*) FROM channel WHERE (?1 IS NULL OR trial_id = ?1)"
			  " AND (name = ?2 OR collector || '/' || name = ?2)",
			  filter) == 0)
		return no_channel(db, path, filter, why);
	return 0;
}

int samples_check_kept(sqlite3 *db, const char *path, const struct sample_filter *filter,
		       struct problem *why)
{
	char when[64];
	if (filter->trial_id == 0)
		return 0;
	list_names(db,
		   "SELECT strftime('%Y-%m-%d', utc_ns / 1000000000, 'unixepoch')"
		   " FROM trimmed WHERE trial_id = ?1",
		   filter->trial_id, when, sizeof(when));
	if (!when[0])
		return 0;
	problem_what(why, "no raw readings of trial %lld in '%s'",
		     (long long)filter->trial_id, path);
	problem_why(why, "they were dropped by trim on %s", when);
	return problem_todo(why, "view v_second has the sums of each second");
}
