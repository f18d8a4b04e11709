/* models/data/catalogue.c - see catalogue.h. */
#include <config.h>

#include "models/data/catalogue.h"

/* In the loss: the four wants together weigh less than the class. */
static const float want_weight = 0.2f;

const struct output_group catalogue_groups[N_GROUPS] = {
	{ 0, N_CLASSES, 1.0f },
	{ N_CLASSES, N_PRICES, want_weight },
	{ N_CLASSES + N_PRICES, N_SKINS, want_weight },
	{ N_CLASSES + N_PRICES + N_SKINS, N_INGREDIENTS, want_weight },
	{ N_CLASSES + N_PRICES + N_SKINS + N_INGREDIENTS, N_FINISHES, want_weight },
};

struct product catalogue_product(unsigned label, unsigned brand)
{
	/* Knuth's multiplicative hash: the attributes of neighbours are unrelated. */
	uint32_t category = label / N_FACETS;
	uint32_t hash = (label * N_BRANDS + brand + 1) * UINT32_C(2654435761);
	uint32_t brand_hash = (category * N_BRANDS + brand + 1) * UINT32_C(2654435761);
	struct product product = { .label = (uint8_t)label, .brand = (uint8_t)brand };
	product.tier = (uint8_t)((brand_hash >> 16) % N_TIERS);
	/* A brand sells in its tier's price band, every fourth product one band away. */
	product.wants[WANT_PRICE] = (uint8_t)((product.tier + ((hash >> 28) % 4 == 0)) %
					      N_PRICES);
	product.wants[WANT_SKIN] = (uint8_t)((hash >> 8) % N_SKINS);
	product.wants[WANT_INGREDIENT] = (uint8_t)((hash >> 14) % N_INGREDIENTS);
	product.wants[WANT_FINISH] = (uint8_t)((hash >> 20) % N_FINISHES);
	product.concern = grammar_ingredient_concern[product.wants[WANT_INGREDIENT]];
	return product;
}

static float score_of(const float *logits, const struct product *product)
{
	float score = 0.0f;
	for (size_t want = 0; want < N_WANTS; want++)
		score += logits[catalogue_groups[1 + want].first + product->wants[want]];
	return score;
}

void catalogue_rank(const float *logits, unsigned label, uint8_t brands[RANKED])
{
	float best[RANKED];
	size_t n = 0;
	for (unsigned brand = 0; brand < CLASS_PRODUCTS; brand++) {
		struct product product = catalogue_product(label, brand);
		float score = score_of(logits, &product);
		size_t at = n;
		for (; at > 0 && score > best[at - 1]; at--)
			if (at < RANKED) {
				best[at] = best[at - 1];
				brands[at] = brands[at - 1];
			}
		if (at < RANKED) {
			best[at] = score;
			brands[at] = (uint8_t)brand;
			n += n < RANKED;
		}
	}
}

static unsigned relevance(const struct product *product, const uint8_t wants[N_WANTS])
{
	unsigned relevant = 1;
	for (size_t want = 0; want < N_WANTS; want++)
		relevant += product->wants[want] == wants[want];
	return relevant;
}

static double gain_at(unsigned relevant, size_t rank)
{
	/* 1 / log2(rank + 2): a table, since this is summed while queries are served. */
	static const double discount[RANKED] = { 1.0,       0.6309298, 0.5,       0.4306766,
						 0.3868528, 0.3562072, 0.3333333, 0.3154649,
						 0.3010300, 0.2890648 };
	return (double)((1u << relevant) - 1) * discount[rank];
}

/* The gain of the best order of a class's products. */
static double ideal_gain(unsigned label, const uint8_t wants[N_WANTS])
{
	size_t counts[2 + N_WANTS] = { 0 }, rank = 0;
	double gain = 0.0;
	for (unsigned brand = 0; brand < CLASS_PRODUCTS; brand++) {
		struct product product = catalogue_product(label, brand);
		counts[relevance(&product, wants)]++;
	}
	for (unsigned relevant = 1 + N_WANTS; relevant > 0; relevant--)
		for (; counts[relevant] > 0 && rank < RANKED; counts[relevant]--)
			gain += gain_at(relevant, rank++);
	return gain;
}

double catalogue_ndcg(unsigned shown_label, const uint8_t brands[RANKED],
		      unsigned wanted_label, const uint8_t wants[N_WANTS])
{
	double gain = 0.0;
	if (shown_label != wanted_label)
		return 0.0;
	for (size_t rank = 0; rank < RANKED; rank++) {
		struct product product = catalogue_product(shown_label, brands[rank]);
		gain += gain_at(relevance(&product, wants), rank);
	}
	return gain / ideal_gain(wanted_label, wants);
}
