/* profiler/campaign/progress.c - see progress.h. */
#include <config.h>

#include "profiler/campaign/progress.h"

#include "base/clock.h"
#include "base/text.h"

#include <langinfo.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char clear_line[] = "\r\033[K";

static bool is_utf8(void)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

void progress_show(size_t k, size_t n, const char *job, const char *variant,
		   int64_t left_ns)
{
	long long left_s = (long long)((left_ns + NS_PER_S / 2) / NS_PER_S);
	if (!isatty(STDERR_FILENO))
		return;
	char name[60];
	fprintf(stderr, "%s trial %zu of %zu  %s %s", clear_line, k, n, job,
		text_line(variant, name, sizeof(name)));
	if (left_ns > 90 * NS_PER_S)
		fprintf(stderr, "  about %lld min left", (left_s + 59) / 60);
	else if (left_ns > 0)
		fprintf(stderr, "  about %lld s left", left_s);
	fflush(stderr);
}

static const char *left(double left_s, char *text, size_t size)
{
	*text = '\0';
	if (left_s > 90)
		snprintf(text, size, ", about %.0f min left", left_s / 60);
	else if (left_s > 0)
		snprintf(text, size, ", about %.0f s left", left_s);
	return text;
}

static void draw_block(size_t done, size_t n, const char *rest)
{
	enum { COLUMNS = 20 };
	const char *const glyphs[2] = { is_utf8() ? "░" : ".", is_utf8() ? "█" : "#" };
	fprintf(stderr, "%s block %zu/%zu ", clear_line, done, n);
	for (size_t i = 0; i < COLUMNS; i++)
		fputs(glyphs[i < done * COLUMNS / n], stderr);
	fprintf(stderr, " %s", rest);
	fflush(stderr);
}

void progress_block(size_t done, size_t n, double widest, double left_s, int64_t *said_ns)
{
	char rest[96], time_left[48];
	left(left_s, time_left, sizeof(time_left));
	if (widest > 0 && isfinite(widest))
		snprintf(rest, sizeof(rest), "widest interval %s%.2g %%%s",
			 is_utf8() ? "±" : "+-", 100 * widest, time_left);
	else
		snprintf(rest, sizeof(rest), "%s", *time_left ? time_left + 2 : "");
	if (isatty(STDERR_FILENO)) {
		draw_block(done, n, rest);
	} else if (done > 0 && monotonic_ns() - *said_ns > 10 * NS_PER_S) {
		fprintf(stderr, "block %zu of %zu: %s\n", done, n, rest);
		*said_ns = monotonic_ns();
	}
}

void progress_search(size_t k, const char *variant, double spent_j)
{
	char name[60];
	if (!isatty(STDERR_FILENO))
		return;
	fprintf(stderr, "%s trial %zu  %s  %.3g J so far", clear_line, k,
		text_line(variant, name, sizeof(name)), spent_j);
	fflush(stderr);
}

void progress_clear(void)
{
	if (isatty(STDERR_FILENO))
		fputs(clear_line, stderr);
}
