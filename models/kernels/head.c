/* models/kernels/head.c - see head.h. */
#include <config.h>

#include "models/kernels/head.h"

#include "models/data/features.h"

#include <string.h>

void head_join(const float *pool, const struct features *features, size_t n,
	       size_t channels, float *joined)
{
	for (size_t b = 0; b < n; b++) {
		memcpy(joined, pool + b * channels, channels * sizeof(float));
		memcpy(joined + channels, features[b].profile, sizeof(features[b].profile));
		joined += channels + FEATURE_PROFILE;
	}
}

void head_gate(const float *joined, const float *gate, size_t n, size_t channels,
	       float *gated)
{
	size_t width = channels + FEATURE_PROFILE;
	for (size_t b = 0; b < n; b++) {
		memcpy(gated, joined, channels * sizeof(float));
		for (size_t i = 0; i < FEATURE_PROFILE; i++)
			gated[channels + i] = 2.0f * gate[i] * joined[channels + i];
		joined += width;
		gated += width;
		gate += FEATURE_PROFILE;
	}
}

void head_gate_backward(const float *joined, const float *d_gated, size_t n,
			size_t channels, float *d_gate, float *d_pool)
{
	size_t width = channels + FEATURE_PROFILE;
	for (size_t b = 0; b < n; b++) {
		memcpy(d_pool, d_gated, channels * sizeof(float));
		for (size_t i = 0; i < FEATURE_PROFILE; i++)
			d_gate[i] = 2.0f * joined[channels + i] * d_gated[channels + i];
		joined += width;
		d_gated += width;
		d_gate += FEATURE_PROFILE;
		d_pool += channels;
	}
}

void head_join_backward(const float *d_joined, size_t n, size_t channels, float *d_pool)
{
	for (size_t b = 0; b < n; b++)
		for (size_t i = 0; i < channels; i++)
			d_pool[b * channels + i] +=
			    d_joined[b * (channels + FEATURE_PROFILE) + i];
}
