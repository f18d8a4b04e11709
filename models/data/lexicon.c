/* models/data/lexicon.c - see lexicon.h. */
#include <config.h>

#include "models/data/lexicon.h"

#include "models/data/data.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *text;
	enum meaning meaning;
} phrases[] = {
	{ "not", MEANS_NOT_NEXT },
	{ "no more", MEANS_NOT_NEXT },
	{ "instead of", MEANS_NOT_NEXT },
	{ "I have", MEANS_NOT_NEXT },
	{ "switch from", MEANS_NOT_NEXT },
	{ "with my", MEANS_NOT_NEXT },
	{ "tired of", MEANS_NOT_NEXT },
	{ "than", MEANS_NOT_NEXT },
	{ "forget", MEANS_NOT_NEXT },
	{ "less", MEANS_NOT_NEXT },
	{ "不要", MEANS_NOT_NEXT },
	{ "不是", MEANS_NOT_NEXT },
	{ "不想用", MEANS_NOT_NEXT },
	{ "不看", MEANS_NOT_NEXT },
	{ "不求", MEANS_NOT_NEXT },
	{ "少点", MEANS_NOT_NEXT },
	{ "搭配", MEANS_NOT_NEXT },
	{ "代替", MEANS_NOT_NEXT },
	{ "比", MEANS_NOT_NEXT },
	{ "有", MEANS_NOT_NEXT },
	{ "有没有", MEANS_NOTHING },
	{ "换成", MEANS_NOT_LAST },
	{ "无所谓", MEANS_NOT_LAST },
	{ "my skin", MEANS_OF_SKIN },
	{ "我的肤质", MEANS_OF_SKIN },
	{ "my concern", MEANS_OF_CONCERN },
	{ "my problem", MEANS_OF_CONCERN },
	{ "困扰", MEANS_OF_CONCERN },
	{ "老问题", MEANS_OF_CONCERN },
	{ "fits me", MEANS_OF_BUDGET },
	{ "你看着配", MEANS_OF_BUDGET },
	{ "same effect", MEANS_PAST_FACET },
	{ "my last one", MEANS_PAST_FACET },
	{ "上次一样", MEANS_PAST_FACET },
	{ "照旧", MEANS_PAST_FACET },
	{ "last time", MEANS_PAST_CATEGORY },
	{ "my usual", MEANS_PAST_CATEGORY },
	{ "上次那个", MEANS_PAST_CATEGORY },
	{ "老样子", MEANS_PAST_CATEGORY },
};

static void add(struct lexicon *lexicon, const char *text, enum meaning meaning,
		unsigned value)
{
	struct query query = { 0 };
	struct features features;
	struct lexicon_entry *entry = &lexicon->entries[lexicon->n];
	snprintf(query.text, sizeof(query.text), "%s", text);
	features_of(&query, LEXICON_ROWS, &features);
	if (lexicon->n == LEXICON_MAX || features.n_positions == 0 ||
	    features.n_positions > LEXICON_LENGTH)
		return;
	*entry = (struct lexicon_entry){ .n_keys = features.n_positions,
					 .meaning = meaning,
					 .value = value };
	for (size_t i = 0; i < entry->n_keys; i++)
		entry->keys[i] = features.ids[i][0];
	lexicon->n++;
}

static void add_classes(struct lexicon *lexicon)
{
	char brand[32];
	for (unsigned language = 0; language < N_LANGUAGES; language++)
		for (unsigned word = 0; word < N_SYNONYMS; word++) {
			for (unsigned i = 0; i < N_CATEGORIES; i++)
				add(lexicon, grammar_categories[i][language][word],
				    MEANS_CATEGORY, i);
			for (unsigned i = 0; i < N_FACETS; i++)
				add(lexicon, grammar_facets[i][language][word], MEANS_FACET,
				    i);
		}
	for (unsigned i = 0; i < N_CATEGORIES; i++)
		for (unsigned b = 0; b < N_BRANDS; b++)
			add(lexicon, grammar_brand(i, b, brand, sizeof(brand)),
			    MEANS_CATEGORY, i);
}

static void add_wants(struct lexicon *lexicon)
{
	for (unsigned language = 0; language < N_LANGUAGES; language++) {
		for (unsigned i = 0; i < N_PRICES; i++)
			add(lexicon, grammar_prices[i][language], MEANS_PRICE, i);
		for (unsigned i = 0; i < N_INGREDIENTS; i++)
			add(lexicon, grammar_ingredients[i][language], MEANS_INGREDIENT, i);
		for (unsigned i = 0; i < N_FINISHES; i++)
			add(lexicon, grammar_finishes[i][language], MEANS_FINISH, i);
	}
}

static enum knowledge needed_for(enum meaning meaning)
{
	return meaning >= MEANS_OF_SKIN ? KNOWS_PROFILE : KNOWS_NEGATION;
}

void lexicon_fill(struct lexicon *lexicon, enum knowledge knowledge)
{
	lexicon->n = 0;
	add_classes(lexicon);
	add_wants(lexicon);
	for (size_t i = 0; i < sizeof(phrases) / sizeof(phrases[0]); i++)
		if (knowledge >= needed_for(phrases[i].meaning))
			add(lexicon, phrases[i].text, phrases[i].meaning, 0);
}

static bool begins_at(const struct lexicon_entry *entry, const struct features *features,
		      size_t at)
{
	if (at + entry->n_keys > features->n_positions)
		return false;
	for (size_t i = 0; i < entry->n_keys; i++)
		if (features->n_ids[at + i] == 0 ||
		    features->ids[at + i][0] != entry->keys[i])
			return false;
	return true;
}

/* By the first key, then the longest first. */
static int by_first_key(const void *left, const void *right)
{
	const struct lexicon_entry *a = left, *b = right;
	if (a->keys[0] != b->keys[0])
		return a->keys[0] < b->keys[0] ? -1 : 1;
	return (a->n_keys < b->n_keys) - (a->n_keys > b->n_keys);
}

void lexicon_sort(struct lexicon *lexicon)
{
	qsort(lexicon->entries, lexicon->n, sizeof(lexicon->entries[0]), by_first_key);
}

const struct lexicon_entry *lexicon_find(const struct lexicon *lexicon,
					 const struct features *features, size_t at)
{
	size_t low = 0, high = lexicon->n;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (lexicon->entries[middle].keys[0] < features->ids[at][0])
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < lexicon->n && lexicon->entries[low].keys[0] == features->ids[at][0];
	     low++)
		if (begins_at(&lexicon->entries[low], features, at))
			return &lexicon->entries[low];
	return NULL;
}
