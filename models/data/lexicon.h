/* models/data/lexicon.h - what words mean, written by hand: product names, brands, attributes, and the turns of
 * phrase that say what is not wanted or what the profile knows.
 *
 * An entry is found by the n-grams that a network is given too, of each position the first: one word, or one
 * Chinese character. A word with a typing error is found by none. */
#ifndef JOULECART_MODELS_LEXICON_H
#define JOULECART_MODELS_LEXICON_H
#include "models/data/features.h"

#include <stddef.h>
#include <stdint.h>

enum {
	LEXICON_ROWS =
	    65536,          /* of features_of(): hashed so finely, hardly two words meet */
	LEXICON_LENGTH = 6, /* positions of the longest entry */
	LEXICON_MAX = 640,  /* entries */
};

enum meaning {
	MEANS_NOTHING, /* keeps a shorter entry from being found in it */
	MEANS_CATEGORY,
	MEANS_FACET,
	MEANS_PRICE,
	MEANS_INGREDIENT,
	MEANS_FINISH,
	MEANS_NOT_NEXT, /* the next category or facet is not wanted */
	MEANS_NOT_LAST, /* the last one was not */
	MEANS_OF_SKIN,  /* the facet that the profile's skin type needs; and so on */
	MEANS_OF_CONCERN,
	MEANS_OF_BUDGET,
	MEANS_PAST_FACET,
	MEANS_PAST_CATEGORY,
	N_MEANINGS,
};

struct lexicon_entry {
	uint16_t keys[LEXICON_LENGTH];
	size_t n_keys;
	enum meaning meaning;
	unsigned value; /* which category, which facet... */
};

struct lexicon {
	struct lexicon_entry entries[LEXICON_MAX];
	size_t n;
};

/* How much of language it knows, each more than the one before: names of products, brands and attributes; also
 * what is said not to be wanted; also what the profile is asked for. */
enum knowledge { KNOWS_NAMES, KNOWS_NEGATION, KNOWS_PROFILE };

/* The same each time. */
void lexicon_fill(struct lexicon *lexicon, enum knowledge knowledge);

/* Into the order that lexicon_find() looks in. */
void lexicon_sort(struct lexicon *lexicon);

/* The longest entry that begins at a position; NULL where none does. The lexicon is sorted. */
const struct lexicon_entry *lexicon_find(const struct lexicon *lexicon,
					 const struct features *features, size_t at);

#endif
