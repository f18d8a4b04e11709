/* profiler/options/reading-options.c - see reading-options.h. */
#include <config.h>

#include "profiler/options/reading-options.h"

#include "schema/seal/trust.h"
#include "schema/store/reader.h"

const struct option_row despite_rows[] = {
	{ "despite-schema", 0, NULL, NULL,
	  "of a file with foreign tables or views, read only joulecart's own",
	  OPTION_FLAG(struct reading_options, is_despite) },
	{ 0 },
};

const struct option_row reading_rows[] = {
	{ OPTION_HEADING("Whose file it is") },
	{ "trust", 0, "FILE", NULL, "keys that you know: lines of fingerprint and name",
	  OPTION_TEXT(struct reading_options, trust_path), .setting = SETTING_OWN },
	{ OPTION_INCLUDE_ALL(despite_rows) },
	{ 0 },
};

static int read_standing(sqlite3 *db, const struct reading_options *reading,
			 struct standing *standing, struct problem *why)
{
	struct trust *trust = NULL;
	if (reading->trust_path && !(trust = trust_read(reading->trust_path, why)))
		return -1;
	int code = standing_read(db, trust, standing, why);
	trust_free(trust);
	return code;
}

sqlite3 *reading_open(const struct reading_options *reading, const char *path,
		      struct standing *standing, struct problem *why)
{
	sqlite3 *db = reading->is_despite ? store_open_despite(path, why)
					  : store_open_read(path, why);
	if (!db || !standing || read_standing(db, reading, standing, why) == 0)
		return db;
	sqlite3_close(db);
	return NULL;
}
