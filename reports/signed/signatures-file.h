/* reports/signed/signatures-file.h - FILE.db.signatures as a file: read whole, and only ever appended to. */
#ifndef JOULECART_SIGNATURES_FILE_H
#define JOULECART_SIGNATURES_FILE_H
#include "reports/figure/arena.h"

#include <jansson.h>
#include <stddef.h>

struct problem;

/* The bytes of a file, at most most, with a NUL behind them; *size is how many, 0 where is_there says that there is none. The
 * arena owns them. NULL with *why: it cannot be read, or is larger. */
const char *signatures_bytes(const char *path, size_t most, struct arena *arena,
			     size_t *size, struct problem *why);

/* The path beside the database. Of the arena; never NULL. */
const char *signatures_path(const char *db_path, struct arena *arena);

/* Appends the value as a line, whole or not at all, and releases it. 0, or -1 with *why. */
int signatures_append_line(const char *db_path, json_t *value, struct problem *why);

#endif
