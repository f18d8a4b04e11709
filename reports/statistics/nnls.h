/* reports/statistics/nnls.h - least squares without negative coefficients. */
#ifndef JOULECART_NNLS_H
#define JOULECART_NNLS_H
#include <stddef.h>

/* The most coefficients. */
enum { NNLS_MOST = 64 };

/* The w >= 0 that makes |Xw - y| least, from gram = X'X (n rows of n) and moment = X'y. Lawson and
 * Hanson, Solving Least Squares Problems, 1974, chapter 23; GSL and LAPACK have none, and no other C library
 * of Debian 12 has one. A column that others explain is left at 0. The columns should be of like
 * length. 0, or -1: no memory, or n is more than the most. */
int nnls_solve(const double *gram, const double *moment, size_t n, double *w);

#endif
