/* reports/render/layers.c - see layers.h. */
#include <config.h>

#include "reports/render/layers.h"

#include "reports/figure/column-text.h"
#include "reports/figure/format.h"
#include "reports/figure/layer-rows.h"
#include "reports/render/marked-report.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

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

static const char *name_of(const struct layer_row *layer, const struct view *view)
{
	if (layer->name)
		return shown_text(layer->name, view->arena);
	return layer->ordinal < 0 ? "(idle)" : "(outside)";
}

/* The table's columns. */
enum { N_CELLS = 9 };

static void cells_of(const struct layer_row *layer, const struct view *view,
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

static int print_table(const struct layer_group *group, const struct view *view)
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

static void print_head(const struct layer_group *group, const struct view *view)
{
	const struct layer_row *first = group->layers;
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

static void print_refused(const struct layer_group *group, const struct view *view)
{
	const char *names = "", *reason = NULL;
	for (size_t i = 0; i < group->n; i++) {
		const struct layer_row *layer = &group->layers[i];
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
static const char *watts_text(const struct layer_row *layer, const struct view *view)
{
	const struct scale watts = scale_plain(&layer->watts, 1);
	return arena_format(view->arena, "%s %s W (%s)", name_of(layer, view),
			    format_value(layer->watts, watts, view->glyphs, view->arena),
			    format_interval(layer->watts, watts, view->arena));
}

static void print_own(const struct layer_group *group, const struct view *view)
{
	const char *list = "";
	for (size_t i = 0; i < group->n; i++) {
		const struct layer_row *layer = &group->layers[i];
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
static void print_mean(const struct layer_group *group, const struct view *view)
{
	double joules = 0, seconds = 0;
	for (size_t i = 0; i < group->n; i++) {
		const struct layer_row *layer = &group->layers[i];
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

static void print_notes(const struct layer_group *group, const struct view *view)
{
	print_refused(group, view);
	print_own(group, view);
	print_mean(group, view);
}

/* What the variant did to each layer that it shares with the baseline. */
static void print_changes(const struct layer_group *group, const struct layer_row *all,
			  size_t n, const struct view *view)
{
	static const char *const words[N_LAYER_VERDICTS] = {
		[LAYER_SAVED] = "In every trial less",
		[LAYER_COST_MORE] = "In every trial more",
		[LAYER_UNDECIDED] = "In some trials more, in some less",
	};
	const char *lists[N_LAYER_VERDICTS] = { "", "", "" };
	const char *base_name = group->layers[0].base;
	if (!base_name || strcmp(base_name, group->layers[0].variant) == 0)
		return;
	for (size_t i = 0; i < group->n; i++) {
		const struct layer_row *layer = &group->layers[i];
		const struct layer_row *base = layer_base(all, n, layer);
		if (!base || !layer->joules.is_known || !base->joules.is_known)
			continue;
		struct figure ratio = { .is_known = true,
					.value = layer->joules.value / base->joules.value };
		enum layer_verdict verdict = layer_verdict(layer, base);
		const char *item = arena_format(
		    view->arena, "%s %s", shown_text(layer->name, view->arena),
		    format_change(ratio, view->glyphs, view->arena));
		lists[verdict] = join(lists[verdict], item, view);
	}
	for (int i = 0; i < N_LAYER_VERDICTS; i++)
		if (*lists[i])
			marked_note_print(
			    view->page,
			    arena_format(view->arena, "%s than %s: %s.", words[i],
					 shown_text(base_name, view->arena), lists[i]));
}

/* As text or Markdown. */
static int print_groups(const void *items, size_t n, const struct marked_page *page)
{
	const struct layer_row *layers = items;
	struct view view = { .glyphs = page->glyphs, .arena = page->arena, .page = page };
	struct arena *arena = view.arena;
	for (size_t at = 0; at < n;) {
		struct layer_group group = layer_group_at(layers, at, n);
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
	.people_sql = layer_rows_sql,
	.take = layer_row_take,
	.item_size = sizeof(struct layer_row),
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
