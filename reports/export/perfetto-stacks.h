/* reports/export/perfetto-stacks.h - sampled stacks in a trace for ui.perfetto.dev: StackSamples that weigh
 * microjoules, with CPU time and the number of samples beside them. Perfetto 58 and later draws them as
 * flame graphs; older ones pass over them. Each stands at the time at which it was taken, in its thread. */
#ifndef JOULECART_PERFETTO_STACKS_H
#define JOULECART_PERFETTO_STACKS_H
#include "reports/export/export-data.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum perfetto_track {
	TRACK_OF_TRIAL = 1,
	TRACK_OF_LANE,
	TRACK_OF_POWER,
	TRACK_OF_ENERGY,
	TRACK_OF_THREAD
};

/* The number of a track in the trace. trial: its place in the data, from 0; index: of those of one kind. Neither has
 * more than 2^28. */
uint64_t perfetto_uuid(size_t trial, enum perfetto_track kind, size_t index);

/* Those of every trial that has some, under the process whose number is the trial's place in the data, from 1
 * on. */
void perfetto_stacks(const struct export_data *data, FILE *out);

#endif
