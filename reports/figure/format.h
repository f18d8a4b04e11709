/* reports/figure/format.h - figures as people read them: one prefix a column, as many digits as the
 * interval bears, glyphs that the terminal's encoding has. */
#ifndef JOULECART_FORMAT_H
#define JOULECART_FORMAT_H
#include "reports/figure/arena.h"
#include "reports/figure/figure.h"

#include <stddef.h>

/* Glyphs outside ASCII, or what stands in for them where the locale's codeset is not UTF-8. */
struct glyphs {
	const char *minus;   /* "−" or "-" */
	const char *micro;   /* "µ" or "u" */
	const char *missing; /* "–" or "-" */
	const char *times;   /* "×" or "x" */
};
const struct glyphs *glyphs_of_locale(void);
const struct glyphs *
glyphs_utf8(void); /* for files that are UTF-8 whatever the terminal is */

/* How a column shows its figures: value / factor under PREFIX + unit, all with as many
 * decimals, so that they stand below each other. */
struct scale {
	const char *prefix;
	double factor;
	int decimals;
};

/* The prefix that suits the values' geometric mean (zeros and unknowns do not count), and the
 * decimals of the figure that bears the most: down to a third of its interval's half-width;
 * three significant digits where it has none. */
struct scale scale_of(const struct figure *figures, size_t n, const struct glyphs *glyphs);

/* The same without a prefix. */
struct scale scale_plain(const struct figure *figures, size_t n);

/* The column's unit with the digits that this figure bears: trainings stand beside queries. */
struct scale scale_in(struct figure figure, struct scale column);

/* The number alone; the missing glyph when unknown.
 * The arena owns the text, here and below; never NULL. */
const char *format_value(struct figure figure, struct scale scale,
			 const struct glyphs *glyphs, struct arena *arena);

/* "20..62"; empty without interval. Returns as above. */
const char *format_interval(struct figure figure, struct scale scale, struct arena *arena);

/* A ratio as a change, and its interval: "−59 % (−63..−54)"; the interval only if there is one.
 * Returns as above. */
const char *format_change(struct figure ratio, const struct glyphs *glyphs,
			  struct arena *arena);

/* The word for people: estimated figures alone are in capitals. A constant text, never NULL. */
const char *format_provenance(struct figure figure);

/* In so many significant digits at most, without an exponent: "450", "0.5", "12300". */
const char *format_digits(double value, int digits, struct arena *arena);

/* A part of a whole in percent, with so many decimals: "87.3". What is not the whole is never shown as
 * all or nothing of it: "> 99.9", "< 0.1". The arena owns the text, or it is constant. */
const char *format_share(double share, int decimals, struct arena *arena);

/* With so many decimals, or fewer: three significant digits at most: "90.0", "450". */
const char *format_percent(double percent, int decimals, struct arena *arena);

/* The number with so many decimals. Where these would leave a row of zeros of what is not zero, or there
 * were more digits than anybody knows of it, in powers of ten: "6.7e+28". */
const char *format_decimals(double value, int decimals, struct arena *arena);

#endif
