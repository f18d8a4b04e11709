/* reports/export/firefox-stacks.h - sampled stacks in a profile for profiler.firefox.com, of version 57. */
#ifndef JOULECART_FIREFOX_STACKS_H
#define JOULECART_FIREFOX_STACKS_H
#include "reports/export/export-formats.h"
#include "reports/export/firefox-parts.h"

/* The categories of frames, for meta.categories: what marks have is 0. New; NULL: no memory. */
json_t *firefox_categories(void);

/* Gives the thread its tables of frames and samples. Those of n stacks, all of one trial: a sample weighs as
 * many microjoules as its stack had, and stands at its time; the tables have the frames of these alone. n 0:
 * empty tables, and two samples without a stack, so that the time line has the whole trial. */
void firefox_set_stacks(const struct firefox_place *place, const struct export_trial *trial,
			const struct export_stack *stacks, size_t n, json_t *thread);

#endif
