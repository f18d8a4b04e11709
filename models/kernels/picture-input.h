/* models/kernels/picture-input.h - a picture's bytes as the numbers that a network reads: -1 for none of a
 * colour, 1 for all of it. */
#ifndef JOULECART_MODELS_PICTURE_INPUT_H
#define JOULECART_MODELS_PICTURE_INPUT_H
#include <stdint.h>

/* out: PICTURE_BYTES numbers, in the picture's order: [row][column][channel], which is oneDNN's nhwc. */
void picture_input(const uint8_t *picture, float *out);

#endif
