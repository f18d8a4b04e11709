/* models/data/augment.h - queries as other shoppers might have typed them: the label stays.
 *
 * One of four changes (Wei, Zou 2019, "EDA", with typing errors besides). */
#ifndef JOULECART_MODELS_AUGMENT_H
#define JOULECART_MODELS_AUGMENT_H
#include <gsl/gsl_rng.h>

struct query;

enum augmentation {
	AUGMENT_SYNONYM, /* a category's or facet's name by another of the same meaning */
	AUGMENT_TYPO,    /* two neighbouring letters of a word swapped */
	AUGMENT_DROP,    /* a word or Chinese character lost */
	AUGMENT_SWAP,    /* two neighbouring ones swapped */
	N_AUGMENTATIONS
};

/* Changes the text; leaves it as it is where it has nothing to change, or no room. */
void augment(struct query *query, enum augmentation how, gsl_rng *rng);

#endif
