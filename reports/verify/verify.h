/* reports/verify/verify.h - every figure again from the raw readings, on a path of its own.
 *
 * What the program stores while it measures (schema/samples/rollup.c, schema/samples/advance.c) and what the
 * views compute in SQL is computed here a second time, in plain C, from the unpacked readings:
 * counters unwrapped, summed by phase, scaled, shared out by CPU time, divided by queries,
 * turned into grams, averaged over trials. Only the unpacking of chunks is shared. */
#ifndef JOULECART_VERIFY_H
#define JOULECART_VERIFY_H
#include "reports/verify/verification.h"

#include <sqlite3.h>

struct problem;

/* Real numbers agree within 1e-9 of their size. 0, whether they agree or not; -1 with *why
 * where the database cannot be read. */
int verify_database(sqlite3 *db, struct verification *result, struct problem *why);

#endif
