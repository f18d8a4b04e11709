/* profiler/programs/observer-job.h - the job of 'joulecart doctor --observer': so much work, and how long it
 * took. */
#ifndef JOULECART_OBSERVER_JOB_H
#define JOULECART_OBSERVER_JOB_H
#include <stdint.h>

/* What each unit of work takes is some 0.1 ms. Does so many in each of the threads at once (1 to 1024); returns
 * the nanoseconds from when all could begin until the last was done, -1 where a thread cannot be had. */
int64_t observer_job(int64_t n_threads, int64_t n_units);

#endif
