/* reports/statistics/test-power.h - how many pairs it takes to know. Pure.
 *
 * Two-sided t test of paired values; its power is by the noncentral t distribution, as
 * R's power.t.test(type = "paired", strict = TRUE). Effects and sd are log ratios. level is the
 * share of false alarms of one test: 0.05, or 0.05 / m where any of m comparisons may alarm. */
#ifndef JOULECART_TEST_POWER_H
#define JOULECART_TEST_POWER_H
#include <stddef.h>
#include <stdint.h>

#define POWER_WANTED \
	0.80 /* J. Cohen, Statistical Power Analysis, 2nd ed., 1988, sec. 2.4 */
enum { PAIRS_MOST = 1000000 };

/* The probability that n >= 2 pairs with this sd > 0 show a true effect. */
double power_paired(size_t n, double effect, double sd, double level);

/* The pairs that show a true effect with POWER_WANTED: at least PAIRS_LEAST; 0: more than PAIRS_MOST. */
size_t power_pairs(double effect, double sd, double level);

/* The smallest effect that n >= 2 pairs show with POWER_WANTED; 0 where sd is 0. */
double power_detectable(size_t n, double sd, double level);

/* The pairs whose 95 % t interval has at most this half-width, were the sd to stay; 0: more
 * than PAIRS_MOST. */
size_t pairs_for_precision(double half_width, double sd);

/* The probability that any of n independent tests at that level alarms where nothing differs: of whom
 * repeats a campaign until it shows something. */
double power_any_alarm(double level, int64_t n);

#endif
