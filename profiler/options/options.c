/* profiler/options/options.c - see options.h. */
#include <config.h>

#include "profiler/options/options.h"

#include "base/number.h"
#include "base/option-table.h"
#include "base/problem.h"
#include "collectors/registry.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int take_pue(void *pue, const char *text, struct problem *why)
{
	/* No data centre burns nine times its IT: that is a typing error. */
	const double worst = 10;
	double value;
	if (number_read(text, &value) && value >= 1 && value <= worst) {
		*(double *)pue = value;
		return 0;
	}
	options_invalid("pue", text, "PUE is from 1 to 10", why);
	return problem_todo(why, "use 1 for a machine outside a data centre");
}

int take_rate(void *rate_hz, const char *text, struct problem *why)
{
	double value = 0;
	if (strcmp(text, "auto") != 0 &&
	    (!number_read(text, &value) || value < 0.1 || value > 10000))
		return options_invalid(
		    "rate", text, "a rate is from 0.1 to 10000 readings a second, or auto",
		    why);
	*(double *)rate_hz = value;
	return 0;
}

int take_cpu(void *cpu, const char *text, struct problem *why)
{
	char expected[96];
	double value, last = (double)(sysconf(_SC_NPROCESSORS_CONF) - 1);
	if (number_read(text, &value) && value >= 0 && value <= last &&
	    value == floor(value)) {
		*(int *)cpu = (int)value;
		return 0;
	}
	snprintf(expected, sizeof(expected), "a whole number from 0 to %g is expected",
		 last);
	return options_invalid("pin-sampler", text, expected, why);
}

int take_rapl(void *rapl, const char *text, struct problem *why)
{
	const struct collector *collector = collector_find(text);
	bool is_auto = strcmp(text, "auto") == 0;
	if (!is_auto &&
	    (!collector || !collector->one_of || strcmp(collector->one_of, "rapl") != 0))
		return options_invalid("rapl", text,
				       "powercap, power-pmu or auto is expected", why);
	*(const char **)rapl = is_auto ? NULL : collector->name;
	return 0;
}

bool wants_color(const char *when, int descriptor)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
	if (strcmp(when, "auto") != 0)
		return strcmp(when, "always") == 0;
	return isatty(descriptor) && !(no_color && *no_color) &&
	       !(term && strcmp(term, "dumb") == 0);
}
