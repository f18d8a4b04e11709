/* models/infer/body.h - the convolutions of a plan: some stages in a row, for sequences of up to so many
 * positions. */
#ifndef JOULECART_MODELS_BODY_H
#define JOULECART_MODELS_BODY_H
#include "models/infer/plan.h"

/* Zeros that keep one query from another: as many as the widest convolution reads past an end. */
size_t body_gap(const struct model_shape *shape);

/* Builds a body of body->positions for the segment's stages. before: what it reads, of the segment
 * before at this length; NULL for the first. */
void body_create(struct plan *plan, struct body *body, const struct segment *segment,
		 const struct body *before, const struct weights *weights);

/* The shortest of the segment's bodies that holds the plan's queries; the plan owns it. */
struct body *body_for(const struct plan *plan, const struct segment *segment);

/* From its input to the segment's pooled features. Between the plan's queries the input is zero. */
void body_run(struct plan *plan, const struct segment *segment, struct body *body,
	      size_t n);

#endif
