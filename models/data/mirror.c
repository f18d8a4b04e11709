/* models/data/mirror.c - see mirror.h. */
#include <config.h>

#include "models/data/mirror.h"

#include <gsl/gsl_rng.h>
#include <stdlib.h>
#include <string.h>

/* Chosen, and taken from no survey. */
static const double noise_rate = 0.10, sensor_rate = 0.20;
static const float part_weight = 1.0f; /* in the loss, beside the class */

const struct output_group mirror_groups[1 + N_FACE_PARTS] = {
	{ 0, FACE_CLASSES, 1.0f },
	{ FACE_CLASSES, FACE_TONES, part_weight },
	{ FACE_CLASSES + FACE_TONES, N_SKINS, part_weight },
	{ FACE_CLASSES + FACE_TONES + N_SKINS, N_CONCERNS, part_weight },
};
const char *const mirror_parts[N_FACE_PARTS] = { "tone", "type", "concern" };
_Static_assert((int)N_FACE_PARTS <= (int)N_WANTS, "a query has room for the parts");

void mirror_parts_of(unsigned label, uint8_t parts[N_FACE_PARTS])
{
	parts[0] = (uint8_t)(label / N_CONCERNS / N_SKINS);
	parts[1] = (uint8_t)(label / N_CONCERNS % N_SKINS);
	parts[2] = (uint8_t)(label % N_CONCERNS);
}

unsigned mirror_label(const uint8_t parts[N_FACE_PARTS])
{
	return (parts[0] * (unsigned)N_SKINS + parts[1]) * N_CONCERNS + parts[2];
}

static uint8_t pick(gsl_rng *rng, unsigned n)
{
	return (uint8_t)gsl_rng_uniform_int(rng, n);
}

/* What a hurried annotator takes it for: the tone one step off, or another type or concern. */
static void mistake(uint8_t parts[N_FACE_PARTS], gsl_rng *rng)
{
	uint8_t *tone = &parts[0];
	switch (pick(rng, N_FACE_PARTS)) {
	case 0:
		if (*tone == 0 || (*tone < FACE_TONES - 1 && pick(rng, 2)))
			++*tone;
		else
			--*tone;
		break;
	case 1:
		parts[1] = (uint8_t)((parts[1] + 1 + pick(rng, N_SKINS - 1)) % N_SKINS);
		break;
	default:
		parts[2] = (uint8_t)((parts[2] + 1 + pick(rng, N_CONCERNS - 1)) %
				     N_CONCERNS);
	}
}

static struct face pick_face(gsl_rng *rng, uint64_t seed, enum split split, uint32_t *id)
{
	do
		*id = (uint32_t)gsl_rng_uniform_int(rng, N_SHOPPERS);
	while (shopper_split(seed, *id) != split);
	uint64_t person = dataset_mix(seed, SALT_PERSON, *id);
	struct face face = {
		.person = person,
		.occasion = (uint64_t)gsl_rng_get(rng) << 32 | gsl_rng_get(rng),
		.tone = (uint8_t)(person % FACE_TONES),
		.type = (uint8_t)(person / FACE_TONES % N_SKINS),
		.concern = pick(rng, N_CONCERNS),
		.light = pick(rng, N_LIGHTS),
		.pose = pick(rng, N_POSES),
		.makeup = pick(rng, N_MAKEUPS),
	};
	face.sensed = gsl_rng_uniform(rng) < sensor_rate ? pick(rng, N_LIGHTS) : face.light;
	return face;
}

static void make_query(struct query *query, gsl_rng *rng, uint64_t seed, enum split split)
{
	struct face *face = &query->face;
	*face = pick_face(rng, seed, split, &query->shopper.id);
	uint8_t *parts = query->wants;
	parts[0] = face->tone, parts[1] = face->type, parts[2] = face->concern;
	query->shopper.skin = face->type;
	query->shopper.concern = face->concern;
	query->label = (uint8_t)mirror_label(parts);
	if (split == SPLIT_TRAIN && gsl_rng_uniform(rng) < noise_rate)
		mistake(parts, rng);
	query->taught = (uint8_t)mirror_label(parts);
	face_draw(face, query->picture);
}

int mirror_make(struct dataset *data, uint64_t seed, enum split split, size_t n)
{
	*data = (struct dataset){ .queries = calloc(n ? n : 1, sizeof(struct query)),
				  .n = n };
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	if (!data->queries || !rng || dataset_add_pictures(data) < 0) {
		dataset_free(data);
		gsl_rng_free(rng);
		return -1;
	}
	gsl_rng_set(rng, dataset_mix(seed, SALT_FACES, split));
	for (size_t i = 0; i < n; i++)
		make_query(&data->queries[i], rng, seed, split);
	gsl_rng_free(rng);
	return 0;
}
