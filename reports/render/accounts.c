/* reports/render/accounts.c - see accounts.h. SQLite makes the JSON: its numbers come out with all
 * their digits, and NULL as null. */
#include <config.h>

#include "reports/render/accounts.h"

#include "reports/campaign/figure-tables.h"
#include "reports/figure/column-text.h"
#include "schema/database/migrate.h"

#include <stddef.h>

/* Per variant and job, of v_figure, with its bounds: per query where the job serves queries, else
 * per run. */
static const char *const accounts[][2] = {
	{ "sci",
	  "SELECT f.campaign_id AS campaign, f.variant, f.job, f.per,"
	  " max(a.g_per_kwh) AS i_g_per_kwh, max(a.scope) AS i_scope,"
	  " max(iif(figure = 'e_kwh', value, NULL)) AS e_kwh,"
	  " max(iif(figure = 'o_g', value, NULL)) AS o_g,"
	  " max(iif(figure = 'm_g', value, NULL)) AS m_g,"
	  " max(iif(figure = 'm_g', low, NULL)) AS m_low_g,"
	  " max(iif(figure = 'm_g', high, NULL)) AS m_high_g,"
	  " max(iif(figure = 'sci_g', value, NULL)) AS sci_g,"
	  " max(iif(figure = 'sci_g', low, NULL)) AS sci_low_g,"
	  " max(iif(figure = 'sci_g', high, NULL)) AS sci_high_g,"
	  " max(iif(figure = 'amortised_g', value, NULL)) AS amortised_g,"
	  " iif(f.job = 'train', max(a.training_queries), NULL) AS training_queries,"
	  " max(iif(figure = 'm_g', reason, NULL)) AS m_reason "
	  "FROM (SELECT *, max(per = 'query') OVER (PARTITION BY campaign_id, variant, job)"
	  "   AS any_query FROM v_figure) f JOIN v_account a ON a.campaign_id = "
	  "f.campaign_id "
	  "WHERE (per = 'query') = any_query AND (?1 = 0 OR f.campaign_id = ?1) "
	  "GROUP BY f.campaign_id, f.variant, f.job, f.per" },
	{ "ghg_protocol",
	  "SELECT trial_id AS trial, campaign_id AS campaign, variant, job, kwh,"
	  " scope2_location_g, scope2_location_reason, scope2_market_g, instrument,"
	  " scope2_market_reason, scope3_cat3_upstream_g, scope3_cat3_upstream_basis,"
	  " scope3_cat3_td_g, scope3_cat3_td_reason, lifecycle_g "
	  "FROM v_scope WHERE ?1 = 0 OR campaign_id = ?1 ORDER BY trial_id" },
	{ "water",
	  "SELECT trial_id AS trial, campaign_id AS campaign, variant, job, onsite_l,"
	  " onsite_reason, offsite_l, offsite_reason "
	  "FROM v_water WHERE ?1 = 0 OR campaign_id = ?1 ORDER BY trial_id" },
	{ "boundary",
	  "SELECT campaign_id AS campaign, component, status, why FROM v_boundary "
	  "WHERE ?1 = 0 OR campaign_id = ?1 ORDER BY campaign_id, ordinal" },
	{ "factors",
	  "SELECT q.campaign_id AS campaign, q.role, q.kind, q.key, q.parameter, q.value, "
	  "q.unit,"
	  " u.low, u.high, q.year, q.age_years, u.method, u.scope, u.basis, u.boundary,"
	  " q.publisher, q.edition, q.source, q.licence, u.address, u.place, u.gwp,"
	  " u.gwp_reason, u.gases, u.compared, u.compared_reason, u.retrieved, u.file, "
	  "u.sha256, u.origin, u.note,"
	  " q.technology, q.time, q.geography, q.completeness, q.reliability, q.score "
	  "FROM v_quality q JOIN v_factor_used u ON u.campaign_id = q.campaign_id"
	  " AND u.role = q.role AND u.key = q.key AND u.parameter = q.parameter "
	  "WHERE ?1 = 0 OR q.campaign_id = ?1 "
	  "ORDER BY q.campaign_id, q.role, q.key, q.parameter" },
	{ "budget",
	  "SELECT campaign_id AS campaign, variant, job, per, input, type, distribution, "
	  "u_rel,"
	  " sensitivity, contribution, share, cancels, why FROM v_budget "
	  "WHERE ?1 = 0 OR campaign_id = ?1 ORDER BY campaign_id, variant, job, ordinal" },
	{ "uncertainty", "SELECT campaign_id AS campaign, variant, job, per, value_g, o_g, "
			 "m_g, u_c_rel, k,"
			 " expanded_rel, distribution, low, high FROM v_budget_total "
			 "WHERE ?1 = 0 OR campaign_id = ?1 "
			 "ORDER BY campaign_id, variant, job" },
	{ "changes", "SELECT campaign_id AS campaign, made_utc_ns,"
		     " strftime('%Y-%m-%dT%H:%M:%SZ', made_utc_ns / 1000000000, "
		     "'unixepoch') AS made_utc,"
		     " who, tool_version, kind, name, old, new FROM change_log"
		     " WHERE ?1 = 0 OR campaign_id IN (0, ?1) ORDER BY change_id" },
	{ "provenance", "SELECT p.trial_id AS trial, p.provenance, p.joules, p.share "
			"FROM v_provenance p JOIN trial t ON t.trial_id = p.trial_id "
			"WHERE ?1 = 0 OR t.campaign_id = ?1" },
};
enum { N_ACCOUNTS = sizeof(accounts) / sizeof(accounts[0]) };

static void append_text(sqlite3_str *json, const char *text)
{
	sqlite3_str_appendchar(json, 1, '"');
	for (const char *c = text; *c; c++) {
		if (*c == '"' || *c == '\\')
			sqlite3_str_appendf(json, "\\%c", *c);
		else if ((unsigned char)*c < 0x20)
			sqlite3_str_appendf(json, "\\u%04x", *c);
		else
			sqlite3_str_appendchar(json, 1, *c); /* guarded: UTF-8 */
	}
	sqlite3_str_appendchar(json, 1, '"');
}

static void append_value(sqlite3_str *json, sqlite3_stmt *row, int i, struct arena *arena)
{
	switch (sqlite3_column_type(row, i)) {
	case SQLITE_NULL:
		sqlite3_str_appendall(json, "null");
		break;
	case SQLITE_INTEGER:
		sqlite3_str_appendf(json, "%lld", sqlite3_column_int64(row, i));
		break;
	case SQLITE_FLOAT:
		sqlite3_str_appendf(json, "%!.15g", sqlite3_column_double(row, i));
		break;
	default:
		append_text(json, column_text(row, i, arena));
	}
}

static void append_row(sqlite3_str *json, sqlite3_stmt *row, struct arena *arena)
{
	for (int i = 0; i < sqlite3_column_count(row); i++) {
		sqlite3_str_appendall(json, i ? ", " : "{");
		append_text(json, sqlite3_column_name(row, i));
		sqlite3_str_appendall(json, ": ");
		append_value(json, row, i, arena);
	}
	sqlite3_str_appendchar(json, 1, '}');
}

static int append_account(sqlite3 *db, int64_t campaign_id, const char *const account[2],
			  const char *head, sqlite3_str *json)
{
	sqlite3_stmt *row = NULL;
	int step, n = 0;
	char *sql = sqlite3_mprintf("%s %s", head, account[1]);
	int code = sql ? sqlite3_prepare_v2(db, sql, -1, &row, NULL) : SQLITE_NOMEM;
	sqlite3_free(sql);
	if (code != SQLITE_OK)
		return -1;
	sqlite3_bind_int64(row, 1, campaign_id);
	sqlite3_str_appendf(json, "\"%s\": [", account[0]);
	while ((step = sqlite3_step(row)) == SQLITE_ROW) {
		struct arena *arena = arena_new(); /* a row's: labels may be long */
		if (!arena)
			break;
		if (n++ > 0)
			sqlite3_str_appendall(json, ", ");
		append_row(json, row, arena);
		arena_free(arena);
	}
	sqlite3_str_appendchar(json, 1, ']');
	sqlite3_finalize(row);
	return step == SQLITE_DONE ? 0 : -1;
}

int accounts_read(sqlite3 *db, int64_t campaign_id, char **json, struct problem *why)
{
	sqlite3_str *text = sqlite3_str_new(db);
	struct arena *arena = arena_new();
	const char *head = arena ? figure_tables_head(db, arena) : NULL;
	int code = head ? 0 : -1;
	for (size_t i = 0; code == 0 && i < N_ACCOUNTS; i++) {
		sqlite3_str_appendall(text, i ? ", " : "{");
		code = append_account(db, campaign_id, accounts[i], head, text);
	}
	arena_free(arena);
	sqlite3_str_appendchar(text, 1, '}');
	*json = sqlite3_str_finish(text);
	if (code == 0 && *json)
		return 0;
	sqlite3_free(*json);
	*json = NULL;
	return store_problem(db, "read", "the carbon accounts", why);
}
