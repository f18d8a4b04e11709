/* models/infer/segment.h - one run of one segment of a plan: its stages, and the head after them. */
#ifndef JOULECART_MODELS_SEGMENT_H
#define JOULECART_MODELS_SEGMENT_H
#include "models/infer/plan.h"

/* The segment of the at-th exit, from 0, that is just large enough for n queries. */
struct segment *segment_for(const struct plan *plan, size_t at, size_t n);
/* Runs the segment on its input; its n rows belong to features[rows[0]], ... */
void segment_run(struct plan *plan, struct segment *segment,
		 const struct features *features, const size_t *rows, size_t n);

#endif
