/* reports/compare/compare-table.c - a comparison as CSV (RFC 4180, quoted by libcsv) and Markdown: one
 * line a variant, the baseline first. */
#include <config.h>

#include "reports/campaign/standing.h"
#include "reports/compare/compare-export.h"
#include "reports/compare/compare-text.h"
#include "reports/figure/csv-text.h"
#include "reports/figure/markdown-text.h"

#include <math.h>
#include <string.h>

static void field(const char *text, FILE *out, int is_last)
{
	csv_text(text, out);
	fputs(is_last ? "\r\n" : ",", out);
}

/* Empty where it is not known. */
static const char *number(bool is_known, double value, struct arena *arena)
{
	return is_known && isfinite(value) ? arena_format(arena, "%.9g", value) : "";
}

/* Units that any difference has, by the order of the first that has it: their columns come last. */
static const char *const *units_of(const struct comparison *comparison, struct arena *arena,
				   size_t *n)
{
	for (size_t i = 0; i + 1 < comparison->n_compared; i++) {
		const struct unit_changes *units = &comparison->differences[i].units;
		for (size_t k = 0; k < units->n; k++)
			arena_append(arena, &units->changes[k].unit, sizeof(const char *));
	}
	size_t all = arena_appended(arena) / sizeof(const char *);
	const char **names = arena_take(arena);
	*n = 0;
	for (size_t i = 0; i < all; i++) {
		size_t k = 0;
		while (k < *n && strcmp(names[k], names[i]) != 0)
			k++;
		if (k == *n)
			names[(*n)++] = names[i];
	}
	return names;
}

static const struct unit_change *change_of(const struct difference *difference,
					   const char *unit)
{
	for (size_t i = 0; difference && i < difference->units.n; i++)
		if (strcmp(difference->units.changes[i].unit, unit) == 0)
			return &difference->units.changes[i];
	return NULL;
}

/* The baseline's joules are in each difference. */
static struct figure unit_joules(const struct comparison *comparison, size_t i,
				 const char *unit)
{
	const struct unit_change *change = NULL;
	if (i > 0)
		change = change_of(&comparison->differences[i - 1], unit);
	for (size_t k = 0; i == 0 && !change && k + 1 < comparison->n_compared; k++)
		change = change_of(&comparison->differences[k], unit);
	return !change ? figure_unknown(NULL) : i ? change->joules : change->baseline;
}

struct units {
	const char *const *names;
	size_t n;
};

static void csv_unit_headers(const struct units *units, struct arena *arena, FILE *out)
{
	static const char *const parts[] = { "",       "_low95",       "_high95",
					     "_ratio", "_ratio_low95", "_ratio_high95" };
	enum { N_PARTS = sizeof(parts) / sizeof(*parts) };
	for (size_t k = 0; k < units->n; k++)
		for (size_t c = 0; c < N_PARTS; c++)
			field(arena_format(arena, "joules_of_%s%s", units->names[k],
					   parts[c]),
			      out, k + 1 == units->n && c + 1 == N_PARTS);
}

static void csv_units(const struct comparison *comparison, size_t i,
		      const struct units *units, struct arena *arena, FILE *out)
{
	for (size_t k = 0; k < units->n; k++) {
		const struct unit_change *change = change_of(
		    i ? &comparison->differences[i - 1] : NULL, units->names[k]);
		struct figure j = unit_joules(comparison, i, units->names[k]);
		bool has_interval = change && change->t.n > 1;
		const char *cells[] = {
			number(j.is_known, j.value, arena),
			number(j.has_interval, j.low, arena),
			number(j.has_interval, j.high, arena),
			number(change, change ? exp(change->t.mean) : 0, arena),
			number(has_interval, change ? exp(change->t.ci95.low) : 0, arena),
			number(has_interval, change ? exp(change->t.ci95.high) : 0, arena),
		};
		size_t n = sizeof(cells) / sizeof(*cells);
		for (size_t c = 0; c < n; c++)
			field(cells[c], out, k + 1 == units->n && c + 1 == n);
	}
}

static void csv_row(const struct comparison *comparison, size_t i,
		    const struct units *units, struct arena *arena, FILE *out)
{
	const struct compared *compared = &comparison->compared[i];
	const struct difference *d = i ? &comparison->differences[i - 1] : NULL;
	const struct figure *j = &compared->joules, *q = &compared->quality;
	bool has_interval = d && d->t.n > 1;
	const char *cells[] = {
		compared->variant,
		number(j->is_known, j->value, arena),
		number(j->has_interval, j->low, arena),
		number(j->has_interval, j->high, arena),
		j->is_known ? provenance_word(j->provenance) : "",
		comparison->is_per_query ? "J/query" : "J/run",
		number(d, d ? exp(d->t.mean) : 0, arena),
		number(has_interval, d ? exp(d->t.ci95.low) : 0, arena),
		number(has_interval, d ? exp(d->t.ci95.high) : 0, arena),
		number(d, d ? (double)d->n_pairs : 0, arena),
		number(d, d ? d->p_adjusted : 0, arena),
		!d                           ? "baseline"
		: d->verdict == VERDICT_LESS ? "less"
		: d->verdict == VERDICT_MORE ? "more"
					     : "cannot tell",
		number(q->is_known, q->value, arena),
		number(d && d->break_even.is_known, d ? d->break_even.value : 0, arena),
		standing_cell(comparison->standing, 0),
		standing_cell(comparison->standing, 1),
		standing_cell(comparison->standing, 2),
	};
	size_t n = sizeof(cells) / sizeof(cells[0]);
	for (size_t k = 0; k < n; k++)
		field(cells[k], out, k + 1 == n && units->n == 0);
	csv_units(comparison, i, units, arena, out);
}

int compare_csv(const struct comparison *comparison, FILE *out)
{
	static const char *const headers[] = {
		"variant", "joules",  "joules_low95", "joules_high95",     "provenance",
		"unit",    "ratio",   "ratio_low95",  "ratio_high95",      "pairs",
		"holm_p",  "verdict", "quality",      "paid_after_queries"
	};
	size_t n = sizeof(headers) / sizeof(headers[0]);
	struct arena *arena = arena_new();
	if (!arena)
		return -1;
	struct units units = { 0 };
	units.names = units_of(comparison, arena, &units.n);
	for (size_t i = 0; i < n; i++)
		field(headers[i], out, false);
	for (size_t i = 0; i < STANDING_COLUMNS; i++)
		field(standing_columns[i], out, i + 1 == STANDING_COLUMNS && units.n == 0);
	csv_unit_headers(&units, arena, out);
	for (size_t i = 0; i < comparison->n_compared; i++)
		csv_row(comparison, i, &units, arena, out);
	arena_free(arena);
	return 0;
}

static void markdown_row(const struct comparison *comparison, size_t i, struct scale scale,
			 struct arena *arena, FILE *out)
{
	const struct glyphs *glyphs = glyphs_of_locale();
	const struct compared *compared = &comparison->compared[i];
	fputs("| ", out);
	markdown_text(compared->variant, out);
	fprintf(out, " | %s | %s |\n", format_value(compared->joules, scale, glyphs, arena),
		i ? change_with_interval(comparison->differences[i - 1].t, glyphs, arena)
		  : "baseline");
}

int compare_markdown(const struct comparison *comparison, FILE *out)
{
	struct arena *arena = arena_new();
	if (!arena)
		return -1;
	const struct glyphs *glyphs = glyphs_of_locale();
	size_t n = comparison->n_compared;
	struct figure *joules = arena_room(arena, n * sizeof(*joules));
	for (size_t i = 0; i < n; i++)
		joules[i] = comparison->compared[i].joules;
	struct scale scale = scale_of(joules, n, glyphs);
	fprintf(out, "| variant | %sJ%s | change (95 %%) |\n| :-- | --: | --: |\n",
		scale.prefix, comparison->is_per_query ? "/query" : "");
	for (size_t i = 0; i < n; i++)
		markdown_row(comparison, i, scale, arena, out);
	fputc('\n', out);
	for (size_t i = 0; i + 1 < n; i++) {
		const struct difference *difference = &comparison->differences[i];
		markdown_text(verdict_text(comparison, difference, glyphs, arena), out);
		fputc(' ', out);
		markdown_text(evidence_text(comparison, difference, glyphs, arena), out);
		fputs("\n\n", out);
		for (size_t k = 0; k < difference->units.n; k++) {
			markdown_text(unit_change_text(difference, k, glyphs, arena), out);
			fputs("\n\n", out);
		}
	}
	if (comparison->standing)
		standing_markdown(comparison->standing, out);
	arena_free(arena);
	return 0;
}
