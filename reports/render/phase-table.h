/* reports/render/phase-table.h - what each phase of a program drew, variant by variant (view v_phase). */
#ifndef JOULECART_PHASE_TABLE_H
#define JOULECART_PHASE_TABLE_H
#include <sqlite3.h>

#include <stdint.h>
#include <stdio.h>

struct problem;

/* campaign_id 0: all. format: "text", "markdown", "json" or "csv". 0, or -1 with *why: no phase is marked in it. */
int phases_print(sqlite3 *db, int64_t campaign_id, const char *format, FILE *out,
		 struct problem *why);

#endif
