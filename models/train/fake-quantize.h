/* models/train/fake-quantize.h - training that sees what quantisation leaves. */
#ifndef JOULECART_MODELS_FAKE_QUANTIZE_H
#define JOULECART_MODELS_FAKE_QUANTIZE_H
#include <stdbool.h>
#include <stddef.h>

struct dataset;
struct problem;
struct weights;

/* Before a forward pass the layers' weights are
 * rounded as quantize_model_bits() would, and every stage's input is rounded to the range that
 * the parent's had; the gradients are taken as if nothing had been rounded (straight-through:
 * Bengio, Leonard, Courville 2013), and change the weights as they were. */
struct rounding;

/* weights: the model whose inputs are calibrated with the first queries of data. NULL with *why
 * filled. */
struct rounding *rounding_create(const struct weights *weights, const struct dataset *data,
				 unsigned bits, struct problem *why);
void rounding_free(struct rounding *rounding); /* takes NULL */
/* The largest |input| of a stage, from 1. */
float rounding_range(const struct rounding *rounding, size_t stage);
/* Keeps the weights, and rounds them. */
void rounding_begin(struct rounding *rounding, struct weights *weights);
/* Puts back what was kept. */
void rounding_end(struct rounding *rounding, struct weights *weights);

/* x[i] to the nearest of the steps that an 8-bit input of this range has: -127 to 127 of them
 * with is_signed, else 0 to 255. */
void round_inputs(float *x, size_t n, float range, bool is_signed);

#endif
