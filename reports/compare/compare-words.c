/* reports/compare/compare-words.c - the sentences of compare-text.h. */
#include <config.h>

#include "reports/compare/compare-text.h"

#include <math.h>

/* Decimals of a change in percent whose interval has this half-width, in percent. */
static int decimals_for(double half_width)
{
	return half_width >= 3 ? 0 : half_width >= 0.05 || half_width == 0 ? 1 : 2;
}

static double percent_of(double log_ratio)
{
	return 100 * expm1(log_ratio);
}

static const char *signed_number(double value, int decimals, const struct glyphs *glyphs,
				 struct arena *arena)
{
	double unit = pow(10, -decimals);
	value = round(value / unit) * unit;
	return arena_format(arena, "%s%s",
			    value < 0   ? glyphs->minus
			    : value > 0 ? "+"
					: "",
			    format_decimals(fabs(value), decimals, arena));
}

const char *change_text(double log_ratio, double half_width, const struct glyphs *glyphs,
			struct arena *arena)
{
	int decimals = decimals_for(100 * half_width);
	return arena_format(arena, "%s %%",
			    signed_number(percent_of(log_ratio), decimals, glyphs, arena));
}

static double half_width(struct t_test test)
{
	return (test.ci95.high - test.ci95.low) / 2 * exp(test.mean);
}

const char *change_with_interval(struct t_test test, const struct glyphs *glyphs,
				 struct arena *arena)
{
	int decimals = decimals_for(100 * half_width(test));
	const char *change = change_text(test.mean, half_width(test), glyphs, arena);
	if (test.n < 2)
		return change;
	return arena_format(
	    arena, "%s (%s to %s)", change,
	    signed_number(percent_of(test.ci95.low), decimals, glyphs, arena),
	    signed_number(percent_of(test.ci95.high), decimals, glyphs, arena));
}

const char *ordinal_text(int64_t n, struct arena *arena)
{
	static const char *const words[] = { "first", "second", "third",   "fourth",
					     "fifth", "sixth",  "seventh", "eighth",
					     "ninth", "tenth" };
	return n >= 1 && n <= 10 ? words[n - 1]
				 : arena_format(arena, "%lldth", (long long)n);
}

static const char *count_digits(double count, int digits, struct arena *arena)
{
	static const struct {
		double factor;
		const char *suffix;
	} steps[] = { { 1e9, " G" }, { 1e6, " M" }, { 1e3, " k" }, { 1, "" } };
	size_t i = 0;
	while (i < 3 && count < steps[i].factor * 0.9995)
		i++;
	return arena_format(arena, "%s%s",
			    format_digits(count / steps[i].factor, digits, arena),
			    steps[i].suffix);
}

const char *count_text(double count, struct arena *arena)
{
	return count_digits(count, 3, arena);
}

const char *queries_short_text(struct figure queries, struct arena *arena)
{
	if (queries.has_interval)
		return count_text(queries.value, arena);
	return arena_format(arena, "~%s", count_digits(queries.value, 2, arena));
}

const char *queries_text(struct figure queries, struct arena *arena)
{
	const char *text = queries_short_text(queries, arena);
	if (!queries.has_interval)
		return text;
	return arena_format(arena, "%s (%s to %s)", text, count_text(queries.low, arena),
			    count_text(queries.high, arena));
}

const char *duration_text(double seconds, struct arena *arena)
{
	static const struct {
		double seconds;
		const char *unit;
	} units[] = { { 86400 * 365.25, "years" },
		      { 86400, "d" },
		      { 3600, "h" },
		      { 60, "min" },
		      { 1, "s" } };
	size_t i = 0;
	while (i < 4 && seconds < units[i].seconds)
		i++;
	return arena_format(arena, "%s %s",
			    format_digits(seconds / units[i].seconds, 2, arena),
			    units[i].unit);
}

/* "61.7": the size of a change, never 0 where there is one. */
static const char *size_text(double log_ratio, double half, struct arena *arena)
{
	double percent = fabs(percent_of(log_ratio));
	int decimals = decimals_for(100 * half);
	while (decimals < 4 && percent > 0 && percent < pow(10, -decimals) / 2)
		decimals++;
	return arena_format(arena, "%.*f", decimals, percent);
}

static const char *cannot_tell(const struct comparison *comparison,
			       const struct difference *difference,
			       const struct glyphs *glyphs, struct arena *arena)
{
	const char *base = comparison->compared[0].variant;
	const char *name = difference->variant->variant;
	struct t_test t = difference->t;
	if (t.n < 2)
		return arena_format(
		    arena,
		    "No difference between %s and %s can be shown: one pair has "
		    "no spread (--trials 8).",
		    name, base);
	const char *change = change_with_interval(t, glyphs, arena);
	if (t.n < t.n_least)
		return arena_format(
		    arena,
		    "No difference between %s and %s can be shown: %zu %s may agree by "
		    "chance (--trials 8). They show %s.",
		    name, base, t.n, difference->is_paired ? "pairs" : "trials of each",
		    change);
	const char *text = arena_format(
	    arena, "No significant difference between %s and %s: %s.", name, base, change);
	if (difference->detectable <= 0)
		return text;
	text = arena_format(arena, "%s This run could detect differences of %s %% or more",
			    text,
			    format_digits(percent_of(difference->detectable), 2, arena));
	size_t needed = difference->pairs_needed;
	if (needed == 0 || needed > 10000 || needed <= t.n)
		return arena_format(arena, "%s.", text);
	return arena_format(
	    arena, "%s; detecting %s %% would need about %zu pairs (--trials %zu).", text,
	    size_text(t.mean, half_width(t), arena), needed, needed);
}

const char *verdict_text(const struct comparison *comparison,
			 const struct difference *difference, const struct glyphs *glyphs,
			 struct arena *arena)
{
	if (difference->verdict == VERDICT_CANNOT_TELL)
		return cannot_tell(comparison, difference, glyphs, arena);
	return arena_format(
	    arena, "%s needs %s %% %s energy%s than %s.", difference->variant->variant,
	    size_text(difference->t.mean, half_width(difference->t), arena),
	    difference->verdict == VERDICT_LESS ? "less" : "more",
	    comparison->is_per_query ? " per query" : "", comparison->compared[0].variant);
}

static const char *how_many(const struct comparison *comparison,
			    const struct difference *difference, struct arena *arena)
{
	size_t n = difference->n_pairs;
	if (difference->is_paired)
		return arena_format(arena, "%zu interleaved pair%s", n, n == 1 ? "" : "s");
	if (comparison->campaign_id == 0)
		return "two campaigns: differences between sessions are in the figure, but "
		       "not "
		       "in its interval";
	return "trials of different blocks: drift of the machine is in the figure";
}

/* "; Holm's correction for 3 comparisons", or what else leaves no verdict to an interval without 0. */
static const char *correction(const struct comparison *comparison,
			      const struct difference *difference, struct arena *arena)
{
	bool decides = difference->verdict == VERDICT_CANNOT_TELL &&
		       difference->t.n >= difference->t.n_least && difference->t.p < 0.05;
	if (!decides)
		return "";
	if (difference->is_explained)
		return arena_format(arena,
				    "; their signs may fall so by chance (randomisation "
				    "test, p %.2f)",
				    difference->p_randomised);
	return arena_format(arena, "; not enough for one of %zu comparisons (Holm)",
			    comparison->n_compared - 1);
}

static const char *how_got(const struct comparison *comparison)
{
	return comparison->provenance == PROVENANCE_ESTIMATED
		   ? "ESTIMATED: only CPU time is compared"
		   : provenance_word(comparison->provenance);
}

const char *evidence_text(const struct comparison *comparison,
			  const struct difference *difference, const struct glyphs *glyphs,
			  struct arena *arena)
{
	struct t_test t = difference->t;
	(void)glyphs;
	const char *rest = arena_format(
	    arena, "%s%s; %s.", how_many(comparison, difference, arena),
	    correction(comparison, difference, arena), how_got(comparison));
	if (difference->verdict == VERDICT_CANNOT_TELL)
		return rest;
	bool is_less = difference->verdict == VERDICT_LESS;
	double near = is_less ? t.ci95.high : t.ci95.low;
	double far = is_less ? t.ci95.low : t.ci95.high;
	return arena_format(arena, "95 %% interval %s to %s %%; %s",
			    size_text(near, half_width(t), arena),
			    size_text(far, half_width(t), arena), rest);
}

const char *unit_change_text(const struct difference *difference, size_t i,
			     const struct glyphs *glyphs, struct arena *arena)
{
	const struct unit_change *change = &difference->units.changes[i];
	const struct figure both[] = { change->joules, change->baseline };
	struct scale scale = scale_of(both, 2, glyphs);
	return arena_format(arena, "%s of %s: %s %sJ each, was %s %sJ: %s", change->unit,
			    difference->variant->variant,
			    format_value(both[0], scale, glyphs, arena), scale.prefix,
			    format_value(both[1], scale, glyphs, arena), scale.prefix,
			    change_with_interval(change->t, glyphs, arena));
}
