/* schema/factors/certificate-store.h - certificates of a file, into a database. */
#ifndef JOULECART_CERTIFICATE_STORE_H
#define JOULECART_CERTIFICATE_STORE_H
#include "schema/factors/certificate-file.h"

#include <sqlite3.h>

struct factor_source;
struct problem;

/* Under the zone of table factor that the file names; name is what the file is called. The same file again
 * replaces itself. 0, or -1 with *why: nobody says where they are from, or another file has brought the same
 * hour of a certificate already. As the calls of factor-store.h otherwise. */
int certificates_store(sqlite3 *db, const struct certificate_file *file, const char *name,
		       const struct factor_source *source, struct problem *why);

#endif
