/* schema/database/file-uri.c - see file-uri.h. */
#include <config.h>

#include "schema/database/file-uri.h"

#include <sqlite3.h>
#include <string.h>

char *file_uri(const char *path, const char *options)
{
	sqlite3_str *uri = sqlite3_str_new(NULL);
	/* "//" after the scheme would name a host; "./" makes ":memory:" a file. */
	sqlite3_str_appendall(uri, path[0] == '/' ? "file://" : "file:./");
	for (const char *c = path; *c; c++) {
		if (strchr("%?#", *c))
			sqlite3_str_appendf(uri, "%%%02x", *c);
		else
			sqlite3_str_appendchar(uri, 1, *c);
	}
	sqlite3_str_appendf(uri, "?%s", options);
	return sqlite3_str_finish(uri);
}
