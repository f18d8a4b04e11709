/* reports/profile/function-changes.c - see function-changes.h. */
#include <config.h>

#include "reports/profile/function-changes.h"

#include "base/problem.h"
#include "reports/statistics/pairing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* 97.5 % of a normal distribution lie below. */
static const double Z95 = 1.959963984540054;

/* The trials of one job: of a, then of b. */
struct sides {
	const struct function_group *const *trials;
	size_t n_a, n;
	bool is_per_query, is_one_campaign;
	struct arena *arena;
};

static double unit_of(const struct sides *sides, size_t trial)
{
	return sides->is_per_query ? 1 / sides->trials[trial]->queries : 1;
}

/* --- which function of one trial is which of another -------------------------------------- */

/* A function of a trial. entry: its number among all. */
struct met {
	const struct function *function;
	const char *module; /* the name of its file alone; "" */
	size_t trial, entry;
	bool is_b;
};

static const char *file_name(const char *path)
{
	const char *slash = path ? strrchr(path, '/') : NULL;
	return slash ? slash + 1 : path ? path : "";
}

static int order(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

static int by_name(const void *a, const void *b)
{
	const struct met *x = a, *y = b;
	int code = order(x->function->name, y->function->name);
	code = code ? code : order(x->function->lack, y->function->lack);
	return code ? code : order(x->module, y->module);
}

/* Numbers those that are alike alike. Returns how many there are. */
static size_t number_by_name(struct met *met, size_t n)
{
	size_t entries = 0;
	if (n > 0)
		qsort(met, n, sizeof(*met), by_name);
	for (size_t i = 0; i < n; i++) {
		if (i == 0 || by_name(&met[i - 1], &met[i]) != 0)
			entries++;
		met[i].entry = entries - 1;
	}
	return entries;
}

/* Where met[first], and those of its entry, end. */
static size_t entry_end(const struct met *met, size_t n, size_t first, unsigned *sides)
{
	size_t at = first;
	*sides = 0;
	while (at < n && met[at].entry == met[first].entry)
		*sides |= met[at++].is_b ? 2 : 1;
	return at;
}

/* Files that are called otherwise: a name that stands in one file of each variant, and these are not the same
 * one, is one function all the same. met is by name. */
static void join_renamed(struct met *met, size_t n)
{
	size_t end = 0, next_end = 0;
	for (size_t i = 0; i < n; i = end) {
		unsigned sides, next_sides = 0;
		end = entry_end(met, n, i, &sides);
		size_t after = end;
		while (after < n && met[i].function->name &&
		       order(met[after].function->name, met[i].function->name) == 0)
			after++;
		if (after == end)
			continue;
		next_end = entry_end(met, n, end, &next_sides);
		if (next_end == after && sides + next_sides == 3 && sides != 3 &&
		    next_sides != 3)
			for (size_t k = end; k < after; k++)
				met[k].entry = met[i].entry;
		end = after;
	}
}

static struct met *all_met(const struct sides *sides, size_t *n)
{
	size_t room = 0;
	for (size_t i = 0; i < sides->n; i++)
		room += sides->trials[i]->n_functions;
	struct met *met = arena_room(sides->arena, (room + 1) * sizeof(*met));
	*n = 0;
	for (size_t i = 0; i < sides->n; i++)
		for (size_t k = 0; k < sides->trials[i]->n_functions; k++) {
			const struct function *function = &sides->trials[i]->functions[k];
			met[(*n)++] = (struct met){ function, file_name(function->module),
						    i, 0, i >= sides->n_a };
		}
	return met;
}

/* --- how large is the difference, and how sure -------------------------------------------- */

/* A function in every trial. */
struct values {
	double *joules; /* self, per query or run */
	double
	    counting2; /* variance of the difference of the means, by the number of stacks */
	double bound_a, bound_b; /* what the readings leave open of its mean: 95 % */
};

/* The same share of energy that is only known within bounds errs alike in each trial. */
static void take_part(struct values *values, const struct sides *sides, size_t trial,
		      const struct function_part *part)
{
	const struct function_group *group = sides->trials[trial];
	const struct figure share = function_share(group, part);
	bool is_b = trial >= sides->n_a;
	double unit = unit_of(sides, trial);
	double n = (double)(is_b ? sides->n - sides->n_a : sides->n_a);
	double half = share.has_interval ? (share.high - share.low) / 2 : 1;
	double error = half / Z95 * group->sampled_j * unit / n;
	double open = group->joules > 0 ? (group->most_j - group->least_j) / 2 /
					      group->joules * part->joules * unit / n
					: 0;
	values->joules[trial] = part->joules * unit;
	values->counting2 += error * error;
	*(is_b ? &values->bound_b : &values->bound_a) += open;
}

static struct block_list blocks_of(const struct sides *sides, const double *joules,
				   size_t first, size_t end)
{
	struct block_value *blocks = arena_room(sides->arena,
						(end - first + 1) * sizeof(*blocks));
	for (size_t i = first; i < end; i++)
		blocks[i - first] = (struct block_value){
			/* without a campaign of both each trial stands for itself */
			.block = sides->is_one_campaign ? sides->trials[i]->block
							: (int64_t)i,
			.value = joules[i],
			.n = 1,
			.first = joules[i],
		};
	return blocks_merge(blocks, end - first);
}

/* By the trials, if there are enough, never surer than their stacks; else by those alone. */
static struct t_test test_of(const struct sides *sides, const struct values *values,
			     struct pairing *pairing)
{
	struct block_list a = blocks_of(sides, values->joules, 0, sides->n_a);
	struct block_list b = blocks_of(sides, values->joules, sides->n_a, sides->n);
	double known = sqrt(values->counting2 + pow(values->bound_a / Z95, 2) +
			    pow(values->bound_b / Z95, 2));
	*pairing = pairing_of(a, b, sides->is_one_campaign, sides->arena);
	struct t_test t = pairing->t;
	if (!isfinite(known))
		known = INFINITY;
	if (t.n < t.n_least)
		return t_known(t.mean, known);
	return t_with_resolution(
	    t, (struct resolution){ .sd = known * sqrt((double)t.n), .bound = 0 });
}

static struct change_side side_of(const struct sides *sides, const struct met *met,
				  size_t n, bool is_b)
{
	struct change_side side = { 0, 0, 0 };
	double trials = (double)(is_b ? sides->n - sides->n_a : sides->n_a);
	for (size_t i = 0; i < n; i++) {
		if (met[i].is_b != is_b)
			continue;
		double unit = unit_of(sides, met[i].trial) / trials;
		side.self_j += met[i].function->self.joules * unit;
		side.total_j += met[i].function->total.joules * unit;
		side.n += met[i].function->self.n;
	}
	return side;
}

/* Of the n places where it was met, by trial. */
static struct function_change change_of(const struct sides *sides, const struct met *met,
					size_t n, struct values *values,
					struct function_changes *all)
{
	struct function_change change = { .function = met->function,
					  .a = side_of(sides, met, n, false),
					  .b = side_of(sides, met, n, true),
					  .p_adjusted = NAN };
	struct pairing pairing;
	values->counting2 = values->bound_a = values->bound_b = 0;
	for (size_t i = 0, k = 0; i < sides->n; i++) {
		struct function_part part = { 0, 0 };
		for (; k < n && met[k].trial == i; k++) {
			part.n += met[k].function->self.n;
			part.joules += met[k].function->self.joules;
		}
		take_part(values, sides, i, &part);
	}
	change.t = test_of(sides, values, &pairing);
	all->is_paired = pairing.is_paired;
	all->is_by_trials = pairing.t.n >= pairing.t.n_least;
	return change;
}

static int by_trial(const void *a, const void *b)
{
	const struct met *x = a, *y = b;
	if (x->entry != y->entry)
		return x->entry > y->entry ? 1 : -1;
	return (x->trial > y->trial) - (x->trial < y->trial);
}

static bool is_tested(const struct function_change *change)
{
	return change->a.n + change->b.n >= CHANGE_SAMPLES_LEAST;
}

static void judge(struct function_changes *all, struct arena *arena)
{
	double *p = arena_room(arena, (all->n + 1) * sizeof(*p));
	size_t at = 0;
	for (size_t i = 0; i < all->n; i++)
		if (is_tested(&all->changes[i]))
			p[all->n_tested++] = all->changes[i].t.p;
	holm_adjust(p, all->n_tested);
	for (size_t i = 0; i < all->n; i++) {
		struct function_change *change = &all->changes[i];
		change->verdict = CHANGE_TOO_FEW;
		if (!is_tested(change))
			continue;
		change->p_adjusted = p[at++];
		change->verdict = change->p_adjusted >= 0.05 ? CHANGE_CANNOT_TELL
				  : change->t.mean < 0       ? CHANGE_LESS
							     : CHANGE_MORE;
	}
}

static int by_difference(const void *a, const void *b)
{
	const struct function_change *x = a, *y = b;
	if (is_tested(x) != is_tested(y))
		return is_tested(x) ? -1 : 1;
	double one = fabs(x->t.mean), other = fabs(y->t.mean);
	if (one != other)
		return one > other ? -1 : 1;
	return order(x->function->name, y->function->name);
}

static void add_sums(struct function_changes *all, const struct sides *sides)
{
	for (size_t i = 0; i < sides->n; i++) {
		const struct function_group *group = sides->trials[i];
		bool is_b = i >= sides->n_a;
		double unit = unit_of(sides, i) / (double)(is_b ? all->n_b : all->n_a);
		all->outside[is_b].self_j += group->outside_j * unit;
		all->whole[is_b].self_j += group->joules * unit;
		all->whole[is_b].n += group->n;
		all->n_lost += group->n_lost;
		all->provenance = group->provenance > all->provenance ? group->provenance
								      : all->provenance;
	}
}

static struct function_changes changes_of(const struct sides *sides)
{
	size_t n;
	struct met *met = all_met(sides, &n);
	size_t entries = number_by_name(met, n);
	struct values values = { .joules = arena_room(sides->arena,
						      sides->n * sizeof(double)) };
	struct function_changes all = {
		.a = sides->trials[0],
		.b = sides->trials[sides->n_a],
		.n_a = sides->n_a,
		.n_b = sides->n - sides->n_a,
		.is_per_query = sides->is_per_query,
		.provenance = sides->trials[0]->provenance,
	};
	all.changes = arena_room(sides->arena, (entries + 1) * sizeof(*all.changes));
	join_renamed(met, n);
	if (n > 0)
		qsort(met, n, sizeof(*met), by_trial);
	for (size_t i = 0, end; i < n; i = end) {
		unsigned which;
		end = entry_end(met, n, i, &which);
		all.changes[all.n++] = change_of(sides, met + i, end - i, &values, &all);
	}
	judge(&all, sides->arena);
	if (all.n > 0)
		qsort(all.changes, all.n, sizeof(*all.changes), by_difference);
	add_sums(&all, sides);
	return all;
}

/* --- may they be compared? ----------------------------------------------------------------- */

static bool is_of(const struct function_group *group, const char *variant,
		  int64_t campaign_id)
{
	return strcmp(group->variant, variant) == 0 &&
	       (campaign_id == 0 || group->campaign_id == campaign_id);
}

static bool has(const struct function_groups *groups, const char *variant,
		int64_t campaign_id)
{
	for (size_t i = 0; i < groups->n; i++)
		if (is_of(&groups->groups[i], variant, campaign_id))
			return true;
	return false;
}

/* The newest that has both; 0: none. */
static int64_t campaign_of(const struct function_groups *groups,
			   const char *const variants[2])
{
	int64_t newest = 0;
	for (size_t i = 0; i < groups->n; i++) {
		int64_t id = groups->groups[i].campaign_id;
		if (id > newest && has(groups, variants[0], id) &&
		    has(groups, variants[1], id))
			newest = id;
	}
	return newest;
}

static int check_names(const struct function_groups *groups, int64_t campaign_id,
		       const char *const variants[2], struct problem *why)
{
	if (strcmp(variants[0], variants[1]) == 0) {
		why->kind = PROBLEM_USAGE;
		problem_why(why, "'%s' is named twice", variants[0]);
		return problem_todo(why, "name two variants");
	}
	for (int i = 0; i < 2; i++) {
		if (has(groups, variants[i], campaign_id))
			continue;
		why->kind = PROBLEM_USAGE;
		problem_why(why, "no complete trial of '%s' has a profile", variants[i]);
		return problem_todo(
		    why,
		    "the variants with profiles stand in "
		    "'joulecart report --functions FILE.db'; 'joulecart "
		    "run --profile --name %s -o FILE.db -- COMMAND' adds one",
		    variants[i]);
	}
	return 0;
}

static bool is_same_work(const struct function_group *a, const struct function_group *b)
{
	return order(a->workload, b->workload) == 0;
}

static int check_sides(const struct sides *sides, struct problem *why)
{
	const struct function_group *first = sides->trials[0];
	for (size_t i = 1; i < sides->n; i++) {
		const struct function_group *other = sides->trials[i];
		if (!is_same_work(first, other)) {
			problem_why(why, "different workloads, %s and %s",
				    first->workload ? first->workload : "none stated",
				    other->workload ? other->workload : "none stated");
			return problem_todo(why, "run both with the same work");
		}
		if (provenance_is_estimate(first->provenance) !=
		    provenance_is_estimate(other->provenance)) {
			problem_why(why, "one is %s, the other %s",
				    provenance_word(first->provenance),
				    provenance_word(other->provenance));
			return problem_todo(why,
					    "run both where the same sensors can be read");
		}
		if (order(first->machine, other->machine) != 0) {
			problem_why(why, "they ran on different machines");
			return problem_todo(why, "run both one after the other, or name a "
						 "campaign: --campaign N");
		}
		if (first->has_queries != other->has_queries) {
			problem_why(why, "one says how many queries it served, the other "
					 "does not");
			return problem_todo(why, "state the queries of both: --queries N");
		}
	}
	return 0;
}

/* Those of one job; n_a or n - n_a is 0: not in both. */
static struct sides sides_of(const struct function_groups *groups, int64_t campaign_id,
			     const char *const variants[2], const char *job,
			     struct arena *arena)
{
	const struct function_group **trials = arena_room(arena, (groups->n + 1) *
								     sizeof(*trials));
	struct sides sides = { .trials = trials, .is_one_campaign = true, .arena = arena };
	for (int side = 0; side < 2; side++) {
		for (size_t i = 0; i < groups->n; i++) {
			const struct function_group *group = &groups->groups[i];
			if (!is_of(group, variants[side], campaign_id) ||
			    strcmp(group->job, job) != 0)
				continue;
			sides.is_one_campaign = sides.is_one_campaign &&
						(sides.n == 0 || trials[0]->campaign_id ==
								     group->campaign_id);
			trials[sides.n++] = group;
		}
		if (side == 0)
			sides.n_a = sides.n;
	}
	sides.is_per_query = sides.n > 0 && trials[0]->has_queries;
	return sides;
}

static bool is_first_of_job(const struct function_groups *groups, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (strcmp(groups->groups[i].job, groups->groups[at].job) == 0)
			return false;
	return true;
}

const struct function_changes_list *function_changes_read(sqlite3 *db, int64_t campaign_id,
							  const char *const variants[2],
							  struct arena *arena,
							  struct problem *why)
{
	const struct function_groups *groups = functions_read_each(db, campaign_id, arena,
								   why);
	if (!groups || check_names(groups, campaign_id, variants, why) != 0)
		return NULL;
	struct function_changes_list *list = arena_room(arena, sizeof(*list));
	struct function_changes *changes = arena_room(arena, groups->n * sizeof(*changes));
	list->changes = changes;
	if (campaign_id == 0)
		campaign_id = campaign_of(groups, variants);
	for (size_t i = 0; i < groups->n; i++) {
		if (!is_first_of_job(groups, i))
			continue;
		struct sides sides = sides_of(groups, campaign_id, variants,
					      groups->groups[i].job, arena);
		if (sides.n_a == 0 || sides.n == sides.n_a)
			continue;
		if (check_sides(&sides, why) != 0)
			return NULL;
		changes[list->n++] = changes_of(&sides);
	}
	if (list->n > 0)
		return list;
	problem_why(why, "they have no job in common, such as training or inference");
	problem_todo(why, "'joulecart report --functions FILE.db' shows the job of each");
	return NULL;
}
