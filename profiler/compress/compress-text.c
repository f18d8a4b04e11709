/* profiler/compress/compress-text.c - see compress-text.h. */
#include <config.h>

#include "profiler/compress/compress-text.h"

#include "base/screen-table.h"
#include "base/text-stream.h"
#include "base/wrap.h"
#include "reports/campaign/score.h"
#include "reports/figure/format.h"

#include <math.h>
#include <string.h>

enum { NAME_SIZE = 512, INDENT = 0 };

/* What all lines are made with. */
struct page {
	const struct compress_result *result;
	const struct compress_options *options;
	const struct glyphs *glyphs;
	struct arena *arena;
	FILE *out;
	struct scale scale; /* of the cost */
};

static const char *name_of(const struct page *page, const struct search_point *point)
{
	char name[NAME_SIZE];
	levels_name(&page->options->techniques, point, name, sizeof(name));
	return arena_string(page->arena, name);
}

static struct figure figure_of(struct bounds bounds)
{
	return (struct figure){ .is_known = isfinite(bounds.mean),
				.has_interval = isfinite(bounds.low) &&
						isfinite(bounds.high) && bounds.low > 0,
				.value = bounds.mean,
				.low = bounds.low,
				.high = bounds.high };
}

/* As it was asked for: what is the better the lower was searched with its sign changed. */
static struct bounds quality_of(const struct page *page, const struct searched *one)
{
	struct bounds seen = one->quality;
	if (!page->options->quality.is_lower_better)
		return seen;
	return (struct bounds){ -seen.mean, -seen.high, -seen.low };
}

static const char *quality_text(const struct page *page, const struct searched *one)
{
	struct bounds quality = quality_of(page, one);
	bool is_share = score_is_share(page->options->quality.name);
	double factor = is_share ? 100 : 1;
	const char *unit = is_share ? " %" : "";
	if (!isfinite(quality.mean))
		return page->glyphs->missing;
	if (!isfinite(quality.low) || quality.low == quality.high)
		return arena_format(page->arena, "%.4g%s", factor * quality.mean, unit);
	return arena_format(page->arena, "%.4g%s (%.4g..%.4g)", factor * quality.mean, unit,
			    factor * quality.low, factor * quality.high);
}

static const char *cost_text(const struct page *page, const struct searched *one)
{
	struct figure figure = figure_of(one->cost);
	const char *interval = format_interval(figure, page->scale, page->arena);
	if (!figure.is_known)
		return page->glyphs->missing;
	return arena_format(page->arena, "%s %s%s%s%s%s",
			    format_value(figure, page->scale, page->glyphs, page->arena),
			    page->scale.prefix, page->options->budget.unit,
			    *interval ? " (" : "", interval, *interval ? ")" : "");
}

static const char *needs_text(const struct page *page, const struct searched *one)
{
	static const double MOST = 10000;
	double trials = one->more.trials, queries = one->more.queries;
	if (queries > 0 && isfinite(queries))
		return arena_format(page->arena,
				    "cannot tell: about %.0f test queries would", queries);
	if (one->more.is_meter_open)
		return "cannot tell: the meter leaves it open";
	if (one->n_trials == 0)
		return "not tried";
	if (!isfinite(one->cost.mean))
		return "cannot tell so far";
	if (trials > MOST || queries > 0)
		return "cannot tell: it lies at the limit";
	return trials > 0
		   ? arena_format(page->arena, "cannot tell: about %.0f trial%s more would",
				  ceil(trials), ceil(trials) > 1 ? "s" : "")
		   : "cannot tell so far";
}

static const char *failure_text(const struct page *page, const struct searched *one)
{
	const struct compress_result *result = page->result;
	for (size_t i = 0; i < result->n_useless; i++)
		if (memcmp(&result->useless[i].point, &one->point, sizeof(one->point)) == 0)
			return arena_format(page->arena, "of no use: %s",
					    result->useless[i].why);
	return "of no use";
}

static const char *verdict_text(const struct page *page, const struct searched *one)
{
	switch (one->verdict) {
	case VERDICT_FITS:
		return "chosen";
	case VERDICT_BEATEN:
		return "fits, but answers worse";
	case VERDICT_COSTS_TOO_MUCH:
		return "over the budget";
	case VERDICT_TOO_BAD:
		return "below the limit of quality";
	case VERDICT_FAILED:
		return failure_text(page, one);
	case VERDICT_UNDECIDED:
		break;
	}
	return needs_text(page, one);
}

/* What the budget is about. */
static const char *head_of(const struct page *page)
{
	switch (page->options->budget.of) {
	case BUDGET_PER_QUERY:
		return "PER QUERY";
	case BUDGET_PER_RUN:
		return "PER RUN";
	default:
		return page->options->budget.metric;
	}
}

static const char *trials_text(const struct page *page, const struct searched *one)
{
	return arena_format(page->arena, "%zu", one->n_trials);
}

static int print_table(const struct page *page)
{
	const struct search_result *search = &page->result->search;
	struct screen_table *table = table_new(INDENT, 2);
	table_column(table, "CANDIDATE", TABLE_WORDS | TABLE_NAMES);
	table_column(table, head_of(page), 0);
	table_column(table, page->options->quality.name, 0);
	table_column(table, "TRIALS", TABLE_RIGHT);
	table_column(table, "VERDICT", TABLE_WORDS);
	for (size_t i = 0; i < search->n; i++) {
		const struct searched *one = &search->candidates[i];
		table_cell(table, name_of(page, &one->point));
		table_cell(table, cost_text(page, one));
		table_cell(table, quality_text(page, one));
		table_cell(table, trials_text(page, one));
		table_cell(table, verdict_text(page, one));
	}
	int code = table_print(table, page->out);
	table_free(table);
	return code;
}

/* --- the sentences ---------------------------------------------------------------------- */

/* "12.3 k" */
static const char *count_text(const struct page *page, double count)
{
	struct figure figure = { .is_known = true, .value = count };
	struct scale scale = scale_of(&figure, 1, page->glyphs);
	return arena_format(page->arena, "%s%s%s",
			    format_value(figure, scale, page->glyphs, page->arena),
			    *scale.prefix ? " " : "", scale.prefix);
}

static const char *joules_text(const struct page *page, double joules)
{
	const char *text = count_text(page, joules);
	return arena_format(page->arena, "%s%sJ", text, strchr(text, ' ') ? "" : " ");
}

static void say_payback(const struct page *page)
{
	const struct compress_result *result = page->result;
	double saved = result->mildest_j - result->chosen_j;
	const char *unit = result->is_per_query ? "queries" : "runs";
	if (!result->search.is_found || result->search.chosen == 0)
		return;
	if (!result->is_spent_known || result->mildest_j <= 0 || result->chosen_j <= 0)
		wrap_say(
		    page->out, 0, INDENT,
		    "When the search is paid back is not known: a trial has no joules.");
	else if (saved <= 0)
		wrap_say(page->out, 0, INDENT,
			 "The search is never paid back: it saves no joules.");
	else
		wrap_say(page->out, 0, INDENT,
			 "Against the mildest it saves %s per %s: the search is paid back "
			 "after about %s %s.",
			 joules_text(page, saved), result->is_per_query ? "query" : "run",
			 count_text(page, ceil(result->spent_j / saved)), unit);
}

static void say_spent(const struct page *page)
{
	const struct compress_result *result = page->result;
	wrap_say(page->out, 0, INDENT, "The search used %s%s in %zu trial%s and %.3g s.",
		 result->is_spent_known ? "" : "at least ",
		 joules_text(page, result->spent_j), result->search.n_trials,
		 result->search.n_trials == 1 ? "" : "s", result->spent_s);
	say_payback(page);
	if (result->weakest == PROVENANCE_ESTIMATED)
		wrap_say(
		    page->out, 0, INDENT,
		    "Joules are ESTIMATED from CPU time: no counter of energy can be read "
		    "here ('joulecart doctor' says why).");
}

static const char *per_text(const struct page *page)
{
	switch (page->options->budget.of) {
	case BUDGET_PER_QUERY:
		return " per query";
	case BUDGET_PER_RUN:
		return " per run";
	default:
		return arena_format(page->arena, " of %s", page->options->budget.metric);
	}
}

static void say_found(const struct page *page)
{
	const struct search_result *search = &page->result->search;
	const struct searched *chosen = &search->candidates[search->chosen];
	size_t n_fit = 0;
	for (size_t i = 0; i < search->n; i++)
		n_fit += search->candidates[i].verdict == VERDICT_FITS ||
			 search->candidates[i].verdict == VERDICT_BEATEN;
	if (search->chosen == 0) {
		wrap_say(page->out, 0, INDENT,
			 "%s is chosen: the mildest of all is within %s already, at %s %s. "
			 "Nothing needs to be compressed.",
			 name_of(page, &chosen->point), page->options->budget.text,
			 page->options->quality.name, quality_text(page, chosen));
		return;
	}
	wrap_say(
	    page->out, 0, INDENT,
	    "%s is chosen: it needs %s%s, surely within %s, and answers %s, with %s %s.",
	    name_of(page, &chosen->point), cost_text(page, chosen), per_text(page),
	    page->options->budget.text,
	    n_fit == 1 ? "best, as the only one that surely is"
		       : arena_format(page->arena, "best of the %zu that are", n_fit),
	    page->options->quality.name, quality_text(page, chosen));
}

static bool any_undecided(const struct search_result *search)
{
	for (size_t i = 0; i < search->n; i++)
		if (search->candidates[i].verdict == VERDICT_UNDECIDED)
			return true;
	return false;
}

/* With the limit that stopped it, it would be stopped again at once. */
static const char *resume_text(const struct page *page)
{
	switch (page->result->stopped_by) {
	case STOPPED_BY_JOULES:
		return " at --max-joules: the same command with --resume and a larger "
		       "--max-joules goes on with it";
	case STOPPED_BY_TIME:
		return " at --max-time: the same command with --resume and a longer "
		       "--max-time goes on with it";
	case STOPPED_OTHERWISE:
		break;
	}
	return ": the same command with --resume goes on with it";
}

static void say_not_found(const struct page *page)
{
	const struct search_result *search = &page->result->search;
	const struct searched *nearest = &search->candidates[search->nearest];
	if (search->is_stopped)
		wrap_say(page->out, 0, INDENT,
			 "Nothing was found before the search was stopped%s.",
			 resume_text(page));
	else
		wrap_say(page->out, 0, INDENT, "%s within %s%s.",
			 any_undecided(search) ? "No candidate is certain to fit"
					       : "Nothing fits",
			 page->options->budget.text,
			 page->options->quality.has_limit ? " and the limit of quality"
							  : "");
	if (search->has_nearest)
		wrap_say(page->out, 0, INDENT,
			 "Nearest is %s: it needs %s%s, with %s %s (%s).",
			 name_of(page, &nearest->point), cost_text(page, nearest),
			 per_text(page), page->options->quality.name,
			 quality_text(page, nearest), verdict_text(page, nearest));
}

/* What sets weights to 0 need not make the command do less. */
static void say_useless(const struct page *page)
{
	const struct technique_list *list = &page->options->techniques;
	for (size_t t = 0; t < list->n; t++)
		if (page->result->search.is_useless[t])
			wrap_say(page->out, 0, INDENT,
				 "%s saves nothing that could be shown: at its strongest "
				 "level it needs as much as at its mildest.",
				 list->techniques[t].name);
}

static struct page page_of(const struct compress_result *result,
			   const struct compress_options *options, FILE *out)
{
	struct page page = { .result = result,
			     .options = options,
			     .glyphs = glyphs_of_locale(),
			     .arena = arena_new(),
			     .out = out };
	struct figure figures[CANDIDATES_MOST];
	for (size_t i = 0; i < result->search.n; i++)
		figures[i] = figure_of(result->search.candidates[i].cost);
	page.scale = scale_of(figures, result->search.n, page.glyphs);
	return page;
}

int compress_text(const struct compress_result *result,
		  const struct compress_options *options, FILE *out)
{
	struct page page = page_of(result, options, out);
	if (!page.arena)
		return -1;
	if (print_table(&page) != 0) {
		arena_free(page.arena);
		return -1;
	}
	fputc('\n', out);
	if (result->search.is_found)
		say_found(&page);
	else
		say_not_found(&page);
	if (result->search.is_found && result->search.is_stopped)
		wrap_say(out, 0, INDENT,
			 "The search was stopped, and might have found better%s.",
			 resume_text(&page));
	say_useless(&page);
	say_spent(&page);
	arena_free(page.arena);
	return 0;
}
