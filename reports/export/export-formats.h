/* reports/export/export-formats.h - one writer a format: each writes all of the data and never fails by
 * itself; the stream's error flag tells. */
#ifndef JOULECART_EXPORT_FORMATS_H
#define JOULECART_EXPORT_FORMATS_H
#include "reports/export/export-data.h"

#include <stdio.h>

/* Power in W and energy in J as counter tracks, phases as slices (perfetto.dev). */
void export_perfetto(const struct export_data *data, FILE *out);
/* What regions drew as stacks, trial over region: microjoules, CPU time and passages. */
void export_pprof(const struct export_data *data, FILE *out);
void export_speedscope(const struct export_data *data, FILE *out);
void export_folded(const struct export_data *data, FILE *out);
/* Energy as counters, phases as markers (profiler.firefox.com). */
void export_firefox(const struct export_data *data, FILE *out);
/* A row for each trial, phase, series and step of one. */
void export_csv(const struct export_data *data, FILE *out);
void export_jsonl(const struct export_data *data, FILE *out);

/* One stack and what it weighs: the trial, and the region; region NULL: the trial has none. */
struct export_stack {
	const struct export_trial *trial;
	const char *region;
	double microjoules, cpu_ns, n;
};

/* All stacks of the data, in *n; they live in its arena, and sum to the joules of its trials.
 * Returns never NULL. */
const struct export_stack *export_stacks(const struct export_data *data, size_t *n);

/* The nearest number that int64_t holds, at least 0. */
int64_t export_whole(double value);

#endif
