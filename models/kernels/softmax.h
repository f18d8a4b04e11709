/* models/kernels/softmax.h - logits to probabilities. */
#ifndef JOULECART_MODELS_SOFTMAX_H
#define JOULECART_MODELS_SOFTMAX_H
#include <stddef.h>

enum { SOFTMAX_MAX_CLASSES = 256 }; /* so that callers keep p on the stack */

/* p[i] = exp(x[i] / temperature) / sum, without overflow. n <= SOFTMAX_MAX_CLASSES. */
void softmax(const float *logits, size_t n, float temperature, float *p);

#endif
