/* tests/fakes/machine.h - a machine whose true energy is known: zones with a power function,
 * read from a small text file.
 *
 * One line is one zone, '#' begins a comment:
 *
 *     zone intel-rapl:0 package-0 power=sine:60:20:0.7 wrap_after_j=90 fault=eio:1.0:1.6
 *
 *   power=const:W | sine:MEAN_W:AMPLITUDE_W:PERIOD_S | square:LOW_W:HIGH_W:PERIOD_S |
 *         drawn:FILE: what a program says that it draws (drawn-page.h); the clock does not know it
 *         processors:IDLE_W:BUSY_W, of each of the real machine's, by /proc/stat; nor this
 *   steps=N          the counter counts modulo N steps       [4294967296, a 32-bit register]
 *   unit_nj=N        joules of one step, as the kernel rounds them        [61035: 2^-14 J]
 *   wrap_after_j=J   the counter starts this far below its wraparound     [starts at 0]
 *   interval_ms=MS   how often the counter changes                        [1]
 *   max_power_w=W    constraint_0_max_power_uw; 0: no constraints         [0]
 *   fault=KIND:BEGIN_S[:END_S]  of eio einval enodata eacces vanish stuck, or
 *   fault=jump:AT_S:JOULES, fault=slow:AT_S:SECONDS (that each read takes from then on)
 *                    seconds since the machine started; several are allowed
 *
 * Other classes have sensors, whose last name says what they show, and plain files and links:
 *
 *     sensor hwmon/hwmon0/power1_average power=const:80 interval_ms=100
 *     text hwmon/hwmon0/name amdgpu
 *     link hwmon/hwmon0/device ../../../0000:03:00.0
 *
 *   energyN_input   microjoules since the start       powerN_average  mean microwatts of the
 *   powerN_input, power_now   microwatts                              last interval
 *   inN_input       millivolts: always 5000           currN_input     milliamperes at 5 V
 *   energy_now      microwatt-hours left of 50 Wh
 * steps, unit_nj, wrap_after_j and max_power_w are of zones alone.
 *
 * Power is a function of CLOCK_MONOTONIC, so that the true joules between two stamps are
 * known to anyone who has the file; faults change what the counter shows, never the truth. */
#ifndef JOULECART_TESTS_MACHINE_H
#define JOULECART_TESTS_MACHINE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MAX_ZONES = 32, MAX_FAULTS = 4 };

struct drawn_page;

enum power_shape { POWER_CONST, POWER_SINE, POWER_SQUARE, POWER_DRAWN, POWER_PROCESSORS };

struct power {
	enum power_shape shape;
	double low_w; /* sine: the mean; processors: idle */
	double rise_w;
	double period_s;
	const struct drawn_page *page; /* of POWER_DRAWN */
};

enum fault_kind { FAULT_ERRNO, FAULT_VANISH, FAULT_STUCK, FAULT_JUMP, FAULT_SLOW };

struct fault {
	enum fault_kind kind;
	int err;
	double begin_s;
	double end_s;
	double jump_j;
	double delay_s;
};

enum zone_kind {
	ZONE_RAPL,
	ZONE_ENERGY,
	ZONE_AVERAGE,
	ZONE_POWER,
	ZONE_VOLT,
	ZONE_AMPERE,
	ZONE_LEFT
};

struct zone {
	enum zone_kind kind;
	char path[64]; /* "intel-rapl:0:1", "hwmon/hwmon0/power1_input" */
	char name[32];
	struct power power;
	uint64_t steps;
	uint64_t unit_nj;
	double wrap_after_j;
	double interval_s;
	double max_power_w;
	struct fault faults[MAX_FAULTS];
	size_t n_faults;
};

/* A file that never changes, or a link. */
struct extra {
	bool is_link;
	char path[64], text[64];
};

struct machine {
	struct extra extras[MAX_ZONES];
	size_t n_extras;
	struct zone zones[MAX_ZONES];
	size_t n;
};

/* 0, or -1 with a message on standard error. */
int machine_read(struct machine *machine, const char *path);

const struct zone *machine_zone(const struct machine *machine, const char *path);

/* The joules that the zone really used between two stamps of CLOCK_MONOTONIC. Not of POWER_DRAWN, nor of
 * POWER_PROCESSORS. */
double zone_joules(const struct zone *zone, uint64_t begin_ns, uint64_t end_ns);

/* What a sensor's file shows, in its own unit, or a zone's energy_uj. */
uint64_t zone_value(const struct zone *zone, uint64_t epoch_ns, uint64_t now_ns);

/* What energy_uj shows at now_ns in a machine that started at epoch_ns. */
uint64_t zone_energy_uj(const struct zone *zone, uint64_t epoch_ns, uint64_t now_ns);

/* max_energy_range_uj: the largest value, one step below the modulus. */
uint64_t zone_range_uj(const struct zone *zone);

/* The errno with which a read of energy_uj fails at now_ns, or 0. */
int zone_errno(const struct zone *zone, uint64_t epoch_ns, uint64_t now_ns);

/* How long a read of energy_uj that begins at now_ns takes. */
double zone_delay_s(const struct zone *zone, uint64_t epoch_ns, uint64_t now_ns);

/* How often the zone has vanished until now_ns; *is_gone says whether it is away now. A
 * descriptor from before a disappearance stays dead when the zone is back. */
unsigned zone_generation(const struct zone *zone, uint64_t epoch_ns, uint64_t now_ns,
			 bool *is_gone);

#endif
