/* profiler/launch/privileges.h - who called sudo, and being that user for all but opening counters.
 *
 * Under sudo, joulecart is the invoking user from its first line on: files are opened and made
 * with that user's rights, and the wrapped command has nothing else. The saved user id keeps
 * the one way back, which privileges_raise takes while counters are opened. Without sudo, or where
 * sudo started a shell that started joulecart (the user asked to be root), nothing here does
 * anything. */
#ifndef JOULECART_INVOKER_H
#define JOULECART_INVOKER_H

struct problem;

/* Becomes the user, with that user's groups, HOME, USER and, where sudo is the parent, whole
 * environment. Call before other threads are started. -1 with *why: it could not; go no
 * further. */
int privileges_become(struct problem *why);

/* Root's rights while counters are opened, in all threads, and back. */
void privileges_raise(void);
void privileges_lower(void);

/* The same for the calling thread alone, which then keeps root's rights to files: it opens again
 * counters that vanish and come back (suspend to RAM registers RAPL zones anew). */
void privileges_raise_thread(void);
void privileges_let_thread_read(void);

/* For good: root again, in all threads (doctor --apply). Nothing where there is no way back. */
void privileges_return(void);

/* In a child, before exec: no way back, no capability. 0 or an errno. */
int privileges_give_up(void);

#endif
