/* schema/factors/data-file.h - a file of figures in time that somebody imports, read whole, once. */
#ifndef JOULECART_DATA_FILE_H
#define JOULECART_DATA_FILE_H
#include "schema/seal/digest.h"

#include <stddef.h>

struct problem;

struct data_file {
	char *text; /* ends with a NUL; parsers may change it */
	size_t size;
	const char *begin; /* in text, after a byte order mark */
	char sha256[DIGEST_HEX_SIZE];
};

/* At most 64 MiB: ten years of minutes are far below. 0, or -1 with *why. What it could not do, import the
 * file, is said in *why in either case: who parses it adds the reason. */
int data_file_read(const char *path, struct data_file *file, struct problem *why);
void data_file_free(struct data_file *file);

/* Returns 1 where it is JSON, by its first character that is no space, else 0: it is taken for CSV. */
int data_file_is_json(const struct data_file *file);

#endif
