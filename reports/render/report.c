/* reports/render/report.c - see report.h. */
#include <config.h>

#include "reports/render/report.h"

#include "base/nearest.h"
#include "base/problem.h"
#include "reports/render/accounts.h"
#include "reports/render/render.h"

#include <errno.h>
#include <string.h>

static const struct renderer *find_renderer(const char *format)
{
	for (size_t i = 0; renderers[i]; i++)
		if (strcmp(renderers[i]->name, format) == 0)
			return renderers[i];
	return NULL;
}

static int unknown_format(const char *format, struct problem *why)
{
	const char *names[8];
	size_t n = 0;
	for (; renderers[n] && n < sizeof(names) / sizeof(names[0]); n++)
		names[n] = renderers[n]->name;
	problem_what(why, "unknown format '%s'", format);
	why->kind = PROBLEM_USAGE;
	problem_why(why, "reports are text, json, csv, markdown or html");
	const char *near = nearest_name(format, names, n);
	return near ? problem_todo(why, "did you mean '%s'?", near) : -1;
}

static int check_stream(FILE *out, struct problem *why)
{
	errno = 0;
	if (fflush(out) == 0 && !ferror(out))
		return 0;
	int err = errno ? errno : EIO;
	problem_what(why, "cannot write the report");
	return problem_errno(why, err);
}

int report_render(sqlite3 *db, const char *format, FILE *out,
		  const struct report_options *options, struct problem *why)
{
	const struct renderer *renderer = find_renderer(format);
	if (!renderer)
		return unknown_format(format, why);
	const struct report *report = report_read(db, options->campaign_id, options->path,
						  why);
	if (!report)
		return -1;
	struct report with_accounts = *report;
	char *accounts = NULL;
	if (strcmp(renderer->name, "json") == 0 &&
	    accounts_read(db, options->campaign_id, &accounts, why) != 0) {
		report_free(report);
		return -1;
	}
	with_accounts.accounts = accounts;
	errno = 0;
	int code = renderer->render(&with_accounts, out);
	int err = errno;
	sqlite3_free(accounts);
	report_free(report);
	if (code == 0)
		return check_stream(out, why);
	if (ferror(out)) { /* jansson stops at a full disk: that is no lack of memory */
		problem_what(why, "cannot write the report");
		return problem_errno(why, err ? err : EIO);
	}
	problem_what(why, "cannot write the report");
	return problem_errno(why, ENOMEM);
}
