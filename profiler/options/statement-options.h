/* profiler/options/statement-options.h - what somebody states about a report: as options, and in a file
 * report.ini beside the database. */
#ifndef JOULECART_STATEMENT_OPTIONS_H
#define JOULECART_STATEMENT_OPTIONS_H
#include "base/option-table.h"
#include "reports/stated/stated.h"

struct problem;

struct statement_options {
	const char *values[N_STATED]; /* NULL: not given */
};

/* To be included in a command's table: OPTION_INCLUDE(statement_rows, struct arguments, statement). */
extern const struct option_row statement_rows[];

/* What report.ini beside the database says, and over it what the options say, which may be NULL. Lives as long as
 * the arena. 0, or -1 with a problem: report.ini or an option says what it must not. A report.ini that its user
 * cannot vouch for (profiler/config/config-file.h) is not read, and statement->refusal says why. */
int statement_read(const struct statement_options *options, const char *db_path,
		   struct arena *arena, struct statement *statement, struct problem *why);

#endif
