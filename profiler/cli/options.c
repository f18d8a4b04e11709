/* profiler/cli/options.c - see options.h. */
#include <config.h>

#include "profiler/cli/options.h"

#include "base/problem.h"
#include "collectors/registry.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int64_t parse_count(const char *option, const char *text, int64_t min, int64_t max,
		    struct problem *why)
{
	char *end;
	errno = 0;
	long long value = strtoll(text, &end, 10);
	if (errno == 0 && end != text && *end == '\0' && value >= min && value <= max)
		return value;
	problem_what(why, "invalid %s '%s'", option, text);
	why->kind = PROBLEM_USAGE;
	return problem_why(why, "a whole number from %lld to %lld is expected",
			   (long long)min, (long long)max);
}

int parse_real(const char *option, const char *text, double min, double max, double *value,
	       const char *expected, const char *todo, struct problem *why)
{
	char *end;
	*value = strtod(text, &end);
	if (end != text && *end == '\0' && isfinite(*value) && *value >= min &&
	    *value <= max)
		return 0;
	problem_what(why, "invalid %s '%s'", option, text);
	why->kind = PROBLEM_USAGE;
	problem_why(why, "%s", expected);
	return todo ? problem_todo(why, "%s", todo) : -1;
}

int parse_pue(const char *text, double *pue, struct problem *why)
{
	static const double WORST =
	    10; /* no data centre burns nine times its IT: a typing error */
	return parse_real("--pue", text, 1, WORST, pue, "PUE is from 1 to 10",
			  "use 1 for a machine outside a data centre", why);
}

int parse_rate(const char *text, double *rate_hz, struct problem *why)
{
	if (strcmp(text, "auto") == 0) {
		*rate_hz = 0;
		return 0;
	}
	return parse_real("--rate", text, 0.1, 10000, rate_hz,
			  "a rate is from 0.1 to 10000 readings a second, or auto", NULL,
			  why);
}

int parse_cpu(const char *text, int *cpu, struct problem *why)
{
	int64_t n_cpus = sysconf(_SC_NPROCESSORS_CONF);
	int64_t value = parse_count("--pin-sampler", text, 0, n_cpus - 1, why);
	*cpu = (int)value;
	return value < 0 ? -1 : 0;
}

int parse_rapl(const char *text, const char **rapl, struct problem *why)
{
	const struct collector *collector = collector_find(text);
	if (strcmp(text, "auto") == 0) {
		*rapl = NULL;
		return 0;
	}
	if (collector && collector->one_of && strcmp(collector->one_of, "rapl") == 0) {
		*rapl = collector->name;
		return 0;
	}
	problem_what(why, "invalid --rapl '%s'", text);
	why->kind = PROBLEM_USAGE;
	return problem_why(why, "powercap, power-pmu or auto is expected");
}

int parse_large(const char *option, const char *text, double *value, struct problem *why)
{
	static const char suffixes[] = "kMG";
	char *end;
	*value = strtod(text, &end);
	const char *suffix = *end ? strchr(suffixes, *end) : NULL;
	for (const char *s = suffixes; suffix && s <= suffix; s++)
		*value *= 1000;
	if (end != text && (*end == '\0' || (suffix && end[1] == '\0')) &&
	    isfinite(*value) && *value >= 1)
		return 0;
	problem_what(why, "invalid %s '%s'", option, text);
	why->kind = PROBLEM_USAGE;
	return problem_why(why, "a number such as 500, 20k or 1.2M is expected");
}

int parse_share(const char *option, const char *text, double *share, struct problem *why)
{
	char *end;
	*share = strtod(text, &end);
	bool is_percent = *end == '%';
	if (is_percent)
		*share /= 100;
	if (end != text && end[is_percent] == '\0' && *share > 0 && *share < 1)
		return 0;
	problem_what(why, "invalid %s '%s'", option, text);
	why->kind = PROBLEM_USAGE;
	return problem_why(why, "a share such as 2%% is expected");
}

int parse_color(const char *text, struct problem *why)
{
	if (strcmp(text, "auto") == 0 || strcmp(text, "always") == 0 ||
	    strcmp(text, "never") == 0)
		return 0;
	problem_what(why, "invalid --color '%s'", text);
	why->kind = PROBLEM_USAGE;
	return problem_why(why, "it is auto, always or never");
}

bool wants_color(const char *when, int descriptor)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
	if (strcmp(when, "auto") != 0)
		return strcmp(when, "always") == 0;
	return isatty(descriptor) && !(no_color && *no_color) &&
	       !(term && strcmp(term, "dumb") == 0);
}

int option_problem(char **argv, int code, struct problem *why)
{
	const char *word = argv[optind - 1];
	if (code == ':')
		problem_what(why, "option '%s' needs a value", word);
	else if (optopt != 0 && word[0] == '-' && word[1] != '-')
		problem_what(why, "unknown option '-%c'", optopt);
	else
		problem_what(why, "unknown option '%s'", word);
	why->kind = PROBLEM_USAGE;
	return problem_todo(why, "'joulecart help %s' lists them", argv[0]);
}

int operand_problem(const char *command, const char *expected, struct problem *why)
{
	problem_what(why, "%s needs %s", command, expected);
	why->kind = PROBLEM_USAGE;
	return problem_todo(why, "'joulecart help %s' shows how", command);
}
