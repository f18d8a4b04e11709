/* reports/compare/compare-export.c - see compare-export.h. */
#include <config.h>

#include "reports/compare/compare-export.h"

#include "base/nearest.h"
#include "base/problem.h"
#include "reports/figure/format.h"
#include "reports/statistics/test-power.h"

#include <errno.h>
#include <math.h>
#include <string.h>

static const struct {
	const char *name;
	int (*write)(const struct comparison *comparison, FILE *out);
} formats[] = { { "json", compare_json },
		{ "csv", compare_csv },
		{ "markdown", compare_markdown } };
enum { N_FORMATS = sizeof(formats) / sizeof(formats[0]) };

static int unknown_format(const char *format, struct problem *why)
{
	const char *names[N_FORMATS];
	for (size_t i = 0; i < N_FORMATS; i++)
		names[i] = formats[i].name;
	const char *near = nearest_name(format, names, N_FORMATS);
	problem_what(why, "unknown format '%s'", format);
	why->kind = PROBLEM_USAGE;
	problem_why(why, "comparisons are text, json, csv or markdown");
	return near ? problem_todo(why, "did you mean '%s'?", near)
		    : problem_todo(why, "name one of these");
}

static int cannot_write(int err, struct problem *why)
{
	problem_what(why, "cannot write the comparison");
	return problem_errno(why, err ? err : EIO);
}

int compare_export(const struct comparison *comparison, const char *format, FILE *out,
		   struct problem *why)
{
	size_t i = 0;
	while (i < N_FORMATS && strcmp(formats[i].name, format) != 0)
		i++;
	if (i == N_FORMATS)
		return unknown_format(format, why);
	if (formats[i].write(comparison, out) != 0)
		return cannot_write(ENOMEM, why);
	errno = 0;
	return fflush(out) == 0 && !ferror(out) ? 0 : cannot_write(errno, why);
}

int compare_export_file(const struct comparison *comparison, const char *format,
			const char *path, struct problem *why)
{
	FILE *out = fopen(path, "we");
	int code = out ? compare_export(comparison, format, out, why) : -1;
	if (out && fclose(out) == 0)
		return code;
	problem_what(why, "cannot write '%s'", path);
	return problem_errno(why, errno);
}

/* As commands and trials go: pairs for 2 minutes or for a week. */
static void plan_one(const struct comparison *comparison,
		     const struct difference *difference, double effect, FILE *out)
{
	struct t_test t = difference->t;
	const char *name = difference->variant->variant;
	const char *base = comparison->compared[0].variant;
	if (t.n < 2) {
		fprintf(out, " To plan %s against %s takes two pairs at least.\n", name,
			base);
		return;
	}
	double level = 0.05 / (double)(comparison->n_compared - 1);
	size_t pairs = power_pairs(log1p(effect), t.sd, level);
	if (pairs == 0)
		fprintf(out, " To see %g %% between %s and %s takes over %d pairs",
			100 * effect, base, name, PAIRS_MOST);
	else
		fprintf(out, " To see %g %% between %s and %s takes about %zu pair%s",
			100 * effect, base, name, pairs, pairs == 1 ? "" : "s");
	fprintf(out, "\n (one spreads by %.2g %%, from %zu; power %.0f %%).\n",
		100 * expm1(t.sd), t.n, 100 * POWER_WANTED);
}

void compare_plan_text(const struct comparison *comparison, double effect, FILE *out)
{
	fputc('\n', out);
	for (size_t i = 0; i + 1 < comparison->n_compared; i++)
		plan_one(comparison, &comparison->differences[i], effect, out);
}
