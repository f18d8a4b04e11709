/* reports/html/seal-facts.h - which evidence the report was made from: the hash of what the
 * database holds, and what its seal is worth. */
#ifndef JOULECART_HTML_SEAL_FACTS_H
#define JOULECART_HTML_SEAL_FACTS_H
#include "reports/campaign/standing.h"
#include "reports/figure/arena.h"

#include <sqlite3.h>

struct problem;
struct trust;

struct seal_facts {
	const char *
	    head; /* over what the database holds now, in hexadecimal (schema/seal/seal.h) */
	struct standing standing; /* its seal was checked for this */
};

/* Lives as long as the arena. trust may be NULL. 0, or -1 with *why. */
int seal_facts_read(sqlite3 *db, const struct trust *trust, struct arena *arena,
		    struct seal_facts *facts, struct problem *why);

#endif
