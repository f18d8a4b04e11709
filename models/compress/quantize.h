/* models/compress/quantize.h - post-training quantisation to 8 bits, linear, per output channel.
 *
 * x_q = round((x - x_min) / (x_max - x_min) x (2^8 - 1)), with x_min = -x_max for weights (127
 * steps each way, zero exact) and x_min = 0 for activations, which are never negative. */
#ifndef JOULECART_MODELS_QUANTIZE_H
#define JOULECART_MODELS_QUANTIZE_H
#include "models/infer/plan.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dataset;
struct problem;
struct weights;

enum {
	QUANTIZE_BATCH = 32,   /* queries of one calibration run */
	QUANTIZE_QUERIES = 640 /* enough to calibrate with */
};

/* One row in steps of 2^(bits-1) - 1 each way: q[i] x step is within step / 2 of x[i]. Returns
 * the step, 1 for a row of zeros. */
float quantize_row(const float *x, size_t n, unsigned bits, int8_t *q);

/* The same over what the row spans, from its least number (0, where that is larger) to its largest: x_q =
 * round((x - x_min) / (x_max - x_min) x (2^8 - 1)), less 128. *zero becomes the q that stands for 0, which is
 * exact: x is (q - *zero) x step. */
float quantize_row_asymmetric(const float *x, size_t n, int8_t *q, float *zero);

/* How a model's tensors are rounded. */
enum { QUANTIZE_NOT = 32 }; /* bits of what is left in floats */
struct quantization {
	unsigned embedding_bits;        /* 2 to 8, or QUANTIZE_NOT */
	unsigned bits[PLAN_MAX_LAYERS]; /* of the weights of each of plan_layers() */
	/* Weights of layers are in 8 bits with zero points; the embedding is without. */
	bool is_asymmetric;
};

/* ranges[i] of plan_layers(), 0 before, becomes the mean over batches of the layer's
 * largest |input|: a rare outlier is clipped. plan: of QUANTIZE_BATCH. 0, or -1 with *why. */
int quantize_calibrate(struct plan *plan, const struct dataset *data, float *ranges,
		       struct problem *why);

/* The model's serving path (its last head; with an exit rule all of them, and the rule) with I8 weights,
 * biases in F32, and the range of every layer's input, calibrated by running the queries. NULL with
 * *why filled. */
struct weights *quantize_model(const struct weights *weights,
			       const struct dataset *calibration, struct problem *why);

/* The same with weights of fewer bits, 2 to 8: (2^(bits-1) - 1) steps each way, still in I8. */
struct weights *quantize_model_bits(const struct weights *weights,
				    const struct dataset *calibration, unsigned bits,
				    struct problem *why);

/* The same with the weights rounded as it says. NULL with *why filled. */
struct weights *quantize_model_as(const struct weights *weights,
				  const struct dataset *calibration,
				  const struct quantization *how, struct problem *why);

/* Of what was calibrated: the plan is of the weights, and ran. NULL with *why filled. */
struct weights *quantize_calibrated(const struct weights *weights, const struct plan *plan,
				    const float *ranges, const struct quantization *how,
				    struct problem *why);

#endif
