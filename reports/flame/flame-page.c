/* reports/flame/flame-page.c - see flame-page.h. */
#include <config.h>

#include "reports/flame/flame-page.h"

#include "base/problem.h"
#include "reports/figure/column-text.h"
#include "reports/flame/flame-css.h"
#include "reports/flame/flame-svg.h"
#include "reports/html/layer-bars.h"
#include "reports/html/parts.h"
#include "reports/profile/function-notes.h"
#include "schema/database/guard.h"

#include <errno.h>
#include <math.h>
#include <string.h>

/* Frames and links of the whole page, which its variants share; and functions that a table has. */
enum { FRAMES_MOST = 3000, ZOOMS_MOST = 800, LISTED_FIRST = 15, LISTED_MOST = 300 };

/* One variant on the page. */
struct flame_part {
	const struct function_group *group;
	struct flame_tree tree;
	struct flame_drawing drawing;
	size_t n_listed;
};

static const char policy[] = "default-src 'none'; style-src 'unsafe-inline'";

/* Those of the table that have a frame of their own are links to it. */
static void mark_listed(struct flame_part *part, struct arena *arena)
{
	const struct flame_tree *tree = &part->tree;
	bool *is_drawn = arena_room(arena, (tree->n_functions + 1) * sizeof(*is_drawn));
	bool *is_marked = arena_room(arena, (tree->n_functions + 1) * sizeof(*is_marked));
	for (size_t i = 0; i < tree->n_nodes; i++)
		if (tree->nodes[i].rank < part->drawing.most &&
		    tree->nodes[i].part.joules > 0)
			is_drawn[tree->nodes[i].number] = true;
	for (size_t i = 0; i < part->n_listed; i++) {
		size_t number = flame_number(tree, &part->group->functions[i], arena);
		is_marked[number] = number > 0 && is_drawn[number];
	}
	part->drawing.is_marked = is_marked;
}

static int read_part(struct flame_part *part, sqlite3 *db,
		     const struct function_group *group, size_t nr, size_t n_parts,
		     struct arena *arena)
{
	size_t n = group->n_functions;
	part->group = group;
	part->n_listed = n < LISTED_MOST ? n : LISTED_MOST;
	if (flame_tree_read(db, group, arena, &part->tree) != 0)
		return -1;
	part->drawing = (struct flame_drawing){ .tree = &part->tree,
						.arena = arena,
						.most = FRAMES_MOST / n_parts + 50,
						.most_zooms = ZOOMS_MOST / n_parts + 20,
						.prefix = arena_format(arena, "v%zu", nr) };
	mark_listed(part, arena);
	return 0;
}

static void write_head(const struct flame_part *parts, size_t n, const char *title,
		       struct html *html)
{
	part_head(html, "en", policy, title);
	html_raw(html, flame_css);
	for (size_t i = 0; i < n; i++)
		flame_rules(&parts[i].drawing, html);
	html_close(html);
	html_close(html);
	html_line(html);
}

static void write_cover(struct document *document, const char *title, bool is_estimated)
{
	struct html *html = document->html;
	const struct seal_facts *seal = document->seal;
	html_open(html, "header", NULL);
	html_element(html, "p", "kicker", "Energy of functions, by sampled stacks");
	html_element(html, "h1", NULL, title);
	html_open(html, "dl", "class", "facts", NULL);
	part_fact(document, "Evidence",
		  arena_format(document->arena, "%s, %.8s\u2026%s", document->path,
			       seal->head, seal->head + strlen(seal->head) - 4));
	part_fact(document, "Seal", part_seal(document));
	if (*seal->standing.departures)
		part_fact(document, "Left aside", seal->standing.departures);
	html_close(html);
	if (is_estimated) {
		html_open(html, "p", "class", "banner", NULL);
		html_element(html, "strong", NULL, "ESTIMATED, not measured.");
		html_text(html, " Joules are CPU time \u00d7 published coefficients where "
				"no energy counter could be read.");
		html_close(html);
	}
	html_close(html);
	html_line(html);
}

static void write_legend(struct html *html)
{
	static const char *const kinds[][2] = {
		{ "key run", "run and process" },
		{ "key function", "function" },
		{ "key inlined", "inlined function" },
		{ "key kernel", "kernel" },
		{ "key unknown", "without a name, outside, or many small ones" },
	};
	html_open(html, "p", "class", "legend", NULL);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		html_open(html, "span", NULL);
		html_element(html, "span", kinds[i][0], "");
		html_text(html, kinds[i][1]);
		html_close(html);
		html_text(html, " ");
	}
	html_close(html);
	html_line(html);
}

/* What can be done with the picture, and what is not in it. */
static void write_picture(struct document *document, const struct flame_part *part)
{
	struct html *html = document->html;
	double joules;
	size_t n_left = flame_left_out(&part->drawing, &joules);
	html_open(html, "p", "class", "note", NULL);
	html_text(
	    html,
	    "Below each frame stand the functions that it called, the most joules "
	    "first. A frame's width is its joules with all that it called; point at it "
	    "for its figures. Choose a frame to zoom in, or a name in the table to "
	    "colour all frames of that function. ");
	html_open(html, "a", "class", "unset", "href",
		  arena_format(document->arena, "#%sz0", part->drawing.prefix), NULL);
	html_text(html, "Show the whole run");
	html_close(html);
	html_text(html, ", or go on to ");
	html_open(html, "a", "href",
		  arena_format(document->arena, "#%st", part->drawing.prefix), NULL);
	html_text(html, "the table");
	html_close(html);
	html_text(html, ".");
	html_close(html);
	html_line(html);
	html_open(html, "div", "class", "flame", NULL);
	html_line(html);
	flame_svg(&part->drawing, html);
	html_close(html);
	html_line(html);
	write_legend(html);
	if (n_left > 0)
		part_note(
		    document,
		    arena_format(document->arena,
				 "%zu frames with %s at most each are drawn together, "
				 "as \u201c(N smaller)\u201d, below what called them.",
				 n_left,
				 flame_energy_words(
				     (struct figure){ .is_known = true, .value = joules },
				     document->arena)));
	if (part->tree.n_deeper > 0)
		part_note(document,
			  arena_format(document->arena,
				       "%zu frames lie more than %d calls deep; they are "
				       "in frames called \u201c(deeper)\u201d.",
				       part->tree.n_deeper, (int)FLAME_DEPTH_MOST));
}

static void write_function(struct document *document, const struct flame_part *part,
			   const struct function *function)
{
	struct html *html = document->html;
	struct arena *arena = document->arena;
	const struct function_group *group = part->group;
	size_t number = flame_number(&part->tree, function, arena);
	bool is_link = part->drawing.is_marked[number];
	struct figure self = function_joules(group, &function->self);
	struct figure share = function_share_of_run(group, &function->self);
	struct figure total = function_joules(group, &function->total);
	html_open(html, "tr", NULL);
	html_open(html, "th", "scope", "row", NULL);
	if (is_link)
		html_open(html, "a", "href",
			  arena_format(arena, "#%ss%zu", part->drawing.prefix, number),
			  NULL);
	html_text(html, flame_cut(function_label(function, arena), arena));
	if (is_link)
		html_close(html);
	html_close(html);
	part_number(document, flame_energy_words(self, arena));
	part_number(document, flame_energy_words(total, arena));
	part_number(document,
		    share.is_known
			? arena_format(arena, "%s %%", format_share(share.value, 1, arena))
			: document->glyphs->missing);
	part_number(document, arena_format(arena, "%.0f", function->self.n));
	part_row_end(document);
}

static void write_functions(struct document *document, const struct flame_part *part,
			    size_t first, size_t end, const char *caption)
{
	static const struct table_column columns[] = {
		{ "Function", false },
		{ "Itself", true },
		{ "With all that it called", true },
		{ "Share, itself", true },
		{ "Samples", true },
	};
	part_table(document, caption, columns, sizeof(columns) / sizeof(columns[0]));
	for (size_t i = first; i < end; i++)
		write_function(document, part, &part->group->functions[i]);
	part_table_end(document);
}

static void write_tables(struct document *document, const struct flame_part *part)
{
	struct html *html = document->html;
	size_t n = part->n_listed, n_all = part->group->n_functions;
	size_t first = n < LISTED_FIRST ? n : LISTED_FIRST;
	html_open(html, "div", "id",
		  arena_format(document->arena, "%st", part->drawing.prefix), NULL);
	write_functions(document, part, 0, first, "Functions, the most joules first");
	html_close(html);
	if (n == first)
		return;
	html_open(html, "details", NULL);
	html_element(html, "summary", NULL,
		     n == n_all
			 ? arena_format(document->arena, "%zu more function%s", n - first,
					n - first == 1 ? "" : "s")
			 : arena_format(document->arena,
					"%zu more functions; the last %zu are in "
					"'joulecart report --functions --format csv'",
					n - first, n_all - n));
	write_functions(document, part, first, n, "Further functions");
	html_close(html);
	html_line(html);
}

static void write_notes(struct document *document, const struct flame_part *part)
{
	struct html *html = document->html;
	const char *const *notes = function_notes(
	    part->group, (struct function_part){ 0, 0 }, 0, document->arena);
	html_open(html, "details", NULL);
	html_element(html, "summary", NULL, "What these figures mean");
	for (size_t i = 0; notes[i]; i++)
		part_note(document, notes[i]);
	part_note(document,
		  "This page has no script. The browser's own search finds names in the "
		  "tables and in frames; a script would add a field that colours whatever "
		  "matches it, and zooming and colouring at once.");
	html_close(html);
	html_line(html);
}

static void write_part(struct document *document, const struct flame_part *part)
{
	struct html *html = document->html;
	struct arena *arena = document->arena;
	const struct function_group *group = part->group;
	const char *id = arena_format(arena, "%s-heading", part->drawing.prefix);
	html_open(html, "section", "aria-labelledby", id, NULL);
	flame_targets(&part->drawing, html);
	html_open(html, "h2", "id", id, NULL);
	html_format(html, "%s (%s), campaign %lld",
		    flame_cut(shown_text(group->variant, arena), arena), group->job,
		    (long long)group->campaign_id);
	html_close(html);
	html_open(html, "p", NULL);
	part_provenance(document, group->provenance);
	html_format(html, " %s in %zu trial%s. %s",
		    flame_energy_words(function_whole(group), arena), group->n_trials,
		    group->n_trials == 1 ? "" : "s", function_heads(group, arena)[1]);
	html_close(html);
	html_line(html);
	if (part->tree.nodes[0].part.joules > 0)
		write_picture(document, part);
	else
		part_note(document, "It drew no joules that a picture could show.");
	write_tables(document, part);
	write_notes(document, part);
	html_close(html);
	html_line(html);
}

static void write_page(struct document *document, const struct flame_part *parts, size_t n)
{
	struct html *html = document->html;
	bool is_estimated = false;
	const char *title =
	    n == 1 ? arena_format(
			 document->arena, "Where the joules of %s went",
			 flame_cut(shown_text(parts[0].group->variant, document->arena),
				   document->arena))
		   : "Where the joules went";
	for (size_t i = 0; i < n; i++)
		is_estimated = is_estimated ||
			       provenance_is_estimate(parts[i].group->provenance);
	write_head(parts, n, title, html);
	html_open(html, "body", NULL);
	html_open(html, "main", NULL);
	write_cover(document, title, is_estimated);
	for (size_t i = 0; i < n; i++)
		write_part(document, &parts[i]);
	if (document->layers->n > 0) {
		html_element(html, "h2", NULL, "Layers that the program marked");
		layer_bars_write(document, document->layers);
	}
	html_open(html, "footer", NULL);
	html_format(html, "%s \u00b7 %s", PACKAGE_STRING, document->seal->head);
	for (int i = 0; i < 4; i++)
		html_close(html); /* footer, main, body, html */
	html_line(html);
}

/* What the page says beside its variants. */
struct page_facts {
	struct seal_facts seal;
	struct layers_read layers;
};

static int write_parts(const struct html_options *options, const struct flame_part *parts,
		       size_t n, const struct page_facts *facts, struct arena *arena,
		       FILE *out, struct problem *why)
{
	struct document document = {
		.html = html_new(),
		.arena = arena,
		.glyphs = glyphs_utf8(),
		.path = options->path,
		.seal = &facts->seal,
		.layers = &facts->layers,
	};
	if (!document.html)
		return problem_errno(why, ENOMEM);
	write_page(&document, parts, n);
	if (html_finish(document.html, out) != 0)
		return problem_errno(why, ENOMEM);
	errno = 0;
	if (fflush(out) == 0 && !ferror(out))
		return 0;
	return problem_errno(why, errno ? errno : EIO);
}

static int write_groups(sqlite3 *db, const struct html_options *options,
			const struct function_groups *groups, struct arena *arena,
			FILE *out, struct problem *why)
{
	struct page_facts facts;
	struct flame_part *parts = arena_room(arena, groups->n * sizeof(*parts));
	int code = seal_facts_read(db, options->path, options->trust, arena, &facts.seal,
				   why);
	if (code == 0 && layers_read(db, options->campaign_id, arena, &facts.layers) != 0)
		code = guard_why(db, why);
	for (size_t i = 0; code == 0 && i < groups->n; i++) {
		code = read_part(&parts[i], db, &groups->groups[i], i + 1, groups->n,
				 arena);
		if (code != 0)
			guard_why(db, why);
	}
	if (code == 0)
		code = write_parts(options, parts, groups->n, &facts, arena, out, why);
	for (size_t i = 0; i < groups->n; i++)
		flame_tree_free(&parts[i].tree);
	return code;
}

int flame_html(sqlite3 *db, const struct html_options *options, FILE *out,
	       struct problem *why)
{
	struct arena *arena = arena_new();
	problem_what(why, "cannot draw the joules of functions");
	if (!arena)
		return problem_errno(why, ENOMEM);
	const struct function_groups *groups = functions_read(db, options->campaign_id,
							      NULL, arena, why);
	int code = groups ? write_groups(db, options, groups, arena, out, why) : -1;
	arena_free(arena);
	return code;
}
