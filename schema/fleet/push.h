/* schema/fleet/push.h - the campaigns of a file, into a fleet's database. */
#ifndef JOULECART_FLEET_PUSH_H
#define JOULECART_FLEET_PUSH_H
#include "schema/fleet/server.h"

#include <stdint.h>

struct push_result {
	int64_t n_pushed, n_readings; /* campaigns that came, and the readings of these */
	int64_t n_known;              /* that were there, the same */
	int64_t n_running;            /* that a joulecart still adds to: left for later */
	int64_t n_refused;            /* that the database does not take as they are */
	int64_t
	    n_trimmed; /* of those known: here without their readings, there with them */
};

/* The team that this login pushes for: the one that was given, else its only one. 0, or -1 with *why. */
int push_team(struct server *server, const char *given, char *team, size_t size,
	      struct problem *why);

/* Who is told why a campaign was refused. */
struct push_listener {
	void (*refused)(void *context, const struct problem *why);
	void *context;
};

/* Each campaign in a transaction of its own: it is there whole or not at all. One that is there already is
 * compared with and left as it is. One that is refused is told of, and those behind it are pushed all the same.
 * 0, or -1 with *why; *result says how far it came. */
int push_file(struct server *server, const char *team, const char *path,
	      const struct push_listener *listener, struct push_result *result,
	      struct problem *why);

/* The figures of a file's campaigns in place of those that the fleet has, where these are by other formulas:
 * for its owner. *n grows by how many campaigns. 0, or -1 with *why. */
int push_figures(struct server *server, const char *team, const char *path, int64_t *n,
		 struct problem *why);

#endif
