/* reports/profile/functions.c - see functions.h. */
#include <config.h>

#include "reports/profile/functions.h"

#include "base/problem.h"
#include "reports/figure/column-text.h"
#include "reports/figure/format.h"
#include "reports/profile/function-notes.h"
#include "reports/profile/function-table.h"
#include "reports/profile/sheet.h"

#include <math.h>
#include <string.h>

/* What people are shown: the first so many. */
enum { FUNCTIONS_SHOWN = 25 };

static const struct sheet_column columns[] = {
	{ "function_label", "function", false, false },
	{ "campaign", NULL, true, false },
	{ "variant", NULL, false, false },
	{ "job", NULL, false, false },
	{ "phase", NULL, false, false }, /* NULL: the whole run */
	{ "row", NULL, false, false },   /* function, outside or whole */
	{ "kind", NULL, false, false },
	{ "function", NULL, false, false },
	{ "module", NULL, false, false },
	{ "file", NULL, false, false },
	{ "line", NULL, true, false },
	{ "lack", NULL, false, false },
	{ "self_j", "self J", true, false },
	{ NULL, "95 %", false, false },
	{ "self_j_low95", NULL, true, false },
	{ "self_j_high95", NULL, true, false },
	{ "share", "share", true, false },
	{ NULL, "share 95 %", false, true },
	{ "share_low95", NULL, true, false },
	{ "share_high95", NULL, true, false },
	{ "total_j", "total J", true, false },
	{ NULL, "95 %", false, false },
	{ "total_j_low95", NULL, true, false },
	{ "total_j_high95", NULL, true, false },
	{ "samples", "samples", true, true },
	{ "samples_total", NULL, true, false },
	{ "provenance", NULL, false, false },
};
enum { N_COLUMNS = sizeof(columns) / sizeof(columns[0]) };

/* Where a row is being made. */
struct view {
	const struct function_group *group;
	const struct glyphs *glyphs;
	struct arena *arena;
	struct scale self, total;
};

static struct sheet_cell *put_figure(struct sheet_cell *at, struct figure figure,
				     struct scale scale, const struct view *view)
{
	const char *interval = format_interval(figure, scale, view->arena);
	*at++ = (struct sheet_cell){ .number = figure.is_known ? figure.value : NAN,
				     .shown = format_value(figure, scale, view->glyphs,
							   view->arena) };
	*at++ = sheet_shown(*interval ? interval : view->glyphs->missing);
	*at++ = sheet_number(figure.has_interval ? figure.low : NAN);
	*at++ = sheet_number(figure.has_interval ? figure.high : NAN);
	return at;
}

static struct sheet_cell *put_share(struct sheet_cell *at, struct figure share,
				    const struct view *view)
{
	*at++ = (struct sheet_cell){
		.number = share.is_known ? share.value : NAN,
		.shown = share.is_known
			     ? arena_format(view->arena, "%s %%",
					    format_share(share.value, 1, view->arena))
			     : view->glyphs->missing
	};
	*at++ = sheet_shown(
	    share.has_interval
		? arena_format(view->arena, "%.1f..%.1f", 100 * share.low, 100 * share.high)
		: view->glyphs->missing);
	*at++ = sheet_number(share.has_interval ? share.low : NAN);
	*at++ = sheet_number(share.has_interval ? share.high : NAN);
	return at;
}

static struct sheet_cell *put_names(struct sheet_cell *at, const struct function *function,
				    const char *label, const char *row,
				    const struct view *view)
{
	static const struct function none;
	const struct function *named = function ? function : &none;
	*at++ = (struct sheet_cell){ .text = label,
				     .shown = function_short_label(label, view->arena) };
	*at++ = sheet_number((double)view->group->campaign_id);
	*at++ = sheet_text(view->group->variant);
	*at++ = sheet_text(view->group->job);
	*at++ = sheet_text(view->group->phase);
	*at++ = sheet_text(row);
	*at++ = sheet_text(named->kind);
	*at++ = sheet_text(named->name);
	*at++ = sheet_text(named->module);
	*at++ = sheet_text(named->file);
	*at++ = sheet_number(named->line > 0 ? (double)named->line : NAN);
	*at++ = sheet_text(named->lack);
	return at;
}

static void put_function(struct sheet_cell *at, const struct function *function,
			 const struct view *view)
{
	const struct function_group *group = view->group;
	at = put_names(at, function, function_label(function, view->arena), "function",
		       view);
	at = put_figure(at, function_joules(group, &function->self), view->self, view);
	at = put_share(at, function_share_of_run(group, &function->self), view);
	at = put_figure(at, function_joules(group, &function->total), view->total, view);
	*at++ = (struct sheet_cell){ .number = function->self.n,
				     .shown = arena_format(view->arena, "%.0f",
							   function->self.n) };
	*at++ = sheet_number(function->total.n);
	*at++ = sheet_text(provenance_word(group->provenance));
}

/* What is outside of every stack, and the whole. */
static void put_sum(struct sheet_cell *at, const char *label, const char *row,
		    struct figure figure, double n, const struct view *view)
{
	const struct figure none = figure_unknown(NULL);
	double joules = view->group->joules;
	const struct figure share = { .is_known = joules > 0,
				      .value = figure.value / joules };
	at = put_names(at, NULL, label, row, view);
	at = put_figure(at, figure, view->self, view);
	at = put_share(at, share, view);
	at = put_figure(at, none, view->total, view);
	*at++ = (struct sheet_cell){ .number = n,
				     .shown = n > 0 ? arena_format(view->arena, "%.0f", n)
						    : view->glyphs->missing };
	*at++ = sheet_number(n);
	*at++ = sheet_text(provenance_word(view->group->provenance));
}

/* Those behind the n-th, as one. */
static struct function_part rest_of(const struct function_group *group, size_t n)
{
	struct function_part rest = { 0, 0 };
	for (size_t i = n; i < group->n_functions; i++) {
		rest.n += group->functions[i].self.n;
		rest.joules += group->functions[i].self.joules;
	}
	return rest;
}

static struct sheet sheet_of(const struct function_group *group, bool is_for_people,
			     struct arena *arena)
{
	struct view view = { .group = group,
			     .glyphs = is_for_people ? glyphs_of_locale() : glyphs_utf8(),
			     .arena = arena };
	size_t n = group->n_functions, at = 0;
	if (is_for_people && n > FUNCTIONS_SHOWN)
		n = FUNCTIONS_SHOWN;
	struct figure *figures = arena_room(arena, (n + 2) * sizeof(*figures));
	struct sheet_cell *cells = arena_room(arena, (n + 3) * N_COLUMNS * sizeof(*cells));
	for (size_t i = 0; i < n; i++)
		figures[i] = function_joules(group, &group->functions[i].self);
	if (n == 0) /* no stack was taken: the run's joules are the only ones */
		figures[0] = function_whole(group);
	view.self = scale_of(figures, n ? n : 1, view.glyphs);
	for (size_t i = 0; i < n; i++)
		figures[i] = function_joules(group, &group->functions[i].total);
	view.total = scale_of(figures, n, view.glyphs);
	/* one unit for both, so that they can be compared */
	view.total.prefix = view.self.prefix;
	view.total.factor = view.self.factor;
	view.total.decimals = view.self.decimals;
	for (size_t i = 0; i < n; i++, at += N_COLUMNS)
		put_function(cells + at, &group->functions[i], &view);
	struct function_part rest = rest_of(group, n);
	const struct figure others = { .is_known = true, .value = rest.joules };
	const struct figure outside = { .is_known = true, .value = group->outside_j };
	if (n < group->n_functions) {
		put_sum(cells + at, "(others)", "others", others, rest.n, &view);
		at += N_COLUMNS;
	}
	put_sum(cells + at, "(outside)", "outside", outside, 0, &view);
	at += N_COLUMNS;
	put_sum(cells + at, group->phase ? "(whole phase)" : "(whole run)", "whole",
		function_whole(group), group->n, &view);
	at += N_COLUMNS;
	struct sheet_column *own = arena_room(arena, sizeof(columns));
	memcpy(own, columns, sizeof(columns));
	for (size_t i = 0; i < N_COLUMNS; i++)
		if (own[i].heading && strstr(own[i].heading, " J"))
			own[i].heading = arena_format(arena, "%.*s%sJ",
						      (int)strlen(own[i].heading) - 1,
						      own[i].heading, view.self.prefix);
	return (struct sheet){ .schema = "joulecart-functions-1",
			       .columns = own,
			       .n_columns = N_COLUMNS,
			       .cells = cells,
			       .n_rows = at / N_COLUMNS,
			       .heads = function_heads(group, arena),
			       .notes = function_notes(group, rest, group->n_functions - n,
						       arena) };
}

int functions_print(sqlite3 *db, int64_t campaign_id, const char *phase, const char *format,
		    FILE *out, struct problem *why)
{
	enum sheet_form form;
	problem_what(why, "cannot show the joules of functions");
	if (!sheet_form_of(format, &form)) {
		why->kind = PROBLEM_USAGE;
		return problem_refuse(why, "name one of these",
				      "they are shown as text, markdown, csv or json");
	}
	struct arena *arena = arena_new();
	if (!arena)
		return problem_why(why, "out of memory");
	const struct function_groups *groups = functions_read(db, campaign_id, phase, arena,
							      why);
	struct sheet *sheets = groups ? arena_room(arena, groups->n * sizeof(*sheets))
				      : NULL;
	for (size_t i = 0; groups && i < groups->n; i++)
		sheets[i] = sheet_of(&groups->groups[i], form <= SHEET_MARKDOWN, arena);
	int code = groups ? sheets_print(sheets, groups->n, form, out, arena, why) : -1;
	arena_free(arena);
	return code;
}
