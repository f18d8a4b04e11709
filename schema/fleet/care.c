/* schema/fleet/care.c - see care.h. */
#include <config.h>

#include "schema/fleet/care.h"

#include "base/problem.h"
#include "schema/fleet/fleet-schema.h"
#include "schema/fleet/pull.h"
#include "schema/fleet/push.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int care_check_formulas(struct server *server, struct problem *why)
{
	if (fleet_formulas(server->formulas, why) != 0)
		return -1;
	PGresult *row = server_ask(server, "SELECT formulas FROM joulecart.fleet", 0, NULL,
				   why);
	if (!row)
		return -1;
	bool is_same = PQntuples(row) == 1 &&
		       strcmp(PQgetvalue(row, 0, 0), server->formulas) == 0;
	PQclear(row);
	if (is_same)
		return 0;
	problem_what(why, "%s", server->doing);
	return problem_refuse(why,
			      "use the joulecart that the fleet has, or let its owner run "
			      "'joulecart fleet upgrade' with this one",
			      "the figures there are by formulas of another joulecart");
}

/* --- status ------------------------------------------------------------------------------ */

static int64_t number(PGresult *row, int column)
{
	return strtoll(PQgetvalue(row, 0, column), NULL, 10);
}

int care_status(struct server *server, struct care_status *status, struct problem *why)
{
	static const char sql[] =
	    "SELECT (SELECT version FROM joulecart.fleet), count(*), count(DISTINCT team),"
	    " (SELECT count(*) FROM joulecart.source WHERE is_sealed),"
	    " coalesce(sum(n_readings), 0)::bigint, (SELECT count(*) FROM "
	    "joulecart.retired),"
	    " (SELECT coalesce(sum(pg_total_relation_size(oid)), 0)::bigint FROM pg_class"
	    "  WHERE relnamespace = 'joulecart'::regnamespace AND relkind = 'r'),"
	    " (SELECT coalesce(sum(pg_total_relation_size(inhrelid)), 0)::bigint"
	    "  FROM pg_inherits WHERE inhparent IN ('joulecart.reading_piece'::regclass,"
	    "   'joulecart.chunk_page'::regclass, 'joulecart.stretch_page'::regclass)),"
	    " to_char(min(begun), 'YYYY-MM-DD'), to_char(max(begun), 'YYYY-MM-DD'),"
	    " count(*) FILTER (WHERE formulas <> (SELECT formulas FROM joulecart.fleet)),"
	    " (SELECT count(*) FROM joulecart.fleet_month_differs)"
	    " FROM joulecart.pushed";
	PGresult *row = server_ask(server, sql, 0, NULL, why);
	*status = (struct care_status){ 0 };
	if (!row)
		return -1;
	status->version = number(row, 0);
	status->n_campaigns = number(row, 1);
	status->n_teams = number(row, 2);
	status->n_sealed = number(row, 3);
	status->n_readings = number(row, 4);
	status->n_retired_months = number(row, 5);
	status->n_bytes = number(row, 6);
	status->reading_bytes = number(row, 7);
	snprintf(status->first, sizeof(status->first), "%.20s", PQgetvalue(row, 0, 8));
	snprintf(status->last, sizeof(status->last), "%.20s", PQgetvalue(row, 0, 9));
	status->n_other_formulas = number(row, 10);
	status->n_other_sums = number(row, 11);
	PQclear(row);
	return 0;
}

/* --- figures anew ------------------------------------------------------------------------ */

static const char old_sql[] =
    "SELECT p.campaign_uuid, p.team FROM joulecart.pushed p WHERE p.formulas <> $1"
    " AND NOT EXISTS (SELECT 1 FROM joulecart.retired r"
    "  WHERE r.month = date_trunc('month', p.begun AT TIME ZONE 'UTC')::date)"
    " ORDER BY p.begun, p.campaign_uuid LIMIT 1 OFFSET $2::bigint";

/* Those that are not what was pushed: they stay first in the order. */
struct changed {
	int64_t n;
	char first[40];
};

/* The campaign's file is made in the folder, and gone again. */
static int renew_one(struct server *server, PGresult *old, const char *folder, int64_t *n,
		     struct changed *changed, struct problem *why)
{
	struct pull_result pulled;
	char where[80], path[4200];
	snprintf(where, sizeof(where), "campaign_uuid = '%.36s'", PQgetvalue(old, 0, 0));
	snprintf(path, sizeof(path), "%s/renewed.db", folder);
	int code = pull_file(server, where, path, &pulled, why);
	if (code == 0 && pulled.n_changed > 0) {
		if (changed->n++ == 0)
			snprintf(changed->first, sizeof(changed->first), "%s",
				 pulled.changed);
	} else if (code == 0)
		code = push_figures(server, PQgetvalue(old, 0, 1), path, n, why);
	unlink(path);
	return code;
}

static int renew_all(struct server *server, const char *folder, int64_t *n,
		     struct problem *why)
{
	struct changed changed = { 0 };
	char skip[24];
	const char *parameters[] = { server->formulas, skip };
	int code = 0, n_rows = 1;
	while (code == 0 && n_rows == 1) {
		snprintf(skip, sizeof(skip), "%lld", (long long)changed.n);
		PGresult *old = server_ask(server, old_sql, 2, parameters, why);
		n_rows = old ? PQntuples(old) : 0;
		code = !old          ? -1
		       : n_rows == 1 ? renew_one(server, old, folder, n, &changed, why)
				     : 0;
		PQclear(old);
	}
	if (code != 0 || changed.n == 0)
		return code;
	problem_what(why, "%s", server->doing);
	return problem_refuse(why, "pull it, and 'joulecart verify' says where",
			      "campaign %s is not what was pushed: no figures are made "
			      "of it%s",
			      changed.first,
			      changed.n > 1 ? ", nor of others that were changed" : "");
}

int care_renew(struct server *server, int64_t *n, struct problem *why)
{
	const char *temporary = getenv("TMPDIR");
	char folder[4096];
	*n = 0;
	if (care_check_formulas(server, why) != 0)
		return -1;
	snprintf(folder, sizeof(folder), "%s/joulecart-fleet.XXXXXX",
		 temporary && temporary[0] == '/' ? temporary : "/tmp");
	if (!mkdtemp(folder)) {
		problem_what(why, "cannot write '%s'", folder);
		problem_errno(why, errno);
		return -1;
	}
	int code = renew_all(server, folder, n, why);
	rmdir(folder);
	return code;
}

/* --- retiring ---------------------------------------------------------------------------- */

/* The months that have partitions and ended in time, each noted; then their partitions, dropped. */
static const char note_sql[] =
    "INSERT INTO joulecart.retired (month, n_campaigns, tool_version)"
    " SELECT m.month, (SELECT count(*) FROM joulecart.pushed p WHERE p.begun >= m.month"
    "  AND p.begun < m.month + interval '1 month'), $2::text"
    " FROM (SELECT DISTINCT to_date(substring(c.relname FROM '_y(\\d+m\\d\\d)$'),"
    "        'YYYY\"m\"MM') AS month"
    "       FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
    "       WHERE c.relnamespace = 'joulecart'::regnamespace"
    "         AND i.inhparent IN (SELECT oid FROM pg_class WHERE relkind = 'p')) m"
    " WHERE m.month + interval '1 month' < now() - make_interval(days => $1::integer)"
    " RETURNING month, n_campaigns";

static const char find_sql[] =
    "SELECT format('DROP TABLE joulecart.%I', c.relname)"
    " FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
    " WHERE c.relnamespace = 'joulecart'::regnamespace"
    "   AND i.inhparent IN (SELECT oid FROM pg_class WHERE relkind = 'p')"
    "   AND to_date(substring(c.relname FROM '_y(\\d+m\\d\\d)$'), 'YYYY\"m\"MM')"
    "     IN (SELECT month FROM joulecart.retired)"
    " ORDER BY 1";

static int drop_all(struct server *server, struct problem *why)
{
	PGresult *drops = server_ask(server, find_sql, 0, NULL, why);
	int code = drops ? 0 : -1;
	for (int i = 0; code == 0 && i < PQntuples(drops); i++)
		code = server_run(server, PQgetvalue(drops, i, 0), why);
	PQclear(drops);
	return code;
}

static int retire(struct server *server, int64_t days, int64_t *n_months,
		  int64_t *n_campaigns, struct problem *why)
{
	char text[24];
	snprintf(text, sizeof(text), "%lld", (long long)days);
	const char *parameters[] = { text, PACKAGE_VERSION };
	PGresult *months = server_ask(server, note_sql, 2, parameters, why);
	if (!months)
		return -1;
	*n_months = PQntuples(months);
	for (int i = 0; i < PQntuples(months); i++)
		*n_campaigns += strtoll(PQgetvalue(months, i, 1), NULL, 10);
	PQclear(months);
	return drop_all(server, why);
}

int care_retire(struct server *server, int64_t days, int64_t *n_months,
		int64_t *n_campaigns, struct problem *why)
{
	struct problem aside = { 0 };
	*n_months = *n_campaigns = 0;
	if (server_run(server, "BEGIN", why) != 0)
		return -1;
	if (retire(server, days, n_months, n_campaigns, why) == 0 &&
	    server_run(server, "COMMIT", why) == 0)
		return 0;
	server_run(server, "ROLLBACK", &aside);
	return -1;
}
