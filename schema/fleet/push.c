/* schema/fleet/push.c - see push.h. */
#include <config.h>

#include "schema/fleet/push.h"

#include "base/problem.h"
#include "schema/database/count.h"
#include "schema/database/migrate.h"
#include "schema/fleet/campaign-read.h"
#include "schema/fleet/copy-write.h"
#include "schema/fleet/envelope.h"
#include "schema/fleet/kept-figures.h"
#include "schema/fleet/reading-pieces.h"
#include "schema/gate/gate.h"
#include "schema/gate/printable.h"
#include "schema/packed/trial-pages.h"
#include "schema/store/campaign-claim.h"
#include "schema/store/reader.h"

#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* A bytea as a parameter: "\x" and hexadecimal digits. */
enum { HEX_SIZE = 2 + DIGEST_HEX_SIZE };

struct push {
	struct server *server;
	const char *team, *path;
	struct as_is *file;
	sqlite3 *db, *figures; /* as on disk; where the views are */
	int claim_fd;
	struct envelope envelope;
	char envelope_hex[HEX_SIZE], source_hex[HEX_SIZE];
	int64_t n_campaigns;
	struct push_result *result;
	const struct push_listener *listener; /* NULL: the first refusal ends it */
	bool is_refused; /* the last problem is this campaign's alone */
};

struct campaign {
	int64_t id;
	char uuid[UUID_SIZE];
	char begun[40]; /* ISO 8601 */
	struct campaign_digests digests;
	uint8_t figures[DIGEST_SIZE];
};

static int sqlite_failed(struct push *push, sqlite3 *db, struct problem *why)
{
	problem_what(why, "%s", push->server->doing);
	return problem_refuse(why, "'joulecart verify' may tell more of the file",
			      "'%s': %s", push->path, sqlite3_errmsg(db));
}

static void hex_of(const uint8_t digest[DIGEST_SIZE], char hex[HEX_SIZE])
{
	char digits[DIGEST_HEX_SIZE];
	snprintf(hex, HEX_SIZE, "\\x%s", digest_hex(digest, digits));
}

/* --- whose ------------------------------------------------------------------------------- */

int push_team(struct server *server, const char *given, char *team, size_t size,
	      struct problem *why)
{
	if (given && strlen(given) < size) {
		snprintf(team, size, "%s", given);
		return 0;
	}
	if (given) {
		problem_what(why, "%s", server->doing);
		return problem_refuse(why, "say a shorter one: --team NAME",
				      "no team has a name of more than %zu bytes",
				      size - 1);
	}
	PGresult *teams = server_ask(server, "SELECT team FROM joulecart.my_team", 0, NULL,
				     why);
	int n = teams ? PQntuples(teams) : 0;
	if (n == 1)
		snprintf(team, size, "%s", PQgetvalue(teams, 0, 0));
	PQclear(teams);
	if (!teams || n == 1)
		return teams ? 0 : -1;
	problem_what(why, "%s", server->doing);
	return problem_refuse(why, "say which one: --team NAME", "this login is of %s team",
			      n == 0 ? "no" : "more than one");
}

/* --- the file ---------------------------------------------------------------------------- */

static int count(struct push *push, const char *sql, int64_t *n, struct problem *why)
{
	return database_count(push->db, sql, n) == SQLITE_OK
		   ? 0
		   : sqlite_failed(push, push->db, why);
}

/* The source's name: of its envelope and campaigns, whatever the file is called. */
static int name_source(struct push *push)
{
	crypto_generichash_state hash;
	uint8_t digest[DIGEST_SIZE];
	sqlite3_stmt *row = NULL;
	int step = SQLITE_ERROR;
	crypto_generichash_init(&hash, NULL, 0, DIGEST_SIZE);
	crypto_generichash_update(&hash, push->envelope.digest, DIGEST_SIZE);
	if (sqlite3_prepare_v2(push->db, "SELECT uuid FROM main.campaign ORDER BY uuid", -1,
			       &row, NULL) == SQLITE_OK)
		while ((step = sqlite3_step(row)) == SQLITE_ROW)
			campaign_rows_hash(&hash, row, 0);
	sqlite3_finalize(row);
	crypto_generichash_final(&hash, digest, DIGEST_SIZE);
	hex_of(digest, push->source_hex);
	hex_of(push->envelope.digest, push->envelope_hex);
	return step == SQLITE_DONE ? 0 : -1;
}

/* The tables by way of which rows come (stage_sql()) stay for the next file, where it has the same columns. */
static int leave_stages(struct push *push, struct problem *why)
{
	int64_t version = as_is_gate(push->file)->version;
	if (push->server->stages_of == version)
		return 0;
	push->server->stages_of = 0;
	if (server_run(push->server, "DISCARD TEMP", why) != 0)
		return -1;
	push->server->stages_of = version;
	return 0;
}

static int open_file(struct push *push, struct problem *why)
{
	push->file = as_is_open(push->path, why);
	if (!push->file || as_is_figures(push->file, false, &push->figures, why) != 0)
		return -1;
	push->db = as_is_db(push->file);
	push->claim_fd = open(push->path, O_RDONLY | O_CLOEXEC);
	problem_what(why, "%s", push->server->doing);
	if (count(push, "SELECT count(*) FROM main.campaign", &push->n_campaigns, why) !=
		0 ||
	    leave_stages(push, why) != 0 || kept_make(push->figures, why) != 0 ||
	    envelope_make(push->db, &push->envelope, why) != 0)
		return -1;
	return name_source(push) == 0 ? 0 : sqlite_failed(push, push->db, why);
}

/* The descriptor last: closing it ends SQLite's own locks. */
static void close_file(struct push *push)
{
	if (push->figures != push->db)
		sqlite3_close(push->figures);
	as_is_close(push->file);
	if (push->claim_fd >= 0)
		close(push->claim_fd);
	envelope_free(&push->envelope);
}

/* --- one campaign ------------------------------------------------------------------------ */

static void say_time(int64_t utc_ns, char *text, size_t size)
{
	time_t seconds = utc_ns / 1000000000;
	struct tm utc;
	char whole[24];
	gmtime_r(&seconds, &utc);
	strftime(whole, sizeof(whole), "%Y-%m-%dT%H:%M:%S", &utc);
	snprintf(text, size, "%s.%06dZ", whole, (int)(utc_ns % 1000000000 / 1000));
}

static int run_with(struct push *push, const char *sql, int n,
		    const char *const *parameters, struct problem *why)
{
	PGresult *result = server_ask(push->server, sql, n, parameters, why);
	PQclear(result);
	return result ? 0 : -1;
}

/* The file's envelope, and that it has this campaign. */
static int add_source(struct push *push, const struct campaign *campaign,
		      struct problem *why)
{
	static const char source_sql[] =
	    "INSERT INTO joulecart.source (source, team, envelope, n_campaigns, is_sealed, "
	    "name)"
	    " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
	static const char member_sql[] =
	    "INSERT INTO joulecart.source_campaign (source, team, campaign_uuid)"
	    " VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
	static const char envelope_sql[] =
	    "INSERT INTO joulecart.envelope (envelope, team, n_bytes, data)"
	    " VALUES ($1::bytea, $2::text, $3::bigint, $4::bytea) ON CONFLICT DO NOTHING";
	char n_campaigns[24], n_bytes[24], name[200];
	snprintf(n_campaigns, sizeof(n_campaigns), "%lld", (long long)push->n_campaigns);
	snprintf(n_bytes, sizeof(n_bytes), "%zu", push->envelope.n_bytes);
	snprintf(name, sizeof(name), "%.199s", push->path);
	const char *source[] = { push->source_hex,
				 push->team,
				 push->envelope_hex,
				 n_campaigns,
				 migrate_is_sealed(push->db) ? "true" : "false",
				 printable(name) };
	const char *member[] = { push->source_hex, push->team, campaign->uuid };
	const char *envelope[] = { push->envelope_hex, push->team, n_bytes,
				   (const char *)push->envelope.data };
	const int lengths[] = { 0, 0, 0, (int)push->envelope.n_data },
		  binary[] = { 0, 0, 0, 1 };
	long long is_there = 0;
	if (server_number(push->server,
			  "SELECT count(*) FROM joulecart.source_campaign WHERE source = $1"
			  " AND team = $2 AND campaign_uuid = $3",
			  3, member, &is_there, why) != 0)
		return -1;
	if (is_there)
		return 0;
	PGresult *result = PQexecParams(push->server->connection, envelope_sql, 4, NULL,
					envelope, lengths, binary, 0);
	int code = PQresultStatus(result) == PGRES_COMMAND_OK
		       ? 0
		       : server_problem(push->server, result, why);
	PQclear(result);
	if (code == 0)
		code = run_with(push, source_sql, 6, source, why);
	return code == 0 ? run_with(push, member_sql, 3, member, why) : -1;
}

/* COPY does not go into a table with row security, so rows come by way of a table of the session, which has the
 * columns that the file has: leave_stages() drops those of a file of another version. */
static char *stage_sql(const struct shape *shape)
{
	sqlite3_str *sql = sqlite3_str_new(NULL);
	sqlite3_str_appendf(sql, "CREATE TEMP TABLE IF NOT EXISTS stage_%s (", shape->name);
	if (shape->is_paged)
		sqlite3_str_appendall(sql, "page_no integer, page_rows integer, ");
	for (int i = 0; i < shape->n; i++)
		sqlite3_str_appendf(sql, "%s\"%w\" %s%s", i ? ", " : "",
				    shape->columns[i].name, shape_type(&shape->columns[i]),
				    shape->is_paged ? "[]" : "");
	sqlite3_str_appendall(sql, ") ON COMMIT DELETE ROWS");
	for (int i = 0; i < shape->n; i++)
		if (shape->columns[i].type == 'b') /* packed already */
			sqlite3_str_appendf(sql,
					    "; ALTER TABLE pg_temp.stage_%s ALTER COLUMN"
					    " \"%w\" SET STORAGE EXTERNAL",
					    shape->name, shape->columns[i].name);
	return sqlite3_str_finish(sql);
}

static char *unstage_sql(const char *table, const struct shape *shape, bool has_begun)
{
	const char *page = shape->is_paged ? "page_no, page_rows, " : "";
	sqlite3_str *sql = sqlite3_str_new(NULL);
	sqlite3_str_appendf(sql, "INSERT INTO joulecart.%s (campaign_uuid, team, %s%s",
			    table, has_begun ? "begun, " : "", page);
	shape_names(sql, shape, "");
	sqlite3_str_appendf(sql, ") SELECT $1::uuid, $2::text, %s%s",
			    has_begun ? "$3::timestamptz, " : "", page);
	shape_names(sql, shape, "");
	sqlite3_str_appendf(sql, " FROM pg_temp.stage_%s", shape->name);
	return sqlite3_str_finish(sql);
}

/* The rows of the statement into the table. */
static int send_rows(struct push *push, const struct campaign *campaign, const char *table,
		     const struct shape *shape, sqlite3_stmt *rows, bool has_begun,
		     struct problem *why)
{
	const char *parameters[] = { campaign->uuid, push->team, campaign->begun };
	char stage[80];
	int64_t n_rows = 0;
	int first = sqlite3_step(rows);
	if (first == SQLITE_DONE)
		return 0;
	sqlite3_reset(rows);
	snprintf(stage, sizeof(stage), "pg_temp.stage_%s", shape->name);
	char *make = stage_sql(shape), *move = unstage_sql(table, shape, has_begun);
	int code = make && move ? server_run(push->server, make, why)
				: problem_why(why, "out of memory");
	if (code == 0)
		code = copy_write(push->server, stage, shape, rows, &n_rows, why);
	if (code == 0)
		code = run_with(push, move, has_begun ? 3 : 2, parameters, why);
	sqlite3_free(make);
	sqlite3_free(move);
	return code;
}

/* Rollups and readings. */
static int send_pieces(struct push *push, const struct campaign *campaign,
		       struct problem *why)
{
	sqlite3_stmt *rows = NULL;
	size_t size = 0;
	sqlite3 *pieces = pieces_new(why);
	int code = pieces ? pieces_size(push->server, push->team, &size, why) : -1;
	if (code == 0)
		code = pieces_fill(pieces, push->db, size, why);
	if (code == 0 &&
	    sqlite3_prepare_v2(pieces,
			       "SELECT piece_no, n_readings, data FROM reading_piece"
			       " ORDER BY piece_no",
			       -1, &rows, NULL) != SQLITE_OK)
		code = sqlite_failed(push, pieces, why);
	if (code == 0)
		code = send_rows(push, campaign, "reading_piece", &pieces_shape, rows, true,
				 why);
	sqlite3_finalize(rows);
	sqlite3_close(pieces);
	return code;
}

static int send_tables(struct push *push, const struct campaign *campaign,
		       struct problem *why)
{
	bool is_in_pieces = trial_pages_fit(push->db);
	if (is_in_pieces && send_pieces(push, campaign, why) != 0)
		return -1;
	for (const struct campaign_table *table = campaign_tables; table->name; table++) {
		struct shape shape;
		sqlite3_stmt *rows = NULL;
		char name[64];
		if (!campaign_has_table(table->name) ||
		    (is_in_pieces && pieces_tell(table->name)))
			continue;
		if (campaign_select(push->db, table, &shape, &rows) != 0)
			return sqlite_failed(push, push->db, why);
		snprintf(name, sizeof(name), "%s%s", table->name,
			 shape.is_paged ? "_page" : "");
		int code = rows ? send_rows(push, campaign, name, &shape, rows,
					    shape.is_paged, why)
				: 0;
		sqlite3_finalize(rows);
		if (code != 0)
			return -1;
	}
	return 0;
}

static int send_figures(struct push *push, const struct campaign *campaign,
			struct problem *why)
{
	const char *parameters[] = { campaign->uuid };
	for (const struct kept_view *view = kept_views; view->view; view++) {
		struct shape shape;
		sqlite3_stmt *rows = NULL;
		if (kept_select(push->figures, view, campaign->id, &shape, &rows) != 0)
			return sqlite_failed(push, push->figures, why);
		int code = send_rows(push, campaign, view->table, &shape, rows, true, why);
		sqlite3_finalize(rows);
		if (code != 0)
			return -1;
	}
	return run_with(push,
			"INSERT INTO joulecart.kept_month SELECT s.*"
			" FROM joulecart.campaign_sum s WHERE s.campaign_uuid = $1",
			1, parameters, why);
}

/* --- one that is there ------------------------------------------------------------------- */

static bool is_same(PGresult *row, int column, const uint8_t digest[DIGEST_SIZE])
{
	char hex[HEX_SIZE];
	hex_of(digest, hex);
	return strcmp(PQgetvalue(row, 0, column), hex) == 0;
}

static int differs(struct push *push, const struct campaign *campaign, const char *what,
		   const char *todo, struct problem *why)
{
	push->is_refused = true;
	problem_what(why, "%s", push->server->doing);
	return problem_refuse(why, todo, "campaign %s is there already, and %s",
			      campaign->uuid, what);
}

static int compare(struct push *push, const struct campaign *campaign, PGresult *there,
		   struct problem *why)
{
	int64_t n_trimmed = 0;
	if (count(push,
		  "SELECT count(*) FROM main.trimmed"
		  " WHERE trial_id IN temp.picked_trial",
		  &n_trimmed, why) != 0)
		return -1;
	if (PQntuples(there) == 0)
		return differs(push, campaign, "another team pushed it",
			       "its rows are theirs; the auditor sees both", why);
	if (strcmp(PQgetvalue(there, 0, 0), push->team) != 0)
		return differs(push, campaign, "another of your teams pushed it",
			       "name that one: --team", why);
	if (!is_same(there, 1, campaign->digests.rows))
		return differs(
		    push, campaign, "its rows differ",
		    "it went on since, or one of the two was changed: pull it and "
		    "'joulecart verify' both",
		    why);
	if (!is_same(there, 3, campaign->figures))
		return differs(
		    push, campaign, "the file's settings or factors were changed since",
		    "figures that are there stay; set factors before the first push", why);
	if (is_same(there, 2, campaign->digests.readings)) {
		push->result->n_known++;
		return 0;
	}
	if (n_trimmed == 0)
		return differs(
		    push, campaign, "its raw readings differ",
		    "one of the two was changed: pull it and 'joulecart verify' both", why);
	push->result->n_known++;
	push->result->n_trimmed++;
	return 1;
}

/* 1: it has nothing to add. */
static int take_known(struct push *push, const struct campaign *campaign,
		      struct problem *why)
{
	static const char sql[] = "SELECT team, rows_digest, readings_digest, "
				  "figures_digest FROM joulecart.pushed"
				  " WHERE campaign_uuid = $1";
	const char *parameters[] = { campaign->uuid };
	PGresult *there = server_ask(push->server, sql, 1, parameters, why);
	int code = there ? compare(push, campaign, there, why) : -1;
	PQclear(there);
	return code == 0 ? add_source(push, campaign, why) : code > 0 ? 0 : -1;
}

/* --- in a transaction -------------------------------------------------------------------- */

/* *is_new: it was not there. */
static int claim(struct push *push, const struct campaign *campaign, int64_t n_readings,
		 bool *is_new, struct problem *why)
{
	static const char sql[] =
	    "INSERT INTO joulecart.pushed (campaign_uuid, team, begun, tool_version,"
	    " rows_digest, readings_digest, figures_digest, n_readings, formulas)"
	    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING RETURNING "
	    "1";
	char rows[HEX_SIZE], readings[HEX_SIZE], figures[HEX_SIZE], n[24];
	hex_of(campaign->digests.rows, rows);
	hex_of(campaign->digests.readings, readings);
	hex_of(campaign->figures, figures);
	snprintf(n, sizeof(n), "%lld", (long long)n_readings);
	const char *parameters[] = { campaign->uuid,  push->team, campaign->begun,
				     PACKAGE_VERSION, rows,       readings,
				     figures,         n,          push->server->formulas };
	PGresult *row = server_ask(push->server, sql, 9, parameters, why);
	*is_new = row && PQntuples(row) == 1;
	PQclear(row);
	return row ? 0 : -1;
}

static int fill_in(struct push *push, const struct campaign *campaign, struct problem *why)
{
	bool is_new = false;
	int64_t n_readings = 0;
	if (count(push,
		  "SELECT coalesce(sum(n), 0) FROM main.chunk"
		  " WHERE channel_id IN temp.picked_channel",
		  &n_readings, why) != 0 ||
	    claim(push, campaign, n_readings, &is_new, why) != 0)
		return -1;
	if (!is_new)
		return take_known(push, campaign, why);
	if (add_source(push, campaign, why) != 0 || send_tables(push, campaign, why) != 0 ||
	    send_figures(push, campaign, why) != 0)
		return -1;
	push->result->n_pushed++;
	push->result->n_readings += n_readings;
	return 0;
}

/* What the server does not take for what the rows say, and not for want of rights, disk or memory: classes of
 * SQLSTATE "data exception", "integrity constraint violation", "program limit exceeded" (a name too long for an
 * index), and what the fleet's functions raise. */
static bool is_of_the_rows(const struct server *server)
{
	return strncmp(server->state, "22", 2) == 0 ||
	       strncmp(server->state, "23", 2) == 0 ||
	       strncmp(server->state, "54", 2) == 0 || strcmp(server->state, "P0001") == 0;
}

static int push_whole(struct push *push, const struct campaign *campaign,
		      struct problem *why)
{
	const struct push_result before = *push->result;
	const char *parameters[] = { campaign->begun };
	struct problem aside = { 0 };
	if (run_with(push, "SELECT joulecart.need_month($1)", 1, parameters, why) != 0) {
		push->is_refused = is_of_the_rows(push->server);
		return -1;
	}
	if (server_run(push->server, "BEGIN", why) != 0)
		return -1;
	if (fill_in(push, campaign, why) == 0 &&
	    server_run(push->server, "COMMIT", why) == 0)
		return 0;
	push->is_refused |= is_of_the_rows(push->server);
	if (server_run(push->server, "ROLLBACK", &aside) != 0)
		push->is_refused = false;
	*push->result = before;
	return -1;
}

static int read_campaign(struct push *push, sqlite3_stmt *row, struct campaign *campaign,
			 struct problem *why)
{
	const char *uuid = (const char *)sqlite3_column_text(row, 1);
	if (!uuid_is_plain(uuid)) {
		char shown[60];
		snprintf(shown, sizeof(shown), "%.50s", uuid ? uuid : "");
		push->is_refused = true;
		problem_what(why, "%s", push->server->doing);
		return problem_refuse(why,
				      "joulecart does not make it so: ask whoever created "
				      "the file",
				      "'%s' is no UUID of a campaign", printable(shown));
	}
	campaign->id = sqlite3_column_int64(row, 0);
	snprintf(campaign->uuid, sizeof(campaign->uuid), "%s", uuid);
	say_time(sqlite3_column_int64(row, 2), campaign->begun, sizeof(campaign->begun));
	if (campaign_pick(push->db, uuid) != 0 ||
	    campaign_digest(push->db, &campaign->digests) != 0)
		return sqlite_failed(push, push->db, why);
	return kept_digest(push->figures, campaign->id, campaign->figures) == 0
		   ? 0
		   : sqlite_failed(push, push->figures, why);
}

/* A problem that is the server's does not say of which campaign. */
static void tell_refused(struct push *push, const struct campaign *campaign,
			 struct problem *why)
{
	struct problem named;
	problem_what(&named, "%.200s: campaign %s", why->what, campaign->uuid);
	problem_refuse(&named, why->todo, "%s", why->why);
	if (campaign->uuid[0] && !strstr(why->why, campaign->uuid))
		*why = named;
	push->listener->refused(push->listener->context, why);
	push->result->n_refused++;
}

/* Calls each for every campaign that nobody adds to. */
static int each_campaign(struct push *push,
			 int (*each)(struct push *push, const struct campaign *campaign,
				     struct problem *why),
			 struct problem *why)
{
	sqlite3_stmt *row = NULL;
	int step = SQLITE_ERROR, code = 0;
	if (sqlite3_prepare_v2(push->db,
			       "SELECT campaign_id, uuid, begin_utc_ns FROM main.campaign"
			       " ORDER BY campaign_id",
			       -1, &row, NULL) != SQLITE_OK)
		return sqlite_failed(push, push->db, why);
	while (code == 0 && (step = sqlite3_step(row)) == SQLITE_ROW) {
		struct campaign campaign = { .id = 0 };
		if (push->claim_fd >= 0 &&
		    campaign_is_growing(push->claim_fd, sqlite3_column_int64(row, 0))) {
			push->result->n_running++;
			continue;
		}
		push->is_refused = false;
		push->server->state[0] = '\0';
		code = read_campaign(push, row, &campaign, why);
		if (code == 0)
			code = each(push, &campaign, why);
		if (code != 0 && push->is_refused && push->listener) {
			tell_refused(push, &campaign, why);
			code = 0;
		}
	}
	if (code == 0 && step != SQLITE_DONE)
		code = sqlite_failed(push, push->db, why);
	sqlite3_finalize(row);
	return code;
}

int push_file(struct server *server, const char *team, const char *path,
	      const struct push_listener *listener, struct push_result *result,
	      struct problem *why)
{
	struct push push = { .server = server,
			     .team = team,
			     .path = path,
			     .claim_fd = -1,
			     .result = result,
			     .listener = listener };
	*result = (struct push_result){ 0 };
	int code = open_file(&push, why);
	if (code == 0)
		code = each_campaign(&push, push_whole, why);
	close_file(&push);
	return code;
}

/* --- figures anew ------------------------------------------------------------------------ */

static int renew_in_one(struct push *push, const struct campaign *campaign,
			struct problem *why)
{
	static const char sql[] =
	    "UPDATE joulecart.pushed SET figures_digest = $2, formulas = $3"
	    " WHERE campaign_uuid = $1";
	char figures[HEX_SIZE];
	hex_of(campaign->figures, figures);
	const char *parameters[] = { campaign->uuid, figures, push->server->formulas };
	for (const struct kept_view *view = kept_views; view->view; view++) {
		char drop[120];
		snprintf(drop, sizeof(drop),
			 "DELETE FROM joulecart.%s WHERE campaign_uuid = $1", view->table);
		if (run_with(push, drop, 1, parameters, why) != 0)
			return -1;
	}
	if (run_with(push, "DELETE FROM joulecart.kept_month WHERE campaign_uuid = $1", 1,
		     parameters, why) != 0)
		return -1;
	return send_figures(push, campaign, why) == 0
		   ? run_with(push, sql, 3, parameters, why)
		   : -1;
}

static int renew(struct push *push, const struct campaign *campaign, struct problem *why)
{
	struct problem aside = { 0 };
	if (server_run(push->server, "BEGIN", why) != 0)
		return -1;
	if (renew_in_one(push, campaign, why) == 0 &&
	    server_run(push->server, "COMMIT", why) == 0)
		return 0;
	server_run(push->server, "ROLLBACK", &aside);
	return -1;
}

int push_figures(struct server *server, const char *team, const char *path, int64_t *n,
		 struct problem *why)
{
	struct push_result result = { 0 };
	struct push push = { .server = server,
			     .team = team,
			     .path = path,
			     .claim_fd = -1,
			     .result = &result };
	int code = open_file(&push, why);
	if (code == 0)
		code = each_campaign(&push, renew, why);
	close_file(&push);
	*n += code == 0 ? push.n_campaigns : 0;
	return code;
}
