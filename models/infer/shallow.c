/* models/infer/shallow.c - see shallow.h. */
#include <config.h>

#include "models/infer/shallow.h"

#include "base/problem.h"
#include "models/data/data.h"
#include "models/kernels/embedding.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct shallow {
	const struct weight *table, *profile; /* of the linear model */
	const float *bias;
	float *rows;             /* [positions][outputs] */
	struct lexicon *lexicon; /* of the rules; NULL for the linear model */
};

/* Where the fields of a profile begin in its features, see features.c. */
enum {
	AT_SKIN = 0,
	AT_CONCERN = AT_SKIN + N_SKINS,
	AT_BUDGET = AT_CONCERN + N_CONCERNS,
	AT_PAST_FACET = AT_BUDGET + N_BUDGETS,
	AT_PAST_CATEGORY = AT_PAST_FACET + N_FACETS,
};

/* Logits: what is named counts twice what is only supposed, and what is not wanted below all others. */
static const float named = 6.0f, step_down = 0.5f, supposed = 3.0f, unwanted = -3.0f;

/* --- rules --------------------------------------------------------------------------------- */

struct weights *shallow_rules(enum knowledge knowledge)
{
	struct lexicon *lexicon = malloc(sizeof(*lexicon));
	struct weights *weights = weights_new();
	struct weight *keys = NULL, *meaning = NULL;
	if (lexicon && weights) {
		lexicon_fill(lexicon, knowledge);
		keys = weights_add(weights, "lexicon.keys", WEIGHT_F32, 2,
				   (size_t[]){ lexicon->n, LEXICON_LENGTH });
		meaning = weights_add(weights, "lexicon.meaning", WEIGHT_F32, 2,
				      (size_t[]){ lexicon->n, 2 });
	}
	for (size_t i = 0; keys && meaning && i < lexicon->n; i++) {
		const struct lexicon_entry *entry = &lexicon->entries[i];
		float *row = (float *)keys->data + i * LEXICON_LENGTH;
		for (size_t at = 0; at < entry->n_keys; at++)
			row[at] = (float)entry->keys[at] + 1.0f;
		((float *)meaning->data)[2 * i] = (float)entry->meaning;
		((float *)meaning->data)[2 * i + 1] = (float)entry->value;
	}
	free(lexicon);
	if (keys && meaning)
		return weights;
	weights_free(weights);
	return NULL;
}

/* How many values each meaning has, so that none of a foreign file is out of bounds. */
static unsigned values_of(enum meaning meaning)
{
	static const unsigned n[N_MEANINGS] = { [MEANS_CATEGORY] = N_CATEGORIES,
						[MEANS_FACET] = N_FACETS,
						[MEANS_PRICE] = N_PRICES,
						[MEANS_INGREDIENT] = N_INGREDIENTS,
						[MEANS_FINISH] = N_FINISHES };
	return n[meaning] ? n[meaning] : 1;
}

static bool read_entry(struct lexicon_entry *entry, const float *keys, const float *meaning)
{
	if (!(meaning[0] >= 0 && meaning[0] < N_MEANINGS))
		return false;
	entry->meaning = (enum meaning)meaning[0];
	if (!(meaning[1] >= 0 && meaning[1] < (float)values_of(entry->meaning)))
		return false;
	entry->value = (unsigned)meaning[1];
	for (entry->n_keys = 0; entry->n_keys < LEXICON_LENGTH && keys[entry->n_keys] != 0;
	     entry->n_keys++) {
		float key = keys[entry->n_keys];
		if (!(key >= 1 && key <= LEXICON_ROWS))
			return false;
		entry->keys[entry->n_keys] = (uint16_t)(key - 1);
	}
	return entry->n_keys > 0;
}

static int read_lexicon(struct shallow *shallow, const struct weights *weights,
			struct problem *why)
{
	const float *keys = weights_find(weights, "lexicon.keys")->data;
	const struct weight *meaning = weights_find(weights, "lexicon.meaning");
	shallow->lexicon = calloc(1, sizeof(*shallow->lexicon));
	if (!shallow->lexicon)
		return problem_what(why, "cannot prepare the model: out of memory");
	shallow->lexicon->n = meaning->dims[0];
	for (size_t i = 0; i < meaning->dims[0]; i++) {
		if (read_entry(&shallow->lexicon->entries[i], keys + i * LEXICON_LENGTH,
			       (const float *)meaning->data + 2 * i))
			continue;
		problem_what(why, "cannot use these weights");
		return problem_refuse(why, "train the model again",
				      "entry %zu of the lexicon means nothing", i + 1);
	}
	lexicon_sort(shallow->lexicon);
	return 0;
}

/* What a query was understood to say. */
struct reading {
	float category[N_CATEGORIES], facet[N_FACETS];
	unsigned n_categories, n_facets; /* named so far */
	bool is_not_next;
	const struct lexicon_entry *last; /* category or facet */
	uint8_t wants[N_WANTS];
	bool is_said[N_WANTS];
};

/* The profile's only field set of n from `at` on. */
static unsigned field_of(const struct features *features, size_t at, unsigned n)
{
	unsigned value = 0;
	while (value + 1 < n && features->profile[at + value] == 0)
		value++;
	return value;
}

static struct shopper shopper_of(const struct features *features)
{
	return (struct shopper){
		.skin = (uint8_t)field_of(features, AT_SKIN, N_SKINS),
		.concern = (uint8_t)field_of(features, AT_CONCERN, N_CONCERNS),
		.budget = (uint8_t)field_of(features, AT_BUDGET, N_BUDGETS),
		.past_facet = (uint8_t)field_of(features, AT_PAST_FACET, N_FACETS),
		.past_category = (uint8_t)field_of(features, AT_PAST_CATEGORY, N_CATEGORIES)
	};
}

/* Of two that are named the first one counts more, so that no two answers are as good. */
static void name_category(struct reading *reading, unsigned category)
{
	float score = named - step_down * (float)reading->n_categories++;
	reading->category[category] = fmaxf(reading->category[category], score);
}

static void name_facet(struct reading *reading, unsigned facet)
{
	float score = named - step_down * (float)reading->n_facets++;
	reading->facet[facet] = fmaxf(reading->facet[facet], score);
}

static void name_class(struct reading *reading, const struct lexicon_entry *entry)
{
	bool is_category = entry->meaning == MEANS_CATEGORY;
	if (reading->is_not_next)
		*(is_category ? &reading->category[entry->value]
			      : &reading->facet[entry->value]) = unwanted;
	else if (is_category)
		name_category(reading, entry->value);
	else
		name_facet(reading, entry->value);
	reading->is_not_next = false;
	reading->last = entry;
}

static void take_back(struct reading *reading)
{
	if (!reading->last)
		return;
	*(reading->last->meaning == MEANS_CATEGORY
	      ? &reading->category[reading->last->value]
	      : &reading->facet[reading->last->value]) = unwanted;
}

static void name_want(struct reading *reading, enum want want, unsigned value)
{
	reading->wants[want] = (uint8_t)value;
	reading->is_said[want] = true;
}

static unsigned facet_of_budget(const struct shopper *shopper)
{
	const unsigned cheap = 5;
	return shopper->budget == 0   ? cheap
	       : shopper->budget == 1 ? grammar_skin_facet[shopper->skin]
				      : grammar_concern_facet[shopper->concern];
}

static void understand(struct reading *reading, const struct lexicon_entry *entry,
		       const struct shopper *shopper)
{
	switch (entry->meaning) {
	case MEANS_CATEGORY:
	case MEANS_FACET:
		name_class(reading, entry);
		break;
	case MEANS_PRICE:
		name_want(reading, WANT_PRICE, entry->value);
		break;
	case MEANS_INGREDIENT:
		name_want(reading, WANT_INGREDIENT, entry->value);
		break;
	case MEANS_FINISH:
		name_want(reading, WANT_FINISH, entry->value);
		break;
	case MEANS_NOT_NEXT:
		reading->is_not_next = true;
		break;
	case MEANS_NOT_LAST:
		take_back(reading);
		break;
	case MEANS_OF_SKIN:
		name_facet(reading, grammar_skin_facet[shopper->skin]);
		break;
	case MEANS_OF_CONCERN:
		name_facet(reading, grammar_concern_facet[shopper->concern]);
		break;
	case MEANS_OF_BUDGET:
		name_facet(reading, facet_of_budget(shopper));
		break;
	case MEANS_PAST_FACET:
		name_facet(reading, shopper->past_facet);
		break;
	case MEANS_PAST_CATEGORY:
		name_category(reading, shopper->past_category);
		break;
	default:
		break;
	}
}

/* What is not said follows from the profile. */
static void suppose(struct reading *reading, const struct shopper *shopper)
{
	uint8_t wants[N_WANTS];
	unsigned facet = 0;
	if (reading->n_categories == 0)
		reading->category[shopper->past_category] += supposed;
	if (reading->n_facets == 0)
		reading->facet[grammar_skin_facet[shopper->skin]] += supposed;
	for (unsigned i = 1; i < N_FACETS; i++)
		if (reading->facet[i] > reading->facet[facet])
			facet = i;
	wants_of_profile(shopper, facet, wants);
	for (size_t i = 0; i < N_WANTS; i++)
		if (!reading->is_said[i])
			reading->wants[i] = wants[i];
}

static void run_rules(const struct shallow *shallow, const struct features *features,
		      float *logits)
{
	struct reading reading = { 0 };
	const struct shopper shopper = shopper_of(features);
	for (size_t at = 0; at < features->n_positions;) {
		const struct lexicon_entry *entry = lexicon_find(shallow->lexicon, features,
								 at);
		if (entry)
			understand(&reading, entry, &shopper);
		at += entry ? entry->n_keys : 1;
	}
	suppose(&reading, &shopper);
	memset(logits, 0, N_OUTPUTS * sizeof(float));
	for (size_t i = 0; i < N_CLASSES; i++)
		logits[i] = reading.category[i / N_FACETS] + reading.facet[i % N_FACETS];
	for (size_t i = 0; i < N_WANTS; i++)
		logits[catalogue_groups[1 + i].first + reading.wants[i]] = named;
}

/* --- the linear model ---------------------------------------------------------------------- */

static void run_linear(struct shallow *shallow, const struct features *features,
		       float *logits)
{
	size_t n = shallow->table->dims[1];
	const float *weight = shallow->profile->data;
	embedding_forward(shallow->table, NULL, features, features->n_positions,
			  shallow->rows);
	memcpy(logits, shallow->bias, n * sizeof(float));
	for (size_t at = 0; at < features->n_positions; at++)
		for (size_t i = 0; i < n; i++)
			logits[i] += shallow->rows[at * n + i];
	for (size_t field = 0; field < FEATURE_PROFILE; field++)
		for (size_t i = 0; features->profile[field] != 0 && i < n; i++)
			logits[i] += features->profile[field] *
				     weight[i * FEATURE_PROFILE + field];
}

/* --- either -------------------------------------------------------------------------------- */

static int create(struct shallow *shallow, const struct weights *weights,
		  struct problem *why)
{
	if (weights_find(weights, "lexicon.keys"))
		return read_lexicon(shallow, weights, why);
	shallow->table = weights_find(weights, "embedding.weight");
	shallow->profile = weights_find(weights, "linear.weight");
	shallow->bias = weights_find(weights, "linear.bias")->data;
	shallow->rows = calloc(FEATURE_LENGTH * shallow->table->dims[1], sizeof(float));
	return shallow->rows ? 0
			     : problem_what(why, "cannot prepare the model: out of memory");
}

struct shallow *shallow_create(const struct weights *weights, struct problem *why)
{
	struct shallow *shallow = calloc(1, sizeof(*shallow));
	if (!shallow) {
		problem_what(why, "cannot prepare the model: out of memory");
		return NULL;
	}
	if (create(shallow, weights, why) == 0)
		return shallow;
	shallow_free(shallow);
	return NULL;
}

void shallow_free(struct shallow *shallow)
{
	if (!shallow)
		return;
	free(shallow->rows);
	free(shallow->lexicon);
	free(shallow);
}

void shallow_run(struct shallow *shallow, const struct features *features, float *logits)
{
	if (shallow->lexicon)
		run_rules(shallow, features, logits);
	else
		run_linear(shallow, features, logits);
}
