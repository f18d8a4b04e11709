/* profiler/models.c - see models.h. */
#include <config.h>

#include "profiler/models.h"

#include "base/problem.h"
#include "profiler/program-path.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int models_path(char *path, size_t size, struct problem *why)
{
	return program_path("joulecart-models", path, size, why);
}

static json_t *read_list(const char *path, struct problem *why)
{
	char command[8192];
	json_error_t error = { .text = "no output" };
	problem_what(why, "cannot list the bundled models");
	snprintf(command, sizeof(command), "exec '%s' list --json", path);
	FILE *pipe = popen(command, "re");
	if (!pipe) {
		problem_errno(why, errno);
		return NULL;
	}
	json_t *list = json_loadf(pipe, 0, &error);
	if (pclose(pipe) != 0 || !list) {
		problem_why(why, "'%s list --json' failed: %s", path, error.text);
		json_decref(list);
		return NULL;
	}
	return list;
}

/* Variants stand in the list after the one they are made from. */
static int rank_of(const struct model_list *list, const char *parent)
{
	for (size_t i = 0; parent && i < list->n; i++)
		if (strcmp(list->variants[i].name, parent) == 0)
			return list->variants[i].rank + 1;
	return 0;
}

int models_list(const char *path, struct model_list *list, struct problem *why)
{
	*list = (struct model_list){ 0 };
	json_t *root = read_list(path, why);
	if (!root)
		return -1;
	json_t *variants = json_object_get(root, "variants");
	list->variants = calloc(json_array_size(variants) + 1, sizeof(*list->variants));
	size_t i;
	json_t *item;
	json_array_foreach(variants, i, item)
	{
		const char *name = json_string_value(json_object_get(item, "variant"));
		const char *parent = json_string_value(json_object_get(item, "parent"));
		char *copy = name && list->variants ? strdup(name) : NULL;
		if (copy)
			list->variants[list->n++] =
			    (struct model_variant){ copy, rank_of(list, parent) };
	}
	json_decref(root);
	if (list->n > 0)
		return 0;
	models_free(list);
	return problem_why(why, "'%s list --json' names no variant", path);
}

void models_free(struct model_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		free(list->variants[i].name);
	free(list->variants);
	*list = (struct model_list){ 0 };
}
