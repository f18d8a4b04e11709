/* schema/fleet/source-file.c - see source-file.h. */
#include <config.h>

#include "schema/fleet/source-file.h"

#include "base/problem.h"
#include "schema/database/migrate.h"
#include "schema/fleet/campaign-read.h"
#include "schema/fleet/copy-read.h"
#include "schema/fleet/envelope.h"
#include "schema/fleet/pull.h"
#include "schema/fleet/reading-pieces.h"
#include "schema/seal/seal.h"
#include "schema/store/reader.h"

#include <endian.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

static int failed(struct server *server, sqlite3 *db, struct problem *why)
{
	problem_what(why, "%s", server->doing);
	return problem_refuse(why, "see to the disk that the file is on", "%s",
			      sqlite3_errmsg(db));
}

/* --- the envelope ------------------------------------------------------------------------ */

static int take_envelope(PGresult *row, struct envelope *envelope, struct problem *why)
{
	uint64_t n_bytes;
	if (PQntuples(row) != 1 || PQgetlength(row, 0, 0) != DIGEST_SIZE ||
	    PQgetlength(row, 0, 1) != sizeof(n_bytes) || PQgetlength(row, 0, 2) < 1)
		return problem_refuse(why, "push it again", "a file's schema is not there");
	memcpy(envelope->digest, PQgetvalue(row, 0, 0), DIGEST_SIZE);
	memcpy(&n_bytes, PQgetvalue(row, 0, 1), sizeof(n_bytes));
	envelope->n_bytes = be64toh(n_bytes);
	envelope->data = (uint8_t *)PQgetvalue(row, 0, 2);
	envelope->n_data = (size_t)PQgetlength(row, 0, 2);
	return 0;
}

static int write_envelope(struct server *server, const struct source_file *source,
			  const char *path, struct problem *why)
{
	static const char sql[] =
	    "SELECT e.envelope, e.n_bytes, e.data FROM joulecart.source s"
	    " JOIN joulecart.envelope e ON e.team = s.team AND e.envelope = s.envelope"
	    " WHERE s.team = $1::text AND s.source = decode($2::text, 'hex')";
	const char *parameters[] = { source->team, source->source };
	struct envelope envelope;
	PGresult *row = PQexecParams(server->connection, sql, 2, NULL, parameters, NULL,
				     NULL, 1);
	problem_what(why, "%s", server->doing);
	int code = PQresultStatus(row) == PGRES_TUPLES_OK
		       ? take_envelope(row, &envelope, why)
		       : server_problem(server, row, why);
	if (code == 0)
		code = envelope_write(&envelope, path, why);
	PQclear(row);
	return code;
}

/* Ours word by word, and nothing of a campaign in it yet. */
static int check_envelope(const char *path, struct problem *why)
{
	sqlite3 *figures = NULL;
	struct as_is *file = as_is_open(path, why);
	int code = file ? as_is_figures(file, false, &figures, why) : -1;
	for (const struct campaign_table *table = campaign_tables; code == 0 && table->name;
	     table++) {
		sqlite3_stmt *row = NULL;
		char *sql = sqlite3_mprintf("SELECT 1 FROM main.\"%w\"", table->name);
		if (sql && campaign_has_table(table->name) &&
		    sqlite3_prepare_v2(as_is_db(file), sql, -1, &row, NULL) == SQLITE_OK &&
		    sqlite3_step(row) != SQLITE_DONE)
			code = problem_refuse(why, "somebody changed it on the server",
					      "the file's schema holds rows of %s",
					      table->name);
		sqlite3_finalize(row);
		sqlite3_free(sql);
	}
	if (file && figures != as_is_db(file))
		sqlite3_close(figures);
	as_is_close(file);
	return code;
}

/* --- the campaigns ----------------------------------------------------------------------- */

static int take_table(struct server *server, sqlite3 *db, const char *uuid,
		      const char *table, struct problem *why)
{
	struct shape shape;
	if (shape_read(db, table, &shape) != 0)
		return failed(server, db, why);
	if (shape.n == 0)
		return 0;
	sqlite3_str *sql = sqlite3_str_new(NULL);
	sqlite3_str_appendf(sql, "COPY (SELECT %s", shape.is_paged ? "page_rows, " : "");
	shape_names(sql, &shape, "");
	sqlite3_str_appendf(sql,
			    " FROM joulecart.%s%s WHERE campaign_uuid = '%s'%s)"
			    " TO STDOUT BINARY",
			    table, shape.is_paged ? "_page" : "", uuid,
			    shape.is_paged ? " ORDER BY page_no" : "");
	char *text = sqlite3_str_finish(sql);
	int code = text ? server_copy(server, text, false, why)
			: problem_why(why, "out of memory");
	if (code == 0) /* campaigns of one file share their host */
		code = copy_read(server, &shape, db, strcmp(table, "host") == 0, why);
	sqlite3_free(text);
	return code;
}

/* Rollups and readings that came in pieces. */
static int take_pieces(struct server *server, sqlite3 *db, const char *uuid,
		       struct problem *why)
{
	sqlite3 *pieces = pieces_new(why);
	char *sql = sqlite3_mprintf("COPY (SELECT piece_no, n_readings, data"
				    " FROM joulecart.reading_piece"
				    " WHERE campaign_uuid = '%s' ORDER BY piece_no)"
				    " TO STDOUT BINARY",
				    uuid);
	int code = !pieces ? -1
		   : sql   ? server_copy(server, sql, false, why)
			   : problem_why(why, "out of memory");
	if (code == 0)
		code = copy_read(server, &pieces_shape, pieces, false, why);
	if (code == 0)
		code = pieces_unpack(pieces, db, why);
	sqlite3_free(sql);
	sqlite3_close(pieces);
	return code;
}

static bool is_as_pushed(PGresult *row, int column, const uint8_t digest[DIGEST_SIZE])
{
	char hex[DIGEST_HEX_SIZE];
	return strcmp(PQgetvalue(row, 0, column), digest_hex(digest, hex)) == 0;
}

/* What came against the digests that whoever pushed it left. */
static int compare(struct server *server, sqlite3 *db, const char *uuid,
		   struct pull_result *result, struct problem *why)
{
	struct campaign_digests digests;
	const char *parameters[] = { uuid };
	if (campaign_pick(db, uuid) != 0 || campaign_digest(db, &digests) != 0)
		return failed(server, db, why);
	PGresult *row = server_ask(
	    server,
	    "SELECT encode(rows_digest, 'hex'), encode(readings_digest,"
	    " 'hex') FROM joulecart.pushed WHERE campaign_uuid = $1",
	    1, parameters, why);
	if (!row)
		return -1;
	bool is_same = PQntuples(row) == 1 && is_as_pushed(row, 0, digests.rows) &&
		       is_as_pushed(row, 1, digests.readings);
	PQclear(row);
	if (!is_same && result->n_changed++ == 0)
		snprintf(result->changed, sizeof(result->changed), "%.36s", uuid);
	return 0;
}

static int take_campaign(struct server *server, sqlite3 *db, const char *uuid,
			 struct pull_result *result, struct problem *why)
{
	if (!uuid_is_plain(uuid))
		return problem_refuse(why, "the server does not send what joulecart pushed",
				      "what it calls a campaign is no UUID");
	for (const struct campaign_table *table = campaign_tables; table->name; table++) {
		bool is_rollup = strcmp(table->name, "stretch") == 0;
		if (campaign_has_table(table->name) &&
		    take_table(server, db, uuid, table->name, why) != 0)
			return -1;
		if (is_rollup && take_pieces(server, db, uuid, why) != 0)
			return -1;
	}
	return compare(server, db, uuid, result, why);
}

/* Rows of the file that speak of campaigns that were not chosen. */
static const char leave_out_sql[] =
    "DELETE FROM main.setting WHERE campaign_id <> 0"
    " AND campaign_id NOT IN (SELECT campaign_id FROM main.campaign);"
    "DELETE FROM main.merged"
    " WHERE campaign_id NOT IN (SELECT campaign_id FROM main.campaign)";
/* A file of a version before 22 has no such table. */
static const char leave_out_changes_sql[] =
    "DELETE FROM main.change_log WHERE campaign_id <> 0"
    " AND campaign_id NOT IN (SELECT campaign_id FROM main.campaign)";

static int leave_out(sqlite3 *db)
{
	int code = sqlite3_exec(db, leave_out_sql, NULL, NULL, NULL);
	bool has_changes = sqlite3_table_column_metadata(db, "main", "change_log", NULL,
							 NULL, NULL, NULL, NULL,
							 NULL) == SQLITE_OK;
	if (code == SQLITE_OK && has_changes)
		code = sqlite3_exec(db, leave_out_changes_sql, NULL, NULL, NULL);
	return code;
}

static const char leave_seal_sql[] = "DELETE FROM main.seal_link; DELETE FROM main.seal";

static int check_references(struct server *server, sqlite3 *db, struct problem *why)
{
	sqlite3_stmt *row = NULL;
	int step = SQLITE_ERROR, code = 0;
	if (sqlite3_prepare_v2(db, "SELECT \"table\" FROM pragma_foreign_key_check()", -1,
			       &row, NULL) == SQLITE_OK)
		step = sqlite3_step(row);
	if (step == SQLITE_ROW) {
		problem_what(why, "%s", server->doing);
		code = problem_refuse(why, "the server does not send what joulecart pushed",
				      "a row of %.60s refers to one that is not there",
				      (const char *)sqlite3_column_text(row, 0));
	} else if (step != SQLITE_DONE)
		code = failed(server, db, why);
	sqlite3_finalize(row);
	return code;
}

static int fill(struct server *server, const struct source_file *source, sqlite3 *db,
		struct pull_result *result, struct problem *why)
{
	static const char begin_sql[] =
	    "PRAGMA trusted_schema = OFF; PRAGMA foreign_keys = ON;"
	    "PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY;"
	    "BEGIN";
	if (sqlite3_exec(db, begin_sql, NULL, NULL, NULL) != SQLITE_OK)
		return failed(server, db, why);
	for (int i = 0; i < source->n; i++)
		if (take_campaign(server, db, source->uuids[i], result, why) != 0)
			return -1;
	if (source->leaves_seal &&
	    sqlite3_exec(db, leave_seal_sql, NULL, NULL, NULL) != SQLITE_OK)
		return failed(server, db, why);
	if (!migrate_is_sealed(db) && leave_out(db) != SQLITE_OK)
		return failed(server, db, why);
	if (check_references(server, db, why) != 0)
		return -1;
	return sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK
		   ? 0
		   : failed(server, db, why);
}

/* --- what became of it ------------------------------------------------------------------- */

static int look_at_seal(const char *path, struct pull_result *result, struct problem *why)
{
	struct seal_report report;
	sqlite3 *figures = NULL;
	struct as_is *file = as_is_open(path, why);
	int code = file ? seal_check(as_is_db(file), &report, why) : -1;
	if (code == 0 && report.is_sealed) {
		result->n_sealed++;
		if (!report.holds && !result->broken[0])
			snprintf(result->broken, sizeof(result->broken), "%s",
				 report.place[0] ? report.place
						 : "its readings were trimmed");
	}
	/* and the gate, with each value's domain */
	if (code == 0)
		code = as_is_figures(file, false, &figures, why);
	if (file && figures != as_is_db(file))
		sqlite3_close(figures);
	as_is_close(file);
	return code;
}

int source_file_make(struct server *server, const struct source_file *source,
		     const char *path, struct pull_result *result, struct problem *why)
{
	sqlite3 *db = NULL;
	if (write_envelope(server, source, path, why) != 0 ||
	    check_envelope(path, why) != 0)
		return -1;
	int code = sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK
		       ? fill(server, source, db, result, why)
		       : failed(server, db, why);
	sqlite3_close(db);
	if (code == 0)
		code = look_at_seal(path, result, why);
	if (code == 0) {
		result->n_sources++;
		result->n_campaigns += source->n;
		result->n_unsealed += source->leaves_seal;
	}
	return code;
}
