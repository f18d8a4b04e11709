/* schema/samples/advance.c - see advance.h. */
#include <config.h>

#include "schema/samples/advance.h"

#include <math.h>
#include <stdbool.h>

/* Bounds are stored as signed 64-bit integers and summed: far above any real advance
 * (2^52 microjoules are 4.5 GJ), far below an overflow. */
static const double largest_steps = 4503599627370496.0;

/* The greatest advance that physics allows, in raw steps; INFINITY when nothing limits it. */
static double limit_steps(int64_t dt_ns, const struct advance_rule *rule)
{
	double power_w = rule->max_power_w;
	uint64_t update_ns = rule->update_interval_ns;
	if (power_w <= 0 && rule->wrap_range == 0)
		return INFINITY;
	if (power_w <= 0)
		power_w = ADVANCE_CEILING_W;
	if (update_ns == 0)
		update_ns = ADVANCE_SLOWEST_UPDATE_NS;
	double seconds = (fmax((double)dt_ns, 0) + 2 * (double)update_ns) * 1e-9;
	return fmin(power_w * seconds / rule->unit_per_raw + 1, largest_steps);
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
	double limit = limit_steps(dt_ns, rule);
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
