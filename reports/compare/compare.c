/* reports/compare/compare.c - see compare.h. */
#include <config.h>

#include "reports/compare/compare.h"

#include "base/problem.h"
#include "reports/campaign/disturbances.h"
#include "reports/campaign/joules-mean.h"
#include "reports/campaign/score.h"
#include "reports/campaign/trials.h"
#include "reports/campaign/variants.h"
#include "reports/compare/break-even.h"
#include "reports/compare/decomposition.h"
#include "reports/figure/column-text.h"
#include "reports/statistics/bootstrap.h"
#include "reports/statistics/outliers.h"
#include "reports/statistics/pairing.h"
#include "reports/statistics/randomised.h"
#include "reports/statistics/test-power.h"
#include "schema/database/guard.h"

#include <math.h>
#include <string.h>

/* What is kept of a variant while the comparison is put together. */
struct side {
	struct trial_list trials;
	struct block_list blocks;
	struct why_means why;
	struct score score;
	enum figure_provenance provenance;
};

struct build {
	sqlite3 *db;
	const struct compare_options *options;
	struct arena *arena;
	sqlite3_stmt *why_row; /* why_statement() */
	struct comparison *comparison;
	struct side *sides;
	struct compared *compared;
	size_t n;
};

/* Every resampling starts here: the same file gives the same interval. */
static const uint64_t BOOTSTRAP_SEED = 1;
/* Of intervals of 95 %, which every verdict is by. */
static const double SIGNIFICANCE = 0.05;

static int read_failed(const struct build *build, struct problem *why)
{
	problem_what(why, "cannot read '%s'",
		     build->options->path ? build->options->path : "the database");
	return guard_why(build->db, why);
}

/* --- which trials ----------------------------------------------------------------------- */

/* The variants asked for, or all of a campaign. */
static int choose_variants(struct build *build, struct name_list *names,
			   struct problem *why)
{
	const struct compare_options *options = build->options;
	int64_t campaign_id = options->campaign_id;
	*names = (struct name_list){ options->variants, options->n_variants };
	if (names->n > 0)
		return variants_check(build->db, names, options->path, build->arena, why);
	if (campaign_id == 0)
		campaign_id = campaign_of_several(build->db);
	if (variants_of(build->db, campaign_id, build->arena, names) != 0)
		return read_failed(build, why);
	if (names->n >= 2)
		return 0;
	problem_what(why, "cannot compare what is in '%s'", options->path);
	if (names->n == 0 && options->campaign_id != 0)
		return campaign_missing(options->campaign_id, why);
	if (names->n == 0)
		problem_why(why, "nothing was run into it yet");
	else
		problem_why(why, "campaign %lld holds only '%s'", (long long)campaign_id,
			    names->names[0]);
	return problem_todo(why, "joulecart compare -- 'A' -- 'B' runs and compares two "
				 "commands");
}

static int read_trials(struct build *build, int64_t campaign_id, struct name_list names,
		       struct problem *why)
{
	for (size_t i = 0; i < names.n; i++) {
		const char *name = names.names[i];
		int64_t id = campaign_id ? campaign_id
					 : campaign_with_all(
					       build->db, (struct name_list){ &name, 1 });
		if (id < 0 || trials_of_variant(build->db, id, name, build->arena,
						&build->sides[i].trials) != 0)
			return read_failed(build, why);
		build->compared[i] = (struct compared){ .variant = name,
							.campaign_id = id };
		if (build->sides[i].trials.n > 0)
			continue;
		problem_what(why, "cannot compare '%s'", name);
		problem_why(why, "campaign %lld has no trial of it that was finished",
			    (long long)id);
		return problem_todo(why, "run it again, or choose with --campaign");
	}
	return 0;
}

static size_t count_values(const struct build *build, size_t i, bool per_query)
{
	const char *reason;
	const struct trial_list *list = &build->sides[i].trials;
	size_t n = 0;
	for (size_t j = 0; j < list->n; j++)
		n += trial_counted(&list->trials[j], per_query,
				   build->options->count_failed, &reason) != NULL;
	return n;
}

/* At least half of the trials have joules per query. Of runs about as long as the sensor's
 * resolution a few may, and those alone must not decide that all others are left out. */
static bool has_per_query(const struct build *build, size_t i)
{
	size_t n = count_values(build, i, true);
	return n > 0 && 2 * n >= count_values(build, i, false);
}

/* Queries compare with queries; commands that state none compare run by run. */
static bool is_per_query(const struct build *build)
{
	for (size_t i = 0; i < build->n; i++)
		if (!has_per_query(build, i) &&
		    strcmp(build->sides[i].trials.trials[0].job, "infer") != 0)
			return false;
	return true;
}

/* --- one variant ------------------------------------------------------------------------ */

static void count_trials(struct build *build, size_t i)
{
	struct compared *compared = &build->compared[i];
	const struct trial_list *list = &build->sides[i].trials;
	const char *reason;
	compared->n_trials = list->n;
	for (size_t j = 0; j < list->n; j++) {
		compared->n_failed += list->trials[j].has_failed;
		if (trial_counted(&list->trials[j], build->comparison->is_per_query,
				  build->options->count_failed, &reason))
			continue;
		compared->n_left_out++;
		if (!compared->left_out_reason)
			compared->left_out_reason = reason;
	}
}

/* The mean with its doubts, over the trials that count. */
static int mean_joules(struct build *build, size_t i)
{
	const struct trial_list *list = &build->sides[i].trials;
	bool per_query = build->comparison->is_per_query;
	const char *reason;
	for (size_t j = 0; j < list->n; j++)
		if (trial_counted(&list->trials[j], per_query, build->options->count_failed,
				  &reason))
			arena_append(build->arena, &list->trials[j], sizeof(struct trial));
	size_t n = arena_appended(build->arena) / sizeof(struct trial);
	struct trial_list kept = { arena_take(build->arena), n };
	return joules_mean(build->db, n ? kept : *list, per_query, build->arena,
			   &build->compared[i].joules);
}

static int read_side(struct build *build, size_t i, struct problem *why)
{
	struct side *side = &build->sides[i];
	struct compared *compared = &build->compared[i];
	const char *quality = build->comparison->quality_name;
	bool per_query = build->comparison->is_per_query;
	count_trials(build, i);
	side->blocks = trials_blocks(side->trials, per_query, build->options->count_failed,
				     build->arena);
	compared->workload = trials_workload(side->trials);
	if (mean_joules(build, i) != 0)
		return read_failed(build, why);
	side->provenance = compared->joules.provenance;
	compared->quality = figure_unknown("the trials state no quality");
	if (why_read(build->why_row, side->trials, per_query, build->options->count_failed,
		     &side->why) != 0 ||
	    build_cost_read(build->db, compared->variant, build->compared[0].variant,
			    compared->campaign_id, build->arena, &compared->cost) != 0)
		return read_failed(build, why);
	if (quality) {
		if (score_read(build->db, side->trials, quality, build->arena,
			       &side->score) != 0)
			return read_failed(build, why);
		compared->score = &side->score;
		compared->quality = score_figure(&side->score);
	}
	if (side->blocks.n > 0)
		return 0;
	problem_what(why, "cannot compare '%s'", compared->variant);
	if (compared->n_trials == 1)
		problem_why(why, "its one trial does not count: %s",
			    compared->left_out_reason);
	else
		problem_why(why, "none of its %zu trials counts: %s", compared->n_trials,
			    compared->left_out_reason);
	return problem_todo(why, "'joulecart report FILE.db' has the notes of each");
}

/* --- may they be compared? -------------------------------------------------------------- */

static int other_work(const struct compared *a, const struct compared *b,
		      struct problem *why)
{
	problem_what(why, "cannot compare '%s' with '%s'", a->variant, b->variant);
	problem_why(why, "different workloads, %s and %s",
		    a->workload ? a->workload : "none stated",
		    b->workload ? b->workload : "none stated");
	return problem_todo(why, "run both with the same work");
}

static int other_provenance(const struct build *build, size_t i, struct problem *why)
{
	problem_what(why, "cannot compare '%s' with '%s'", build->compared[0].variant,
		     build->compared[i].variant);
	problem_why(why, "one is %s, the other %s",
		    provenance_word(build->sides[0].provenance),
		    provenance_word(build->sides[i].provenance));
	return problem_todo(why, "run both where the same sensors can be read");
}

static int check_comparable(const struct build *build, struct problem *why)
{
	const struct compared *base = &build->compared[0];
	for (size_t i = 1; i < build->n; i++) {
		const struct compared *other = &build->compared[i];
		if (!trials_same_work(base->workload, other->workload))
			return other_work(base, other, why);
		if (provenance_is_estimate(build->sides[0].provenance) !=
		    provenance_is_estimate(build->sides[i].provenance))
			return other_provenance(build, i, why);
	}
	return 0;
}

/* --- one difference --------------------------------------------------------------------- */

static void find_outliers(struct difference *difference, struct arena *arena)
{
	size_t n = difference->n_pairs;
	double *room = arena_room(arena, (n + 1) * sizeof(*room));
	size_t *found = arena_room(arena, (n + 1) * sizeof(*found));
	difference->n_outliers = outliers_find(difference->log_ratios, n, room, found);
	struct outlier *outliers = arena_room(arena, (difference->n_outliers + 1) *
							 sizeof(*outliers));
	for (size_t i = 0; i < difference->n_outliers; i++)
		outliers[i] = (struct outlier){ difference->blocks[found[i]],
						difference->log_ratios[found[i]] };
	difference->outliers = outliers;
}

/* What needs the single pairs. */
static int judge_pairs(struct difference *difference, struct pairing pairs)
{
	const double *values = pairs.differences;
	difference->log_ratios = values;
	difference->blocks = pairs.blocks;
	difference->order = order_effect(values, pairs.places, pairs.n);
	difference->autocorrelation = autocorrelation(values, pairs.n);
	difference->has_randomised = pairs.n <= RANDOMISED_MOST;
	difference->p_randomised = randomised_p(values, pairs.n, 0);
	difference->is_explained = randomised_explains(values, pairs.n, 0);
	difference->has_ranks = pairs.n >= 3;
	if (!difference->has_ranks)
		return 0;
	if (bootstrap_bca(values, pairs.n, BOOTSTRAP_RESAMPLES, BOOTSTRAP_SEED, NULL,
			  &difference->bca) != 0)
		return -1;
	return wilcoxon_signed_rank(values, pairs.n, &difference->wilcoxon);
}

/* Any of so many comparisons may alarm: what can be seen is asked at Holm's strictest level. */
static void plan_further(struct difference *difference, size_t n_comparisons)
{
	double level = SIGNIFICANCE / (double)n_comparisons;
	struct t_test t = difference->t;
	difference->effect_size = effect_size(t);
	if (t.n < 2)
		return;
	/* Where the meter's steps make the interval, no less than what that leaves open can be seen. */
	difference->detectable = fmax(power_detectable(t.n, t.sd, level),
				      (t.ci95.high - t.ci95.low) / 2);
	difference->pairs_needed = t.mean != 0 ? power_pairs(t.mean, t.sd, level) : 0;
}

/* The same block values in joules. */
static struct block_list in_joules(struct block_list logs, struct arena *arena)
{
	struct block_value *values = arena_room(arena, (logs.n + 1) * sizeof(*values));
	for (size_t i = 0; i < logs.n; i++) {
		values[i] = logs.blocks[i];
		values[i].value = exp(values[i].value);
		values[i].step *= values[i].value;
	}
	return (struct block_list){ values, logs.n };
}

/* The joules that b saves of each of a, as the ratio is paired. */
static struct t_test saved_of(const struct side *b, const struct side *a,
			      bool is_one_campaign, struct arena *arena)
{
	return pairing_of(in_joules(b->blocks, arena), in_joules(a->blocks, arena),
			  is_one_campaign, arena)
	    .t;
}

static int read_unit_changes(const struct build *build, size_t i, bool is_one_campaign,
			     struct unit_changes *found)
{
	const struct unit_sides sides = { build->sides[0].trials, build->sides[i].trials,
					  is_one_campaign, build->options->count_failed };
	return unit_changes_read(build->db, &sides, build->arena, found);
}

static int fill_difference(struct build *build, size_t i, struct difference *difference,
			   struct problem *why)
{
	const struct side *a = &build->sides[0], *b = &build->sides[i];
	difference->variant = &build->compared[i];
	bool is_one_campaign = build->compared[0].campaign_id ==
			       build->compared[i].campaign_id;
	struct pairing pairs = pairing_of(a->blocks, b->blocks, is_one_campaign,
					  build->arena);
	difference->is_paired = pairs.is_paired;
	difference->t = pairs.t;
	difference->n_pairs = pairs.n;
	difference->order.p = difference->autocorrelation.p = 1; /* without pairs: none */
	if (pairs.is_paired && judge_pairs(difference, pairs) != 0)
		return read_failed(build, why);
	if (pairs.is_paired)
		find_outliers(difference, build->arena);
	if (read_unit_changes(build, i, is_one_campaign, &difference->units) != 0)
		return read_failed(build, why);
	plan_further(difference, build->n - 1);
	difference->why = why_of(&a->why, &b->why);
	difference->quality_change = build->comparison->quality_name
					 ? score_change(&a->score, &b->score)
					 : figure_unknown("the trials state no quality");
	difference->n_paired_queries = score_pairs(&a->score, &b->score);
	difference->break_even = build->comparison->is_per_query
				     ? break_even_queries(
					   &difference->variant->cost,
					   saved_of(b, a, is_one_campaign, build->arena),
					   difference->t)
				     : figure_unknown("no queries are stated");
	return 0;
}

/* A verdict needs Holm's p, and signs of the pairs that the order does not explain. */
static void decide(struct difference *differences, size_t n, struct arena *arena)
{
	double *p = arena_room(arena, (n + 1) * sizeof(*p));
	for (size_t i = 0; i < n; i++)
		p[i] = differences[i].t.p;
	holm_adjust(p, n);
	for (size_t i = 0; i < n; i++) {
		struct t_test t = differences[i].t;
		differences[i].p_adjusted = p[i];
		bool is_shown = t.n >= t.n_least && p[i] < SIGNIFICANCE &&
				!differences[i].is_explained;
		differences[i].verdict = !is_shown    ? VERDICT_CANNOT_TELL
					 : t.mean < 0 ? VERDICT_LESS
						      : VERDICT_MORE;
	}
}

/* --- all of it -------------------------------------------------------------------------- */

static int compare_sides(struct build *build, struct problem *why)
{
	struct comparison *comparison = build->comparison;
	size_t n = build->n - 1;
	struct difference *differences = arena_room(build->arena,
						    (n + 1) * sizeof(*differences));
	for (size_t i = 0; i < n; i++)
		if (fill_difference(build, i + 1, &differences[i], why) != 0)
			return -1;
	decide(differences, n, build->arena);
	comparison->differences = differences;
	return 0;
}

/* A further campaign of the same is a further chance of a false verdict. */
static int count_campaigns(struct build *build, struct problem *why)
{
	struct comparison *comparison = build->comparison;
	for (size_t i = 1; i < build->n; i++) {
		const char *const both[] = { build->compared[0].variant,
					     build->compared[i].variant };
		if (build->compared[0].campaign_id != build->compared[i].campaign_id)
			continue;
		int64_t n = campaigns_of_work(build->db, (struct name_list){ both, 2 },
					      build->compared[i].campaign_id);
		if (n < 0)
			return read_failed(build, why);
		comparison->n_campaigns = n > comparison->n_campaigns
					      ? n
					      : comparison->n_campaigns;
	}
	return 0;
}

static void compare_null(struct build *build)
{
	struct comparison *comparison = build->comparison;
	if (!build->options->skip_null) {
		struct pairing null = pairing_null(build->sides[0].blocks,
						   &comparison->is_null_within_blocks,
						   build->arena);
		comparison->null = null.t;
	}
}

static int read_notices(struct build *build, struct problem *why)
{
	for (size_t i = 0; i < build->n; i++)
		if (notices_append(build->db, build->sides[i].trials, build->arena) != 0)
			return read_failed(build, why);
	if (notices_append_idle(build->db, build->compared[0].campaign_id, build->arena) !=
	    0)
		return read_failed(build, why);
	build->comparison->n_notices = arena_appended(build->arena) / sizeof(const char *);
	build->comparison->notices = arena_take(build->arena);
	return 0;
}

static int read_sides(struct build *build, int64_t campaign_id, struct name_list names,
		      struct problem *why)
{
	struct comparison *comparison = build->comparison;
	if (read_trials(build, campaign_id, names, why) != 0)
		return -1;
	comparison->is_per_query = is_per_query(build);
	comparison->quality_name = build->options->quality
				       ? build->options->quality
				       : score_name(build->db, build->sides[0].trials);
	build->why_row = why_statement(build->db);
	int code = build->why_row ? 0 : read_failed(build, why);
	for (size_t i = 0; code == 0 && i < build->n; i++) {
		code = read_side(build, i, why);
		if (build->sides[i].provenance > comparison->provenance)
			comparison->provenance = build->sides[i].provenance;
	}
	sqlite3_finalize(build->why_row);
	return code == 0 ? check_comparable(build, why) : -1;
}

const struct comparison *compare_read(sqlite3 *db, const struct compare_options *options,
				      struct arena *arena, struct problem *why)
{
	struct build build = { .db = db, .options = options, .arena = arena };
	struct name_list names;
	if (choose_variants(&build, &names, why) != 0)
		return NULL;
	int64_t campaign_id = options->campaign_id ? options->campaign_id
						   : campaign_with_all(db, names);
	struct comparison *comparison = arena_room(arena, sizeof(*comparison));
	build.n = names.n;
	build.comparison = comparison;
	build.sides = arena_room(arena, names.n * sizeof(*build.sides));
	build.compared = arena_room(arena, names.n * sizeof(*build.compared));
	comparison->path = guarded_text(options->path, arena);
	comparison->campaign_id = campaign_id;
	comparison->per_day = options->per_day;
	comparison->standing = options->standing;
	comparison->compared = build.compared;
	comparison->n_compared = names.n;
	if (campaign_id < 0) {
		read_failed(&build, why);
		return NULL;
	}
	if (read_sides(&build, campaign_id, names, why) != 0 ||
	    compare_sides(&build, why) != 0 || count_campaigns(&build, why) != 0 ||
	    read_notices(&build, why) != 0)
		return NULL;
	compare_null(&build);
	return comparison;
}
