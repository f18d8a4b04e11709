/* reports/html/seal-facts.c - see seal-facts.h. */
#include <config.h>

#include "reports/html/seal-facts.h"

#include "base/problem.h"

int seal_facts_read(sqlite3 *db, const char *path, const struct trust *trust,
		    struct arena *arena, struct seal_facts *facts, struct problem *why)
{
	uint8_t content[DIGEST_SIZE];
	char hex[DIGEST_HEX_SIZE];
	*facts = (struct seal_facts){ 0 };
	if (seal_content(db, content, why) != 0)
		return -1;
	facts->head = arena_string(arena, digest_hex(content, hex));
	if (standing_read(db, trust, &facts->standing, why) != 0)
		return -1;
	return path ? signatures_read(path, &facts->standing.seal, trust, arena,
				      &facts->signatures, why)
		    : 0;
}
