/* models/data/augment.c - see augment.h. */
#include <config.h>

#include "models/data/augment.h"

#include "models/data/data.h"

#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

/* A word of ASCII letters and digits, or one other character. */
struct token {
	size_t at, length;
};
enum { MAX_TOKENS = QUERY_SIZE };

static bool is_wide(const char *text)
{
	return (unsigned char)*text >= 0x80;
}

static size_t token_length(const char *text)
{
	size_t n = 0;
	if (is_wide(text)) {
		for (n = 1; ((unsigned char)text[n] & 0xc0) == 0x80; n++)
			;
		return n;
	}
	while (isalnum((unsigned char)text[n]))
		n++;
	return n;
}

/* Spaces and punctuation are no tokens. */
static size_t tokens_of(const char *text, struct token tokens[MAX_TOKENS])
{
	size_t n = 0;
	for (size_t at = 0; text[at];) {
		size_t length = token_length(text + at);
		if (length > 0)
			tokens[n++] = (struct token){ at, length };
		at += length > 0 ? length : 1;
	}
	return n;
}

/* Puts other bytes in place of [at, at + length). */
static void replace(char *text, size_t at, size_t length, const char *by, size_t by_length)
{
	size_t rest = strlen(text + at + length) + 1;
	if (at + by_length + rest > QUERY_SIZE)
		return;
	memmove(text + at + by_length, text + at + length, rest);
	memcpy(text + at, by, by_length);
}

static void drop(char *text, const struct token *token)
{
	size_t space = text[token->at + token->length] == ' ';
	replace(text, token->at, token->length + space, "", 0);
}

static void swap(char *text, const struct token *first, const struct token *second)
{
	char swapped[QUERY_SIZE];
	size_t between = second->at - first->at - first->length;
	size_t whole = first->length + between + second->length;
	memcpy(swapped, text + second->at, second->length);
	memcpy(swapped + second->length, text + first->at + first->length, between);
	memcpy(swapped + second->length + between, text + first->at, first->length);
	memcpy(text + first->at, swapped, whole);
}

/* Two letters inside the first long enough word from a random one on. */
static void slip(char *text, const struct token *tokens, size_t n, gsl_rng *rng)
{
	size_t from = gsl_rng_uniform_int(rng, n);
	for (size_t i = 0; i < n; i++) {
		const struct token *token = &tokens[(from + i) % n];
		if (is_wide(text + token->at) || token->length < 4)
			continue;
		char *letter = text + token->at +
			       gsl_rng_uniform_int(rng, token->length - 1);
		char kept = letter[0];
		letter[0] = letter[1];
		letter[1] = kept;
		return;
	}
}

typedef const char *synonyms[N_LANGUAGES][N_SYNONYMS];

/* A Latin name counts only as whole words: "mask" is not in "masking". */
static const char *find_name(const char *text, const char *name)
{
	size_t length = strlen(name);
	const char *at = strstr(text, name);
	bool latin = !is_wide(name);
	if (!at || (latin && ((at > text && isalnum((unsigned char)at[-1])) ||
			      isalnum((unsigned char)at[length]))))
		return NULL;
	return at;
}

static bool replace_name(char *text, const synonyms *names, gsl_rng *rng)
{
	for (size_t i = 0; i < (size_t)N_LANGUAGES * N_SYNONYMS; i++) {
		const char *name = (*names)[i / N_SYNONYMS][i % N_SYNONYMS];
		const char *at = find_name(text, name);
		if (!at)
			continue;
		size_t other = gsl_rng_uniform_int(rng, (size_t)N_LANGUAGES * N_SYNONYMS);
		const char *by = (*names)[other / N_SYNONYMS][other % N_SYNONYMS];
		replace(text, (size_t)(at - text), strlen(name), by, strlen(by));
		return true;
	}
	return false;
}

/* The first name found from a random category or facet on. */
static void put_synonym(char *text, gsl_rng *rng)
{
	size_t n = N_CATEGORIES + N_FACETS, from = gsl_rng_uniform_int(rng, n);
	bool done = false;
	for (size_t i = 0; i < n && !done; i++) {
		size_t which = (from + i) % n;
		done = replace_name(text,
				    which < N_CATEGORIES
					? &grammar_categories[which]
					: &grammar_facets[which - N_CATEGORIES],
				    rng);
	}
}

static float between(gsl_rng *rng, float least, float most)
{
	return least + (most - least) * (float)gsl_rng_uniform(rng);
}

static void augment_picture(uint8_t *picture, enum augmentation how, gsl_rng *rng)
{
	const float degrees = (float)M_PI / 180.0f;
	struct picture_move move = { .zoom = 1.0f };
	if (how == AUGMENT_ROTATE)
		move.radians = between(rng, -15.0f, 15.0f) * degrees;
	else if (how == AUGMENT_SCALE)
		move.zoom = between(rng, 0.85f, 1.15f);
	else if (how == AUGMENT_FLIP)
		move.is_flipped = true;
	else
		move.right = between(rng, -4.0f, 4.0f),
		move.down = between(rng, -4.0f, 4.0f);
	picture_move(picture, &move);
}

void augment(struct query *query, enum augmentation how, gsl_rng *rng)
{
	if (query->picture) {
		augment_picture(query->picture, how, rng);
		return;
	}
	struct token tokens[MAX_TOKENS];
	size_t n = tokens_of(query->text, tokens);
	if (n < 2)
		return;
	size_t which = gsl_rng_uniform_int(rng, n - 1);
	switch (how) {
	case AUGMENT_SYNONYM:
		put_synonym(query->text, rng);
		break;
	case AUGMENT_TYPO:
		slip(query->text, tokens, n, rng);
		break;
	case AUGMENT_DROP:
		drop(query->text, &tokens[which]);
		break;
	default:
		swap(query->text, &tokens[which], &tokens[which + 1]);
	}
}
