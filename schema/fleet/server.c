/* schema/fleet/server.c - see server.h. */
#include <config.h>

#include "schema/fleet/server.h"

#include "base/problem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- what went wrong --------------------------------------------------------------------- */

#define WHERE                                                                             \
	"--where is a condition in SQL on the columns of joulecart.fleet_trial, such as " \
	"variant = 'int8'"

/* By the first characters of SQLSTATE: what helps. */
static const struct {
	const char *state, *todo;
} remedies[] = {
	{ "53100", "the server's disk is full and nothing of this campaign was kept there: "
		   "make room and try again" },
	{ "54", "a name or text in it is longer than the server can keep: shorten it" },
	{ "53", "the server has run out of something: try again later" },
	{ "28", "give the password by ~/.pgpass or PGPASSWORD, and see pg_hba.conf there" },
	{ "3D000", "create the database first: createdb" },
	{ "3F000", "no fleet is there yet: 'joulecart fleet init --at ...'" },
	{ "42P01", "no fleet is there yet: 'joulecart fleet init --at ...'" },
	{ "42501", "this login may not do that there: see ROLES in joulecart-fleet(1)" },
	/* all other statements are ours, and right */
	{ "42601", WHERE },
	{ "42703", WHERE },
	{ "42804", WHERE },
	{ "42883", WHERE },
	{ "22007", WHERE },
	{ "22P02", WHERE },
	{ "25006", "--where may only read" },
	{ "2BP01",
	  "what others made on joulecart's views stands in the way: drop it, and make "
	  "it again afterwards" },
	{ "57", "the server was stopped: try again; what was kept is left as it is" },
	{ "08", "the connection was lost: try again; what was kept is left as it is" },
};

static const char *remedy_of(const char *state)
{
	for (size_t i = 0; state && i < sizeof(remedies) / sizeof(remedies[0]); i++)
		if (strncmp(state, remedies[i].state, strlen(remedies[i].state)) == 0)
			return remedies[i].todo;
	return "";
}

/* The first line, without "ERROR:  ", "FATAL:  ". */
static int say(const char *text, const char *todo, struct problem *why)
{
	static const char *const heads[] = { "ERROR:  ", "FATAL:  ", "PANIC:  " };
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		if (strncmp(text, heads[i], strlen(heads[i])) == 0)
			text += strlen(heads[i]);
	int length = (int)strcspn(text, "\n");
	return problem_refuse(why, todo, "%.*s", length > 230 ? 230 : length, text);
}

int server_problem(struct server *server, const PGresult *result, struct problem *why)
{
	const char *state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
	const char *text = result ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY)
				  : NULL;
	bool is_lost = PQstatus(server->connection) != CONNECTION_OK;
	problem_what(why, "%s", server->doing);
	if (is_lost && !state)
		state = "08";
	if (!text)
		text = PQerrorMessage(server->connection);
	snprintf(server->state, sizeof(server->state), "%s", state ? state : "");
	const char *todo = remedy_of(state), *hint = NULL;
	if (!todo[0] && result)
		hint = PQresultErrorField(result, PG_DIAG_MESSAGE_HINT);
	char line[256];
	snprintf(line, sizeof(line), "%.*s", hint ? (int)strcspn(hint, "\n") : 0,
		 hint ? hint : "");
	return say(text[0] ? text : "the server said nothing", todo[0] ? todo : line, why);
}

/* --- connecting -------------------------------------------------------------------------- */

/* A command line is seen by every user of the machine. */
static int refuse_password(const char *where, struct problem *why)
{
	static const char *const secrets[] = { "password", "sslpassword" };
	char *text = NULL;
	PQconninfoOption *options = PQconninfoParse(where, &text);
	if (!options) {
		say(text ? text : "out of memory", "give postgresql://HOST/DATABASE", why);
		PQfreemem(text);
		why->kind = PROBLEM_USAGE;
		return -1;
	}
	bool has_secret = false;
	for (const PQconninfoOption *option = options; option->keyword; option++)
		for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++)
			if (strcmp(option->keyword, secrets[i]) == 0)
				has_secret = has_secret || option->val;
	PQconninfoFree(options);
	if (!has_secret)
		return 0;
	why->kind = PROBLEM_USAGE;
	return problem_refuse(why, "put it into ~/.pgpass (mode 600), or into PGPASSWORD",
			      "a password on the command line is seen by every user of "
			      "this machine");
}

static void say_nothing(void *arg, const PGresult *result)
{
	(void)arg;
	(void)result;
}

int server_open(struct server *server, const char *where, const char *doing,
		struct problem *why)
{
	const char *const keywords[] = { "dbname", "fallback_application_name",
					 "connect_timeout", "client_encoding", NULL };
	const char *const values[] = { where, "joulecart", "20", "UTF8", NULL };
	*server = (struct server){ .doing = doing };
	problem_what(why, "%s", doing);
	if (refuse_password(where, why) != 0)
		return -1;
	server->connection = PQconnectdbParams(keywords, values, 1);
	if (!server->connection)
		return problem_why(why, "out of memory");
	if (PQstatus(server->connection) != CONNECTION_OK)
		return say(PQerrorMessage(server->connection),
			   "is it up, and may this login connect? try psql with the same "
			   "words",
			   why);
	PQsetNoticeReceiver(server->connection, say_nothing, NULL);
	return server_run(server,
			  "SET search_path = pg_catalog, pg_temp;"
			  "SET standard_conforming_strings = on; SET bytea_output = hex;"
			  "SET TimeZone = 'UTC'; SET DateStyle = ISO",
			  why);
}

void server_close(struct server *server)
{
	if (server->connection)
		PQfinish(server->connection);
	server->connection = NULL;
}

static int newer(struct server *server, long long version, struct problem *why)
{
	problem_what(why, "%s", server->doing);
	return problem_refuse(why, "use the joulecart that upgraded it",
			      "the fleet there is of version %lld, and this joulecart "
			      "knows up to %d",
			      version, FLEET_VERSION);
}

int server_check_not_newer(struct server *server, struct problem *why)
{
	long long is_there = 0, version = 0;
	if (server_number(server,
			  "SELECT count(*) FROM pg_class c JOIN pg_namespace n"
			  " ON n.oid = c.relnamespace"
			  " WHERE n.nspname = 'joulecart' AND c.relname = 'fleet'",
			  0, NULL, &is_there, why) != 0)
		return -1;
	if (is_there && server_number(server, "SELECT version FROM joulecart.fleet", 0,
				      NULL, &version, why) != 0)
		return -1;
	return version > FLEET_VERSION ? newer(server, version, why) : 0;
}

int server_check(struct server *server, struct problem *why)
{
	long long version = 0;
	if (server_number(server, "SELECT version FROM joulecart.fleet", 0, NULL, &version,
			  why) != 0)
		return -1;
	if (version == FLEET_VERSION)
		return 0;
	if (version > FLEET_VERSION)
		return newer(server, version, why);
	problem_what(why, "%s", server->doing);
	return problem_refuse(why, "its owner runs 'joulecart fleet upgrade'",
			      "the fleet there is of version %lld, and this joulecart "
			      "writes %d",
			      version, FLEET_VERSION);
}

/* --- statements -------------------------------------------------------------------------- */

int server_run(struct server *server, const char *sql, struct problem *why)
{
	PGresult *result = PQexec(server->connection, sql);
	ExecStatusType status = PQresultStatus(result);
	int code = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK
		       ? 0
		       : server_problem(server, result, why);
	PQclear(result);
	return code;
}

PGresult *server_ask(struct server *server, const char *sql, int n,
		     const char *const *parameters, struct problem *why)
{
	PGresult *result = PQexecParams(server->connection, sql, n, NULL, parameters, NULL,
					NULL, 0);
	ExecStatusType status = PQresultStatus(result);
	if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)
		return result;
	server_problem(server, result, why);
	PQclear(result);
	return NULL;
}

int server_number(struct server *server, const char *sql, int n,
		  const char *const *parameters, long long *number, struct problem *why)
{
	PGresult *result = server_ask(server, sql, n, parameters, why);
	if (!result)
		return -1;
	*number = PQntuples(result) > 0 && PQnfields(result) > 0
		      ? strtoll(PQgetvalue(result, 0, 0), NULL, 10)
		      : 0;
	PQclear(result);
	return 0;
}

int server_copy(struct server *server, const char *sql, bool is_to_server,
		struct problem *why)
{
	PGresult *result = PQexec(server->connection, sql);
	ExecStatusType status = PQresultStatus(result);
	int code = status == (is_to_server ? PGRES_COPY_IN : PGRES_COPY_OUT)
		       ? 0
		       : server_problem(server, result, why);
	PQclear(result);
	return code;
}

int server_copy_end(struct server *server, struct problem *why)
{
	int code = 0;
	if (PQputCopyEnd(server->connection, NULL) != 1)
		return server_problem(server, NULL, why);
	for (PGresult *result; (result = PQgetResult(server->connection)); PQclear(result))
		if (code == 0 && PQresultStatus(result) != PGRES_COMMAND_OK)
			code = server_problem(server, result, why);
	return code;
}
