/* tests/fuzz/sealed-file.h - a sealed database for targets that change one: made once a process, its file
 * removed at once, so that it lives as long as the process and no longer. */
#ifndef JOULECART_FUZZ_SEALED_FILE_H
#define JOULECART_FUZZ_SEALED_FILE_H
#include "schema/seal/seal.h"
#include "schema/store/store.h"

#include <stddef.h>
#include <stdint.h>

struct sealed_file {
	struct store *store;
	uint8_t head[DIGEST_SIZE];
	struct seal_report report; /* as it was sealed */
	uint8_t *image;            /* its bytes */
	size_t size;
};

/* What it is; whoever changes the store does so in a transaction, and rolls it back. */
const struct sealed_file *sealed_file(void);

#endif
