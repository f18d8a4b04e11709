/* reports/statistics/wilson.h - what n observations leave open of a share (E. B. Wilson, J. Am. Stat. Assoc. 22,
 * 1927, p. 209): the interval middle +- half holds it, and has a width also where the share is 0 or 1. */
#ifndef JOULECART_WILSON_H
#define JOULECART_WILSON_H

struct wilson {
	double middle, half;
};

/* share: 0 to 1. n: above 0, and no whole number where observations depend on each other. z: how many standard
 * errors the half is, 1.96 for 95 %. */
struct wilson wilson_of(double share, double n, double z);

#endif
