/* profiler/search/verdict.c - see verdict.h. */
#include <config.h>

#include "profiler/search/verdict.h"

#include "reports/statistics/wilson.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

/* What all looks together may err in. */
static const double LEVEL = 0.05;
/* One failure may be chance. */
enum { FAILURES_LEAST = 2 };

static double level_of(size_t look)
{
	enum { EVEN = 8 }; /* looks, up to 24 trials */
	if (look == 0)
		return LEVEL;
	double later = look > EVEN ? (double)(look - EVEN) : 0;
	return look <= EVEN ? LEVEL / (EVEN + 2)
			    : 2 * LEVEL / (EVEN + 2) / (later * (later + 1));
}

static double t_width(double degrees, double level)
{
	return gsl_cdf_tdist_Qinv(level / 2, fmax(degrees, 1));
}

struct bounds verdict_cost(const struct evidence *evidence, size_t candidate, size_t look)
{
	struct placed cost = evidence_cost(evidence, candidate);
	if (!isfinite(cost.error))
		return (struct bounds){ exp(cost.mean), 0, HUGE_VAL };
	const struct tally *tally = evidence_tally(evidence, candidate);
	double half = cost.error * t_width(cost.degrees, level_of(look)),
	       mean = exp(cost.mean);
	double below = hypot(mean - exp(cost.mean - half), tally->share_below * mean);
	double above = hypot(exp(cost.mean + half) - mean, tally->share_above * mean);
	return (struct bounds){ mean, fmax(mean - below, 0), mean + above };
}

/* What a test of n queries leaves open on each side of the share. */
static struct bounds share_of(double share, double n, double level)
{
	struct wilson open = wilson_of(share, n, gsl_cdf_ugaussian_Qinv(level / 2));
	return (struct bounds){ share, fmin(open.middle - open.half, share),
				fmax(open.middle + open.half, share) };
}

struct bounds verdict_quality(const struct evidence *evidence, size_t candidate,
			      size_t look)
{
	const struct tally *tally = evidence_tally(evidence, candidate);
	double n = (double)tally->n_quality, level = level_of(look), mean = tally->quality;
	if (tally->n_quality == 0)
		return (struct bounds){ NAN, -HUGE_VAL, HUGE_VAL };
	struct bounds bounds = { mean, mean, mean };
	if (tally->n_queries > 0 && mean >= 0 && mean <= 1)
		bounds = share_of(mean, tally->n_queries,
				  LEVEL); /* the same at each look */
	if (tally->n_quality == 1)
		return (struct bounds){ mean, -HUGE_VAL, HUGE_VAL };
	double between = tally->quality_sd > 0
			     ? t_width(n - 1, level) * tally->quality_sd / sqrt(n)
			     : 0;
	return (struct bounds){ mean, mean - hypot(mean - bounds.low, between),
				mean + hypot(bounds.high - mean, between) };
}

/* On the same test queries, so that what those leave open is in neither. */
static bool is_beaten(const struct evidence *evidence, size_t candidate, size_t incumbent,
		      size_t look)
{
	const struct tally *mine = evidence_tally(evidence, candidate);
	const struct tally *best = evidence_tally(evidence, incumbent);
	if (candidate == incumbent || mine->n_quality < 2 || best->n_quality < 2)
		return false;
	double mine_n = (double)mine->n_quality, best_n = (double)best->n_quality;
	double error = hypot(mine->quality_sd / sqrt(mine_n),
			     best->quality_sd / sqrt(best_n));
	double width = error > 0 ? t_width(fmin(mine_n, best_n) - 1, level_of(look)) : 0;
	return mine->quality + width * error < best->quality;
}

enum verdict_kind verdict_of(const struct evidence *evidence, size_t candidate,
			     size_t incumbent, const struct search_limits *limits,
			     size_t look)
{
	struct bounds cost = verdict_cost(evidence, candidate, look);
	struct bounds quality = verdict_quality(evidence, candidate, look);
	const struct tally *tally = evidence_tally(evidence, candidate);
	if (tally->n_failed >= FAILURES_LEAST && tally->n_failed > tally->n)
		return VERDICT_FAILED;
	double budget = limits->budget * (1 + VERDICT_ROUNDING);
	if (cost.low > budget)
		return VERDICT_COSTS_TOO_MUCH;
	if (limits->has_quality && quality.high < limits->least_quality)
		return VERDICT_TOO_BAD;
	if (is_beaten(evidence, candidate, incumbent, look))
		return VERDICT_BEATEN;
	bool is_good = !limits->has_quality || quality.low >= limits->least_quality;
	return cost.high <= budget && is_good ? VERDICT_FITS : VERDICT_UNDECIDED;
}

static const size_t looks[] = { 2,  3,  4,   6,   8,   12,  16,  24,  32,  48,
				64, 96, 128, 192, 256, 384, 512, 768, 1024 };
enum { N_LOOKS = sizeof(looks) / sizeof(looks[0]) };

size_t verdict_look(size_t n_trials)
{
	for (size_t i = 0; i < N_LOOKS; i++)
		if (looks[i] == n_trials)
			return i + 1;
	return 0;
}

size_t verdict_look_after(size_t n_trials)
{
	size_t look = 1;
	while (look < N_LOOKS && looks[look - 1] < n_trials)
		look++;
	return look;
}

/* By what the number of that which is counted has to grow, so that an interval of that half width,
 * of which a part does not shrink, ends before what is off the middle. Intervals shrink as the root of
 * what they are of. */
static double factor_needed(double half, double fixed, double off)
{
	return off > fixed ? (half * half - fixed * fixed) / (off * off - fixed * fixed)
			   : HUGE_VAL;
}

static double trials_needed(const struct tally *tally, struct bounds cost, double budget)
{
	bool is_above = cost.mean > budget;
	double half = is_above ? cost.mean - cost.low : cost.high - cost.mean;
	double fixed = (is_above ? tally->share_below : tally->share_above) * cost.mean;
	return (double)tally->n *
	       (factor_needed(half, fixed, fabs(cost.mean - budget)) - 1);
}

struct more_needed verdict_needs(const struct evidence *evidence, size_t candidate,
				 const struct search_limits *limits)
{
	struct more_needed more = { 0 };
	const struct tally *tally = evidence_tally(evidence, candidate);
	size_t look = verdict_look_after(tally->n + 1);
	struct bounds cost = verdict_cost(evidence, candidate, look);
	struct bounds quality = verdict_quality(evidence, candidate, look);
	double limit = limits->least_quality, budget = limits->budget;
	if (tally->n > 0 && cost.low <= budget && budget < cost.high) {
		more.trials = ceil(trials_needed(tally, cost, budget));
		more.is_meter_open = (1 - tally->share_below) * cost.mean <= budget &&
				     budget < (1 + tally->share_above) * cost.mean;
	}
	if (limits->has_quality && tally->n_queries > 0 && quality.low < limit &&
	    limit <= quality.high) {
		bool is_above = quality.mean >= limit;
		double half = is_above ? quality.mean - quality.low
				       : quality.high - quality.mean;
		more.queries = ceil(tally->n_queries *
				    factor_needed(half, 0, fabs(quality.mean - limit)));
	}
	more.trials = fmax(more.trials, 0);
	return more;
}
