/* reports/export/firefox-stacks.c - see firefox-stacks.h.
 *
 * Source: firefox-devtools/profiler, src/types/profile.ts at version 57. */
#include <config.h>

#include "reports/export/firefox-stacks.h"

#include <math.h>

enum { CATEGORY_OTHER, CATEGORY_FUNCTION, CATEGORY_KERNEL };

json_t *firefox_categories(void)
{
	return json_pack("[{s:s, s:s, s:[s]}, {s:s, s:s, s:[s]}, {s:s, s:s, s:[s]}]",
			 "name", "Other", "color", "grey", "subcategories", "Other", "name",
			 "Function", "color", "yellow", "subcategories", "Other", "name",
			 "Kernel", "color", "orange", "subcategories", "Other");
}

static void set_empty_tables(json_t *thread)
{
	static const char *const stacks[] = { "frame", "prefix", NULL };
	static const char *const frames[] = {
		"address",      "inlineDepth",   "category", "subcategory", "func",
		"nativeSymbol", "innerWindowID", "line",     "column",      NULL
	};
	static const char *const functions[] = { "name",          "isJS",
						 "relevantForJS", "resource",
						 "fileName",      "lineNumber",
						 "columnNumber",  NULL };
	static const char *const resources[] = { "lib", "name", "host", "type", NULL };
	static const char *const symbols[] = { "libIndex", "address", "name",
					       "functionSize", NULL };
	json_object_set_new(thread, "stackTable", firefox_table(stacks));
	json_object_set_new(thread, "frameTable", firefox_table(frames));
	json_object_set_new(thread, "funcTable", firefox_table(functions));
	json_object_set_new(thread, "resourceTable", firefox_table(resources));
	json_object_set_new(thread, "nativeSymbols", firefox_table(symbols));
}

static json_int_t add_string(const struct firefox_place *place, const char *text)
{
	json_array_append_new(place->strings, firefox_text(place, text));
	return (json_int_t)json_array_size(place->strings) - 1;
}

static void add_cell(json_t *table, const char *column, json_t *value)
{
	json_array_append_new(json_object_get(table, column), value);
}

/* Rows so far; the table says so from now on. */
static json_int_t end_row(json_t *table, const char *column)
{
	json_int_t n = (json_int_t)json_array_size(json_object_get(table, column));
	json_object_set_new(table, "length", json_integer(n));
	return n;
}

static json_t *number_or_null(bool is_known, json_int_t number)
{
	return is_known ? json_integer(number) : json_null();
}

/* A function and a frame of it, which have the same number. */
static json_int_t add_frame(const struct firefox_place *place,
			    const struct export_frame *frame, int category, json_t *thread)
{
	json_t *functions = json_object_get(thread, "funcTable");
	json_t *frames = json_object_get(thread, "frameTable");
	json_int_t number = (json_int_t)json_array_size(json_object_get(functions, "name"));
	bool has_line = frame->file && frame->line > 0;
	add_cell(functions, "name", json_integer(add_string(place, frame->label)));
	add_cell(functions, "isJS", json_false());
	add_cell(functions, "relevantForJS", json_false());
	add_cell(functions, "resource", json_integer(-1));
	add_cell(
	    functions, "fileName",
	    number_or_null(frame->file, frame->file ? add_string(place, frame->file) : 0));
	add_cell(functions, "lineNumber", number_or_null(has_line, frame->line));
	add_cell(functions, "columnNumber", json_null());
	end_row(functions, "name");
	add_cell(frames, "address", json_integer(-1));
	add_cell(frames, "inlineDepth", json_integer(0));
	add_cell(frames, "category", json_integer(category));
	add_cell(frames, "subcategory", json_integer(0));
	add_cell(frames, "func", json_integer(number));
	add_cell(frames, "nativeSymbol", json_null());
	add_cell(frames, "innerWindowID", json_null());
	add_cell(frames, "line", number_or_null(has_line, frame->line));
	add_cell(frames, "column", json_null());
	end_row(frames, "func");
	return number;
}

static json_int_t add_stack(json_t *thread, json_int_t frame, json_t *prefix)
{
	json_t *stacks = json_object_get(thread, "stackTable");
	add_cell(stacks, "frame", json_integer(frame));
	add_cell(stacks, "prefix", prefix);
	return end_row(stacks, "frame") - 1;
}

/* Which nodes and frames of the trial's tree a thread has, and their rows: numbers from 1 on; 0: it has
 * none. */
struct rows_of_tree {
	size_t *stacks, *frames;
};

/* Those of n stacks and of all that called them, in the tree's order. */
static struct rows_of_tree add_tree(const struct firefox_place *place,
				    const struct export_tree *tree,
				    const struct export_stack *stacks, size_t n,
				    json_t *thread)
{
	enum { IS_WANTED = 1 };
	const struct rows_of_tree rows = {
		arena_room(place->arena, (tree->n_nodes + 1) * sizeof(size_t)),
		arena_room(place->arena, (tree->n_frames + 1) * sizeof(size_t))
	};
	for (size_t i = 0; i < n; i++)
		for (size_t at = stacks[i].node; at && !rows.stacks[at - 1];
		     at = tree->nodes[at - 1].caller)
			rows.stacks[at - 1] = IS_WANTED;
	for (size_t i = 0; i < tree->n_nodes; i++) {
		const struct export_node *node = &tree->nodes[i];
		const struct export_frame *frame = &tree->frames[node->frame];
		size_t *row = &rows.frames[node->frame];
		if (!rows.stacks[i])
			continue;
		if (!*row)
			*row = (size_t)add_frame(place, frame,
						 frame->is_kernel ? CATEGORY_KERNEL
								  : CATEGORY_FUNCTION,
						 thread) +
			       1;
		size_t caller = node->caller ? rows.stacks[node->caller - 1] : 0;
		rows.stacks[i] = (size_t)add_stack(
				     thread, (json_int_t)*row - 1,
				     number_or_null(caller > 0, (json_int_t)caller - 1)) +
				 1;
	}
	return rows;
}

/* stack -1: none. */
static void add_sample(json_t *samples, json_int_t stack, double ms, int64_t weight)
{
	add_cell(samples, "stack", number_or_null(stack >= 0, stack));
	add_cell(samples, "time", json_real(ms));
	add_cell(samples, "weight", json_integer(weight));
	end_row(samples, "stack");
}

void firefox_set_stacks(const struct firefox_place *place, const struct export_trial *trial,
			const struct export_stack *stacks, size_t n, json_t *thread)
{
	static const char *const columns[] = { "stack", "time", "weight", NULL };
	json_t *samples = firefox_table(columns);
	double begin = firefox_ms(place, trial, trial->begin_ns),
	       end = firefox_ms(place, trial, trial->end_ns), last = begin;
	json_object_set_new(samples, "weightType", json_string("samples"));
	json_object_set_new(thread, "samples", samples);
	set_empty_tables(thread);
	struct rows_of_tree rows = { 0 };
	if (n > 0)
		rows = add_tree(place, trial->tree, stacks, n, thread);
	else
		add_sample(samples, -1, begin, 0);
	for (size_t i = 0; i < n; i++) {
		size_t node = stacks[i].node;
		json_int_t stack = node ? (json_int_t)rows.stacks[node - 1] - 1 : -1;
		if (!node) {
			const struct export_frame frame = { .label = stacks[i].part };
			stack = add_stack(thread,
					  add_frame(place, &frame, CATEGORY_OTHER, thread),
					  json_null());
		}
		last = firefox_ms(place, trial, stacks[i].time_ns);
		add_sample(samples, stack, last, export_whole(stacks[i].microjoules));
	}
	add_sample(samples, -1, fmax(last, end), 0);
	if (n == 0)
		json_object_set_new(samples, "weight", json_null());
}
