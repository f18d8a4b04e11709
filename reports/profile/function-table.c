/* reports/profile/function-table.c - see function-table.h. */
#include <config.h>

#include "reports/profile/function-table.h"

#include "base/problem.h"
#include "base/text.h"
#include "reports/figure/column-text.h"
#include "reports/figure/rows.h"
#include "reports/profile/call-sums.h"
#include "reports/profile/phase-stacks.h"
#include "reports/profile/stack-tree.h"
#include "reports/statistics/wilson.h"
#include "schema/database/guard.h"

#include <math.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

enum { LABEL_COLUMNS = 60 };

/* 97.5 % of a normal distribution lie below. */
static const double Z95 = 1.959963984540054;

static const char trials_sql[] =
    "SELECT v.trial_id, v.campaign_id, v.variant, v.job, v.event, v.provenance, "
    "v.has_kernel,"
    " v.queries, v.hz, v.n, v.n_lost, v.n_cut, v.effective_n, p.weight, p.counted, "
    "v.joules,"
    " v.low_j, v.high_j, coalesce(v.sampled_j, 0), v.take_cpu_s + v.name_cpu_s,"
    " v.rhythm_error, v.coverage * p.counted, e.joules_low, e.joules_high, r.block,"
    " r.workload, v.stack_bytes,"
    " coalesce(h.hostname, '') || ' ' || coalesce(h.cpu_model, '')"
    " FROM v_profile v JOIN profile p ON p.trial_id = v.trial_id"
    " JOIN trial r ON r.trial_id = v.trial_id"
    " JOIN campaign c ON c.campaign_id = v.campaign_id"
    " JOIN host h ON h.host_id = c.host_id"
    " JOIN v_phase e ON e.trial_id = v.trial_id AND e.phase_ordinal = 0"
    " WHERE ?1 IN (0, v.campaign_id) AND v.joules IS NOT NULL"
    "  AND (?2 OR v.state = 'complete' AND NOT v.is_warmup)"
    " ORDER BY v.campaign_id, (SELECT min(t.trial_id) FROM trial t WHERE"
    "  t.campaign_id = v.campaign_id AND t.variant = v.variant AND t.job = v.job), "
    "v.trial_id";

static struct function_group group_of(sqlite3_stmt *row, const struct list_reading *reading)
{
	return (struct function_group){
		.campaign_id = sqlite3_column_int64(row, 1),
		.variant = word_of(row, 2, reading),
		.job = word_of(row, 3, reading),
		.event = word_of(row, 4, reading),
		.provenance = provenance_of_word(text_of(row, 5, reading)),
		.has_kernel = sqlite3_column_int(row, 6) != 0,
		.has_queries = sqlite3_column_type(row, 7) != SQLITE_NULL,
		.queries = sqlite3_column_double(row, 7),
		.hz = sqlite3_column_double(row, 8),
		.n = sqlite3_column_double(row, 9),
		.n_lost = sqlite3_column_double(row, 10),
		.n_cut = sqlite3_column_double(row, 11),
		.effective_n = sqlite3_column_double(row, 12),
		.weight = sqlite3_column_double(row, 13),
		.counted = sqlite3_column_double(row, 14),
		.joules = sqlite3_column_double(row, 15),
		.low_j = sqlite3_column_double(row, 16),
		.high_j = real_or(row, 17, INFINITY),
		.sampled_j = sqlite3_column_double(row, 18),
		.outside_j = sqlite3_column_double(row, 15) -
			     sqlite3_column_double(row, 18),
		.own_cpu_s = sqlite3_column_double(row, 19),
		.rhythm_error = sqlite3_column_double(row, 20),
		.sampled = sqlite3_column_double(row, 21),
		.least_j = sqlite3_column_double(row, 22),
		.most_j = real_or(row, 23, INFINITY),
		.block = sqlite3_column_int64(row, 24),
		.workload = text_of(row, 25, reading),
		.stack_bytes = sqlite3_column_double(row, 26),
		.machine = text_of(row, 27, reading),
	};
}

static void take_trial(sqlite3_stmt *row, const struct list_reading *reading)
{
	const struct function_trial trial = { group_of(row, reading),
					      sqlite3_column_int64(row, 0) };
	arena_append(reading->arena, &trial, sizeof(trial));
}

static bool is_same(const struct function_group *a, const struct function_group *b)
{
	return a->campaign_id == b->campaign_id && strcmp(a->variant, b->variant) == 0 &&
	       strcmp(a->job, b->job) == 0;
}

static void join(struct function_group *group, const struct function_group *one)
{
	group->provenance = one->provenance > group->provenance ? one->provenance
								: group->provenance;
	group->has_kernel = group->has_kernel && one->has_kernel;
	group->has_queries = group->has_queries && one->has_queries;
	group->queries += one->queries;
	/* each trial begins somewhere else in the round */
	double n = group->n + one->n;
	group->rhythm_error =
	    n > 0 ? hypot(group->rhythm_error * group->n, one->rhythm_error * one->n) / n
		  : 0;
	group->n += one->n;
	group->n_lost += one->n_lost;
	group->n_cut += one->n_cut;
	group->stack_bytes = fmax(group->stack_bytes, one->stack_bytes);
	group->effective_n += one->effective_n;
	group->weight += one->weight;
	group->sampled += one->sampled;
	group->counted += one->counted;
	group->joules += one->joules;
	group->low_j += one->low_j;
	group->high_j += one->high_j;
	group->least_j += one->least_j;
	group->most_j += one->most_j;
	group->sampled_j += one->sampled_j;
	group->outside_j += one->outside_j;
	group->own_cpu_s += one->own_cpu_s;
}

/* Where the functions of a group are being added up. */
struct adding {
	const struct list_reading *reading;
	struct function_group *group;
	struct problem *why;
	void *known; /* a tree (tsearch) of struct numbered */
	size_t room;
	size_t *open; /* a zero for each function */
	size_t room_open;
};

/* Of a frame that no node was of yet. */
enum { FRAME_UNMET = -2 };

struct numbered {
	const struct function *key; /* a copy of its own: the array moves */
	size_t number;
};

static int order(const char *a, const char *b)
{
	if (!a || !b)
		return (a != NULL) - (b != NULL);
	return strcmp(a, b);
}

/* Inlined or not, it is one function. */
static int by_name(const void *a, const void *b)
{
	const struct function *x = ((const struct numbered *)a)->key;
	const struct function *y = ((const struct numbered *)b)->key;
	int code = order(x->name, y->name);
	code = code ? code : order(x->module, y->module);
	return code ? code : order(x->lack, y->lack);
}

static void *grown(void *items, size_t n, size_t *room, size_t size, struct arena *arena)
{
	if (n < *room)
		return items;
	*room = *room ? 2 * *room : 256;
	void *more = arena_room(arena, *room * size);
	if (n > 0)
		memcpy(more, items, n * size);
	return more;
}

/* The number of the function in the group; -1: no memory. */
static long number_of(struct adding *adding, const struct function *function)
{
	struct arena *arena = adding->reading->arena;
	struct function_group *group = adding->group;
	const struct numbered wanted = { function, 0 };
	void *found = tfind(&wanted, &adding->known, by_name);
	if (found)
		return (long)(*(struct numbered **)found)->number;
	group->functions = grown(group->functions, group->n_functions, &adding->room,
				 sizeof(*function), arena);
	struct function *own = &group->functions[group->n_functions];
	*own = *function;
	struct function *key = arena_room(arena, sizeof(*key));
	struct numbered *numbered = arena_room(arena, sizeof(*numbered));
	*key = *own;
	*numbered = (struct numbered){ key, group->n_functions };
	if (!tsearch(numbered, &adding->known, by_name))
		return -1;
	return (long)group->n_functions++;
}

/* The number of the frame's function in the group. A process is none. */
static long number_frame(struct adding *adding, const struct function *function)
{
	if (function->kind && strcmp(function->kind, "process") == 0)
		return CALL_NO_FUNCTION;
	return number_of(adding, function);
}

static struct call_node *calls_of(struct adding *adding, const struct stack_tree *tree)
{
	struct arena *arena = adding->reading->arena;
	struct call_node *nodes = arena_room(arena, (tree->n_nodes + 1) * sizeof(*nodes));
	long *numbers = arena_room(arena, (tree->n_frames + 1) * sizeof(*numbers));
	for (size_t i = 0; i < tree->n_frames; i++)
		numbers[i] = FRAME_UNMET;
	for (size_t i = 0; i < tree->n_nodes; i++) {
		const struct stack_node *node = &tree->nodes[i];
		long frame = node->frame;
		if (frame != STACK_NO_FRAME && numbers[frame] == FRAME_UNMET)
			numbers[frame] = number_frame(adding,
						      &tree->frames[frame].function);
		nodes[i] = (struct call_node){ .ordinal = node->ordinal,
					       .parent = node->parent,
					       .function = frame == STACK_NO_FRAME
							       ? CALL_NO_FUNCTION
							       : numbers[frame],
					       .part = node->part };
	}
	return nodes;
}

/* What only the whole runs have, which a phase's trials are added to. */
static void become_phase(struct function_group *group, const char *phase)
{
	group->phase = phase;
	group->n_trials = 0;
	group->effective_n /= fmax(group->n, 1); /* of one sample, until all are counted */
	group->n = group->weight = group->counted = group->sampled = 0;
	group->joules = group->low_j = group->high_j = 0;
	group->least_j = group->most_j = group->sampled_j = group->outside_j = 0;
}

static void add_phase(struct function_group *group, const struct phase_stacks *sums)
{
	group->n_trials += sums->n_phases > 0;
	group->n += sums->n;
	group->n_lost += sums->n_lost;
	group->joules += sums->joules;
	group->low_j += sums->low_j;
	group->high_j += sums->high_j;
	group->least_j += sums->least_j;
	group->most_j += sums->most_j;
	group->sampled_j += sums->sampled_j;
	group->outside_j += sums->joules - sums->sampled_j;
}

static int read_trial(struct adding *adding, int64_t trial_id)
{
	sqlite3 *db = adding->reading->db;
	struct arena *arena = adding->reading->arena;
	struct stack_tree tree;
	struct phase_stacks sums;
	const char *phase = adding->group->phase;
	if (stack_tree_read(db, trial_id, arena, &tree) != 0)
		return guard_why(db, adding->why);
	if (phase &&
	    phase_stacks_take(db, trial_id, phase, arena, &tree, &sums, adding->why) != 0)
		return -1;
	if (phase)
		add_phase(adding->group, &sums);
	struct call_node *nodes = calls_of(adding, &tree);
	while (adding->room_open < adding->group->n_functions)
		adding->open = grown(adding->open, adding->room_open, &adding->room_open,
				     sizeof(*adding->open), adding->reading->arena);
	call_sums_add(nodes, tree.n_nodes, adding->group->functions, adding->open);
	return 0;
}

static int by_joules(const void *a, const void *b)
{
	const struct function *x = a, *y = b;
	if (x->self.joules != y->self.joules)
		return x->self.joules > y->self.joules ? -1 : 1;
	if (x->total.joules != y->total.joules)
		return x->total.joules > y->total.joules ? -1 : 1;
	return order(x->name, y->name);
}

static void keep_known(void *known)
{
	(void)known; /* the arena has it */
}

/* Of a phase: without those that never ran in it. */
static void forget_unmet(struct function_group *group)
{
	size_t n = 0;
	for (size_t i = 0; i < group->n_functions; i++)
		if (group->functions[i].total.n > 0)
			group->functions[n++] = group->functions[i];
	group->n_functions = n;
}

static int read_functions(struct function_group *group, const char *phase,
			  const struct list_reading *reading, struct problem *why)
{
	struct adding adding = { .reading = reading, .group = group, .why = why };
	size_t n_trials = group->n_trials;
	int code = 0;
	if (phase)
		become_phase(group, phase);
	for (size_t i = 0; code == 0 && i < n_trials; i++)
		code = read_trial(&adding, group->trial_ids[i]);
	tdestroy(adding.known, keep_known);
	if (phase) {
		group->effective_n *= group->n;
		forget_unmet(group);
	}
	if (group->n_functions > 0)
		qsort(group->functions, group->n_functions, sizeof(*group->functions),
		      by_joules);
	return code;
}

/* Trials of one variant that follow each other become a group, or each is one. */
static struct function_groups *group_trials(const struct function_trial *singles, size_t n,
					    bool is_each, struct arena *arena)
{
	struct function_groups *groups = arena_room(arena, sizeof(*groups));
	groups->groups = arena_room(arena, (n + 1) * sizeof(*groups->groups));
	int64_t *trial_ids = arena_room(arena, (n + 1) * sizeof(*trial_ids));
	for (size_t i = 0; i < n; i++) {
		struct function_group *last = groups->n ? &groups->groups[groups->n - 1]
							: NULL;
		if (last && !is_each && is_same(last, &singles[i].group)) {
			join(last, &singles[i].group);
		} else {
			last = &groups->groups[groups->n++];
			*last = singles[i].group;
			last->trial_ids = trial_ids + i;
		}
		trial_ids[i] = singles[i].trial_id;
		last->n_trials++;
	}
	return groups;
}

/* Without those whose trials have no such phase. */
static void forget_empty(struct function_groups *groups)
{
	size_t n = 0;
	for (size_t i = 0; i < groups->n; i++)
		if (groups->groups[i].n_trials > 0)
			groups->groups[n++] = groups->groups[i];
	groups->n = n;
}

static const struct function_groups *none(const char *phase, size_t n_profiled,
					  struct arena *arena, struct problem *why)
{
	if (phase && n_profiled > 0) {
		problem_why(why, "no complete trial with a profile has a phase '%s'",
			    shown_text(phase, arena));
		problem_todo(
		    why, "'joulecart report --phases FILE.db' names those that there are");
		return NULL;
	}
	problem_why(why, "no complete trial in it has a profile");
	problem_todo(why, "measure with 'joulecart run --profile -- COMMAND'");
	return NULL;
}

static const struct function_groups *read_groups(sqlite3 *db, int64_t campaign_id,
						 bool is_each, const char *phase,
						 struct arena *arena, struct problem *why)
{
	const struct list_reading reading = { .db = db,
					      .arena = arena,
					      .campaign_id = campaign_id };
	size_t n = 0;
	if (each_row(&reading, trials_sql, take_trial) != 0) {
		guard_why(db, why);
		return NULL;
	}
	const struct function_trial *singles = rows_taken(&reading, sizeof(*singles), &n);
	struct function_groups *groups = group_trials(singles, n, is_each, arena);
	for (size_t i = 0; i < groups->n; i++)
		if (read_functions(&groups->groups[i], phase, &reading, why) != 0)
			return NULL;
	forget_empty(groups);
	return groups->n > 0 ? groups : none(phase, n, arena, why);
}

const struct function_groups *functions_read(sqlite3 *db, int64_t campaign_id,
					     const char *phase, struct arena *arena,
					     struct problem *why)
{
	return read_groups(db, campaign_id, false, phase, arena, why);
}

const struct function_groups *functions_read_each(sqlite3 *db, int64_t campaign_id,
						  struct arena *arena, struct problem *why)
{
	return read_groups(db, campaign_id, true, NULL, arena, why);
}

double function_coverage(const struct function_group *group)
{
	return group->counted > 0 ? group->sampled / group->counted : NAN;
}

int function_trials_read(sqlite3 *db, struct arena *arena,
			 const struct function_trial **trials, size_t *n)
{
	const struct list_reading reading = { .db = db, .arena = arena, .block = 1 };
	int code = each_row(&reading, trials_sql, take_trial);
	*trials = rows_taken(&reading, sizeof(**trials), n);
	return code;
}

struct figure function_share(const struct function_group *group,
			     const struct function_part *part)
{
	double n = group->effective_n, p = group->n > 0 ? part->n / group->n : 0;
	double lost = group->n_lost / fmax(group->n + group->n_lost, 1);
	struct wilson open = wilson_of(p, n, Z95);
	if (p > 0) /* what was never met has no part in the round */
		open.half = hypot(open.half, Z95 * group->rhythm_error);
	struct figure share = { .is_known = n > 0,
				.has_interval = n > 0,
				.value = p,
				.low = fmax(open.middle - open.half, 0) * (1 - lost),
				.high = fmin(open.middle + open.half, 1) * (1 - lost) +
					lost,
				.provenance = group->provenance };
	return share;
}

struct figure function_joules(const struct function_group *group,
			      const struct function_part *part)
{
	struct figure figure = function_share(group, part);
	double least = group->joules > 0 ? group->low_j / group->joules : 0;
	double most = group->joules > 0 ? group->high_j / group->joules : 1;
	double p = figure.value;
	if (!figure.is_known)
		return figure_unknown("no sample was taken");
	figure.value = part->joules;
	figure.has_interval = isfinite(most);
	figure.low = p > 0 ? part->joules * figure.low / p * least : 0;
	figure.high = p > 0 ? part->joules * figure.high / p * most
			    : group->sampled_j * figure.high * most;
	if (!figure.has_interval)
		figure.reason = "the energy has no upper bound";
	return figure;
}

struct figure function_share_of_run(const struct function_group *group,
				    const struct function_part *part)
{
	struct figure share = function_share(group, part);
	double value = group->joules > 0 ? part->joules / group->joules : NAN;
	double scale = share.value > 0 ? value / share.value : 0;
	share.is_known = isfinite(value);
	share.has_interval = share.has_interval && scale > 0;
	share.low *= scale;
	share.high = fmin(share.high * scale, 1);
	share.value = value;
	return share;
}

struct figure function_whole(const struct function_group *group)
{
	return (struct figure){ .is_known = true,
				.has_interval = isfinite(group->high_j),
				.value = group->joules,
				.low = group->low_j,
				.high = group->high_j,
				.provenance = group->provenance };
}

static const char *lack_words(const char *lack)
{
	static const char *const words[][2] = {
		{ "no-symbols", "(no symbols)" },
		{ "file-gone", "(its file is gone)" },
		{ "file-replaced", "(its file was replaced)" },
		{ "not-readable", "(its file could not be read)" },
		{ "not-named", "(made while it ran, not named)" },
		{ "not-mapped", "(unknown address)" },
	};
	for (size_t i = 0; lack && i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i][0], lack) == 0)
			return words[i][1];
	return "(unknown)";
}

const char *function_label(const struct function *function, struct arena *arena)
{
	const char *name = function->name ? shown_text(function->name, arena)
					  : lack_words(function->lack);
	const char *module = function->module ? shown_text(function->module, arena) : "";
	const char *slash = strrchr(module, '/');
	if (slash && slash[1])
		module = slash + 1;
	return *module && *module != '[' ? arena_format(arena, "%s (%s)", name, module)
	       : *module                 ? arena_format(arena, "%s %s", name, module)
					 : name;
}

const char *function_short_label(const char *label, struct arena *arena)
{
	char line[LABEL_COLUMNS + 1];
	if (strlen(label) <= LABEL_COLUMNS)
		return label;
	return arena_format(arena, "%s...", text_line(label, line, sizeof(line)));
}
