/* models/compress/bf16.h - weights rounded to bf16: the upper 16 bits of a float. */
#ifndef JOULECART_MODELS_BF16_H
#define JOULECART_MODELS_BF16_H
#include <stdint.h>

struct weights;

/* To the nearest, halves to even. Within half of 2^-7 of the number's own power of two. */
uint16_t bf16_of(float x);

/* The same model, its weights in BF16, biases as they were. NULL when memory is short. */
struct weights *bf16_model(const struct weights *weights);

#endif
