/* models/kernels/softmax.c - see softmax.h. */
#include <config.h>

#include "models/kernels/softmax.h"

#include <math.h>

void softmax(const float *logits, size_t n, float temperature, float *p)
{
	float largest = logits[0], sum = 0.0f;
	for (size_t i = 1; i < n; i++)
		largest = fmaxf(largest, logits[i]);
	for (size_t i = 0; i < n; i++)
		sum += p[i] = expf((logits[i] - largest) / temperature);
	for (size_t i = 0; i < n; i++)
		p[i] /= sum;
}
