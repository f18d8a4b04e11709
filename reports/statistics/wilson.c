/* reports/statistics/wilson.c - see wilson.h. */
#include <config.h>

#include "reports/statistics/wilson.h"

#include <math.h>

struct wilson wilson_of(double share, double n, double z)
{
	double square = z * z / n, whole = 1 + square;
	return (struct wilson){
		.middle = (share + square / 2) / whole,
		.half = z / whole * sqrt((share * (1 - share) + square / 4) / n),
	};
}
