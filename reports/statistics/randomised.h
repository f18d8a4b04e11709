/* reports/statistics/randomised.h - how often would the order alone make pairs differ so much? Pure.
 *
 * Which of a pair ran first was drawn. If the two need the same, each difference might as well have had
 * the other sign, whatever the noise is like: of noise of two levels, of which Student's t makes too
 * much while pairs are few, this asks what t cannot (R. A. Fisher, The Design of Experiments, 1935,
 * section 21; E. J. G. Pitman, J. R. Stat. Soc. Suppl. 4, 1937). */
#ifndef JOULECART_RANDOMISED_H
#define JOULECART_RANDOMISED_H
#include <stdbool.h>
#include <stddef.h>

/* From more pairs on, t and this test differ by less than t's share of false verdicts does, and the 2^n
 * signs take long to go through. */
enum { RANDOMISED_MOST = 20 };

/* The share of the 2^n ways to draw signs that give a sum as far from 0 as the differences, less null
 * each, have it: two-sided and exact. 1 if n is 0 or above RANDOMISED_MOST. */
double randomised_p(const double *differences, size_t n, double null);

/* May the signs have fallen so by chance? p is above 0.05; of five pairs or fewer, whose rarest signs
 * are drawn more often than that, above the least that it can be. false above RANDOMISED_MOST. */
bool randomised_explains(const double *differences, size_t n, double null);

#endif
