/* profiler/markers/followed-count.c - see followed-count.h. */
#include <config.h>

#include "profiler/markers/followed-count.h"

static double at_least(double value, double least)
{
	return value > least ? value : least;
}

/* The step may have been that short: from the end of one look to the begin of the next. */
static void note_rate(struct followed_count *count, double rise, struct look look)
{
	double ns = at_least((double)(look.begin_ns - count->last.end_ns), 1);
	count->fastest_per_ns = at_least(count->fastest_per_ns, rise / ns);
}

bool followed_count_look(struct followed_count *count, struct look look, double value,
			 double own, bool anew)
{
	if (!count->is_begun) {
		*count = (struct followed_count){
			.is_begun = true, .first = look, .last = look, .value = value
		};
		return false;
	}
	anew |= value < count->value;
	double rise = at_least((anew ? value : value - count->value) - own, 0);
	note_rate(count, rise, look);
	if (anew) {
		count->unseen_ns += (double)(look.end_ns - count->last.begin_ns);
		count->seen_in_those += rise;
	}
	count->risen += rise;
	count->value = value;
	count->last = look;
	return anew;
}

double followed_count_unseen(const struct followed_count *count, int64_t begin_ns,
			     int64_t end_ns)
{
	if (!count->is_begun)
		return 0;
	double ns = count->unseen_ns +
		    at_least((double)(count->first.end_ns - begin_ns), 0) +
		    at_least((double)(end_ns - count->last.begin_ns), 0);
	return at_least(count->fastest_per_ns * ns - count->seen_in_those, 0);
}
