/* reports/whatif/device-text.h - the user's device beside the cloud, as a table on the screen. */
#ifndef JOULECART_DEVICE_TEXT_H
#define JOULECART_DEVICE_TEXT_H
#include "reports/whatif/whatif-table.h"

#include <sqlite3.h>

/* Where each figure of the query, or of the run, arises, each with its interval. 0, or -1 with *why:
 * there is no such device, or the database cannot be read. */
int device_text(const struct print *print, sqlite3 *db, struct problem *why);

#endif
