/* models/variants/early-exit.h - a parent that may answer at an earlier head: which threshold. */
#ifndef JOULECART_MODELS_EARLY_EXIT_H
#define JOULECART_MODELS_EARLY_EXIT_H
#include "models/infer/exit.h"

/* What the variants share, which differ in their rule alone. */
#define EARLY_EXIT_TRAINING   \
	{                     \
		.samples = 32 \
	} /* nothing is trained: one batch, the least */
#define EARLY_EXIT_CAVEAT "saves no bytes: it is the whole teacher"
#define EARLY_EXIT_LEVEL                                                                   \
	{                                                                                  \
		"confidence above which a head answers (0: chosen on validation queries)", \
		    0.0, 0.0, 1.0                                                          \
	}

struct build;
struct problem;

/* The parent with that rule at the threshold build->level; for 0, at the lowest at which no
 * more than half a point of top-1 is lost on the validation queries. NULL with *why filled. */
struct weights *early_exit_model(struct build *build, enum exit_rule rule,
				 struct problem *why);

#endif
