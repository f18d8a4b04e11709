/* schema/store/still-file.h - a database that can be read without a log, an index or a lock beside it: by who
 * may not write there. SQLite reads such a file under the promise that nobody writes it ("immutable"), and
 * shows a mixture of old and new pages where somebody does. This reads it into memory first, and sees to it
 * that nobody wrote it meanwhile. */
#ifndef JOULECART_STILL_FILE_H
#define JOULECART_STILL_FILE_H
#include <sqlite3.h>

struct problem;

/* A connection to the file as it was at one moment, for reading alone, in as much memory as the file is long. A
 * file that is written again and again, one whose newest part is in a log, and one larger than the 2 GiB that
 * SQLite's memory has room for are refused. The caller closes it. NULL with *why. */
sqlite3 *still_file_open(const char *path, struct problem *why);

/* The same for who may write there too, of a small file that nobody has open: SQLite would lay a log and an
 * index beside it, and leave them. NULL without a word where it is not so just now, nor when it was written a
 * moment ago: it is then to be opened as any other. */
sqlite3 *still_file_try(const char *path);

#endif
