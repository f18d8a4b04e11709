/* models/data/face.h - faces as a smart mirror or a phone's camera sees them, drawn, not photographed.
 *
 * A face is a list of ellipses with soft edges, painted one over the other: hair, neck, head, what its skin
 * type and its concern leave on the skin, features, make-up. The pose moves them, the light tints and shades
 * the picture, and the sensor adds noise. The same traits give the same bytes. */
#ifndef JOULECART_MODELS_FACE_H
#define JOULECART_MODELS_FACE_H
#include "models/data/data-grammar.h"
#include "models/data/picture.h"

#include <stdint.h>

/* What is told of a face: its tone, from light (1) to dark; its skin type and concern, which are the shopper's
 * profile's. What is not: in which light and pose it is, and how it is made up. */
enum { FACE_TONES = 6 };
enum face_light { LIGHT_DAY, LIGHT_WARM, LIGHT_COOL, LIGHT_DIM, N_LIGHTS };
enum face_pose { POSE_FRONT, POSE_TURNED, POSE_TILTED, N_POSES };
enum face_makeup { MAKEUP_NONE, MAKEUP_LIGHT, MAKEUP_FULL, N_MAKEUPS };

struct face {
	uint64_t person;   /* whose it is: decides features, hair and undertone */
	uint64_t occasion; /* decides all else that varies from picture to picture */
	uint8_t tone, type, concern;
	uint8_t light, pose, makeup;
	uint8_t sensed; /* the light, by the device's sensor: it may be wrong */
};

extern const char *const face_tones[FACE_TONES];
extern const char *const face_lights[N_LIGHTS];
extern const char *const face_poses[N_POSES];
extern const char *const face_makeups[N_MAKEUPS];

void face_draw(const struct face *face, uint8_t picture[PICTURE_BYTES]);

#endif
