/* profiler/progress.h - one line on a terminal while a campaign runs; nothing elsewhere. */
#ifndef JOULECART_PROGRESS_H
#define JOULECART_PROGRESS_H
#include <stddef.h>
#include <stdint.h>

/* Trial number k (from 1) of n begins: rewrites the line on standard error. left_ns is how
 * long this and the rest may take; 0: not known yet. */
void progress_show(size_t k, size_t n, const char *job, const char *variant,
		   int64_t left_ns);

/* Clears the line. */
void progress_clear(void);

#endif
