/* profiler/search/search.c - see search.h. */
#include <config.h>

#include "profiler/search/search.h"

#include <gsl/gsl_rng.h>
#include <math.h>
#include <string.h>

/* Measured combinations at most, and those that were not forecast to be good enough. */
enum { COMBINATIONS_MOST = 12, HOPELESS_MOST = 3, COMBINED_MOST = 3 };
static const size_t none = CANDIDATES_MOST;

struct search {
	const struct search_options *options;
	const struct search_rig *rig;
	struct search_result *result;
	struct evidence *evidence;
	struct search_points points;
	enum verdict_kind verdicts[CANDIDATES_MOST];
	bool is_tried[CANDIDATES_MOST];
	size_t incumbent; /* none: nothing fits so far */
	size_t n_blocks;
	gsl_rng *generator;
	bool is_out_of_memory;
};

static double quality_of(const struct search *search, size_t candidate)
{
	return evidence_tally(search->evidence, candidate)->quality;
}

static double cost_of(const struct search *search, size_t candidate)
{
	return evidence_mean(search->evidence, candidate);
}

/* --- one candidate ---------------------------------------------------------------------- */

/* 0, SEARCH_STOPPED or -1, as the rig has it. */
static int measure(struct search *search, size_t candidate)
{
	struct outcome outcome = { 0 };
	int code = search->rig->measure(search->rig->state,
					&search->points.points[candidate], search->n_blocks,
					&outcome);
	if (code == 0) {
		search->result->n_trials++;
		code = evidence_add(search->evidence, candidate, search->n_blocks,
				    &outcome);
		search->is_out_of_memory = code != 0;
	}
	return code;
}

/* The cheapest of all but one, which is the mildest where nothing else was measured often enough: the drift
 * shows beside any of them, and the mildest costs most. none: there is no other. */
static size_t find_reference(const struct search *search, size_t but)
{
	enum { MILDEST = 6, LEAST = 2 };
	size_t best = but == 0 ? none : 0;
	if (best == 0 && evidence_tally(search->evidence, 0)->n < MILDEST)
		return best;
	for (size_t i = 1; i < search->points.n; i++)
		if (i != but && evidence_tally(search->evidence, i)->n >= LEAST &&
		    (best == none || cost_of(search, i) < cost_of(search, best)))
			best = i;
	return best;
}

/* The candidate beside what it has to beat, or beside what shows the drift for least, in an order that is
 * drawn. */
static int run_block(struct search *search, size_t candidate)
{
	size_t beside = search->incumbent;
	if (beside == none || beside == candidate)
		beside = find_reference(search, candidate);
	if (beside == none)
		beside = search->points.n > 1 ? 1 : candidate;
	bool is_first = gsl_rng_uniform_int(search->generator, 2) == 0;
	int code = measure(search, is_first ? candidate : beside);
	if (code == 0 && beside != candidate)
		code = measure(search, is_first ? beside : candidate);
	search->n_blocks++;
	if (evidence_solve(search->evidence) == 0)
		return code;
	search->is_out_of_memory = true;
	return -1;
}

/* What would take far more trials than it may have is left at once, and sooner what no trials would decide:
 * the instruments leave it open, or the test queries, of which each trial answers the same. Nothing is learnt
 * from it. */
static bool is_futile(const struct search *search, size_t candidate)
{
	enum { OPEN = 3, LEAST = 6, FAR = 10 };
	const struct tally *tally = evidence_tally(search->evidence, candidate);
	size_t n = tally->n;
	struct more_needed more = verdict_needs(search->evidence, candidate,
						&search->options->limits);
	bool is_test_open = more.queries > 0 && !(tally->quality_sd > 0);
	return (n >= OPEN && (more.is_meter_open || is_test_open)) ||
	       (n >= LEAST && more.trials > FAR * (double)search->options->trials_most);
}

static bool answers_better(const struct search *search, size_t a, size_t b)
{
	double one = quality_of(search, a), other = quality_of(search, b);
	return one != other ? one > other : cost_of(search, a) < cost_of(search, b);
}

/* Each block says more of every candidate: what fitted may be in doubt again, and what was in doubt may
 * fit. The incumbent is the best of those that do. */
static void refresh(struct search *search)
{
	search->incumbent = none;
	for (size_t i = 0; i < search->points.n; i++) {
		enum verdict_kind *verdict = &search->verdicts[i];
		size_t n = evidence_tally(search->evidence, i)->n;
		if (n < 2 || (!search->is_tried[i] && *verdict != VERDICT_FITS))
			continue;
		*verdict = verdict_of(search->evidence, i, i, &search->options->limits,
				      verdict_look_after(n));
		if (*verdict == VERDICT_FITS &&
		    (search->incumbent == none ||
		     answers_better(search, i, search->incumbent)))
			search->incumbent = i;
	}
}

static int judge(struct search *search, size_t candidate, size_t trials_most)
{
	const struct tally *tally = evidence_tally(search->evidence, candidate);
	enum verdict_kind *verdict = &search->verdicts[candidate];
	int code = 0;
	*verdict = VERDICT_UNDECIDED;
	while (code == 0 && *verdict == VERDICT_UNDECIDED &&
	       tally->n + tally->n_failed < trials_most) {
		code = run_block(search, candidate);
		size_t look = verdict_look(tally->n);
		if (code != 0 || (look == 0 && tally->n_failed == 0))
			continue;
		*verdict = verdict_of(search->evidence, candidate,
				      search->incumbent == none ? candidate
								: search->incumbent,
				      &search->options->limits, look);
		if (*verdict == VERDICT_UNDECIDED && is_futile(search, candidate))
			break;
	}
	search->is_tried[candidate] = true;
	refresh(search);
	return code;
}

/* Measures the candidate until it is known what to think of it, unless it is known. *where: its
 * place; none: there is no room for it. */
static int try(struct search *search, const struct search_point *point, size_t *where)
{
	size_t at = points_find(&search->points, point);
	*where = at;
	if (at < search->points.n && search->is_tried[at])
		return 0;
	if (at == CANDIDATES_MOST)
		return 0;
	if (at == search->points.n)
		search->points.points[search->points.n++] = *point;
	return judge(search, at, search->options->trials_most);
}

/* --- a technique alone ------------------------------------------------------------------ */

/* Is it within the budget? Where that is not sure: as it looks. */
static bool seems_cheap(const struct search *search, size_t candidate)
{
	enum verdict_kind verdict = search->verdicts[candidate];
	if (verdict == VERDICT_FITS || verdict == VERDICT_COSTS_TOO_MUCH)
		return verdict == VERDICT_FITS;
	return cost_of(search, candidate) <=
	       log(search->options->limits.budget) + VERDICT_ROUNDING;
}

/* Are its answers worse than what is asked for, or than what fits already? */
static bool seems_bad(const struct search *search, size_t candidate)
{
	double quality = quality_of(search, candidate);
	const struct search_limits *limits = &search->options->limits;
	return (limits->has_quality && quality < limits->least_quality) ||
	       (search->incumbent != none && search->incumbent != candidate &&
		quality < quality_of(search, search->incumbent));
}

/* Does what fits answer as well as the mildest? Then nothing is expected to answer better. */
static bool is_settled(const struct search *search)
{
	return search->incumbent == 0 ||
	       (search->incumbent != none &&
		evidence_tally(search->evidence, 0)->n_quality > 0 &&
		quality_of(search, search->incumbent) >= quality_of(search, 0));
}

static int try_level(struct search *search, size_t technique, size_t level, size_t *where)
{
	struct search_point point = { { 0 } };
	point.level[technique] = level;
	return try(search, &point, where);
}

/* Between a level that costs too much and one that does not. */
static int bisect(struct search *search, size_t technique, size_t strongest)
{
	size_t dear = 0, cheap = strongest, where = 0;
	int code = 0;
	while (code == 0 && cheap - dear > 1) {
		size_t middle = (dear + cheap) / 2;
		code = try_level(search, technique, middle, &where);
		if (code != 0 || where == none)
			return code;
		bool is_cheap = seems_cheap(search, where);
		if (!is_cheap && seems_bad(search, where))
			return 0; /* milder ones cost more, stronger ones are worse */
		*(is_cheap ? &cheap : &dear) = middle;
	}
	/* at the edge of the budget it may be beyond proof: its neighbour need not be */
	if (code == 0 && cheap < strongest)
		code = try_level(search, technique, cheap, &where);
	if (code == 0 && where != none && cheap < strongest &&
	    search->verdicts[where] == VERDICT_UNDECIDED)
		code = try_level(search, technique, cheap + 1, &where);
	return code;
}

static bool is_shown_cheaper(const struct search *search, size_t candidate)
{
	struct placed ratio = evidence_ratio(search->evidence, candidate, 0);
	enum { SURE = 2 }; /* standard errors */
	return ratio.mean + SURE * ratio.error < 0;
}

/* The mildest is measured beside the others; where it seems to fit, nothing else has to be tried. */
static int try_mildest(struct search *search)
{
	if (search->incumbent == 0 || !seems_cheap(search, 0))
		return 0;
	return judge(search, 0, search->options->trials_most);
}

/* Its strongest level that works: where one fails, that of half its strength is tried. */
static int try_strongest(struct search *search, size_t technique, size_t *level,
			 size_t *where)
{
	int code = try_level(search, technique, *level, where);
	while (code == 0 && *where != none && *level > 1 &&
	       search->verdicts[*where] == VERDICT_FAILED) {
		*level /= 2;
		code = try_level(search, technique, *level, where);
	}
	if (code == 0 && *where != none)
		search->result->is_failing[technique] = search->verdicts[*where] ==
							VERDICT_FAILED;
	return code;
}

static int try_technique(struct search *search, size_t technique)
{
	size_t strongest = search->options->space.n_levels[technique] - 1, where;
	int code = try_strongest(search, technique, &strongest, &where);
	if (code != 0 || where == none || search->result->is_failing[technique])
		return code;
	if (technique == 0)
		code = try_mildest(search);
	if (code != 0 || search->incumbent == 0)
		return code;
	search->result->is_useless[technique] = !is_shown_cheaper(search, where);
	if (search->result->is_useless[technique] || is_settled(search))
		return 0;
	if (seems_cheap(search, where))
		return bisect(search, technique, strongest);
	/* not alone; together with others: how does it bend? */
	return strongest < 2 ? 0 : try_level(search, technique, strongest / 2, &where);
}

/* --- techniques together ---------------------------------------------------------------- */

/* Techniques are a set of bits here: of the first n those that are of use, of which a few are combined at a
 * time. */
static unsigned useful_techniques(const struct search *search, size_t n)
{
	unsigned useful = 0;
	for (size_t t = 0; t < n; t++)
		if (!search->result->is_useless[t] && !search->result->is_failing[t])
			useful |= 1U << t;
	return useful;
}

/* The next set of as many of these as are combined, in the order of the numbers; 0: that was the last. */
static unsigned next_set(unsigned useful, unsigned set)
{
	int n = __builtin_popcount(useful);
	for (set++; set <= useful; set++)
		if ((set & ~useful) == 0 &&
		    __builtin_popcount(set) == (n < COMBINED_MOST ? n : COMBINED_MOST))
			return set;
	return 0;
}

/* The next combination of these techniques' levels; false: that was the last. */
static bool next_point(const struct search *search, unsigned set,
		       struct search_point *point)
{
	for (size_t t = 0; t < search->options->space.n_techniques; t++) {
		if ((set >> t & 1) == 0)
			continue;
		if (++point->level[t] < search->options->space.n_levels[t])
			return true;
		point->level[t] = 0;
	}
	return false;
}

/* Each technique alone, less the mildest: what combinations are forecast from as long as none is measured. */
struct changes {
	struct forecast of[TECHNIQUES_MOST][LEVELS_MOST];
};

static void forecast_alone(const struct search *search, struct changes *changes)
{
	for (size_t t = 0; t < search->options->space.n_techniques; t++)
		for (size_t l = 0; l < search->options->space.n_levels[t]; l++) {
			struct search_point point = { { 0 } };
			point.level[t] = l;
			changes->of[t][l] = forecast(&search->points, search->evidence,
						     &point);
			changes->of[t][l].log_cost -= cost_of(search, 0);
			changes->of[t][l].quality -= quality_of(search, 0);
		}
}

/* Better is what is within the budget, and of that what answers better; else what needs less. */
static bool promises_more(struct forecast a, struct forecast b, double most)
{
	if (a.log_cost > most || b.log_cost > most || a.quality == b.quality)
		return a.log_cost < b.log_cost;
	return a.quality > b.quality;
}

/* What the most promising combination of these techniques may cost and be worth. */
static struct forecast best_of(const struct search *search, const struct changes *changes,
			       unsigned set, double most)
{
	const struct search_space *space = &search->options->space;
	struct search_point point = { { 0 } };
	struct forecast best = { HUGE_VAL, -HUGE_VAL };
	while (next_point(search, set, &point)) {
		struct forecast sum = { cost_of(search, 0), quality_of(search, 0) };
		if (point_depth(space, &point) < 2)
			continue;
		for (size_t t = 0; t < space->n_techniques; t++) {
			sum.log_cost += changes->of[t][point.level[t]].log_cost;
			sum.quality += changes->of[t][point.level[t]].quality;
		}
		if (promises_more(sum, best, most))
			best = sum;
	}
	return best;
}

/* The techniques that promise most together. One that takes nothing from the answers is worth having, however
 * little of the way to the budget it goes alone. */
static unsigned choose_techniques(const struct search *search, size_t n)
{
	struct changes changes;
	const unsigned useful = useful_techniques(search, n);
	double most = log(search->options->limits.budget) + VERDICT_ROUNDING;
	unsigned chosen = next_set(useful, 0);
	if (chosen == useful)
		return chosen;
	forecast_alone(search, &changes);
	struct forecast best = best_of(search, &changes, chosen, most);
	for (unsigned set = chosen; (set = next_set(useful, set));) {
		struct forecast other = best_of(search, &changes, set, most);
		if (!promises_more(other, best, most))
			continue;
		best = other;
		chosen = set;
	}
	return chosen;
}

/* Of what was not measured and may be within the budget, what may answer best, and better than the
 * incumbent. false: there is none. */
static bool find_promising(const struct search *search, unsigned techniques,
			   struct search_point *best, struct forecast *expected)
{
	struct search_point point = { { 0 } };
	double least = search->incumbent == none ? -HUGE_VAL
						 : quality_of(search, search->incumbent);
	/* what can be shown by the trials that it may have */
	double noise = 2 * evidence_noise(search->evidence) /
		       sqrt((double)search->options->trials_most);
	double most = log(search->options->limits.budget) + VERDICT_ROUNDING - noise;
	bool any = false;
	while (next_point(search, techniques, &point)) {
		if (points_find(&search->points, &point) < search->points.n)
			continue;
		struct forecast said = forecast(&search->points, search->evidence, &point);
		if (said.log_cost > most || said.quality < least ||
		    (said.quality <= least &&
		     (!any || said.log_cost >= expected->log_cost)))
			continue;
		least = said.quality;
		*expected = said;
		*best = point;
		any = true;
	}
	return any;
}

/* Of what stayed undecided and seems to fit, what answers best, and better than the incumbent. */
static size_t find_undecided(const struct search *search, const bool *is_done)
{
	size_t best = none;
	for (size_t i = 0; i < search->points.n; i++) {
		if (is_done[i] || search->verdicts[i] != VERDICT_UNDECIDED ||
		    evidence_tally(search->evidence, i)->n == 0 ||
		    !seems_cheap(search, i) || seems_bad(search, i))
			continue;
		if (best == none || quality_of(search, i) > quality_of(search, best))
			best = i;
	}
	return best;
}

/* By now the drift is better known, and who was given up for it has a second chance. */
static int reconsider(struct search *search)
{
	enum { CHANCES = 3, LONGER = 2 };
	bool is_done[CANDIDATES_MOST] = { false };
	size_t at, most = search->options->trials_most;
	int code = 0;
	for (size_t i = 0; code == 0 && i < CHANCES; i++) {
		if ((at = find_undecided(search, is_done)) == none)
			break;
		is_done[at] = true;
		code = judge(search, at,
			     evidence_tally(search->evidence, at)->n + LONGER * most);
	}
	return code;
}

/* Of the first n techniques the most promising combination: where it fits, much of the rest need not be tried,
 * and what has to be trained takes long. */
static int combine_early(struct search *search, size_t n)
{
	const struct search_limits *limits = &search->options->limits;
	struct search_point point;
	struct forecast expected = { 0 };
	size_t where;
	if (n < 2 || n == search->options->space.n_techniques ||
	    !find_promising(search, choose_techniques(search, n), &point, &expected) ||
	    (limits->has_quality && expected.quality < limits->least_quality))
		return 0;
	return try(search, &point, &where);
}

static int combine(struct search *search)
{
	const struct search_limits *limits = &search->options->limits;
	const unsigned techniques = choose_techniques(search,
						      search->options->space.n_techniques);
	size_t hopeless = 0, where;
	for (size_t i = 0; i < COMBINATIONS_MOST && !is_settled(search); i++) {
		struct search_point point;
		struct forecast expected = { 0 };
		if (!find_promising(search, techniques, &point, &expected))
			break;
		if (limits->has_quality && expected.quality < limits->least_quality &&
		    hopeless++ == HOPELESS_MOST)
			break;
		int tried = try(search, &point, &where);
		if (tried != 0 || where == none)
			return tried;
	}
	int code = is_settled(search) ? 0 : reconsider(search);
	if (code != 0 || search->incumbent != none || techniques == 0)
		return code;
	/* the cheapest there is: what it costs says whether anything can fit */
	struct search_point strongest = { { 0 } };
	for (size_t t = 0; t < search->options->space.n_techniques; t++)
		if (techniques >> t & 1)
			strongest.level[t] = search->options->space.n_levels[t] - 1;
	return try(search, &strongest, &where);
}

/* --- all of it -------------------------------------------------------------------------- */

static int run(struct search *search)
{
	struct search_point mildest = { { 0 } };
	search->points.points[search->points.n++] = mildest;
	search->is_tried[0] = true;
	for (size_t t = 0; t < search->options->space.n_techniques; t++) {
		int code = try_technique(search, t);
		if (code == 0 && search->incumbent == none)
			code = combine_early(search, t + 1);
		if (code != 0 || is_settled(search))
			return code;
	}
	return combine(search);
}

/* By how much it is off the limits. */
static double distance(const struct search *search, const struct searched *searched)
{
	const struct search_limits *limits = &search->options->limits;
	double off = fmax(log(searched->cost.mean / limits->budget), 0);
	double least = limits->least_quality;
	double unit = least >= 0 && least < 1 ? 1 - least : fmax(fabs(least), 1);
	if (!limits->has_quality)
		return off;
	if (isnan(searched->quality.mean))
		return HUGE_VAL;
	return off + fmax(least - searched->quality.mean, 0) / unit;
}

static void settle_one(struct search *search, size_t candidate)
{
	struct searched *searched = &search->result->candidates[candidate];
	const struct search_limits *limits = &search->options->limits;
	const struct tally *tally = evidence_tally(search->evidence, candidate);
	size_t look = verdict_look_after(tally->n);
	*searched = (struct searched){
		.point = search->points.points[candidate],
		.verdict = verdict_of(search->evidence, candidate, candidate, limits, look),
		.cost = verdict_cost(search->evidence, candidate, look),
		.quality = verdict_quality(search->evidence, candidate, look),
		.n_trials = tally->n,
	};
	if (searched->verdict == VERDICT_UNDECIDED)
		searched->more = verdict_needs(search->evidence, candidate, limits);
}

static bool is_better(const struct searched *a, const struct searched *b)
{
	if (a->quality.mean != b->quality.mean && !isnan(a->quality.mean))
		return a->quality.mean > b->quality.mean;
	return a->cost.mean < b->cost.mean;
}

/* One that failed is near nothing: what it would have cost is not known. */
static bool is_measured(const struct searched *searched)
{
	return searched->n_trials > 0 && searched->verdict != VERDICT_FAILED &&
	       isfinite(searched->cost.mean);
}

/* All trials of the search say more of a candidate than those up to its last look. */
static void settle(struct search *search)
{
	struct search_result *result = search->result;
	double nearest = HUGE_VAL;
	result->n = search->points.n;
	result->n_blocks = search->n_blocks;
	for (size_t i = 0; i < result->n; i++) {
		struct searched *searched = &result->candidates[i];
		settle_one(search, i);
		if (is_measured(searched) && distance(search, searched) < nearest) {
			nearest = distance(search, searched);
			result->nearest = i;
			result->has_nearest = true;
		}
		if (searched->verdict != VERDICT_FITS)
			continue;
		if (!result->is_found ||
		    is_better(searched, &result->candidates[result->chosen]))
			result->chosen = i;
		result->is_found = true;
	}
	for (size_t i = 0; i < result->n; i++)
		if (result->is_found && i != result->chosen &&
		    result->candidates[i].verdict == VERDICT_FITS)
			result->candidates[i].verdict = VERDICT_BEATEN;
}

int search_run(const struct search_options *options, const struct search_rig *rig,
	       struct search_result *result, bool *is_out_of_memory)
{
	struct search search = {
		.options = options,
		.rig = rig,
		.result = result,
		.points = { .space = &options->space },
		.incumbent = none,
		.evidence = evidence_new(),
		.generator = gsl_rng_alloc(gsl_rng_mt19937),
	};
	int code = -1;
	memset(result, 0, sizeof(*result));
	search.is_out_of_memory = !search.evidence || !search.generator;
	if (!search.is_out_of_memory) {
		gsl_rng_set(search.generator, options->seed);
		code = run(&search);
		settle(&search);
	}
	result->is_stopped = code == SEARCH_STOPPED;
	*is_out_of_memory = search.is_out_of_memory;
	evidence_free(search.evidence);
	gsl_rng_free(search.generator);
	return code < 0 ? -1 : 0;
}
