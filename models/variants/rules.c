/* models/variants/rules.c - a floor without learning: a lexicon of the shop's products, brands and attributes.
 * The first that is named counts, unless another is too; the profile says what is not said. Words with typing
 * errors are missed.
 *
 * At higher levels it knows turns of phrase, too. Those were written with the queries' grammar in sight: what a
 * shop could know of its own shoppers at best. */
#include <config.h>

#include "base/problem.h"
#include "models/infer/shallow.h"
#include "models/variants/variant.h"

#include <math.h>

static struct weights *make(struct build *build, struct problem *why)
{
	struct weights *weights = shallow_rules((enum knowledge)build->level);
	build->loss = (float)NAN;
	if (!weights)
		problem_what(why, "cannot write the lexicon: out of memory");
	return weights;
}

const struct variant variant_rules = {
	.name = "rules",
	.summary = "a lexicon and hand-written rules, without learning: a floor",
	.is_shallow = true,
	.numbers = "f32",
	.training = { .samples = 32 }, /* nothing is trained: one batch, the least */
	.level = { .name = "what it knows (0: names; 1: also negation; 2: also the "
			   "profile's phrases)",
		   .own = KNOWS_NAMES,
		   .least = KNOWS_NAMES,
		   .most = KNOWS_PROFILE },
	.make = make,
};
