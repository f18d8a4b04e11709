/* models/data/augment.h - queries as other shoppers might have typed them, and pictures as another hand might
 * have taken them: the label stays.
 *
 * One of four changes: of a text those of Wei, Zou 2019, "EDA", with typing errors besides; of a picture
 * those of Shorten, Khoshgoftaar 2019, "A survey on Image Data Augmentation". */
#ifndef JOULECART_MODELS_AUGMENT_H
#define JOULECART_MODELS_AUGMENT_H
#include <gsl/gsl_rng.h>

struct query;

enum augmentation {
	AUGMENT_SYNONYM, /* a category's or facet's name by another of the same meaning */
	AUGMENT_TYPO,    /* two neighbouring letters of a word swapped */
	AUGMENT_DROP,    /* a word or Chinese character lost */
	AUGMENT_SWAP,    /* two neighbouring ones swapped */
	N_AUGMENTATIONS,
	/* Of pictures. */
	AUGMENT_ROTATE = 0, /* by up to 15 degrees either way */
	AUGMENT_SCALE,      /* to between 85 and 115 % */
	AUGMENT_CROP,       /* moved by up to 4 pixels each way */
	AUGMENT_FLIP,       /* left and right exchanged */
};

/* Changes the picture where there is one, else the text; leaves a text as it is where it has nothing to
 * change, or no room. */
void augment(struct query *query, enum augmentation how, gsl_rng *rng);

#endif
