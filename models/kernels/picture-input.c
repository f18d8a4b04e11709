/* models/kernels/picture-input.c - see picture-input.h. */
#include <config.h>

#include "models/kernels/picture-input.h"

#include "models/data/picture.h"

#include <stddef.h>

void picture_input(const uint8_t *restrict picture, float *restrict out)
{
#pragma omp simd
	for (size_t i = 0; i < PICTURE_BYTES; i++)
		out[i] = (float)picture[i] * (2.0f / 255.0f) - 1.0f;
}
