/* schema/store/samples-read.c - the raw readings, one by one. See reader.h. */
#include <config.h>

#include "schema/store/reader.h"

#include "base/problem.h"
#include "schema/database/guard.h"
#include "schema/samples/samples-vtab.h"

#include <stdio.h>

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
	guard_why(db, why);
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

/* Registers the module only where it is not yet: that expires every other statement of the connection, which is
 * then compiled anew at its next step. */
static int prepare(sqlite3 *db, sqlite3_stmt **statement)
{
	if (sqlite3_prepare_v2(db, samples_sql, -1, statement, NULL) == SQLITE_OK)
		return 0;
	return samples_register(db) == SQLITE_OK &&
		       sqlite3_prepare_v2(db, samples_sql, -1, statement, NULL) == SQLITE_OK
		   ? 0
		   : -1;
}

int samples_each(sqlite3 *db, const struct sample_filter *filter,
		 int (*each)(void *context, const struct sample_row *row), void *context,
		 struct problem *why)
{
	sqlite3_stmt *statement = NULL;
	if (prepare(db, &statement) != 0)
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
	return problem_refuse(why, "name one of those", "it holds %s",
			      names[0] ? names : "none");
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
	return problem_refuse(why, "name one of those", "it holds %s",
			      names[0] ? names : "none");
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
