/* models/data/features.h - what a network sees of a query: hashed n-grams, or a picture, and the profile.
 *
 * A position is one Chinese character (with the bigram and trigram that start there) or one
 * run of ASCII letters and digits (the word and its first character trigrams). Each n-gram is
 * hashed (FNV-1a) into the rows of an embedding table.
 *
 * A picture has one position without n-grams. Its profile is the light that the device's sensor tells. */
#ifndef JOULECART_MODELS_FEATURES_H
#define JOULECART_MODELS_FEATURES_H
#include <stddef.h>
#include <stdint.h>

struct query;

enum {
	FEATURE_LENGTH = 24, /* positions; later ones are dropped */
	FEATURE_IDS = 6,     /* n-grams per position */
	FEATURE_PROFILE = 48,
};

struct features {
	uint16_t ids[FEATURE_LENGTH][FEATURE_IDS];
	uint8_t n_ids[FEATURE_LENGTH];
	uint8_t n_positions;
	float profile[FEATURE_PROFILE]; /* one-hot fields, 0 or 1 */
	const uint8_t *picture; /* the query's, which must outlive it; NULL: it has none */
};

/* How many positions a network computes for a query of so many: 12, 16, 20 or 24, the least that hold
 * it. What is left over is empty, and seen: training pads in the same steps, so that the weights know
 * it. */
size_t features_padded(size_t n_positions);
enum { N_FEATURE_LENGTHS = 4 };
extern const size_t feature_lengths[N_FEATURE_LENGTHS];

/* rows: of the embedding table, 1 to 65536. */
void features_of(const struct query *query, size_t rows, struct features *features);

#endif
