/* profiler/sample/tick-schedule.c - see tick-schedule.h. */
#include <config.h>

#include "profiler/sample/tick-schedule.h"

#include "base/clock.h"
#include "schema/samples/advance.h"

/* Readings until the rate halves, as joulecart-run(1) says: five seconds at 100 Hz. */
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

static void set_auto(struct tick_schedule *schedule, const struct sensors *sensors)
{
	schedule->longest_ns = NS_PER_S / PACE_AUTO_END_HZ;
	schedule->period_ns = unknown_interval_ns;
	for (size_t s = 0; s < sensors->n; s++)
		for (size_t i = 0; i < sensors->items[s].list.n; i++) {
			const struct channel *channel = &sensors->items[s].list.channels[i];
			if (!is_energy(channel))
				continue;
			schedule->period_ns = at_most(schedule->period_ns,
						      update_interval_ns(channel));
			schedule->longest_ns = at_most(schedule->longest_ns,
						       quarter_range_ns(channel));
		}
	if (schedule->period_ns < NS_PER_S / PACE_AUTO_HZ)
		schedule->period_ns = NS_PER_S / PACE_AUTO_HZ;
	schedule->period_ns = at_most(schedule->period_ns, schedule->longest_ns);
}

double tick_schedule_fastest_hz(double rate_hz)
{
	return rate_hz > 0 ? rate_hz : PACE_AUTO_HZ;
}

double tick_schedule_slowest_hz(double rate_hz)
{
	return rate_hz > 0 ? rate_hz : PACE_AUTO_END_HZ;
}

struct tick_schedule tick_schedule_of(double rate_hz, const struct sensors *sensors,
				      int64_t now_ns)
{
	struct tick_schedule schedule = { .left = TICKS_A_RATE };
	if (rate_hz > 0)
		schedule.period_ns = schedule.longest_ns = (int64_t)((double)NS_PER_S /
								     rate_hz);
	else
		set_auto(&schedule, sensors);
	schedule.due_ns = now_ns + schedule.period_ns;
	return schedule;
}

int64_t tick_schedule_next(struct tick_schedule *schedule, int64_t now_ns)
{
	int64_t passed = now_ns < schedule->due_ns
			     ? 0
			     : (now_ns - schedule->due_ns) / schedule->period_ns;
	schedule->due_ns += passed * schedule->period_ns;
	schedule->left -= 1 + passed;
	if (schedule->left <= 0) {
		schedule->left = TICKS_A_RATE;
		schedule->period_ns = at_most(2 * schedule->period_ns,
					      schedule->longest_ns);
	}
	schedule->due_ns += schedule->period_ns;
	return passed;
}

double tick_schedule_hz(const struct tick_schedule *schedule)
{
	return (double)NS_PER_S / (double)schedule->period_ns;
}
