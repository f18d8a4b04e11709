/* reports/html/findings.h - what a campaign's comparison says to a reader, decided by rule:
 * which variant is the one to name, which are dominated, which cost more. Pure. */
#ifndef JOULECART_HTML_FINDINGS_H
#define JOULECART_HTML_FINDINGS_H
#include "reports/campaign/summary.h"
#include "reports/compare/compare.h"
#include "reports/figure/arena.h"

#include <stdbool.h>
#include <stddef.h>

/* One of the things that ran side by side. */
struct audit_finding {
	const struct model_row *row;
	const struct difference *difference; /* to the baseline; NULL: it is the baseline */
	struct figure energy_j; /* per query, or per run where nothing says its queries */
	struct figure grams;    /* per million queries, or per run */
	bool has_quality;
	double quality; /* share of correct answers; if has_quality */
	/* to the baseline, in points; unknown: of the baseline, and without quality */
	struct figure quality_change;
	size_t n_more_dominate; /* others than dominated_by */
	bool is_energy_sure,
	    is_quality_sure; /* against dominated_by: reports/compare/front.h */
	const char
	    *dominated_by; /* another that needs no more energy and is right as often, and
				  is strictly better in one of the two (reports/compare/front.h); NULL: on
				  the front */
};

struct findings {
	const struct comparison *comparison; /* NULL: nothing could be compared */
	bool is_per_query;
	const struct audit_finding
	    *variants; /* the baseline first; those with a known energy */
	size_t n_variants;
	const struct audit_finding *baseline; /* NULL: none, and nothing can be compared */
	/* The variant that a summary names: the cheapest of those that are cheaper than the
	 * baseline and lose at most TOLERATED_POINTS; else the cheapest that is cheaper; else
	 * NULL. */
	const struct audit_finding *chosen;
	size_t n_cheaper, n_dearer, n_cannot_tell, n_front;
	bool is_any_estimated; /* an energy figure of the campaign is estimated */
};

/* How much of its quality the summary's choice may lose. */
#define TOLERATED_POINTS 1.0

/* comparison may be NULL. */
struct findings findings_of(const struct model_campaign *campaign,
			    const struct comparison *comparison, struct arena *arena);

/* In points; 0 where it is not known. */
double finding_points(const struct audit_finding *finding);

/* What the interval of its quality against the baseline's says. */
enum quality_verdict {
	QUALITY_UNKNOWN, /* no quality, or no interval */
	QUALITY_LESS,    /* the interval leaves 0 out */
	QUALITY_MORE,
	QUALITY_WITHIN,      /* it includes 0, and ends within TOLERATED_POINTS below */
	QUALITY_CANNOT_TELL, /* it includes 0, and more */
};
enum quality_verdict finding_quality(const struct audit_finding *finding);

bool finding_is(const struct audit_finding *finding, enum verdict verdict);

/* The ratio to the baseline with its interval; unknown for the baseline and for one pair
 * without interval. */
struct figure finding_ratio(const struct audit_finding *finding);

#endif
