/* profiler/campaign/concurrent-runs.h - other runs that measure on this machine at the same time, whatever
 * database they write to: the joules of a package are then in each of them.
 *
 * Each trial holds a read lock on the byte of its process in one file, /dev/shm/joulecart-trials,
 * and says there when the last one began. A lock ends with its process however that ends, so
 * nothing is ever stale, nothing waits, and nobody is kept from measuring. Runs of all users meet
 * there; those of containers that have a /dev/shm of their own do not (once their databases are
 * merged, v_overlap finds them by boot and time). What another user writes into the file can at
 * worst have a trial called shared that is not. */
#ifndef JOULECART_CONCURRENT_RUNS_H
#define JOULECART_CONCURRENT_RUNS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Of these at most the names are stored; all are counted. */
enum { NEIGHBOURS_MAX = 64 };

struct concurrent_runs {
	int fd; /* -1: the file cannot be had, and nobody is found */
	int64_t begin_ns;
	pid_t pids[NEIGHBOURS_MAX]; /* each once; of more, the first */
	size_t n;
};

/* Tells others of this trial, and looks who is there. path: NULL, but in tests. */
void concurrent_runs_begin(struct concurrent_runs *concurrent_runs, const char *path);

/* Of the processes of this machine that measure the same job, one at a time has the turn to read its counters:
 * whoever asks first when nobody has it, until its trial is over or it is killed. The turn is the kernel's lock
 * of the open file on a byte that the job's name gives, so nobody waits and nothing is ever stale. Jobs of one
 * byte, one in 2^30, share a turn; and another user can take it away. Then nobody reads at the full rate, and
 * no joule is lost: all read on at edges and a few times a second. False also where the file cannot be had: see
 * concurrent_runs_are_known(). */
bool concurrent_runs_take_turn(struct concurrent_runs *concurrent_runs, const char *job);

/* False: every process has to read for itself. */
bool concurrent_runs_are_known(const struct concurrent_runs *concurrent_runs);

/* Looks again: who is there, and who has begun last. Then this trial is no longer told of. */
void concurrent_runs_end(struct concurrent_runs *concurrent_runs);

#endif
