/* profiler/compress/wish.c - see wish.h. */
#include <config.h>

#include "profiler/compress/wish.h"

#include "base/number.h"
#include "base/problem.h"
#include "reports/campaign/score.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What stands behind the number, as bytes. */
struct unit {
	const char *text;
	double factor;
};

static const struct unit joules[] = { { "nJ", 1e-9 },        { "uJ", 1e-6 },
				      { "\xc2\xb5J", 1e-6 }, { "\xce\xbcJ", 1e-6 },
				      { "mJ", 1e-3 },        { "kJ", 1e3 },
				      { "MJ", 1e6 },         { "J", 1 } };
static const struct unit seconds[] = {
	{ "us", 1e-6 }, { "\xc2\xb5s", 1e-6 }, { "ms", 1e-3 }, { "s", 1 }
};
static const struct unit bytes[] = { { "kB", 1e3 },  { "KiB", 1024 },
				     { "MB", 1e6 },  { "MiB", 1024.0 * 1024 },
				     { "GB", 1e9 },  { "GiB", 1024.0 * 1024 * 1024 },
				     { "bytes", 1 }, { "B", 1 } };

static const char *skip_blanks(const char *text)
{
	return text + strspn(text, " \t");
}

/* The unit with which the text begins; 0: none of these. *rest is what follows it. */
static double factor_of(const char *text, const struct unit *units, size_t n,
			const char **rest)
{
	for (size_t i = 0; i < n; i++) {
		size_t length = strlen(units[i].text);
		if (strncmp(text, units[i].text, length) == 0) {
			*rest = text + length;
			return units[i].factor;
		}
	}
	return 0;
}
#define FACTOR(text, units, rest) \
	factor_of(text, units, sizeof(units) / sizeof((units)[0]), rest)

static int invalid(const char *option, const char *text, const char *expected,
		   struct problem *why)
{
	problem_what(why, "invalid --%s '%s'", option, text);
	why->kind = PROBLEM_USAGE;
	return problem_why(why, "%s", expected);
}

static int budget_invalid(const char *text, struct problem *why)
{
	return invalid(
	    "budget", text,
	    "'2 mJ/query', '5 J/run', '3 ms p99', '4 MB' or 'NAME <= X' is expected", why);
}

/* A name, an operator, a number or a percentage. false: it is no such thing. */
static bool read_limit(const char *text, char *name, size_t size, bool *is_at_most,
		       double *limit)
{
	char number[64];
	const char *sign = strpbrk(text, "<>");
	if (!sign || sign[1] != '=')
		return false;
	size_t length = (size_t)(sign - text), used = 0;
	while (length > 0 && strchr(" \t", text[length - 1]))
		length--;
	if (length == 0 || length >= size)
		return false;
	memcpy(name, text, length);
	name[length] = '\0';
	for (const char *c = sign + 2; *c; c++) /* "86 %" is "86%" */
		if (!strchr(" \t", *c)) {
			if (used + 1 >= sizeof(number))
				return false;
			number[used++] = *c;
		}
	number[used] = '\0';
	*is_at_most = sign[0] == '<';
	return share_read(number, limit);
}

static int of_metric(struct budget *budget, const char *name, double most, const char *unit)
{
	budget->of = BUDGET_METRIC;
	strcpy(budget->metric, name);
	budget->most = most;
	budget->unit = unit;
	return 0;
}

static int read_amount(struct budget *budget, const char *text, double number,
		       const char *unit, struct problem *why)
{
	const char *rest = unit;
	double factor = FACTOR(unit, joules, &rest);
	if (factor > 0) {
		budget->most = number * factor;
		budget->unit = "J";
		rest = skip_blanks(rest);
		budget->of = strcmp(rest, "/run") == 0 || *rest == '\0' ? BUDGET_PER_RUN
									: BUDGET_PER_QUERY;
		return budget->of == BUDGET_PER_RUN || strcmp(rest, "/query") == 0
			   ? 0
			   : budget_invalid(text, why);
	}
	factor = FACTOR(unit, seconds, &rest);
	if (factor > 0 && strcmp(skip_blanks(rest), "p99") == 0)
		return of_metric(budget, "latency_p99_s", number * factor, "s");
	factor = FACTOR(unit, bytes, &rest);
	if (factor > 0 && *skip_blanks(rest) == '\0')
		return of_metric(budget, "file_bytes", number * factor, "B");
	return budget_invalid(text, why);
}

int budget_read(struct budget *budget, const char *text, struct problem *why)
{
	char name[sizeof(budget->metric)], *end;
	bool is_at_most;
	double number;
	*budget = (struct budget){ .text = text, .unit = "" };
	if (strpbrk(text, "<>")) {
		if (!read_limit(text, name, sizeof(name), &is_at_most, &number) ||
		    !is_at_most || number <= 0)
			return budget_invalid(text, why);
		return of_metric(budget, name, number, "");
	}
	number = strtod(text, &end);
	if (end == text || !isfinite(number) || number <= 0)
		return budget_invalid(text, why);
	return read_amount(budget, text, number, skip_blanks(end), why);
}

int quality_read(struct quality_wish *wish, const char *text, struct problem *why)
{
	*wish = (struct quality_wish){ 0 };
	if (read_limit(text, wish->name, sizeof(wish->name), &wish->is_lower_better,
		       &wish->limit)) {
		wish->has_limit = true;
		if (!score_is_share(wish->name) || wish->limit <= 1)
			return 0;
		invalid("quality", text, "that metric is a share, at most 1", why);
		return wish->limit <= 100
			   ? problem_todo(why, "'%s %s %g %%'", wish->name,
					  wish->is_lower_better ? "<=" : ">=", wish->limit)
			   : problem_todo(why, "from 0 to 100 %%");
	}
	if (text[0] == '\0' || strlen(text) >= sizeof(wish->name) ||
	    strpbrk(text, "<>= \t"))
		return invalid("quality", text,
			       "'NAME >= X', 'NAME <= X' or NAME is expected", why);
	strcpy(wish->name, text);
	return 0;
}
