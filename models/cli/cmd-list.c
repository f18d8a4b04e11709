/* models/cli/cmd-list.c - joulecart models list: the variants, and what is trained of them. */
#include <config.h>

#include "base/problem.h"
#include "base/wrap.h"
#include "models/cli/command.h"
#include "models/cli/options.h"
#include "models/weights/model.h"
#include "models/weights/weights.h"

#include <inttypes.h>
#include <jansson.h>
#include <libsmartcols/libsmartcols.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* One row. */
struct state {
	const struct variant *variant;
	double cpu_s;            /* what training takes, about; 0: not known */
	struct weights *weights; /* NULL: none that can be used */
	size_t file_bytes;
	struct problem trouble; /* why the file that is there cannot be used; or empty */
};

enum column {
	NAME,
	PARENT,
	NUMBERS,
	PARAMETERS,
	NONZEROS,
	BYTES,
	TOP1,
	NDCG10,
	COLD_TOP1,
	SUMMARY,
	N_COLUMNS
};

/* In proportion to the queries and epochs that are asked for. */
static double cpu_s_of(const struct variant *variant, const struct recipe *recipe)
{
	struct training own = variant->training;
	struct training how = store_training(variant, recipe);
	double share = (double)how.samples / (double)own.samples;
	if (own.epochs)
		share *= (double)how.epochs / (double)own.epochs;
	return variant->cpu_s * share;
}

static void look(const struct variant *variant, const struct recipe *recipe,
		 struct state *state)
{
	char path[PATH_MAX];
	struct stat about;
	struct problem why;
	*state = (struct state){ .variant = variant, .cpu_s = cpu_s_of(variant, recipe) };
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
static void fill_note(struct libscols_line *line, enum column column,
		      const struct weights *weights, const char *key)
{
	char text[32];
	const char *note = weights_note(weights, key);
	snprintf(text, sizeof(text), "%.3f", strtod(note, NULL));
	if (note[0])
		scols_line_set_data(line, column, text);
}

static void fill_line(struct libscols_line *line, const struct state *state)
{
	const struct variant *variant = state->variant;
	char text[32];
	scols_line_set_data(line, NAME, variant->name);
	scols_line_set_data(line, PARENT, variant->parent ? variant->parent : "-");
	scols_line_set_data(line, NUMBERS, variant->numbers);
	scols_line_set_data(line, SUMMARY, variant->summary);
	scols_line_set_data(line, TOP1,
			    state->trouble.what[0] ? "unreadable" : "not trained");
	if (!state->weights)
		return;
	snprintf(text, sizeof(text), "%zu", weights_parameters(state->weights));
	scols_line_set_data(line, PARAMETERS, text);
	snprintf(text, sizeof(text), "%zu", weights_nonzeros(state->weights));
	scols_line_set_data(line, NONZEROS, text);
	snprintf(text, sizeof(text), "%zu", state->file_bytes);
	scols_line_set_data(line, BYTES, text);
	fill_note(line, TOP1, state->weights, "top1");
	fill_note(line, NDCG10, state->weights, "ndcg10");
	fill_note(line, COLD_TOP1, state->weights, "cold_top1");
}

/* What is left of the screen's width by the columns before WHAT, of these lines. */
static size_t width_left(struct libscols_table *table)
{
	size_t used = 0, screen = wrap_screen(stdout);
	for (size_t i = 0; i < SUMMARY; i++) {
		struct libscols_column *column = scols_table_get_column(table, i);
		size_t widest = strlen(
		    scols_cell_get_data(scols_column_get_header(column)));
		if (scols_column_is_hidden(column))
			continue;
		for (size_t line = 0; line < scols_table_get_nlines(table); line++) {
			struct libscols_cell *cell = scols_line_get_cell(
			    scols_table_get_line(table, line), i);
			const char *text = scols_cell_get_data(cell);
			widest = text && strlen(text) > widest ? strlen(text) : widest;
		}
		used += widest + 1;
	}
	return used < screen ? screen - used : 0;
}

/* On a narrow screen some numbers are left to 'show' and --json, and WHAT takes several lines. */
static void fit(struct libscols_table *table)
{
	static const enum column spared[] = { NONZEROS,  BYTES,  NDCG10,
					      COLD_TOP1, PARENT, PARAMETERS };
	enum { LEAST = 24, MOST = 60 };
	struct libscols_column *what = scols_table_get_column(table, SUMMARY);
	for (size_t i = 0; i < sizeof(spared) / sizeof(*spared); i++)
		if (width_left(table) < (i < 2 ? MOST : LEAST))
			scols_column_set_flags(scols_table_get_column(table, spared[i]),
					       SCOLS_FL_HIDDEN);
	size_t left = width_left(table);
	for (size_t i = 0; i < scols_table_get_nlines(table); i++) {
		struct libscols_line *line = scols_table_get_line(table, i);
		char text[256];
		snprintf(text, sizeof(text), "%s",
			 scols_cell_get_data(scols_line_get_cell(line, SUMMARY)));
		wrap_break(text, left);
		scols_line_set_data(line, SUMMARY, text);
	}
	scols_column_set_flags(what, SCOLS_FL_WRAP);
	scols_column_set_safechars(what, "\n");
	scols_column_set_wrapfunc(what, scols_wrapnl_chunksize, scols_wrapnl_nextchunk,
				  NULL);
}

static int print_table(const struct state *states, size_t n, struct problem *why)
{
	static const struct {
		const char *name;
		int flags;
	} columns[N_COLUMNS] = { { "VARIANT", 0 },
				 { "FROM", 0 },
				 { "TYPE", 0 },
				 { "PARAMETERS", SCOLS_FL_RIGHT },
				 { "NON-ZERO", SCOLS_FL_RIGHT },
				 { "BYTES", SCOLS_FL_RIGHT },
				 { "TOP-1", SCOLS_FL_RIGHT },
				 { "NDCG@10", SCOLS_FL_RIGHT },
				 { "COLD", SCOLS_FL_RIGHT },
				 { "WHAT", 0 } };
	struct libscols_table *table = scols_new_table();
	int failed = table ? 0 : -1;
	for (size_t i = 0; !failed && i < N_COLUMNS; i++)
		failed = scols_table_new_column(table, columns[i].name, 0, columns[i].flags)
			     ? 0
			     : -1;
	for (size_t i = 0; !failed && i < n; i++) {
		struct libscols_line *line = scols_table_new_line(table, NULL);
		failed = line ? 0 : -1;
		if (line)
			fill_line(line, &states[i]);
	}
	if (!failed)
		fit(table);
	if (failed || scols_print_table(table) != 0 || putchar('\n') == EOF)
		failed = problem_what(why, "cannot print the table");
	scols_unref_table(table);
	return failed;
}

static void print_note(const char *name, const char *kind, const char *text)
{
	int used = printf(" %s: %s", name, kind);
	wrap_print(text, used > 0 ? (size_t)used : 0, 2, stdout);
}

/* Below the table: what variants do not save, and what this machine lacks. */
static void print_caveats(void)
{
	for (size_t i = 0; variants[i]; i++) {
		const struct variant *variant = variants[i];
		const char *lacking = variant->lacking ? variant->lacking() : NULL;
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
				   "parent", variant->parent, "type", variant->numbers,
				   "summary", variant->summary, "trained", weights != NULL);
	const char *lacking = variant->lacking ? variant->lacking() : NULL;
	json_object_set_new(object, "available", json_boolean(!lacking));
	if (lacking)
		json_object_set_new(object, "reason", json_string(lacking));
	if (variant->caveat)
		json_object_set_new(object, "caveat", json_string(variant->caveat));
	if (variant->level.name)
		json_object_set_new(object, "level", level_json(&variant->level));
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
	return failed ? problem_what(why, "cannot print the list") : 0;
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
	struct state states[32] = { 0 };
	size_t n = 0;
	for (; variants[n] && n < sizeof(states) / sizeof(states[0]); n++)
		look(variants[n], recipe, &states[n]);
	int failed = (json ? print_json : print_table)(states, n, why);
	if (!json && !failed)
		print_caveats();
	tell_trouble(states, n);
	for (size_t i = 0; i < n; i++)
		weights_free(states[i].weights);
	return failed;
}

struct options {
	struct recipe recipe;
	bool json;
};

static const struct option_row rows[] = {
	{ "json", 0, NULL, NULL, "print as a JSON object",
	  OPTION_FLAG(struct options, json) },
	{ OPTION_INCLUDE(recipe_rows, struct options, recipe) },
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
};

static int run(int argc, char **argv, struct problem *why)
{
	struct options options = { .recipe = recipe_default() };
	int first = options_parse(&table, argc, argv, &options, why);
	if (first <= 0)
		return first;
	if (first != argc)
		return options_operand_problem(&table, "options only", why);
	return list(&options.recipe, options.json, why);
}

const struct models_command command_list = {
	.name = "list",
	.summary = "the variants: size, quality, what is trained",
	.options = &table,
	.run = run,
};
