/* schema/database/file-uri.h - a path as SQLite must be told it, so that it is that file and nothing else.
 *
 * Without this, SQLite reads ":memory:", "" and "file:..." as something of its own. */
#ifndef JOULECART_FILE_URI_H
#define JOULECART_FILE_URI_H

/* "file:PATH?OPTIONS", for sqlite3_open_v2 with SQLITE_OPEN_URI. Freed with sqlite3_free; NULL:
 * no memory. */
char *file_uri(const char *path, const char *options);

#endif
