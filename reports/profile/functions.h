/* reports/profile/functions.h - 'joulecart report --functions': which functions drew the joules. */
#ifndef JOULECART_FUNCTIONS_H
#define JOULECART_FUNCTIONS_H
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>

struct problem;

/* campaign_id 0: all. phase: only within the phases of that name; NULL: whole runs. format: "text" (the functions
 * that matter), "markdown", "csv" or "json". 0, or -1
 * with *why: PROBLEM_USAGE for another format; there is no profile in it. */
int functions_print(sqlite3 *db, int64_t campaign_id, const char *phase, const char *format,
		    FILE *out, struct problem *why);

/* What changed from variants[0] to variants[1] (reports/profile/function-changes.h). As above; PROBLEM_USAGE
 * also for a variant that has no profile. */
int functions_print_changes(sqlite3 *db, int64_t campaign_id, const char *const variants[2],
			    const char *format, FILE *out, struct problem *why);

#endif
