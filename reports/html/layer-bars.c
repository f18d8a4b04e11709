/* reports/html/layer-bars.c - see layer-bars.h. */
#include <config.h>

#include "reports/html/layer-bars.h"

#include "reports/figure/column-text.h"
#include "reports/html/parts.h"

#include <math.h>
#include <string.h>

/* Pixels of a bar's drawing, between whose ends the scale lies. */
enum { BAR_WIDTH = 240, BAR_HEIGHT = 16 };

int layers_read(sqlite3 *db, int64_t campaign_id, struct arena *arena,
		struct layers_read *read)
{
	const struct list_reading reading = { .db = db,
					      .arena = arena,
					      .campaign_id = campaign_id };
	if (each_row(&reading, layer_rows_sql, layer_row_take) != 0)
		return -1;
	read->layers = rows_taken(&reading, sizeof(*read->layers), &read->n);
	return 0;
}

/* Where the rows of one variant are being written. */
struct bars {
	struct document *document;
	const struct layers_read *read;
	struct scale scale;
	double most; /* J at the end of a bar that is as long as can be */
};

static const char *name_of(const struct layer_row *layer, const struct bars *bars)
{
	if (layer->name)
		return shown_text(layer->name, bars->document->arena);
	return layer->ordinal < 0 ? _("(idle)") : _("(outside)");
}

/* The bar's end, or its interval's: what has no bound ends with the drawing. */
static double most_of(const struct figure *joules)
{
	if (!joules->is_known)
		return 0;
	return joules->has_interval && isfinite(joules->high) ? joules->high
							      : joules->value;
}

static const char *x_of(double joules, const struct bars *bars)
{
	double part = bars->most > 0 ? joules / bars->most : 0;
	return arena_format(bars->document->arena, "%.1f",
			    BAR_WIDTH * (part < 1 ? part : 1));
}

static void write_line(const struct bars *bars, const char *class_name, const char *x1,
		       const char *x2, const char *y1, const char *y2)
{
	html_void(bars->document->html, "line", "class", class_name, "x1", x1, "x2", x2,
		  "y1", y1, "y2", y2, NULL);
}

/* The bar, its interval as a line across its end, and where the baseline's bar ends. */
static void write_bar(const struct bars *bars, const struct layer_row *layer,
		      const struct layer_row *base)
{
	struct html *html = bars->document->html;
	struct arena *arena = bars->document->arena;
	const struct figure *joules = &layer->joules;
	html_open(html, "td", NULL);
	html_open(html, "svg", "class", "bar", "viewBox",
		  arena_format(arena, "0 0 %d %d", BAR_WIDTH, BAR_HEIGHT), "width",
		  arena_format(arena, "%d", BAR_WIDTH), "height",
		  arena_format(arena, "%d", BAR_HEIGHT), "aria-hidden", "true", NULL);
	if (joules->is_known)
		html_void(html, "rect", "x", "0", "y", "3", "height", "10", "width",
			  x_of(joules->value, bars), NULL);
	if (joules->is_known && joules->has_interval)
		write_line(bars, "range", x_of(joules->low, bars), x_of(joules->high, bars),
			   "8", "8");
	if (base && base->joules.is_known)
		write_line(bars, "base", x_of(base->joules.value, bars),
			   x_of(base->joules.value, bars), "0", "16");
	html_close(html);
	html_close(html);
}

static void write_layer(const struct bars *bars, const struct layer_row *layer)
{
	struct document *document = bars->document;
	const struct layer_row *base = NULL;
	if (layer->base && strcmp(layer->base, layer->variant) != 0)
		base = layer_base(bars->read->layers, bars->read->n, layer);
	part_row(document, name_of(layer, bars));
	write_bar(bars, layer, base);
	part_figure(document, layer->joules, bars->scale);
	part_number(document,
		    isnan(layer->share)
			? document->glyphs->missing
			: arena_format(document->arena, "%s %%",
				       format_share(layer->share, 1, document->arena)));
	part_row_end(document);
}

static const char *join(const char *list, const char *item, struct arena *arena)
{
	return *list ? arena_format(arena, "%s, %s", list, item) : item;
}

/* Which layers saved and which did not, against the baseline's. */
static void write_changes(const struct bars *bars, const struct layer_group *group)
{
	struct document *document = bars->document;
	struct arena *arena = document->arena;
	const char *lists[N_LAYER_VERDICTS] = { "", "", "" };
	const struct layer_row *first = group->layers;
	for (size_t i = 0; i < group->n; i++) {
		const struct layer_row *layer = &group->layers[i];
		const struct layer_row *base = layer_base(bars->read->layers, bars->read->n,
							  layer);
		if (!base || base == layer || !layer->joules.is_known ||
		    !base->joules.is_known)
			continue;
		struct figure ratio = { .is_known = true,
					.value = layer->joules.value / base->joules.value };
		enum layer_verdict verdict = layer_verdict(layer, base);
		lists[verdict] = join(
		    lists[verdict],
		    arena_format(arena, "%s %s", name_of(layer, bars),
				 format_change(ratio, document->glyphs, arena)),
		    arena);
	}
	const char *name = shown_text(first->base ? first->base : "", arena);
	if (*lists[LAYER_SAVED])
		part_note(document,
			  arena_format(arena, _("In every trial less than %s: %s."), name,
				       lists[LAYER_SAVED]));
	if (*lists[LAYER_COST_MORE])
		part_note(document,
			  arena_format(arena, _("In every trial more than %s: %s."), name,
				       lists[LAYER_COST_MORE]));
	if (*lists[LAYER_UNDECIDED])
		part_note(document,
			  arena_format(arena,
				       _("In some trials more than %s, in some less: %s."),
				       name, lists[LAYER_UNDECIDED]));
}

static void write_group(struct bars *bars, const struct layer_group *group)
{
	struct document *document = bars->document;
	const struct layer_row *first = group->layers;
	struct figure *figures = arena_room(document->arena, group->n * sizeof(*figures));
	for (size_t i = 0; i < group->n; i++)
		figures[i] = group->layers[i].joules;
	bars->scale = scale_of(figures, group->n, document->glyphs);
	const char *unit = arena_format(
	    document->arena, first->has_queries ? _("%sJ per query") : _("%sJ of all"),
	    bars->scale.prefix);
	const struct table_column columns[] = {
		{ _("layer"), false }, { "", false }, { unit, true }, { _("share"), true }
	};
	part_table(document,
		   arena_format(document->arena, _("%s (%s), layer by layer: %s"),
				shown_text(first->variant, document->arena),
				shown_text(first->job, document->arena),
				part_provenance_word(first->joules.provenance)),
		   columns, sizeof(columns) / sizeof(columns[0]));
	for (size_t i = 0; i < group->n; i++)
		write_layer(bars, &group->layers[i]);
	part_table_end(document);
	write_changes(bars, group);
}

void layer_bars_write(struct document *document, const struct layers_read *read)
{
	struct bars bars = { .document = document, .read = read };
	for (size_t at = 0; at < read->n;) {
		const struct layer_row *first = &read->layers[at];
		struct layer_group group = layer_group_at(read->layers, at, read->n);
		bars.most = 0;
		for (size_t i = 0; i < read->n; i++)
			if (read->layers[i].campaign_id == first->campaign_id &&
			    strcmp(read->layers[i].job, first->job) == 0)
				bars.most = fmax(bars.most,
						 most_of(&read->layers[i].joules));
		write_group(&bars, &group);
		at += group.n;
	}
	part_note(
	    document,
	    _("A bar is as long as the layer's joules, the thin line across its end is "
	      "the 95 % interval, and the upright line is where the bar of the baseline "
	      "ends. Where the interval begins below half of the figure, the layers take "
	      "turns faster than the sensors tell apart: such a layer has the mean power "
	      "of all that ran. Where there is no bar, hold the pointer over the dash: it "
	      "says why."));
}
