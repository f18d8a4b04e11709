/* reports/compare/compare-text.c - see compare-text.h. */
#include <config.h>

#include "reports/compare/compare-text.h"

#include "base/screen-table.h"
#include "reports/campaign/standing.h"
#include "reports/figure/wrap.h"
#include "reports/statistics/test-power.h"

#include <langinfo.h>
#include <math.h>
#include <string.h>

/* Where the text is being written. */
struct page {
	const struct comparison *comparison;
	const struct glyphs *glyphs;
	struct arena *arena;
	FILE *out;
	const char *bold, *dim, *warn, *plain; /* empty without colour */
};

/* So that with the narrowest bar and its figure a line keeps to 80 columns. */
enum { LABEL_COLUMNS = 15, NAME_COLUMNS = 26, NARROWEST_BAR = 10 };
/* 5 %, as the 95 % intervals beside it. */
static const double SIGNIFICANCE = 0.05;

static struct page page_on(const struct comparison *comparison, bool use_color, FILE *out)
{
	return (struct page){ .comparison = comparison,
			      .glyphs = glyphs_of_locale(),
			      .out = out,
			      .bold = use_color ? "\033[1m" : "",
			      .dim = use_color ? "\033[2m" : "",
			      .warn = use_color ? "\033[33m" : "",
			      .plain = use_color ? "\033[0m" : "" };
}

/* --- verdicts --------------------------------------------------------------------------- */

static void print_verdict(const struct page *page, const struct difference *difference)
{
	fprintf(page->out, " %s", page->bold);
	wrap_print(verdict_text(page->comparison, difference, page->glyphs, page->arena), 1,
		   1, page->out);
	bool is_estimate = page->comparison->provenance == PROVENANCE_ESTIMATED;
	fprintf(page->out, "%s %s", page->plain, is_estimate ? page->warn : page->dim);
	wrap_print(evidence_text(page->comparison, difference, page->glyphs, page->arena),
		   1, 1, page->out);
	fputs(page->plain, page->out);
}

/* --- bars ------------------------------------------------------------------------------- */

/* A bar of so many eighths of a column. */
static const char *bar(double columns, struct arena *arena)
{
	static const char *const eighths[] = { "", "▏", "▎", "▍", "▌", "▋", "▊", "▉" };
	bool is_utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	int n = (int)round(columns * (is_utf8 ? 8 : 1));
	int whole = is_utf8 ? n / 8 : n;
	const char *text = "";
	for (int i = 0; i < whole; i++)
		text = arena_format(arena, "%s%s", text, is_utf8 ? "█" : "#");
	return is_utf8 ? arena_format(arena, "%s%s", text, eighths[n % 8]) : text;
}

static size_t name_columns(const struct comparison *comparison)
{
	size_t widest = 0;
	for (size_t i = 0; i < comparison->n_compared; i++) {
		const char *name = comparison->compared[i].variant;
		size_t columns = wrap_columns(name, strlen(name));
		widest = columns > widest ? columns : widest;
	}
	return widest < NAME_COLUMNS ? widest : NAME_COLUMNS;
}

/* The name, cut where the bars would leave the page. */
static const char *short_name(const char *name, size_t columns, struct arena *arena)
{
	if (!name[wrap_fitting(name, columns)])
		return wrap_pad(name, columns, arena);
	int n = (int)wrap_fitting(name, columns - 2);
	return wrap_pad(arena_format(arena, "%.*s..", n, name), columns, arena);
}

static const char *change_of_row(const struct page *page, size_t i)
{
	if (page->comparison->n_compared <= 2)
		return "";
	if (i == 0)
		return "  baseline";
	struct t_test t = page->comparison->differences[i - 1].t;
	return arena_format(page->arena, "  %s",
			    change_with_interval(t, page->glyphs, page->arena));
}

/* What stands in the line of one bar. */
struct bar_line {
	const char *value, *change;
	double share;
};

static const struct bar_line *bar_lines(const struct page *page)
{
	const struct comparison *comparison = page->comparison;
	size_t n = comparison->n_compared;
	struct figure *joules = arena_room(page->arena, n * sizeof(*joules));
	struct bar_line *lines = arena_room(page->arena, n * sizeof(*lines));
	double most = 0;
	for (size_t i = 0; i < n; i++) {
		joules[i] = comparison->compared[i].joules;
		most = fmax(most, joules[i].is_known ? joules[i].value : 0);
	}
	struct scale scale = scale_of(joules, n, page->glyphs);
	/* the estimate's tolerance, which all share, would leave 9 and 7 of what differs by 28 % */
	if (most < 10 * scale.factor && scale.decimals == 0)
		scale.decimals = 1;
	for (size_t i = 0; i < n; i++)
		lines[i] = (struct bar_line){
			.value = arena_format(
			    page->arena, "%s %sJ",
			    format_value(joules[i], scale, page->glyphs, page->arena),
			    scale.prefix),
			.change = change_of_row(page, i),
			.share = joules[i].is_known && most > 0 ? joules[i].value / most : 0
		};
	return lines;
}

/* The columns that a bar can have; 0: too few to be one. */
static size_t columns_of_bars(const struct page *page, const struct bar_line *lines,
			      size_t beside)
{
	size_t screen = wrap_screen(page->out), widest = screen / 2; /* as 40 of 80 */
	for (size_t i = 0; i < page->comparison->n_compared; i++) {
		size_t taken = beside +
			       wrap_columns(lines[i].change, strlen(lines[i].change));
		size_t left = taken < screen ? screen - taken : 0;
		widest = left < widest ? left : widest;
	}
	return widest >= NARROWEST_BAR ? widest : 0;
}

static void print_bars(const struct page *page)
{
	const struct comparison *comparison = page->comparison;
	size_t n = comparison->n_compared, names = name_columns(comparison), values = 8;
	const struct bar_line *lines = bar_lines(page);
	for (size_t i = 0; i < n; i++) {
		size_t columns = wrap_columns(lines[i].value, strlen(lines[i].value));
		values = columns > values ? columns : values;
	}
	/* a blank before the name, two before bar and value */
	size_t bars = columns_of_bars(page, lines, 1 + names + 2 + 2 + values);
	fputc('\n', page->out);
	for (size_t i = 0; i < n; i++) {
		fprintf(page->out, " %s  ",
			short_name(comparison->compared[i].variant, names, page->arena));
		if (bars > 0)
			fprintf(page->out, "%s  ",
				wrap_pad(bar(lines[i].share * (double)bars, page->arena),
					 bars, page->arena));
		const char *value = wrap_pad_left(lines[i].value, values, page->arena);
		if (bars > 0)
			fprintf(page->out, "%s%s%s%s\n", value, page->dim, lines[i].change,
				page->plain);
		else
			wrap_print(
			    arena_format(page->arena, "%s%s", value, lines[i].change),
			    1 + names + 2, 1 + names + 2, page->out);
	}
	fputc('\n', page->out);
}

/* --- what lies behind it ---------------------------------------------------------------- */

static void print_line(const struct page *page, const char *label, const char *text)
{
	fprintf(page->out, " %-*s", LABEL_COLUMNS - 1, label);
	wrap_print(text, LABEL_COLUMNS, LABEL_COLUMNS, page->out);
}

/* "int8: " where there are several to speak of. */
static const char *whose(const struct page *page, const struct difference *difference)
{
	return page->comparison->n_compared > 2
		   ? arena_format(page->arena, "%s: ", difference->variant->variant)
		   : "";
}

static const char *size_of_change(struct change change, const char *less, const char *more,
				  const char *noun, struct arena *arena)
{
	double percent = 100 * fabs(change.ratio - 1);
	if (percent < 0.05)
		return arena_format(arena, "the same %s", noun);
	return arena_format(arena, "%s %% %s %s", format_digits(percent, 2, arena),
			    change.ratio < 1 ? less : more, noun);
}

static void add_part(const struct page *page, const char **list, const char *noun,
		     struct change change)
{
	if (!change.is_known)
		return;
	*list = arena_format(
	    page->arena, "%s%s%s %s", *list, **list ? ", " : "", noun,
	    change_text(log(change.ratio), 0.1, page->glyphs, page->arena));
}

static void print_why(const struct page *page, const struct difference *difference)
{
	const struct why *why = &difference->why;
	const char *parts = "";
	if (!why->seconds.is_known || !why->watts.is_known)
		return;
	if (why->instructions.is_known && why->per_cycle.is_known) {
		add_part(page, &parts, "instructions", why->instructions);
		add_part(page, &parts, "per cycle", why->per_cycle);
		add_part(page, &parts, "clock", why->clock);
		add_part(page, &parts, "cache misses", why->cache_misses);
	} else {
		add_part(page, &parts, "CPU seconds", why->cpu_seconds);
		add_part(page, &parts, "user instructions", why->user_instructions);
		add_part(page, &parts, "per cycle", why->user_per_cycle);
		add_part(page, &parts, "user cache misses", why->user_cache_misses);
	}
	if (why->cores.is_known && fabs(log(why->cores.ratio)) > 0.02)
		add_part(page, &parts, "CPUs at once", why->cores);
	print_line(
	    page, "cause",
	    arena_format(page->arena, "%s%s%s%s%s, %s", whose(page, difference),
			 size_of_change(why->seconds, "less", "more", "time", page->arena),
			 *parts ? " (" : "", parts, *parts ? ")" : "",
			 size_of_change(why->watts, "less", "more", "power", page->arena)));
}

static void print_quality(const struct page *page, const struct difference *difference)
{
	const struct figure now = difference->variant->quality;
	const struct figure was = page->comparison->compared[0].quality;
	const struct figure change = difference->quality_change;
	if (!change.is_known)
		return;
	const struct figure points = figure_times(change, 100);
	/* the same queries tell hundredths of a point */
	int decimals = points.has_interval && points.high - points.low < 1 ? 2 : 1;
	const char *interval = "";
	if (points.has_interval)
		interval = arena_format(page->arena, " (%s%.*f to %s%.*f)",
					points.low < 0 ? page->glyphs->minus : "+",
					decimals, fabs(points.low),
					points.high < 0 ? page->glyphs->minus : "+",
					decimals, fabs(points.high));
	print_line(
	    page, "quality",
	    arena_format(page->arena, "%s%s %.1f %%, was %.1f %%: %s%.*f points%s%s",
			 whose(page, difference), page->comparison->quality_name,
			 100 * now.value, 100 * was.value,
			 points.value < 0 ? page->glyphs->minus : "+", decimals,
			 fabs(points.value), interval,
			 difference->n_paired_queries
			     ? arena_format(page->arena, ", over the same %zu queries",
					    difference->n_paired_queries)
			     : ""));
}

/* What is in the joules of building besides the variant's own, or is not. */
static const char *parents_text(const struct build_cost *cost, struct arena *arena)
{
	if (cost->lacks_parent)
		return "; without its parent, whose training is not in this file";
	return cost->n_parents == 0
		   ? ""
		   : arena_format(arena, "; with %s J for its parents",
				  format_digits(cost->parents_j, 2, arena));
}

/* "after 28.1 k queries (27.0 k to 29.3 k)", or "after ~28 k queries; built once, so without an interval". */
static const char *break_even_text(const struct page *page,
				   const struct difference *difference)
{
	const struct figure break_even = difference->break_even;
	const struct build_cost *cost = &difference->variant->cost;
	struct arena *arena = page->arena;
	const char *parents = parents_text(cost, arena);
	const char *builds = "; built once, so without an interval";
	if (break_even.has_interval)
		builds = "";
	else if (cost->n > 1)
		builds = "; built twice, so without an interval";
	return arena_format(arena, "%safter %s queries%s%s", whose(page, difference),
			    queries_text(break_even, arena), builds, parents);
}

static void print_break_even(const struct page *page, const struct difference *difference)
{
	struct figure break_even = difference->break_even;
	double per_day = page->comparison->per_day;
	struct arena *arena = page->arena;
	if (!difference->variant->cost.joules.is_known || !page->comparison->is_per_query)
		return;
	if (!break_even.is_known) {
		print_line(page, "break-even",
			   arena_format(arena, "%s%s", whose(page, difference),
					break_even.reason));
		return;
	}
	const char *text = break_even_text(page, difference);
	if (per_day > 0)
		text = arena_format(
		    arena, "%s: %s at %s a day", text,
		    duration_text(break_even.value / per_day * 86400, arena),
		    count_text(per_day, arena));
	print_line(page, "break-even", text);
}

static void print_units(const struct page *page, const struct difference *difference)
{
	for (size_t i = 0; i < difference->units.n; i++)
		print_line(page, i ? "" : "per unit",
			   unit_change_text(difference, i, page->glyphs, page->arena));
}

/* --- what to doubt ---------------------------------------------------------------------- */

static void print_sensitivity(const struct page *page)
{
	const struct comparison *comparison = page->comparison;
	const struct difference *first = &comparison->differences[0];
	const char *text = "";
	if (first->detectable > 0)
		text = arena_format(
		    page->arena, "can detect differences of %s %% or more",
		    format_digits(100 * expm1(first->detectable), 2, page->arena));
	if (comparison->null.n >= 2)
		text = arena_format(
		    page->arena, "%s%s%s against itself: %s", text, *text ? "; " : "",
		    comparison->compared[0].variant,
		    change_with_interval(comparison->null, page->glyphs, page->arena));
	if (*text)
		print_line(page, "sensitivity", text);
	if (comparison->n_campaigns > 1)
		print_line(
		    page, *text ? "" : "sensitivity",
		    arena_format(
			page->arena,
			"%s campaign of these: repeating until a "
			"difference shows finds one by chance in up to %.0f of "
			"100 cases",
			ordinal_text(comparison->n_campaigns, page->arena),
			100 * power_any_alarm(SIGNIFICANCE, comparison->n_campaigns)));
}

static void print_order(const struct page *page, const struct difference *difference)
{
	if (difference->order.p < SIGNIFICANCE)
		print_line(page, "",
			   arena_format(page->arena,
					"%sorder: each later place in a block is %s; the "
					"order was random, so the mean is valid",
					whose(page, difference),
					change_text(difference->order.slope, 0.01,
						    page->glyphs, page->arena)));
	if (difference->autocorrelation.p < SIGNIFICANCE &&
	    difference->autocorrelation.lag1 > 0)
		print_line(page, "",
			   arena_format(page->arena,
					"%spairs resemble those before them (correlation "
					"%.2f): the interval may be too narrow",
					whose(page, difference),
					difference->autocorrelation.lag1));
}

/* "; by Hodges-Lehmann, which they hardly move, the verdict would be: less, -5.0 % (-5.2 to -4.8)":
 * where it would be another, or there is none. */
static const char *without_outlier(const struct page *page,
				   const struct difference *difference)
{
	const struct wilcoxon *ranks = &difference->wilcoxon;
	bool by_ranks = ranks->ci95.low > 0 || ranks->ci95.high < 0;
	bool by_t = difference->verdict != VERDICT_CANNOT_TELL;
	if (!difference->has_ranks || (by_ranks && by_t))
		return "";
	const struct t_test shift = { .n = difference->n_pairs,
				      .mean = ranks->shift,
				      .ci95 = ranks->ci95 };
	return arena_format(
	    page->arena,
	    "; by Hodges-Lehmann, which they hardly move, the verdict would be: %s, %s",
	    !by_ranks          ? "cannot tell"
	    : ranks->shift < 0 ? "less"
			       : "more",
	    change_with_interval(shift, page->glyphs, page->arena));
}

static void print_outliers(const struct page *page, const struct difference *difference)
{
	const char *list = "";
	for (size_t i = 0; i < difference->n_outliers && i < 4; i++)
		list = arena_format(page->arena, "%s%s%lld (%s)", list, i ? ", " : "",
				    (long long)difference->outliers[i].block,
				    change_text(difference->outliers[i].log_ratio, 0.1,
						page->glyphs, page->arena));
	if (difference->n_outliers > 4)
		list = arena_format(page->arena, "%s and %zu more", list,
				    difference->n_outliers - 4);
	if (difference->n_outliers > 0)
		print_line(page, "",
			   arena_format(page->arena,
					"%sfar from the others, and counted: block %s%s",
					whose(page, difference), list,
					without_outlier(page, difference)));
}

/* Other methods are named only where they would say something else. */
static void print_ranks(const struct page *page, const struct difference *difference)
{
	bool is_shown = difference->t.p < SIGNIFICANCE;
	/* below 6 pairs ranks cannot reach 5 % whatever the data */
	if (!difference->has_ranks || difference->n_pairs < 6)
		return;
	if ((difference->wilcoxon.p < SIGNIFICANCE) != is_shown)
		print_line(page, "",
			   arena_format(page->arena,
					"%sby ranks (Wilcoxon) p is %.2g, by t %.2g: look "
					"at the pairs (--format json)",
					whose(page, difference), difference->wilcoxon.p,
					difference->t.p));
}

static void print_left_out(const struct page *page)
{
	for (size_t i = 0; i < page->comparison->n_compared; i++) {
		const struct compared *compared = &page->comparison->compared[i];
		if (compared->n_left_out > 0)
			print_line(page, "",
				   arena_format(
				       page->arena, "%zu of %zu trials of %s left out: %s",
				       compared->n_left_out, compared->n_trials,
				       compared->variant, compared->left_out_reason));
	}
}

static void print_qualifications(const struct page *page)
{
	const struct comparison *comparison = page->comparison;
	print_sensitivity(page);
	for (size_t i = 0; i + 1 < comparison->n_compared; i++) {
		print_order(page, &comparison->differences[i]);
		print_ranks(page, &comparison->differences[i]);
		print_outliers(page, &comparison->differences[i]);
	}
	print_left_out(page);
	for (size_t i = 0; i < comparison->n_notices; i++)
		print_line(page, i ? "" : "disturbances", comparison->notices[i]);
	if (!comparison->standing)
		return;
	print_line(page, "seal", comparison->standing->seal.sentence);
	if (*comparison->standing->departures)
		print_line(page, "left aside", comparison->standing->departures);
}

/* --- names that are whole commands ------------------------------------------------------ */

/* The widest name that a sentence still reads with, and how many letters there are. */
enum { LONGEST_NAME = 24, MOST_LETTERS = 26 };

static bool has_long_name(const struct comparison *comparison)
{
	bool is_long = false;
	for (size_t i = 0; i < comparison->n_compared; i++) {
		const char *name = comparison->compared[i].variant;
		is_long |= wrap_columns(name, strlen(name)) > LONGEST_NAME;
	}
	return is_long && comparison->n_compared <= MOST_LETTERS;
}

const char *compare_short_name(const struct comparison *comparison, size_t i,
			       struct arena *arena)
{
	return has_long_name(comparison) ? arena_format(arena, "%c", (int)('A' + i))
					 : comparison->compared[i].variant;
}

/* A notice begins with the name of its variant. */
static const char *relabelled(const struct comparison *whole, const struct compared *labels,
			      const char *notice, struct arena *arena)
{
	for (size_t i = 0; i < whole->n_compared; i++) {
		const char *name = whole->compared[i].variant;
		size_t n = strlen(name);
		if (strncmp(notice, name, n) == 0 && strchr(",: ", notice[n]))
			return arena_format(arena, "%s%s", labels[i].variant, notice + n);
	}
	return notice;
}

/* The same comparison of "A", "B"... */
static const struct comparison *with_letters(const struct comparison *whole,
					     struct arena *arena)
{
	struct comparison *labelled = arena_room(arena, sizeof(*labelled));
	struct compared *compared = arena_room(arena,
					       whole->n_compared * sizeof(*compared));
	struct difference *differences = arena_room(arena, whole->n_compared *
							       sizeof(*differences));
	const char **notices = arena_room(arena, (whole->n_notices + 1) * sizeof(*notices));
	*labelled = *whole;
	for (size_t i = 0; i < whole->n_compared; i++) {
		compared[i] = whole->compared[i];
		compared[i].variant = compare_short_name(whole, i, arena);
	}
	for (size_t i = 0; i + 1 < whole->n_compared; i++) {
		differences[i] = whole->differences[i];
		differences[i].variant = compared +
					 (whole->differences[i].variant - whole->compared);
	}
	for (size_t i = 0; i < whole->n_notices; i++)
		notices[i] = relabelled(whole, compared, whole->notices[i], arena);
	labelled->compared = compared;
	labelled->differences = differences;
	labelled->notices = notices;
	return labelled;
}

static void print_legend(const struct comparison *whole, const struct comparison *labelled,
			 FILE *out)
{
	struct screen_table *table = table_new(1, 2);
	table_column(table, "", 0);
	table_column(table, "", TABLE_WORDS);
	for (size_t i = 0; i < whole->n_compared; i++) {
		table_cell(table, labelled->compared[i].variant);
		table_cell(table, whole->compared[i].variant);
	}
	table_print(table, out);
	table_free(table);
	fputc('\n', out);
}

void compare_text(const struct comparison *comparison, bool use_color, FILE *out)
{
	struct page page = page_on(comparison, use_color, out);
	page.arena = arena_new();
	if (!page.arena)
		return;
	if (has_long_name(comparison)) {
		page.comparison = with_letters(comparison, page.arena);
		print_legend(comparison, page.comparison, out);
		comparison = page.comparison;
	}
	for (size_t i = 0; i + 1 < comparison->n_compared; i++)
		print_verdict(&page, &comparison->differences[i]);
	print_bars(&page);
	for (size_t i = 0; i + 1 < comparison->n_compared; i++) {
		print_why(&page, &comparison->differences[i]);
		print_units(&page, &comparison->differences[i]);
		print_quality(&page, &comparison->differences[i]);
		print_break_even(&page, &comparison->differences[i]);
	}
	print_qualifications(&page);
	arena_free(page.arena);
}
