/* models/kernels/zero-point.h - what zero points of weights add to a layer of integers.
 *
 * With weights (q - zero) x scale a layer puts out scale x (sum of q x input - zero x sum of input): the first
 * sum is oneDNN's, which knows no zero points of weights; the second is of the inputs that the kernel sees, and
 * the same for every output. (B. Jacob et al., Quantization and Training of Neural Networks for Efficient
 * Integer-Arithmetic-Only Inference, CVPR 2018, equation 7.) */
#ifndef JOULECART_MODELS_ZERO_POINT_H
#define JOULECART_MODELS_ZERO_POINT_H
#include "models/kernels/onednn.h"

struct zero_points {
	struct tensor factors; /* f32 [outputs]: -zero x scale x input step / output step */
	struct tensor sums;    /* f32 [rows]: room to work in */
	struct tensor out;     /* f32 [rows][outputs]: factor x sum of the inputs */
};

/* src: u8 or s8, [rows][inputs], rows one after another in time where kernel (its width) is not 0: a
 * convolution that is padded with zeros. */
struct op op_zero_points(const struct zero_points *to, const struct tensor *src,
			 size_t kernel);

#endif
