/* models/data/task.c - see task.h. */
#include <config.h>

#include "models/data/task.h"

const char *const task_names[N_TASKS] = { "agent", "mirror" };

struct task_outputs task_outputs(enum task task)
{
	if (task == TASK_MIRROR)
		return (struct task_outputs){ mirror_groups, 1 + N_FACE_PARTS, FACE_CLASSES,
					      FACE_OUTPUTS };
	return (struct task_outputs){ catalogue_groups, N_GROUPS, N_CLASSES, N_OUTPUTS };
}

size_t task_tests(enum task task)
{
	return task == TASK_MIRROR ? TEST_PICTURES : TEST_QUERIES;
}

enum task task_of(const struct query *query)
{
	return query->picture ? TASK_MIRROR : TASK_AGENT;
}

unsigned task_best_class(enum task task, const float *logits)
{
	size_t classes = task_outputs(task).classes;
	unsigned best = 0;
	for (unsigned label = 1; label < classes; label++)
		if (logits[label] > logits[best])
			best = label;
	return best;
}
