/* models/data/data.c - see data.h. */
#include <config.h>

#include "models/data/data.h"

#include <gsl/gsl_rng.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/* Which share of the queries has each trait. They are chosen, and taken from no survey. */
static const double code_switch_rate = 0.30, typo_rate = 0.12, outsider_rate = 0.25;
static const double opener_rate = 0.40, closer_rate = 0.30, brand_rate = 0.35;
static const double price_rate = 0.10, ingredient_rate = 0.20, finish_rate = 0.15;
static const double label_noise_rate = 0.15, cold_keep_rate = 0.03;

static const unsigned cheap = 5; /* a facet */

/* SplitMix64's finaliser (Steele, Lea, Flood 2014): any two inputs give unrelated outputs. */
uint64_t dataset_mix(uint64_t seed, enum salt salt, uint64_t value)
{
	uint64_t z = seed * UINT64_C(0x9e3779b97f4a7c15) + ((uint64_t)salt << 56) + value;
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static enum split split_of(uint64_t hash)
{
	unsigned percent = (unsigned)(hash % 100);
	return percent < 65 ? SPLIT_TRAIN : percent < 75 ? SPLIT_VALIDATION : SPLIT_TEST;
}

enum split template_split(uint64_t seed, unsigned template_id)
{
	return split_of(dataset_mix(seed, SALT_TEMPLATE, template_id));
}

enum split shopper_split(uint64_t seed, uint32_t shopper_id)
{
	return split_of(dataset_mix(seed, SALT_SHOPPER, shopper_id));
}

bool class_is_cold(uint64_t seed, unsigned label)
{
	/* One class in each of N_COLD strides of 9 consecutive ones. */
	const unsigned stride = N_CLASSES / N_COLD;
	return dataset_mix(seed, SALT_COLD, label / stride) % stride == label % stride;
}

static struct shopper shopper_of(uint64_t seed, uint32_t id)
{
	uint64_t bits = dataset_mix(seed, SALT_PROFILE, id);
	struct shopper shopper = { .id = id };
	uint8_t *const fields[] = { &shopper.skin,          &shopper.concern,
				    &shopper.budget,        &shopper.age,
				    &shopper.past_facet,    &shopper.past_category,
				    &shopper.older_category };
	static const unsigned sizes[] = { N_SKINS,  N_CONCERNS,   N_BUDGETS,   N_AGES,
					  N_FACETS, N_CATEGORIES, N_CATEGORIES };
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++, bits >>= 8)
		*fields[i] = (uint8_t)((bits & 0xff) % sizes[i]);
	return shopper;
}

/* The query in the making. */
struct writer {
	gsl_rng *rng;
	char *text;
	size_t used;
	unsigned category, facet; /* wanted */
	unsigned not_category, not_facet;
	bool has_not_category, has_not_facet;
	uint8_t wants[N_WANTS];
};

static unsigned pick(gsl_rng *rng, unsigned n)
{
	return (unsigned)gsl_rng_uniform_int(rng, n);
}

static bool chance(gsl_rng *rng, double rate)
{
	return gsl_rng_uniform(rng) < rate;
}

static unsigned pick_other(gsl_rng *rng, unsigned n, unsigned than)
{
	return (than + 1 + pick(rng, n - 1)) % n;
}

static void put(struct writer *writer, const char *text, size_t length)
{
	if (writer->used + length >= QUERY_SIZE)
		return;
	memcpy(writer->text + writer->used, text, length);
	writer->used += length;
	writer->text[writer->used] = '\0';
}

static void put_text(struct writer *writer, const char *text)
{
	put(writer, text, strlen(text));
}

static size_t char_bytes(const char *text)
{
	unsigned char lead = (unsigned char)text[0];
	return lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

/* One slip of the finger in [word, word + n characters): a swap, a loss or a repetition. */
static void put_with_typo(struct writer *writer, const char *word, size_t length)
{
	size_t n = 0, at = 0;
	for (size_t i = 0; i < length; i += char_bytes(word + i))
		n++;
	size_t slip = n < 2 ? 0 : pick(writer->rng, (unsigned)n - 1);
	unsigned kind = pick(writer->rng, 3);
	for (size_t i = 0; i < slip; i++)
		at += char_bytes(word + at);
	size_t first = char_bytes(word + at);
	size_t second = n < 2 ? 0 : char_bytes(word + at + first);
	put(writer, word, at);
	if (kind == 0 && second) {
		put(writer, word + at + first, second);
		put(writer, word + at, first);
		put(writer, word + at + first + second, length - at - first - second);
	} else if (kind == 1 && n > 2) {
		put(writer, word + at + first, length - at - first);
	} else {
		put(writer, word + at, first);
		put(writer, word + at, length - at);
	}
}

static void put_word(struct writer *writer, const char *word)
{
	while (*word) {
		size_t length = strcspn(word, " ");
		if (length > 3 && chance(writer->rng, typo_rate))
			put_with_typo(writer, word, length);
		else
			put(writer, word, length);
		word += length;
		if (*word == ' ')
			put(writer, word++, 1);
	}
}

static void put_category(struct writer *writer, unsigned category, enum language language)
{
	char brand[32];
	if (chance(writer->rng, code_switch_rate))
		language = language == ENGLISH ? CHINESE : ENGLISH;
	if (chance(writer->rng, brand_rate))
		put_word(writer, grammar_brand(category, pick(writer->rng, N_BRANDS), brand,
					       sizeof(brand)));
	else
		put_word(
		    writer,
		    grammar_categories[category][language][pick(writer->rng, N_SYNONYMS)]);
}

static void put_facet(struct writer *writer, unsigned facet, enum language language)
{
	if (chance(writer->rng, code_switch_rate))
		language = language == ENGLISH ? CHINESE : ENGLISH;
	put_word(writer, grammar_facets[facet][language][pick(writer->rng, N_SYNONYMS)]);
}

static void put_slot(struct writer *writer, char slot, enum language language)
{
	switch (slot) {
	case 'c':
		put_category(writer, writer->category, language);
		break;
	case 'd':
		writer->has_not_category = true;
		put_category(writer, writer->not_category, language);
		break;
	case 'f':
		put_facet(writer, writer->facet, language);
		break;
	case 'b':
		writer->has_not_facet = true;
		put_facet(writer, writer->not_facet, language);
		break;
	default:
		break;
	}
}

static void put_frame(struct writer *writer, const struct frame *frame)
{
	const char *text = frame->text;
	while (*text) {
		size_t plain = strcspn(text, "{");
		put(writer, text, plain);
		text += plain;
		if (*text == '{') {
			put_slot(writer, text[1], frame->language);
			text += 3;
		}
	}
}

static unsigned budget_facet(const struct shopper *shopper)
{
	return shopper->budget == 0   ? cheap
	       : shopper->budget == 1 ? grammar_skin_facet[shopper->skin]
				      : grammar_concern_facet[shopper->concern];
}

static void resolve(struct writer *writer, const struct shopper *shopper,
		    const struct frame *category, const struct frame *facet)
{
	writer->category = category->resolve == BY_PAST_CATEGORY
			       ? shopper->past_category
			       : pick(writer->rng, N_CATEGORIES);
	switch (facet->resolve) {
	case BY_SKIN:
		writer->facet = grammar_skin_facet[shopper->skin];
		break;
	case BY_CONCERN:
		writer->facet = grammar_concern_facet[shopper->concern];
		break;
	case BY_PAST_FACET:
		writer->facet = shopper->past_facet;
		break;
	case BY_BUDGET:
		writer->facet = budget_facet(shopper);
		break;
	default:
		writer->facet = pick(writer->rng, N_FACETS);
	}
	writer->not_category = pick_other(writer->rng, N_CATEGORIES, writer->category);
	writer->not_facet = pick_other(writer->rng, N_FACETS, writer->facet);
}

/* A filler, or something that no shop of this kind has. */
static void put_extra(struct writer *writer, double rate, const char *const *texts,
		      unsigned n)
{
	if (!chance(writer->rng, rate))
		return;
	if (writer->used)
		put_text(writer, " ");
	put_text(writer, texts[pick(writer->rng, n)]);
}

/* One attribute that the shopper asks for in words: the name in its frame, or with
 * code-switching in the other language's. Returns which of the n names. */
static uint8_t put_want(struct writer *writer, const char *const (*names)[N_LANGUAGES],
			unsigned n, const char *const frames[N_LANGUAGES],
			enum language language)
{
	unsigned which = pick(writer->rng, n);
	if (chance(writer->rng, code_switch_rate))
		language = language == ENGLISH ? CHINESE : ENGLISH;
	size_t before = strcspn(frames[language], "%");
	put_text(writer, " ");
	put(writer, frames[language], before);
	put_word(writer, names[which][language]);
	put_text(writer, frames[language] + before + strlen("%s"));
	return (uint8_t)which;
}

void wants_of_profile(const struct shopper *shopper, unsigned facet, uint8_t wants[N_WANTS])
{
	wants[WANT_PRICE] = facet == cheap ? 0 : shopper->budget;
	wants[WANT_SKIN] = shopper->skin;
	wants[WANT_INGREDIENT] = grammar_concern_ingredient[shopper->concern];
	wants[WANT_FINISH] = grammar_skin_finish[shopper->skin];
}

/* What the products should have: as the profile has it, unless it is said. */
static void put_wants(struct writer *writer, const struct shopper *shopper,
		      enum language language)
{
	uint8_t *wants = writer->wants;
	wants_of_profile(shopper, writer->facet, wants);
	if (writer->facet != cheap && chance(writer->rng, price_rate))
		wants[WANT_PRICE] = put_want(writer, grammar_prices, N_PRICES,
					     grammar_price_frames, language);
	if (chance(writer->rng, ingredient_rate))
		wants[WANT_INGREDIENT] = put_want(writer, grammar_ingredients,
						  N_INGREDIENTS, grammar_ingredient_frames,
						  language);
	if (chance(writer->rng, finish_rate))
		wants[WANT_FINISH] = put_want(writer, grammar_finishes, N_FINISHES,
					      grammar_finish_frames, language);
}

static void compose(struct writer *writer, const struct shopper *shopper,
		    const struct frame *category, const struct frame *facet,
		    bool facet_first)
{
	enum language language = category->language;
	const struct frame *frames[] = { facet_first ? facet : category,
					 facet_first ? category : facet };
	put_extra(writer, opener_rate, grammar_openers[language], N_FILLERS);
	for (int i = 0; i < 2; i++) {
		if (writer->used)
			put_text(writer, i ? ", " : " ");
		put_frame(writer, frames[i]);
	}
	put_wants(writer, shopper, language);
	put_extra(writer, outsider_rate, grammar_outsiders[language], N_OUTSIDERS);
	put_extra(writer, closer_rate, grammar_closers[language], N_FILLERS);
}

/* A wrong label as a hurried annotator gives it: mostly the thing that was not wanted. */
static unsigned noisy_label(const struct writer *writer)
{
	double kind = gsl_rng_uniform(writer->rng);
	if (kind < 0.35 && writer->has_not_category)
		return writer->not_category * N_FACETS + writer->facet;
	if (kind >= 0.35 && kind < 0.70 && writer->has_not_facet)
		return writer->category * N_FACETS + writer->not_facet;
	return pick(writer->rng, N_CLASSES);
}

static unsigned pick_template(gsl_rng *rng, uint64_t seed, enum split split)
{
	unsigned template_id;
	do
		template_id = pick(rng, N_TEMPLATES);
	while (template_split(seed, template_id) != split);
	return template_id;
}

static uint32_t pick_shopper(gsl_rng *rng, uint64_t seed, enum split split)
{
	uint32_t id;
	do
		id = pick(rng, N_SHOPPERS);
	while (shopper_split(seed, id) != split);
	return id;
}

static void make_query(struct query *query, gsl_rng *rng, uint64_t seed, enum split split)
{
	unsigned template_id = pick_template(rng, seed, split);
	struct writer writer = { .rng = rng, .text = query->text };
	const struct frame *category =
	    &grammar_category_frames[template_id / N_ORDERS % N_CATEGORY_FRAMES];
	const struct frame *facet =
	    &grammar_facet_frames[template_id / N_ORDERS / N_CATEGORY_FRAMES];
	query->shopper = shopper_of(seed, pick_shopper(rng, seed, split));
	query->template_id = (uint16_t)template_id;
	resolve(&writer, &query->shopper, category, facet);
	compose(&writer, &query->shopper, category, facet, template_id % N_ORDERS);
	memcpy(query->wants, writer.wants, sizeof(query->wants));
	query->label = (uint8_t)(writer.category * N_FACETS + writer.facet);
	query->taught = query->label;
	query->cold = class_is_cold(seed, query->label);
	if (split == SPLIT_TRAIN && chance(rng, label_noise_rate))
		query->taught = (uint8_t)noisy_label(&writer);
}

int dataset_make(struct dataset *data, uint64_t seed, enum split split, size_t n)
{
	*data = (struct dataset){ .queries = calloc(n ? n : 1, sizeof(struct query)) };
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	if (!data->queries || !rng) {
		dataset_free(data);
		gsl_rng_free(rng);
		return -1;
	}
	gsl_rng_set(rng, dataset_mix(seed, SALT_STREAM, split));
	while (data->n < n) {
		struct query *query = &data->queries[data->n];
		make_query(query, rng, seed, split);
		if (split == SPLIT_TRAIN && query->cold && !chance(rng, cold_keep_rate))
			continue;
		data->n++;
	}
	gsl_rng_free(rng);
	return 0;
}

int dataset_add_pictures(struct dataset *data)
{
	data->pictures = malloc(data->n * PICTURE_BYTES + 1);
	for (size_t i = 0; data->pictures && i < data->n; i++)
		data->queries[i].picture = data->pictures + i * PICTURE_BYTES;
	return data->pictures ? 0 : -1;
}

int dataset_copy(const struct dataset *data, struct dataset *copy)
{
	*copy = (struct dataset){ .queries = calloc(data->n + 1, sizeof(struct query)) };
	if (!copy->queries)
		return -1;
	memcpy(copy->queries, data->queries, data->n * sizeof(struct query));
	copy->n = data->n;
	if (data->n == 0 || !data->queries[0].picture)
		return 0;
	if (dataset_add_pictures(copy) < 0) {
		dataset_free(copy);
		return -1;
	}
	for (size_t i = 0; i < copy->n; i++)
		memcpy(copy->queries[i].picture, data->queries[i].picture, PICTURE_BYTES);
	return 0;
}

int dataset_append(struct dataset *data, const struct dataset *more)
{
	struct query *queries = realloc(data->queries,
					(data->n + more->n + 1) * sizeof(struct query));
	if (!queries)
		return -1;
	memcpy(queries + data->n, more->queries, more->n * sizeof(struct query));
	data->queries = queries;
	data->n += more->n;
	return 0;
}

int dataset_make_shots(struct dataset *data, uint64_t seed, size_t per_class)
{
	size_t counts[N_CLASSES] = { 0 }, n = N_COLD * per_class;
	*data = (struct dataset){ .queries = calloc(n + 1, sizeof(struct query)) };
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	if (!data->queries || !rng) {
		dataset_free(data);
		gsl_rng_free(rng);
		return -1;
	}
	gsl_rng_set(rng, dataset_mix(seed, SALT_SHOTS, 0));
	while (data->n < n) {
		struct query *query = &data->queries[data->n];
		memset(query, 0, sizeof(*query));
		make_query(query, rng, seed, SPLIT_TRAIN);
		if (query->cold && counts[query->label] < per_class) {
			counts[query->label]++;
			data->n++;
		}
	}
	gsl_rng_free(rng);
	return 0;
}

void dataset_free(struct dataset *data)
{
	free(data->queries);
	free(data->pictures);
	*data = (struct dataset){ 0 };
}

uint32_t dataset_crc32(const struct dataset *data)
{
	uLong crc = crc32(0, NULL, 0);
	for (size_t i = 0; i < data->n; i++) {
		const struct query *query = &data->queries[i];
		const struct shopper *who = &query->shopper;
		const uint8_t fields[] = { who->skin,           who->concern,
					   who->budget,         who->age,
					   who->past_facet,     who->past_category,
					   who->older_category, query->label };
		crc = crc32_z(crc, (const Bytef *)query->text, strlen(query->text));
		crc = crc32_z(crc, fields, sizeof(fields));
		crc = crc32_z(crc, query->wants, sizeof(query->wants));
		if (query->picture)
			crc = crc32_z(crc, query->picture, PICTURE_BYTES);
	}
	return (uint32_t)crc;
}
