/* profiler/sample/region-reader.h - how long each region of the marking programs ran since the last tick.
 *
 * A region's time is CPU time: what its threads spent in it, times the process's CPU time over what all
 * its marking threads spent. So a region that waits has little, and one whose work is done
 * by threads that mark nothing (a pool) has theirs. Where the process's CPU time cannot be
 * read (it is of another PID namespace) it is elapsed time.
 *
 * The kernel counts a process's CPU time at its own ticks, so that it is even over 0.1 s here: of a thread
 * that others keep off the processor, or that waits, nobody knows for how much of one tick it ran. It is at
 * most all.
 *
 * Pages are other programs' memory: sealed against being shortened, mapped for reading, and every
 * number in them is bounded by the time that has passed. */
#ifndef JOULECART_REGION_READER_H
#define JOULECART_REGION_READER_H
#include "profiler/markers/marker-packet.h"
#include "profiler/markers/region-page.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Processes with regions, one after another and at once; those of later ones are not read. */
enum { REGION_PROCESSES = 256 };

/* One region since the tick before: page and region are numbers of this trial and of the page. */
struct region_share {
	uint16_t process, region;
	uint32_t n;     /* passages that have ended */
	int64_t cpu_ns; /* see above */
	int64_t
	    most_ns; /* of CPU time that it may have had: all that its threads were in it, at least cpu_ns */
};

struct region_reader;

/* NULL: no memory. */
struct region_reader *region_reader_new(void);
void region_reader_free(struct region_reader *reader); /* takes NULL */

/* Takes over the files of a MARKER_REGIONS message: maps the one, keeps the other, or closes both
 * (wrong size, not sealed, too many processes: counted). */
void region_reader_take(struct region_reader *reader, int files[MARKER_FILES]);

/* Has a process handed over a page? */
bool region_reader_is_used(const struct region_reader *reader);

/* The time since the last call, and the CPU time that the marking processes had in it. */
struct region_span {
	int64_t passed_ns, used_ns;
};

/* What ran since the last call, at most most shares (what is left comes with the next call).
 * For the thread that takes ticks: it allocates nothing and takes no lock. */
size_t region_reader_read(struct region_reader *reader, struct region_share *shares,
			  size_t most, struct region_span *span);

/* For any thread, once a share of it has come: what the region is called and does. The name ends. */
void region_reader_facts(const struct region_reader *reader,
			 const struct region_share *share, struct region_facts *facts);

/* Processes whose pages were refused, and threads that found no room in theirs. */
struct region_losses {
	size_t n_refused, n_crowded;
};
struct region_losses region_reader_losses(const struct region_reader *reader);

#endif
