/* reports/gate/judged.c - see judged.h. */
#include <config.h>

#include "reports/gate/judged.h"

#include "reports/compare/compare-text.h"
#include "reports/statistics/test-power.h"

#include <math.h>
#include <string.h>

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

static struct shown shown_of(const struct gate *gate, const struct judged_sample *sample,
			     const struct judged *judged, const struct glyphs *glyphs,
			     struct arena *arena)
{
	const char *unit = unit_of(gate->quantity);
	if (gate->kind == GATE_RELATIVE)
		return (struct shown){ 0.01, 1, " %" };
	if (sample->is_score)
		return gate->kind == GATE_ABSOLUTE ? (struct shown){ 1, 4, "" }
						   : (struct shown){ 1, 2, " points" };
	struct figure figure = { .is_known = true,
				 .has_interval = judged->has_interval,
				 .value = judged->value,
				 .low = judged->low,
				 .high = judged->high };
	struct scale scale = *unit ? scale_of(&figure, 1, glyphs) : scale_plain(&figure, 1);
	const char *space = *unit ? " " : "";
	return (struct shown){ scale.factor, scale.decimals < 1 ? 1 : scale.decimals,
			       arena_format(arena, "%s%s%s", space, scale.prefix, unit) };
}

/* The limit with its unit: that of the value before it, or its own where that would show it as 0.0 or
 * in a row of zeros. */
static const char *limit_of(const struct gate *gate, const struct judged_sample *sample,
			    struct shown shown, const struct glyphs *glyphs,
			    struct arena *arena)
{
	const struct judged limit = { .value = gate->limit };
	struct shown own = shown_of(gate, sample, &limit, glyphs, arena);
	if (own.factor == shown.factor)
		own = shown;
	return arena_format(arena, "%s%s",
			    fixed(gate->limit / own.factor, own.decimals,
				  gate->kind != GATE_ABSOLUTE, glyphs, arena),
			    own.unit);
}

/* "; try --trials 80", or what keeps any number of them from telling. */
static const char *advice(const struct gate *gate, const struct judged *judged,
			  struct arena *arena)
{
	double distance = fabs(judged->value - gate->limit);
	if (!judged->has_interval)
		return judged->is_few ? "; one trial shows no spread: try --trials 8"
				      : "; of how many queries it is is not known";
	if (judged->is_few)
		return "; so few may agree by chance: try --trials 8";
	if (judged->is_explained)
		return arena_format(arena,
				    "; the pairs may lie so by chance (randomisation test, "
				    "p %.2f): try --trials %zu",
				    judged->p_randomised, 2 * judged->n);
	if (judged->is_corrected)
		return arena_format(arena,
				    "; broken by itself, not as one of %zu limits "
				    "(Holm)",
				    judged->n_limits);
	if (judged->sd <= 0)
		return "";
	if (distance <= judged->instrument)
		return "; closer than the instrument's own uncertainty";
	size_t trials = pairs_for_precision(
	    sqrt(distance * distance - judged->instrument * judged->instrument),
	    judged->sd);
	if (trials == 0 || trials > 10000)
		return "; too close to tell by trials";
	return arena_format(arena, "; try --trials %zu",
			    trials > judged->n ? trials : 2 * judged->n);
}

static const char *exceeded(const struct gate *gate, const struct judged *judged,
			    struct arena *arena)
{
	double near = gate->is_upper ? judged->low : judged->high;
	double far = gate->is_upper ? judged->high : judged->low;
	double scale = 100 / gate->limit;
	if (gate->kind != GATE_ABSOLUTE)
		return " broken";
	return arena_format(
	    arena, " %s by %.1f to %.1f %%", gate->is_upper ? "exceeded" : "missed",
	    fabs(near - gate->limit) * scale, fabs(far - gate->limit) * scale);
}

/* "; block 7 (+80.0 %) is far from the others: FAIL by Hodges-Lehmann, +4.9 to +5.1 %": where that is
 * another verdict, or none. */
static const char *outlier_text(const struct judged *judged, enum gate_verdict verdict,
				struct arena *arena)
{
	const struct robust *robust = &judged->robust;
	const struct glyphs *glyphs = glyphs_of_locale();
	if (robust->n_outliers == 0 ||
	    (judged->by_robust == verdict && verdict != GATE_CANNOT_TELL))
		return "";
	return arena_format(arena,
			    "; block %lld (%s) is far from the others: %s by "
			    "Hodges-Lehmann, %s to %s",
			    (long long)robust->block,
			    change_text(robust->log_ratio, 0.01, glyphs, arena),
			    gate_word(judged->by_robust),
			    change_text(robust->ci95.low, 0.01, glyphs, arena),
			    change_text(robust->ci95.high, 0.01, glyphs, arena));
}

/* Of checks where the change is just the limit, the share that reports it as broken. */
static const double ONE_SIDE = 0.025;

/* What a reader must know of a change besides its interval. */
static const char *remarks(const struct judged *judged, enum gate_verdict verdict,
			   struct arena *arena)
{
	const struct session *session = &judged->session;
	const char *text = outlier_text(judged, verdict, arena);
	if (session->is_between && session->sd <= 0)
		text = arena_format(arena,
				    "%s; two sessions: what differs between them is "
				    "not in it (--session-sd)",
				    text);
	else if (session->is_between && session->degrees > 0)
		text = arena_format(arena,
				    "%s; two sessions: sd %.1f %% from %zu campaigns "
				    "is in it",
				    text, 100 * session->sd, session->n_campaigns);
	else if (session->is_between)
		text = arena_format(arena,
				    "%s; two sessions: sd %.1f %% as stated is in it", text,
				    100 * session->sd);
	const char *nth = judged->n_campaigns > 1 ? ordinal_text(judged->n_campaigns, arena)
						  : NULL;
	if (nth && session->is_between && session->sd <= 0)
		text = arena_format(arena,
				    "%s; %s campaign of this: each further one may alarm "
				    "by chance",
				    text, nth);
	else if (nth)
		text = arena_format(
		    arena,
		    "%s; %s campaign of this: repeating until it breaks alarms by "
		    "chance in up to %.0f of 100 cases",
		    text, nth, 100 * power_any_alarm(ONE_SIDE, judged->n_campaigns));
	return text;
}

const char *judged_line(const struct gate *gate, const struct judged_sample *sample,
			const struct judged *judged, enum gate_verdict verdict,
			struct arena *arena)
{
	const struct glyphs *glyphs = glyphs_of_locale();
	bool is_change = gate->kind != GATE_ABSOLUTE;
	struct shown shown = shown_of(gate, sample, judged, glyphs, arena);
	const char *name = gate->is_budget ? ""
					   : arena_format(arena, "%s ", gate->quantity);
	const char *interval = "";
	if (judged->has_interval)
		interval = arena_format(arena, " (%s to %s)",
					fixed(judged->low / shown.factor, shown.decimals,
					      is_change, glyphs, arena),
					fixed(judged->high / shown.factor, shown.decimals,
					      is_change, glyphs, arena));
	return arena_format(
	    arena, "%s %s: %s%s%s%s, %s %s%s%s%s", gate_word(verdict), sample->variant,
	    name,
	    fixed(judged->value / shown.factor, shown.decimals, is_change, glyphs, arena),
	    shown.unit, interval, gate->is_budget ? "budget" : "limit",
	    limit_of(gate, sample, shown, glyphs, arena),
	    verdict == GATE_FAIL          ? exceeded(gate, judged, arena)
	    : verdict == GATE_CANNOT_TELL ? advice(gate, judged, arena)
					  : "",
	    quantity_is_energy(gate->quantity) && sample->provenance == PROVENANCE_ESTIMATED
		? "; ESTIMATED"
		: "",
	    is_change ? remarks(judged, verdict, arena) : "");
}
