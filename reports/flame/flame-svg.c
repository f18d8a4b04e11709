/* reports/flame/flame-svg.c - see flame-svg.h. */
#include <config.h>

#include "reports/flame/flame-svg.h"

#include "reports/figure/column-text.h"
#include "reports/figure/format.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

/* In pixels. What of a name is written is more than any screen shows, and of a tooltip more than anybody reads. */
enum { ROW = 18, LABEL_MOST = 200, TITLE_MOST = 600 };

static double whole_of(const struct flame_drawing *drawing)
{
	return drawing->tree->nodes[0].part.joules;
}

static bool is_drawn(const struct flame_drawing *drawing, const struct flame_node *node)
{
	return node->rank < drawing->most && node->part.joules > 0;
}

static bool is_zoomed_to(const struct flame_drawing *drawing, const struct flame_node *node)
{
	return is_drawn(drawing, node) && node->rank < drawing->most_zooms &&
	       node->callee > 0;
}

/* Where each node begins, as a part of the whole. */
static double *places_of(const struct flame_drawing *drawing)
{
	const struct flame_tree *tree = drawing->tree;
	double whole = whole_of(drawing);
	double *places = arena_room(drawing->arena, tree->n_nodes * sizeof(*places));
	for (size_t i = 0; i < tree->n_nodes; i++) {
		double x = places[i];
		for (size_t callee = tree->nodes[i].callee; callee;
		     callee = tree->nodes[callee].next) {
			places[callee] = x;
			x += tree->nodes[callee].part.joules / whole;
		}
	}
	return places;
}

void flame_rules(const struct flame_drawing *drawing, struct html *html)
{
	const struct flame_tree *tree = drawing->tree;
	const double *places = places_of(drawing);
	for (size_t i = 1; i < tree->n_nodes; i++)
		if (is_zoomed_to(drawing, &tree->nodes[i]))
			html_format(html, " #%sz%zu:target~.flame{--o:%.6f;--s:%.6g}",
				    drawing->prefix, i, places[i],
				    whole_of(drawing) / tree->nodes[i].part.joules);
	for (size_t i = 1; i <= tree->n_functions; i++)
		if (drawing->is_marked[i])
			html_format(
			    html,
			    "#%ss%zu:target~.flame .n%zu rect{fill:var(--found)}"
			    "#%ss%zu:target~.flame .n%zu div{color:var(--found-ink)}",
			    drawing->prefix, i, i, drawing->prefix, i, i);
}

static void put_target(struct html *html, const char *id)
{
	html_open(html, "i", "id", id, "hidden", "hidden", NULL);
	html_close(html);
}

void flame_targets(const struct flame_drawing *drawing, struct html *html)
{
	const struct flame_tree *tree = drawing->tree;
	put_target(html, arena_format(drawing->arena, "%sz0", drawing->prefix));
	for (size_t i = 1; i < tree->n_nodes; i++)
		if (is_zoomed_to(drawing, &tree->nodes[i]))
			put_target(html, arena_format(drawing->arena, "%sz%zu",
						      drawing->prefix, i));
	for (size_t i = 1; i <= tree->n_functions; i++)
		if (drawing->is_marked[i])
			put_target(html, arena_format(drawing->arena, "%ss%zu",
						      drawing->prefix, i));
	html_line(html);
}

const char *flame_energy_words(struct figure figure, struct arena *arena)
{
	const struct glyphs *glyphs = glyphs_utf8();
	struct figure sized = figure; /* 0 has no size of its own, and its interval has */
	if (figure.value <= 0 && figure.has_interval)
		sized.value = figure.high;
	struct scale scale = scale_of(&sized, 1, glyphs);
	const char *interval = format_interval(figure, scale, arena);
	const char *value = format_value(figure, scale, glyphs, arena);
	return *interval ? arena_format(arena, "%s\u00a0%sJ (%s\u00a0%sJ, 95\u00a0%%)",
					value, scale.prefix, interval, scale.prefix)
			 : arena_format(arena, "%s\u00a0%sJ (interval not known)", value,
					scale.prefix);
}

static struct figure figure_of(const struct flame_tree *tree, const struct flame_node *node)
{
	const struct function_group *group = tree->group;
	if (node->kind == FLAME_RUN)
		return function_whole(group);
	if (node->part.n <= 0)
		return (struct figure){ .is_known = true,
					.value = node->part.joules,
					.provenance = group->provenance };
	return function_joules(group, &node->part);
}

/* As much of it as is useful, cut at the begin of a character. */
static const char *cut_text(const char *text, size_t most, struct arena *arena)
{
	if (strlen(text) <= most)
		return text;
	while (most > 0 && ((unsigned char)text[most] & 0xc0) == 0x80)
		most--;
	return arena_format(arena, "%.*s\u2026", (int)most, text);
}

const char *flame_cut(const char *name, struct arena *arena)
{
	return cut_text(name, TITLE_MOST, arena);
}

static const char *source_of(const struct flame_node *node, struct arena *arena)
{
	const struct function *function = node->function;
	if (!function || !function->file)
		return "";
	const char *file = flame_cut(shown_text(function->file, arena), arena);
	return function->line > 0
		   ? arena_format(arena, "; %s:%" PRId64, file, function->line)
		   : arena_format(arena, "; %s", file);
}

static const char *title_of(const struct flame_drawing *drawing,
			    const struct flame_node *node)
{
	struct arena *arena = drawing->arena;
	struct figure figure = figure_of(drawing->tree, node);
	return arena_format(
	    arena, "%s: %s, %s, %s %% of the run, %.0f sample%s%s",
	    flame_cut(node->label, arena), flame_energy_words(figure, arena),
	    format_provenance(figure),
	    format_share(fmin(node->part.joules / whole_of(drawing), 1), 2, arena),
	    node->part.n, node->part.n == 1 ? "" : "s", source_of(node, arena));
}

/* One frame. Its text is HTML, which ends where the frame ends. */
struct box {
	const char *class_name, *label, *title, *link; /* link: NULL: none */
	double x, width;
	size_t row;
};

static void put_box(const struct flame_drawing *drawing, const struct box *box,
		    struct html *html)
{
	struct arena *arena = drawing->arena;
	if (box->link)
		html_open(html, "a", "href", box->link, NULL);
	const char *x = arena_format(arena, "%.4f%%", 100 * box->x);
	const char *width = arena_format(arena, "%.4f%%", 100 * box->width);
	const char *y = arena_format(arena, "%zu", box->row * ROW);
	html_open(html, "g", "class", box->class_name, "style",
		  arena_format(arena, "--x:%.6f;--w:%.6f", box->x, box->width), NULL);
	html_element(html, "title", NULL, box->title);
	html_void(html, "rect", "x", x, "y", y, "width", width, "height", "17", NULL);
	html_open(html, "foreignObject", "x", x, "y", y, "width", width, "height", "17",
		  NULL);
	html_element(html, "div", NULL, cut_text(box->label, LABEL_MOST, arena));
	html_close(html);
	html_close(html);
	if (box->link)
		html_close(html);
	html_line(html);
}

static void put_node(const struct flame_drawing *drawing, size_t i, const double *places,
		     struct html *html)
{
	static const char *const kinds[] = { "run",     "process", "function",
					     "inlined", "kernel",  "unknown" };
	const struct flame_node *node = &drawing->tree->nodes[i];
	struct arena *arena = drawing->arena;
	const char *link = i == 0 || is_zoomed_to(drawing, node)
			       ? arena_format(arena, "#%sz%zu", drawing->prefix, i)
			       : NULL;
	const struct box box = {
		.class_name = arena_format(arena, "%s t%zu n%zu", kinds[node->kind],
					   node->number % 3, node->number),
		.label = node->label,
		.title = title_of(drawing, node),
		.link = link,
		.x = places[i],
		.width = node->part.joules / whole_of(drawing),
		.row = node->depth,
	};
	put_box(drawing, &box, html);
}

/* The callees that are not drawn, which are the last ones of the list, as one frame. */
static void put_small(const struct flame_drawing *drawing, size_t caller,
		      const double *places, struct html *html)
{
	const struct flame_tree *tree = drawing->tree;
	struct arena *arena = drawing->arena;
	double joules = 0, x = 0, n = 0;
	size_t n_small = 0;
	for (size_t i = tree->nodes[caller].callee; i; i = tree->nodes[i].next) {
		if (is_drawn(drawing, &tree->nodes[i]))
			continue;
		x = n_small++ == 0 ? places[i] : x;
		joules += tree->nodes[i].part.joules;
		n += tree->nodes[i].part.n;
	}
	if (joules <= 0)
		return;
	const struct figure figure = { .is_known = true, .value = joules };
	const struct box box = {
		.class_name = "unknown",
		.label = arena_format(arena, "(%zu smaller)", n_small),
		.title = arena_format(
		    arena, "%zu smaller frame%s, and what %s: %s, %.0f sample%s", n_small,
		    n_small == 1 ? "" : "s", n_small == 1 ? "it calls" : "they call",
		    flame_energy_words(figure, arena), n, n == 1 ? "" : "s"),
		.x = x,
		.width = joules / whole_of(drawing),
		.row = tree->nodes[caller].depth + 1,
	};
	put_box(drawing, &box, html);
}

/* The last row that is drawn. */
static size_t last_row(const struct flame_drawing *drawing)
{
	size_t last = 0;
	for (size_t i = 0; i < drawing->tree->n_nodes; i++) {
		const struct flame_node *node = &drawing->tree->nodes[i];
		if (is_drawn(drawing, node) && node->depth > last)
			last = node->depth;
	}
	return last + 1;
}

void flame_svg(const struct flame_drawing *drawing, struct html *html)
{
	const struct flame_tree *tree = drawing->tree;
	const double *places = places_of(drawing);
	const char *height = arena_format(drawing->arena, "%zu",
					  (last_row(drawing) + 1) * ROW);
	html_open(
	    html, "svg", "class", "graph", "width", "100%", "height", height, "role",
	    "group", "aria-label",
	    "Flame graph: each frame is as wide as the joules of its function and all "
	    "that it called; the table below has the same figures",
	    NULL);
	html_line(html);
	for (size_t i = 0; i < tree->n_nodes; i++) {
		if (!is_drawn(drawing, &tree->nodes[i]))
			continue;
		put_node(drawing, i, places, html);
		put_small(drawing, i, places, html);
	}
	html_close(html);
	html_line(html);
}

size_t flame_left_out(const struct flame_drawing *drawing, double *joules)
{
	size_t n = 0;
	*joules = 0;
	for (size_t i = 0; i < drawing->tree->n_nodes; i++) {
		const struct flame_node *node = &drawing->tree->nodes[i];
		if (is_drawn(drawing, node))
			continue;
		n++;
		*joules = fmax(*joules, node->part.joules);
	}
	return n;
}
