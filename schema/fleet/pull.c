/* schema/fleet/pull.c - see pull.h. */
#include <config.h>

#include "schema/fleet/pull.h"

#include "base/problem.h"
#include "schema/fleet/source-file.h"
#include "schema/store/merge.h"
#include "schema/store/store.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A folder beside the file that is to be made, for what becomes it. */
struct workshop {
	char folder[4096], part[4200], whole[4200];
};

static int no_memory(struct server *server, struct problem *why)
{
	problem_what(why, "%s", server->doing);
	return problem_why(why, "out of memory");
}

/* --- which ------------------------------------------------------------------------------- */

/* The chosen campaigns as an array of PostgreSQL's, "{uuid,uuid}"; sqlite3_free. NULL with *why. */
static char *choose(struct server *server, const char *where, struct pull_result *result,
		    struct problem *why)
{
	sqlite3_str *array = sqlite3_str_new(NULL);
	int n = 0;
	char *sql = sqlite3_mprintf("SELECT DISTINCT campaign_uuid, is_retired"
				    " FROM joulecart.fleet_trial WHERE (%s\n)"
				    " ORDER BY campaign_uuid",
				    where ? where : "true");
	/* by the extended protocol, which takes one statement and no more */
	PGresult *chosen = sql ? server_ask(server, sql, 0, NULL, why) : NULL;
	sqlite3_free(sql);
	sqlite3_str_appendall(array, "{");
	for (int i = 0; chosen && i < PQntuples(chosen); i++)
		if (PQgetvalue(chosen, i, 1)[0] == 't')
			result->n_retired++;
		else
			sqlite3_str_appendf(array, "%s%s", n++ ? "," : "",
					    PQgetvalue(chosen, i, 0));
	sqlite3_str_appendall(array, "}");
	char *text = sqlite3_str_finish(array);
	bool is_asked = chosen != NULL;
	PQclear(chosen);
	if (is_asked && n > 0)
		return text;
	sqlite3_free(text);
	if (is_asked) {
		problem_what(why, "%s", server->doing);
		problem_refuse(
		    why,
		    result->n_retired ? "their figures are in v_carbon and its like"
				      : "see the columns of joulecart.fleet_trial",
		    result->n_retired ? "all campaigns that fulfil --where are retired"
				      : "no campaign that this login may see fulfils "
					"--where");
	}
	return NULL;
}

/* One row a campaign, by its source: a sealed one, as the seal is of the whole, else the largest. is_parted:
 * rows that its seal is of were retired. */
static const char sources_sql[] =
    "SELECT team, encode(source, 'hex'), campaign_uuid, is_sealed, n_campaigns,"
    " is_sealed AND EXISTS (SELECT 1 FROM joulecart.source_campaign o"
    "  JOIN joulecart.pushed p ON p.campaign_uuid = o.campaign_uuid"
    "  JOIN joulecart.retired r"
    "   ON r.month = date_trunc('month', p.begun AT TIME ZONE 'UTC')::date"
    "  WHERE o.team = chosen.team AND o.source = chosen.source) AS is_parted FROM ("
    " SELECT DISTINCT ON (m.campaign_uuid) m.campaign_uuid, s.team, s.source, s.is_sealed,"
    "  s.n_campaigns, s.pushed"
    " FROM joulecart.source_campaign m"
    " JOIN joulecart.source s ON s.team = m.team AND s.source = m.source"
    " WHERE m.campaign_uuid = ANY ($1::uuid[])"
    " ORDER BY m.campaign_uuid, s.is_sealed DESC, s.n_campaigns DESC, s.pushed) chosen"
    " ORDER BY pushed, team, source, campaign_uuid";

static const char members_sql[] =
    "SELECT campaign_uuid FROM joulecart.source_campaign"
    " WHERE team = $1::text AND source = decode($2::text, 'hex') ORDER BY campaign_uuid";

/* --- making ------------------------------------------------------------------------------ */

static int in_part(struct server *server, int n, int of, struct problem *why)
{
	problem_what(why, "%s", server->doing);
	return problem_refuse(why, "push it again, then pull",
			      "a sealed file is there in part: %d of its %d campaigns", n,
			      of);
}

/* A column of a result as an array of texts, which live as long as it; the caller frees it. */
static const char **column(PGresult *rows, int first, int n, int field)
{
	const char **texts = calloc((size_t)n + 1, sizeof(*texts));
	for (int i = 0; texts && i < n; i++)
		texts[i] = PQgetvalue(rows, first + i, field);
	return texts;
}

/* The file of the rows first..first + n of chosen, all of one source. */
static int make_part(struct server *server, PGresult *chosen, int first, int n,
		     const char *path, struct pull_result *result, struct problem *why)
{
	const char *parameters[] = { PQgetvalue(chosen, first, 0),
				     PQgetvalue(chosen, first, 1) };
	bool is_parted = PQgetvalue(chosen, first, 5)[0] == 't';
	bool is_sealed = PQgetvalue(chosen, first, 3)[0] == 't' && !is_parted;
	int n_whole = atoi(PQgetvalue(chosen, first, 4));
	PGresult *members = is_sealed ? server_ask(server, members_sql, 2, parameters, why)
				      : NULL;
	if (is_sealed && !members)
		return -1;
	int n_part = members ? PQntuples(members) : n;
	const char **uuids = members ? column(members, 0, n_part, 0)
				     : column(chosen, first, n, 2);
	const struct source_file source = { parameters[0], parameters[1], uuids, n_part,
					    is_parted };
	int code = !uuids ? no_memory(server, why)
		   : is_sealed && n_part != n_whole
		       ? in_part(server, n_part, n_whole, why)
		       : source_file_make(server, &source, path, result, why);
	result->n_along += n_part - n;
	free(uuids);
	PQclear(members);
	return code;
}

static int join_part(const struct workshop *workshop, struct problem *why)
{
	struct merge_result merged;
	struct store *store = store_open(workshop->whole, why);
	int code = store ? merge_from(store, workshop->part, &merged, why) : -1;
	store_close(store);
	unlink(workshop->part);
	return code;
}

/* 1: the first part is the whole. */
static int is_one_source(PGresult *chosen)
{
	int last = PQntuples(chosen) - 1;
	return strcmp(PQgetvalue(chosen, 0, 0), PQgetvalue(chosen, last, 0)) == 0 &&
	       strcmp(PQgetvalue(chosen, 0, 1), PQgetvalue(chosen, last, 1)) == 0;
}

static int make_all(struct server *server, PGresult *chosen,
		    const struct workshop *workshop, struct pull_result *result,
		    struct problem *why)
{
	bool is_one = is_one_source(chosen);
	int code = 0;
	for (int first = 0, n; code == 0 && first < PQntuples(chosen); first += n) {
		n = 1;
		while (first + n < PQntuples(chosen) &&
		       strcmp(PQgetvalue(chosen, first, 0),
			      PQgetvalue(chosen, first + n, 0)) == 0 &&
		       strcmp(PQgetvalue(chosen, first, 1),
			      PQgetvalue(chosen, first + n, 1)) == 0)
			n++;
		code = make_part(server, chosen, first, n,
				 is_one ? workshop->whole : workshop->part, result, why);
		if (code == 0 && !is_one)
			code = join_part(workshop, why);
	}
	return code;
}

static int make_chosen(struct server *server, const char *where,
		       const struct workshop *workshop, struct pull_result *result,
		       struct problem *why)
{
	char *uuids = choose(server, where, result, why);
	const char *parameters[] = { uuids };
	PGresult *chosen = uuids ? server_ask(server, sources_sql, 1, parameters, why)
				 : NULL;
	int code = chosen ? 0 : -1;
	if (chosen && PQntuples(chosen) == 0) {
		problem_what(why, "%s", server->doing);
		code = problem_refuse(why, "push them again",
				      "the files of these campaigns are not there");
	}
	if (code == 0)
		code = make_all(server, chosen, workshop, result, why);
	PQclear(chosen);
	sqlite3_free(uuids);
	return code;
}

/* --- the file ---------------------------------------------------------------------------- */

static int cannot_write(const char *path, int err, struct problem *why)
{
	problem_what(why, "cannot write '%s'", path);
	problem_errno(why, err);
	return err == EEXIST ? problem_todo(why, "name another file") : -1;
}

static int open_workshop(struct workshop *workshop, const char *path, struct problem *why)
{
	if (access(path, F_OK) == 0)
		return cannot_write(path, EEXIST, why);
	int n = snprintf(workshop->folder, sizeof(workshop->folder), "%s.XXXXXX", path);
	if (n < 0 || (size_t)n >= sizeof(workshop->folder))
		return cannot_write(path, ENAMETOOLONG, why);
	if (!mkdtemp(workshop->folder))
		return cannot_write(path, errno, why);
	snprintf(workshop->part, sizeof(workshop->part), "%s/part.db", workshop->folder);
	snprintf(workshop->whole, sizeof(workshop->whole), "%s/whole.db", workshop->folder);
	return 0;
}

static void close_workshop(const struct workshop *workshop)
{
	static const char *const ends[] = { "", "-wal", "-shm", "-journal" };
	char path[4300];
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		snprintf(path, sizeof(path), "%s%s", workshop->part, ends[i]);
		unlink(path);
		snprintf(path, sizeof(path), "%s%s", workshop->whole, ends[i]);
		unlink(path);
	}
	rmdir(workshop->folder);
}

int pull_file(struct server *server, const char *where, const char *path,
	      struct pull_result *result, struct problem *why)
{
	struct workshop workshop;
	struct problem aside = { 0 };
	*result = (struct pull_result){ 0 };
	/* one moment's content, and nothing that --where calls can change it */
	if (server_run(server, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", why) !=
		0 ||
	    open_workshop(&workshop, path, why) != 0)
		return -1;
	int code = make_chosen(server, where, &workshop, result, why);
	server_run(server, "ROLLBACK", &aside);
	if (code == 0 && link(workshop.whole, path) != 0)
		code = cannot_write(path, errno, why);
	close_workshop(&workshop);
	return code;
}
