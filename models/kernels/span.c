/* models/kernels/span.c - see span.h. */
#include <config.h>

#include "models/kernels/span.h"

#include <stdint.h>
#include <string.h>

size_t span_lay_out(struct query_span *spans, size_t n, size_t gap)
{
	size_t end = 0;
	for (size_t i = 0; i < n; i++) {
		spans[i].begin = end + (i ? gap : 0);
		end = spans[i].begin + spans[i].length;
	}
	return end;
}

void span_clear_gaps(const struct query_span *spans, size_t n, size_t positions,
		     size_t row_bytes, void *rows)
{
	size_t end = 0;
	for (size_t i = 0; i <= n; i++) {
		size_t next = i < n ? spans[i].begin : positions;
		memset((char *)rows + end * row_bytes, 0, (next - end) * row_bytes);
		if (i < n)
			end = next + spans[i].length;
	}
}

static void pool_f32(const float *restrict x, size_t length, size_t channels,
		     float *restrict pooled)
{
	memcpy(pooled, x, channels * sizeof(float));
	for (size_t at = 1; at < length; at++) {
		x += channels;
#pragma omp simd
		for (size_t i = 0; i < channels; i++)
			pooled[i] = x[i] > pooled[i] ? x[i] : pooled[i];
	}
}

/* Channels of one stretch: their maxima stay in registers. */
enum { STRETCH = 64 };

static void pool_u8(const uint8_t *restrict x, size_t length, size_t channels, float step,
		    float *restrict pooled)
{
	for (size_t from = 0; from < channels; from += STRETCH) {
		uint8_t largest[STRETCH] = { 0 };
		size_t n = channels - from < STRETCH ? channels - from : STRETCH;
		for (size_t at = 0; at < length; at++) {
			const uint8_t *row = x + at * channels + from;
#pragma omp simd
			for (size_t i = 0; i < n; i++)
				largest[i] = row[i] > largest[i] ? row[i] : largest[i];
		}
#pragma omp simd
		for (size_t i = 0; i < n; i++)
			pooled[from + i] = step * (float)largest[i];
	}
}

/* The bits of what is never negative are in its own order. */
static void pool_bf16(const uint16_t *restrict x, size_t length, size_t channels,
		      float *restrict pooled)
{
	for (size_t i = 0; i < channels; i++) {
		uint32_t largest = 0;
		for (size_t at = 0; at < length; at++)
			if (x[at * channels + i] > largest)
				largest = x[at * channels + i];
		largest <<= 16; /* the upper half of a float */
		memcpy(&pooled[i], &largest, sizeof(largest));
	}
}

void span_pool(const struct query_span *spans, size_t n, size_t places,
	       const struct tensor *x, float step, size_t channels, float *pooled)
{
	const char *data = tensor_data(x);
	size_t row = places * channels * dnnl_data_type_size(x->desc.data_type);
	for (size_t i = 0; i < n; i++, pooled += channels) {
		const void *rows = data + spans[i].begin * row;
		size_t length = spans[i].length * places;
		switch (x->desc.data_type) {
		case dnnl_u8:
			pool_u8(rows, length, channels, step, pooled);
			break;
		case dnnl_bf16:
			pool_bf16(rows, length, channels, pooled);
			break;
		default:
			pool_f32(rows, length, channels, pooled);
		}
	}
}
