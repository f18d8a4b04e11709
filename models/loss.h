/* models/loss.h - losses on logits, each with its gradient. */
#ifndef JOULECART_MODELS_LOSS_H
#define JOULECART_MODELS_LOSS_H
#include <stddef.h>

enum { LOSS_MAX_CLASSES = 256 };

/* p[i] = exp(x[i] / temperature) / sum, without overflow. n <= LOSS_MAX_CLASSES. */
void softmax(const float *logits, size_t n, float temperature, float *p);

/* weight x cross-entropy of the label in nats; d_logits += its gradient. */
float loss_cross_entropy(const float *logits, size_t n, size_t label, float weight,
			 float *d_logits);

/* weight x T^2 x KL(teacher || student) of the softened distributions (Hinton, Vinyals, Dean
 * 2015: T^2 keeps the gradient's size when T changes); d_logits += its gradient. */
float loss_distill(const float *logits, const float *teacher, size_t n, float temperature,
		   float weight, float *d_logits);

#endif
