/* models/loss.c - see loss.h. */
#include <config.h>

#include "models/loss.h"

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

float loss_cross_entropy(const float *logits, size_t n, size_t label, float weight,
			 float *d_logits)
{
	float p[LOSS_MAX_CLASSES];
	softmax(logits, n, 1.0f, p);
	for (size_t i = 0; i < n; i++)
		d_logits[i] += weight * (p[i] - (i == label ? 1.0f : 0.0f));
	return -weight * logf(fmaxf(p[label], 1e-30f));
}

float loss_distill(const float *logits, const float *teacher, size_t n, float temperature,
		   float weight, float *d_logits)
{
	float p[LOSS_MAX_CLASSES], q[LOSS_MAX_CLASSES], divergence = 0.0f;
	softmax(logits, n, temperature, q);
	softmax(teacher, n, temperature, p);
	for (size_t i = 0; i < n; i++) {
		d_logits[i] += weight * temperature * (q[i] - p[i]);
		if (p[i] > 0.0f)
			divergence += p[i] * logf(p[i] / fmaxf(q[i], 1e-30f));
	}
	return weight * temperature * temperature * divergence;
}
