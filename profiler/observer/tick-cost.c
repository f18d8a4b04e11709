/* profiler/observer/tick-cost.c - see tick-cost.h. */
#include <config.h>

#include "profiler/observer/tick-cost.h"

#include "base/clock.h"
#include "base/number.h"
#include "base/problem.h"
#include "collectors/cpu/cpu-identity.h"
#include "profiler/config/config-file.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

/* The headings of the places, as enum tick_place has them. */
static const char *const headings[TICK_PLACES] = { "apart", "shared" };

/* A tick that holds up the command for longer is no tick. Less than a picosecond is none: a share that is smaller
 * than any quantity would make the database unreadable (schema/gate/domain.h). */
static const double most_ns = 1e7, least_ns = 1e-3;

void tick_cost_machine(char *text, size_t size)
{
	struct cpu_identity cpu;
	struct utsname host = { 0 };
	cpu_kind_read(&cpu);
	uname(&host);
	int length = snprintf(text, size, "%s, %ld x %s", host.nodename,
			      sysconf(_SC_NPROCESSORS_ONLN),
			      cpu.model_name[0] ? cpu.model_name : "unknown processor");
	/* in the file it is one value on one line */
	for (int i = 0; i < length && (size_t)i + 1 < size; i++)
		if ((unsigned char)text[i] < ' ')
			text[i] = ' ';
}

void tick_cost_folder(char *path, size_t size)
{
	const char *folder = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	path[0] = '\0';
	if (folder && folder[0] == '/')
		snprintf(path, size, "%s/joulecart", folder);
	else if (home && home[0] == '/')
		snprintf(path, size, "%s/.local/state/joulecart", home);
}

static const struct {
	const char *key;
	size_t offset;
} values[] = {
	{ "tick_ns", offsetof(struct tick_cost, ns) },
	{ "tick_low_ns", offsetof(struct tick_cost, low_ns) },
	{ "tick_high_ns", offsetof(struct tick_cost, high_ns) },
};
enum { VALUES = sizeof(values) / sizeof(*values) };

char *tick_costs_text(const struct tick_costs *costs)
{
	char machine[320], *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);
	if (!stream)
		return NULL;
	tick_cost_machine(machine, sizeof(machine));
	fprintf(stream,
		"# By how much each tick holds up a command: joulecart doctor --observer\n"
		"machine = %s\ncalibrated_utc_s = %lld\n",
		machine, (long long)costs->calibrated_utc_s);
	for (int place = 0; place < TICK_PLACES; place++) {
		if (!costs->is_known[place])
			continue;
		fprintf(stream, "[%s]\n", headings[place]);
		for (int i = 0; i < VALUES; i++)
			fprintf(stream, "%s = %.1f\n", values[i].key,
				*(const double *)((const char *)&costs->places[place] +
						  values[i].offset));
	}
	if (fclose(stream) == 0)
		return text;
	free(text);
	return NULL;
}

/* What is read of the file, and whether it can be. */
struct taking {
	struct tick_costs costs;
	unsigned has[TICK_PLACES]; /* a bit for each of values */
	bool is_of_this_machine;
};

/* Of the lines above the first heading. */
static int take_fact(struct taking *taking, const char *key, const char *value)
{
	char machine[320];
	double utc_s;
	tick_cost_machine(machine, sizeof(machine));
	if (strcmp(key, "machine") == 0)
		taking->is_of_this_machine = strcmp(value, machine) == 0;
	else if (strcmp(key, "calibrated_utc_s") == 0 && number_read(value, &utc_s) &&
		 utc_s > 0 && utc_s < 1e11)
		taking->costs.calibrated_utc_s = (int64_t)utc_s;
	else
		return -1;
	return 0;
}

static int take(void *into, const char *section, const char *key, const char *value,
		int line, struct problem *why)
{
	struct taking *taking = into;
	double ns;
	(void)line;
	(void)why; /* nobody reads it: such a file says nothing */
	if (!*section)
		return take_fact(taking, key, value);
	for (int place = 0; place < TICK_PLACES; place++)
		for (int i = 0; i < VALUES; i++)
			if (strcmp(section, headings[place]) == 0 &&
			    strcmp(key, values[i].key) == 0 && number_read(value, &ns) &&
			    fabs(ns) < most_ns) {
				*(double *)((char *)&taking->costs.places[place] +
					    values[i].offset) = fabs(ns) < least_ns ? 0
										    : ns;
				taking->has[place] |= 1U << i;
				return 0;
			}
	return -1;
}

static bool is_ordered(const struct tick_cost *cost)
{
	return cost->low_ns <= cost->ns && cost->ns <= cost->high_ns;
}

bool tick_costs_read(struct tick_costs *costs)
{
	char folder[PATH_MAX - 16], path[PATH_MAX], refusal[128];
	struct taking taking = { 0 };
	struct problem why = { 0 };
	tick_cost_folder(folder, sizeof(folder));
	snprintf(path, sizeof(path), "%s/%s", folder, TICK_COST_FILE);
	if (!folder[0] || config_file_read(path, take, &taking, refusal, sizeof(refusal),
					   &why) != CONFIG_FILE_READ)
		return false;
	bool is_some = false;
	for (int place = 0; place < TICK_PLACES; place++) {
		taking.costs.is_known[place] = taking.has[place] == (1U << VALUES) - 1 &&
					       is_ordered(&taking.costs.places[place]);
		is_some |= taking.costs.is_known[place];
	}
	*costs = taking.costs;
	return is_some && taking.is_of_this_machine && costs->calibrated_utc_s > 0;
}

struct slowdown slowdown_of(const struct tick_cost *cost, int64_t ticks, double seconds)
{
	double ticks_per_ns = (double)ticks / (seconds * (double)NS_PER_S);
	return (struct slowdown){
		.share = fmax(cost->ns, 0) * ticks_per_ns,
		.low = fmax(cost->low_ns, 0) * ticks_per_ns,
		.high = fmax(cost->high_ns, 0) * ticks_per_ns,
	};
}
