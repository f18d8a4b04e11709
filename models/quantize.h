/* models/quantize.h - post-training quantisation to 8 bits, linear, per output channel.
 *
 * x_q = round((x - x_min) / (x_max - x_min) x (2^8 - 1)), with x_min = -x_max for weights (127
 * steps each way, zero exact) and x_min = 0 for activations, which are never negative. */
#ifndef JOULECART_MODELS_QUANTIZE_H
#define JOULECART_MODELS_QUANTIZE_H
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

#endif
