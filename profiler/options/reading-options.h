/* profiler/options/reading-options.h - the options of each command that reads a file somebody else may have
 * made: whom the reader knows, and what to do about foreign tables. */
#ifndef JOULECART_READING_OPTIONS_H
#define JOULECART_READING_OPTIONS_H
#include "base/option-table.h"
#include "reports/campaign/standing.h"

#include <sqlite3.h>
#include <stdbool.h>

struct problem;

struct reading_options {
	const char *trust_path; /* NULL: not given */
	bool is_despite;
};

/* To be included in a command's table: OPTION_INCLUDE(reading_rows, struct arguments, reading). The second
 * is for commands that state no seal. */
extern const struct option_row reading_rows[], despite_rows[];

/* Opens the file as the options say (schema/store/reader.h); the caller closes it. standing may be NULL:
 * the seal is then not checked. NULL with *why. */
sqlite3 *reading_open(const struct reading_options *reading, const char *path,
		      struct standing *standing, struct problem *why);

#endif
