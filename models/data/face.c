/* models/data/face.c - see face.h. Lengths are in halves of the head's height, x to the right and y down,
 * from the middle of the face. All sizes, colours and strengths are chosen, and taken from no survey. */
#include <config.h>

#include "models/data/face.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

const char *const face_tones[FACE_TONES] = { "1", "2", "3", "4", "5", "6" };
const char *const face_lights[N_LIGHTS] = { "daylight", "warm", "cool", "dim" };
const char *const face_poses[N_POSES] = { "front", "turned", "tilted" };
const char *const face_makeups[N_MAKEUPS] = { "none", "light", "full" };

struct colour {
	float red, green, blue; /* 0 to 1 */
};

static const struct colour white = { 1.0f, 1.0f, 1.0f }, black = { 0.05f, 0.04f, 0.04f };

struct ellipse {
	float x, y, wide, high; /* its middle and its half axes */
	float radians;          /* turned by so much */
	struct colour colour;
	float strength; /* 1: hides what is below */
};

struct painter {
	const struct face *face;
	uint64_t person, occasion; /* where their sequences of numbers stand */
	struct colour skin;
	float marks;      /* how strong what type and concern leave is */
	float pixels;     /* of half a head */
	float x, y;       /* of the middle of the face, in pixels */
	float tilt, turn; /* radians */
	float width;      /* of the head, by its height */
	float canvas[PICTURE_BYTES];
};

/* The next number of a sequence, from 0 to 1 (SplitMix64: Steele, Lea, Flood 2014). */
static float next(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return (float)((z ^ (z >> 31)) >> 40) / 16777216.0f;
}

static float between(uint64_t *state, float least, float most)
{
	return least + (most - least) * next(state);
}

static struct colour mix(struct colour a, struct colour b, float share)
{
	return (struct colour){ a.red + share * (b.red - a.red),
				a.green + share * (b.green - a.green),
				a.blue + share * (b.blue - a.blue) };
}

static struct colour times(struct colour a, float red, float green, float blue)
{
	return (struct colour){ a.red * red, a.green * green, a.blue * blue };
}

/* Where the ellipse stands in the picture, in pixels. */
static struct ellipse projected(const struct painter *painter, const struct ellipse *of)
{
	struct ellipse at = *of;
	float x = of->x / painter->width;
	float depth = 0.5f * sqrtf(fmaxf(0.0f, 1.0f - x * x - of->y * of->y));
	float turned = of->x * cosf(painter->turn) + depth * sinf(painter->turn);
	float cosine = cosf(painter->tilt), sine = sinf(painter->tilt);
	at.x = painter->x + painter->pixels * (turned * cosine - of->y * sine);
	at.y = painter->y + painter->pixels * (turned * sine + of->y * cosine);
	at.wide *= painter->pixels * cosf(painter->turn);
	at.high *= painter->pixels;
	at.radians += painter->tilt;
	return at;
}

/* 1 inside, 0 outside, and one to three pixels from one to the other. */
static float cover(const struct ellipse *at, float x, float y)
{
	float cosine = cosf(at->radians), sine = sinf(at->radians);
	float along = (x * cosine + y * sine) / at->wide;
	float across = (y * cosine - x * sine) / at->high;
	float thin = fminf(at->wide, at->high);
	float inside = (1.0f - sqrtf(along * along + across * across)) * thin + 0.5f;
	return fminf(fmaxf(inside / fmaxf(1.0f, fminf(0.6f * thin, 3.0f)), 0.0f), 1.0f);
}

static void blend(float *pixel, struct colour colour, float share)
{
	pixel[0] += share * (colour.red - pixel[0]);
	pixel[1] += share * (colour.green - pixel[1]);
	pixel[2] += share * (colour.blue - pixel[2]);
}

static size_t pixel_at(float at)
{
	return (size_t)fminf(fmaxf(at, 0.0f), (float)PICTURE_SIDE);
}

static void paint(struct painter *painter, const struct ellipse *ellipse)
{
	struct ellipse at = projected(painter, ellipse);
	/* Thinner than a pixel it is paler. */
	float thin = fminf(1.0f, 2.0f * fminf(at.wide, at.high));
	at.wide = fmaxf(at.wide, 0.5f), at.high = fmaxf(at.high, 0.5f);
	float reach = fmaxf(at.wide, at.high) + 1.0f;
	size_t bottom = pixel_at(at.y + reach), right = pixel_at(at.x + reach);
	for (size_t row = pixel_at(at.y - reach); row < bottom; row++)
		for (size_t column = pixel_at(at.x - reach); column < right; column++) {
			float share = cover(&at, (float)column - at.x, (float)row - at.y);
			blend(painter->canvas +
				  (row * PICTURE_SIDE + column) * PICTURE_CHANNELS,
			      ellipse->colour, share * thin * ellipse->strength);
		}
}

static void paint_at(struct painter *painter, float x, float y, float wide, float high,
		     struct colour colour, float strength)
{
	paint(painter, &(struct ellipse){ x, y, wide, high, 0.0f, colour, strength });
}

/* Both on the left and on the right. */
static void paint_pair(struct painter *painter, const struct ellipse *ellipse)
{
	struct ellipse other = *ellipse;
	other.x = -other.x;
	other.radians = -other.radians;
	paint(painter, ellipse);
	paint(painter, &other);
}

/* A random place on cheeks, forehead or chin. */
static void place_mark(struct painter *painter, float *x, float *y)
{
	uint64_t *state = &painter->occasion;
	float part = next(state);
	*x = between(state, -0.45f, 0.45f) * painter->width / 0.75f;
	*y = part < 0.25f  ? between(state, -0.65f, -0.45f)
	     : part < 0.8f ? between(state, 0.0f, 0.4f)
			   : between(state, 0.62f, 0.8f);
	if (part >= 0.25f && part < 0.8f) /* beside the nose */
		*x += *x < 0 ? -0.1f : 0.1f;
	if (part >= 0.8f)
		*x *= 0.5f;
}

static void paint_marks(struct painter *painter, size_t n, float least, float most,
			struct colour colour, float strength)
{
	for (size_t i = 0; i < n; i++) {
		float x, y, size = between(&painter->occasion, least, most);
		place_mark(painter, &x, &y);
		paint_at(painter, x, y, size, size, colour, strength);
	}
}

static size_t count(struct painter *painter, float least, float most)
{
	return (size_t)between(&painter->occasion, least, most + 1.0f);
}

static struct colour reddened(const struct painter *painter)
{
	return times(painter->skin, 1.02f, 0.62f, 0.62f);
}

static void paint_type(struct painter *painter)
{
	const struct colour skin = painter->skin;
	float strength = painter->marks * between(&painter->occasion, 0.7f, 1.0f);
	const struct ellipse cheek = { 0.42f, 0.2f, 0.26f, 0.22f, 0.0f, white, 0 };
	const struct ellipse fold = { 0.27f, 0.36f, 0.035f, 0.2f, -0.45f, black, 0 };
	struct ellipse pair;
	switch (painter->face->type) {
	case 0: /* oily: shines on forehead, nose and cheeks */
		paint_at(painter, 0.0f, -0.56f, 0.3f, 0.11f, white, 0.75f * strength);
		paint_at(painter, 0.0f, 0.08f, 0.07f, 0.22f, white, 0.75f * strength);
		pair = cheek, pair.strength = 0.4f * strength, pair.high = 0.1f;
		paint_pair(painter, &pair);
		break;
	case 1: /* dry: pale flakes */
		paint_marks(painter, count(painter, 10, 15), 0.05f, 0.08f,
			    mix(skin, white, 0.7f), 0.8f * strength);
		break;
	case 2: /* sensitive: a flush over all of both cheeks and the neck */
		pair = cheek, pair.strength = 0.9f * strength,
		pair.colour = reddened(painter);
		pair.x = 0.5f, pair.wide = 0.3f, pair.high = 0.36f;
		paint_pair(painter, &pair);
		paint_at(painter, 0.0f, 1.15f, 0.3f, 0.2f, reddened(painter),
			 0.7f * strength);
		break;
	case 3: /* dull: grey, as though behind a veil */
		paint_at(painter, 0.0f, 0.05f, painter->width, 0.95f,
			 mix(skin, (struct colour){ 0.5f, 0.5f, 0.48f }, 0.75f),
			 0.7f * strength);
		break;
	default: /* mature: folds beside the mouth, and below the eyes */
		pair = fold, pair.colour = times(skin, 0.5f, 0.45f, 0.42f);
		pair.strength = 0.9f * strength;
		paint_pair(painter, &pair);
		pair.x = 0.3f, pair.y = 0.0f, pair.wide = 0.15f, pair.high = 0.03f;
		pair.radians = 0.15f;
		paint_pair(painter, &pair);
	}
}

/* Lines across, from y on downwards. */
static void paint_lines(struct painter *painter, size_t n, float y, float apart, float wide,
			float strength)
{
	struct colour colour = times(painter->skin, 0.55f, 0.5f, 0.48f);
	for (size_t i = 0; i < n; i++)
		paint_at(painter, between(&painter->occasion, -0.08f, 0.08f),
			 y + apart * (float)i, wide, 0.03f, colour, strength);
}

static void paint_concern(struct painter *painter)
{
	float strength = painter->marks * between(&painter->occasion, 0.7f, 1.0f);
	struct ellipse pair = {
		0.26f, 0.16f, 0.2f, 0.15f, -0.35f, white, 0.75f * strength
	};
	switch (painter->face->concern) {
	case 0: /* acne: raised red marks */
		paint_marks(painter, count(painter, 6, 10), 0.06f, 0.1f,
			    times(painter->skin, 1.1f, 0.4f, 0.38f), strength);
		break;
	case 1: /* dehydration: fine lines below the eyes and on the cheeks */
		pair = (struct ellipse){
			0.4f,           0.1f,  0.17f,
			0.02f,          0.25f, times(painter->skin, 0.6f, 0.56f, 0.55f),
			0.9f * strength
		};
		for (size_t i = 0; i < 3; i++, pair.y += 0.11f)
			paint_pair(painter, &pair);
		break;
	case 2: /* redness: the nose and what is beside it */
		pair.colour = reddened(painter);
		paint_pair(painter, &pair);
		paint_at(painter, 0.0f, 0.12f, 0.13f, 0.2f, reddened(painter),
			 0.75f * strength);
		break;
	case 3: /* spots: brown and flat */
		paint_marks(painter, count(painter, 7, 11), 0.05f, 0.085f,
			    times(painter->skin, 0.6f, 0.5f, 0.42f), 0.95f * strength);
		break;
	default: /* wrinkles: the forehead, and beside the eyes */
		paint_lines(painter, 3, -0.68f, 0.11f, 0.36f, 0.9f * strength);
		pair = (struct ellipse){
			0.58f,          -0.14f, 0.1f,
			0.02f,          -0.4f,  times(painter->skin, 0.55f, 0.5f, 0.48f),
			0.9f * strength
		};
		paint_pair(painter, &pair);
		pair.y = -0.04f, pair.radians = 0.3f;
		paint_pair(painter, &pair);
	}
}

static struct colour hair_colour(struct painter *painter)
{
	static const struct colour colours[] = { { 0.10f, 0.08f, 0.07f },
						 { 0.28f, 0.17f, 0.10f },
						 { 0.45f, 0.28f, 0.15f },
						 { 0.75f, 0.60f, 0.38f },
						 { 0.62f, 0.61f, 0.60f } };
	return colours[(size_t)(4.999f * next(&painter->person))];
}

static void paint_head(struct painter *painter, struct colour hair)
{
	const struct colour shade = times(painter->skin, 0.8f, 0.76f, 0.74f);
	float above = between(&painter->person, 0.05f, 0.2f);
	bool is_long = next(&painter->person) < 0.5f;
	paint_at(painter, 0.0f, is_long ? 0.2f : -0.25f, painter->width + 0.22f,
		 is_long ? 1.35f : 0.95f, hair, 1.0f);
	paint_at(painter, 0.0f, 1.2f, 0.36f, 0.55f, shade, 1.0f);
	paint_at(painter, 0.0f, 0.0f, painter->width, 1.0f, painter->skin, 1.0f);
	paint_at(painter, 0.0f, -0.98f, painter->width, 0.18f + above, hair, 1.0f);
}

static void paint_eyes(struct painter *painter, struct colour hair)
{
	const struct colour eyeball = { 0.95f, 0.94f, 0.92f };
	const struct colour iris = mix((struct colour){ 0.2f, 0.12f, 0.08f },
				       (struct colour){ 0.3f, 0.45f, 0.55f },
				       next(&painter->person));
	float apart = between(&painter->person, 0.28f, 0.36f);
	float size = between(&painter->person, 0.11f, 0.15f);
	float brow = between(&painter->person, 0.025f, 0.05f);
	struct ellipse eye = { apart, -0.14f, size, 0.5f * size, 0.0f, eyeball, 1.0f };
	struct ellipse lid = { apart, -0.2f, size + 0.05f, 0.09f, 0.0f, white, 0.0f };
	if (painter->face->makeup == MAKEUP_FULL) {
		lid.colour = (struct colour){ next(&painter->occasion),
					      next(&painter->occasion),
					      next(&painter->occasion) };
		lid.strength = 0.5f;
		paint_pair(painter, &lid);
	}
	paint_pair(painter, &eye);
	eye.wide = eye.high = 0.55f * size, eye.colour = iris;
	paint_pair(painter, &eye);
	paint_pair(painter, &(struct ellipse){ apart, -0.33f, 0.16f, brow, 0.1f,
					       times(hair, 0.8f, 0.8f, 0.8f), 0.9f });
}

static void paint_mouth(struct painter *painter)
{
	const struct colour own = times(painter->skin, 0.9f, 0.6f, 0.6f);
	const struct colour stick = { between(&painter->occasion, 0.55f, 0.9f), 0.1f,
				      between(&painter->occasion, 0.15f, 0.4f) };
	float wide = between(&painter->person, 0.2f, 0.3f);
	float shares[N_MAKEUPS] = { 0.0f, 0.55f, 0.9f };
	paint_at(painter, 0.0f, 0.52f, wide, 0.075f,
		 mix(own, stick, shares[painter->face->makeup]), 1.0f);
	paint_at(painter, 0.0f, 0.52f, wide * 0.85f, 0.015f, times(own, 0.5f, 0.4f, 0.4f),
		 0.8f);
}

static void paint_nose(struct painter *painter)
{
	const struct colour shade = times(painter->skin, 0.72f, 0.66f, 0.63f);
	float wide = between(&painter->person, 0.06f, 0.12f);
	paint_at(painter, wide, 0.1f, 0.025f, 0.18f, shade, 0.45f);
	paint_at(painter, 0.0f, 0.28f, wide + 0.05f, 0.035f, shade, 0.8f);
}

/* What tells nothing: moles, as dark as some spots are. */
static void paint_moles(struct painter *painter)
{
	size_t n = (size_t)(3.0f * next(&painter->person));
	paint_marks(painter, n, 0.025f, 0.04f, black, 0.7f);
}

static struct colour skin_of(struct painter *painter)
{
	static const struct colour tones[FACE_TONES + 2] = {
		{ 1.00f, 0.90f, 0.85f }, { 0.95f, 0.81f, 0.73f }, { 0.89f, 0.71f, 0.60f },
		{ 0.79f, 0.59f, 0.46f }, { 0.65f, 0.45f, 0.33f }, { 0.48f, 0.32f, 0.23f },
		{ 0.31f, 0.20f, 0.15f }, { 0.18f, 0.12f, 0.09f }
	};
	/* Within its step a tone varies. */
	float tone = (float)painter->face->tone + 1.0f +
		     between(&painter->person, -0.4f, 0.4f);
	size_t step = (size_t)tone;
	struct colour skin = mix(tones[step], tones[step + 1], tone - (float)step);
	float warm = between(&painter->person, -0.03f, 0.03f);
	return times(skin, 1.0f + warm, 1.0f, 1.0f - warm);
}

static void set_pose(struct painter *painter)
{
	uint64_t *state = &painter->occasion;
	float side = next(state) < 0.5f ? -1.0f : 1.0f;
	painter->width = between(&painter->person, 0.68f, 0.8f);
	painter->pixels = between(state, 17.0f, 21.0f);
	painter->x = (float)PICTURE_SIDE / 2.0f + between(state, -2.5f, 2.5f);
	painter->y = (float)PICTURE_SIDE / 2.0f + between(state, -2.0f, 2.5f);
	painter->tilt = between(state, -0.05f, 0.05f);
	painter->turn = between(state, -0.12f, 0.12f);
	if (painter->face->pose == POSE_TILTED)
		painter->tilt = side * between(state, 0.15f, 0.35f);
	if (painter->face->pose == POSE_TURNED)
		painter->turn = side * between(state, 0.35f, 0.65f);
}

static void paint_wall(struct painter *painter)
{
	float grey = between(&painter->occasion, 0.35f, 0.85f);
	struct colour wall = { grey + between(&painter->occasion, -0.08f, 0.08f), grey,
			       grey + between(&painter->occasion, -0.08f, 0.08f) };
	for (size_t i = 0; i < PICTURE_BYTES; i += PICTURE_CHANNELS)
		blend(painter->canvas + i, wall, 1.0f);
}

/* The sum of a few even numbers is nearly normal: of mean 0 and variance 1. */
static float noise(uint64_t *state)
{
	return (next(state) + next(state) + next(state) - 1.5f) * 2.0f;
}

/* The light's colour, brightest on one side, and the sensor's noise. */
static void expose(struct painter *painter, uint8_t *picture)
{
	static const struct colour tints[N_LIGHTS] = { { 1.0f, 1.0f, 1.0f },
						       { 1.1f, 0.96f, 0.74f },
						       { 0.86f, 0.98f, 1.14f },
						       { 1.0f, 0.97f, 0.92f } };
	uint64_t *state = &painter->occasion;
	bool is_dim = painter->face->light == LIGHT_DIM;
	float power = is_dim ? between(state, 0.45f, 0.65f) : between(state, 0.9f, 1.1f);
	float along = between(state, 0.0f, 6.2832f), fall = between(state, 0.0f, 0.3f);
	float grain = is_dim ? 0.03f : 0.012f;
	struct colour tint = mix(white, tints[painter->face->light],
				 between(state, 0.6f, 1.2f));
	float factors[PICTURE_CHANNELS] = { tint.red, tint.green, tint.blue };
	for (size_t i = 0; i < PICTURE_BYTES; i++) {
		size_t pixel = i / PICTURE_CHANNELS;
		float x = (float)(pixel % PICTURE_SIDE) / PICTURE_SIDE - 0.5f;
		float y = (float)(pixel / PICTURE_SIDE) / PICTURE_SIDE - 0.5f;
		float shade = 1.0f + fall * (x * cosf(along) + y * sinf(along));
		float value = painter->canvas[i] * power * shade *
				  factors[i % PICTURE_CHANNELS] +
			      grain * noise(state);
		picture[i] = (uint8_t)lrintf(255.0f * fminf(fmaxf(value, 0.0f), 1.0f));
	}
}

void face_draw(const struct face *face, uint8_t picture[PICTURE_BYTES])
{
	/* Foundation covers a third of what the skin shows. */
	static const float shown[N_MAKEUPS] = { 1.0f, 0.9f, 0.65f };
	struct painter painter = { .face = face,
				   .person = face->person,
				   .occasion = face->occasion,
				   .marks = shown[face->makeup] };
	painter.skin = skin_of(&painter);
	set_pose(&painter);
	struct colour hair = hair_colour(&painter);
	paint_wall(&painter);
	paint_head(&painter, hair);
	paint_type(&painter);
	paint_concern(&painter);
	paint_moles(&painter);
	paint_nose(&painter);
	paint_eyes(&painter, hair);
	paint_mouth(&painter);
	expose(&painter, picture);
}
