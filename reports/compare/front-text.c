/* reports/compare/front-text.c - the front and the break-even table, for people. */
#include <config.h>

#include "base/problem.h"
#include "base/screen-table.h"
#include "reports/compare/compare-text.h"
#include "reports/compare/front.h"
#include "reports/figure/wrap.h"

#include <errno.h>
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
};

static const char *scaled(const struct table *table, bool is_known, double value,
			  struct scale scale)
{
	struct figure figure = { .is_known = is_known && isfinite(value), .value = value };
	return format_value(figure, scale, table->glyphs, table->arena);
}

static int decimals_for(double value, int digits)
{
	int decimals = digits - 1 - (int)floor(log10(value));
	return decimals > 0 ? decimals : 0;
}

static int most_decimals(const struct figure *figures, size_t n, double factor)
{
	double least = INFINITY, most = 0;
	for (size_t i = 0; i < n; i++) {
		if (!figures[i].is_known)
			continue;
		least = fmin(least, figures[i].value / factor);
		most = fmax(most, figures[i].value / factor);
	}
	if (most <= 0)
		return 0;
	int for_most = decimals_for(most, 4), for_least = decimals_for(least, 2);
	return for_most > for_least ? for_most : for_least;
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
	struct scale scale = scale_of(figures, list->n, glyphs);
	/* four digits of the largest, or two of the smallest: they have no intervals here */
	int enough = most_decimals(figures, list->n, scale.factor);
	if (scale.decimals > enough)
		scale.decimals = enough;
	return scale;
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

/* What both tables begin with. */
static struct screen_table *choices_begin(const struct table *table)
{
	struct screen_table *drawn = table_new(1, 2);
	table_column(drawn, "  variant", TABLE_WORDS);
	table_column(drawn, arena_format(table->arena, "%sJ", table->joules.prefix),
		     TABLE_RIGHT);
	table_column(drawn, table->comparison->quality_name, TABLE_RIGHT);
	return drawn;
}

static void put_choice(const struct table *table, struct screen_table *drawn,
		       const struct choice *choice, const char *mark)
{
	struct arena *arena = table->arena;
	table_cell(drawn, arena_format(arena, "%s %s", mark, choice->compared->variant));
	table_cell(drawn, scaled(table, true, choice->joules, table->joules));
	table_cell(drawn,
		   arena_format(arena, "%.1f %%", 100 * choice->compared->quality.value));
}

static int choices_end(const struct table *table, struct screen_table *drawn)
{
	int code = table_print(drawn, table->out);
	table_free(drawn);
	return code;
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

static int print_front(const struct table *table, const struct choice_list *list)
{
	struct arena *arena = table->arena;
	struct screen_table *drawn = choices_begin(table);
	table_column(drawn, arena_format(arena, "%sJ/correct", table->correct.prefix),
		     TABLE_RIGHT);
	table_column(drawn, arena_format(arena, "build, %sJ", table->build_j.prefix),
		     TABLE_RIGHT);
	table_column(drawn, "break-even, queries", TABLE_WORDS);
	for (size_t i = 0; i < list->n_front; i++) {
		const struct choice *choice = &list->choices[i];
		const struct figure build = choice->compared->cost.joules;
		put_choice(table, drawn, choice, table->dot);
		table_cell(drawn,
			   scaled(table, true, choice->joules_per_correct, table->correct));
		table_cell(drawn,
			   scaled(table, build.is_known, build.value, table->build_j));
		table_cell(drawn, break_even_text(table, choice));
	}
	return choices_end(table, drawn);
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

static int print_dominated(const struct table *table, const struct choice_list *list)
{
	struct arena *arena = table->arena;
	struct screen_table *drawn = choices_begin(table);
	table_column(drawn, "dominated", TABLE_WORDS);
	for (size_t i = list->n_front; i < list->n; i++) {
		const struct choice *choice = &list->choices[i];
		const char *more = choice->n_more > 0 ? arena_format(arena, " and %zu more",
								     choice->n_more)
						      : "";
		put_choice(table, drawn, choice, " ");
		table_cell(drawn, arena_format(arena, "by %s%s%s", choice->dominated_by,
					       more, uncertainty_of(choice)));
	}
	return choices_end(table, drawn);
}

static void print_notes(const struct table *table, double spread_over)
{
	const struct comparison *comparison = table->comparison;
	fprintf(table->out, "\n %s ", table->dot);
	wrap_print("on the Pareto front: no other variant needs less and answers as well",
		   3, 3, table->out);
	wrap_say(table->out, 1, 2,
		 "correct: per correct answer; build: joules of training and compression");
	if (spread_over > 0)
		wrap_say(table->out, 1, 2,
			 "joules include the build cost, spread over %s queries",
			 count_text(spread_over, table->arena));
	if (comparison->per_day > 0)
		wrap_say(table->out, 1, 2, "break-even at %s queries a day",
			 count_text(comparison->per_day, table->arena));
	wrap_say(table->out, 1, 2, "energy %s",
		 comparison->provenance == PROVENANCE_ESTIMATED
		     ? "ESTIMATED: only CPU time is compared"
		     : provenance_word(comparison->provenance));
}

static int nothing_to_choose(const struct comparison *comparison, struct problem *why)
{
	problem_what(why, "cannot show the Pareto front of '%s'",
		     comparison->path ? comparison->path : "the database");
	problem_why(why, "its trials report no %s",
		    comparison->is_per_query ? "quality" : "queries");
	return problem_todo(
	    why, comparison->is_per_query
		     ? "a command reports it with 'joulecart mark metric NAME VALUE'"
		     : "a command marks them, or say how many with run --queries");
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
	int code = print_front(&table, &list);
	if (code == 0 && list.n > list.n_front) {
		fputc('\n', out);
		code = print_dominated(&table, &list);
	}
	print_notes(&table, spread_over);
	arena_free(table.arena);
	if (code == 0)
		return 0;
	problem_what(why, "cannot print the Pareto front");
	return problem_errno(why, errno);
}
