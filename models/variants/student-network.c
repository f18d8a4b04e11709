/* models/variants/student-network.c - see student-network.h. */
#include <config.h>

#include "models/variants/student-network.h"

#include "base/problem.h"
#include "models/data/data.h"
#include "models/weights/model.h"

static const struct model_shape shape = {
	.rows = 1024,
	.embed = 32,
	.classes = N_OUTPUTS,
	.n_stages = 2,
	.stages = { { .in = 32, .out = 64, .kernel = 3 },
		    { .in = 64, .out = 64, .kernel = 5, .hidden = 64 } },
};

struct weights *student_init(uint64_t seed, struct problem *why)
{
	struct weights *weights = model_init(&shape, seed);
	if (!weights)
		problem_what(why, "cannot train: out of memory");
	return weights;
}
