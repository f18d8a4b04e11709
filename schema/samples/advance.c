/* schema/samples/advance.c - see advance.h. */
#include <config.h>

#include "schema/samples/advance.h"

#include <math.h>
#include <string.h>

/* Bounds are stored as signed 64-bit integers and summed: far above any real advance
 * (2^52 microjoules are 4.5 GJ), far below an overflow. */
static const double largest_steps = 4503599627370496.0;

static const struct ceiling {
	const char *domain;
	double w;
	bool is_never_zero;
} ceilings[] = {
	{ "package", ADVANCE_CEILING_W, true },
	{ "core", ADVANCE_CEILING_W, false },
	{ "uncore", ADVANCE_CEILING_W, false },
	{ "psys", ADVANCE_CEILING_W, true },
	{ "dram", 1000, false },
	{ "gpu", 2000, true },
	{ "machine", 20000, true },
};

static const struct ceiling *ceiling_of(const char *domain)
{
	for (size_t i = 0; domain && i < sizeof(ceilings) / sizeof(*ceilings); i++)
		if (strcmp(ceilings[i].domain, domain) == 0)
			return &ceilings[i];
	return NULL;
}

double advance_ceiling_w(const char *domain)
{
	static const double of_machine_w = 20000;
	const struct ceiling *ceiling = ceiling_of(domain);
	return ceiling ? ceiling->w : of_machine_w;
}

double advance_limit_w(double told_w, const char *domain)
{
	double ceiling_w = advance_ceiling_w(domain);
	return told_w > 0 && told_w <= 2 * ceiling_w ? told_w : ceiling_w;
}

bool advance_is_never_zero(const char *domain)
{
	const struct ceiling *ceiling = ceiling_of(domain);
	return ceiling && ceiling->is_never_zero;
}

bool advance_can_draw(uint64_t raw, const struct advance_rule *rule)
{
	double watts = (double)raw * rule->unit_per_raw;
	return (rule->max_power_w <= 0 || watts <= rule->max_power_w) &&
	       (raw > 0 || !rule->is_never_zero);
}

static double power_of(const struct advance_rule *rule)
{
	return rule->max_power_w > 0 ? rule->max_power_w : ADVANCE_CEILING_W;
}

/* How much more than the time explains a counter may show: each reading may be an interval old. */
static int64_t slack_ns(const struct advance_rule *rule)
{
	uint64_t update_ns = rule->update_interval_ns;
	return 2 * (int64_t)(update_ns ? update_ns : ADVANCE_SLOWEST_UPDATE_NS);
}

/* The greatest advance that physics allows in that time, in raw steps; INFINITY when nothing
 * limits it. */
static double limit_steps(int64_t ns, const struct advance_rule *rule)
{
	if (rule->max_power_w <= 0 && rule->wrap_range == 0)
		return INFINITY;
	double seconds = fmax((double)ns, 0) * 1e-9;
	return fmin(power_of(rule) * seconds / rule->unit_per_raw + 1, largest_steps);
}

static struct advance implausible(double limit)
{
	return (struct advance){ .high = isinf(limit) ? 0 : (uint64_t)limit,
				 .kind = ADVANCE_IMPLAUSIBLE };
}

static struct advance certain(uint64_t steps, unsigned wraps)
{
	return (struct advance){ .raw = steps,
				 .low = steps,
				 .high = steps,
				 .wraps = wraps,
				 .kind = wraps ? ADVANCE_WRAPPED : ADVANCE_OK };
}

struct advance advance_between(uint64_t prev, uint64_t now, int64_t dt_ns,
			       const struct advance_rule *rule)
{
	double limit = limit_steps((dt_ns > 0 ? dt_ns : 0) + slack_ns(rule), rule);
	uint64_t range = rule->wrap_range;
	bool fell = now < prev;
	if ((range == 0 && fell) || (range != 0 && (prev >= range || now >= range)))
		return implausible(limit);

	uint64_t least = fell ? range - prev + now : now - prev;
	if ((double)least > limit)
		return implausible(limit);

	struct advance step = certain(least, fell);
	if (range != 0 && limit - (double)least >= (double)range) {
		uint64_t more = ((uint64_t)limit - least) / range;
		step.high = least + more * range;
		step.kind = ADVANCE_AMBIGUOUS;
	}
	return step;
}

/* How long the greatest power takes for a step; one raw step may be rounding. */
static int64_t needed_ns(uint64_t steps, const struct advance_rule *rule)
{
	double joules = ((double)steps - 1) * rule->unit_per_raw;
	bool is_limited = rule->max_power_w > 0 || rule->wrap_range > 0;
	return is_limited ? (int64_t)(joules / power_of(rule) * 1e9) : 0;
}

/* All that was too fast together is one gap, and what follows has to keep to the limit. */
static struct advance too_fast(struct advance_pace *pace, int64_t ahead_ns, int64_t dt_ns,
			       const struct advance_rule *rule)
{
	int64_t slack = slack_ns(rule);
	int64_t open_ns = dt_ns + slack - (ahead_ns > 0 ? ahead_ns : 0);
	struct advance step = implausible(limit_steps(open_ns, rule));
	step.back = pace->back;
	step.back_ns = pace->back_ns;
	*pace = (struct advance_pace){ .ahead_ns = slack, .has_moved = true };
	return step;
}

struct advance advance_next(struct advance_pace *pace, uint64_t prev, uint64_t now,
			    int64_t dt_ns, const struct advance_rule *rule)
{
	int64_t before_ns = pace->ahead_ns;
	if (now == prev) {
		pace->ahead_ns -= dt_ns;
		pace->stood_ns += pace->has_moved ? 0 : dt_ns;
		return advance_between(prev, now, dt_ns, rule);
	}
	if (!pace->has_moved)
		before_ns -= 4 * pace->stood_ns;
	int64_t since_ns = dt_ns + (before_ns < 0 ? -before_ns : 0);
	struct advance step = advance_between(prev, now, since_ns, rule);
	if (step.kind == ADVANCE_IMPLAUSIBLE) {
		pace->back = 0; /* what went before was no faster than it could */
		return too_fast(pace, before_ns, since_ns, rule);
	}
	int64_t ahead_ns = before_ns - dt_ns + needed_ns(step.raw, rule);
	if (ahead_ns > slack_ns(rule))
		return too_fast(pace, before_ns, since_ns, rule);
	pace->has_moved = true;
	pace->ahead_ns = ahead_ns > 0 ? ahead_ns : 0;
	pace->back = ahead_ns > 0 ? pace->back + step.raw : 0;
	pace->back_ns = ahead_ns > 0 ? pace->back_ns + dt_ns : 0;
	return step;
}
