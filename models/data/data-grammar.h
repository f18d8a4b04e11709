/* models/data/data-grammar.h - the written grammar of shopper queries: words and frames, no logic.
 *
 * A query is one category frame and one facet frame, in either order. In a frame, {c} is the
 * wanted category, {d} a category that is not wanted, {f} the wanted facet, {b} a facet that
 * is not. A frame without {c} or {f} is resolved by the shopper's profile. After the frames
 * a shopper may say what price, ingredient or finish it should be. */
#ifndef JOULECART_MODELS_DATA_GRAMMAR_H
#define JOULECART_MODELS_DATA_GRAMMAR_H
#include <stddef.h>

enum language { ENGLISH, CHINESE, N_LANGUAGES };

enum {
	N_CATEGORIES = 12,
	N_FACETS = 6,
	N_CLASSES = N_CATEGORIES * N_FACETS,
	N_SYNONYMS = 4, /* per word and language */
	N_BRANDS = 24,  /* product lines per category */
	N_SKINS = 5,
	N_CONCERNS = 5,
	N_BUDGETS = 3,
	N_PRICES = 3, /* bands; each has its budget */
	N_INGREDIENTS = 8,
	N_FINISHES = 4,
	N_AGES = 5,
	N_CATEGORY_FRAMES = 44,
	N_FACET_FRAMES = 34,
	N_ORDERS = 2,
	N_TEMPLATES = N_CATEGORY_FRAMES * N_FACET_FRAMES * N_ORDERS,
	N_FILLERS = 5,
	N_OUTSIDERS = 8,
};

/* What the profile answers when the frame does not name it. */
enum resolve {
	BY_WORDS,
	BY_SKIN,          /* the facet that the skin type needs */
	BY_CONCERN,       /* the facet that the concern needs */
	BY_PAST_FACET,    /* the facet of the last purchase */
	BY_PAST_CATEGORY, /* the category of the last purchase */
	BY_BUDGET,        /* low: cheap; middle: as BY_SKIN; high: as BY_CONCERN */
};

struct frame {
	const char *text;
	enum language language;
	enum resolve resolve;
};

extern const struct frame grammar_category_frames[N_CATEGORY_FRAMES];
extern const struct frame grammar_facet_frames[N_FACET_FRAMES];
/* The first English synonym is the name of the category or facet. */
extern const char *const grammar_categories[N_CATEGORIES][N_LANGUAGES][N_SYNONYMS];
extern const char *const grammar_facets[N_FACETS][N_LANGUAGES][N_SYNONYMS];
extern const char *const grammar_skins[N_SKINS];
extern const char *const grammar_concerns[N_CONCERNS];
extern const char *const grammar_budgets[N_BUDGETS];
extern const char *const grammar_prices[N_PRICES][N_LANGUAGES];
/* English names first. */
extern const char *const grammar_ingredients[N_INGREDIENTS][N_LANGUAGES];
extern const char *const grammar_finishes[N_FINISHES][N_LANGUAGES];
/* How a shopper asks for them: %s is the name. */
extern const char *const grammar_price_frames[N_LANGUAGES];
extern const char *const grammar_ingredient_frames[N_LANGUAGES];
extern const char *const grammar_finish_frames[N_LANGUAGES];
extern const char *const grammar_openers[N_LANGUAGES][N_FILLERS];
extern const char *const grammar_closers[N_LANGUAGES][N_FILLERS];
/* Things that the catalogue does not have. */
extern const char *const grammar_outsiders[N_LANGUAGES][N_OUTSIDERS];

/* Facet that a skin type, or a concern, needs. */
extern const unsigned char grammar_skin_facet[N_SKINS];
extern const unsigned char grammar_concern_facet[N_CONCERNS];

/* What an ingredient treats; what is best for a concern, or suits a skin type, when the
 * shopper does not say. */
extern const unsigned char grammar_ingredient_concern[N_INGREDIENTS];
extern const unsigned char grammar_concern_ingredient[N_CONCERNS];
extern const unsigned char grammar_skin_finish[N_SKINS];

/* The invented name of a product line: two or three syllables, one name per (category,
 * brand). Returns name. */
const char *grammar_brand(unsigned category, unsigned brand, char *name, size_t size);

#endif
