/* models/data/data-file.c - see data-file.h. */
#include <config.h>

#include "models/data/data-file.h"

#include "base/problem.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

const char *const split_names[N_SPLITS] = { "train", "validation", "test" };

/* The line in hand. */
struct reader {
	const char *path;
	size_t line;
	struct problem *why;
};

#define EXPECTED(reader, ...)                                                       \
	(problem_what((reader)->why, "cannot use '%s' at line %zu", (reader)->path, \
		      (reader)->line),                                              \
	 problem_todo((reader)->why,                                                \
		      "'joulecart models data --json' prints the form of a line"),  \
	 problem_why((reader)->why, __VA_ARGS__))

/* A name out of a table; stride: how many strings from one entry to the next. */
struct names {
	const char *const *first;
	size_t n, stride;
};

static int get_name(struct reader *reader, const json_t *object, const char *key,
		    struct names names, uint8_t *value)
{
	const char *text = json_string_value(json_object_get(object, key));
	if (!text)
		return EXPECTED(reader, "expected a string \"%s\"", key);
	for (size_t i = 0; i < names.n; i++)
		if (strcmp(names.first[i * names.stride], text) == 0) {
			*value = (uint8_t)i;
			return 0;
		}
	return EXPECTED(reader, "\"%s\": expected one of '%s' to '%s', found '%.40s'", key,
			names.first[0], names.first[(names.n - 1) * names.stride], text);
}

static int get_number(struct reader *reader, const json_t *object, const char *key,
		      json_int_t most, bool must, json_int_t *value)
{
	const json_t *item = json_object_get(object, key);
	if (!item && !must)
		return 0;
	if (!json_is_integer(item) || json_integer_value(item) < 0 ||
	    json_integer_value(item) > most)
		return EXPECTED(reader,
				"expected \"%s\" to be a whole number from 0 to %lld", key,
				(long long)most);
	*value = json_integer_value(item);
	return 0;
}

static const struct names categories = { &grammar_categories[0][ENGLISH][0], N_CATEGORIES,
					 N_LANGUAGES *N_SYNONYMS };
static const struct names facets = { &grammar_facets[0][ENGLISH][0], N_FACETS,
				     N_LANGUAGES *N_SYNONYMS };
static const struct names skins = { grammar_skins, N_SKINS, 1 };

static int get_class(struct reader *reader, const json_t *object, struct query *query)
{
	json_int_t label = -1;
	uint8_t category, facet;
	if (get_number(reader, object, "class", N_CLASSES - 1, false, &label) < 0)
		return -1;
	if (label < 0 || json_object_get(object, "category")) {
		if (get_name(reader, object, "category", categories, &category) < 0 ||
		    get_name(reader, object, "facet", facets, &facet) < 0)
			return -1;
		if (label >= 0 && label != category * N_FACETS + facet)
			return EXPECTED(reader,
					"\"class\" is %d, but its category and facet are "
					"those of class %d",
					(int)label, category * N_FACETS + facet);
		label = category * N_FACETS + facet;
	}
	query->label = (uint8_t)label;
	if (get_number(reader, object, "taught", N_CLASSES - 1, false, &label) < 0)
		return -1;
	query->taught = (uint8_t)label;
	return 0;
}

static int get_shopper(struct reader *reader, const json_t *object, struct shopper *shopper)
{
	const struct names concerns = { grammar_concerns, N_CONCERNS, 1 };
	const struct names budgets = { grammar_budgets, N_BUDGETS, 1 };
	json_int_t age = 0, id = 0;
	const json_t *who = json_object_get(object, "shopper");
	if (!json_is_object(who))
		return EXPECTED(reader, "expected an object \"shopper\"");
	if (get_name(reader, who, "skin", skins, &shopper->skin) < 0 ||
	    get_name(reader, who, "concern", concerns, &shopper->concern) < 0 ||
	    get_name(reader, who, "budget", budgets, &shopper->budget) < 0 ||
	    get_name(reader, who, "last_category", categories, &shopper->past_category) <
		0 ||
	    get_name(reader, who, "last_facet", facets, &shopper->past_facet) < 0 ||
	    get_name(reader, who, "older_category", categories, &shopper->older_category) <
		0 ||
	    get_number(reader, who, "age_band", N_AGES - 1, true, &age) < 0 ||
	    get_number(reader, who, "id", UINT32_MAX, false, &id) < 0)
		return -1;
	shopper->age = (uint8_t)age;
	shopper->id = (uint32_t)id;
	return 0;
}

static int get_wants(struct reader *reader, const json_t *object, struct query *query)
{
	const struct names prices = { &grammar_prices[0][ENGLISH], N_PRICES, N_LANGUAGES };
	const struct names ingredients = { &grammar_ingredients[0][ENGLISH], N_INGREDIENTS,
					   N_LANGUAGES };
	const struct names finishes = { &grammar_finishes[0][ENGLISH], N_FINISHES,
					N_LANGUAGES };
	const json_t *wants = json_object_get(object, "wants");
	uint8_t *into = query->wants;
	wants_of_profile(&query->shopper, query->label % N_FACETS, into);
	if (!wants)
		return 0;
	if (!json_is_object(wants))
		return EXPECTED(reader, "expected \"wants\" to be an object");
	return get_name(reader, wants, "price", prices, &into[WANT_PRICE]) < 0 ||
		       get_name(reader, wants, "skin", skins, &into[WANT_SKIN]) < 0 ||
		       get_name(reader, wants, "ingredient", ingredients,
				&into[WANT_INGREDIENT]) < 0 ||
		       get_name(reader, wants, "finish", finishes, &into[WANT_FINISH]) < 0
		   ? -1
		   : 0;
}

static int get_text(struct reader *reader, const json_t *object, struct query *query)
{
	const char *text = json_string_value(json_object_get(object, "text"));
	size_t length = text ? strlen(text) : 0;
	if (length == 0 || length >= QUERY_SIZE)
		return EXPECTED(reader, "expected \"text\" to be a string of 1 to %d bytes",
				QUERY_SIZE - 1);
	memcpy(query->text, text, length + 1);
	return 0;
}

/* cold becomes -1 where the line does not say. */
static int get_query(struct reader *reader, const json_t *object, struct query *query,
		     enum split *split, int *cold)
{
	const struct names splits = { split_names, N_SPLITS, 1 };
	const json_t *is_cold = json_object_get(object, "cold");
	json_int_t template_id = 0;
	uint8_t which;
	if (get_name(reader, object, "split", splits, &which) < 0 ||
	    get_text(reader, object, query) < 0 || get_class(reader, object, query) < 0 ||
	    get_shopper(reader, object, &query->shopper) < 0 ||
	    get_wants(reader, object, query) < 0 ||
	    get_number(reader, object, "template", UINT16_MAX, false, &template_id) < 0)
		return -1;
	if (is_cold && !json_is_boolean(is_cold))
		return EXPECTED(reader, "expected \"cold\" to be true or false");
	query->template_id = (uint16_t)template_id;
	*split = which;
	*cold = is_cold ? json_is_true(is_cold) : -1;
	return 0;
}

/* What the whole file says. */
struct content {
	struct dataset *data; /* of the wanted split */
	signed char *cold;    /* per query: 1, 0, or -1: not said */
	size_t room, most;
	enum split split;
	size_t taught[N_CLASSES]; /* training queries of each class */
};

static int keep(struct reader *reader, struct content *content, const struct query *query,
		int cold)
{
	struct dataset *data = content->data;
	if (data->n == content->room) {
		size_t room = content->room ? 2 * content->room : 1024;
		struct query *queries = reallocarray(data->queries, room, sizeof(*queries));
		if (queries)
			data->queries = queries;
		signed char *marks = queries ? realloc(content->cold, room) : NULL;
		if (!marks)
			return problem_what(reader->why, "cannot read '%s': out of memory",
					    reader->path);
		content->cold = marks;
		content->room = room;
	}
	content->cold[data->n] = (signed char)cold;
	data->queries[data->n++] = *query;
	return 0;
}

static int read_line(struct reader *reader, const char *line, size_t length,
		     struct content *content)
{
	struct query query = { .label = 0 };
	enum split split = SPLIT_TRAIN;
	int cold = -1;
	json_error_t error;
	json_t *object = json_loadb(line, length, JSON_REJECT_DUPLICATES, &error);
	if (!object)
		return EXPECTED(reader, "expected a JSON object: %s at column %d",
				error.text, error.column);
	int failed = get_query(reader, object, &query, &split, &cold);
	json_decref(object);
	if (failed)
		return -1;
	content->taught[query.taught] += split == SPLIT_TRAIN;
	if (split != content->split || content->data->n == content->most)
		return 0;
	return keep(reader, content, &query, cold);
}

/* Classes that training hardly sees, where the file does not say which are cold. */
static void mark_cold(struct content *content)
{
	size_t all = 0;
	for (size_t label = 0; label < N_CLASSES; label++)
		all += content->taught[label];
	for (size_t i = 0; i < content->data->n; i++) {
		struct query *query = &content->data->queries[i];
		query->cold = content->cold[i] < 0
				  ? content->taught[query->label] * 10 * N_CLASSES < all
				  : content->cold[i];
	}
}

static int read_lines(FILE *file, struct reader *reader, struct content *content)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t length;
	int failed = 0;
	while (!failed && (length = getline(&line, &size, file)) >= 0) {
		reader->line++;
		if ((size_t)length > strspn(line, " \t\r\n"))
			failed = read_line(reader, line, (size_t)length, content);
	}
	free(line);
	if (failed || !ferror(file))
		return failed;
	problem_what(reader->why, "cannot read '%s'", reader->path);
	return problem_errno(reader->why, errno);
}

static FILE *open_file(const char *path, struct problem *why)
{
	FILE *file = fopen(path, "re");
	if (!file) {
		int err = errno;
		problem_what(why, "cannot read '%s'", path);
		problem_errno(why, err);
	}
	return file;
}

static int read_queries(const char *path, enum split split, size_t n, struct dataset *data,
			struct problem *why)
{
	struct reader reader = { .path = path, .why = why };
	struct content content = { .data = data, .most = n, .split = split };
	*data = (struct dataset){ 0 };
	FILE *file = open_file(path, why);
	if (!file)
		return -1;
	int failed = read_lines(file, &reader, &content);
	fclose(file);
	if (!failed && data->n == 0) {
		problem_what(why, "cannot use '%s'", path);
		failed = problem_refuse(why,
					"a file without splits serves every one; 'man "
					"joulecart-models' has its form",
					"none of its %zu lines is of the split '%s'",
					reader.line, split_names[split]);
	}
	if (!failed)
		mark_cold(&content);
	else
		dataset_free(data);
	free(content.cold);
	return failed;
}

int source_file(struct source *source, const char *path, struct problem *why)
{
	unsigned char block[65536];
	size_t n;
	uLong crc = crc32(0, NULL, 0);
	FILE *file = open_file(path, why);
	if (!file)
		return -1;
	while ((n = fread(block, 1, sizeof(block), file)) > 0)
		crc = crc32_z(crc, block, n);
	int err = ferror(file) ? errno : 0;
	fclose(file);
	source->path = path;
	source->crc32 = (uint32_t)crc;
	if (!err)
		return 0;
	problem_what(why, "cannot read '%s'", path);
	return problem_errno(why, err);
}

int source_queries(const struct source *source, uint64_t seed, enum split split, size_t n,
		   struct dataset *data, struct problem *why)
{
	bool is_mirror = source->task == TASK_MIRROR;
	if (source->path && is_mirror) {
		problem_what(why, "cannot use '%s'", source->path);
		why->kind = PROBLEM_USAGE;
		return problem_refuse(
		    why, "leave --data out, or --task",
		    "pictures of faces are generated, and read from no file");
	}
	if (source->path)
		return read_queries(source->path, split, n, data, why);
	if ((is_mirror ? mirror_make : dataset_make)(data, seed, split, n) == 0)
		return 0;
	return problem_what(why, "cannot make the %s queries: out of memory",
			    split_names[split]);
}

/* Leaves at most so many queries of each cold class, and none of others. */
static void keep_shots(struct dataset *data, size_t per_class)
{
	size_t counts[N_CLASSES] = { 0 }, kept = 0;
	for (size_t i = 0; i < data->n; i++)
		if (data->queries[i].cold && counts[data->queries[i].label]++ < per_class)
			data->queries[kept++] = data->queries[i];
	data->n = kept;
}

int source_shots(const struct source *source, uint64_t seed, size_t per_class,
		 struct dataset *data, struct problem *why)
{
	if (!source->path) {
		if (dataset_make_shots(data, seed, per_class) == 0)
			return 0;
		return problem_what(why, "cannot make the training queries: out of memory");
	}
	if (read_queries(source->path, SPLIT_TRAIN, SIZE_MAX, data, why) < 0)
		return -1;
	keep_shots(data, per_class);
	if (data->n > 0)
		return 0;
	dataset_free(data);
	problem_what(why, "cannot use '%s'", source->path);
	return problem_refuse(why, "leave --data out, or add lines of those classes",
			      "it has no training queries of cold-start classes");
}
