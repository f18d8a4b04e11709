/* profiler/progress.c - see progress.h. */
#include <config.h>

#include "profiler/progress.h"

#include "base/clock.h"

#include <stdio.h>
#include <unistd.h>

static const char clear_line[] = "\r\033[K";

void progress_show(size_t k, size_t n, const char *job, const char *variant,
		   int64_t left_ns)
{
	long long left_s = (long long)((left_ns + NS_PER_S / 2) / NS_PER_S);
	if (!isatty(STDERR_FILENO))
		return;
	fprintf(stderr, "%s trial %zu of %zu  %s %s", clear_line, k, n, job, variant);
	if (left_ns > 90 * NS_PER_S)
		fprintf(stderr, "  about %lld min left", (left_s + 59) / 60);
	else if (left_ns > 0)
		fprintf(stderr, "  about %lld s left", left_s);
	fflush(stderr);
}

void progress_clear(void)
{
	if (isatty(STDERR_FILENO))
		fputs(clear_line, stderr);
}
