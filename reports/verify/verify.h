/* reports/verify/verify.h - every figure again from the raw readings, on a path of its own.
 *
 * What the program stores while it measures (schema/samples/rollup.c, schema/samples/advance.c) and what the
 * views compute in SQL is computed here a second time, in plain C, from the unpacked readings:
 * counters unwrapped, summed by phase, scaled, shared out by CPU time, divided by queries,
 * turned into grams, averaged over trials. Only the unpacking of chunks is shared. */
#ifndef JOULECART_RECOMPUTE_H
#define JOULECART_RECOMPUTE_H
#include <sqlite3.h>
#include <stddef.h>
#include <stdint.h>

struct problem;

struct recompute {
	int64_t n_trials, n_channels, n_readings;
	int64_t n_figures; /* that were compared: rollups, v_energy, v_phase, ... */
	int64_t n_trimmed; /* rollups whose readings are gone: their sums were taken */
	char place[400];   /* the first that does not agree; empty: all do */
};

/* Real numbers agree within 1e-9 of their size. 0, whether they agree or not; -1 with *why
 * where the database cannot be read. */
int recompute(sqlite3 *db, struct recompute *result, struct problem *why);

#endif
