/* reports/compare/front.c - see front.h. */
#include <config.h>

#include "reports/compare/front.h"

#include <math.h>
#include <stdlib.h>

static bool beats(const struct choice *a, const struct choice *b)
{
	double quality_a = a->compared->quality.value,
	       quality_b = b->compared->quality.value;
	return a->joules <= b->joules && quality_a >= quality_b &&
	       (a->joules < b->joules || quality_a > quality_b);
}

/* Does the change between the two, over the same queries where they answered the same, leave 0
 * out? */
static bool qualities_differ(const struct choice *a, const struct choice *b)
{
	if (!a->compared->score || !b->compared->score)
		return false;
	struct figure change = score_change(a->compared->score, b->compared->score);
	return change.has_interval && (change.low > 0 || change.high < 0);
}

/* The same of the ratios to the baseline, in which the instruments' gain has cancelled. */
static bool energies_differ(const struct choice *a, const struct choice *b)
{
	struct t_test of_a = a->difference ? a->difference->t : (struct t_test){ .n = 2 };
	struct t_test of_b = b->difference ? b->difference->t : (struct t_test){ .n = 2 };
	return of_a.n > 1 && of_b.n > 1 &&
	       fabs(of_a.mean - of_b.mean) > hypot((of_a.ci95.high - of_a.ci95.low) / 2,
						   (of_b.ci95.high - of_b.ci95.low) / 2);
}

static void find_dominated(struct choice *choices, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct choice *first = NULL;
		for (size_t j = 0; j < n; j++) {
			if (!beats(&choices[j], &choices[i]))
				continue;
			/* the best of those that beat it is named */
			if (first)
				choices[i].n_more++;
			if (!first || choices[j].compared->quality.value >
					  first->compared->quality.value)
				first = &choices[j];
		}
		if (!first)
			continue;
		choices[i].dominated_by = first->compared->variant;
		choices[i].is_energy_sure = energies_differ(first, &choices[i]);
		choices[i].is_quality_sure = qualities_differ(first, &choices[i]);
	}
}

static int by_front_and_joules(const void *a, const void *b)
{
	const struct choice *x = a, *y = b;
	if (!x->dominated_by != !y->dominated_by)
		return x->dominated_by ? 1 : -1;
	return (x->joules > y->joules) - (x->joules < y->joules);
}

struct choice_list front_of(const struct comparison *comparison, double spread_over,
			    struct arena *arena)
{
	struct choice_list list = { 0 };
	struct choice *choices = arena_room(arena, (comparison->n_compared + 1) *
						       sizeof(*choices));
	for (size_t i = 0; i < comparison->n_compared; i++) {
		const struct compared *compared = &comparison->compared[i];
		if (!compared->joules.is_known || !compared->quality.is_known)
			continue;
		struct choice *choice = &choices[list.n++];
		choice->compared = compared;
		choice->difference = i ? &comparison->differences[i - 1] : NULL;
		choice->joules = compared->joules.value;
		if (spread_over > 0 && compared->cost.joules.is_known)
			choice->joules += compared->cost.joules.value / spread_over;
		choice->joules_per_correct = choice->joules / compared->quality.value;
	}
	find_dominated(choices, list.n);
	qsort(choices, list.n, sizeof(*choices), by_front_and_joules);
	while (list.n_front < list.n && !choices[list.n_front].dominated_by)
		list.n_front++;
	list.choices = choices;
	return list;
}
