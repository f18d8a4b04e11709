/* models/variants/student-network.c - see student-network.h. */
#include <config.h>

#include "models/variants/student-network.h"

#include "base/problem.h"
#include "models/data/data-file.h"
#include "models/weights/model.h"

static const struct model_shape shapes[N_TASKS] = {
	[TASK_AGENT] = { .rows = 1024,
			 .embed = 32,
			 .classes = N_OUTPUTS,
			 .n_stages = 2,
			 .stages = { { .in = 32, .out = 64, .kernel = 3 },
				     { .in = 64, .out = 64, .kernel = 5, .hidden = 64 } } },
	[TASK_MIRROR] = { .embed = PICTURE_CHANNELS,
			  .classes = FACE_OUTPUTS,
			  .n_stages = 4,
			  .stages = { { .in = PICTURE_CHANNELS,
					.out = 16,
					.kernel = 3,
					.side = 48 },
				      { .in = 16,
					.out = 32,
					.kernel = 3,
					.side = 24,
					.depthwise = true },
				      { .in = 32,
					.out = 64,
					.kernel = 3,
					.side = 12,
					.depthwise = true },
				      { .in = 64,
					.out = 64,
					.kernel = 3,
					.side = 6,
					.depthwise = true,
					.hidden = 64 } } },
};

struct weights *student_init(const struct build *build, struct problem *why)
{
	struct weights *weights = model_init(&shapes[build->source->task], build->seed);
	if (!weights)
		problem_what(why, "cannot train: out of memory");
	return weights;
}
