/* profiler/campaign/progress.h - one line on a terminal while a campaign runs. */
#ifndef JOULECART_PROGRESS_H
#define JOULECART_PROGRESS_H
#include <stddef.h>
#include <stdint.h>

/* Trial number k (from 1) of n begins: rewrites the line on standard error. left_ns is how
 * long this and the rest may take; 0: not known yet. */
void progress_show(size_t k, size_t n, const char *job, const char *variant,
		   int64_t left_ns);

/* So many of n blocks are done: a bar on a terminal; elsewhere a line, at most one in 10 s. widest
 * is the half-width of the widest interval (0.02 is 2 %; 0 or infinite: not known), left_s the
 * seconds that remain, 0: not known. *said_ns is when the last line was, 0 at first. */
void progress_block(size_t done, size_t n, double widest, double left_s, int64_t *said_ns);

/* Trial number k of a search begins, after so many joules: rewrites the line on a terminal. */
void progress_search(size_t k, const char *variant, double spent_j);

/* Clears the line. */
void progress_clear(void);

#endif
