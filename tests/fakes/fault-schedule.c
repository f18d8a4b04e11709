/* tests/fakes/fault-schedule.c - random machines, and whether what was stored of them is true.
 *
 *     fault-schedule --make SEED           prints a machine file: zones and sensors with random
 *                                          powers, ranges and faults; always the same for a seed
 *     fault-schedule --check MACHINE DB    compares the last trial in DB with the truth: each
 *                                          interval must hold it, no unread channel may be 0 J
 *
 * Faults are what a counter or its reader can do; left out is what nobody could tell from a
 * true counter: jumps within what a zone can draw, and a frozen gauge. */
#include <config.h>

#include "tests/fakes/machine.h"

#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- making ----------------------------------------------------------------------------- */

/* xorshift64*, so that a seed means the same everywhere. */
static uint64_t state;

static double next(void)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (double)((state * UINT64_C(2685821657736338717)) >> 11) * 0x1p-53;
}

static double between(double low, double high)
{
	return low + (high - low) * next();
}

static bool chance(double share)
{
	return next() < share;
}

/* Prints a power function; returns the most that it draws. slow: much slower than any tick. */
static double make_power(double scale_w, bool slow)
{
	double mean_w = between(0.1, 1) * scale_w, swing_w = between(0, 0.9) * mean_w;
	double period_s = slow ? between(3, 6) : between(0.05, 2);
	switch ((int)between(0, 3)) {
	case 0:
		printf(" power=const:%.3f", mean_w);
		return mean_w;
	case 1:
		printf(" power=sine:%.3f:%.3f:%.3f", mean_w, swing_w, period_s);
		return mean_w + swing_w;
	default:
		printf(" power=%s:%.3f:%.3f:%.3f", slow ? "sine" : "square", mean_w,
		       slow ? swing_w : mean_w + swing_w, period_s);
		return mean_w + swing_w;
	}
}

/* Seconds since the reader opened the first counter; it reads for about 0.7 s. */
static void make_fault(bool can_jump, bool sticks, bool can_vanish)
{
	static const char *const errors[] = { "eio", "einval", "enodata" };
	double begin_s = between(0.15, 0.8), end_s = begin_s + between(0.02, 0.6);
	bool is_endless = chance(0.25);
	switch (sticks ? (int)between(0, 2) : (int)between(1, 4)) {
	case 0:
		/* Long before the end: a freeze within the last tick nobody could see. */
		begin_s = between(0.15, 0.5);
		printf(" fault=stuck:%.3f:%.3f", chance(0.1) ? 0 : begin_s,
		       is_endless ? 99 : begin_s + between(0.3, 0.6));
		break;
	case 1:
		if (can_jump)
			printf(" fault=jump:%.3f:%.3f", begin_s,
			       chance(0.5) ? between(5000, 100000) : -between(100, 400));
		break;
	case 2:
		if (can_vanish)
			printf(" fault=vanish:%.3f:%.3f", begin_s, is_endless ? 99 : end_s);
		break;
	default:
		printf(" fault=%s:%.3f:%.3f", errors[(int)between(0, 3)],
		       chance(0.15) ? 0 : begin_s, is_endless ? 99 : end_s);
	}
}

static void make_faults(bool can_jump, bool can_stick, bool can_vanish)
{
	int n = chance(0.4) ? 0 : (int)between(1, 4);
	/* What freezes while it cannot be read is nobody's to know. */
	bool sticks = can_stick && chance(0.4);
	for (int i = 0; i < n; i++)
		make_fault(can_jump, sticks, can_vanish);
	if (chance(0.04))
		printf(" fault=eacces:0");
}

static void make_zone(const char *path, const char *name, double scale_w, bool can_vanish)
{
	static const double intervals_ms[] = { 1, 1, 1, 1, 1, 1, 60, 300 };
	printf("zone %s %s", path, name);
	double most_w = make_power(scale_w, false);
	bool is_wide = chance(0.6), knows_limit = chance(0.7);
	if (knows_limit) /* the limit in force, which turbo may pass by half */
		printf(" max_power_w=%.1f", most_w * between(0.67, 3));
	if (!is_wide)
		printf(" steps=%.0f", between(20000, 2e6));
	if (chance(0.4))
		printf(" wrap_after_j=%.3f", between(0, most_w));
	printf(" interval_ms=%.0f", intervals_ms[(int)between(0, 8)]);
	make_faults(is_wide, true, can_vanish);
	putchar('\n');
}

static void make_socket(int socket, int die, int n_dies, int index)
{
	char path[32], name[48];
	snprintf(path, sizeof path, "intel-rapl:%d", index);
	if (n_dies > 1)
		snprintf(name, sizeof name, "package-%d-die-%d", socket, die);
	else
		snprintf(name, sizeof name, "package-%d", socket);
	bool has_twin = n_dies == 1 && chance(0.2);
	make_zone(path, name, 200, !has_twin); /* its twin would take its name */
	if (chance(0.5)) {
		snprintf(path, sizeof path, "intel-rapl:%d:0", index);
		make_zone(path, "core", 120, true);
	}
	if (chance(0.7)) {
		snprintf(path, sizeof path, "intel-rapl:%d:1", index);
		make_zone(path, "dram", 30, true);
	}
	if (has_twin) {
		snprintf(path, sizeof path, "intel-rapl-mmio:%d", index);
		make_zone(path, name, 200, false);
	}
}

static void make_sensors(void)
{
	printf("text hwmon/hwmon0/name xe\nlink hwmon/hwmon0/device ../0000:03:00.0\n"
	       "text hwmon/hwmon0/power1_max 400000000\n");
	printf("sensor hwmon/hwmon0/energy1_input");
	make_power(300, false);
	make_faults(false, true, true);
	printf("\nsensor hwmon/hwmon0/power1_input");
	make_power(300, true);
	make_faults(false, false, true);
	printf("\ntext hwmon/hwmon1/name ina226\ntext hwmon/hwmon1/power1_max 100000000\n"
	       "text hwmon/hwmon1/update_interval 40\n"
	       "sensor hwmon/hwmon1/power1_average interval_ms=40");
	make_power(60, false);
	make_faults(false, false, true);
	putchar('\n');
}

static void make_board(void)
{
	printf("text nvml/0/name Tesla V100\ntext nvml/0/uuid GPU-1\n"
	       "text nvml/0/architecture 5\ntext nvml/0/limit_mw 300000\n"
	       "sensor nvml/0/power1_input");
	make_power(250, true);
	make_faults(false, false, true);
	if (chance(0.8)) {
		printf("\nsensor nvml/0/energy1_input interval_ms=20");
		make_power(250, false);
		make_faults(false, true, true);
	}
	putchar('\n');
}

static int make(uint64_t seed)
{
	state = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
	for (int i = 0; i < 8; i++)
		next();
	int n_sockets = chance(0.15) ? 0 : chance(0.5) ? 1 : 2;
	int n_dies = chance(0.2) ? 2 : 1, index = 0;
	for (int socket = 0; socket < n_sockets; socket++)
		for (int die = 0; die < n_dies; die++)
			make_socket(socket, die, n_dies, index++);
	if (n_sockets > 0 && chance(0.3)) {
		char path[32];
		snprintf(path, sizeof path, "intel-rapl:%d", index);
		make_zone(path, "psys", 400, true);
	}
	if (n_sockets == 0 || chance(0.4))
		make_sensors();
	if (chance(0.3))
		make_board();
	return EXIT_SUCCESS;
}

/* --- checking --------------------------------------------------------------------------- */

/* What the collector calls the zone: "core" in "package-1-die-0" is "core-1-die-0". */
static void channel_of(const struct machine *machine, const struct zone *zone, char *name,
		       size_t size)
{
	const char *last = strrchr(zone->path, ':');
	char outer[64];
	snprintf(name, size, "%s", zone->name);
	if (strncmp(zone->path, "intel-rapl-mmio", 15) == 0)
		snprintf(name, size, "%s-mmio", zone->name);
	if (strchr(zone->path, ':') == last)
		return;
	snprintf(outer, sizeof outer, "%.*s", (int)(last - zone->path), zone->path);
	const struct zone *parent = machine_zone(machine, outer);
	if (parent)
		snprintf(name, size, "%s%s", zone->name, parent->name + strlen("package"));
}

static const struct zone *zone_of(const struct machine *machine, const char *collector,
				  const char *channel)
{
	static const char *const others[][2] = {
		{ "xe-energy1", "hwmon/hwmon0/energy1_input" },
		{ "xe-power1", "hwmon/hwmon0/power1_input" },
		{ "ina226-power1-average", "hwmon/hwmon1/power1_average" },
		{ "gpu-0", "nvml/0/energy1_input" },
		{ "gpu-0-power", "nvml/0/power1_input" },
	};
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
		if (strcmp(others[i][0], channel) == 0)
			return machine_zone(machine, others[i][1]);
	for (size_t i = 0; i < machine->n && strcmp(collector, "powercap") == 0; i++) {
		const struct zone *zone = &machine->zones[i];
		char name[64];
		channel_of(machine, zone, name, sizeof name);
		/* A second view stands alone where the first was not usable. */
		if (zone->kind == ZONE_RAPL && strcmp(name, channel) == 0)
			return zone;
	}
	return NULL;
}

/* What the trial says of one channel, and between which stamps. */
static const char channels_sql[] =
    "SELECT e.collector, e.channel, e.joules,"
    "  e.joules_low - c.u * coalesce(e.joules, 0), e.joules_high + c.u * "
    "coalesce(e.joules, 0),"
    "  e.counted, (SELECT min(begin_mono_ns) FROM stretch s WHERE s.channel_id = "
    "c.channel_id),"
    "  (SELECT max(end_mono_ns) FROM stretch s WHERE s.channel_id = c.channel_id),"
    "  (SELECT sum(n) FROM stretch s WHERE s.channel_id = c.channel_id), e.is_stuck, "
    "c.seen_interval_ns,"
    "  EXISTS (SELECT 1 FROM channel o WHERE o.trial_id = c.trial_id AND o.name = c.name "
    "|| "
    "'-mmio') "
    "FROM v_energy e JOIN (SELECT *, iif(kind = 'gauge', uncertainty_k2, 0) AS u FROM "
    "channel) c"
    "  ON c.trial_id = e.trial_id AND c.collector = e.collector AND c.name = e.channel "
    "WHERE e.phase_ordinal = 0 AND e.provenance <> 'estimated'"
    "  AND e.trial_id = (SELECT max(trial_id) FROM trial)";

static const char total_sql[] =
    "SELECT t.state, t.joules, t.interval_low_j, t.interval_high_j, t.reason, t.provenance "
    "FROM v_trial t WHERE t.trial_id = (SELECT max(trial_id) FROM trial)";

static int complain(const char *what, const char *name, double low, double value,
		    double high)
{
	printf("%s: %s: %.6g is not between %.6g and %.6g\n", name, what, value, low, high);
	return 1;
}

/* One channel. Adds the truth of a counted one to *total_j. Returns the complaints. */
static int check_channel(const struct machine *machine, sqlite3_stmt *row, double *total_j)
{
	const char *name = (const char *)sqlite3_column_text(row, 1);
	const struct zone *zone = zone_of(machine,
					  (const char *)sqlite3_column_text(row, 0), name);
	if (!zone) {
		printf("%s: no such zone\n", name);
		return 1;
	}
	double truth_j = zone_joules(zone, (uint64_t)sqlite3_column_int64(row, 6),
				     (uint64_t)sqlite3_column_int64(row, 7));
	double low_j = sqlite3_column_double(row, 3),
	       high_j = sqlite3_column_double(row, 4);
	bool has_value = sqlite3_column_type(row, 2) != SQLITE_NULL;
	bool has_high = sqlite3_column_type(row, 4) != SQLITE_NULL;
	/* Some firmware never fills dram's register: v_phase leaves it out of the total. */
	bool is_unfilled = sqlite3_column_int(row, 9) && zone->name[0] == 'd';
	if (sqlite3_column_int(row, 5) && !is_unfilled)
		*total_j += truth_j;
	if (!has_value && sqlite3_column_int64(row, 8) > 0 && !sqlite3_column_int(row, 9)) {
		printf("%s: was read and has no value\n", name);
		return 1;
	}
	if (has_value && sqlite3_column_int64(row, 8) == 0) {
		printf("%s: was never read and has a value\n", name);
		return 1;
	}
	if (has_value && (truth_j < low_j - 1e-6 || (has_high && truth_j > high_j + 1e-6)))
		return complain("truth", name, low_j, truth_j, high_j);
	/* Its twin draws something else: where two sources disagree the bounds hold both. */
	bool has_twin = sqlite3_column_int(row, 11);
	if (has_value && !has_twin && zone->n_faults == 0 && zone->interval_s < 0.005 &&
	    zone->kind == ZONE_RAPL && zone->steps > 4000000 &&
	    sqlite3_column_int64(row, 10) == 0 && high_j - low_j > 0.2 * truth_j)
		return complain("width without a fault", name, 0, high_j - low_j,
				0.2 * truth_j);
	return 0;
}

static int check_total(sqlite3 *db, double truth_j)
{
	sqlite3_stmt *row = NULL;
	int n = 0;
	if (sqlite3_prepare_v2(db, total_sql, -1, &row, NULL) != SQLITE_OK ||
	    sqlite3_step(row) != SQLITE_ROW) {
		printf("total: %s\n", sqlite3_errmsg(db));
		return 1;
	}
	const char *provenance = (const char *)sqlite3_column_text(row, 5);
	bool is_estimate = provenance && strcmp(provenance, "estimated") == 0;
	double low_j = sqlite3_column_double(row, 2),
	       high_j = sqlite3_column_double(row, 3);
	if (strcmp((const char *)sqlite3_column_text(row, 0), "complete") != 0) {
		printf("total: the trial is not complete\n");
		n++;
	}
	if (sqlite3_column_type(row, 1) == SQLITE_NULL) {
		if (sqlite3_column_type(row, 4) == SQLITE_NULL) {
			printf("total: no joules and no reason\n");
			n++;
		}
	} else if (!is_estimate && truth_j > 0 &&
		   (truth_j < low_j ||
		    (sqlite3_column_type(row, 3) != SQLITE_NULL && truth_j > high_j))) {
		n += complain("truth", "total", low_j, truth_j, high_j);
	}
	sqlite3_finalize(row);
	return n;
}

static int check(const char *machine_path, const char *db_path)
{
	static struct machine machine;
	sqlite3 *db = NULL;
	sqlite3_stmt *row = NULL;
	double total_j = 0;
	int n = 0, code;
	if (machine_read(&machine, machine_path) != 0 ||
	    sqlite3_open_v2(db_path, &db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK ||
	    sqlite3_prepare_v2(db, channels_sql, -1, &row, NULL) != SQLITE_OK) {
		printf("cannot check '%s': %s\n", db_path, db ? sqlite3_errmsg(db) : "");
		return EXIT_FAILURE;
	}
	while ((code = sqlite3_step(row)) == SQLITE_ROW)
		n += check_channel(&machine, row, &total_j);
	sqlite3_finalize(row);
	if (code != SQLITE_DONE)
		printf("cannot read '%s': %s\n", db_path, sqlite3_errmsg(db));
	n += check_total(db, total_j);
	sqlite3_close(db);
	return n == 0 && code == SQLITE_DONE ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "--make") == 0)
		return make(strtoull(argv[2], NULL, 10));
	if (argc == 4 && strcmp(argv[1], "--check") == 0)
		return check(argv[2], argv[3]);
	fprintf(stderr, "usage: fault-schedule --make SEED\n"
			"       fault-schedule --check MACHINE DB\n");
	return 2;
}
