/* tests/fakes/machine.c - the power functions, their integrals and the faults. */
#include <config.h>

#include "tests/fakes/machine.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static double seconds(uint64_t ns)
{
	return (double)ns * 1e-9;
}

/* The integral of power from 0 to t, up to a constant. */
static double integral_j(const struct power *power, double t)
{
	double n_periods;
	switch (power->shape) {
	case POWER_SINE:
		return power->low_w * t - power->rise_w * power->period_s / (2 * M_PI) *
					      cos(2 * M_PI * t / power->period_s);
	case POWER_SQUARE: /* the first half of each period is high */
		n_periods = floor(t / power->period_s);
		return power->low_w * t +
		       power->rise_w *
			   (n_periods * power->period_s / 2 +
			    fmin(t - n_periods * power->period_s, power->period_s / 2));
	case POWER_CONST:
	default:
		return power->low_w * t;
	}
}

double zone_joules(const struct zone *zone, uint64_t begin_ns, uint64_t end_ns)
{
	return integral_j(&zone->power, seconds(end_ns)) -
	       integral_j(&zone->power, seconds(begin_ns));
}

uint64_t zone_energy_uj(const struct zone *zone, uint64_t epoch_ns, uint64_t now_ns)
{
	double epoch_s = seconds(epoch_ns), now_s = seconds(now_ns), jump_j = 0;
	for (size_t i = 0; i < zone->n_faults; i++) {
		const struct fault *fault = &zone->faults[i];
		double age_s = now_s - epoch_s;
		if (fault->kind == FAULT_JUMP && age_s >= fault->begin_s)
			jump_j += fault->jump_j;
		if (fault->kind == FAULT_STUCK && age_s >= fault->begin_s &&
		    age_s < fault->end_s)
			now_s = epoch_s + fault->begin_s;
	}
	now_s = floor(now_s / zone->interval_s) * zone->interval_s;
	double joules = integral_j(&zone->power, fmax(now_s, epoch_s)) -
			integral_j(&zone->power, epoch_s) + jump_j - zone->wrap_after_j;
	int64_t n_steps = (int64_t)floor(joules * 1e9 / (double)zone->unit_nj);
	int64_t modulus = (int64_t)zone->steps;
	uint64_t step = (uint64_t)(((n_steps % modulus) + modulus) % modulus);
	return step * zone->unit_nj / 1000;
}

uint64_t zone_range_uj(const struct zone *zone)
{
	return (zone->steps - 1) * zone->unit_nj / 1000;
}

int zone_errno(const struct zone *zone, uint64_t epoch_ns, uint64_t now_ns)
{
	double age_s = seconds(now_ns) - seconds(epoch_ns);
	for (size_t i = 0; i < zone->n_faults; i++) {
		const struct fault *fault = &zone->faults[i];
		if (fault->kind == FAULT_ERRNO && age_s >= fault->begin_s &&
		    age_s < fault->end_s)
			return fault->err;
	}
	return 0;
}

unsigned zone_generation(const struct zone *zone, uint64_t epoch_ns, uint64_t now_ns,
			 bool *is_gone)
{
	double age_s = seconds(now_ns) - seconds(epoch_ns);
	unsigned n = 0;
	*is_gone = false;
	for (size_t i = 0; i < zone->n_faults; i++) {
		const struct fault *fault = &zone->faults[i];
		if (fault->kind != FAULT_VANISH || age_s < fault->begin_s)
			continue;
		n++;
		*is_gone = *is_gone || age_s < fault->end_s;
	}
	return n;
}

static int parse_power(struct power *power, const char *text)
{
	if (sscanf(text, "const:%lf", &power->low_w) == 1) {
		power->shape = POWER_CONST;
		return 0;
	}
	if (sscanf(text, "sine:%lf:%lf:%lf", &power->low_w, &power->rise_w,
		   &power->period_s) == 3) {
		power->shape = POWER_SINE;
		return 0;
	}
	double high_w;
	if (sscanf(text, "square:%lf:%lf:%lf", &power->low_w, &high_w, &power->period_s) !=
	    3)
		return -1;
	power->shape = POWER_SQUARE;
	power->rise_w = high_w - power->low_w;
	return 0;
}

static int set_fault_kind(struct fault *fault, const char *kind)
{
	static const struct {
		const char *name;
		enum fault_kind kind;
		int err;
	} kinds[] = {
		{ "eio", FAULT_ERRNO, EIO },         { "einval", FAULT_ERRNO, EINVAL },
		{ "enodata", FAULT_ERRNO, ENODATA }, { "eacces", FAULT_ERRNO, EACCES },
		{ "vanish", FAULT_VANISH, 0 },       { "stuck", FAULT_STUCK, 0 },
		{ "jump", FAULT_JUMP, 0 },
	};
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		if (strcmp(kinds[i].name, kind) != 0)
			continue;
		fault->kind = kinds[i].kind;
		fault->err = kinds[i].err;
		return 0;
	}
	return -1;
}

static int parse_fault(struct zone *zone, const char *text)
{
	if (zone->n_faults == MAX_FAULTS)
		return -1;
	struct fault *fault = &zone->faults[zone->n_faults++];
	char kind[16];
	double third;
	int n = sscanf(text, "%15[a-z]:%lf:%lf", kind, &fault->begin_s, &third);
	if (n < 2 || set_fault_kind(fault, kind) != 0)
		return -1;
	fault->end_s = HUGE_VAL;
	if (n < 3)
		return fault->kind == FAULT_JUMP ? -1 : 0;
	if (fault->kind == FAULT_JUMP)
		fault->jump_j = third;
	else
		fault->end_s = third;
	return 0;
}

static int set_number(double *value, const char *text)
{
	char *end;
	*value = strtod(text, &end);
	return *end == '\0' && end != text && isfinite(*value) && *value >= 0 ? 0 : -1;
}

static int set_count(uint64_t *value, const char *text)
{
	char *end;
	*value = strtoull(text, &end, 10);
	return *end == '\0' && *value > 0 ? 0 : -1;
}

static int parse_setting(struct zone *zone, char *setting)
{
	char *value = strchr(setting, '=');
	if (!value)
		return -1;
	*value++ = '\0';
	if (strcmp(setting, "power") == 0)
		return parse_power(&zone->power, value);
	if (strcmp(setting, "fault") == 0)
		return parse_fault(zone, value);
	if (strcmp(setting, "steps") == 0)
		return set_count(&zone->steps, value);
	if (strcmp(setting, "unit_nj") == 0)
		return set_count(&zone->unit_nj, value);
	if (strcmp(setting, "wrap_after_j") == 0)
		return set_number(&zone->wrap_after_j, value);
	if (strcmp(setting, "max_power_w") == 0)
		return set_number(&zone->max_power_w, value);
	if (strcmp(setting, "interval_ms") != 0 ||
	    set_number(&zone->interval_s, value) != 0)
		return -1;
	zone->interval_s *= 1e-3;
	return zone->interval_s > 0 ? 0 : -1;
}

static int parse_zone(struct machine *machine, char *line)
{
	if (machine->n == MAX_ZONES)
		return -1;
	struct zone *zone = &machine->zones[machine->n++];
	int n = 0;
	*zone = (struct zone){ .steps = UINT64_C(1) << 32,
			       .unit_nj = 61035,
			       .interval_s = 1e-3 };
	if (sscanf(line, " zone %63s %31s %n", zone->path, zone->name, &n) != 2 || n == 0)
		return -1;
	char *state = NULL;
	for (char *word = strtok_r(line + n, " \t", &state); word;
	     word = strtok_r(NULL, " \t", &state))
		if (parse_setting(zone, word) != 0)
			return -1;
	return 0;
}

int machine_read(struct machine *machine, const char *path)
{
	FILE *file = fopen(path, "re");
	if (!file) {
		perror(path);
		return -1;
	}
	machine->n = 0;
	char line[512];
	int code = 0, line_number = 0;
	while (code == 0 && fgets(line, sizeof line, file)) {
		line_number++;
		line[strcspn(line, "#\n")] = '\0';
		if (line[strspn(line, " \t")] != '\0')
			code = parse_zone(machine, line);
	}
	if (code != 0)
		fprintf(stderr, "%s:%d: cannot read this line\n", path, line_number);
	fclose(file);
	return code;
}

const struct zone *machine_zone(const struct machine *machine, const char *path)
{
	for (size_t i = 0; i < machine->n; i++)
		if (strcmp(machine->zones[i].path, path) == 0)
			return &machine->zones[i];
	return NULL;
}
