/* profiler/doctor/fixes.h - the smallest changes to a machine that let this user measure more.
 *
 * A remedy is listed only where what it removes is in the way here: files that exist and may
 * not be read, a setting that is stricter than needed, a capability that this kernel knows and
 * this program lacks. Nothing is changed until remedies_apply. */
#ifndef JOULECART_REMEDY_H
#define JOULECART_REMEDY_H
#include <stddef.h>
#include <stdio.h>

struct problem;

enum { REMEDY_STEPS = 6, REMEDIES_MAX = 3 };

/* One file to write, or one command to run. */
struct remedy_step {
	const char *path, *content; /* NULL: a command */
	char command[512];
};

struct remedy {
	const char *collector; /* that would work, or tell more */
	char why[256];
	struct remedy_step steps[REMEDY_STEPS];
	size_t n_steps;
	const char *afterwards; /* what the user has to do, or NULL */
};

struct remedies {
	struct remedy items[REMEDIES_MAX];
	size_t n;
};

/* What would help the user who runs this, with the rights that user has. */
void remedies_find(struct remedies *remedies);

/* As a shell would be told, with what each is for. */
void remedies_print(const struct remedies *remedies, FILE *out);

/* Does them, as root and with root's environment. Prints each step. -1 with *why at the first
 * that fails. */
int remedies_apply(const struct remedies *remedies, FILE *out, struct problem *why);

#endif
