/* schema/seal/seal-links.h - the links of a seal, computed from the rows. See seal.h. */
#ifndef JOULECART_SEAL_LINKS_H
#define JOULECART_SEAL_LINKS_H
#include "schema/seal/digest.h"

#include <sqlite3.h>
#include <stdbool.h>

enum {
	SEAL_PREFIX = 8, /* bytes that are kept of each row's hash */
	SEAL_FORMAT_1 = 1,
	SEAL_FORMAT = 2, /* as written: see seal.h */
};

/* The first link since format 2: what stands in the file's header. */
#define SEAL_FILE_LINK "(file)"

struct seal_link {
	char table[64];
	int64_t channel_id; /* -1: the link is of the whole table */
	size_t n;
	uint8_t *rows;               /* n times SEAL_PREFIX bytes */
	uint8_t sha256[DIGEST_SIZE]; /* of the whole hashes after each other */
	bool is_sealed;              /* set by who found it among the sealed ones */
};

struct seal_links {
	struct seal_link *links;
	size_t n;
};

/* Of every table but the seal's own. 0, or -1: sqlite3_errmsg(db) says why. */
int seal_links_compute(sqlite3 *db, int format, struct seal_links *links);
void seal_links_free(struct seal_links *links);

/* link i of the chain, from link i - 1, which it overwrites. */
void seal_chain(uint8_t chain[DIGEST_SIZE], const struct seal_link *link);

/* The chain over all of them, from zeros. */
void seal_chain_all(uint8_t chain[DIGEST_SIZE], const struct seal_links *links);

/* What the index-th row of a link is called: "chunk 7 of powercap/package-0 in trial 2",
 * "setting name psu, campaign_id 0". */
void seal_row_name(sqlite3 *db, int format, const struct seal_link *link, size_t index,
		   char *name, size_t size);

#endif
