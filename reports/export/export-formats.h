/* reports/export/export-formats.h - one writer a format: each writes all of the data and never fails by
 * itself; the stream's error flag tells. */
#ifndef JOULECART_EXPORT_FORMATS_H
#define JOULECART_EXPORT_FORMATS_H
#include "reports/export/export-data.h"

#include <stdio.h>

/* Power in W and energy in J as counter tracks, phases as slices (perfetto.dev). */
void export_perfetto(const struct export_data *data, FILE *out);
/* What functions drew, or regions, as stacks below the trial: microjoules, CPU time, samples or passages. */
void export_pprof(const struct export_data *data, FILE *out);
void export_speedscope(const struct export_data *data, FILE *out);
void export_folded(const struct export_data *data, FILE *out);
/* Energy as counters, phases as markers (profiler.firefox.com). */
void export_firefox(const struct export_data *data, FILE *out);
/* A row for each trial, phase, series and step of one. */
void export_csv(const struct export_data *data, FILE *out);
void export_jsonl(const struct export_data *data, FILE *out);

/* One stack and what it weighs. Below the trial's own frame it has those of the trial's tree down to node
 * (a number from 1 on), or where that is 0 the one that part names: a region, what is outside, what was
 * lost. Neither: the trial alone. */
struct export_stack {
	const struct export_trial *trial;
	size_t node;
	const char *part;
	double microjoules, low, high; /* low, high: NAN where they are not known */
	double cpu_ns, n;              /* cpu_ns: likewise */
	int64_t time_ns; /* CLOCK_MONOTONIC; of what has no time the trial's begin */
	size_t thread;   /* of the tree's threads, from 1 on; 0: not known, or of several */
};

/* All stacks of the data, in *n; they live in its arena, and sum to the joules of its trials.
 * Returns never NULL. */
const struct export_stack *export_stacks(const struct export_data *data, size_t *n);

/* The same with a stack for each sample whose time is known, in the order of time: of each trial those first.
 * The microjoules of these are whole, and sum to those of their node as near as one. Returns never NULL. */
const struct export_stack *export_timed_stacks(const struct export_data *data, size_t *n);

/* The names of its frames below the trial, root first, parted by ';' (in a name ':' stands for it). */
void export_put_path(const struct export_data *data, const struct export_stack *stack,
		     FILE *out);

/* What n means in them. A constant text, never NULL. */
const char *export_samples_words(const struct export_data *data);

/* The nearest number that int64_t holds, at least 0. */
int64_t export_whole(double value);

#endif
