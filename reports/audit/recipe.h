/* reports/audit/recipe.h - how a record is reproduced without joulecart: what to look at, and a command of
 * sqlite3 and bc that gives its value again. */
#ifndef JOULECART_AUDIT_RECIPE_H
#define JOULECART_AUDIT_RECIPE_H
#include "reports/audit/records.h"

enum { RECIPE_CHECKS = 3 };

struct audit_recipe {
	const char *checks[RECIPE_CHECKS]; /* sentences; NULL behind the last */
	const char *arithmetic; /* the formula in words; NULL: nothing is reckoned */
	/* of a POSIX shell in which db names the file. No text of the file is in it. sqlite3 gathers the inputs
	 * of the formula and writes them as one line for bc -l, which reckons; of what is not reckoned sqlite3
	 * shows the row. */
	const char *command;
};

/* The arena owns what is made for it. */
struct audit_recipe recipe_of(const struct audit_record *record, struct arena *arena);

#endif
