/* schema/samples/average.c - see average.h. */
#include <config.h>

#include "schema/samples/average.h"

/* What is 32 spreads away is not followed, where a spread counts as 16 more than it is: a value that stood
 * still may begin to move. */
enum { LEAST = 16, FAR = 32 };

void average_follow(struct average *average, uint64_t value)
{
	int64_t off = (int64_t)(value - average->value);
	uint64_t size = off < 0 ? 0 - (uint64_t)off : (uint64_t)off;
	uint64_t limit = (average->spread + LEAST) * FAR;
	if (!average->has_begun)
		average->value = value;
	else if (size > limit)
		average->spread = limit >> AVERAGE_SHIFT;
	else {
		average->value += (uint64_t)(off >> AVERAGE_SHIFT);
		average->spread += (uint64_t)((int64_t)(size - average->spread) >>
					      AVERAGE_SHIFT);
	}
	average->has_begun = true;
}
