/* reports/profile/change-sheet.c - 'joulecart report --functions --diff': see functions.h. */
#include <config.h>

#include "base/problem.h"
#include "reports/figure/column-text.h"
#include "reports/figure/format.h"
#include "reports/profile/function-changes.h"
#include "reports/profile/functions.h"
#include "reports/profile/sheet.h"

#include <math.h>
#include <string.h>

/* What people are shown: the first so many of those that were tested. */
enum { CHANGES_SHOWN = 25 };

static const struct sheet_column columns[] = {
	{ "function_label", "function", false, false },
	{ "baseline", NULL, false, false },
	{ "variant", NULL, false, false },
	{ "job", NULL, false, false },
	{ "row", NULL, false, false }, /* function, outside or whole */
	{ "kind", NULL, false, false },
	{ "function", NULL, false, false },
	{ "module", NULL, false, false },
	{ "lack", NULL, false, false },
	{ "per", NULL, false, false }, /* query or run */
	{ "baseline_self_j", "", true, false },
	{ "self_j", "", true, false },
	{ "change_j", "", true, false },
	{ NULL, "95 %", false, false },
	{ "change_j_low95", NULL, true, false },
	{ "change_j_high95", NULL, true, false },
	{ "p", NULL, true, false },
	{ "p_adjusted", "p (Holm)", true, true },
	{ "verdict", "verdict", false, false },
	{ "baseline_total_j", NULL, true, false },
	{ "total_j", NULL, true, false },
	{ "baseline_samples", NULL, true, false },
	{ "samples", NULL, true, false },
	{ "baseline_trials", NULL, true, false },
	{ "trials", NULL, true, false },
	{ "provenance", NULL, false, false },
};
enum { N_COLUMNS = sizeof(columns) / sizeof(columns[0]), FIRST_JOULES = 10 };

/* Where a row is being made. */
struct view {
	const struct function_changes *changes;
	const struct glyphs *glyphs;
	struct arena *arena;
	struct scale scale;
};

static struct sheet_cell joules_cell(double joules, const struct view *view)
{
	const struct figure figure = { .is_known = true, .value = joules };
	return (struct sheet_cell){ .number = joules,
				    .shown = format_value(figure, view->scale, view->glyphs,
							  view->arena) };
}

/* With its sign: it is a difference. */
static struct sheet_cell change_cell(double joules, const struct view *view)
{
	struct sheet_cell cell = joules_cell(fabs(joules), view);
	bool is_shown_as_0 = strspn(cell.shown, "0.") == strlen(cell.shown);
	const char *sign = is_shown_as_0 ? "" : joules < 0 ? view->glyphs->minus : "+";
	cell.number = joules;
	cell.shown = arena_format(view->arena, "%s%s", sign, cell.shown);
	return cell;
}

static const char *verdict_word(enum change_verdict verdict)
{
	static const char *const words[] = { [CHANGE_LESS] = "less",
					     [CHANGE_MORE] = "more",
					     [CHANGE_CANNOT_TELL] = "cannot tell",
					     [CHANGE_TOO_FEW] = "too few stacks" };
	return words[verdict];
}

static struct sheet_cell *put_names(struct sheet_cell *at, const char *label,
				    const char *row, const struct function *function,
				    const struct view *view)
{
	static const struct function none;
	const struct function *named = function ? function : &none;
	*at++ = (struct sheet_cell){ .text = label,
				     .shown = function_short_label(label, view->arena) };
	*at++ = sheet_text(view->changes->a->variant);
	*at++ = sheet_text(view->changes->b->variant);
	*at++ = sheet_text(view->changes->a->job);
	*at++ = sheet_text(row);
	*at++ = sheet_text(named->kind);
	*at++ = sheet_text(named->name);
	*at++ = sheet_text(named->module);
	*at++ = sheet_text(named->lack);
	*at++ = sheet_text(view->changes->is_per_query ? "query" : "run");
	return at;
}

static struct sheet_cell *put_test(struct sheet_cell *at,
				   const struct function_change *change,
				   const struct view *view)
{
	const char *missing = view->glyphs->missing;
	bool is_bounded = change && isfinite(change->t.ci95.low);
	double low = is_bounded ? change->t.ci95.low : NAN;
	double high = is_bounded ? change->t.ci95.high : NAN;
	double p = change ? change->p_adjusted : NAN;
	*at++ = sheet_shown(is_bounded ? arena_format(view->arena, "%s..%s",
						      change_cell(low, view).shown,
						      change_cell(high, view).shown)
				       : missing);
	*at++ = sheet_number(low);
	*at++ = sheet_number(high);
	*at++ = sheet_number(change ? change->t.p : NAN);
	*at++ = (struct sheet_cell){ .number = p,
				     .shown = isnan(p) ? missing
					      : p < 0.001
						  ? "< 0.001"
						  : format_decimals(p, 3, view->arena) };
	*at++ = (struct sheet_cell){ .text = change ? verdict_word(change->verdict) : NULL,
				     .shown = change ? verdict_word(change->verdict) : "" };
	return at;
}

static struct sheet_cell *put_sides(struct sheet_cell *at, const struct change_side *a,
				    const struct change_side *b, bool has_total,
				    const struct view *view)
{
	*at++ = sheet_number(has_total ? a->total_j : NAN);
	*at++ = sheet_number(has_total ? b->total_j : NAN);
	*at++ = sheet_number(a->n);
	*at++ = sheet_number(b->n);
	*at++ = sheet_number((double)view->changes->n_a);
	*at++ = sheet_number((double)view->changes->n_b);
	*at++ = sheet_text(provenance_word(view->changes->provenance));
	return at;
}

static struct sheet_cell *put_joules(struct sheet_cell *at, const struct change_side *a,
				     const struct change_side *b, double change,
				     const struct view *view)
{
	*at++ = joules_cell(a->self_j, view);
	*at++ = joules_cell(b->self_j, view);
	*at++ = change_cell(change, view);
	return at;
}

static struct sheet_cell *put_change(struct sheet_cell *at,
				     const struct function_change *change,
				     const struct view *view)
{
	at = put_names(at, function_label(change->function, view->arena), "function",
		       change->function, view);
	at = put_joules(at, &change->a, &change->b, change->t.mean, view);
	at = put_test(at, change, view);
	return put_sides(at, &change->a, &change->b, true, view);
}

static struct sheet_cell *put_sum(struct sheet_cell *at, const char *label, const char *row,
				  const struct change_side sides[2],
				  const struct view *view)
{
	at = put_names(at, label, row, NULL, view);
	at = put_joules(at, &sides[0], &sides[1], sides[1].self_j - sides[0].self_j, view);
	at = put_test(at, NULL, view);
	return put_sides(at, &sides[0], &sides[1], false, view);
}

static const char *const *heads_of(const struct view *view)
{
	const struct function_changes *changes = view->changes;
	struct arena *arena = view->arena;
	const char **heads = arena_room(arena, 3 * sizeof(*heads));
	const struct figure total = { .is_known = true, .provenance = changes->provenance };
	const char *trials = changes->n_a + changes->n_b == 2
				 ? "one trial each"
				 : arena_format(arena, "%zu and %zu trials", changes->n_a,
						changes->n_b);
	heads[0] = arena_format(
	    arena, "From %s to %s (%s): %s; self joules per %s, mean of the trials; %s",
	    shown_text(changes->a->variant, arena), shown_text(changes->b->variant, arena),
	    shown_text(changes->a->job, arena), trials,
	    changes->is_per_query ? "query" : "run", format_provenance(total));
	return heads;
}

/* "f, g and 3 others", of the functions with that verdict; NULL: none. */
static const char *names_of(const struct view *view, enum change_verdict verdict)
{
	enum { NAMED = 5 };
	const char *names = NULL;
	size_t n = 0;
	for (size_t i = 0; i < view->changes->n; i++) {
		const struct function_change *change = &view->changes->changes[i];
		if (change->verdict != verdict || n++ >= NAMED)
			continue;
		const char *label = function_short_label(
		    function_label(change->function, view->arena), view->arena);
		names = names ? arena_format(view->arena, "%s, %s", names, label) : label;
	}
	return n > NAMED ? arena_format(view->arena, "%s and %zu others", names, n - NAMED)
			 : names;
}

static const char *verdict_sentence(const struct view *view)
{
	const char *less = names_of(view, CHANGE_LESS), *more = names_of(view, CHANGE_MORE);
	const char *who = view->changes->is_by_trials ? "The variant" : "The second run";
	if (less && more)
		return arena_format(view->arena, "%s needs less in %s; more in %s.", who,
				    less, more);
	if (less || more)
		return arena_format(view->arena, "%s needs %s in %s.", who,
				    less ? "less" : "more", less ? less : more);
	return "No function's difference is significant.";
}

static const char *judged_by(const struct function_changes *changes)
{
	if (!changes->is_by_trials)
		return "With fewer than three trials of each the number of stacks alone is "
		       "judged: "
		       "it tells these runs apart, not yet the variants, since runs of one "
		       "program differ too. Run each three times or more, with the same "
		       "--name.";
	return changes->is_paired ? "Judged pair by pair, within the blocks of one "
				    "campaign, and never more "
				    "surely than the number of stacks allows."
				  : "Judged as two groups of trials, and never more surely "
				    "than the number of "
				    "stacks allows; the machine's drift between them is in "
				    "the differences.";
}

/* What p and the intervals stand for. */
static const char *tests_of(const struct function_changes *changes, struct arena *arena)
{
	if (changes->n_tested == 0)
		return arena_format(
		    arena,
		    "No function has at least %d stacks in both together, and "
		    "so none is tested: run for longer, or more often.",
		    CHANGE_SAMPLES_LEAST);
	return arena_format(
	    arena,
	    "p is Holm's, over the %zu function%s with at least %d stacks in "
	    "both together; a verdict needs p < 0.05. Each interval is of its "
	    "own function.",
	    changes->n_tested, changes->n_tested == 1 ? "" : "s", CHANGE_SAMPLES_LEAST);
}

static const char *const *notes_of(const struct view *view, size_t n_shown)
{
	const struct function_changes *changes = view->changes;
	struct arena *arena = view->arena;
	const char **notes = arena_room(arena, 8 * sizeof(*notes));
	size_t n = 0;
	notes[n++] = verdict_sentence(view);
	notes[n++] = judged_by(changes);
	notes[n++] = tests_of(changes, arena);
	notes[n++] =
	    "Joules follow CPU time: functions that take turns faster than the energy "
	    "counter steps have the mean power of them all, and differ by their time "
	    "alone.";
	if (n_shown < changes->n)
		notes[n++] = arena_format(
		    arena,
		    "Others: %zu function%s; %zu of them ha%s too few stacks to be tested. "
		    "--format csv lists them.",
		    changes->n - n_shown, changes->n - n_shown == 1 ? "" : "s",
		    changes->n - changes->n_tested,
		    changes->n - changes->n_tested == 1 ? "s" : "ve");
	if (changes->n_lost > 0)
		notes[n++] = "Records were lost; the intervals hold whichever functions "
			     "they were of.";
	return notes;
}

/* One unit for all, that of the larger of what stands beside each other. */
static struct scale common_scale(const struct function_changes *changes, size_t n,
				 const struct glyphs *glyphs, struct arena *arena)
{
	struct figure *figures = arena_room(arena, (n + 1) * sizeof(*figures));
	for (size_t i = 0; i < n; i++) {
		const struct function_change *change = &changes->changes[i];
		figures[i] = (struct figure){
			.is_known = true,
			.has_interval = isfinite(change->t.ci95.low),
			.value = fmax(change->a.self_j, change->b.self_j),
		};
		double half = (change->t.ci95.high - change->t.ci95.low) / 2;
		figures[i].low = figures[i].value - half;
		figures[i].high = figures[i].value + half;
	}
	if (n == 0) /* no function is shown: the sums below are the only ones */
		figures[n++] = (struct figure){
			.is_known = true,
			.value = fmax(changes->whole[0].self_j, changes->whole[1].self_j),
		};
	return scale_of(figures, n, glyphs);
}

/* Those behind the n-th, as one. */
static void rest_of(const struct function_changes *changes, size_t n,
		    struct change_side rest[2])
{
	for (size_t i = n; i < changes->n; i++) {
		rest[0].self_j += changes->changes[i].a.self_j;
		rest[1].self_j += changes->changes[i].b.self_j;
		rest[0].n += changes->changes[i].a.n;
		rest[1].n += changes->changes[i].b.n;
	}
}

static struct sheet sheet_of(const struct function_changes *changes, bool is_for_people,
			     struct arena *arena)
{
	struct view view = { .changes = changes,
			     .glyphs = is_for_people ? glyphs_of_locale() : glyphs_utf8(),
			     .arena = arena };
	size_t n = changes->n;
	if (is_for_people)
		n = changes->n_tested < CHANGES_SHOWN ? changes->n_tested : CHANGES_SHOWN;
	struct sheet_cell *cells = arena_room(arena, (n + 3) * N_COLUMNS * sizeof(*cells));
	struct sheet_cell *at = cells;
	view.scale = common_scale(changes, n, view.glyphs, arena);
	for (size_t i = 0; i < n; i++)
		at = put_change(at, &changes->changes[i], &view);
	struct change_side others[2] = { { 0 } };
	rest_of(changes, n, others);
	if (n < changes->n)
		at = put_sum(at, "(others)", "others", others, &view);
	at = put_sum(at, "(outside)", "outside", changes->outside, &view);
	at = put_sum(at, "(whole run)", "whole", changes->whole, &view);
	struct sheet_column *own = arena_room(arena, sizeof(columns));
	memcpy(own, columns, sizeof(columns));
	own[FIRST_JOULES].heading = arena_format(
	    arena, "%s %sJ",
	    function_short_label(shown_text(changes->a->variant, arena), arena),
	    view.scale.prefix);
	own[FIRST_JOULES + 1].heading = arena_format(
	    arena, "%s %sJ",
	    function_short_label(shown_text(changes->b->variant, arena), arena),
	    view.scale.prefix);
	own[FIRST_JOULES + 2].heading = arena_format(arena, "change %sJ",
						     view.scale.prefix);
	return (struct sheet){ .schema = "joulecart-function-changes-1",
			       .columns = own,
			       .n_columns = N_COLUMNS,
			       .cells = cells,
			       .n_rows = (size_t)(at - cells) / N_COLUMNS,
			       .heads = heads_of(&view),
			       .notes = notes_of(&view, n) };
}

int functions_print_changes(sqlite3 *db, int64_t campaign_id, const char *const variants[2],
			    const char *format, FILE *out, struct problem *why)
{
	enum sheet_form form;
	problem_what(why, "cannot show what changed from '%s' to '%s'", variants[0],
		     variants[1]);
	if (!sheet_form_of(format, &form)) {
		why->kind = PROBLEM_USAGE;
		problem_why(why, "it is shown as text, markdown, csv or json");
		return problem_todo(why, "name one of these: --format csv, or -o FILE.csv");
	}
	struct arena *arena = arena_new();
	if (!arena)
		return problem_why(why, "out of memory");
	const struct function_changes_list *list = function_changes_read(
	    db, campaign_id, variants, arena, why);
	struct sheet *sheets = list ? arena_room(arena, list->n * sizeof(*sheets)) : NULL;
	for (size_t i = 0; list && i < list->n; i++)
		sheets[i] = sheet_of(&list->changes[i], form <= SHEET_MARKDOWN, arena);
	int code = list ? sheets_print(sheets, list->n, form, out, arena, why) : -1;
	arena_free(arena);
	return code;
}
