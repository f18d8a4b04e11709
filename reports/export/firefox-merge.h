/* reports/export/firefox-merge.h - energy beside the stacks that another program recorded. */
#ifndef JOULECART_FIREFOX_MERGE_H
#define JOULECART_FIREFOX_MERGE_H
#include "reports/export/export-data.h"

#include <stdio.h>

struct problem;

/* Writes the processed profile of the Firefox Profiler in the file path (JSON, or that compressed by
 * gzip; samply makes such), with what the data have of the time that it covers: counters under
 * the process that marked a phase, else under the profile's first thread, and phases as markers.
 * Whoever made the file may be hostile: it is read up to 512 MiB, and what is not in it as the format has
 * it is refused. 0, or -1 with *why: it cannot be read, is of a version that is not known here, or no trial
 * ran while it was recorded. */
int firefox_merge(const struct export_data *data, const char *path, FILE *out,
		  struct problem *why);

#endif
