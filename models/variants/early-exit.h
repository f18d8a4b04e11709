/* models/variants/early-exit.h - a parent that may answer at an earlier head: which threshold. */
#ifndef JOULECART_MODELS_EARLY_EXIT_H
#define JOULECART_MODELS_EARLY_EXIT_H
#include "models/infer/exit.h"

struct build;
struct problem;

/* The parent with that rule at the threshold build->level; for 0, at the lowest at which no
 * more than half a point of top-1 is lost on the validation queries. NULL with *why filled. */
struct weights *early_exit_model(struct build *build, enum exit_rule rule,
				 struct problem *why);

#endif
