/* profiler/options/fleet-options.h - the options of push, pull and fleet, for joulecart and joulecart-fleet. */
#ifndef JOULECART_FLEET_OPTIONS_H
#define JOULECART_FLEET_OPTIONS_H
#include "base/option-table.h"

struct push_options {
	const char *to, *team; /* team NULL: the login's only one */
};
extern const struct option_table push_table;

struct pull_options {
	const char *from, *where, *output; /* where NULL: all */
};
extern const struct option_table pull_table;

struct fleet_options {
	const char *at;
	int64_t older_than_days; /* 0: not given */
};
extern const struct option_table fleet_table;

#endif
