/* models/variants/stack.c - see stack.h. */
#include <config.h>

#include "models/variants/stack.h"

#include "base/number.h"
#include "base/problem.h"

#include <stdio.h>
#include <string.h>

/* One step as it was written. */
struct step {
	char name[STACK_NAME_SIZE];
	char *level; /* behind the colon, in name; or NULL */
};

/* The next one of the text, up to a plus. Moves *rest behind it; NULL at the end. */
static int next_step(const char **rest, const char *text, struct step *step,
		     struct problem *why)
{
	size_t length = strcspn(*rest, "+");
	if (length >= sizeof(step->name)) {
		problem_what(why, "cannot stack '%s'", text);
		why->kind = PROBLEM_USAGE;
		return problem_refuse(why, "write fewer or shorter steps",
				      "a step is longer than %zu bytes",
				      sizeof(step->name) - 1);
	}
	memcpy(step->name, *rest, length);
	step->name[length] = '\0';
	*rest = (*rest)[length] ? *rest + length + 1 : NULL;
	step->level = strchr(step->name, ':');
	if (step->level)
		*step->level++ = '\0';
	return 0;
}

/* A step's level is its own from then on. */
static int set_level(struct variant *variant, const struct step *step, const char *text,
		     enum task task, struct problem *why)
{
	struct level *own = task == TASK_MIRROR ? &variant->mirror.level : &variant->level;
	double level;
	if (!step->level)
		return 0;
	if (own->name && number_read(step->level, &level) && level >= own->least &&
	    level <= own->most) {
		own->own = level;
		return 0;
	}
	problem_what(why, "cannot stack '%s'", text);
	why->kind = PROBLEM_USAGE;
	if (!own->name)
		return problem_refuse(why, "leave the level out", "'%s' has none",
				      step->name);
	return problem_refuse(why, "give another level, or off",
			      "'%s' takes %s, from %g to %g", step->name, own->name,
			      own->least, own->most);
}

static int add_step(struct variant_stack *stack, const struct variant *below,
		    const struct step *step, const char *text, enum task task,
		    struct problem *why)
{
	const struct variant *found = variant_find(step->name, why);
	if (!found)
		return -1;
	problem_what(why, "cannot stack '%s'", text);
	why->kind = PROBLEM_USAGE;
	if (found->place == 0)
		return problem_refuse(why, "leave it out, or begin with it",
				      "'%s' is no step upon others", step->name);
	if (below->is_shallow)
		return problem_refuse(why, "begin with another variant",
				      "'%s' has no layers that a step could change",
				      below->name);
	if (strcmp(below->numbers, "f32") != 0)
		return problem_refuse(why, "make it the last step",
				      "'%s' has %s numbers, which no step can change",
				      below->name, below->numbers);
	if (found->place <= below->place)
		return problem_refuse(
		    why, "order them so: channels, rank, exits, integers; each once",
		    "'%s' cannot come after '%s'", step->name, below->name);
	struct variant *added = &stack->steps[stack->n];
	*added = *found;
	added->parent = below;
	if (set_level(added, step, text, task, why) != 0)
		return -1;
	char *name = stack->names[stack->n];
	int n = snprintf(name, STACK_NAME_SIZE, "%s+%s%s%s", below->name, found->name,
			 step->level ? ":" : "", step->level ? step->level : "");
	if (n >= STACK_NAME_SIZE)
		return problem_refuse(why, "write fewer or shorter steps",
				      "its name is longer than %d bytes",
				      STACK_NAME_SIZE - 1);
	added->name = name;
	stack->n++;
	return 0;
}

const struct variant *stack_read(struct variant_stack *stack, const char *text,
				 enum task task, struct problem *why)
{
	const char *rest = text;
	const struct variant *top = NULL;
	stack->n = 0;
	while (rest) {
		struct step step;
		if (next_step(&rest, text, &step, why) != 0)
			return NULL;
		if (!top && step.level) {
			problem_what(why, "cannot stack '%s'", text);
			why->kind = PROBLEM_USAGE;
			problem_refuse(why, "use --level, or give it to a step",
				       "the first variant takes no level here");
			return NULL;
		}
		if (!top) {
			top = variant_find(step.name, why);
		} else if (!step.level || strcmp(step.level, "off") != 0) {
			if (add_step(stack, top, &step, text, task, why) != 0)
				return NULL;
			top = &stack->steps[stack->n - 1];
		}
		if (!top)
			return NULL;
	}
	return top;
}
