/* models/cli/cmd-list.c - joulecart models list: the variants, and what is trained of them. */
#include <config.h>

#include "base/problem.h"
#include "base/screen-table.h"
#include "base/wrap.h"
#include "models/cli/command.h"
#include "models/cli/options.h"
#include "models/data/sessions.h"
#include "models/kernels/onednn.h"
#include "models/weights/model.h"
#include "models/weights/weights.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* One row. */
struct state {
	const struct variant *variant;
	const struct source *source; /* of queries */
	struct level level;
	double cpu_s;            /* what training takes, about; 0: not known */
	struct weights *weights; /* NULL: none that can be used */
	size_t file_bytes;
	struct problem trouble; /* why the file that is there cannot be used; or empty */
};

static const char *lacking_of(const struct state *state)
{
	const struct lacking *lacking = variant_lacking(state->variant, state->source);
	return lacking ? lacking->why : NULL;
}

/* Without AVX-512 the teacher took 3.7 and student-hard 3.1 times the CPU time that they take with it: doc/models.md,
 * "Threads that train". The mirror's variants were measured without. */
static double slower_here(enum task task)
{
	return task == TASK_MIRROR || strstr(compute_isa(), "avx512") ? 1 : 3.5;
}

/* In proportion to the queries and epochs that are asked for. */
static double cpu_s_of(const struct variant *variant, const struct recipe *recipe)
{
	struct variant_setting setting = variant_setting(variant, recipe->source.task);
	struct training own = setting.training;
	struct training how = store_training(variant, recipe);
	double share = (double)how.samples / (double)own.samples;
	if (own.epochs)
		share *= (double)how.epochs / (double)own.epochs;
	return setting.cpu_s * share * slower_here(recipe->source.task);
}

static void look(const struct variant *variant, const struct recipe *recipe,
		 struct state *state)
{
	char path[PATH_MAX];
	struct stat about;
	struct problem why;
	*state =
	    (struct state){ .variant = variant,
			    .source = &recipe->source,
			    .level = variant_setting(variant, recipe->source.task).level,
			    .cpu_s = cpu_s_of(variant, recipe) };
	if (store_path(variant, recipe, path, &why) < 0) {
		state->trouble = why;
	} else if (stat(path, &about) == 0) {
		state->file_bytes = (size_t)about.st_size;
		state->weights = store_load(variant, recipe, &why);
		if (!state->weights)
			state->trouble = why;
	}
}

/* A share that the record has, or nothing. */
static void put_note(struct screen_table *table, const struct weights *weights,
		     const char *key)
{
	char text[32] = "";
	const char *note = weights ? weights_note(weights, key) : "";
	if (note[0])
		snprintf(text, sizeof(text), "%.3f", strtod(note, NULL));
	table_cell(table, text);
}

static void put_count(struct screen_table *table, const struct weights *weights,
		      size_t count)
{
	char text[32] = "";
	if (weights)
		snprintf(text, sizeof(text), "%zu", count);
	table_cell(table, text);
}

static void put_row(struct screen_table *table, const struct state *state)
{
	const struct variant *variant = state->variant;
	const struct weights *weights = state->weights;
	table_cell(table, variant->name);
	table_cell(table, variant->numbers);
	put_count(table, weights, weights ? weights_parameters(weights) : 0);
	put_count(table, weights, weights ? weights_nonzeros(weights) : 0);
	put_count(table, weights, state->file_bytes);
	if (weights)
		put_note(table, weights, "top1");
	else
		table_cell(table, state->trouble.what[0] ? "unreadable" : "not trained");
	put_note(table, weights, "ndcg10");
	put_note(table, weights, "cold_top1");
	table_cell(table, variant->parent ? variant->parent->name : "-");
	table_cell(table, variant->summary);
}

/* On a narrow screen some numbers are left to --json: what each variant is stays in few lines. */
static int print_table(const struct state *states, size_t n, struct problem *why)
{
	static const struct {
		const char *name;
		int flags;
	} columns[] = { { "VARIANT", 0 },
			{ "TYPE", 0 },
			{ "PARAMETERS", TABLE_RIGHT | TABLE_SPARED },
			{ "NON-ZERO", TABLE_RIGHT | TABLE_SPARED },
			{ "BYTES", TABLE_RIGHT | TABLE_SPARED },
			{ "TOP-1", TABLE_RIGHT },
			{ "NDCG@10", TABLE_RIGHT | TABLE_SPARED },
			{ "COLD", TABLE_RIGHT | TABLE_SPARED },
			{ "FROM", TABLE_SPARED },
			{ "WHAT", TABLE_WORDS } };
	struct screen_table *table = table_new(0, 1);
	for (size_t i = 0; i < sizeof(columns) / sizeof(*columns); i++)
		table_column(table, columns[i].name, columns[i].flags);
	for (size_t i = 0; i < n; i++)
		put_row(table, &states[i]);
	table_words(table, 28);
	table_rest(table, "--json has all");
	int code = table_print(table, stdout);
	table_free(table);
	if (code == 0 && putchar('\n') != EOF)
		return 0;
	problem_what(why, "cannot print the table");
	return problem_errno(why, errno);
}

static void print_note(const char *name, const char *kind, const char *text)
{
	int used = printf(" %s: %s", name, kind);
	wrap_print(text, used > 0 ? (size_t)used : 0, 2, stdout);
}

/* Below the table: what variants do not save, and what this machine lacks. */
static void print_caveats(const struct state *states, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct variant *variant = states[i].variant;
		const char *lacking = lacking_of(&states[i]);
		if (lacking)
			print_note(variant->name, "cannot run here: ", lacking);
		if (variant->caveat)
			print_note(variant->name, "", variant->caveat);
	}
}

/* A number of the record, or null where there is none. */
static json_t *note_number(const struct weights *weights, const char *key)
{
	const char *text = weights_note(weights, key);
	return text[0] ? json_real(strtod(text, NULL)) : json_null();
}

static json_t *level_json(const struct level *level)
{
	return json_pack("{s:s, s:f, s:f, s:f}", "what", level->name, "own", level->own,
			 "least", level->least, "most", level->most);
}

static json_t *state_json(const struct state *state)
{
	const struct variant *variant = state->variant;
	const struct weights *weights = state->weights;
	char text[1024];
	json_t *object = json_pack("{s:s, s:s?, s:s, s:s, s:b}", "variant", variant->name,
				   "parent", variant->parent ? variant->parent->name : NULL,
				   "type", variant->numbers, "summary", variant->summary,
				   "trained", weights != NULL);
	const char *lacking = lacking_of(state);
	json_object_set_new(object, "available", json_boolean(!lacking));
	if (lacking)
		json_object_set_new(object, "reason", json_string(lacking));
	if (variant->caveat)
		json_object_set_new(object, "caveat", json_string(variant->caveat));
	if (state->level.name)
		json_object_set_new(object, "level", level_json(&state->level));
	json_object_set_new(object, "training_cpu_s",
			    state->cpu_s > 0.0 ? json_real(state->cpu_s) : json_null());
	if (state->trouble.what[0])
		json_object_set_new(
		    object, "reason",
		    json_string(problem_text(&state->trouble, text, sizeof(text))));
	if (!weights)
		return object;
	json_object_set_new(object, "parameters",
			    json_integer((json_int_t)weights_parameters(weights)));
	struct model_shape shape;
	struct problem unused;
	if (model_shape_of(weights, &shape, &unused) == 0)
		json_object_set_new(object, "multiply_adds",
				    json_integer((json_int_t)model_multiply_adds(&shape)));
	json_object_set_new(object, "nonzeros",
			    json_integer((json_int_t)weights_nonzeros(weights)));
	json_object_set_new(object, "file_bytes",
			    json_integer((json_int_t)state->file_bytes));
	json_object_set_new(object, "crc32", json_string(weights_note(weights, "crc32")));
	json_object_set_new(object, "top1", note_number(weights, "top1"));
	json_object_set_new(object, "top5", note_number(weights, "top5"));
	json_object_set_new(object, "ndcg10", note_number(weights, "ndcg10"));
	json_object_set_new(object, "cold_top1", note_number(weights, "cold_top1"));
	return object;
}

static int print_json(const struct state *states, size_t n, struct problem *why)
{
	json_t *rows = json_array();
	for (size_t i = 0; i < n; i++)
		json_array_append_new(rows, state_json(&states[i]));
	json_t *object = json_pack("{s:s, s:o}", "schema", "joulecart-models-list-1",
				   "variants", rows);
	int failed = json_dumpf(object, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(6));
	putchar('\n');
	json_decref(object);
	if (!failed)
		return 0;
	problem_what(why, "cannot print the list");
	return problem_errno(why, errno);
}

/* A file that cannot be used spoils its own row only. */
static void tell_trouble(const struct state *states, size_t n)
{
	char text[1024];
	for (size_t i = 0; i < n; i++)
		if (states[i].trouble.what[0])
			fprintf(stderr, "joulecart: warning: %s\n",
				problem_text(&states[i].trouble, text, sizeof(text)));
}

static int list(const struct recipe *recipe, bool json, struct problem *why)
{
	struct state states[64] = { 0 };
	size_t n = 0;
	for (size_t i = 0; variants[i] && n < sizeof(states) / sizeof(states[0]); i++)
		if (variant_setting(variants[i], recipe->source.task).training.samples)
			look(variants[i], recipe, &states[n++]);
	int failed = (json ? print_json : print_table)(states, n, why);
	if (!json && !failed)
		print_caveats(states, n);
	tell_trouble(states, n);
	for (size_t i = 0; i < n; i++)
		weights_free(states[i].weights);
	return failed;
}

struct options {
	struct recipe recipe;
	bool json;
	struct session_mix mix; /* bench has it looked at before it trains anything */
};

static const struct option_row rows[] = {
	{ "json", 0, NULL, NULL, "print as a JSON object",
	  OPTION_FLAG(struct options, json) },
	{ OPTION_INCLUDE(recipe_rows, struct options, recipe) },
	{ "mix", 0, "LIST", NULL, NULL, OPTION_OWN(struct options, mix, take_mix),
	  .expected = MIX_EXPECTED },
	{ 0 },
};

static const struct option_table table = {
	.command = "models list",
	.usage = "Usage: joulecart models list [OPTION]...\n"
		 "List the variants, what each is made from, and the size and quality of "
		 "those\nthat have been trained.\n"
		 "\n"
		 "  joulecart models list\n",
	.rows = rows,
	.takes_no_operand = true,
};

static int run(int argc, char **argv, struct problem *why)
{
	struct options options = { .recipe = recipe_default() };
	int first = options_parse(&table, argc, argv, &options, why);
	if (first <= 0)
		return first;
	return list(&options.recipe, options.json, why);
}

const struct models_command command_list = {
	.name = "list",
	.summary = "the variants: size, quality, what is trained",
	.options = &table,
	.run = run,
};
