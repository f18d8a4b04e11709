/* reports/gate/gate.c - see gate.h. */
#include <config.h>

#include "reports/gate/gate.h"

#include "base/problem.h"
#include "reports/gate/judged.h"
#include "reports/gate/session.h"
#include "reports/statistics/pairing.h"
#include "reports/statistics/randomised.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

/* --- the figure that a gate is about ---------------------------------------------------- */

static struct judged judged_of_figure(struct figure figure, double scale, size_t n)
{
	return (struct judged){ .value = figure.value * scale,
				.low = figure.low * scale,
				.high = figure.high * scale,
				.n = n,
				.has_interval = figure.has_interval };
}

static struct judged judge_absolute(const struct judged_sample *sample, struct arena *arena)
{
	if (sample->is_score)
		return judged_of_figure(score_figure(&sample->score), 1, sample->score.n);
	struct estimate mean = estimate_mean(sample->seen, sample->n);
	double *values = arena_room(arena, (sample->n + 1) * sizeof(*values));
	struct judged judged = { .n = sample->n,
				 .value = mean.mean,
				 .low = mean.low,
				 .high = mean.high,
				 .has_interval = sample->n > 1,
				 .is_few = sample->n < GROUP_LEAST };
	for (size_t i = 0; i < sample->n; i++) {
		values[i] = sample->seen[i].value;
		judged.instrument += (sample->seen[i].high - sample->seen[i].low) / 2 /
				     (double)sample->n;
	}
	struct t_test test = t_paired(values, sample->n);
	judged.sd = test.sd;
	judged.degrees = test.degrees;
	return judged;
}

/* Pairs that are not far enough from the limit for their signs. */
static void ask_signs(struct judged *judged, const double *differences, size_t n,
		      double limit)
{
	judged->is_explained = differences && randomised_explains(differences, n, limit);
	judged->p_randomised = differences ? randomised_p(differences, n, limit) : 0;
}

static bool is_one_campaign(const struct judged_sample *a, const struct judged_sample *b)
{
	return a->campaign_id == b->campaign_id && strcmp(a->path, b->path) == 0;
}

/* A ratio, of logarithms: the instruments' gain is in both and cancels. */
static struct judged judge_ratio(const struct gate *gate, const struct judged_sample *a,
				 const struct judged_sample *b, struct session session,
				 struct arena *arena)
{
	struct pairing pairing = pairing_of(sample_blocks(a, true, arena),
					    sample_blocks(b, true, arena),
					    is_one_campaign(a, b), arena);
	struct t_test test = pairing.t;
	if (session.is_between)
		test = t_with_error(test, session.sd * sqrt(2), session.degrees);
	struct judged judged = { .value = expm1(test.mean),
				 .low = expm1(test.ci95.low),
				 .high = expm1(test.ci95.high),
				 .degrees = test.degrees,
				 .sd = test.sd,
				 .n = test.n,
				 .has_interval = test.n > 1,
				 .is_few = test.n < test.n_least };
	ask_signs(&judged, pairing.differences, pairing.n, log1p(fmax(gate->limit, -1)));
	/* without memory nothing is said of outliers */
	if (pairing_robust(&pairing, &judged.robust, arena) != 0)
		judged.robust.n_outliers = 0;
	return judged;
}

/* The mean half-width of the instruments, as a share. */
static double gain_of(const struct judged_sample *sample)
{
	double sum = 0;
	for (size_t i = 0; i < sample->n; i++)
		if (sample->seen[i].value > 0)
			sum += (sample->seen[i].high - sample->seen[i].low) / 2 /
			       sample->seen[i].value;
	return sample->n ? sum / (double)sample->n : 0;
}

/* A difference in the quantity's own unit, which may be 0 or negative. A gain changes it by its
 * share; a session changes the larger of the two by its own. */
static struct judged judge_difference(const struct gate *gate,
				      const struct judged_sample *a,
				      const struct judged_sample *b, struct session session,
				      struct arena *arena)
{
	struct pairing pairing = pairing_of(sample_blocks(a, false, arena),
					    sample_blocks(b, false, arena),
					    is_one_campaign(a, b), arena);
	struct t_test test = pairing.t;
	double base = fabs(estimate_mean(a->seen, a->n).mean);
	if (session.is_between)
		test = t_with_error(test, session.sd * sqrt(2) * base, session.degrees);
	double gain = quantity_is_energy(b->quantity) ? gain_of(b) * fabs(test.mean) : 0;
	struct judged judged = { .value = test.mean,
				 .low = test.mean - hypot(test.mean - test.ci95.low, gain),
				 .high = test.mean +
					 hypot(test.ci95.high - test.mean, gain),
				 .degrees = test.degrees,
				 .sd = test.sd,
				 .instrument = gain,
				 .n = test.n,
				 .has_interval = test.n > 1,
				 .is_few = test.n < test.n_least };
	ask_signs(&judged, pairing.differences, pairing.n, gate->limit);
	return judged;
}

static struct judged judge_change(const struct gate *gate, const struct judged_sample *a,
				  const struct judged_sample *b, struct session session,
				  struct arena *arena)
{
	if (!b->is_score)
		return gate->kind == GATE_RELATIVE
			   ? judge_ratio(gate, a, b, session, arena)
			   : judge_difference(gate, a, b, session, arena);
	struct figure change = score_change(&a->score, &b->score);
	double scale = gate->kind == GATE_RELATIVE ? 1 / a->score.mean : 100;
	return judged_of_figure(change, scale, b->score.n);
}

/* --- the verdict ------------------------------------------------------------------------ */

/* How far the value is from the limit, on the scale on which its interval is symmetric. */
static double distance(const struct gate *gate, double from, double to)
{
	return gate->kind == GATE_RELATIVE ? log1p(fmax(to, -1)) - log1p(fmax(from, -1))
					   : to - from;
}

/* The probability of a value so far beyond the limit, were the limit just kept: below 0.025 where
 * the 95 % interval lies beyond it. */
static double p_of_break(const struct gate *gate, const struct judged *judged)
{
	double side = gate->is_upper ? distance(gate, judged->low, judged->value)
				     : distance(gate, judged->value, judged->high);
	double beyond = gate->is_upper ? distance(gate, gate->limit, judged->value)
				       : distance(gate, judged->value, gate->limit);
	if (!judged->has_interval || judged->is_few)
		return 1;
	if (!(side > 0))
		return beyond > 0 ? 0 : 1;
	if (judged->degrees <= 0)
		return gsl_cdf_ugaussian_Q(gsl_cdf_ugaussian_Pinv(0.975) * beyond / side);
	return gsl_cdf_tdist_Q(gsl_cdf_tdist_Pinv(0.975, judged->degrees) * beyond / side,
			       judged->degrees);
}

static enum gate_verdict by_interval(const struct gate *gate, double low, double high)
{
	bool is_kept = gate->is_upper ? high <= gate->limit : low >= gate->limit;
	bool is_broken = gate->is_upper ? low > gate->limit : high < gate->limit;
	return is_broken ? GATE_FAIL : is_kept ? GATE_PASS : GATE_CANNOT_TELL;
}

static enum gate_verdict decide(const struct gate *gate, struct judged *judged,
				double p_adjusted)
{
	enum gate_verdict verdict = by_interval(gate, judged->low, judged->high);
	judged->by_robust = by_interval(gate, expm1(judged->robust.ci95.low),
					expm1(judged->robust.ci95.high));
	judged->is_explained &= verdict != GATE_CANNOT_TELL;
	if (!judged->has_interval || judged->is_few || judged->is_explained)
		return GATE_CANNOT_TELL;
	judged->is_corrected = verdict == GATE_FAIL && p_adjusted >= 0.025;
	return judged->is_corrected ? GATE_CANNOT_TELL : verdict;
}

/* --- judging ---------------------------------------------------------------------------- */

static int check_pair(const struct gate *gate, const struct judged_sample *a,
		      const struct judged_sample *b, struct problem *why)
{
	problem_what(why, "cannot compare '%s' in '%s' with '%s' in '%s'", b->variant,
		     b->path, a->variant, a->path);
	if (!trials_same_work(a->workload, b->workload)) {
		problem_why(why, "different workloads, %s and %s",
			    b->workload ? b->workload : "none stated",
			    a->workload ? a->workload : "none stated");
		return problem_todo(why, "measure both again on the same work");
	}
	bool is_estimate = b->provenance >= PROVENANCE_ESTIMATED;
	if (quantity_is_energy(gate->quantity) &&
	    is_estimate != (a->provenance >= PROVENANCE_ESTIMATED)) {
		problem_why(why, "one is %s, the other %s", provenance_word(b->provenance),
			    provenance_word(a->provenance));
		return problem_todo(why, "measure both on the same machine");
	}
	return 0;
}

static int no_baseline(const struct gate *gate, struct problem *why)
{
	problem_what(why, "cannot judge '%s'", gate->text);
	why->kind = PROBLEM_USAGE;
	problem_why(why, "it is about a change, and there is no baseline");
	return problem_todo(why, "give --baseline BASE.db, or --against VARIANT");
}

/* One limit of one variant, while all of them are put together. */
struct asked {
	const struct gate *gate;
	struct judged_sample sample;
	struct judged judged;
};

static int judge_against(const struct gate_request *request, struct asked *asked,
			 struct arena *arena, struct problem *why)
{
	struct judged_sample base;
	const struct judged_sample *sample = &asked->sample;
	const char *name = request->base_variant ? request->base_variant : sample->variant;
	bool is_one_file = request->base.db == request->side.db;
	const char *const both[] = { name, sample->variant };
	struct name_list with = { both, is_one_file ? 2 : 1 };
	struct session session = { 0 };
	struct gate_side side = request->base;
	if (is_one_file && sample->campaign_id)
		side.campaign_id = request->side.campaign_id;
	if (sample_read(&side, with, name, asked->gate->quantity, &base, arena, why) != 0 ||
	    check_pair(asked->gate, &base, sample, why) != 0)
		return -1;
	if (!sample->is_score && !is_one_campaign(&base, sample) &&
	    session_read(&side, &base, asked->gate->quantity, request->session_sd, &session,
			 arena, why) != 0)
		return -1;
	asked->judged = judge_change(asked->gate, &base, sample, session, arena);
	asked->judged.session = session;
	asked->judged.n_campaigns = campaigns_of_work(
	    request->side.db,
	    is_one_campaign(&base, sample) ? with : (struct name_list){ both + 1, 1 },
	    sample->campaign_id);
	return asked->judged.n_campaigns < 0 ? -1 : 0;
}

static int judge_one(const struct gate_request *request, const char *variant,
		     struct asked *asked, struct arena *arena, struct problem *why)
{
	bool is_change = asked->gate->kind != GATE_ABSOLUTE;
	const char *const both[] = { variant, request->base_variant };
	bool is_one_file = request->base.db == request->side.db;
	struct name_list with = { both, is_change && is_one_file && request->base_variant
					    ? 2
					    : 1 };
	if (is_change && !request->base.db)
		return no_baseline(asked->gate, why);
	if (sample_read(&request->side, with, variant, asked->gate->quantity,
			&asked->sample, arena, why) != 0)
		return -1;
	if (is_change)
		return judge_against(request, asked, arena, why);
	asked->judged = judge_absolute(&asked->sample, arena);
	return 0;
}

int gate_judge(const struct gate_request *request, struct arena *arena,
	       struct gate_result *results, struct problem *why)
{
	size_t n = request->n_variants * request->n_gates;
	struct asked *asked = arena_room(arena, (n + 1) * sizeof(*asked));
	double *p = arena_room(arena, (n + 1) * sizeof(*p));
	for (size_t i = 0; i < n; i++) {
		asked[i].gate = &request->gates[i % request->n_gates];
		if (judge_one(request, request->variants[i / request->n_gates], &asked[i],
			      arena, why) != 0)
			return -1;
		asked[i].judged.n_limits = n;
		p[i] = p_of_break(asked[i].gate, &asked[i].judged);
	}
	holm_adjust(p, n);
	for (size_t i = 0; i < n; i++) {
		struct judged *judged = &asked[i].judged;
		enum gate_verdict verdict = decide(asked[i].gate, judged, p[i]);
		results[i] = (struct gate_result){
			.gate = asked[i].gate,
			.variant = asked[i].sample.variant,
			.verdict = verdict,
			.line = judged_line(asked[i].gate, &asked[i].sample, judged,
					    verdict, arena),
		};
	}
	return 0;
}
