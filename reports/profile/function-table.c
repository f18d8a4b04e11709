/* reports/profile/function-table.c - see function-table.h. */
#include <config.h>

#include "reports/profile/function-table.h"

#include "base/problem.h"
#include "reports/figure/column-text.h"
#include "reports/figure/rows.h"

#include <math.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

/* 97.5 % of a normal distribution lie below. */
static const double Z95 = 1.959963984540054;

static const char trials_sql[] =
    "SELECT v.trial_id, v.campaign_id, v.variant, v.job, v.event, v.provenance, "
    "v.has_kernel,"
    " v.queries, v.hz, v.n, v.n_lost, v.n_cut, v.effective_n, p.weight, p.counted, "
    "v.joules,"
    " v.low_j, v.high_j, coalesce(v.sampled_j, 0), v.take_cpu_s + v.name_cpu_s,"
    " v.rhythm_error"
    " FROM v_profile v JOIN profile p ON p.trial_id = v.trial_id"
    " WHERE ?1 IN (0, v.campaign_id) AND v.state = 'complete' AND NOT v.is_warmup"
    "  AND v.joules IS NOT NULL"
    " ORDER BY v.campaign_id, (SELECT min(t.trial_id) FROM trial t WHERE"
    "  t.campaign_id = v.campaign_id AND t.variant = v.variant AND t.job = v.job), "
    "v.trial_id";

static const char nodes_sql[] =
    "SELECT ordinal, coalesce(parent, 0), kind, function, module, file, coalesce(line, 0),"
    " lack, n, self_j FROM v_profile_node WHERE trial_id = ?1 ORDER BY ordinal";

static struct function_group group_of(sqlite3_stmt *row, const struct list_reading *reading)
{
	return (struct function_group){
		.campaign_id = sqlite3_column_int64(row, 1),
		.variant = text_of(row, 2, reading),
		.job = text_of(row, 3, reading),
		.event = text_of(row, 4, reading),
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
	};
}

/* One trial, as a group of its own. */
struct single {
	struct function_group group;
	struct profiled_trial trial;
};

static void take_trial(sqlite3_stmt *row, const struct list_reading *reading)
{
	struct single single = { .group = group_of(row, reading) };
	single.trial = (struct profiled_trial){ sqlite3_column_int64(row, 0),
						single.group.joules,
						single.group.sampled_j };
	arena_append(reading->arena, &single, sizeof(single));
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
	group->effective_n += one->effective_n;
	group->weight += one->weight;
	group->counted += one->counted;
	group->joules += one->joules;
	group->low_j += one->low_j;
	group->high_j += one->high_j;
	group->sampled_j += one->sampled_j;
	group->outside_j += one->outside_j;
	group->own_cpu_s += one->own_cpu_s;
}

/* A node of a trial's tree, and the function that it is of: -1 for a process. */
struct node {
	int64_t ordinal, parent;
	long function;
	struct function_part part;
};

/* Where the functions of a group are being added up. */
struct adding {
	const struct list_reading *reading; /* of one trial */
	struct function_group *group;
	size_t trial;
	void *known; /* a tree (tsearch) of struct numbered */
	size_t room;
	struct node *nodes;
	size_t n_nodes, room_nodes;
};

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
	own->self_of_trial = arena_room(arena, group->n_trials * sizeof(double));
	struct function *key = arena_room(arena, sizeof(*key));
	struct numbered *numbered = arena_room(arena, sizeof(*numbered));
	*key = *own;
	*numbered = (struct numbered){ key, group->n_functions };
	if (!tsearch(numbered, &adding->known, by_name))
		return -1;
	return (long)group->n_functions++;
}

static void take_node(sqlite3_stmt *row, struct adding *adding)
{
	const struct list_reading *reading = adding->reading;
	const struct function function = {
		.kind = text_of(row, 2, reading),
		.name = text_of(row, 3, reading),
		.module = text_of(row, 4, reading),
		.file = text_of(row, 5, reading),
		.line = sqlite3_column_int64(row, 6),
		.lack = text_of(row, 7, reading),
	};
	bool is_process = function.kind && strcmp(function.kind, "process") == 0;
	adding->nodes = grown(adding->nodes, adding->n_nodes, &adding->room_nodes,
			      sizeof(*adding->nodes), reading->arena);
	adding->nodes[adding->n_nodes++] = (struct node){
		.ordinal = sqlite3_column_int64(row, 0),
		.parent = sqlite3_column_int64(row, 1),
		.function = is_process ? -1 : number_of(adding, &function),
		.part = { sqlite3_column_double(row, 8), sqlite3_column_double(row, 9) },
	};
}

static int by_ordinal(const void *a, const void *b)
{
	const struct node *x = a, *y = b;
	return (x->ordinal > y->ordinal) - (x->ordinal < y->ordinal);
}

/* NULL: a root. A parent that does not come before its child is none (the file may be anybody's). */
static const struct node *parent_of(const struct adding *adding, const struct node *node)
{
	const struct node wanted = { .ordinal = node->parent };
	if (node->parent <= 0 || node->parent >= node->ordinal)
		return NULL;
	return bsearch(&wanted, adding->nodes, adding->n_nodes, sizeof(wanted), by_ordinal);
}

static void add(struct function_part *to, const struct function_part *part)
{
	to->n += part->n;
	to->joules += part->joules;
}

/* To its own function, and to each one around it, once. seen: by function, the last node + 1. */
static void add_node(struct adding *adding, const struct node *node, size_t *seen)
{
	size_t mark = (size_t)(node - adding->nodes) + 1;
	struct function *functions = adding->group->functions;
	if (node->function >= 0) {
		add(&functions[node->function].self, &node->part);
		functions[node->function].self_of_trial[adding->trial] += node->part.joules;
	}
	if (node->part.n <= 0 && node->part.joules <= 0)
		return;
	for (const struct node *at = node; at; at = parent_of(adding, at)) {
		if (at->function < 0 || seen[at->function] == mark)
			continue;
		seen[at->function] = mark;
		add(&functions[at->function].total, &node->part);
	}
}

static int read_trial(struct adding *adding)
{
	sqlite3_stmt *row = NULL;
	const struct profiled_trial *trial = &adding->group->trials[adding->trial];
	int step = sqlite3_prepare_v2(adding->reading->db, nodes_sql, -1, &row, NULL);
	adding->n_nodes = 0;
	if (step != SQLITE_OK)
		return -1;
	sqlite3_bind_int64(row, 1, trial->trial_id);
	while ((step = sqlite3_step(row)) == SQLITE_ROW)
		take_node(row, adding);
	sqlite3_finalize(row);
	size_t *seen = arena_room(adding->reading->arena,
				  (adding->group->n_functions + 1) * sizeof(*seen));
	for (size_t i = 0; i < adding->n_nodes; i++)
		add_node(adding, &adding->nodes[i], seen);
	return step == SQLITE_DONE ? 0 : -1;
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

static int read_functions(struct function_group *group, const struct list_reading *reading)
{
	struct adding adding = { .reading = reading, .group = group };
	int code = 0;
	for (size_t i = 0; code == 0 && i < group->n_trials; i++) {
		adding.trial = i;
		code = read_trial(&adding);
	}
	tdestroy(adding.known, keep_known);
	if (group->n_functions > 0)
		qsort(group->functions, group->n_functions, sizeof(*group->functions),
		      by_joules);
	return code;
}

/* Trials of one variant that follow each other become a group. */
static struct function_groups *group_trials(const struct single *singles, size_t n,
					    struct arena *arena)
{
	struct function_groups *groups = arena_room(arena, sizeof(*groups));
	groups->groups = arena_room(arena, (n + 1) * sizeof(*groups->groups));
	for (size_t i = 0; i < n; i++) {
		struct function_group *last = groups->n ? &groups->groups[groups->n - 1]
							: NULL;
		if (last && is_same(last, &singles[i].group)) {
			join(last, &singles[i].group);
		} else {
			last = &groups->groups[groups->n++];
			*last = singles[i].group;
			last->trials = arena_room(arena, n * sizeof(*last->trials));
		}
		last->trials[last->n_trials++] = singles[i].trial;
	}
	return groups;
}

const struct function_groups *functions_read(sqlite3 *db, int64_t campaign_id,
					     struct arena *arena, struct problem *why)
{
	const struct list_reading reading = { .db = db,
					      .arena = arena,
					      .campaign_id = campaign_id };
	size_t n = 0;
	int code = each_row(&reading, trials_sql, take_trial);
	const struct single *singles = rows_taken(&reading, sizeof(*singles), &n);
	struct function_groups *groups = group_trials(singles, n, arena);
	for (size_t i = 0; code == 0 && i < groups->n; i++)
		code = read_functions(&groups->groups[i], &reading);
	if (code != 0) {
		problem_why(why, "%s", sqlite3_errmsg(db));
		return NULL;
	}
	if (groups->n > 0)
		return groups;
	problem_why(why, "no complete trial in it has a profile");
	problem_todo(why, "measure with 'joulecart run --profile -- COMMAND'");
	return NULL;
}

struct figure function_share(const struct function_group *group,
			     const struct function_part *part)
{
	double n = group->effective_n, p = group->n > 0 ? part->n / group->n : 0;
	double lost = group->n_lost / fmax(group->n + group->n_lost, 1);
	/* E. B. Wilson, J. Am. Stat. Assoc. 22 (1927) 209. */
	double z2 = Z95 * Z95, middle = (p + z2 / (2 * n)) / (1 + z2 / n);
	double half = Z95 / (1 + z2 / n) * sqrt(p * (1 - p) / n + z2 / (4 * n * n));
	if (p > 0) /* what was never met has no part in the round */
		half = hypot(half, Z95 * group->rhythm_error);
	struct figure share = { .is_known = n > 0,
				.has_interval = n > 0,
				.value = p,
				.low = fmax(middle - half, 0) * (1 - lost),
				.high = fmin(middle + half, 1) * (1 - lost) + lost,
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
