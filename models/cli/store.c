/* models/cli/store.c - see store.h. */
#include <config.h>

#include "models/cli/store.h"

#include "base/plain-file.h"
#include "base/problem.h"
#include "models/compress/packed.h"
#include "models/data/data.h"
#include "models/weights/model.h"
#include "models/weights/safetensors.h"
#include "models/weights/weights.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

/* Raise it when the data, the networks or the arithmetic change what training makes. */
enum { CODE_VERSION = 3 };

/* Bytes of a variant's recipe as text. */
enum { RECIPE_SIZE = 1000 };

struct training store_training(const struct variant *variant, const struct recipe *recipe)
{
	struct training training = variant_setting(variant, recipe->source.task).training;
	if (recipe->quick && training.epochs)
		training.samples /= 4;
	if (recipe->samples && recipe->samples < training.samples)
		training.samples = recipe->samples;
	if (recipe->epochs && training.epochs)
		training.epochs = recipe->epochs;
	if (!isnan(recipe->soft_weight))
		training.soft_weight = (float)recipe->soft_weight;
	if (!isnan(recipe->temperature))
		training.temperature = (float)recipe->temperature;
	return training;
}

double store_level(const struct variant *variant, const struct recipe *recipe)
{
	return isnan(recipe->level)
		   ? variant_setting(variant, recipe->source.task).level.own
		   : recipe->level;
}

double store_participation(const struct variant *variant, const struct recipe *recipe)
{
	return variant->participation > 0.0 && recipe->participation > 0.0
		   ? recipe->participation
		   : variant->participation;
}

struct recipe store_parents(const struct recipe *recipe)
{
	struct recipe parents = *recipe;
	parents.level = recipe->parent_level;
	parents.parent_level = (double)NAN;
	parents.soft_weight = parents.temperature = (double)NAN;
	parents.participation = 0.0;
	return parents;
}

/* All that decides the weights, as text: own settings, then the parent's, up to the root. */
static void describe(const struct variant *variant, const struct recipe *recipe,
		     char text[RECIPE_SIZE])
{
	int used = snprintf(text, RECIPE_SIZE, "code %d, seed %" PRIu64, CODE_VERSION,
			    recipe->seed);
	if (recipe->source.task != TASK_AGENT)
		used += snprintf(text + used, (size_t)(RECIPE_SIZE - used), ", task %s",
				 task_names[recipe->source.task]);
	if (recipe->source.path)
		used += snprintf(text + used, (size_t)(RECIPE_SIZE - used),
				 ", queries %08" PRIx32, recipe->source.crc32);
	struct recipe own = *recipe;
	for (; variant && used < RECIPE_SIZE; variant = variant->parent) {
		struct training how = store_training(variant, &own);
		used += snprintf(
		    text + used, (size_t)(RECIPE_SIZE - used),
		    "; %s: samples %zu, epochs %zu, rate %g (embedding x %g, heads x %g), "
		    "decay %g, n-gram dropout %g, early heads %g, soft labels %g at T %g",
		    variant->name, how.samples, how.epochs, (double)how.optimizer.rate,
		    (double)how.optimizer.embedding_rate, (double)how.optimizer.head_rate,
		    (double)how.optimizer.weight_decay, (double)how.ngram_dropout,
		    (double)how.early_weight, (double)how.soft_weight,
		    (double)how.temperature);
		if (variant_setting(variant, own.source.task).level.name &&
		    used < RECIPE_SIZE)
			used += snprintf(text + used, (size_t)(RECIPE_SIZE - used),
					 ", level %g", store_level(variant, &own));
		double share = store_participation(variant, &own);
		if (share > 0.0 && share < 1.0 && used < RECIPE_SIZE)
			used += snprintf(text + used, (size_t)(RECIPE_SIZE - used),
					 ", participation %g", share);
		own = store_parents(&own);
	}
}

void store_hash(const struct variant *variant, const struct recipe *recipe, char hash[9])
{
	char text[RECIPE_SIZE];
	describe(variant, recipe, text);
	uint32_t crc = (uint32_t)crc32_z(crc32(0, NULL, 0), (const Bytef *)text,
					 strlen(text));
	snprintf(hash, 9, "%08" PRIx32, crc);
}

static int directory(const struct recipe *recipe, char path[PATH_MAX], struct problem *why)
{
	const char *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
	int length;
	if (recipe->data_dir)
		length = snprintf(path, PATH_MAX, "%s", recipe->data_dir);
	else if (data && data[0] == '/')
		length = snprintf(path, PATH_MAX, "%s/joulecart/models", data);
	else if (home && home[0])
		length = snprintf(path, PATH_MAX, "%s/.local/share/joulecart/models", home);
	else {
		problem_what(why, "cannot find the folder of the models");
		problem_todo(why, "give --data-dir, or set HOME");
		return problem_why(why, "HOME is not set");
	}
	if (length < PATH_MAX)
		return 0;
	problem_what(why, "cannot use the data directory");
	return problem_errno(why, ENAMETOOLONG);
}

int store_path(const struct variant *variant, const struct recipe *recipe,
	       char path[PATH_MAX], struct problem *why)
{
	char folder[PATH_MAX], hash[9];
	if (directory(recipe, folder, why) < 0)
		return -1;
	store_hash(variant, recipe, hash);
	if (snprintf(path, PATH_MAX, "%s/%s-%s.safetensors", folder, variant->name, hash) <
	    PATH_MAX)
		return 0;
	problem_what(why, "cannot use '%.200s'", folder);
	return problem_errno(why, ENAMETOOLONG);
}

bool store_has(const struct variant *variant, const struct recipe *recipe)
{
	struct problem unused;
	char path[PATH_MAX];
	return store_path(variant, recipe, path, &unused) == 0 && access(path, F_OK) == 0;
}

/* The options of 'train' that make this very model. */
static void options_of(const struct recipe *recipe, char *text, size_t size)
{
	char seed[40] = "", samples[40] = "", epochs[40] = "", level[40] = "";
	char parent_level[48] = "", soft[48] = "", temperature[48] = "", share[48] = "";
	char task[40] = "";
	if (recipe->source.task != TASK_AGENT)
		snprintf(task, sizeof(task), " --task %s", task_names[recipe->source.task]);
	if (recipe->seed != 1)
		snprintf(seed, sizeof(seed), " --seed %" PRIu64, recipe->seed);
	if (recipe->samples)
		snprintf(samples, sizeof(samples), " --samples %zu", recipe->samples);
	if (recipe->epochs)
		snprintf(epochs, sizeof(epochs), " --epochs %zu", recipe->epochs);
	if (!isnan(recipe->level))
		snprintf(level, sizeof(level), " --level %g", recipe->level);
	if (!isnan(recipe->parent_level))
		snprintf(parent_level, sizeof(parent_level), " --parent-level %g",
			 recipe->parent_level);
	if (!isnan(recipe->soft_weight))
		snprintf(soft, sizeof(soft), " --soft-weight %g", recipe->soft_weight);
	if (!isnan(recipe->temperature))
		snprintf(temperature, sizeof(temperature), " --temperature %g",
			 recipe->temperature);
	if (recipe->participation > 0.0)
		snprintf(share, sizeof(share), " --participation %g",
			 recipe->participation);
	snprintf(text, size, "%s%s%s%s%s%s%s%s%s%s%s%s", task, seed,
		 recipe->quick ? " --quick" : "", samples, epochs, level, parent_level,
		 soft, temperature, share, recipe->source.path ? " --data " : "",
		 recipe->source.path ? recipe->source.path : "");
}

static int check_loaded(const struct variant *variant, const struct recipe *recipe,
			const char *path, const struct weights *weights,
			struct problem *why)
{
	char text[RECIPE_SIZE];
	struct model_shape shape;
	struct problem misfit;
	describe(variant, recipe, text);
	problem_what(why, "cannot use '%s'", path);
	problem_todo(why, "delete it and train the model again");
	if (model_shape_of(weights, &shape, &misfit) < 0)
		return problem_why(why, "%s", misfit.why);
	size_t outputs = task_outputs(recipe->source.task).outputs;
	if (!shape.is_shallow && model_task(&shape) != recipe->source.task)
		return problem_why(why, "it is for another task");
	if (shape.classes != outputs)
		return problem_why(why, "expected %zu outputs, found %zu", outputs,
				   shape.classes);
	if (strcmp(weights_note(weights, "recipe"), text) != 0)
		return problem_why(why, "it was trained with other options");
	return 0;
}

/* Weights of less than a byte are unpacked once, here. Takes NULL; owns the weights. */
static struct weights *unpacked(struct weights *weights, const char *path,
				struct problem *why)
{
	struct problem misfit;
	if (!weights || !weights_are_packed(weights))
		return weights;
	struct weights *whole = weights_unpack(weights, &misfit);
	weights_free(weights);
	if (whole)
		return whole;
	problem_what(why, "cannot use '%s'", path);
	problem_todo(why, "delete it and train the model again");
	problem_why(why, "%s", misfit.why[0] ? misfit.why : misfit.what);
	return NULL;
}

struct weights *store_load(const struct variant *variant, const struct recipe *recipe,
			   struct problem *why)
{
	char path[PATH_MAX], options[512];
	if (store_path(variant, recipe, path, why) < 0)
		return NULL;
	if (access(path, F_OK) < 0 && errno == ENOENT) {
		options_of(recipe, options, sizeof(options));
		problem_what(why, "no trained '%s'", variant->name);
		problem_why(why, "'%s' does not exist", path);
		problem_todo(why, "run 'joulecart models train %s%s'", variant->name,
			     options);
		return NULL;
	}
	struct weights *weights = unpacked(safetensors_load(path, why), path, why);
	if (weights && check_loaded(variant, recipe, path, weights, why) < 0) {
		weights_free(weights);
		weights = NULL;
	}
	return weights;
}

int store_save(const struct variant *variant, const struct recipe *recipe,
	       struct weights *weights, const struct weights *parent, struct problem *why)
{
	char folder[PATH_MAX], path[PATH_MAX], text[RECIPE_SIZE];
	if (directory(recipe, folder, why) < 0 ||
	    store_path(variant, recipe, path, why) < 0 || folders_make(folder, why) < 0)
		return -1;
	describe(variant, recipe, text);
	weights_set_note(weights, "variant", "%s", variant->name);
	weights_set_note(weights, "recipe", "%s", text);
	if (parent) {
		weights_set_note(weights, "parent", "%s", variant->parent->name);
		weights_set_note(weights, "parent_crc32", "%s",
				 weights_note(parent, "crc32"));
	}
	unsigned bits = (unsigned)strtoul(weights_note(weights, "codebook_bits"), NULL, 10);
	if (bits == 0 && !weights_pay_packed(weights))
		return safetensors_save(weights, path, why);
	struct weights *packed = weights_pack(weights, bits, why);
	int failed = packed ? safetensors_save(packed, path, why) : -1;
	weights_free(packed);
	return failed;
}
