/* profiler/doctor/machine-checks.h - what on a machine makes measurements differ that are alike. */
#ifndef JOULECART_MACHINE_CHECKS_H
#define JOULECART_MACHINE_CHECKS_H
#include <stdbool.h>

struct machine_check {
	const char *name; /* "governor" */
	bool is_warning;
	char found[160];
	const char *todo; /* or NULL */
};

/* The clock's governor. False where the machine has none. */
bool check_governor(struct machine_check *check);

/* Which part of the CPUs works for others: watches for a fifth of a second. False where the
 * kernel does not say. */
bool check_load(struct machine_check *check);

#endif
