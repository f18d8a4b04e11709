/* models/data/catalogue.h - the shop's products, and in which order a shopper should see them.
 *
 * A product belongs to one class (category x facet), has one brand of the category, and has
 * the attributes that a shopper may want. The catalogue is fixed: it depends on no seed. */
#ifndef JOULECART_MODELS_CATALOGUE_H
#define JOULECART_MODELS_CATALOGUE_H
#include "models/data/data-grammar.h"

#include <stddef.h>
#include <stdint.h>

/* What a shopper wants of a product besides its class. */
enum want { WANT_PRICE, WANT_SKIN, WANT_INGREDIENT, WANT_FINISH, N_WANTS };

enum {
	N_TIERS = 3,
	CLASS_PRODUCTS = N_BRANDS, /* in each class one of each brand */
	RANKED = 10,               /* so many products answer a query */
};

struct product {
	uint8_t label, brand;
	uint8_t tier;           /* of the brand: mass, middle, luxury */
	uint8_t concern;        /* what its ingredient treats */
	uint8_t wants[N_WANTS]; /* its price band, skin type, ingredient and finish */
};

struct product catalogue_product(unsigned label, unsigned brand);

/* What a network puts out: one group of logits for the class, and one for each want. */
struct output_group {
	size_t first, n;
	float weight; /* of its loss */
};
enum {
	N_GROUPS = 1 + N_WANTS,
	N_OUTPUTS = N_CLASSES + N_PRICES + N_SKINS + N_INGREDIENTS + N_FINISHES,
};
extern const struct output_group catalogue_groups[N_GROUPS]; /* the class first */

/* The brands of the class's first RANKED products: by the sum of the logits of what each
 * product has, which for independent wants orders them by probability. */
void catalogue_rank(const float *logits, unsigned label, uint8_t brands[RANKED]);

/* How good the products are for one who wants this class and these attributes, best first:
 * normalised discounted cumulative gain of the first RANKED (Jarvelin, Kekalainen 2002; with
 * the gain 2^relevance - 1 of Burges et al. 2005). Relevance is 1 for a product of the wanted
 * class and 1 more for each want that it meets; 0 for one of another class. */
double catalogue_ndcg(unsigned shown_label, const uint8_t brands[RANKED],
		      unsigned wanted_label, const uint8_t wants[N_WANTS]);

#endif
