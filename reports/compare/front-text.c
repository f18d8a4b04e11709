/* reports/compare/front-text.c - the front and the break-even table, for people. */
#include <config.h>

#include "base/problem.h"
#include "reports/compare/compare-text.h"
#include "reports/compare/front.h"
#include "reports/figure/wrap.h"

#include <langinfo.h>
#include <math.h>
#include <string.h>

struct table {
	const struct comparison *comparison;
	const struct glyphs *glyphs;
	struct arena *arena;
	FILE *out;
	struct scale joules, correct, build_j;
	const char *dot;
	int name_columns;
};

static const char *scaled(const struct table *table, bool is_known, double value,
			  struct scale scale)
{
	struct figure figure = { .is_known = is_known && isfinite(value), .value = value };
	return format_value(figure, scale, table->glyphs, table->arena);
}

/* One scale for a column of plain numbers. */
static struct scale scale_for(const struct choice_list *list,
			      double (*of)(const struct choice *),
			      const struct glyphs *glyphs, struct arena *arena)
{
	struct figure *figures = arena_room(arena, (list->n + 1) * sizeof(*figures));
	for (size_t i = 0; i < list->n; i++) {
		double value = of(&list->choices[i]);
		figures[i] = (struct figure){ .is_known = value > 0, .value = value };
	}
	return scale_of(figures, list->n, glyphs);
}

static double joules_of(const struct choice *choice)
{
	return choice->joules;
}

static double correct_of(const struct choice *choice)
{
	return isfinite(choice->joules_per_correct) ? choice->joules_per_correct : 0;
}

static double build_j_of(const struct choice *choice)
{
	return choice->compared->cost.joules.is_known ? choice->compared->cost.joules.value
						      : 0;
}

static void print_cell(const struct table *table, const char *text, size_t columns)
{
	fputs(wrap_pad_left(text, columns, table->arena), table->out);
}

static void print_head(const struct table *table)
{
	struct arena *arena = table->arena;
	const char *quality = table->comparison->quality_name;
	fprintf(table->out, "   %-*s", table->name_columns, "variant");
	print_cell(table, arena_format(arena, "%sJ", table->joules.prefix), 8);
	print_cell(table, quality, 9);
	print_cell(table, arena_format(arena, "%sJ/correct", table->correct.prefix), 11);
	print_cell(table, arena_format(arena, "build, %sJ", table->build_j.prefix), 11);
	fputs("   break-even, queries\n", table->out);
}

static void print_name(const struct table *table, const struct choice *choice,
		       const char *mark)
{
	fprintf(
	    table->out, " %s %s", mark,
	    wrap_pad(choice->compared->variant, (size_t)table->name_columns, table->arena));
	print_cell(table, scaled(table, true, choice->joules, table->joules), 8);
	print_cell(
	    table,
	    arena_format(table->arena, "%.1f %%", 100 * choice->compared->quality.value),
	    9);
}

static const char *break_even_text(const struct table *table, const struct choice *choice)
{
	const struct difference *difference = choice->difference;
	double per_day = table->comparison->per_day;
	if (!difference)
		return table->glyphs->missing;
	struct figure break_even = difference->break_even;
	if (!break_even.is_known)
		return difference->variant->cost.joules.is_known ? break_even.reason
								 : table->glyphs->missing;
	const char *text = queries_text(break_even, table->arena);
	if (per_day > 0)
		text = arena_format(
		    table->arena, "%s, %s", queries_short_text(break_even, table->arena),
		    duration_text(break_even.value / per_day * 86400, table->arena));
	return text;
}

static void print_front(const struct table *table, const struct choice *choice)
{
	print_name(table, choice, table->dot);
	print_cell(table, scaled(table, true, choice->joules_per_correct, table->correct),
		   11);
	print_cell(table,
		   scaled(table, choice->compared->cost.joules.is_known,
			  choice->compared->cost.joules.value, table->build_j),
		   11);
	size_t column = 3 + (size_t)table->name_columns + 8 + 9 + 11 + 11 + 3;
	fputs("   ", table->out);
	wrap_print(break_even_text(table, choice), column, column, table->out);
}

static const char *uncertainty_of(const struct choice *choice)
{
	return choice->is_energy_sure && choice->is_quality_sure ? ""
	       : choice->is_energy_sure
		   ? " on energy; quality does not differ significantly"
	       : choice->is_quality_sure
		   ? " on quality; energy does not differ significantly"
		   : "; neither differs significantly";
}

static void print_dominated(const struct table *table, const struct choice *choice)
{
	size_t column = 3 + (size_t)table->name_columns + 8 + 9 + 3;
	print_name(table, choice, " ");
	fputs("   ", table->out);
	const char *more = choice->n_more > 0
			       ? arena_format(table->arena, " and %zu more", choice->n_more)
			       : "";
	wrap_print(arena_format(table->arena, "by %s%s%s", choice->dominated_by, more,
				uncertainty_of(choice)),
		   column, column, table->out);
}

static int name_columns(const struct choice_list *list)
{
	size_t widest = strlen("variant");
	for (size_t i = 0; i < list->n; i++) {
		const char *name = list->choices[i].compared->variant;
		size_t columns = wrap_columns(name, strlen(name));
		widest = columns > widest ? columns : widest;
	}
	return (int)widest;
}

static void print_notes(const struct table *table, double spread_over)
{
	const struct comparison *comparison = table->comparison;
	fprintf(
	    table->out,
	    "\n %s on the Pareto front: no other variant needs less and answers as well\n"
	    " correct: per correct answer; build: joules of training and compression\n",
	    table->dot);
	if (spread_over > 0)
		fprintf(table->out,
			" joules include the build cost, spread over %s queries\n",
			count_text(spread_over, table->arena));
	if (comparison->per_day > 0)
		fprintf(table->out, " break-even at %s queries a day\n",
			count_text(comparison->per_day, table->arena));
	fprintf(table->out, " energy %s\n",
		comparison->provenance == PROVENANCE_ESTIMATED
		    ? "ESTIMATED: only CPU time is compared"
		    : provenance_word(comparison->provenance));
}

static int nothing_to_choose(const struct comparison *comparison, struct problem *why)
{
	problem_what(why, "cannot show the Pareto front of '%s'",
		     comparison->path ? comparison->path : "the database");
	return problem_why(why, "its trials report no %s",
			   comparison->is_per_query ? "quality" : "queries");
}

int front_text(const struct comparison *comparison, double spread_over, FILE *out,
	       struct problem *why)
{
	struct table table = { .comparison = comparison,
			       .glyphs = glyphs_of_locale(),
			       .arena = arena_new(),
			       .out = out };
	if (!table.arena || !comparison->is_per_query || !comparison->quality_name) {
		arena_free(table.arena);
		return nothing_to_choose(comparison, why);
	}
	struct choice_list list = front_of(comparison, spread_over, table.arena);
	table.dot = strcmp(nl_langinfo(CODESET), "UTF-8") == 0 ? "●" : "*";
	table.joules = scale_for(&list, joules_of, table.glyphs, table.arena);
	table.correct = scale_for(&list, correct_of, table.glyphs, table.arena);
	table.build_j = scale_for(&list, build_j_of, table.glyphs, table.arena);
	table.name_columns = name_columns(&list);
	print_head(&table);
	for (size_t i = 0; i < list.n; i++) {
		if (i == list.n_front)
			fputs("   dominated\n", out);
		if (i < list.n_front)
			print_front(&table, &list.choices[i]);
		else
			print_dominated(&table, &list.choices[i]);
	}
	print_notes(&table, spread_over);
	arena_free(table.arena);
	return 0;
}
