/* models/infer/segment.h - one run of one segment of a plan: its stages, and the head after them. */
#ifndef JOULECART_MODELS_SEGMENT_H
#define JOULECART_MODELS_SEGMENT_H
#include "models/infer/plan.h"

/* Where the first segment's input is written, a row of embed floats a position: the plan's own memory. */
float *segment_input(const struct plan *plan, const struct segment *segment);

/* Runs the segment on its input, where the plan's n spans stand. Returns the logits, [n][classes]. */
const float *segment_run(struct plan *plan, struct segment *segment,
			 const struct features *features, size_t n);

#endif
