/* reports/campaign/figure-tables.c - see figure-tables.h. */
#include <config.h>

#include "reports/campaign/figure-tables.h"

#include "reports/figure/column-text.h"

#include <stdbool.h>
#include <string.h>

/* ?1 and ?2 the campaigns, ?3 and ?4 their first and last trial, which SQLite hands down into the
 * views, as it does not a campaign. */
static const char queries_sql[] = "SELECT * FROM v_query WHERE trial_id BETWEEN ?3 AND ?4"
				  " AND campaign_id BETWEEN ?1 AND ?2";

/* Where nothing says how many queries were served, v_query is v_phase and dear to compile. */
static const char runs_sql[] =
    "SELECT r.trial_id, t.campaign_id, t.variant, t.job, " FIGURE_TABLES_RUN
    " FROM v_phase r JOIN trial t ON t.trial_id = r.trial_id"
    " WHERE r.trial_id BETWEEN ?3 AND ?4 AND r.phase_ordinal = 0"
    " AND t.campaign_id BETWEEN ?1 AND ?2";

static const char accounts_sql[] =
    "SELECT * FROM v_account WHERE campaign_id BETWEEN ?1 AND ?2";

/* Which trials there are, and whether any says how many queries it served. */
struct scope {
	int64_t ids[4]; /* first and last campaign, first and last trial */
	bool has_queries;
};

static int read_scope(sqlite3 *db, int64_t first, int64_t last, struct scope *scope)
{
	static const char sql[] =
	    "SELECT coalesce(min(trial_id), 0), coalesce(max(trial_id), 0),"
	    " EXISTS (SELECT 1 FROM trial t WHERE t.campaign_id BETWEEN ?1 AND ?2"
	    "  AND (t.queries IS NOT NULL"
	    "   OR EXISTS (SELECT 1 FROM phase p WHERE p.trial_id = t.trial_id"
	    "              AND p.queries IS NOT NULL)))"
	    " FROM trial WHERE campaign_id BETWEEN ?1 AND ?2";
	sqlite3_stmt *row = NULL;
	if (sqlite3_prepare_v2(db, sql, -1, &row, NULL) != SQLITE_OK)
		return -1;
	sqlite3_bind_int64(row, 1, first);
	sqlite3_bind_int64(row, 2, last);
	int step = sqlite3_step(row);
	*scope = (struct scope){ { first, last, sqlite3_column_int64(row, 0),
				   sqlite3_column_int64(row, 1) },
				 sqlite3_column_int(row, 2) != 0 };
	sqlite3_finalize(row);
	return step == SQLITE_ROW ? 0 : -1;
}

const char *figure_view_text(sqlite3 *db, const char *name, struct arena *arena)
{
	static const char head[] = " AS\n";
	static const char sql[] =
	    "SELECT sql FROM (SELECT 0 AS place, sql FROM sqlite_temp_schema"
	    "  WHERE type = 'view' AND name = ?1"
	    " UNION ALL SELECT 1, sql FROM main.sqlite_schema"
	    "  WHERE type = 'view' AND name = ?1) ORDER BY place LIMIT 1";
	sqlite3_stmt *row = NULL;
	const char *text = NULL;
	if (sqlite3_prepare_v2(db, sql, -1, &row, NULL) == SQLITE_OK) {
		bind_text(row, 1, name);
		if (sqlite3_step(row) == SQLITE_ROW)
			text = column_sql(row, 0, arena);
	}
	sqlite3_finalize(row);
	const char *as = text ? strstr(text, head) : NULL;
	return as ? as + strlen(head) : NULL;
}

/* A table of these names, without types: each value stays what the view made it. */
static int create(sqlite3 *db, const char *name, sqlite3_stmt *view, char **insert)
{
	const int n = sqlite3_column_count(view);
	sqlite3_str *table = sqlite3_str_new(db), *row = sqlite3_str_new(db);
	sqlite3_str_appendf(table, "DROP TABLE IF EXISTS temp.%s; CREATE TEMP TABLE %s",
			    name, name);
	sqlite3_str_appendf(row, "INSERT INTO temp.%s VALUES ", name);
	for (int i = 0; i < n; i++) {
		sqlite3_str_appendf(table, "%c\"%w\"", i ? ',' : '(',
				    sqlite3_column_name(view, i));
		sqlite3_str_appendf(row, "%c?", i ? ',' : '(');
	}
	sqlite3_str_appendall(table, ")");
	sqlite3_str_appendall(row, ")");
	char *sql = sqlite3_str_finish(table);
	*insert = sqlite3_str_finish(row);
	int code = sql && *insert ? sqlite3_exec(db, sql, NULL, NULL, NULL) : SQLITE_NOMEM;
	sqlite3_free(sql);
	return code == SQLITE_OK ? 0 : -1;
}

/* Copies of all values of all rows, one after the other. SQLite's code. */
static int take_rows(sqlite3_stmt *view, struct arena *arena)
{
	int step;
	while ((step = sqlite3_step(view)) == SQLITE_ROW)
		for (int i = 0; i < sqlite3_column_count(view); i++) {
			sqlite3_value *value = sqlite3_value_dup(
			    sqlite3_column_value(view, i));
			if (!value)
				return SQLITE_NOMEM;
			arena_append(arena, &value, sizeof(sqlite3_value *));
		}
	return step;
}

static int put_rows(sqlite3 *db, const char *insert, int n_columns,
		    sqlite3_value *const *values, size_t n)
{
	sqlite3_stmt *row = NULL;
	int code = sqlite3_prepare_v2(db, insert, -1, &row, NULL);
	for (size_t i = 0; i < n && code == SQLITE_OK;) {
		for (int c = 1; c <= n_columns; c++)
			sqlite3_bind_value(row, c, values[i++]);
		code = sqlite3_step(row) == SQLITE_DONE ? sqlite3_reset(row) : SQLITE_ERROR;
	}
	sqlite3_finalize(row);
	return code == SQLITE_OK ? 0 : -1;
}

/* Puts what the SELECT gives into the table temp.NAME. The rows are taken first: a new temporary table
 * makes SQLite compile anew what was compiled before it. */
static int keep(sqlite3 *db, const char *name, const char *sql, const struct scope *scope,
		struct arena *arena)
{
	sqlite3_stmt *view = NULL;
	char *insert = NULL;
	if (!sql || sqlite3_prepare_v2(db, sql, -1, &view, NULL) != SQLITE_OK)
		return -1;
	for (int i = 0; i < sqlite3_bind_parameter_count(view); i++)
		sqlite3_bind_int64(view, i + 1, scope->ids[i]);
	int step = take_rows(view, arena);
	size_t n = arena_appended(arena) / sizeof(sqlite3_value *);
	sqlite3_value **values = arena_take(arena);
	int code = step == SQLITE_DONE && create(db, name, view, &insert) == 0
		       ? put_rows(db, insert, sqlite3_column_count(view), values, n)
		       : -1;
	for (size_t i = 0; i < n; i++)
		sqlite3_value_free(values[i]);
	sqlite3_free(insert);
	sqlite3_finalize(view);
	return code;
}

/* The text of a view, which reads what was kept before it; head: FIGURE_TABLES_... */
static const char *over_kept(sqlite3 *db, const char *head, const char *name,
			     struct arena *arena)
{
	const char *text = figure_view_text(db, name, arena);
	return text ? arena_format(arena, "WITH %s SELECT * FROM (%s)", head, text) : NULL;
}

int figure_tables_make(sqlite3 *db, int64_t first, int64_t last, struct arena *arena)
{
	const char *accounts = arena_format(arena, FIGURE_TABLES_ACCOUNT, "");
	const char *all = arena_format(
	    arena, FIGURE_TABLES_QUERY ", " FIGURE_TABLES_ACCOUNT ", " FIGURE_TABLES_DOUBT,
	    "", "", "");
	struct scope scope;
	if (read_scope(db, first, last, &scope) != 0 ||
	    keep(db, "kept_query", scope.has_queries ? queries_sql : runs_sql, &scope,
		 arena) != 0 ||
	    keep(db, "kept_account", accounts_sql, &scope, arena) != 0 ||
	    keep(db, "kept_doubt", over_kept(db, accounts, "v_doubt", arena), &scope,
		 arena) != 0)
		return -1;
	return keep(db, "kept_mean", over_kept(db, all, "v_mean", arena), &scope, arena);
}

/* Each after those that it reads. One that a SELECT does not name costs the reading of its text alone. */
static const char *const above[] = { "v_sci",         "v_scope",        "v_water",
				     "v_boundary",    "v_factor_used",  "v_quality",
				     "v_figure",      "v_budget_input", "v_budget",
				     "v_budget_total" };

const char *figure_tables_head(sqlite3 *db, struct arena *arena)
{
	const char *head = arena_format(arena,
					"WITH " FIGURE_TABLES_QUERY
					", " FIGURE_TABLES_ACCOUNT ", " FIGURE_TABLES_DOUBT
					", " FIGURE_TABLES_MEAN,
					"", "", "", "");
	for (size_t i = 0; i < sizeof(above) / sizeof(above[0]); i++) {
		const char *text = figure_view_text(db, above[i], arena);
		if (!text)
			return NULL;
		head = arena_format(arena, "%s, %s AS (%s)", head, above[i], text);
	}
	return head;
}
