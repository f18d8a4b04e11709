/* schema/store/log-files.h - the two files that SQLite lays beside a database in WAL mode, its log ("-wal") and
 * that log's index ("-shm"), and that a connection which only reads leaves there when it closes. */
#ifndef JOULECART_LOG_FILES_H
#define JOULECART_LOG_FILES_H
#include <sqlite3.h>
#include <stdbool.h>

/* What lies beside a database before it is opened. Owned by the caller until it is handed to a connection.
 * NULL: out of memory, or the path leads nowhere; then nothing is ever removed. */
struct log_files;
struct log_files *log_files_find(const char *path);
void log_files_free(struct log_files *files); /* takes NULL */

/* Is there neither a log nor an index? Takes NULL: false. */
bool log_files_are_none(const struct log_files *files);

/* Is there neither a log nor an index, and may this user not write the file? Then the file needs none to be
 * read, and what this user would lay beside it would keep its owner from writing. Takes NULL: false. */
bool log_files_are_not_needed(const struct log_files *files);

/* When db closes, what was not there before it was opened is removed again, unless some other connection to
 * the file is open, in whatever process, or the log has got something in it. What was there stays as it was.
 * Takes files, NULL too. */
void log_files_remove_after(sqlite3 *db, struct log_files *files);

#endif
