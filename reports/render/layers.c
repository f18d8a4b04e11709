/* reports/render/layers.c - see layers.h. */
#include <config.h>

#include "reports/render/layers.h"

#include "reports/figure/column-text.h"
#include "reports/figure/format.h"
#include "reports/figure/rows.h"
#include "reports/render/marked-report.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

/* One region of one variant. */
struct layer {
	int64_t campaign_id, ordinal, n_trials;
	const char *variant, *job;
	const char *name; /* NULL: outside of every region, or idle (ordinal -1) */
	bool has_queries, is_separate, is_own;
	double queries, n, cpu_s, split_j, share, flop, weight_bytes;
	double least, most; /* J per query, of its trials; NAN: not known */
	struct figure watts;
	struct figure joules; /* per query; without queries of all */
	const char *base;     /* the variant that it is compared with, or NULL */
};

static const char rows_sql[] =
    "SELECT l.campaign_id, l.ordinal, l.n_trials, l.variant, l.job, l.region, l.queries,"
    " l.is_separate, l.n, l.cpu_s, l.split_j, l.share, l.flop, l.weight_bytes,"
    " l.least_per_query, l.most_per_query,"
    " iif(l.queries IS NULL, iif(l.reason IS NULL, l.split_j, NULL), l.joules_per_query),"
    " coalesce(l.low_per_query, l.low_j), coalesce(l.high_per_query, l.high_j),"
    " l.provenance, l.reason,"
    " max(iif(l.variant = coalesce(c.baseline, 'teacher'), l.variant, NULL))"
    "  OVER (PARTITION BY l.campaign_id, l.job),"
    " l.is_own, l.watts, l.watts_low, l.watts_high"
    " FROM v_layer l JOIN campaign c ON c.campaign_id = l.campaign_id"
    " WHERE ?1 IN (0, l.campaign_id)"
    " ORDER BY l.campaign_id, (SELECT min(t.trial_id) FROM trial t"
    "  WHERE t.campaign_id = l.campaign_id AND t.variant = l.variant AND t.job = l.job),"
    " l.ordinal < 1, abs(l.ordinal)";

static struct figure joules_of(sqlite3_stmt *row, const struct list_reading *reading)
{
	struct figure figure = figure_unknown(text_of(row, 20, reading));
	figure.provenance = provenance_of_word(text_of(row, 19, reading));
	if (sqlite3_column_type(row, 16) == SQLITE_NULL)
		return figure;
	figure.is_known = true;
	figure.value = sqlite3_column_double(row, 16);
	figure.has_interval = sqlite3_column_type(row, 18) != SQLITE_NULL;
	figure.low = sqlite3_column_double(row, 17);
	figure.high = sqlite3_column_double(row, 18);
	return figure;
}

static struct figure watts_of(sqlite3_stmt *row)
{
	return (struct figure){ .is_known = sqlite3_column_type(row, 23) != SQLITE_NULL,
				.value = sqlite3_column_double(row, 23),
				.has_interval = sqlite3_column_type(row, 25) != SQLITE_NULL,
				.low = sqlite3_column_double(row, 24),
				.high = sqlite3_column_double(row, 25) };
}

static void take_layer(sqlite3_stmt *row, const struct list_reading *reading)
{
	const struct layer layer = {
		.campaign_id = sqlite3_column_int64(row, 0),
		.ordinal = sqlite3_column_int64(row, 1),
		.n_trials = sqlite3_column_int64(row, 2),
		.variant = word_of(row, 3, reading),
		.job = word_of(row, 4, reading),
		.name = text_of(row, 5, reading),
		.has_queries = sqlite3_column_type(row, 6) != SQLITE_NULL,
		.queries = sqlite3_column_double(row, 6),
		.is_separate = sqlite3_column_int(row, 7) != 0,
		.n = sqlite3_column_double(row, 8),
		.cpu_s = sqlite3_column_double(row, 9),
		.split_j = sqlite3_column_double(row, 10),
		.share = real_or(row, 11, NAN),
		.flop = real_or(row, 12, NAN),
		.weight_bytes = real_or(row, 13, NAN),
		.least = real_or(row, 14, NAN),
		.most = real_or(row, 15, NAN),
		.joules = joules_of(row, reading),
		.base = text_of(row, 21, reading),
		.is_own = sqlite3_column_int(row, 22) != 0,
		.watts = watts_of(row),
	};
	arena_append(reading->arena, &layer, sizeof(layer));
}

/* The layers of one variant and job: n in a row. */
struct group {
	const struct layer *layers;
	size_t n;
};

static bool is_same_group(const struct layer *a, const struct layer *b)
{
	return a->campaign_id == b->campaign_id && strcmp(a->variant, b->variant) == 0 &&
	       strcmp(a->job, b->job) == 0;
}

static struct group group_at(const struct layer *layers, size_t at, size_t n)
{
	struct group group = { layers + at, 1 };
	while (at + group.n < n && is_same_group(group.layers, &group.layers[group.n]))
		group.n++;
	return group;
}

/* Where the table of one variant is being written. */
struct view {
	const struct glyphs *glyphs;
	struct arena *arena;
	const struct marked_page *page;
	struct scale joules;
};

/* Three digits with their own prefix. */
static const char *rate(double value, const char *unit, const struct view *view)
{
	static const struct {
		double factor;
		const char *prefix;
	} steps[] = { { 1e12, "T" }, { 1e9, "G" }, { 1e6, "M" },
		      { 1e3, "k" },  { 1, "" },    { 1e-3, "m" } };
	size_t i = 0, n = sizeof(steps) / sizeof(steps[0]);
	if (!isfinite(value) || value <= 0)
		return view->glyphs->missing;
	while (i < n && value < steps[i].factor)
		i++;
	double factor = i < n ? steps[i].factor : 1e-6;
	return arena_format(view->arena, "%s %s%s",
			    format_digits(value / factor, 3, view->arena),
			    i < n ? steps[i].prefix : view->glyphs->micro, unit);
}

static const char *name_of(const struct layer *layer, const struct view *view)
{
	if (layer->name)
		return shown_text(layer->name, view->arena);
	return layer->ordinal < 0 ? "(idle)" : "(outside)";
}

/* The table's columns. */
enum { N_CELLS = 9 };

static void cells_of(const struct layer *layer, const struct view *view,
		     const char *cells[N_CELLS])
{
	double queries = layer->has_queries ? layer->queries : 1;
	cells[0] = name_of(layer, view);
	cells[1] = format_value(layer->joules, view->joules, view->glyphs, view->arena);
	cells[2] = format_interval(layer->joules, view->joules, view->arena);
	cells[3] = isnan(layer->share)
		       ? view->glyphs->missing
		       : arena_format(view->arena, "%s %%",
				      format_share(layer->share, 1, view->arena));
	cells[4] = rate(layer->cpu_s / queries, "s", view);
	cells[5] = layer->name ? format_digits(layer->n / queries, 3, view->arena)
			       : view->glyphs->missing;
	cells[6] = rate(layer->flop / queries, "FLOP", view);
	cells[7] = rate(layer->weight_bytes / queries, "B", view);
	cells[8] = rate(layer->joules.is_known ? layer->flop / layer->split_j : NAN,
			"FLOP/J", view);
}

static int print_table(const struct group *group, const struct view *view)
{
	const char *const headers[N_CELLS] = {
		"layer",    arena_format(view->arena, "%sJ", view->joules.prefix),
		"interval", "share",
		"CPU",      "passages",
		"FLOP",     "weights",
		"per joule"
	};
	/* what the other forms have as well */
	static const bool is_spared[N_CELLS] = { [5] = true, [6] = true, [7] = true };
	const char **cells = arena_room(view->arena, group->n * N_CELLS * sizeof(*cells));
	for (size_t i = 0; i < group->n; i++)
		cells_of(&group->layers[i], view, cells + i * N_CELLS);
	const struct marked_table table = { headers, is_spared, cells, N_CELLS, group->n };
	return marked_table_print(&table, view->page);
}

static void print_head(const struct group *group, const struct view *view)
{
	const struct layer *first = group->layers;
	const struct figure total = { .is_known = true,
				      .provenance = first->joules.provenance };
	const char *rest = arena_format(
	    view->arena, "campaign %lld: %lld trial%s%s; %s", (long long)first->campaign_id,
	    (long long)first->n_trials, first->n_trials == 1 ? "" : "s",
	    first->has_queries
		? arena_format(
		      view->arena,
		      ", %s queries; all but share and FLOP per joule is per query",
		      format_digits(first->queries, 7, view->arena))
		: "",
	    format_provenance(total));
	marked_head_print(first->variant, first->job, rest, view->page);
}

static const char *join(const char *list, const char *item, const struct view *view)
{
	return *list ? arena_format(view->arena, "%s, %s", list, item) : item;
}

static void print_refused(const struct group *group, const struct view *view)
{
	const char *names = "", *reason = NULL;
	for (size_t i = 0; i < group->n; i++) {
		const struct layer *layer = &group->layers[i];
		if (layer->joules.is_known || !layer->joules.reason)
			continue;
		names = join(names, name_of(layer, view), view);
		reason = reason ? reason : layer->joules.reason;
	}
	if (reason)
		marked_note_print(
		    view->page,
		    arena_format(view->arena,
				 "No figure for %s (of the first: %s). Serve more "
				 "queries, or larger batches.",
				 names, reason));
}

/* "f 29.9 W (29.2 to 30.6)". */
static const char *watts_text(const struct layer *layer, const struct view *view)
{
	const struct scale watts = scale_plain(&layer->watts, 1);
	return arena_format(view->arena, "%s %s W (%s)", name_of(layer, view),
			    format_value(layer->watts, watts, view->glyphs, view->arena),
			    format_interval(layer->watts, watts, view->arena));
}

static void print_own(const struct group *group, const struct view *view)
{
	const char *list = "";
	for (size_t i = 0; i < group->n; i++) {
		const struct layer *layer = &group->layers[i];
		if (layer->name && layer->is_own && layer->watts.is_known)
			list = join(list, watts_text(layer, view), view);
	}
	if (*list)
		marked_note_print(
		    view->page,
		    arena_format(view->arena,
				 "Told apart by how the power changed with what ran, "
				 "each with the power of its own: %s.",
				 list));
}

/* Those that the data do not tell from their neighbours, and what they all have. */
static void print_mean(const struct group *group, const struct view *view)
{
	double joules = 0, seconds = 0;
	for (size_t i = 0; i < group->n; i++) {
		const struct layer *layer = &group->layers[i];
		if (!layer->name || !layer->joules.is_known || layer->is_separate ||
		    layer->is_own)
			continue;
		joules += layer->split_j;
		seconds += layer->cpu_s;
	}
	if (seconds > 0)
		marked_note_print(
		    view->page,
		    arena_format(
			view->arena,
			"Where the interval begins below half of the figure, the regions "
			"take turns faster than the sensors tell apart: such a region has "
			"the mean power of all that ran so, %s W, and its joules follow "
			"its "
			"CPU time.",
			format_digits(joules / seconds, 3, view->arena)));
}

static void print_notes(const struct group *group, const struct view *view)
{
	print_refused(group, view);
	print_own(group, view);
	print_mean(group, view);
}

static const struct layer *find_in(const struct layer *layers, size_t n,
				   const struct layer *like)
{
	for (size_t i = 0; i < n; i++)
		if (layers[i].campaign_id == like->campaign_id &&
		    strcmp(layers[i].job, like->job) == 0 && like->base &&
		    strcmp(layers[i].variant, like->base) == 0 && layers[i].name &&
		    like->name && strcmp(layers[i].name, like->name) == 0)
			return &layers[i];
	return NULL;
}

enum verdict { SAVED, COST_MORE, UNDECIDED, N_VERDICTS };

/* In every trial, or not at all: the trials' own spread decides. */
static enum verdict verdict_on(const struct layer *layer, const struct layer *base)
{
	if (layer->most < base->least)
		return SAVED;
	return layer->least > base->most ? COST_MORE : UNDECIDED;
}

/* What the variant did to each layer that it shares with the baseline. */
static void print_changes(const struct group *group, const struct layer *all, size_t n,
			  const struct view *view)
{
	static const char *const words[N_VERDICTS] = {
		[SAVED] = "In every trial less",
		[COST_MORE] = "In every trial more",
		[UNDECIDED] = "In some trials more, in some less",
	};
	const char *lists[N_VERDICTS] = { "", "", "" };
	const char *base_name = group->layers[0].base;
	if (!base_name || strcmp(base_name, group->layers[0].variant) == 0)
		return;
	for (size_t i = 0; i < group->n; i++) {
		const struct layer *layer = &group->layers[i];
		const struct layer *base = find_in(all, n, layer);
		if (!base || !layer->joules.is_known || !base->joules.is_known)
			continue;
		struct figure ratio = { .is_known = true,
					.value = layer->joules.value / base->joules.value };
		enum verdict verdict = verdict_on(layer, base);
		const char *item = arena_format(
		    view->arena, "%s %s", shown_text(layer->name, view->arena),
		    format_change(ratio, view->glyphs, view->arena));
		lists[verdict] = join(lists[verdict], item, view);
	}
	for (int i = 0; i < N_VERDICTS; i++)
		if (*lists[i])
			marked_note_print(
			    view->page,
			    arena_format(view->arena, "%s than %s: %s.", words[i],
					 shown_text(base_name, view->arena), lists[i]));
}

/* As text or Markdown. */
static int print_groups(const void *items, size_t n, const struct marked_page *page)
{
	const struct layer *layers = items;
	struct view view = { .glyphs = page->glyphs, .arena = page->arena, .page = page };
	struct arena *arena = view.arena;
	for (size_t at = 0; at < n;) {
		struct group group = group_at(layers, at, n);
		struct figure *figures = arena_room(arena, group.n * sizeof(*figures));
		for (size_t i = 0; i < group.n; i++)
			figures[i] = group.layers[i].joules;
		view.joules = scale_of(figures, group.n, view.glyphs);
		if (at > 0)
			fputc('\n', page->out);
		print_head(&group, &view);
		if (print_table(&group, &view) != 0)
			return -1;
		print_changes(&group, layers, n, &view);
		print_notes(&group, &view);
		at += group.n;
	}
	return 0;
}

/* For programs the view as it is. */
static const struct marked_report report = {
	.what = "cannot show the joules of layers",
	.schema = "joulecart-layers-1",
	.program_sql = "SELECT * FROM v_layer WHERE ?1 IN (0, campaign_id)",
	.people_sql = rows_sql,
	.take = take_layer,
	.item_size = sizeof(struct layer),
	.print = print_groups,
	.lack = "no trial in it has marked regions",
	.todo = "mark them ('man 7 joulecart', joulecart_region_begin), or "
		"run 'joulecart bench --layers'",
};

int layers_print(sqlite3 *db, int64_t campaign_id, const char *format, FILE *out,
		 struct problem *why)
{
	return marked_report_print(&report, db, campaign_id, format, out, why);
}
