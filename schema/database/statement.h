/* schema/database/statement.h - what the writer has the store run: a statement with its parameters. */
#ifndef JOULECART_STATEMENT_H
#define JOULECART_STATEMENT_H
#include "schema/database/value.h"

struct problem;
struct store;

/* 0, or -1 with *why; inside a transaction, but for those that begin and end one. */
int store_execute(struct store *store, const char *sql, const struct value *values, int n,
		  struct problem *why);

/* The same for one that is used again and again: it is compiled once. sql is the same at each
 * call with that name. 0, or -1 with *why. */
enum store_statement { ADD_STRETCH, ADD_CHUNK, ADD_CHANNEL, N_STORE_STATEMENTS };
int store_execute_cached(struct store *store, enum store_statement which, const char *sql,
			 const struct value *values, int n, struct problem *why);

#endif
