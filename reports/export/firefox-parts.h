/* reports/export/firefox-parts.h - what goes into a processed profile of the Firefox Profiler, its own or
 * one that another program made.
 *
 * Source: firefox-devtools/profiler, src/types/profile.ts and docs-developer/CHANGELOG-formats.md.
 * All text is as people see it (shown_text): a profile of another program is not guarded, and is
 * printed as it is. */
#ifndef JOULECART_FIREFOX_PARTS_H
#define JOULECART_FIREFOX_PARTS_H
#include "reports/export/export-data.h"

#include <jansson.h>

/* Where a trial stands in the profile. */
struct firefox_place {
	int version;     /* meta.preprocessedProfileVersion */
	double start_ms; /* meta.startTime: UTC, milliseconds since 1970 */
	double start_ns; /* the same moment of this boot's CLOCK_MONOTONIC; NAN: by UTC */
	const char *pid; /* of the process that a counter stands under */
	size_t thread;   /* that process's thread, its place in the profile */
	json_t *strings; /* the array that names are put into */
	struct arena *arena;
};

/* Milliseconds from the profile's begin to a moment of the trial. */
double firefox_ms(const struct firefox_place *place, const struct export_trial *trial,
		  int64_t mono_ns);

/* The counter of a series of joules: pWh since the sample before. New; NULL: no memory. */
json_t *firefox_counter(const struct firefox_place *place, const struct export_trial *trial,
			const struct export_series *series);

/* An empty table of markers. New; NULL: no memory. */
json_t *firefox_markers(void);
/* A row more of it. */
void firefox_add_phase(const struct firefox_place *place, const struct export_trial *trial,
		       const struct export_phase *phase, json_t *markers);

/* What the markers' fields mean, for meta.markerSchema. New; NULL: no memory. */
json_t *firefox_schema(int version);

/* A table without rows: its columns, NULL at the end. New; NULL: no memory. */
json_t *firefox_table(const char *const columns[]);

/* A string as people see it; null for NULL. New; NULL: no memory. */
json_t *firefox_text(const struct firefox_place *place, const char *text);

#endif
