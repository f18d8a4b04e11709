/* reports/compare/front.h - which variants are worth choosing: the energy-quality Pareto front, and after
 * how many queries each breaks even. From a comparison of variants with their baseline. */
#ifndef JOULECART_FRONT_H
#define JOULECART_FRONT_H
#include "reports/compare/compare.h"
#include "reports/figure/arena.h"

#include <stdio.h>

struct problem;

/* One variant as a choice. */
struct choice {
	const struct compared *compared;
	const struct difference *difference; /* NULL: the baseline */
	double joules;             /* per query, with its build if that is spread */
	double joules_per_correct; /* joules / share of correct answers */
	const char *dominated_by;  /* the best of those that do; NULL: on the front */
	size_t n_more;             /* and how many others */
	bool is_energy_sure,
	    is_quality_sure; /* does the interval against the first of those
	                                         that beat it leave 0 out? */
};

struct choice_list {
	const struct choice *choices; /* the front first, each part by rising joules */
	size_t n, n_front;
};

/* spread_over > 0: joules of building each variant are spread over so many queries, and a variant
 * of which no build is stored counts without. A variant is dominated when another needs at most
 * as many joules for at least as good answers, and is better in one of the two. Variants
 * without a known quality are not there. */
struct choice_list front_of(const struct comparison *comparison, double spread_over,
			    struct arena *arena);

/* The table. -1 with *why: no query or no quality is stated. */
int front_text(const struct comparison *comparison, double spread_over, FILE *out,
	       struct problem *why);

#endif
