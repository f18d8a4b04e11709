/* models/data/data.h - shopper queries with their profile and label, made from the grammar; or pictures of
 * faces (mirror.h) in the same form.
 *
 * Deterministic by seed. Templates and shoppers are split 65 / 10 / 25 by hash between
 * training, validation and test: no split shares one with another. Only training labels are
 * noisy; eight cold classes keep 3 % of their training queries. */
#ifndef JOULECART_MODELS_DATA_H
#define JOULECART_MODELS_DATA_H
#include "models/data/catalogue.h"
#include "models/data/face.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum split { SPLIT_TRAIN, SPLIT_VALIDATION, SPLIT_TEST, N_SPLITS };
enum {
	N_COLD = 8, /* classes of which training sees few queries */
	N_SHOPPERS =
	    20000, /* whose queries fall into one split each, so that none is trained and tested on */
	QUERY_SIZE = 224,    /* bytes: the longest that the grammar makes */
	TEST_QUERIES = 6000, /* what the agent's quality is measured on */
};

struct shopper {
	uint32_t id;
	uint8_t skin, concern, budget, age;
	uint8_t past_facet, past_category; /* of the last purchase */
	uint8_t older_category;            /* of the one before */
};

struct query {
	char text[QUERY_SIZE]; /* UTF-8 */
	struct shopper shopper;
	uint8_t label;          /* the right class: category x N_FACETS + facet */
	uint8_t taught;         /* the class that training sees */
	uint8_t wants[N_WANTS]; /* within the class */
	uint16_t template_id;
	bool cold; /* its class is one of the cold ones */
	/* Of the mirror's: the picture, PICTURE_BYTES of its dataset's, and what it shows; text is empty then. NULL:
	 * of the agent's. */
	uint8_t *picture;
	struct face face;
};

struct dataset {
	struct query *queries;
	size_t n;
	uint8_t *pictures; /* of all queries, one after the other; NULL: they have none */
};

/* What a number is drawn for. */
enum salt {
	SALT_TEMPLATE = 1,
	SALT_SHOPPER,
	SALT_PROFILE,
	SALT_COLD,
	SALT_STREAM,
	SALT_SHOTS,
	SALT_FACES,
	SALT_PERSON,
};
/* Any two inputs give unrelated numbers. */
uint64_t dataset_mix(uint64_t seed, enum salt salt, uint64_t value);

/* 0, or -1 when memory is short. Free with dataset_free(). */
int dataset_make(struct dataset *data, uint64_t seed, enum split split, size_t n);
int dataset_copy(const struct dataset *data, struct dataset *copy);
/* Copies queries behind those of a dataset; neither has pictures. 0, or -1 when memory is short. */
int dataset_append(struct dataset *data, const struct dataset *more);
/* Gives each query room for its picture, of which nothing is drawn yet. 0, or -1 when memory is short. */
int dataset_add_pictures(struct dataset *data);
/* Training queries of the cold classes alone, so many of each. */
int dataset_make_shots(struct dataset *data, uint64_t seed, size_t per_class);
void dataset_free(struct dataset *data);

enum split template_split(uint64_t seed, unsigned template_id);
enum split shopper_split(uint64_t seed, uint32_t shopper_id);
bool class_is_cold(uint64_t seed, unsigned label);

/* What this shopper wants of a product when the query does not say: the price band of the
 * budget, but the lowest where the facet asked for is that it be cheap. */
void wants_of_profile(const struct shopper *shopper, unsigned facet,
		      uint8_t wants[N_WANTS]);

/* zlib's CRC-32 over texts, profiles, pictures and labels: the same for the same work. */
uint32_t dataset_crc32(const struct dataset *data);

#endif
