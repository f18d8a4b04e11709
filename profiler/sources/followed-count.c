/* profiler/sources/followed-count.c - see followed-count.h. */
#include <config.h>

#include "profiler/sources/followed-count.h"

#include <string.h>

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

static struct metrics_series *find(const struct metrics_series *series, size_t n,
				   uint64_t key)
{
	for (size_t i = 0; i < n; i++)
		if (series[i].key == key)
			return (struct metrics_series *)(uintptr_t)&series[i];
	return NULL;
}

/* What one series rose; a new one appears with its first event. */
static double rise_of(struct followed_count *count, const struct metrics_series *now,
		      enum followed_step *step)
{
	struct metrics_series *last = find(count->series, count->n, now->key);
	if (!last && count->n == METRICS_MOST_SERIES) {
		*step = *step == FOLLOWED_WHOLE ? FOLLOWED_HOLE : *step;
		return 0;
	}
	if (!last) {
		last = &count->series[count->n++];
		*last = (struct metrics_series){ now->key, 0 };
	}
	double before = last->value;
	last->value = now->value;
	if (now->value >= before)
		return now->value - before;
	*step = FOLLOWED_ANEW;
	return now->value;
}

static bool is_one_missing(const struct followed_count *count,
			   const struct metrics_series *series, size_t n)
{
	for (size_t i = 0; i < count->n; i++)
		if (count->series[i].value > 0 && !find(series, n, count->series[i].key))
			return true;
	return false;
}

static void begin(struct followed_count *count, struct look look,
		  const struct metrics_series *series, size_t n)
{
	count->is_begun = true;
	count->first = count->last = look;
	count->n = n < METRICS_MOST_SERIES ? n : METRICS_MOST_SERIES;
	memcpy(count->series, series, count->n * sizeof(*series));
}

enum followed_step followed_count_look(struct followed_count *count, struct look look,
				       const struct metrics_series *series, size_t n,
				       double own, bool anew)
{
	enum followed_step step = anew ? FOLLOWED_ANEW : FOLLOWED_WHOLE;
	double rise = 0;
	if (!count->is_begun) {
		begin(count, look, series, n);
		return FOLLOWED_WHOLE;
	}
	for (size_t i = 0; i < count->n && anew; i++)
		count->series[i].value = 0;
	/* also the step in which it comes back: it may have begun anew meanwhile */
	bool had_hole = count->has_hole;
	count->has_hole = is_one_missing(count, series, n);
	for (size_t i = 0; i < n; i++)
		rise += rise_of(count, &series[i], &step);
	rise = at_least(rise - own, 0);
	if (step == FOLLOWED_WHOLE && count->has_hole)
		step = FOLLOWED_HOLE;
	note_rate(count, rise, look);
	if (step != FOLLOWED_WHOLE || had_hole) {
		count->unseen_ns += (double)(look.end_ns - count->last.begin_ns);
		count->seen_in_those += rise;
	}
	count->risen += rise;
	count->last = look;
	return step;
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
