/* schema/factors/certificate-store.c - see certificate-store.h. */
#include <config.h>

#include "schema/factors/certificate-store.h"

#include "base/problem.h"
#include "schema/factors/factor-store.h"
#include "schema/factors/factor-write.h"
#include "schema/factors/grid-time.h"

#include <stdio.h>

static const char state_sql[] =
    "SELECT f.zone || ', ' || count(*) || iif(count(*) = 1, ' row, ', ' rows, ') || "
    "printf('%.15g kWh', total(c.kwh))"
    " || ', ' || f.publisher || ', ' || f.source || ', SHA-256 ' || f.sha256"
    " FROM certificate_file f JOIN certificate c ON c.file_id = f.file_id"
    " WHERE f.sha256 = ?1 GROUP BY f.file_id";

static const struct factor_file_tables tables = {
	"DELETE FROM certificate WHERE file_id IN (SELECT file_id FROM certificate_file "
	"WHERE sha256 = ?)",
	"DELETE FROM certificate_file WHERE sha256 = ?",
};

static int add_file(sqlite3 *db, const struct certificate_file *file, const char *name,
		    const struct factor_source *source, struct problem *why)
{
	static const char sql[] =
	    "INSERT INTO certificate_file (zone, publisher, edition, source, licence,"
	    " retrieved, file, sha256) VALUES (?1, coalesce(?2, ?4),"
	    " coalesce(?3, 'not stated'), ?4, coalesce(?5, 'not stated'),"
	    " coalesce(?6, date('now')), ?7, ?8)";
	char zone[GRID_ZONE_SIZE];
	sqlite3_stmt *statement = NULL;
	factor_zone_of(db, file->zone, zone, sizeof(zone));
	if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
		return factor_unwritable(db, name, why);
	const char *const texts[] = { zone,           source->publisher, source->edition,
				      source->source, source->licence,   source->retrieved,
				      name,           file->sha256 };
	for (int i = 0; i < 8; i++)
		factor_bind_text(statement, i + 1, texts[i]);
	return factor_step(db, statement, name, why);
}

/* Which file has brought it. */
static int refuse_used(sqlite3 *db, const struct certificate *one, const char *name,
		       struct problem *why)
{
	char hour[GRID_TIME_SIZE];
	sqlite3_stmt *row = NULL;
	sqlite3_prepare_v2(db,
			   "SELECT f.file FROM certificate c JOIN certificate_file f"
			   " ON f.file_id = c.file_id"
			   " WHERE c.certificate = ? AND c.begin_utc_ns = ?",
			   -1, &row, NULL);
	factor_bind_text(row, 1, one->id);
	sqlite3_bind_int64(row, 2, one->begin_ns);
	bool is_there = sqlite3_step(row) == SQLITE_ROW;
	problem_what(why, "cannot import '%s'", name);
	if (is_there) {
		why->kind = PROBLEM_USAGE;
		problem_refuse(why, "leave the row out: it would be used twice",
			       "row %zu: certificate '%.60s' has %s already from '%.60s'",
			       one->row, one->id, grid_time_text(one->begin_ns, hour),
			       (const char *)sqlite3_column_text(row, 0));
	}
	sqlite3_finalize(row);
	return is_there ? -1 : factor_unwritable(db, name, why);
}

static int add_certificates(sqlite3 *db, const struct certificate_file *file,
			    const char *name, struct problem *why)
{
	int64_t file_id = sqlite3_last_insert_rowid(db);
	sqlite3_stmt *statement = NULL;
	if (sqlite3_prepare_v2(db, "INSERT INTO certificate VALUES (?, ?, ?, ?, ?, ?)", -1,
			       &statement, NULL) != SQLITE_OK)
		return factor_unwritable(db, name, why);
	int code = 0;
	for (size_t i = 0; code == 0 && i < file->n; i++) {
		const struct certificate *one = &file->certificates[i];
		factor_bind_text(statement, 1, one->id);
		sqlite3_bind_int64(statement, 2, one->begin_ns);
		sqlite3_bind_int64(statement, 3, file_id);
		sqlite3_bind_double(statement, 4, one->kwh);
		sqlite3_bind_double(statement, 5, one->g_per_kwh);
		factor_bind_text(statement, 6, one->technology);
		if (sqlite3_step(statement) != SQLITE_DONE)
			code = refuse_used(db, one, name, why);
		sqlite3_reset(statement);
	}
	sqlite3_finalize(statement);
	return code;
}

int certificates_store(sqlite3 *db, const struct certificate_file *file, const char *name,
		       const struct factor_source *source, struct problem *why)
{
	struct noted_change change = { .kind = "certificates",
				       .name = name,
				       .state_sql = state_sql,
				       .key = file->sha256 };
	if (!source->source)
		return factor_lacks(name, "where the certificates are from", "--source",
				    why);
	if (factor_know(db, name, why) != 0 || factor_note_begin(db, &change, why) != 0)
		return -1;
	int code = factor_forget_file(db, &tables, file->sha256, name, why);
	if (code == 0)
		code = add_file(db, file, name, source, why);
	if (code == 0)
		code = add_certificates(db, file, name, why);
	return factor_note_end(db, &change, source, code, why);
}
