/* models/data/picture.h - a small colour picture, and how it is moved. */
#ifndef JOULECART_MODELS_PICTURE_H
#define JOULECART_MODELS_PICTURE_H
#include <stdbool.h>
#include <stdint.h>

enum {
	PICTURE_SIDE = 48, /* pixels each way */
	PICTURE_CHANNELS =
	    3, /* red, green, blue (sRGB): a byte each, those of a pixel together */
	PICTURE_BYTES = PICTURE_SIDE * PICTURE_SIDE * PICTURE_CHANNELS,
};

/* Where the picture's pixels come from: turned about its middle by so much, `zoom` times as large, moved by
 * so many pixels to the right and down, and then seen in a glass. */
struct picture_move {
	float radians, zoom, right, down;
	bool is_flipped;
};

/* Moves the picture in place, between pixels bilinearly; what comes in from outside is as its edge is. */
void picture_move(uint8_t picture[PICTURE_BYTES], const struct picture_move *move);

#endif
