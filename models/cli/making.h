/* models/cli/making.h - makes a variant's weights and keeps them, and first those that they are made from where
 * these are missing. */
#ifndef JOULECART_MODELS_MAKING_H
#define JOULECART_MODELS_MAKING_H
#include "models/cli/store.h"
#include "models/infer/quality.h"

struct gradient_exchange;
struct problem;
struct weights;

/* What training came to. */
struct making {
	bool is_parent; /* of what was asked for, not that itself */
	struct build build;
	struct model_quality quality;
	int64_t wall_ns, cpu_ns; /* of training alone */
};

/* The weights, made now, saved, and owned by the caller. exchange: with the other processes that make the same,
 * of which the first saves, and measures the quality; NULL: there are none. NULL with *why filled. */
struct weights *making_run(const struct variant *variant, const struct recipe *recipe,
			   const struct gradient_exchange *exchange, struct making *outcome,
			   struct problem *why);

#endif
