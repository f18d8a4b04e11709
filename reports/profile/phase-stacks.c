/* reports/profile/phase-stacks.c - see phase-stacks.h. */
#include <config.h>

#include "reports/profile/phase-stacks.h"

#include "base/problem.h"
#include "reports/figure/column-text.h"
#include "reports/figure/rows.h"
#include "reports/profile/stack-moments.h"
#include "schema/database/guard.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

/* A phase that was open when the trial ended has no end. */
static const char spans_sql[] =
    "SELECT p.name, p.begin_mono_ns, coalesce(p.end_mono_ns, 9223372036854775807),"
    " v.joules, v.interval_low_j, v.interval_high_j, v.joules_low, v.joules_high, v.reason"
    " FROM phase p JOIN v_phase v ON v.trial_id = p.trial_id AND v.phase_ordinal = "
    "p.ordinal"
    " WHERE p.trial_id = ?1 AND p.ordinal > 0 ORDER BY p.begin_mono_ns";

struct span {
	const char *name;
	int64_t begin_ns, end_ns;
	double joules, low_j, high_j, least_j, most_j;
	const char *reason; /* why it has no joules; joules is NAN */
};

static void take_span(sqlite3_stmt *row, const struct list_reading *reading)
{
	const struct span span = {
		.name = word_of(row, 0, reading),
		.begin_ns = sqlite3_column_int64(row, 1),
		.end_ns = sqlite3_column_int64(row, 2),
		.joules = real_or(row, 3, NAN),
		.low_j = real_or(row, 4, 0),
		.high_j = real_or(row, 5, INFINITY),
		.least_j = real_or(row, 6, 0),
		.most_j = real_or(row, 7, INFINITY),
		.reason = text_of(row, 8, reading),
	};
	arena_append(reading->arena, &span, sizeof(span));
}

/* Keeps those of the name, which must follow each other. */
static int choose(struct span *spans, size_t *n, const char *phase, struct arena *arena,
		  struct problem *why)
{
	size_t kept = 0;
	for (size_t i = 0; i < *n; i++) {
		const struct span *span = &spans[i];
		if (strcmp(span->name, phase) != 0)
			continue;
		if (isnan(span->joules)) {
			problem_why(why, "the phase '%s' has no joules: %s",
				    shown_text(phase, arena),
				    span->reason ? shown_text(span->reason, arena)
						 : "they are not known");
			return problem_todo(why, "leave out --phase, for the whole run");
		}
		if (kept > 0 && span->begin_ns < spans[kept - 1].end_ns) {
			problem_why(why,
				    "phases '%s' overlap, so that what one draws is in "
				    "another, too",
				    shown_text(phase, arena));
			return problem_todo(why, "name a phase that runs once at a time");
		}
		spans[kept++] = *span;
	}
	*n = kept;
	return 0;
}

static bool is_within(const struct span *spans, size_t n, int64_t time_ns)
{
	size_t first = 0;
	while (n > 0) { /* the last that begins by then */
		size_t half = (n + 1) / 2;
		if (spans[first + half - 1].begin_ns <= time_ns) {
			first += half;
			n -= half;
		} else {
			n = half - 1;
		}
	}
	return first > 0 && time_ns < spans[first - 1].end_ns;
}

static void add_spans(const struct span *spans, size_t n, struct phase_stacks *sums)
{
	for (size_t i = 0; i < n; i++) {
		sums->joules += spans[i].joules;
		sums->low_j += spans[i].low_j;
		sums->high_j += spans[i].high_j;
		sums->least_j += spans[i].least_j;
		sums->most_j += spans[i].most_j;
	}
	sums->n_phases = n;
}

/* Empties the nodes. Returns how many samples they had. */
static double empty(struct stack_tree *tree)
{
	double n = 0;
	for (size_t i = 0; i < tree->n_nodes; i++) {
		n += tree->nodes[i].part.n;
		tree->nodes[i].part = (struct function_part){ 0, 0 };
	}
	return n;
}

static void add_samples(const struct stack_moments *moments, const struct span *spans,
			size_t n, struct stack_tree *tree, struct phase_stacks *sums)
{
	for (size_t i = 0; i < moments->n; i++) {
		const struct stack_sample *sample = &moments->samples[i];
		if (!is_within(spans, n, sample->time_ns))
			continue;
		tree->nodes[sample->node].part.n++;
		tree->nodes[sample->node].part.joules += sample->joules;
		sums->n++;
		sums->sampled_j += sample->joules;
	}
	if (sums->sampled_j <= sums->joules)
		return;
	double scale = sums->joules / sums->sampled_j;
	for (size_t i = 0; i < tree->n_nodes; i++)
		tree->nodes[i].part.joules *= scale;
	sums->sampled_j = sums->joules;
}

int phase_stacks_take(sqlite3 *db, int64_t trial_id, const char *phase, struct arena *arena,
		      struct stack_tree *tree, struct phase_stacks *sums,
		      struct problem *why)
{
	const struct list_reading reading = { .db = db,
					      .arena = arena,
					      .campaign_id = trial_id };
	struct stack_moments moments;
	size_t n_spans;
	*sums = (struct phase_stacks){ 0 };
	if (each_row(&reading, spans_sql, take_span) != 0)
		return guard_why(db, why);
	struct span *spans = rows_taken(&reading, sizeof(*spans), &n_spans);
	if (choose(spans, &n_spans, phase, arena, why) != 0 ||
	    stack_moments_read(db, trial_id, tree, arena, &moments, why) != 0)
		return -1;
	double n = empty(tree);
	if (n_spans > 0 && n > 0 && moments.n == 0) {
		problem_why(why,
			    "the stacks of trial %lld have no times, as those of an "
			    "older joulecart",
			    (long long)trial_id);
		return problem_todo(why, "measure again with 'joulecart run --profile'");
	}
	add_spans(spans, n_spans, sums);
	add_samples(&moments, spans, n_spans, tree, sums);
	sums->n_lost = n_spans > 0 ? fmax(n - (double)moments.n, 0) : 0;
	return 0;
}
