/* schema/fleet/server.h - a connection to the PostgreSQL of a fleet. */
#ifndef JOULECART_FLEET_SERVER_H
#define JOULECART_FLEET_SERVER_H
#include <libpq-fe.h>
#include <stdbool.h>
#include <stdint.h>

struct problem;

/* What a fleet's database is of; written by 'fleet init' and 'fleet upgrade'. */
enum { FLEET_VERSION = 3 };

struct server {
	PGconn *connection;
	const char *doing; /* "cannot push 'x.db'": how a problem begins */
	char formulas[65]; /* of this program's views, once they were compared */
	int64_t stages_of; /* its stage tables are for files of this version; 0: none */
	char state[6];     /* SQLSTATE of the last problem; "": it was not the server's */
};

/* Connects as libpq does (postgresql://..., or KEYWORD=VALUE words): a password comes from ~/.pgpass,
 * a service file or PGPASSWORD, and one in the words is refused, since every user of the machine
 * sees them. 0, or -1 with *why. server_close() in both cases. */
int server_open(struct server *server, const char *where, const char *doing,
		struct problem *why);
void server_close(struct server *server);

/* Does that server hold a fleet that this program knows? 0, or -1 with *why. */
int server_check(struct server *server, struct problem *why);

/* May this program bring up what is there: no fleet, or one that no newer joulecart made? 0, or -1 with
 * *why. */
int server_check_not_newer(struct server *server, struct problem *why);

/* Runs statements that give no rows. 0, or -1 with *why. */
int server_run(struct server *server, const char *sql, struct problem *why);

/* One statement and its n parameters, as text (NULL: NULL). What it gives is freed by PQclear. NULL with
 * *why. */
PGresult *server_ask(struct server *server, const char *sql, int n,
		     const char *const *parameters, struct problem *why);

/* The same, for one number: what stands in the first row and column; 0 where there is no row. */
int server_number(struct server *server, const char *sql, int n,
		  const char *const *parameters, long long *number, struct problem *why);

/* Begins COPY; -1 with *why. */
int server_copy(struct server *server, const char *sql, bool is_to_server,
		struct problem *why);

/* Ends COPY to the server: 0, or -1 with *why. */
int server_copy_end(struct server *server, struct problem *why);

/* What the connection, or result (NULL: none), says went wrong, and what helps. Returns -1. */
int server_problem(struct server *server, const PGresult *result, struct problem *why);

#endif
