/* collectors/absence-list.c - see absence-list.h. */
#include <config.h>

#include "collectors/absence-list.h"

#include "base/problem.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void free_texts(const struct absence *absence)
{
	free((void *)absence->name);
	free((void *)absence->why);
	free((void *)absence->todo);
}

void absence_list_add(struct absence_list *list, const char *name, const char *todo,
		      const char *why, ...)
{
	const bool has_todo = todo && *todo;
	char *reason = NULL;
	va_list arguments;
	va_start(arguments, why);
	if (vasprintf(&reason, why, arguments) < 0)
		reason = NULL;
	va_end(arguments);
	struct absence absence = { strdup(name), reason, has_todo ? strdup(todo) : NULL };
	struct absence *items = reallocarray(list->items, list->n + 1, sizeof(*items));
	if (items)
		list->items = items;
	if (!items || !absence.name || !absence.why || (has_todo && !absence.todo)) {
		free_texts(&absence);
		list->err = ENOMEM;
		return;
	}
	items[list->n++] = absence;
}

int absence_list_give(const struct absence_list *list, struct channel_list *found,
		      struct problem *why)
{
	found->absences = list->items;
	found->n_absent = list->n;
	return list->err ? problem_errno(why, list->err) : 0;
}

int absence_list_problem(const struct absence_list *list, const char *empty,
			 struct problem *why)
{
	if (list->err)
		return problem_errno(why, list->err);
	if (list->n == 0)
		/* no remedy: the machine has none */
		return problem_why(why, "%s", empty);
	const struct absence *first = &list->items[0];
	problem_why(why, "'%s': %s", first->name, first->why);
	return problem_todo(why, "%s", first->todo ? first->todo : "");
}

void absence_list_free(struct absence_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		free_texts(&list->items[i]);
	free(list->items);
	*list = (struct absence_list){ 0 };
}
