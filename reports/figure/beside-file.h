/* reports/figure/beside-file.h - what people add to a database without changing it: lines of JSON in a file
 * beside it, read whole, and only ever appended to. */
#ifndef JOULECART_BESIDE_FILE_H
#define JOULECART_BESIDE_FILE_H
#include "reports/figure/arena.h"

#include <jansson.h>
#include <stddef.h>

struct problem;

/* The path beside the database: "shop.db.signatures"; beside what a link names, so that the file has the same
 * ones by each of its names. Of the arena; never NULL. */
const char *beside_path(const char *db_path, const char *suffix, struct arena *arena);

/* The bytes of a file, at most most, with a NUL behind them, and *size, how many. The arena owns them. NULL
 * with *why: it cannot be read, or is larger. */
const char *beside_bytes(const char *path, size_t most, struct arena *arena, size_t *size,
			 struct problem *why);

/* The same of a file that need not be there: an empty text then, of nobody. NULL with *why as above. */
const char *beside_bytes_if_any(const char *path, size_t most, struct arena *arena,
				size_t *size, struct problem *why);

/* Appends the value as a line to that path, whole or not at all, and releases it. 0, or -1 with *why. */
int beside_append_line(const char *path, json_t *value, struct problem *why);

#endif
