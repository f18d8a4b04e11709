/* reports/html/seal-facts.h - which evidence the report was made from: the hash of what the
 * database holds, and its seal. */
#ifndef JOULECART_HTML_SEAL_FACTS_H
#define JOULECART_HTML_SEAL_FACTS_H
#include "reports/figure/arena.h"

#include <sqlite3.h>
#include <stdbool.h>

struct problem;

/* Hashes in hexadecimal. */
struct seal_facts {
	const char *head;       /* over what the database holds now (schema/seal/seal.h) */
	bool is_sealed;         /* and the newest seal is of just that */
	const char *sealed_utc; /* when; NULL: it was never sealed */
	const char *public_key; /* of the signature; NULL: not signed */
	const char *supersedes; /* the head that the newest seal replaced; NULL: none */
};

/* Lives as long as the arena. 0, or -1 with *why. */
int seal_facts_read(sqlite3 *db, struct arena *arena, struct seal_facts *facts,
		    struct problem *why);

#endif
