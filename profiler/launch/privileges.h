/* profiler/launch/privileges.h - gives up, for good and before anything else, what the program may
 * do more than its user.
 *
 * Rights come from sudo(8), from capabilities of the program's file or from its set-user-ID bit.
 * What needs them is done by another process, which is forked before this one drops them: counters
 * are opened by the privileged part (collectors/opener/opener.h), and the task of one command is done
 * by one that does it and nothing else. Without such rights, or where sudo started a shell that
 * started joulecart (the user asked to be root), nothing here does anything. */
#ifndef JOULECART_PRIVILEGES_H
#define JOULECART_PRIVILEGES_H
#include <stdbool.h>

struct problem;

enum rights {
	RIGHTS_NONE,     /* the command reads and writes files of its user */
	RIGHTS_COUNTERS, /* it measures, and may run the user's commands */
	RIGHTS_VIEW,     /* it measures, and runs nothing */
	RIGHTS_ADVICE,   /* none, but it tells which capabilities a file could carry here */
	RIGHTS_TASK,     /* root does something for it when it asks */
	RIGHTS_PASS_ON /* it becomes another program at once, which calls privileges_begin itself */
};

/* What root does: look() finds, with the user's rights, what is to be done, and act() does it, with
 * root's and in an environment of PATH alone. -1 with *why: it could not. */
struct privileges_task {
	void *(*look)(void);
	int (*act)(void *found, struct problem *why);
};

/* The first thing that main calls. Afterwards this process has the ids and groups of its user, no
 * capability, no way back, an environment of known variables with checked values, and open
 * standard streams; who has the same user can neither trace it nor read its memory. -1 with
 * *why: rights could not be dropped; go no further. task: for RIGHTS_TASK, else NULL. */
int privileges_begin(enum rights wanted, const struct privileges_task *task,
		     struct problem *why);

/* Can the task be done by root? */
bool privileges_have_task(void);

/* Has it done. 0, or -1 with *why. */
int privileges_do_task(struct problem *why);

/* The user's own commands have the user's own environment: that in which sudo was called. */
void privileges_enter_environment(void);               /* in a child, before exec */
const char *privileges_command_variable(const char *); /* as getenv(3) */
int privileges_system(const char *command);            /* as system(3) */

/* All that the command will have, as environ: valid as long as nobody changes it. */
const char *const *privileges_command_environment(void);

#endif
