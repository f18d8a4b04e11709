/* models/variants/bf16.c - the teacher in bf16, without further training. */
#include <config.h>

#include "base/problem.h"
#include "models/compress/bf16.h"
#include "models/kernels/onednn.h"
#include "models/variants/variant.h"

#include <math.h>

static struct weights *make(struct build *build, struct problem *why)
{
	build->loss = NAN;
	struct weights *weights = bf16_model(build->parent);
	if (!weights)
		problem_what(why, "cannot round to bf16: out of memory");
	return weights;
}

static const struct lacking *lacking(const struct source *source)
{
	static const struct lacking arithmetic = {
		.why =
		    "this CPU has no bf16 arithmetic, and emulating it would save nothing",
		.todo = "take another variant, as int8",
	};
	(void)source;
	return compute_has_bf16() ? NULL : &arithmetic;
}

const struct variant variant_bf16 = {
	.name = "bf16",
	.summary = "teacher in bf16, where the CPU has it",
	.parent = &variant_teacher,
	.numbers = "bf16",
	.cpu_s = 0.1,
	.training = { .samples = 32 },
	.lacking = lacking,
	.make = make,
};
