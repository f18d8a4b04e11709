/* models/compress/quantize.h - post-training quantisation to 8 bits, linear, per output channel.
 *
 * x_q = round((x - x_min) / (x_max - x_min) x (2^8 - 1)), with x_min = -x_max for weights (127
 * steps each way, zero exact) and x_min = 0 for activations, which are never negative. */
#ifndef JOULECART_MODELS_QUANTIZE_H
#define JOULECART_MODELS_QUANTIZE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dataset;
struct problem;
struct weights;

/* One row: q[i] x step is within step / 2 of x[i]. Returns the step, 1 for a row of zeros. */
float quantize_row(const float *x, size_t n, int8_t *q);

/* The model's serving path (its last head) with I8 weights, biases in F32, and the range of
 * every layer's input, calibrated by running the queries. NULL with *why filled. */
struct weights *quantize_model(const struct weights *weights,
			       const struct dataset *calibration, struct problem *why);

enum { QUANTIZE_QUERIES = 640 }; /* enough to calibrate with */

/* The same with weights of fewer bits, 2 to 8: (2^(bits-1) - 1) steps each way, still in I8. */
struct weights *quantize_model_bits(const struct weights *weights,
				    const struct dataset *calibration, unsigned bits,
				    struct problem *why);

/* Training that sees what quantisation leaves. Before a forward pass the layers' weights are
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
