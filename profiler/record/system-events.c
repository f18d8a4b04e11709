/* profiler/record/system-events.c - see system-events.h. */
#include <config.h>

#include "profiler/record/system-events.h"

#include "base/clock.h"

#include <stdlib.h>
#include <unistd.h>

static const int64_t SHORTEST_SLEEP_NS = NS_PER_S / 100;
static const int64_t SMALLEST_STEP_NS = NS_PER_S / 10;

struct machine_moment machine_moment_now(void)
{
	/* The three clocks are of one moment if reading them took less than 1 ms; on a busy machine it may
	 * take longer each time, and then the last is kept. */
	enum { TRIES = 5 };
	static const int64_t CLOSE_NS = NS_PER_S / 1000;
	struct machine_moment now;
	for (int i = 0; i < TRIES; i++) {
		now.mono_ns = monotonic_ns();
		now.boot_ns = clock_ns(CLOCK_BOOTTIME);
		now.utc_ns = clock_ns(CLOCK_REALTIME);
		if (monotonic_ns() - now.mono_ns < CLOSE_NS)
			break;
	}
	now.n_cpus = sysconf(_SC_NPROCESSORS_ONLN);
	return now;
}

struct system_event system_event_between(const struct machine_moment *before,
					 const struct machine_moment *after)
{
	int64_t awake_ns = after->mono_ns - before->mono_ns;
	int64_t passed_ns = after->boot_ns - before->boot_ns;
	int64_t slept_ns = passed_ns - awake_ns;
	int64_t stepped_ns = after->utc_ns - before->utc_ns - passed_ns;
	return (struct system_event){
		.slept_ns = slept_ns >= SHORTEST_SLEEP_NS ? slept_ns : 0,
		.stepped_ns = llabs(stepped_ns) >= SMALLEST_STEP_NS ? stepped_ns : 0,
		.cpus_before = before->n_cpus,
		.cpus_after = after->n_cpus,
	};
}
