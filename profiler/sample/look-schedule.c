/* profiler/sample/look-schedule.c - see look-schedule.h. */
#include <config.h>

#include "profiler/sample/look-schedule.h"

/* The part of the pause so far that the next look may be late by. */
enum { PAUSE_PER_LOOK = 4 };

void look_schedule_hear(struct look_schedule *looks, int64_t now_ns)
{
	looks->heard_ns = now_ns;
	looks->due_ns = now_ns + LOOKS_LEAST_NS;
}

void look_schedule_miss(struct look_schedule *looks, int64_t now_ns, bool is_apart)
{
	int64_t pause_ns = now_ns - looks->heard_ns;
	int64_t rest_ns = pause_ns / PAUSE_PER_LOOK;
	if (rest_ns < LOOKS_LEAST_NS)
		rest_ns = LOOKS_LEAST_NS;
	if (rest_ns > LOOKS_MOST_NS)
		rest_ns = LOOKS_MOST_NS;
	looks->due_ns = is_apart && pause_ns < LOOKS_LAST_NS ? now_ns + rest_ns : 0;
}

void look_schedule_hurry(struct look_schedule *looks, int64_t now_ns)
{
	looks->heard_ns = looks->due_ns = now_ns;
}

bool look_schedule_is_on(const struct look_schedule *looks)
{
	return looks->due_ns > 0;
}
