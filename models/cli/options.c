/* models/cli/options.c - see options.h. */
#include <config.h>

#include "models/cli/options.h"

#include "base/problem.h"
#include "models/data/sessions.h"
#include "models/kernels/onednn.h"
#include "models/variants/variant.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

int take_mix(void *mix, const char *text, struct problem *why)
{
	(void)why; /* the row says what is expected */
	return session_mix_read(text, mix) ? 0 : -1;
}

struct recipe recipe_default(void)
{
	return (struct recipe){ .level = (double)NAN,
				.parent_level = (double)NAN,
				.soft_weight = (double)NAN,
				.temperature = (double)NAN };
}

static int take_source(void *source, const char *text, struct problem *why)
{
	return source_file(source, text, why);
}

static int take_task(void *into, const char *text, struct problem *why)
{
	enum task *task = into;
	(void)why; /* the row says what is expected */
	for (*task = 0; *task < N_TASKS; ++*task)
		if (strcmp(text, task_names[*task]) == 0)
			return 0;
	return -1;
}

const struct option_row query_rows[] = {
	{ "task", 0, "TASK", "agent", "agent: shoppers' queries; mirror: pictures of faces",
	  OPTION_OWN(struct recipe, source.task, take_task), .choices = "agent|mirror",
	  .expected = "agent or mirror is expected" },
	{ "seed", 0, "N", "1", "random seed of the data and the first weights",
	  OPTION_COUNT(struct recipe, seed, 0, UINT32_MAX) },
	{ "data", 0, "FILE", NULL, "your own queries: JSON lines as 'data --json' prints",
	  OPTION_OWN(struct recipe, source, take_source) },
	{ 0 },
};

const struct option_row recipe_rows[] = {
	{ OPTION_HEADING("Which trained model (the options that it was trained with)") },
	{ OPTION_INCLUDE_ALL(query_rows) },
	{ "quick", 0, NULL, NULL, "trained on a quarter of the queries: fast, not good",
	  OPTION_FLAG(struct recipe, quick) },
	{ "samples", 0, "N", NULL, "trained on at most N queries [the variant's own]",
	  OPTION_COUNT(struct recipe, samples, TRAIN_BATCH, 1e7) },
	{ "epochs", 0, "N", NULL, "trained N times on each query [the variant's own]",
	  OPTION_COUNT(struct recipe, epochs, 1, 1000) },
	{ "level", 0, "X", NULL,
	  "how far the variant goes [its own; see joulecart models list --json]",
	  OPTION_REAL(struct recipe, level, -1e9, 1e9),
	  .expected = "a number is expected" },
	{ "parent-level", 0, "X", NULL,
	  "how far the variant goes that it is made from [its own]",
	  OPTION_REAL(struct recipe, parent_level, -1e9, 1e9),
	  .expected = "a number is expected" },
	{ "soft-weight", 0, "A", NULL,
	  "the share of its teacher's soft labels in what it learned from, 0 to 1 [its "
	  "own]",
	  OPTION_REAL(struct recipe, soft_weight, 0, 1) },
	{ "temperature", 0, "T", NULL,
	  "by which the logits were divided for the soft labels [its own]",
	  OPTION_REAL(struct recipe, temperature, 0.01, 100) },
	{ "participation", 0, "SHARE", NULL,
	  "of a federation's shops, that take part in each round, by chance [the variant's "
	  "own]",
	  OPTION_SHARE(struct recipe, participation) },
	{ "data-dir", 0, "DIR", NULL,
	  "where weights are kept [$XDG_DATA_HOME/joulecart/models]",
	  OPTION_TEXT(struct recipe, data_dir) },
	{ 0 },
};

static int check_level(const struct variant *variant, enum task task, const char *option,
		       double given, struct problem *why)
{
	const struct level at = variant_setting(variant, task).level, *level = &at;
	if (isnan(given) || (level->name && given >= level->least && given <= level->most))
		return 0;
	problem_what(why, "invalid --%s %g for '%s'", option, given, variant->name);
	why->kind = PROBLEM_USAGE;
	if (!level->name)
		return problem_refuse(why, "leave it out", "this variant has no level");
	return problem_why(why, "expected %s, from %g to %g", level->name, level->least,
			   level->most);
}

/* Only what is distilled has soft labels. */
static int check_distillation(const struct variant *variant, const struct recipe *recipe,
			      struct problem *why)
{
	bool is_weighed = !isnan(recipe->soft_weight);
	if ((!is_weighed && isnan(recipe->temperature)) ||
	    (variant->parent &&
	     variant_setting(variant, recipe->source.task).training.soft_weight > 0))
		return 0;
	problem_what(why, "invalid --%s for '%s'",
		     is_weighed ? "soft-weight" : "temperature", variant->name);
	why->kind = PROBLEM_USAGE;
	return problem_refuse(why, "leave it out", "it learns from no soft labels");
}

/* Only a federation has shops. */
static int check_federation(const struct variant *variant, const struct recipe *recipe,
			    struct problem *why)
{
	if (variant->participation > 0.0 ||
	    (recipe->participation == 0.0 && !recipe->processes))
		return 0;
	problem_what(why, "invalid --%s for '%s'",
		     recipe->processes ? "processes" : "participation", variant->name);
	why->kind = PROBLEM_USAGE;
	return problem_refuse(why, "leave it out",
			      "it is trained by no federation of shops");
}

/* The variant, and all that it is made from. */
static int check_task(const struct variant *variant, enum task task, struct problem *why)
{
	for (; variant; variant = variant->parent)
		if (variant_setting(variant, task).training.samples == 0) {
			problem_what(why, "invalid --task %s", task_names[task]);
			why->kind = PROBLEM_USAGE;
			return problem_refuse(
			    why,
			    "'joulecart models list --task mirror' names those that are",
			    "'%s' is not made for it", variant->name);
		}
	return 0;
}

int option_agent(const struct recipe *recipe, const char *command, struct problem *why)
{
	if (recipe->source.task == TASK_AGENT)
		return 0;
	problem_what(why, "invalid --task %s", task_names[recipe->source.task]);
	why->kind = PROBLEM_USAGE;
	return problem_refuse(why, "leave it out", "'%s' is of the agent alone", command);
}

int option_level(const struct variant *variant, const struct recipe *recipe,
		 struct problem *why)
{
	enum task task = recipe->source.task;
	if (check_task(variant, task, why) != 0 ||
	    check_level(variant, task, "level", recipe->level, why) != 0 ||
	    check_distillation(variant, recipe, why) != 0 ||
	    check_federation(variant, recipe, why) != 0)
		return -1;
	if (isnan(recipe->parent_level))
		return 0;
	if (variant->parent)
		return check_level(variant->parent, task, "parent-level",
				   recipe->parent_level, why);
	problem_what(why, "invalid --parent-level %g for '%s'", recipe->parent_level,
		     variant->name);
	why->kind = PROBLEM_USAGE;
	return problem_refuse(why, "leave it out", "it is made from no other variant");
}

int option_threads(int64_t threads, struct problem *why)
{
	if (compute_set_threads((int)threads))
		return 0;
	problem_what(why, "cannot limit oneDNN to %" PRId64 " threads", threads);
	return problem_refuse(why, "leave --threads out", "it does not run on OpenMP here");
}

const struct variant *option_variant(const struct option_table *table, int n, char **words,
				     enum task task, struct variant_stack *stack,
				     struct problem *why)
{
	if (n == 1)
		return stack_read(stack, words[0], task, why);
	options_operand_problem(table, "one VARIANT", why);
	return NULL;
}
