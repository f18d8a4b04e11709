/* reports/compare/compare-text.h - a comparison for people: verdict, evidence, what to doubt. */
#ifndef JOULECART_COMPARE_TEXT_H
#define JOULECART_COMPARE_TEXT_H
#include "reports/compare/compare.h"
#include "reports/figure/format.h"

#include <stdio.h>

/* At most 80 columns. use_color: the verdict bold, intervals dim, ESTIMATED yellow. */
void compare_text(const struct comparison *comparison, bool use_color, FILE *out);

/* "−3.1 %": a log ratio as a change, with as many decimals as half_width, a log ratio too,
 * bears; without_sign: the size alone. */
const char *change_text(double log_ratio, double half_width, const struct glyphs *glyphs,
			struct arena *arena);
/* "−0.3 % (−1.1 to +0.5)"; without the interval for fewer than two values. */
const char *change_with_interval(struct t_test test, const struct glyphs *glyphs,
				 struct arena *arena);
/* "83 k", "13.5 M", "450" */
const char *count_text(double count, struct arena *arena);
/* A number of queries: "28.1 k (27.0 k to 29.3 k)"; "~28 k" where it has no interval. */
const char *queries_text(struct figure queries, struct arena *arena);
/* The same without the interval: "28.1 k", or "~28 k". */
const char *queries_short_text(struct figure queries, struct arena *arena);
/* "third"; beyond the tenth in digits. n is at least 1. */
const char *ordinal_text(int64_t n, struct arena *arena);
/* "1.7 h", "9.9 d", "3.2 years" */
const char *duration_text(double seconds, struct arena *arena);
/* The verdict and its evidence on a line of text, without markup. */
const char *verdict_text(const struct comparison *comparison,
			 const struct difference *difference, const struct glyphs *glyphs,
			 struct arena *arena);
/* The i-th of its units: "tokens of int8: 12.1 mJ each, was 14.0 mJ: -13.6 % (-15.0 to -12.2)" */
const char *unit_change_text(const struct difference *difference, size_t i,
			     const struct glyphs *glyphs, struct arena *arena);
const char *evidence_text(const struct comparison *comparison,
			  const struct difference *difference, const struct glyphs *glyphs,
			  struct arena *arena);
/* What the comparison's text calls the ith that was compared: its variant, or "A", "B"... where one of
 * them has a long name, with a legend. */
const char *compare_short_name(const struct comparison *comparison, size_t i,
			       struct arena *arena);

#endif
