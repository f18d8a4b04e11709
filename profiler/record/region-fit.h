/* profiler/record/region-fit.h - the power of each region by itself, from many intervals with different mixes.
 *
 * The rise of a counter in one interval is the sum, over idle, outside and each region (the columns), of
 * their power times their seconds in it. Least squares without negative powers over many intervals gives
 * the powers.
 *
 * The seconds are those between two readings; the rise belongs to a time that begins and ends up to one change of
 * the counter earlier. So an interval is used only where that time has nearly the same mix: at most 5 % of it
 * would be in other columns. Which are used is decided by the seconds alone, never by the rise.
 *
 * Half the width of a power's interval is the sum of
 * - the jackknife's standard error over 8 to 16 stretches of the run, times Student's t for 95 % (Efron and
 *   Stein, The Jackknife Estimate of Variance, 1981): it needs no independence within a stretch;
 * - what errors of the seconds may do. The residuals say how large those are at most (their root mean square over the mean power),
 *   and |bias| <= n * off * off_s * sum |inverse of X'X| (Fuller, Measurement Error Models, 1987, 1.1 and 2.2);
 * - the power times how much the used intervals' mean length differs from that of all.
 *
 * A power is well conditioned, and its region's own, if all hold:
 * - less than half of its variance is in directions whose condition index is above 30, with all columns scaled to
 *   length 1 (Belsley, Kuh and Welsch, Regression Diagnostics, 1980, 3.2);
 * - what is left of its column when the others have explained what they can is at least 95 % no such
 *   error (Fuller's reliability ratio, 1.1; the limit is our choice, by the runs of tests/unit/.../test-region-fit.c);
 * - its interval is narrower than the power itself, or than the mean of all that ran where that is more (our choice): a
 *   wider one tells less than the mean does. */
#ifndef JOULECART_REGION_FIT_H
#define JOULECART_REGION_FIT_H
#include <stdbool.h>
#include <stddef.h>

/* Columns: idle, outside of every region, and the first regions; later ones are outside here. */
enum { FIT_IDLE, FIT_OUTSIDE, FIT_FIRST_REGION, FIT_COLUMNS = 64 };

struct region_fit;

/* update_s: how often the counter changes; 0: not known. NULL: no memory. */
struct region_fit *region_fit_new(double update_s);
void region_fit_free(struct region_fit *fit); /* takes NULL */

/* One interval between two changes of the counter: the seconds of each column in it, how often a region was
 * entered, and its rise. It allocates nothing. */
void region_fit_add(struct region_fit *fit, const double seconds[FIT_COLUMNS],
		    double passages, double steps);

/* One column's, in steps a second. */
struct fitted_power {
	bool is_own;   /* well conditioned */
	double fitted; /* NAN: it ran too little to take part */
	double
	    power; /* fitted, if that is its own; else what those leave, alike for all others; the mean if it took no part */
	double standard_error, half_width; /* of its own: see above; else NAN */
};

struct fit_outcome {
	size_t n_columns, n_own;
	struct fitted_power powers[FIT_COLUMNS];
	/* what it follows from, for who does it again: sums over the used intervals */
	double rise_seconds[FIT_COLUMNS], products[FIT_COLUMNS][FIT_COLUMNS];
};

/* NULL: no power is well conditioned, or there is no memory. The caller frees it. */
struct fit_outcome *region_fit_solve(const struct region_fit *fit);

#endif
