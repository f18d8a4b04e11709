/* models/data/features.c - see features.h. */
#include <config.h>

#include "models/data/features.h"

#include "models/data/data.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

/* Fowler, Noll, Vo: FNV-1a, 32 bit. */
static uint32_t hash_bytes(uint32_t hash, const char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		hash = (hash ^ (uint32_t)(unsigned char)bytes[i]) * UINT32_C(16777619);
	return hash;
}

static void add_ngram(struct features *features, size_t rows, const char *bytes, size_t n,
		      char kind)
{
	uint8_t *used = &features->n_ids[features->n_positions];
	if (*used == FEATURE_IDS)
		return;
	uint32_t hash = hash_bytes(hash_bytes(UINT32_C(2166136261), &kind, 1), bytes, n);
	/* The low bits of FNV-1a are its weakest. */
	hash ^= hash >> 15;
	features->ids[features->n_positions][(*used)++] = (uint16_t)(hash % rows);
}

/* How many bytes the character at text takes; a byte that begins none counts as one. */
static size_t wide_bytes(const char *text)
{
	unsigned char lead = (unsigned char)text[0];
	size_t n = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
	for (size_t i = 1; i < n; i++)
		if (((unsigned char)text[i] & 0xc0) != 0x80)
			return 1;
	return n;
}

static bool is_wide(const char *text)
{
	return (unsigned char)text[0] >= 0x80;
}

static size_t add_wide(struct features *features, size_t rows, const char *text)
{
	size_t first = wide_bytes(text), length = first;
	add_ngram(features, rows, text, length, 'c');
	for (int n = 2; n <= 3 && is_wide(text + length); n++) {
		length += wide_bytes(text + length);
		add_ngram(features, rows, text, length, (char)('0' + n));
	}
	return first;
}

static size_t add_word(struct features *features, size_t rows, const char *text)
{
	char word[32] = "<";
	size_t length = 0, kept = 1;
	for (; isalnum((unsigned char)text[length]); length++)
		if (kept < sizeof(word) - 1)
			word[kept++] = (char)tolower((unsigned char)text[length]);
	word[kept++] = '>';
	add_ngram(features, rows, word, kept, 'w');
	for (size_t i = 0; i + 3 <= kept; i++)
		add_ngram(features, rows, word + i, 3, 't');
	return length;
}

static void add_text(struct features *features, size_t rows, const char *text)
{
	while (*text && features->n_positions < FEATURE_LENGTH) {
		if (is_wide(text)) {
			text += add_wide(features, rows, text);
		} else if (isalnum((unsigned char)*text)) {
			text += add_word(features, rows, text);
		} else {
			text++;
			continue;
		}
		features->n_positions++;
	}
}

static void add_profile(float *profile, const struct shopper *shopper)
{
	const struct {
		unsigned size, value;
	} fields[] = {
		{ N_SKINS, shopper->skin },
		{ N_CONCERNS, shopper->concern },
		{ N_BUDGETS, shopper->budget },
		{ N_FACETS, shopper->past_facet },
		{ N_CATEGORIES, shopper->past_category },
		{ N_AGES, shopper->age },
		{ N_CATEGORIES, shopper->older_category },
	};
	_Static_assert(N_SKINS + N_CONCERNS + N_BUDGETS + N_FACETS + 2 * N_CATEGORIES +
			       N_AGES ==
			   FEATURE_PROFILE,
		       "the profile's fields fill it");
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		profile[fields[i].value] = 1.0f;
		profile += fields[i].size;
	}
}

const size_t feature_lengths[N_FEATURE_LENGTHS] = { 12, 16, 20, FEATURE_LENGTH };

size_t features_padded(size_t n_positions)
{
	size_t i = 0;
	while (i < N_FEATURE_LENGTHS - 1 && feature_lengths[i] < n_positions)
		i++;
	return feature_lengths[i];
}

void features_of(const struct query *query, size_t rows, struct features *features)
{
	memset(features, 0, sizeof(*features));
	if (query->picture) {
		features->n_positions = 1;
		features->picture = query->picture;
		features->profile[query->face.sensed] = 1.0f;
		return;
	}
	add_text(features, rows, query->text);
	add_profile(features->profile, &query->shopper);
}
