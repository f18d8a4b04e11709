/* models/data/picture.c - see picture.h. */
#include <config.h>

#include "models/data/picture.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

static float within(float at)
{
	return fminf(fmaxf(at, 0.0f), (float)(PICTURE_SIDE - 1));
}

/* The picture's colours at a place between its pixels. */
static void sample(const uint8_t *picture, float x, float y, uint8_t *pixel)
{
	const size_t next = PICTURE_SIDE * PICTURE_CHANNELS;
	x = within(x), y = within(y);
	size_t left = (size_t)fminf(x, (float)(PICTURE_SIDE - 2));
	size_t above = (size_t)fminf(y, (float)(PICTURE_SIDE - 2));
	float right = x - (float)left, below = y - (float)above;
	const uint8_t *at = picture + above * next + left * PICTURE_CHANNELS;
	for (size_t i = 0; i < PICTURE_CHANNELS; i++, at++) {
		float upper = (1.0f - right) * (float)at[0] +
			      right * (float)at[PICTURE_CHANNELS];
		float lower = (1.0f - right) * (float)at[next] +
			      right * (float)at[next + PICTURE_CHANNELS];
		pixel[i] = (uint8_t)lrintf((1.0f - below) * upper + below * lower);
	}
}

void picture_move(uint8_t picture[PICTURE_BYTES], const struct picture_move *move)
{
	const float middle = (float)(PICTURE_SIDE - 1) / 2.0f;
	uint8_t before[PICTURE_BYTES], *pixel = picture;
	float cosine = cosf(move->radians) / move->zoom;
	float sine = sinf(move->radians) / move->zoom;
	memcpy(before, picture, sizeof(before));
	for (size_t row = 0; row < PICTURE_SIDE; row++)
		for (size_t column = 0; column < PICTURE_SIDE;
		     column++, pixel += PICTURE_CHANNELS) {
			float x = (float)column - middle, y = (float)row - middle;
			x = (move->is_flipped ? -x : x) - move->right;
			y -= move->down;
			sample(before, middle + cosine * x + sine * y,
			       middle + cosine * y - sine * x, pixel);
		}
}
