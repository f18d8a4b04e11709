/* reports/gate/gate.c - see gate.h. */
#include <config.h>

#include "reports/gate/gate.h"

#include "base/problem.h"
#include "reports/campaign/score.h"
#include "reports/campaign/trials.h"
#include "reports/campaign/variants.h"
#include "reports/compare/compare-text.h"
#include "reports/compare/pairing.h"
#include "reports/statistics/stats.h"
#include "reports/statistics/test-power.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A quantity of one variant: what each trial says of it. */
struct sample {
	const char *variant, *path, *workload;
	int64_t campaign_id;
	struct observation *seen; /* with the instruments' interval */
	double *logs;             /* of positive values */
	size_t n;
	bool is_score; /* a share of right answers */
	struct score score;
	enum provenance provenance;
	const char *reason; /* why a trial does not count */
};

/* Where one quantity of a trial stands. */
static const char value_sql[] =
    "SELECT CASE ?2 WHEN 'j_per_query' THEN q.joules_per_query WHEN 'j_per_run' THEN "
    "q.run_j"
    "   WHEN 'g_per_query' THEN c.grams_per_query WHEN 'g_per_run' THEN c.grams"
    "   WHEN 'seconds' THEN (t.end_mono_ns - t.begin_mono_ns) * 1e-9"
    "   ELSE (SELECT value FROM metric WHERE trial_id = ?1 AND name = ?2) END,"
    " CASE ?2 WHEN 'j_per_query' THEN q.low WHEN 'j_per_run' THEN q.run_low_j"
    "   WHEN 'g_per_query' THEN c.grams_per_query_low WHEN 'g_per_run' THEN c.grams_low "
    "END,"
    " CASE ?2 WHEN 'j_per_query' THEN q.high WHEN 'j_per_run' THEN q.run_high_j"
    "   WHEN 'g_per_query' THEN c.grams_per_query_high"
    "   WHEN 'g_per_run' THEN c.grams_high END,"
    " coalesce(q.reason, 'the trial does not state it') "
    "FROM v_query q JOIN v_carbon c ON c.trial_id = q.trial_id"
    " JOIN trial t ON t.trial_id = q.trial_id WHERE q.trial_id = ?1";

static bool is_energy(const char *quantity)
{
	return strncmp(quantity, "j_per_", 6) == 0 || strncmp(quantity, "g_per_", 6) == 0;
}

static bool is_share_of_answers(const char *quantity)
{
	static const char *const names[] = { "top1",   "top5",     "ndcg10",
					     "hit@10", "accuracy", "cold_top1" };
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i], quantity) == 0)
			return true;
	return false;
}

/* --- reading ---------------------------------------------------------------------------- */

static int cannot_read(const struct gate_side *side, struct problem *why)
{
	problem_what(why, "cannot read '%s'", side->path);
	return problem_why(why, "%s", sqlite3_errmsg(side->db));
}

static void take_row(sqlite3_stmt *row, const struct trial *trial, struct sample *sample,
		     struct arena *arena)
{
	bool has_bounds = sqlite3_column_type(row, 1) != SQLITE_NULL &&
			  sqlite3_column_type(row, 2) != SQLITE_NULL;
	double value = sqlite3_column_double(row, 0);
	if (sqlite3_column_type(row, 0) == SQLITE_NULL) {
		sample->reason = arena_string(arena,
					      (const char *)sqlite3_column_text(row, 3));
		return;
	}
	sample->seen[sample->n] = (struct observation){
		.value = value,
		.low = has_bounds ? sqlite3_column_double(row, 1) : value,
		.high = has_bounds ? sqlite3_column_double(row, 2) : value,
		.block = trial->block,
	};
	sample->logs[sample->n++] = value > 0 ? log(value) : -HUGE_VAL;
	enum provenance provenance = trial->per_run.provenance;
	if (provenance > sample->provenance)
		sample->provenance = provenance;
}

static int read_values(const struct gate_side *side, const char *quantity,
		       struct trial_list trials, struct sample *sample, struct arena *arena)
{
	sqlite3_stmt *row = NULL;
	if (sqlite3_prepare_v2(side->db, value_sql, -1, &row, NULL) != SQLITE_OK)
		return -1;
	sample->seen = arena_room(arena, (trials.n + 1) * sizeof(*sample->seen));
	sample->logs = arena_room(arena, (trials.n + 1) * sizeof(*sample->logs));
	for (size_t i = 0; i < trials.n; i++) {
		const struct trial *trial = &trials.trials[i];
		if (!trial->is_run || trial->has_failed) {
			sample->reason = trial->is_run ? "the command failed"
						       : "the trial was cut off";
			continue;
		}
		sqlite3_bind_int64(row, 1, trial->trial_id);
		sqlite3_bind_text(row, 2, quantity, -1, SQLITE_STATIC);
		if (sqlite3_step(row) == SQLITE_ROW)
			take_row(row, trial, sample, arena);
		sqlite3_reset(row);
	}
	sqlite3_finalize(row);
	return 0;
}

static int read_sample(const struct gate_side *side, const char *variant,
		       const char *quantity, struct sample *sample, struct arena *arena,
		       struct problem *why)
{
	struct name_list one = { &variant, 1 };
	struct trial_list trials;
	*sample = (struct sample){ .variant = variant, .path = side->path };
	if (variants_check(side->db, one, side->path, arena, why) != 0)
		return -1;
	sample->campaign_id = side->campaign_id ? side->campaign_id
						: campaign_with_all(side->db, one);
	if (sample->campaign_id < 0 ||
	    trials_of_variant(side->db, sample->campaign_id, variant, arena, &trials) !=
		0 ||
	    read_values(side, quantity, trials, sample, arena) != 0)
		return cannot_read(side, why);
	sample->workload = trials_workload(trials);
	sample->is_score = is_share_of_answers(quantity);
	if (sample->is_score && score_read(side->db, trials, quantity, &sample->score) != 0)
		return cannot_read(side, why);
	if (sample->n > 0)
		return 0;
	problem_what(why, "cannot judge %s of '%s' in '%s'", quantity, variant, side->path);
	return problem_why(why, "%s",
			   sample->reason ? sample->reason : "no trial of it counts");
}

/* --- the figure that a gate is about ---------------------------------------------------- */

/* The value, its 95 % interval, and the sd of one trial or pair, for planning; 0: unknown. */
struct judged {
	double value, low, high;
	double sd, instrument; /* half-width that more trials do not lessen */
	size_t n;
	bool has_interval;
};

static struct judged judge_absolute(const struct sample *sample)
{
	struct judged judged = { .n = sample->n, .has_interval = true };
	if (sample->is_score) {
		struct figure figure = score_figure(sample->score);
		return (struct judged){ .value = figure.value,
					.low = figure.low,
					.high = figure.high,
					.n = sample->score.n,
					.has_interval = figure.has_interval };
	}
	struct estimate mean = estimate_mean(sample->seen, sample->n);
	double *values = sample->logs; /* no longer needed as logarithms */
	for (size_t i = 0; i < sample->n; i++) {
		values[i] = sample->seen[i].value;
		judged.instrument += (sample->seen[i].high - sample->seen[i].low) / 2 /
				     (double)sample->n;
	}
	judged.sd = t_paired(values, sample->n).sd;
	judged.value = mean.mean;
	judged.low = mean.low;
	judged.high = mean.high;
	judged.has_interval = sample->n > 1;
	return judged;
}

static size_t pair_blocks(const struct sample *a, const struct sample *b, double *ratios)
{
	size_t n = 0;
	for (size_t i = 0; i < a->n; i++)
		for (size_t j = 0; j < b->n; j++)
			if (a->seen[i].block == b->seen[j].block) {
				ratios[n++] = b->logs[j] - a->logs[i];
				break;
			}
	return n;
}

/* b against a, of logarithms: pairs where they share a campaign of one file, else groups. */
static struct t_test log_change(const struct sample *a, const struct sample *b,
				struct arena *arena)
{
	bool is_shared = a->campaign_id == b->campaign_id && strcmp(a->path, b->path) == 0;
	double *ratios = arena_room(arena, (a->n + 1) * sizeof(*ratios));
	size_t n = is_shared ? pair_blocks(a, b, ratios) : 0;
	return n > 1 ? t_paired(ratios, n) : t_welch(a->logs, a->n, b->logs, b->n);
}

static struct judged judge_change(const struct gate *gate, const struct sample *a,
				  const struct sample *b, struct arena *arena)
{
	if (b->is_score) {
		struct figure change = score_change(a->score, b->score);
		double scale = gate->kind == GATE_RELATIVE ? 1 / a->score.mean : 100;
		return (struct judged){ .value = change.value * scale,
					.low = change.low * scale,
					.high = change.high * scale,
					.n = b->score.n,
					.has_interval = change.has_interval };
	}
	struct t_test test = log_change(a, b, arena);
	double scale = gate->kind == GATE_RELATIVE ? 1 : estimate_mean(a->seen, a->n).mean;
	return (struct judged){ .value = scale * expm1(test.mean),
				.low = scale * expm1(test.ci95.low),
				.high = scale * expm1(test.ci95.high),
				.sd = scale * test.sd,
				.n = test.n,
				.has_interval = test.n > 1 };
}

static enum gate_verdict decide(const struct gate *gate, struct judged judged)
{
	bool is_kept = gate->is_upper ? judged.high <= gate->limit
				      : judged.low >= gate->limit;
	bool is_broken = gate->is_upper ? judged.low > gate->limit
					: judged.high < gate->limit;
	if (!judged.has_interval)
		return GATE_CANNOT_TELL;
	return is_broken ? GATE_FAIL : is_kept ? GATE_PASS : GATE_CANNOT_TELL;
}

/* --- the line --------------------------------------------------------------------------- */

const char *gate_word(enum gate_verdict verdict)
{
	static const char *const words[] = { "PASS", "FAIL", "CANNOT TELL" };
	return words[verdict];
}

static const char *unit_of(const char *quantity)
{
	return strcmp(quantity, "j_per_query") == 0   ? "J/query"
	       : strcmp(quantity, "j_per_run") == 0   ? "J"
	       : strcmp(quantity, "g_per_query") == 0 ? "gCO2e/query"
	       : strcmp(quantity, "g_per_run") == 0   ? "gCO2e"
	       : strcmp(quantity, "seconds") == 0     ? "s"
						      : "";
}

static const char *fixed(double value, int decimals, bool with_sign,
			 const struct glyphs *glyphs, struct arena *arena)
{
	return arena_format(arena, "%s%.*f",
			    value < 0   ? glyphs->minus
			    : with_sign ? "+"
					: "",
			    decimals, fabs(value));
}

/* How the numbers of one line are shown. */
struct shown {
	double factor;
	int decimals;
	const char *unit;
};

static struct shown shown_of(const struct gate *gate, const struct sample *sample,
			     struct judged judged, const struct glyphs *glyphs,
			     struct arena *arena)
{
	const char *unit = unit_of(gate->quantity);
	if (gate->kind == GATE_RELATIVE)
		return (struct shown){ 0.01, 1, " %" };
	if (sample->is_score)
		return gate->kind == GATE_ABSOLUTE ? (struct shown){ 1, 4, "" }
						   : (struct shown){ 1, 2, " points" };
	struct figure figure = { .is_known = true,
				 .has_interval = judged.has_interval,
				 .value = judged.value,
				 .low = judged.low,
				 .high = judged.high };
	struct scale scale = *unit ? scale_of(&figure, 1, glyphs) : scale_plain(&figure, 1);
	const char *space = *unit ? " " : "";
	return (struct shown){ scale.factor, scale.decimals < 1 ? 1 : scale.decimals,
			       arena_format(arena, "%s%s%s", space, scale.prefix, unit) };
}

/* The limit in the unit of the value before it, which is not repeated; with its own where that
 * would show it as 0.0 or in a row of zeros. */
static const char *limit_of(const struct gate *gate, const struct sample *sample,
			    struct shown shown, const struct glyphs *glyphs,
			    struct arena *arena)
{
	struct judged limit = { .value = gate->limit };
	struct shown own = shown_of(gate, sample, limit, glyphs, arena);
	bool is_same = own.factor == shown.factor;
	if (is_same)
		own = shown;
	return arena_format(arena, "%s%s",
			    fixed(gate->limit / own.factor, own.decimals,
				  gate->kind != GATE_ABSOLUTE, glyphs, arena),
			    is_same && gate->kind != GATE_RELATIVE ? "" : own.unit);
}

/* "; try --trials 80", or what keeps any number of them from telling. */
static const char *advice(const struct gate *gate, struct judged judged,
			  struct arena *arena)
{
	double distance = fabs(judged.value - gate->limit);
	if (!judged.has_interval)
		return "; one trial shows no spread: try --trials 8";
	if (judged.sd <= 0)
		return "";
	if (distance <= judged.instrument)
		return "; closer than the instrument's own uncertainty";
	size_t trials = pairs_for_precision(
	    sqrt(distance * distance - judged.instrument * judged.instrument), judged.sd);
	if (trials == 0 || trials > 10000)
		return "; too close to tell by trials";
	return arena_format(arena, "; try --trials %zu",
			    trials > judged.n ? trials : 2 * judged.n);
}

static const char *exceeded(const struct gate *gate, struct judged judged,
			    struct arena *arena)
{
	double near = gate->is_upper ? judged.low : judged.high;
	double far = gate->is_upper ? judged.high : judged.low;
	double scale = 100 / gate->limit;
	if (gate->kind != GATE_ABSOLUTE)
		return " broken";
	return arena_format(
	    arena, " %s by %.1f to %.1f %%", gate->is_upper ? "exceeded" : "missed",
	    fabs(near - gate->limit) * scale, fabs(far - gate->limit) * scale);
}

static const char *line_of(const struct gate *gate, const struct sample *sample,
			   struct judged judged, enum gate_verdict verdict,
			   struct arena *arena)
{
	const struct glyphs *glyphs = glyphs_of_locale();
	bool is_change = gate->kind != GATE_ABSOLUTE;
	struct shown shown = shown_of(gate, sample, judged, glyphs, arena);
	const char *name = gate->is_budget ? ""
					   : arena_format(arena, "%s ", gate->quantity);
	const char *interval = "";
	if (judged.has_interval)
		interval = arena_format(arena, " (%s to %s)",
					fixed(judged.low / shown.factor, shown.decimals,
					      is_change, glyphs, arena),
					fixed(judged.high / shown.factor, shown.decimals,
					      is_change, glyphs, arena));
	return arena_format(
	    arena, "%s %s: %s%s%s%s, %s %s%s%s", gate_word(verdict), sample->variant, name,
	    fixed(judged.value / shown.factor, shown.decimals, is_change, glyphs, arena),
	    shown.unit, interval, gate->is_budget ? "budget" : "limit",
	    limit_of(gate, sample, shown, glyphs, arena),
	    verdict == GATE_FAIL          ? exceeded(gate, judged, arena)
	    : verdict == GATE_CANNOT_TELL ? advice(gate, judged, arena)
					  : "",
	    is_energy(gate->quantity) && sample->provenance == PROVENANCE_ESTIMATED
		? "; ESTIMATED"
		: "");
}

/* --- judging ---------------------------------------------------------------------------- */

static int check_pair(const struct gate *gate, const struct sample *a,
		      const struct sample *b, struct problem *why)
{
	bool is_same = (!a->workload && !b->workload) ||
		       (a->workload && b->workload &&
			strcmp(a->workload, b->workload) == 0);
	problem_what(why, "cannot compare '%s' in '%s' with '%s' in '%s'", b->variant,
		     b->path, a->variant, a->path);
	if (!is_same)
		return problem_why(why, "different workloads, %s and %s",
				   b->workload ? b->workload : "none stated",
				   a->workload ? a->workload : "none stated");
	bool is_estimate = b->provenance >= PROVENANCE_ESTIMATED;
	if (is_energy(gate->quantity) &&
	    is_estimate != (a->provenance >= PROVENANCE_ESTIMATED))
		return problem_why(why, "one is %s, the other %s",
				   provenance_word(b->provenance),
				   provenance_word(a->provenance));
	return 0;
}

static int judge_against(const struct gate *gate, const struct sample *sample,
			 const struct gate_side *base, const char *base_variant,
			 struct judged *judged, struct arena *arena, struct problem *why)
{
	struct sample other;
	if (!base->db) {
		problem_what(why, "cannot judge '%s'", gate->text);
		why->kind = PROBLEM_USAGE;
		problem_why(why, "it is about a change, and there is no baseline");
		return problem_todo(why, "give --baseline BASE.db, or --against VARIANT");
	}
	if (read_sample(base, base_variant ? base_variant : sample->variant, gate->quantity,
			&other, arena, why) != 0 ||
	    check_pair(gate, &other, sample, why) != 0)
		return -1;
	*judged = judge_change(gate, &other, sample, arena);
	return 0;
}

int gate_judge(const struct gate *gate, const char *variant, const struct gate_side *side,
	       const struct gate_side *base, const char *base_variant, struct arena *arena,
	       struct gate_result *result, struct problem *why)
{
	struct sample sample;
	struct judged judged;
	if (read_sample(side, variant, gate->quantity, &sample, arena, why) != 0)
		return -1;
	if (gate->kind == GATE_ABSOLUTE)
		judged = judge_absolute(&sample);
	else if (judge_against(gate, &sample, base, base_variant, &judged, arena, why) != 0)
		return -1;
	enum gate_verdict verdict = decide(gate, judged);
	*result = (struct gate_result){
		.gate = gate,
		.variant = variant,
		.verdict = verdict,
		.line = line_of(gate, &sample, judged, verdict, arena),
	};
	return 0;
}
