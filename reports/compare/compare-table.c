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

static void csv_row(const struct comparison *comparison, size_t i, struct arena *arena,
		    FILE *out)
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
		field(cells[k], out, k + 1 == n);
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
	for (size_t i = 0; i < n; i++)
		field(headers[i], out, false);
	for (size_t i = 0; i < STANDING_COLUMNS; i++)
		field(standing_columns[i], out, i + 1 == STANDING_COLUMNS);
	for (size_t i = 0; i < comparison->n_compared; i++)
		csv_row(comparison, i, arena, out);
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
	}
	if (comparison->standing)
		standing_markdown(comparison->standing, out);
	arena_free(arena);
	return 0;
}
