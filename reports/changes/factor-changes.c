/* reports/changes/factor-changes.c - see factor-changes.h. */
#include <config.h>

#include "reports/changes/factor-changes.h"

#include "base/problem.h"
#include "base/wrap.h"
#include "reports/figure/column-text.h"
#include "reports/figure/rows.h"
#include "schema/database/guard.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One in force. Texts are guarded. */
struct factor {
	const char *name, *unit, *publisher, *edition, *source, *origin;
	double value, low, high; /* low, high: NAN where the source has none */
	int64_t year;            /* 0: not said */
	const char *roles;       /* in the file's campaigns: "grid"; NULL: none uses it */
};

struct factors {
	struct factor *factors;
	size_t n;
};

static const char factors_sql[] =
    "SELECT kind || '/' || key || '/' || parameter, value, unit, low, high, publisher,"
    " edition, year, source, origin,"
    " (SELECT group_concat(DISTINCT role) FROM v_factor_used u WHERE u.factor_id ="
    "  f.factor_id) FROM v_factor f WHERE ?1 = 0 ORDER BY 1";

/* What a role enters (v_figure). */
static const struct {
	const char *role, *figures;
} enters[] = {
	{ "grid", "o_g, sci_g, amortised_g" },
	{ "grid direct", "scope2_location_g, scope 3 category 3" },
	{ "grid residual", "scope 2 of what certificates do not match" },
	{ "grid losses", "scope3_cat3_td_g" },
	{ "embodied", "m_g, sci_g, amortised_g" },
	{ "service life", "m_g, sci_g, amortised_g" },
	{ "water", "water_offsite_l" },
	{ "estimate", "joules that are measured from now on" },
	{ "uncertainty", "the intervals" },
};

static void take_factor(sqlite3_stmt *row, const struct list_reading *reading)
{
	const struct factor factor = {
		.name = word_of(row, 0, reading),
		.value = real_or(row, 1, 0),
		.unit = word_of(row, 2, reading),
		.low = real_or(row, 3, (double)NAN),
		.high = real_or(row, 4, (double)NAN),
		.publisher = word_of(row, 5, reading),
		.edition = word_of(row, 6, reading),
		.year = count_or(row, 7, 0),
		.source = word_of(row, 8, reading),
		.origin = word_of(row, 9, reading),
		.roles = text_of(row, 10, reading),
	};
	arena_append(reading->arena, &factor, sizeof(factor));
}

static int by_name(const void *one, const void *other)
{
	const struct factor *a = one, *b = other;
	return strcmp(a->name, b->name);
}

static int read_factors(sqlite3 *db, struct arena *arena, struct factors *list,
			struct problem *why)
{
	const struct list_reading reading = { .db = db, .arena = arena };
	if (each_row(&reading, factors_sql, take_factor) != 0)
		return guard_why(db, why);
	list->factors = rows_taken(&reading, sizeof(struct factor), &list->n);
	qsort(list->factors, list->n, sizeof(struct factor), by_name);
	return 0;
}

/* Both numbers come from text as it was typed: other ones are other doubles. */
static bool is_other(double a, double b)
{
	return a < b || a > b || isnan(a) != isnan(b);
}

static const char *value_of(const struct factor *factor, struct arena *arena)
{
	const char *value = arena_format(arena, "%.10g %s", factor->value, factor->unit);
	if (isnan(factor->low) || isnan(factor->high))
		return value;
	return arena_format(arena, "%s (%.10g to %.10g)", value, factor->low, factor->high);
}

static const char *year_of(const struct factor *factor, struct arena *arena)
{
	return factor->year ? arena_format(arena, ", data of %lld", (long long)factor->year)
			    : "";
}

static const char *reason_of(const struct factor *old, const struct factor *new,
			     struct arena *arena)
{
	if (strcmp(old->origin, new->origin) != 0 || strcmp(new->origin, "set") == 0)
		return arena_format(arena, "%s instead of %s: %s", new->origin, old->origin,
				    new->source);
	if (strcmp(old->publisher, new->publisher) != 0)
		return arena_format(arena,
				    "another publisher: %s, %s%s instead of %s, %s%s",
				    new->publisher, new->edition, year_of(new, arena),
				    old->publisher, old->edition, year_of(old, arena));
	if (strcmp(old->edition, new->edition) != 0 || old->year != new->year)
		return arena_format(arena, "another edition of %s: %s%s instead of %s%s",
				    new->publisher, new->edition, year_of(new, arena),
				    old->edition, year_of(old, arena));
	return arena_format(arena, "the same edition (%s, %s) read anew: %s",
			    new->publisher, new->edition, new->source);
}

static void say_figures(const char *roles, struct arena *arena, FILE *out)
{
	const char *figures = NULL;
	for (size_t i = 0; roles && i < sizeof(enters) / sizeof(enters[0]); i++) {
		const char *marked = arena_format(arena, ",%s,", roles);
		if (!strstr(marked, arena_format(arena, ",%s,", enters[i].role)))
			continue;
		figures = figures
			      ? arena_format(arena, "%s; %s", figures, enters[i].figures)
			      : enters[i].figures;
	}
	if (figures)
		wrap_say(out, 4, 4, "enters %s", figures);
}

static bool is_changed(const struct factor *old, const struct factor *new)
{
	return is_other(old->value, new->value) || is_other(old->low, new->low) ||
	       is_other(old->high, new->high) || strcmp(old->unit, new->unit) != 0 ||
	       strcmp(old->edition, new->edition) != 0 ||
	       strcmp(old->publisher, new->publisher) != 0;
}

static void say_change(const struct factor *old, const struct factor *new,
		       struct arena *arena, FILE *out)
{
	const char *change = "";
	if (is_other(old->value, new->value) && old->value > 0)
		change = arena_format(arena, " (%+.3g %%)",
				      (new->value / old->value - 1) * 100);
	wrap_say(out, 0, 2, "%s: %s -> %s%s", old->name, value_of(old, arena),
		 value_of(new, arena), change);
	wrap_say(out, 4, 4, "%s", reason_of(old, new, arena));
	say_figures(old->roles, arena, out);
}

static void say_only(const struct factor *factor, const char *where, struct arena *arena,
		     FILE *out)
{
	wrap_say(out, 0, 2, "%s: only in %s: %s, %s, %s", factor->name, where,
		 value_of(factor, arena), factor->publisher, factor->edition);
	say_figures(factor->roles, arena, out);
}

static int64_t walk(const struct factors *old, const struct factors *new, bool is_all,
		    struct arena *arena, FILE *out)
{
	int64_t n = 0;
	for (size_t i = 0, j = 0; i < old->n || j < new->n;) {
		int order = i == old->n   ? 1
			    : j == new->n ? -1
					  : by_name(&old->factors[i], &new->factors[j]);
		const struct factor *before = order <= 0 ? &old->factors[i++] : NULL;
		const struct factor *after = order >= 0 ? &new->factors[j++] : NULL;
		if (before && after ? !is_changed(before, after) : !before && !is_all)
			continue;
		n++;
		if (before && after)
			say_change(before, after, arena, out);
		else if (before)
			say_only(before, "the old one", arena, out);
		else
			say_only(after, "the new one", arena, out);
	}
	return n;
}

int factor_changes_print(sqlite3 *old, sqlite3 *new, bool is_all, FILE *out, int64_t *n,
			 struct problem *why)
{
	struct factors before, after;
	struct arena *arena = arena_new();
	problem_what(why, "cannot compare the factors");
	*n = 0;
	if (!arena)
		return problem_why(why, "out of memory");
	int code = read_factors(old, arena, &before, why);
	if (code == 0)
		code = read_factors(new, arena, &after, why);
	if (code == 0)
		*n = walk(&before, &after, is_all, arena, out);
	arena_free(arena);
	return code;
}
