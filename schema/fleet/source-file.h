/* schema/fleet/source-file.h - one pushed file, made again from what the server sends. */
#ifndef JOULECART_FLEET_SOURCE_FILE_H
#define JOULECART_FLEET_SOURCE_FILE_H
#include "schema/fleet/server.h"

#include <stdbool.h>
#include <stdint.h>

struct pull_result;

struct source_file {
	const char *team, *source; /* the source's name in hexadecimal */
	const char *const *uuids;  /* the campaigns that it is to have */
	int n;
	bool leaves_seal; /* some of what its seal is of is not there any more */
};

/* Writes it to a new file. What it notes goes into result. 0, or -1 with *why. */
int source_file_make(struct server *server, const struct source_file *source,
		     const char *path, struct pull_result *result, struct problem *why);

#endif
