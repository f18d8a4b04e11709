/* reports/export/export.h - a database in another program's format. */
#ifndef JOULECART_EXPORT_H
#define JOULECART_EXPORT_H
#include <sqlite3.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct problem;

/* What --to takes. */
#define EXPORT_FORMATS "perfetto|firefox|pprof|speedscope|folded|csv|jsonl|otlp"

struct export_wish {
	const char *format; /* one of EXPORT_FORMATS */
	const char *merge;  /* firefox: a profile to add to; NULL: a new one */
	int64_t trial_id;   /* 0: all */
	bool is_regions;    /* stacks of regions, even where functions were sampled */
	const char *
	    left_aside; /* what of the file was not read, said beside each trial's name; or NULL */
};

/* Writes what is wished for. 0, or -1 with *why: it could not be read, there is nothing to write, or the
 * profile cannot be added to. */
int export_write(sqlite3 *db, const struct export_wish *wish, FILE *out,
		 struct problem *why);

#endif
