/* schema/fleet/fleet-schema.c - see fleet-schema.h. */
#include <config.h>

#include "schema/fleet/fleet-schema.h"

#include "base/problem.h"
#include "schema/database/migrate.h"
#include "schema/fleet/fleet-sql.h"
#include "schema/fleet/reading-pieces.h"
#include "schema/gate/schema-check.h"
#include "schema/store/campaign-rows.h"

#include <stdio.h>
#include <string.h>

const struct kept_view kept_views[] = {
	{ "v_account", "kept_account", "campaign", false },
	{ "v_energy", "kept_energy", "trial", false },
	{ "v_phase", "kept_phase", "trial", false },
	{ "v_query", "kept_query", "trial", false },
	{ "v_carbon", "kept_carbon", "trial", true },
	{ "v_figure", "kept_figure", "campaign", false },
	{ 0 },
};

static const char everybody[] = "joulecart_writer, joulecart_reader, joulecart_auditor";

/* --- shapes ------------------------------------------------------------------------------ */

static bool has_column(const struct shape *shape, const char *name)
{
	for (int i = 0; i < shape->n; i++)
		if (strcmp(shape->columns[i].name, name) == 0)
			return true;
	return false;
}

int kept_shape(sqlite3 *db, const struct kept_view *view, struct shape *shape)
{
	struct shape account;
	if (shape_read(db, view->view, shape) != 0 || shape->n == 0)
		return -1;
	if (!view->is_apart)
		return 0;
	if (shape_read(db, "v_account", &account) != 0)
		return -1;
	int n = 0;
	for (int i = 0; i < shape->n; i++) {
		const char *name = shape->columns[i].name;
		if (strcmp(name, "campaign_id") == 0 || !has_column(&account, name))
			shape->columns[n++] = shape->columns[i];
	}
	shape->n = n;
	return 0;
}

sqlite3 *fleet_pattern(struct problem *why)
{
	sqlite3 *db = NULL;
	if (sqlite3_open(":memory:", &db) == SQLITE_OK &&
	    migrate_up(db, ":memory:", 0, why) == 0)
		return db;
	store_problem(db, "make", ":memory:", why);
	sqlite3_close(db);
	return NULL;
}

int fleet_formulas(char hex[65], struct problem *why)
{
	sqlite3 *db = fleet_pattern(why);
	int code = db ? schema_digest(db, true, hex) : -1;
	if (db && code != 0)
		store_problem(db, "read", ":memory:", why);
	sqlite3_close(db);
	return code;
}

/* --- tables ------------------------------------------------------------------------------ */

/* What stands before the columns of ours. */
static const char own_columns[] = "campaign_uuid uuid NOT NULL, team text NOT NULL";

static void write_columns(sqlite3_str *sql, const struct shape *shape)
{
	for (int i = 0; i < shape->n; i++)
		sqlite3_str_appendf(sql, ", \"%w\" %s%s", shape->columns[i].name,
				    shape_type(&shape->columns[i]),
				    shape->is_paged ? "[]" : "");
}

/* A table that is there from before gets what it lacks. */
static void write_new_columns(sqlite3_str *sql, const char *table,
			      const struct shape *shape)
{
	for (int i = 0; i < shape->n; i++)
		sqlite3_str_appendf(sql,
				    "ALTER TABLE joulecart.%s ADD COLUMN IF NOT EXISTS"
				    " \"%w\" %s%s;\n",
				    table, shape->columns[i].name,
				    shape_type(&shape->columns[i]),
				    shape->is_paged ? "[]" : "");
}

/* Who may see and add rows; nobody may change one. */
static void write_rights(sqlite3_str *sql, const char *table, const char *check)
{
	sqlite3_str_appendf(
	    sql,
	    "ALTER TABLE joulecart.%s ENABLE ROW LEVEL SECURITY;\n"
	    "DROP POLICY IF EXISTS see ON joulecart.%s;\n"
	    "CREATE POLICY see ON joulecart.%s FOR SELECT"
	    " TO joulecart_writer, joulecart_reader"
	    " USING (team IN (SELECT t.team FROM joulecart.my_team t));\n"
	    "DROP POLICY IF EXISTS see_all ON joulecart.%s;\n"
	    "CREATE POLICY see_all ON joulecart.%s FOR SELECT TO joulecart_auditor"
	    " USING (true);\n"
	    "DROP POLICY IF EXISTS add ON joulecart.%s;\n"
	    "CREATE POLICY add ON joulecart.%s FOR INSERT TO joulecart_writer"
	    " WITH CHECK (%s);\n"
	    "GRANT SELECT ON joulecart.%s TO %s;\n",
	    table, table, table, table, table, table, table, check, table, everybody);
}

static const char of_my_team[] = "team IN (SELECT t.team FROM joulecart.my_team t)",
		  of_open_campaign[] = "joulecart.is_open(campaign_uuid, team)";

static void write_row_table(sqlite3_str *sql, const char *table, const struct shape *shape)
{
	sqlite3_str_appendf(sql, "CREATE TABLE IF NOT EXISTS joulecart.%s (%s", table,
			    own_columns);
	write_columns(sql, shape);
	sqlite3_str_appendall(sql, ", PRIMARY KEY (campaign_uuid");
	for (int i = 0; i < shape->n; i++)
		if (shape->columns[i].is_key)
			sqlite3_str_appendf(sql, ", \"%w\"", shape->columns[i].name);
	sqlite3_str_appendall(sql, "));\n");
	write_new_columns(sql, table, shape);
}

/* Chunks, of readings and of stacks, are packed already: what PostgreSQL tries on them takes most of the time of
 * their INSERT and makes none smaller. Partitions that are there follow. */
static void write_storage(sqlite3_str *sql, const char *table, const struct shape *shape)
{
	for (int i = 0; i < shape->n; i++)
		if (strcmp(shape_type(&shape->columns[i]), "bytea") == 0)
			sqlite3_str_appendf(sql,
					    "ALTER TABLE joulecart.%s ALTER COLUMN \"%w\""
					    " SET STORAGE EXTERNAL;\n",
					    table, shape->columns[i].name);
}

static void write_page_table(sqlite3_str *sql, const char *table, const struct shape *shape)
{
	sqlite3_str_appendf(sql,
			    "CREATE TABLE IF NOT EXISTS joulecart.%s (%s,"
			    " begun timestamptz NOT NULL, page_no integer NOT NULL,"
			    " page_rows integer NOT NULL",
			    table, own_columns);
	write_columns(sql, shape);
	sqlite3_str_appendf(sql,
			    ", PRIMARY KEY (campaign_uuid, begun, page_no))"
			    " PARTITION BY RANGE (begun);\n"
			    "CREATE INDEX IF NOT EXISTS %s_begun ON joulecart.%s"
			    " USING brin (begun);\n",
			    table, table);
	write_new_columns(sql, table, shape);
	write_storage(sql, table, shape);
	sqlite3_str_appendf(sql, "DROP VIEW IF EXISTS joulecart.%s;\n", shape->name);
	if (pieces_tell(shape->name))
		return; /* its rows are in pieces, but for those of old files */
	sqlite3_str_appendf(sql,
			    "CREATE VIEW joulecart.%s WITH (security_invoker = true) AS"
			    " SELECT p.campaign_uuid, p.team, p.begun, r.*"
			    " FROM joulecart.%s p, unnest(",
			    shape->name, table);
	shape_names(sql, shape, "p.");
	sqlite3_str_appendall(sql, ") AS r(");
	shape_names(sql, shape, "");
	sqlite3_str_appendf(sql, ");\nGRANT SELECT ON joulecart.%s TO %s;\n", shape->name,
			    everybody);
}

static int write_table(sqlite3_str *sql, sqlite3 *pattern, const char *name)
{
	struct shape shape;
	char table[64];
	if (shape_read(pattern, name, &shape) != 0)
		return -1;
	snprintf(table, sizeof(table), "%s%s", name, shape.is_paged ? "_page" : "");
	if (shape.is_paged)
		write_page_table(sql, table, &shape);
	else
		write_row_table(sql, table, &shape);
	write_rights(sql, table, of_open_campaign);
	sqlite3_str_appendf(sql, "GRANT INSERT ON joulecart.%s TO joulecart_writer;\n",
			    table);
	return 0;
}

/* --- kept figures ------------------------------------------------------------------------ */

static int write_kept_view(sqlite3_str *sql, sqlite3 *pattern, const struct kept_view *view,
			   const struct shape *kept)
{
	struct shape whole;
	if (shape_read(pattern, view->view, &whole) != 0)
		return -1;
	sqlite3_str_appendf(sql,
			    "DROP VIEW IF EXISTS joulecart.%s;\n"
			    "CREATE VIEW joulecart.%s WITH (security_invoker = true) AS"
			    " SELECT k.campaign_uuid, k.team, k.begun",
			    view->view, view->view);
	for (int i = 0; i < whole.n; i++)
		sqlite3_str_appendf(sql, ", %s.\"%w\"",
				    has_column(kept, whole.columns[i].name) ? "k" : "a",
				    whole.columns[i].name);
	sqlite3_str_appendf(sql, " FROM joulecart.%s k", view->table);
	if (view->is_apart)
		sqlite3_str_appendall(sql,
				      " JOIN joulecart.kept_account a ON a.campaign_uuid ="
				      " k.campaign_uuid AND a.campaign_id = k.campaign_id");
	sqlite3_str_appendf(sql, ";\nGRANT SELECT ON joulecart.%s TO %s;\n", view->view,
			    everybody);
	return 0;
}

static int write_kept(sqlite3_str *sql, sqlite3 *pattern, const struct kept_view *view)
{
	struct shape shape;
	if (kept_shape(pattern, view, &shape) != 0)
		return -1;
	sqlite3_str_appendf(sql,
			    "CREATE TABLE IF NOT EXISTS joulecart.%s (%s,"
			    " begun timestamptz NOT NULL",
			    view->table, own_columns);
	write_columns(sql, &shape);
	sqlite3_str_appendf(sql,
			    ");\n"
			    "CREATE INDEX IF NOT EXISTS %s_campaign ON joulecart.%s"
			    " (campaign_uuid);\n"
			    "CREATE INDEX IF NOT EXISTS %s_begun ON joulecart.%s"
			    " USING brin (begun);\n",
			    view->table, view->table, view->table, view->table);
	write_new_columns(sql, view->table, &shape);
	write_rights(sql, view->table, of_open_campaign);
	sqlite3_str_appendf(sql, "GRANT INSERT ON joulecart.%s TO joulecart_writer;\n",
			    view->table);
	return write_kept_view(sql, pattern, view, &shape);
}

/* --- all of it --------------------------------------------------------------------------- */

static void write_own_rights(sqlite3_str *sql)
{
	write_rights(sql, "pushed", of_my_team);
	write_rights(sql, "envelope", of_my_team);
	write_rights(sql, "source", of_my_team);
	write_rights(sql, "source_campaign", of_my_team);
	write_rights(sql, "reading_piece", of_open_campaign);
	write_rights(sql, "kept_month", of_open_campaign);
	/* times, names and transactions are the server's own */
	sqlite3_str_appendall(
	    sql,
	    "GRANT INSERT (campaign_uuid, team, begun, tool_version, rows_digest,"
	    " readings_digest, figures_digest, n_readings, formulas) ON joulecart.pushed"
	    " TO joulecart_writer;\n"
	    "GRANT INSERT ON joulecart.envelope, joulecart.source_campaign,"
	    " joulecart.reading_piece, joulecart.kept_month"
	    " TO joulecart_writer;\n"
	    "GRANT INSERT (source, team, envelope, n_campaigns, is_sealed, name)"
	    " ON joulecart.source TO joulecart_writer;\n");
}

static int write_all(sqlite3_str *sql, sqlite3 *pattern, const char *formulas)
{
	/* the server's lock, so that two that make it at once do it one after the other */
	sqlite3_str_appendf(sql, "BEGIN; SELECT pg_advisory_xact_lock(7425124, 0);\n%s",
			    sql_fleet_begin);
	sqlite3_str_appendall(sql, "DROP VIEW IF EXISTS joulecart.fleet_month_differs,"
				   " joulecart.fleet_trial,"
				   " joulecart.fleet_month,"
				   " joulecart.campaign_sum_differs,"
				   " joulecart.campaign_sum;\n");
	for (const struct campaign_table *table = campaign_tables; table->name; table++)
		if (strcmp(table->name, "setting") != 0 &&
		    write_table(sql, pattern, table->name) != 0)
			return -1;
	for (const struct kept_view *view = kept_views; view->view; view++)
		if (write_kept(sql, pattern, view) != 0)
			return -1;
	write_own_rights(sql);
	sqlite3_str_appendf(sql,
			    "%s"
			    "INSERT INTO joulecart.fleet (version, tool_version, formulas)"
			    " VALUES (%d, '%s', '%s') ON CONFLICT (one) DO UPDATE SET"
			    " version = excluded.version,"
			    " tool_version = excluded.tool_version,"
			    " formulas = excluded.formulas;\n"
			    "COMMIT;",
			    sql_fleet_end, FLEET_VERSION, PACKAGE_VERSION, formulas);
	return 0;
}

/* Its labels are UTF-8, and its months begin where they do. */
static int check_encoding(struct server *server, struct problem *why)
{
	const char *encoding = PQparameterStatus(server->connection, "server_encoding");
	if (encoding && strcmp(encoding, "UTF8") == 0)
		return 0;
	problem_what(why, "%s", server->doing);
	return problem_refuse(
	    why, "make one: createdb --encoding UTF8 --template template0",
	    "that database is in %s and not in UTF8", encoding ? encoding : "no encoding");
}

int fleet_make(struct server *server, struct problem *why)
{
	char formulas[65];
	if (check_encoding(server, why) != 0 || server_check_not_newer(server, why) != 0 ||
	    fleet_formulas(formulas, why) != 0)
		return -1;
	sqlite3 *pattern = fleet_pattern(why);
	if (!pattern)
		return -1;
	sqlite3_str *sql = sqlite3_str_new(NULL);
	int code = write_all(sql, pattern, formulas);
	char *text = sqlite3_str_finish(sql);
	if (code != 0 || !text) {
		problem_what(why, "%s", server->doing);
		code = problem_why(why, "%s",
				   text ? sqlite3_errmsg(pattern) : "out of memory");
	} else if (server_run(server, text, why) != 0) {
		struct problem aside;
		server_run(server, "ROLLBACK", &aside);
		code = -1;
	}
	sqlite3_free(text);
	sqlite3_close(pattern);
	return code;
}
