/* tests/fakes/machine.c - the power functions, their integrals and the faults. */
#include <config.h>

#include "tests/fakes/machine.h"

#include "base/clock.h"
#include "tests/fakes/drawn-page.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static double seconds(uint64_t ns)
{
	return (double)ns * 1e-9;
}

/* What the real machine's processors have drawn since it started. Time that a hypervisor took is idle here. */
static double processors_j(const struct power *power)
{
	enum { USER, NICE, SYSTEM, IDLE, IOWAIT, IRQ, SOFTIRQ, STEAL, TIMES };
	unsigned long long ticks[TIMES];
	FILE *file = fopen("/proc/stat", "re");
	int n = !file ? 0
		      : fscanf(file, "cpu %llu %llu %llu %llu %llu %llu %llu %llu",
			       &ticks[USER], &ticks[NICE], &ticks[SYSTEM], &ticks[IDLE],
			       &ticks[IOWAIT], &ticks[IRQ], &ticks[SOFTIRQ], &ticks[STEAL]);
	if (file)
		fclose(file);
	if (n != TIMES) {
		fputs("cannot read /proc/stat\n", stderr);
		abort();
	}
	double all = 0, idle = (double)(ticks[IDLE] + ticks[IOWAIT] + ticks[STEAL]);
	for (int i = 0; i < TIMES; i++)
		all += (double)ticks[i];
	return (power->low_w * all + power->rise_w * (all - idle)) /
	       (double)sysconf(_SC_CLK_TCK);
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

/* The time whose value is shown: before a freeze, at the last update. Moves *jump_j. */
static double shown_s(const struct zone *zone, double epoch_s, double now_s, double *jump_j)
{
	double age_s = now_s - epoch_s;
	*jump_j = 0;
	for (size_t i = 0; i < zone->n_faults; i++) {
		const struct fault *fault = &zone->faults[i];
		if (fault->kind == FAULT_JUMP && age_s >= fault->begin_s)
			*jump_j += fault->jump_j;
		if (fault->kind == FAULT_STUCK && age_s >= fault->begin_s &&
		    age_s < fault->end_s)
			now_s = fmin(now_s, epoch_s + fault->begin_s);
	}
	return fmax(floor(now_s / zone->interval_s) * zone->interval_s, epoch_s);
}

uint64_t zone_value(const struct zone *zone, uint64_t epoch_ns, uint64_t now_ns)
{
	double epoch_s = seconds(epoch_ns), jump_j;
	double at_s = shown_s(zone, epoch_s, seconds(now_ns), &jump_j);
	double joules = integral_j(&zone->power, at_s) - integral_j(&zone->power, epoch_s) +
			jump_j;
	double before_s = at_s - (zone->kind == ZONE_AVERAGE ? zone->interval_s : 1e-6);
	double watts = (integral_j(&zone->power, at_s) -
			integral_j(&zone->power, before_s)) /
		       (at_s - before_s);
	switch (zone->kind) {
	case ZONE_RAPL:
		break;
	case ZONE_ENERGY:
		return (uint64_t)fmax(joules * 1e6, 0);
	case ZONE_AVERAGE:
	case ZONE_POWER:
		return (uint64_t)(watts * 1e6);
	case ZONE_VOLT:
		return 5000;
	case ZONE_AMPERE:
		return (uint64_t)(watts / 5 * 1e3);
	case ZONE_LEFT:
		return (uint64_t)(50e6 - joules / 3600e-6);
	}
	return zone_energy_uj(zone, epoch_ns, now_ns);
}

static uint64_t millisecond_now(void)
{
	return (uint64_t)monotonic_ns() / 1000000;
}

static double drawn_j(const struct power *power, double epoch_s, double at_s)
{
	switch (power->shape) {
	case POWER_DRAWN:
		return (double)drawn_nj(power->page, millisecond_now) * 1e-9;
	case POWER_PROCESSORS:
		return processors_j(power);
	default:
		return integral_j(power, at_s) - integral_j(power, epoch_s);
	}
}

uint64_t zone_energy_uj(const struct zone *zone, uint64_t epoch_ns, uint64_t now_ns)
{
	double epoch_s = seconds(epoch_ns), jump_j;
	double at_s = shown_s(zone, epoch_s, seconds(now_ns), &jump_j);
	double joules = drawn_j(&zone->power, epoch_s, at_s) + jump_j - zone->wrap_after_j;
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

double zone_delay_s(const struct zone *zone, uint64_t epoch_ns, uint64_t now_ns)
{
	double age_s = seconds(now_ns) - seconds(epoch_ns), delay_s = 0;
	for (size_t i = 0; i < zone->n_faults; i++)
		if (zone->faults[i].kind == FAULT_SLOW && age_s >= zone->faults[i].begin_s)
			delay_s = zone->faults[i].delay_s;
	return delay_s;
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

static int open_page(struct power *power, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	void *page = fd < 0 ? MAP_FAILED
			    : mmap(NULL, DRAWN_PAGE_SIZE, PROT_READ, MAP_SHARED, fd, 0);
	if (fd >= 0)
		close(fd);
	power->shape = POWER_DRAWN;
	power->page = page == MAP_FAILED ? NULL : page;
	return power->page ? 0 : -1;
}

static int parse_power(struct power *power, const char *text)
{
	if (strncmp(text, "drawn:", strlen("drawn:")) == 0)
		return open_page(power, text + strlen("drawn:"));
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
	if (sscanf(text, "square:%lf:%lf:%lf", &power->low_w, &high_w, &power->period_s) ==
	    3)
		power->shape = POWER_SQUARE;
	else if (sscanf(text, "processors:%lf:%lf", &power->low_w, &high_w) == 2)
		power->shape = POWER_PROCESSORS;
	else
		return -1;
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
		{ "jump", FAULT_JUMP, 0 },           { "slow", FAULT_SLOW, 0 },
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
		return fault->kind == FAULT_JUMP || fault->kind == FAULT_SLOW ? -1 : 0;
	if (fault->kind == FAULT_JUMP)
		fault->jump_j = third;
	else if (fault->kind == FAULT_SLOW)
		fault->delay_s = third;
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

/* What the file of that name shows; -1: not a sensor's. */
static int kind_of(const char *path)
{
	static const struct {
		const char *begin, *end;
		enum zone_kind kind;
	} kinds[] = {
		{ "energy_now", "", ZONE_LEFT },     { "power_now", "", ZONE_POWER },
		{ "energy", "_input", ZONE_ENERGY }, { "power", "_average", ZONE_AVERAGE },
		{ "power", "_input", ZONE_POWER },   { "in", "_input", ZONE_VOLT },
		{ "curr", "_input", ZONE_AMPERE },
	};
	const char *name = strrchr(path, '/');
	name = name ? name + 1 : path;
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		size_t length = strlen(name), n_end = strlen(kinds[i].end);
		if (strncmp(name, kinds[i].begin, strlen(kinds[i].begin)) == 0 &&
		    length >= n_end && strcmp(name + length - n_end, kinds[i].end) == 0)
			return (int)kinds[i].kind;
	}
	return -1;
}

static int parse_extra(struct machine *machine, const char *line, bool is_link)
{
	if (machine->n_extras == MAX_ZONES)
		return -1;
	struct extra *extra = &machine->extras[machine->n_extras++];
	*extra = (struct extra){ .is_link = is_link };
	return sscanf(line, " %*s %63s %63[^\n]", extra->path, extra->text) == 2 ? 0 : -1;
}

/* The settings of a zone or sensor whose first words are parsed. */
static int parse_settings(struct zone *zone, char *words)
{
	char *state = NULL;
	for (char *word = strtok_r(words, " \t", &state); word;
	     word = strtok_r(NULL, " \t", &state))
		if (parse_setting(zone, word) != 0)
			return -1;
	return 0;
}

static int parse_sensor(struct machine *machine, char *line)
{
	if (machine->n == MAX_ZONES)
		return -1;
	struct zone *zone = &machine->zones[machine->n++];
	int n = 0;
	*zone = (struct zone){ .steps = 1, .unit_nj = 1, .interval_s = 1e-3 };
	if (sscanf(line, " sensor %63s %n", zone->path, &n) != 1 || n == 0 ||
	    kind_of(zone->path) < 0)
		return -1;
	zone->kind = (enum zone_kind)kind_of(zone->path);
	return parse_settings(zone, line + n);
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
	return parse_settings(zone, line + n);
}

static int parse_line(struct machine *machine, char *line)
{
	char word[8] = "";
	if (sscanf(line, " %7s", word) != 1)
		return 0;
	if (strcmp(word, "text") == 0 || strcmp(word, "link") == 0)
		return parse_extra(machine, line, word[0] == 'l');
	return strcmp(word, "sensor") == 0 ? parse_sensor(machine, line)
					   : parse_zone(machine, line);
}

int machine_read(struct machine *machine, const char *path)
{
	FILE *file = fopen(path, "re");
	if (!file) {
		perror(path);
		return -1;
	}
	machine->n = machine->n_extras = 0;
	char line[512];
	int code = 0, line_number = 0;
	while (code == 0 && fgets(line, sizeof line, file)) {
		line_number++;
		line[strcspn(line, "#\n")] = '\0';
		code = parse_line(machine, line);
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
