/* profiler/sample/tick-schedule.c - see pace.h. */
#include <config.h>

#include "profiler/sample/tick-schedule.h"

#include "base/clock.h"
#include "schema/samples/advance.h"

enum { TICKS_A_RATE = 512 };

/* How often a sensor whose interval is not known is taken to change: the slowest in use. */
static const int64_t unknown_interval_ns = NS_PER_S / 10;

static int64_t at_most(int64_t value, int64_t limit)
{
	return value < limit ? value : limit;
}

static bool is_energy(const struct channel *channel)
{
	return channel->unit == UNIT_J || channel->unit == UNIT_W;
}

static int64_t update_interval_ns(const struct channel *channel)
{
	return channel->update_interval_ns ? (int64_t)channel->update_interval_ns
					   : unknown_interval_ns;
}

/* In how many ns the counter passes a quarter of its range, at the most that it can draw. */
static int64_t quarter_range_ns(const struct channel *channel)
{
	double power_w = channel->max_power_w > 0 ? channel->max_power_w
						  : ADVANCE_CEILING_W;
	double range_j = (double)channel->wrap_range * channel->unit_per_raw;
	return channel->wrap_range && channel->unit == UNIT_J
		   ? (int64_t)(range_j / power_w / 4 * (double)NS_PER_S)
		   : INT64_MAX;
}

static void set_auto(struct pace *pace, const struct sensors *sensors)
{
	pace->longest_ns = NS_PER_S / PACE_AUTO_END_HZ;
	pace->period_ns = unknown_interval_ns;
	for (size_t s = 0; s < sensors->n; s++)
		for (size_t i = 0; i < sensors->items[s].list.n; i++) {
			const struct channel *channel = &sensors->items[s].list.channels[i];
			if (!is_energy(channel))
				continue;
			pace->period_ns = at_most(pace->period_ns,
						  update_interval_ns(channel));
			pace->longest_ns = at_most(pace->longest_ns,
						   quarter_range_ns(channel));
		}
	if (pace->period_ns < NS_PER_S / PACE_AUTO_HZ)
		pace->period_ns = NS_PER_S / PACE_AUTO_HZ;
	pace->period_ns = at_most(pace->period_ns, pace->longest_ns);
}

double pace_fastest_hz(double rate_hz)
{
	return rate_hz > 0 ? rate_hz : PACE_AUTO_HZ;
}

double pace_slowest_hz(double rate_hz)
{
	return rate_hz > 0 ? rate_hz : PACE_AUTO_END_HZ;
}

struct pace pace_of(double rate_hz, const struct sensors *sensors, int64_t now_ns)
{
	struct pace pace = { .left = TICKS_A_RATE };
	if (rate_hz > 0)
		pace.period_ns = pace.longest_ns = (int64_t)((double)NS_PER_S / rate_hz);
	else
		set_auto(&pace, sensors);
	pace.due_ns = now_ns + pace.period_ns;
	return pace;
}

int64_t pace_next(struct pace *pace, int64_t now_ns)
{
	int64_t passed = now_ns < pace->due_ns ? 0
					       : (now_ns - pace->due_ns) / pace->period_ns;
	pace->due_ns += passed * pace->period_ns;
	pace->left -= 1 + passed;
	if (pace->left <= 0) {
		pace->left = TICKS_A_RATE;
		pace->period_ns = at_most(2 * pace->period_ns, pace->longest_ns);
	}
	pace->due_ns += pace->period_ns;
	return passed;
}

double pace_hz(const struct pace *pace)
{
	return (double)NS_PER_S / (double)pace->period_ns;
}
