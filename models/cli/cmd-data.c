/* models/cli/cmd-data.c - joulecart models data: samples of the queries or pictures, and statistics. */
#include <config.h>

#include "base/problem.h"
#include "base/wrap.h"
#include "models/cli/command.h"
#include "models/cli/options.h"
#include "models/data/data-file.h"
#include "models/data/features.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

static const char *category_of(unsigned label)
{
	return grammar_categories[label / N_FACETS][ENGLISH][0];
}

static const char *facet_of(unsigned label)
{
	return grammar_facets[label % N_FACETS][ENGLISH][0];
}

static int print_json_line(const struct query *query, enum split split)
{
	const struct shopper *who = &query->shopper;
	json_t *object = json_pack(
	    "{s:s, s:s, s:i, s:s, s:s, s:i, s:i, s:b, s:{s:s, s:s, s:s, s:s}, s:{s:i, s:s, "
	    "s:s, s:s, s:i, s:s, s:s, s:s}}",
	    "split", split_names[split], "text", query->text, "class", (int)query->label,
	    "category", category_of(query->label), "facet", facet_of(query->label),
	    "taught", (int)query->taught, "template", (int)query->template_id, "cold",
	    query->cold, "wants", "price",
	    grammar_prices[query->wants[WANT_PRICE]][ENGLISH], "skin",
	    grammar_skins[query->wants[WANT_SKIN]], "ingredient",
	    grammar_ingredients[query->wants[WANT_INGREDIENT]][ENGLISH], "finish",
	    grammar_finishes[query->wants[WANT_FINISH]][ENGLISH], "shopper", "id",
	    (int)who->id, "skin", grammar_skins[who->skin], "concern",
	    grammar_concerns[who->concern], "budget", grammar_budgets[who->budget],
	    "age_band", (int)who->age, "last_category",
	    grammar_categories[who->past_category][ENGLISH][0], "last_facet",
	    grammar_facets[who->past_facet][ENGLISH][0], "older_category",
	    grammar_categories[who->older_category][ENGLISH][0]);
	int failed = json_dumpf(object, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(object);
	return failed;
}

/* Its bytes as hexadecimal digits; for json_decref(). */
static json_t *pixels_json(const uint8_t *picture)
{
	static const char digits[] = "0123456789abcdef";
	char text[2 * PICTURE_BYTES];
	for (size_t i = 0; i < PICTURE_BYTES; i++) {
		text[2 * i] = digits[picture[i] >> 4];
		text[2 * i + 1] = digits[picture[i] & 15];
	}
	return json_stringn(text, sizeof(text));
}

static int print_face_line(const struct query *query, enum split split)
{
	const struct face *face = &query->face;
	json_t *object = json_pack(
	    "{s:s, s:i, s:s, s:s, s:s, s:i, s:i, s:s, s:s, s:s, s:s, s:o}", "split",
	    split_names[split], "person", (int)query->shopper.id, "tone",
	    face_tones[face->tone], "type", grammar_skins[face->type], "concern",
	    grammar_concerns[face->concern], "class", (int)query->label, "taught",
	    (int)query->taught, "light", face_lights[face->light], "sensed_light",
	    face_lights[face->sensed], "pose", face_poses[face->pose], "makeup",
	    face_makeups[face->makeup], "pixels", pixels_json(query->picture));
	int failed = json_dumpf(object, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(object);
	return failed;
}

static void print_face(const struct face *face)
{
	wrap_say(stdout, 2, 4, "tone %s, %s, %s (light %s, sensed as %s; %s; make-up: %s)",
		 face_tones[face->tone], grammar_skins[face->type],
		 grammar_concerns[face->concern], face_lights[face->light],
		 face_lights[face->sensed], face_poses[face->pose],
		 face_makeups[face->makeup]);
}

static void print_sample(const struct query *query)
{
	const struct shopper *who = &query->shopper;
	wrap_say(stdout, 2, 4, "%s", query->text);
	wrap_say(stdout, 4, 7, "-> %s, %s: %s price, %s, %s finish",
		 category_of(query->label), facet_of(query->label),
		 grammar_prices[query->wants[WANT_PRICE]][ENGLISH],
		 grammar_ingredients[query->wants[WANT_INGREDIENT]][ENGLISH],
		 grammar_finishes[query->wants[WANT_FINISH]][ENGLISH]);
	wrap_say(stdout, 7, 8, "(%s skin, %s, %s budget; last bought %s, %s)",
		 grammar_skins[who->skin], grammar_concerns[who->concern],
		 grammar_budgets[who->budget],
		 grammar_categories[who->past_category][ENGLISH][0],
		 grammar_facets[who->past_facet][ENGLISH][0]);
}

/* How many bits are set. */
static size_t count_set(const unsigned char *bits, size_t n)
{
	size_t set = 0;
	for (size_t i = 0; i < n; i++)
		set += (size_t)__builtin_popcount(bits[i]);
	return set;
}

static size_t count_people(const struct dataset *data)
{
	unsigned char seen[N_SHOPPERS / 8 + 1] = { 0 };
	for (size_t i = 0; i < data->n; i++)
		seen[data->queries[i].shopper.id / 8] |=
		    (unsigned char)(1 << data->queries[i].shopper.id % 8);
	return count_set(seen, sizeof(seen));
}

static void print_face_statistics(const struct dataset *data, enum split split)
{
	size_t wrong = 0, misread = 0;
	for (size_t i = 0; i < data->n; i++) {
		const struct query *query = &data->queries[i];
		wrong += query->taught != query->label;
		misread += query->face.sensed != query->face.light;
	}
	double n = (double)data->n / 100.0;
	wrap_say(stdout, 0, 12,
		 "%-11s %6zu pictures of %zu people, %d x %d pixels; %.1f %% mislabelled; "
		 "the light sensor is wrong of %.1f %%",
		 split_names[split], data->n, count_people(data), PICTURE_SIDE,
		 PICTURE_SIDE, (double)wrong / n, (double)misread / n);
}

static size_t count_templates(const struct dataset *data)
{
	unsigned char seen[(UINT16_MAX + 1) / 8] = { 0 };
	for (size_t i = 0; i < data->n; i++)
		seen[data->queries[i].template_id / 8] |=
		    (unsigned char)(1 << data->queries[i].template_id % 8);
	return count_set(seen, sizeof(seen));
}

static void print_statistics(const struct dataset *data, enum split split)
{
	size_t positions = 0, wrong = 0, cold = 0, full = 0, classes = 0;
	size_t counts[N_CLASSES] = { 0 };
	for (size_t i = 0; i < data->n; i++) {
		const struct query *query = &data->queries[i];
		struct features features;
		features_of(query, 8192, &features);
		positions += features.n_positions;
		full += features.n_positions == FEATURE_LENGTH;
		wrong += query->taught != query->label;
		cold += query->cold;
		classes += counts[query->label]++ == 0;
	}
	double n = (double)data->n / 100.0;
	wrap_say(stdout, 0, 12,
		 "%-11s %6zu queries of %zu classes and %zu templates; %.1f tokens on "
		 "average, %.1f %% at the limit of %d; %.1f %% mislabelled; %.1f "
		 "%% of cold-start classes",
		 split_names[split], data->n, classes, count_templates(data),
		 (double)positions / (double)data->n, (double)full / n, FEATURE_LENGTH,
		 (double)wrong / n, (double)cold / n);
}

/* What to show of each split. */
struct view {
	struct recipe recipe; /* its seed and source */
	int64_t samples;
	bool json;
};

static const struct option_row rows[] = {
	{ "n", 0, "N", "3", "print N queries of each split",
	  OPTION_COUNT(struct view, samples, 1, 1e6) },
	{ "json", 0, NULL, NULL, "print as JSON lines, without statistics",
	  OPTION_FLAG(struct view, json) },
	{ OPTION_INCLUDE(query_rows, struct view, recipe) },
	{ 0 },
};

static const struct option_table table = {
	.command = "models data",
	.usage = "Usage: joulecart models data [OPTION]...\n"
		 "Print queries of each split as the models see them, with the shopper's "
		 "profile\nand the correct product class; or with --task mirror what the "
		 "pictures show.\n"
		 "\n"
		 "  joulecart models data\n"
		 "  joulecart models data --n 1000 --json >queries.jsonl\n",
	.rows = rows,
	.takes_no_operand = true,
};

static int show_split(const struct dataset *data, enum split split, const struct view *view,
		      struct problem *why)
{
	bool is_mirror = view->recipe.source.task == TASK_MIRROR;
	if (!view->json)
		(is_mirror ? print_face_statistics : print_statistics)(data, split);
	for (size_t i = 0; i < (size_t)view->samples && i < data->n; i++) {
		const struct query *query = &data->queries[i];
		if (!view->json && is_mirror)
			print_face(&query->face);
		else if (!view->json)
			print_sample(query);
		else if ((is_mirror ? print_face_line : print_json_line)(query, split) !=
			 0) {
			problem_what(why, "cannot print the queries");
			return problem_errno(why, errno);
		}
	}
	return 0;
}

static int show(const struct view *view, struct problem *why)
{
	const struct recipe *recipe = &view->recipe;
	/* Pictures take a while to draw. */
	const size_t n_counted = recipe->source.task == TASK_MIRROR ? 1000 : 6000;
	const size_t n_shown = (size_t)view->samples;
	for (enum split split = 0; split < N_SPLITS; split++) {
		struct dataset data;
		size_t n = view->json || n_shown > n_counted ? n_shown : n_counted;
		if (source_queries(&recipe->source, recipe->seed, split, n, &data, why) < 0)
			return -1;
		int failed = show_split(&data, split, view, why);
		dataset_free(&data);
		if (failed)
			return -1;
	}
	return 0;
}

static int run(int argc, char **argv, struct problem *why)
{
	struct view view = { .recipe = recipe_default() };
	int first = options_parse(&table, argc, argv, &view, why);
	if (first <= 0)
		return first;
	return show(&view, why);
}

const struct models_command command_data = {
	.name = "data",
	.summary = "samples of the queries, and statistics",
	.options = &table,
	.run = run,
};
