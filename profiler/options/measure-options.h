/* profiler/options/measure-options.h - the options that say how to measure: the same for each command
 * that does. */
#ifndef JOULECART_MEASURE_OPTIONS_H
#define JOULECART_MEASURE_OPTIONS_H
#include "base/option-table.h"
#include "profiler/campaign/campaign.h"

/* To be included in a command's table; the members are those of struct campaign_options. They warn
 * of events that cannot be counted here. */
extern const struct option_row measure_rows[];

/* Of struct trial_options, before any option: no processor to stay on. */
#define MEASURE_DEFAULTS .sampler_cpu = -1

#endif
