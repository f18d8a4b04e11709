/* models/data/task.h - what a model is asked, and what it answers. */
#ifndef JOULECART_MODELS_TASK_H
#define JOULECART_MODELS_TASK_H
#include "models/data/mirror.h"

#include <stddef.h>

enum task {
	TASK_AGENT,  /* which product does this query want? */
	TASK_MIRROR, /* of which tone, type and concern is this face? */
	N_TASKS
};

/* Of any task. */
enum { MOST_CLASSES = FACE_CLASSES, MOST_OUTPUTS = FACE_OUTPUTS };
_Static_assert((int)MOST_CLASSES >= (int)N_CLASSES && (int)MOST_OUTPUTS >= (int)N_OUTPUTS,
	       "arrays for any task hold each");

/* The groups of logits that a network puts out: the class's first. */
struct task_outputs {
	const struct output_group *groups;
	size_t n_groups, classes, outputs;
};
struct task_outputs task_outputs(enum task task);

extern const char *const task_names[N_TASKS];

/* How many queries or pictures quality is measured on. */
size_t task_tests(enum task task);

enum task task_of(const struct query *query);

/* The class with the largest logit. */
unsigned task_best_class(enum task task, const float *logits);

#endif
