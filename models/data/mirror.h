/* models/data/mirror.h - what a smart mirror's eye is asked: of which tone, skin type and concern is this
 * face?
 *
 * Deterministic by seed. The people are the agent's shoppers, split as they are (data.h): nobody who is
 * trained on is tested on. Tone and type are the person's, the concern is the day's. Only training labels are
 * noisy. Beside the picture the device knows the light, by a sensor that one time in five tells any. */
#ifndef JOULECART_MODELS_MIRROR_H
#define JOULECART_MODELS_MIRROR_H
#include "models/data/catalogue.h"
#include "models/data/data.h"

enum {
	FACE_CLASSES = FACE_TONES * N_SKINS * N_CONCERNS,
	N_FACE_PARTS = 3, /* of a class: tone, type, concern */
	FACE_OUTPUTS = FACE_CLASSES + FACE_TONES + N_SKINS + N_CONCERNS,
	TEST_PICTURES =
	    3000, /* what quality is measured on: they take as long to draw as to answer */
};

/* As catalogue_groups: the class, then each of its parts. A query's wants are these parts. */
extern const struct output_group mirror_groups[1 + N_FACE_PARTS];
extern const char *const mirror_parts[N_FACE_PARTS]; /* "tone" ... */

/* The parts of a class. */
void mirror_parts_of(unsigned label, uint8_t parts[N_FACE_PARTS]);
unsigned mirror_label(const uint8_t parts[N_FACE_PARTS]);

/* 0, or -1 when memory is short. Free with dataset_free(). */
int mirror_make(struct dataset *data, uint64_t seed, enum split split, size_t n);

#endif
