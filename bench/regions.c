/* bench/regions.c - what joulecart_region_begin() and _end() cost together, in nanoseconds.
 *
 *     bench-regions [BATCHES [tsc]]    batches of 10000 pairs each [200]; tsc: by the processor's counter
 *
 * Prints the least and the median batch. The least is what a pair takes by itself; whatever else
 * the machine does only adds. */
#include <config.h>

#include "profiler/markers/joulecart.h"
#include "profiler/markers/region-clock.h"
#include "profiler/markers/region-marks.h"

#include <stdio.h>
#include <stdlib.h>

enum { PAIRS = 10000 };

static enum region_clock clock_to_use;

/* In place of region-clock.c's, which takes the cheapest. */
enum region_clock region_clock_best(void)
{
	return clock_to_use;
}

/* Stands for the profiler, which only reads the page. */
static bool take_page(const int fds[MARKER_FILES])
{
	(void)fds;
	return true;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static double batch_ns(unsigned region)
{
	uint64_t begin = region_ticks(REGION_CLOCK_MONOTONIC);
	for (int i = 0; i < PAIRS; i++) {
		joulecart_region_begin(region);
		joulecart_region_end(region);
	}
	return (double)(region_ticks(REGION_CLOCK_MONOTONIC) - begin) / PAIRS;
}

int main(int argc, char **argv)
{
	size_t n = argc > 1 ? strtoul(argv[1], NULL, 10) : 200;
	int is_tsc = argc > 2;
	double *times = n > 0 ? calloc(n, sizeof(*times)) : NULL;
	if (!times)
		return 2;
	clock_to_use = is_tsc ? REGION_CLOCK_TSC : REGION_CLOCK_MONOTONIC;
	region_marks_listen(take_page);
	unsigned region = joulecart_region("layer");
	batch_ns(region);
	for (size_t i = 0; i < n; i++)
		times[i] = batch_ns(region);
	qsort(times, n, sizeof(*times), compare);
	printf("%s: least %.1f ns, median %.1f ns\n", is_tsc ? "rdtsc" : "clock_gettime",
	       times[0], times[n / 2]);
	free(times);
	return 0;
}
