/* profiler/doctor/fixes.h - the smallest changes to a machine that let this user measure more.
 *
 * A fix is listed only where what it removes is in the way here: files that exist and may
 * not be read, a setting that is stricter than needed, a capability that this kernel knows and
 * this program lacks. Nothing is changed until remedies_apply. */
#ifndef JOULECART_FIXES_H
#define JOULECART_FIXES_H
#include <stddef.h>
#include <stdio.h>

struct problem;

/* The longest remedy, and how many a machine may need. */
enum { REMEDY_STEPS = 6, REMEDIES_MAX = 3 };

/* One file to write, or one command to run. */
struct fix_step {
	const char *path, *content; /* NULL: a command */
	char command[512];
};

struct fix {
	const char *collector; /* that would work, or tell more */
	char why[256];
	struct fix_step steps[REMEDY_STEPS];
	size_t n_steps;
	const char *afterwards; /* what the user has to do, or NULL */
};

struct fixes {
	struct fix items[REMEDIES_MAX];
	size_t n;
};

/* What would help the user who runs this, with the rights that user has. */
void fixes_find(struct fixes *fixes);

/* As a shell would be told, with what each is for. */
void fixes_print(const struct fixes *fixes, FILE *out);

/* Does them, as root and with root's environment. Prints each step. -1 with *why at the first
 * that fails. */
int fixes_apply(const struct fixes *fixes, FILE *out, struct problem *why);

#endif
