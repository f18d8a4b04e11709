/* reports/html/findings.h - what the figures of a campaign say, decided by rule: which variant
 * is the one to name, which are beaten, which cost more. Pure. */
#ifndef JOULECART_HTML_FINDINGS_H
#define JOULECART_HTML_FINDINGS_H
#include "reports/arena.h"
#include "reports/model.h"

#include <stdbool.h>
#include <stddef.h>

enum verdict {
	VERDICT_CHEAPER, /* the whole 95 % interval of the ratio is below 1 */
	VERDICT_DEARER,  /* above 1 */
	VERDICT_CANNOT_TELL,
	VERDICT_BASELINE
};

/* A variant that answered queries. */
struct finding {
	const struct model_row *row;
	enum verdict verdict;
	bool has_quality;
	double quality;        /* share of right answers, top-1; if has_quality */
	double quality_change; /* to the baseline, in points; 0 without quality */
	bool is_beaten; /* another needs no more energy and is right as often, and one of
				  the two is strictly better */
};

struct findings {
	const struct finding *variants; /* the infer rows that have joules per query */
	size_t n_variants;
	const struct finding *baseline; /* NULL: none, and nothing can be compared */
	/* The variant that a summary names: the cheapest of those that are cheaper than the
	 * baseline and lose at most TOLERATED_POINTS; else the cheapest that is cheaper; else
	 * NULL. */
	const struct finding *chosen;
	size_t n_cheaper, n_dearer, n_cannot_tell, n_front;
	bool is_any_estimated; /* a headline figure is estimated */
};

/* How much of top-1 the summary's choice may lose. */
#define TOLERATED_POINTS 1.0

struct findings findings_of(const struct model_campaign *campaign, struct arena *arena);

/* Queries until the joules of making the variant are saved; unknown with the reason. Made and
 * served on one machine: grid factor and PUE cancel. */
struct figure findings_pay_back(const struct findings *findings,
				const struct finding *finding);

#endif
