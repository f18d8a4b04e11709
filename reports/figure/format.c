/* reports/figure/format.c - see format.h. */
#include <config.h>

#include "reports/figure/format.h"

#include <langinfo.h>
#include <math.h>
#include <string.h>

const struct glyphs *glyphs_utf8(void)
{
	static const struct glyphs utf8 = { "−", "µ", "–", "×" };
	return &utf8;
}

const struct glyphs *glyphs_of_locale(void)
{
	static const struct glyphs ascii = { "-", "u", "-", "x" };
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0 ? glyphs_utf8() : &ascii;
}

/* How many decimals mean something. One step of the last is at most a third of the interval's half-width:
 * rounding then moves value and bounds by a sixth of it at most, and one decimal more would show a step
 * of less than a thirtieth. Never more than four significant digits, three without an interval, which
 * is as well as any of these sensors is known; and no zeros in place of digits left of the point. */
static int decimals_of(struct figure figure, double factor)
{
	double value = figure.value / factor;
	double half_width = (figure.high - figure.low) / 2 / factor;
	if (!figure.is_known || value == 0)
		return 0;
	double most = 3 - floor(log10(fabs(value)));
	double decimals = most - 1;
	if (figure.has_interval && half_width > 0)
		decimals = fmin(most, -floor(log10(half_width / 3)));
	return (int)fmin(fmax(decimals, 0), 9);
}

static struct scale with_decimals(struct scale scale, const struct figure *figures,
				  size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int decimals = decimals_of(figures[i], scale.factor);
		if (decimals > scale.decimals)
			scale.decimals = decimals;
	}
	return scale;
}

struct scale scale_plain(const struct figure *figures, size_t n)
{
	return with_decimals((struct scale){ "", 1, 0 }, figures, n);
}

struct scale scale_of(const struct figure *figures, size_t n, const struct glyphs *glyphs)
{
	const struct scale scales[] = { { "n", 1e-9, 0 }, { glyphs->micro, 1e-6, 0 },
					{ "m", 1e-3, 0 }, { "", 1, 0 },
					{ "k", 1e3, 0 },  { "M", 1e6, 0 } };
	const size_t last = sizeof(scales) / sizeof(scales[0]) - 1;
	double sum = 0;
	size_t counted = 0, chosen = 0;
	for (size_t i = 0; i < n; i++) {
		if (!figures[i].is_known || figures[i].value <= 0)
			continue;
		sum += log10(figures[i].value);
		counted++;
	}
	if (counted == 0)
		return scale_plain(figures, n);
	double typical = pow(10, sum / (double)counted);
	while (chosen < last && typical >= scales[chosen + 1].factor)
		chosen++;
	return with_decimals(scales[chosen], figures, n);
}

struct scale scale_in(struct figure figure, struct scale column)
{
	struct figure shown = figure_times(figure, 1 / column.factor);
	column.decimals = scale_plain(&shown, 1).decimals;
	return column;
}

const char *format_decimals(double value, int decimals, struct arena *arena)
{
	enum { MOST_DECIMALS = 9 }; /* as decimals_of() gives */
	static const double many = 1e9;
	bool is_lost = value != 0 && decimals >= MOST_DECIMALS &&
		       fabs(value) < 0.5 * pow(10, -decimals);
	if (is_lost || fabs(value) >= many)
		return arena_format(arena, "%.4g", value);
	return arena_format(arena, "%.*f", decimals, value);
}

const char *format_value(struct figure figure, struct scale scale,
			 const struct glyphs *glyphs, struct arena *arena)
{
	if (!figure.is_known)
		return glyphs->missing;
	return format_decimals(figure.value / scale.factor, scale.decimals, arena);
}

const char *format_interval(struct figure figure, struct scale scale, struct arena *arena)
{
	if (!figure.is_known || !figure.has_interval)
		return "";
	return arena_format(
	    arena, "%s..%s",
	    format_decimals(figure.low / scale.factor, scale.decimals, arena),
	    format_decimals(figure.high / scale.factor, scale.decimals, arena));
}

/* decimals below 0 round to tens, hundreds ..., since a digit that is printed is one that is known. */
static const char *in_decimals(double value, int decimals, struct arena *arena)
{
	double factor = pow(10, decimals);
	return format_decimals(round(value * factor) / factor, decimals > 0 ? decimals : 0,
			       arena);
}

/* As many as show so many significant digits of the value. */
static int decimals_for(double value, int digits)
{
	return digits - 1 - (value == 0 ? 0 : (int)floor(log10(fabs(value))));
}

const char *format_digits(double value, int digits, struct arena *arena)
{
	int decimals = decimals_for(value, digits);
	double scaled = round(value * pow(10, decimals));
	for (; decimals > 0 && fmod(scaled, 10) == 0; decimals--)
		scaled /= 10;
	return in_decimals(value, decimals, arena);
}

const char *format_percent(double percent, int decimals, struct arena *arena)
{
	int most = decimals_for(percent, 3);
	return in_decimals(percent, decimals < most ? decimals : most, arena);
}

const char *format_share(double share, int decimals, struct arena *arena)
{
	double step = pow(10, -decimals), percent = share * 100;
	if (share > 1 - 1e-12) /* a sum of parts is rounded */
		return "100";
	if (share > 0 && percent < step / 2)
		return arena_format(arena, "< %.*f", decimals, step);
	if (percent > 100 - step / 2)
		return arena_format(arena, "> %.*f", decimals, 100 - step);
	return format_percent(percent, decimals, arena);
}

static const char *signed_percent(double ratio, int decimals, const struct glyphs *glyphs,
				  struct arena *arena)
{
	double percent = (ratio - 1) * 100;
	return arena_format(arena, "%s%s", percent < 0 ? glyphs->minus : "+",
			    format_percent(fabs(percent), decimals, arena));
}

const char *format_change(struct figure ratio, const struct glyphs *glyphs,
			  struct arena *arena)
{
	if (!ratio.is_known)
		return glyphs->missing;
	double half_width = ratio.has_interval ? (ratio.high - ratio.low) * 50 : 10;
	int decimals = half_width > 0 && half_width < 3 ? 1 : 0;
	const char *change = signed_percent(ratio.value, decimals, glyphs, arena);
	if (!ratio.has_interval)
		return arena_format(arena, "%s %%", change);
	return arena_format(arena, "%s %% (%s..%s)", change,
			    signed_percent(ratio.low, decimals, glyphs, arena),
			    signed_percent(ratio.high, decimals, glyphs, arena));
}

const char *format_provenance(struct figure figure)
{
	if (!figure.is_known)
		return "";
	return figure.provenance == PROVENANCE_ESTIMATED
		   ? "ESTIMATED"
		   : provenance_word(figure.provenance);
}
