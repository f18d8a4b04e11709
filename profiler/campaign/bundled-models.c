/* profiler/campaign/bundled-models.c - see bundled-models.h. */
#include <config.h>

#include "profiler/campaign/bundled-models.h"

#include "base/problem.h"
#include "profiler/launch/program-path.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

int models_path(char *path, size_t size, struct problem *why)
{
	return program_path("joulecart-models", path, size, why);
}

/* For the shell, as one word. Returns how long it is; 0 where it does not fit. */
static size_t quote(char *into, size_t size, const char *text)
{
	size_t n = 0;
	for (into[n++] = '\''; *text && n + 6 < size; text++) {
		const char *piece = *text == '\'' ? "'\\''" : (char[]){ *text, '\0' };
		while (*piece)
			into[n++] = *piece++;
	}
	into[n++] = '\'';
	into[n] = '\0';
	return *text ? 0 : n;
}

/* The whole command, or -1 where a path is too long. */
static int list_command(char *command, size_t size, const char *path,
			const struct model_recipe *recipe)
{
	char program[4096], data[4096] = "", task[40] = "", mix[400] = "", at_most[40] = "";
	if (quote(program, sizeof(program), path) == 0 ||
	    (recipe->task && quote(task, sizeof(task), recipe->task) == 0) ||
	    (recipe->data && quote(data, sizeof(data), recipe->data) == 0) ||
	    (recipe->mix && quote(mix, sizeof(mix), recipe->mix) == 0))
		return -1;
	if (recipe->samples)
		snprintf(at_most, sizeof(at_most), " --samples %" PRId64, recipe->samples);
	snprintf(command, size, "exec %s list --json --seed %" PRIu64 "%s%s%s%s%s%s%s",
		 program, recipe->seed, at_most, recipe->task ? " --task " : "", task,
		 recipe->data ? " --data " : "", data, recipe->mix ? " --mix " : "", mix);
	return 0;
}

static json_t *read_list(const char *path, const struct model_recipe *recipe,
			 struct problem *why)
{
	char command[16384];
	json_error_t error = { .text = "no output" };
	problem_what(why, "cannot list the bundled models");
	if (list_command(command, sizeof(command), path, recipe) < 0) {
		problem_errno(why, ENAMETOOLONG);
		return NULL;
	}
	/* the words are quoted above, and the program is our own */
	FILE *pipe = popen(command, "re"); /* NOLINT(cert-env33-c) */
	if (!pipe) {
		problem_errno(why, errno);
		return NULL;
	}
	json_t *list = json_loadf(pipe, 0, &error);
	int status = pclose(pipe);
	if (WIFEXITED(status) && WEXITSTATUS(status) == PROBLEM_USAGE) {
		why->kind = PROBLEM_USAGE;
		problem_refuse(why, "give it as 'joulecart models infer --help' says",
			       "what was asked of them is refused above");
		json_decref(list);
		return NULL;
	}
	if (status != 0 || !list) {
		problem_refuse(why, "run it by hand: it says why",
			       "'%s list --json' failed: %s", path, error.text);
		json_decref(list);
		return NULL;
	}
	return list;
}

/* Variants stand in the list after the one they are made from. */
static int rank_of(const struct model_list *list, const char *parent)
{
	for (size_t i = 0; parent && i < list->n; i++)
		/* models_list() leaves out what has no name
		 * NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker) */
		if (strcmp(list->variants[i].name, parent) == 0)
			return list->variants[i].rank + 1;
	return 0;
}

void model_variant_free(struct model_variant *variant)
{
	free(variant->name);
	free(variant->parent);
}

void models_free_left_out(struct model_list *list)
{
	for (size_t i = 0; i < list->n_left_out; i++) {
		free(list->left_out[i].name);
		free(list->left_out[i].why);
	}
	free(list->left_out);
	list->left_out = NULL;
	list->n_left_out = 0;
}

const char *model_left_out_why(const struct model_list *list, const char *name)
{
	for (size_t i = 0; i < list->n_left_out; i++)
		if (strcmp(list->left_out[i].name, name) == 0)
			return list->left_out[i].why;
	return NULL;
}

/* A variant that this machine cannot run is not in the list, and named beside it. */
static bool is_left_out(struct model_list *list, const json_t *item)
{
	const char *name = json_string_value(json_object_get(item, "variant"));
	const char *reason = json_string_value(json_object_get(item, "reason"));
	if (!json_is_false(json_object_get(item, "available")))
		return false;
	struct model_left_out *out = &list->left_out[list->n_left_out];
	out->name = strdup(name ? name : "");
	out->why = strdup(reason ? reason : "it cannot run here");
	if (out->name && out->why) {
		list->n_left_out++;
		return true;
	}
	free(out->name);
	free(out->why);
	return true;
}

static struct model_variant variant_of(const struct model_list *list, const json_t *item)
{
	const char *name = json_string_value(json_object_get(item, "variant"));
	const char *parent = json_string_value(json_object_get(item, "parent"));
	return (struct model_variant){
		.name = name ? strdup(name) : NULL,
		.parent = parent ? strdup(parent) : NULL,
		.is_trained = json_is_true(json_object_get(item, "trained")),
		.cpu_s = json_number_value(json_object_get(item, "training_cpu_s")),
		.rank = rank_of(list, parent),
	};
}

int models_list(const char *path, const struct model_recipe *recipe,
		struct model_list *list, struct problem *why)
{
	*list = (struct model_list){ 0 };
	json_t *root = read_list(path, recipe, why);
	if (!root)
		return -1;
	json_t *variants = json_object_get(root, "variants");
	list->variants = calloc(json_array_size(variants) + 1, sizeof(*list->variants));
	list->left_out = calloc(json_array_size(variants) + 1, sizeof(*list->left_out));
	if (!list->variants || !list->left_out) {
		json_decref(root);
		models_free(list);
		return problem_errno(why, ENOMEM);
	}
	size_t i;
	json_t *item;
	json_array_foreach(variants, i, item)
	{
		if (is_left_out(list, item))
			continue;
		struct model_variant variant = variant_of(list, item);
		if (variant.name)
			list->variants[list->n++] = variant;
		else
			model_variant_free(&variant);
	}
	json_decref(root);
	if (list->n > 0)
		return 0;
	models_free(list);
	return problem_refuse(
	    why,
	    "the program is not the one that came with this joulecart: install both again",
	    "'%s list --json' names no variant", path);
}

void models_free(struct model_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		model_variant_free(&list->variants[i]);
	free(list->variants);
	models_free_left_out(list);
	*list = (struct model_list){ 0 };
}
