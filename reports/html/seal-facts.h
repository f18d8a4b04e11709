/* reports/html/seal-facts.h - which evidence the report was made from: the hash of what the
 * database holds, and what its seal is worth. */
#ifndef JOULECART_HTML_SEAL_FACTS_H
#define JOULECART_HTML_SEAL_FACTS_H
#include "reports/campaign/standing.h"
#include "reports/figure/arena.h"
#include "reports/signed/signatures.h"

#include <sqlite3.h>

struct problem;
struct trust;

struct seal_facts {
	const char *
	    head; /* over what the database holds now, in hexadecimal (schema/seal/seal.h) */
	struct standing standing;         /* its seal was checked for this */
	struct signature_list signatures; /* of people in their roles, beside the file */
};

/* Lives as long as the arena; path is the database's. trust may be NULL. 0, or -1 with *why. */
int seal_facts_read(sqlite3 *db, const char *path, const struct trust *trust,
		    struct arena *arena, struct seal_facts *facts, struct problem *why);

#endif
