/* The generated faces: repeatable, of people apart, and labelled as they are drawn; and how pictures are
 * moved. */
#include <config.h>

#include "models/data/augment.h"
#include "models/data/features.h"
#include "models/data/mirror.h"
#include "tests/unit/cmocka.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { N = 1500 };

static void the_same_seed_draws_the_same_faces(void **state)
{
	(void)state;
	struct dataset first, second, other;
	assert_int_equal(mirror_make(&first, 3, SPLIT_TEST, 50), 0);
	assert_int_equal(mirror_make(&second, 3, SPLIT_TEST, 100), 0);
	assert_int_equal(mirror_make(&other, 4, SPLIT_TEST, 50), 0);
	second.n = 50; /* a shorter set is the beginning of a longer one */
	assert_int_equal(dataset_crc32(&first), dataset_crc32(&second));
	assert_int_not_equal(dataset_crc32(&first), dataset_crc32(&other));
	dataset_free(&first);
	dataset_free(&second);
	dataset_free(&other);
}

static void nobody_is_in_two_splits_and_a_person_keeps_tone_and_type(void **state)
{
	(void)state;
	static const struct query *seen[N_SHOPPERS];
	struct dataset data[N_SPLITS];
	size_t twice = 0;
	for (enum split split = 0; split < N_SPLITS; split++) {
		assert_int_equal(mirror_make(&data[split], 1, split, N), 0);
		for (size_t i = 0; i < N; i++) {
			const struct query *query = &data[split].queries[i];
			const struct query *before = seen[query->shopper.id];
			assert_int_equal(shopper_split(1, query->shopper.id), split);
			if (before) {
				twice++;
				assert_int_equal(before->face.tone, query->face.tone);
				assert_int_equal(before->face.type, query->face.type);
			}
			seen[query->shopper.id] = query;
		}
	}
	assert_true(twice > 100);
	for (enum split split = 0; split < N_SPLITS; split++)
		dataset_free(&data[split]);
}

static void only_training_labels_are_noisy(void **state)
{
	(void)state;
	for (enum split split = 0; split < N_SPLITS; split++) {
		struct dataset data;
		size_t wrong = 0, misread = 0;
		assert_int_equal(mirror_make(&data, 2, split, N), 0);
		for (size_t i = 0; i < N; i++) {
			const struct query *query = &data.queries[i];
			const struct face *face = &query->face;
			uint8_t parts[N_FACE_PARTS] = { face->tone, face->type,
							face->concern };
			assert_int_equal(query->label, mirror_label(parts));
			mirror_parts_of(query->taught, parts);
			assert_memory_equal(parts, query->wants, sizeof(parts));
			wrong += query->taught != query->label;
			misread += face->sensed != face->light;
		}
		assert_true(split == SPLIT_TRAIN
				? wrong > N * 7 / 100 && wrong < N * 13 / 100
				: wrong == 0);
		/* One time in five it tells any light, the right one among them. */
		assert_true(misread > N * 11 / 100 && misread < N * 19 / 100);
		dataset_free(&data);
	}
}

static void a_class_is_its_parts(void **state)
{
	(void)state;
	for (unsigned label = 0; label < FACE_CLASSES; label++) {
		uint8_t parts[N_FACE_PARTS];
		mirror_parts_of(label, parts);
		assert_true(parts[0] < FACE_TONES && parts[1] < N_SKINS &&
			    parts[2] < N_CONCERNS);
		assert_int_equal(mirror_label(parts), label);
	}
}

static double difference(const uint8_t *a, const uint8_t *b)
{
	double sum = 0.0;
	for (size_t i = 0; i < PICTURE_BYTES; i++)
		sum += abs(a[i] - b[i]);
	return sum / PICTURE_BYTES;
}

/* One trait of a face, drawn as all it may be: each two differ, and the numbers that are not the trait's
 * stay. */
static void check_trait(size_t offset, unsigned n, double least)
{
	uint8_t pictures[FACE_TONES][PICTURE_BYTES];
	for (unsigned i = 0; i < n; i++) {
		struct face face = { .person = 5, .occasion = 8, .tone = 2 };
		((uint8_t *)&face)[offset] = (uint8_t)i;
		face_draw(&face, pictures[i]);
		for (unsigned j = 0; j < i; j++)
			assert_true(difference(pictures[i], pictures[j]) > least);
	}
}

static void every_trait_shows(void **state)
{
	(void)state;
	check_trait(offsetof(struct face, tone), FACE_TONES, 3.0);
	check_trait(offsetof(struct face, type), N_SKINS, 0.7);
	check_trait(offsetof(struct face, concern), N_CONCERNS, 0.7);
	check_trait(offsetof(struct face, light), N_LIGHTS, 3.0);
	check_trait(offsetof(struct face, pose), N_POSES, 3.0);
	check_trait(offsetof(struct face, makeup), N_MAKEUPS, 0.3);
}

static void what_the_sensor_says_is_not_in_the_picture_but_in_the_profile(void **state)
{
	(void)state;
	struct dataset data;
	struct features features;
	assert_int_equal(mirror_make(&data, 1, SPLIT_TEST, 4), 0);
	for (size_t i = 0; i < 4; i++) {
		features_of(&data.queries[i], 0, &features);
		assert_ptr_equal(features.picture, data.queries[i].picture);
		for (size_t field = 0; field < FEATURE_PROFILE; field++)
			assert_true(features.profile[field] ==
				    (field == data.queries[i].face.sensed ? 1.0f : 0.0f));
	}
	dataset_free(&data);
}

static void a_moved_picture_is_where_it_should_be(void **state)
{
	(void)state;
	uint8_t picture[PICTURE_BYTES], before[PICTURE_BYTES];
	const size_t row = PICTURE_SIDE * PICTURE_CHANNELS;
	struct picture_move move = { .zoom = 1.0f };
	face_draw(&(struct face){ .person = 1, .occasion = 2 }, before);
	memcpy(picture, before, sizeof(picture));
	picture_move(picture, &move);
	assert_memory_equal(picture, before, sizeof(picture));
	move.right = 2.0f, move.down = 1.0f;
	picture_move(picture, &move);
	/* what was inside has moved; what came in is the edge */
	assert_memory_equal(picture + row + 2 * PICTURE_CHANNELS, before,
			    row - 2 * PICTURE_CHANNELS);
	assert_memory_equal(picture + row, before, PICTURE_CHANNELS);
	assert_memory_equal(picture, picture + row, row);
}

static void seen_twice_in_a_glass_or_turned_all_around_it_is_itself(void **state)
{
	(void)state;
	uint8_t picture[PICTURE_BYTES], before[PICTURE_BYTES];
	struct picture_move flip = { .zoom = 1.0f, .is_flipped = true };
	struct picture_move quarter = { .zoom = 1.0f, .radians = (float)M_PI_2 };
	face_draw(&(struct face){ .person = 3, .occasion = 4 }, before);
	memcpy(picture, before, sizeof(picture));
	picture_move(picture, &flip);
	assert_true(difference(picture, before) > 1.0);
	picture_move(picture, &flip);
	assert_memory_equal(picture, before, sizeof(picture));
	for (int i = 0; i < 4; i++)
		picture_move(picture, &quarter);
	assert_true(difference(picture, before) < 1.0);
}

static void a_larger_picture_shows_less(void **state)
{
	(void)state;
	uint8_t picture[PICTURE_BYTES];
	const size_t at = (PICTURE_SIDE / 2 * PICTURE_SIDE + 38) * PICTURE_CHANNELS;
	memset(picture, 0, sizeof(picture));
	for (size_t row = 0; row < PICTURE_SIDE; row++) /* white from column 40 on */
		memset(picture + (row * PICTURE_SIDE + 40) * PICTURE_CHANNELS, 255,
		       8 * PICTURE_CHANNELS);
	picture_move(picture, &(struct picture_move){ .zoom = 0.8f });
	assert_int_equal(picture[at], 255); /* 16.5 of 24 from the middle are now 13.2 */
	memset(picture, 0, sizeof(picture));
	picture[0] = 255;
	picture_move(picture, &(struct picture_move){ .zoom = 1.2f });
	assert_int_equal(picture[0], 0);
}

static void each_augmentation_changes_a_copy_and_not_the_picture(void **state)
{
	(void)state;
	struct dataset data, copy;
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	assert_int_equal(mirror_make(&data, 1, SPLIT_TRAIN, N_AUGMENTATIONS), 0);
	uint32_t before = dataset_crc32(&data);
	assert_int_equal(dataset_copy(&data, &copy), 0);
	assert_int_equal(dataset_crc32(&copy), before);
	for (size_t i = 0; i < copy.n; i++) {
		augment(&copy.queries[i], (enum augmentation)i, rng);
		assert_int_equal(copy.queries[i].taught, data.queries[i].taught);
		assert_true(difference(copy.queries[i].picture, data.queries[i].picture) >
			    0.5);
	}
	assert_int_equal(dataset_crc32(&data), before);
	dataset_free(&data);
	dataset_free(&copy);
	gsl_rng_free(rng);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_seed_draws_the_same_faces),
		cmocka_unit_test(nobody_is_in_two_splits_and_a_person_keeps_tone_and_type),
		cmocka_unit_test(only_training_labels_are_noisy),
		cmocka_unit_test(a_class_is_its_parts),
		cmocka_unit_test(every_trait_shows),
		cmocka_unit_test(
		    what_the_sensor_says_is_not_in_the_picture_but_in_the_profile),
		cmocka_unit_test(a_moved_picture_is_where_it_should_be),
		cmocka_unit_test(seen_twice_in_a_glass_or_turned_all_around_it_is_itself),
		cmocka_unit_test(a_larger_picture_shows_less),
		cmocka_unit_test(each_augmentation_changes_a_copy_and_not_the_picture),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
