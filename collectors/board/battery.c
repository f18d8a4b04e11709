/* collectors/board/battery.c - a laptop's batteries while they discharge: the whole machine, coarsely.
 *
 * All system batteries together are one channel: what they give is what the machine draws, as long
 * as one says "Discharging" and none says "Charging"; one that says anything else ("Unknown", "Not
 * charging", "Full") rests while the other works, and gives nothing. A connected mains supply means
 * that part may come from there: then nothing is told. Some drivers show what leaves the battery
 * as a negative current or power: the status says which way it flows. Power is preferred to
 * the energy that is left: a fuel gauge counts that in steps of 10 mWh (36 J) and more. Files
 * and units: Documentation/ABI/testing/sysfs-class-power. The embedded controller behind them is
 * slow: they are read once a second, and the ticks in between repeat that. */
#include <config.h>

#include "base/clock.h"
#include "base/problem.h"
#include "collectors/collector.h"
#include "collectors/sysfs.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef SUPPLY_ROOT /* a fuzzer has its own */
#define SUPPLY_ROOT "/sys/class/power_supply"
#endif

/* Laptops have one or two; sysfs names are short. */
enum { MAX_BATTERIES = 4, MAX_MAINS = 8, PATH_SIZE = 320, TEXT_SIZE = 32 };

static const int64_t read_interval_ns = NS_PER_S;

/* A notebook's charger gives 330 W at most; twice that. */
static const double max_power_w = 660;

struct battery {
	int status_fd,
	    power_fd; /* power_fd: power_now, or current_now when volt_fd is one */
	int volt_fd;  /* voltage_now, or -1 */
};

enum flow { FLOW_OUT, FLOW_NONE, FLOW_IN };

struct batteries {
	struct battery items[MAX_BATTERIES];
	size_t n;
	int mains_fds[MAX_MAINS]; /* "online" of each supply that is no battery */
	size_t n_mains;
	struct channel channel;
	struct reading last;
	int64_t next_ns;
};

static void close_one(struct battery *battery)
{
	const int fds[] = { battery->status_fd, battery->power_fd, battery->volt_fd };
	for (size_t i = 0; i < 3; i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

static void close_batteries(void *state)
{
	struct batteries *batteries = state;
	if (!batteries)
		return;
	for (size_t i = 0; i < batteries->n; i++)
		close_one(&batteries->items[i]);
	for (size_t i = 0; i < batteries->n_mains; i++)
		close(batteries->mains_fds[i]);
	free(batteries);
}

static int text_of(const char *supply, const char *item, char text[TEXT_SIZE])
{
	char path[PATH_SIZE];
	snprintf(path, sizeof(path), SUPPLY_ROOT "/%.200s/%s", supply, item);
	return sysfs_text(path, text, TEXT_SIZE);
}

static int open_item(const char *supply, const char *item)
{
	char path[PATH_SIZE];
	snprintf(path, sizeof(path), SUPPLY_ROOT "/%.200s/%s", supply, item);
	return sysfs_open(path);
}

/* The machine's own, and in its bay: scope "Device" is a mouse's or a headset's. */
static bool is_system_battery(const char *supply)
{
	char text[TEXT_SIZE];
	if (text_of(supply, "present", text) == 0 && strcmp(text, "0") == 0)
		return false;
	return text_of(supply, "type", text) == 0 && strcmp(text, "Battery") == 0 &&
	       (text_of(supply, "scope", text) != 0 || strcmp(text, "Device") != 0);
}

/* 0 or an errno. What tells its power may be missing: that matters only while it gives some. */
static int open_battery(const char *supply, struct battery *battery)
{
	*battery = (struct battery){ open_item(supply, "status"),
				     open_item(supply, "power_now"), -1 };
	if (battery->power_fd == -ENOENT) {
		battery->power_fd = open_item(supply, "current_now");
		battery->volt_fd = open_item(supply, "voltage_now");
		if (battery->power_fd >= 0 && battery->volt_fd < 0) {
			close(battery->power_fd);
			battery->power_fd = battery->volt_fd;
		}
	}
	return battery->status_fd < 0 ? -battery->status_fd : 0;
}

/* 0 or an errno. */
static int read_flow(const struct battery *battery, enum flow *flow)
{
	char status[TEXT_SIZE];
	int err = sysfs_read(battery->status_fd, status, sizeof(status));
	*flow = err                                  ? FLOW_NONE
		: strcmp(status, "Discharging") == 0 ? FLOW_OUT
		: strcmp(status, "Charging") == 0    ? FLOW_IN
						     : FLOW_NONE;
	return err;
}

/* Microwatts that a discharging battery gives. */
static int read_power(const struct battery *battery, uint64_t *uw)
{
	uint64_t uv;
	if (battery->power_fd < 0)
		return -battery->power_fd;
	int err = sysfs_read_magnitude(battery->power_fd, uw);
	if (err || battery->volt_fd < 0)
		return err;
	err = sysfs_read_u64(battery->volt_fd, &uv);
	double product = (double)*uw * (double)uv / 1e6;
	if (!err && product > (double)INT64_MAX)
		err = ERANGE;
	*uw = err ? 0 : (uint64_t)product;
	return err;
}

static bool is_on_mains(const struct batteries *batteries)
{
	uint64_t online;
	for (size_t i = 0; i < batteries->n_mains; i++)
		if (sysfs_read_u64(batteries->mains_fds[i], &online) == 0 && online != 0)
			return true;
	return false;
}

/* ENODATA while they do not carry the machine alone, or say that they give nothing. */
static int read_all(const struct batteries *batteries, uint64_t *uw)
{
	bool gives = false;
	*uw = 0;
	if (is_on_mains(batteries))
		return ENODATA;
	for (size_t i = 0; i < batteries->n; i++) {
		uint64_t one_uw = 0;
		enum flow flow;
		int err = read_flow(&batteries->items[i], &flow);
		if (!err && flow == FLOW_IN)
			err = ENODATA;
		if (!err && flow == FLOW_OUT)
			err = read_power(&batteries->items[i], &one_uw);
		if (err)
			return err;
		gives |= flow == FLOW_OUT;
		/* A driver's error value must not come round to what is plausible. */
		if (__builtin_add_overflow(*uw, one_uw, uw))
			return ERANGE;
	}
	return gives ? 0 : ENODATA;
}

static int explain(const struct batteries *batteries, int err, struct problem *why)
{
	/* no remedy: a machine on mains power is as it should be */
	if (err == ENODATA && is_on_mains(batteries))
		return problem_why(
		    why, "on mains power: the battery's power is not that of the machine");
	if (err == ENODATA)
		return problem_why(why, "on mains power, or charging: the battery's power "
					"is not that of the machine");
	why->err = err;
	/* no remedy: where the driver shows nonsense, nobody can mend it here */
	return problem_why(why, "%s", sysfs_error(err));
}

/* What feeds the machine beside its batteries: "Mains", "USB" and the like. */
static void open_mains(struct batteries *batteries, const char *supply)
{
	char type[TEXT_SIZE];
	if (batteries->n_mains == MAX_MAINS || text_of(supply, "type", type) != 0 ||
	    strcmp(type, "Battery") == 0)
		return;
	int fd = open_item(supply, "online");
	if (fd >= 0)
		batteries->mains_fds[batteries->n_mains++] = fd;
}

static int open_each(struct batteries *batteries, struct problem *why)
{
	DIR *root = opendir(SUPPLY_ROOT);
	int err = 0;
	for (struct dirent *entry; root && (entry = readdir(root));) {
		if (entry->d_name[0] != '.')
			open_mains(batteries, entry->d_name);
		if (err || entry->d_name[0] == '.' || batteries->n == MAX_BATTERIES ||
		    !is_system_battery(entry->d_name))
			continue;
		err = open_battery(entry->d_name, &batteries->items[batteries->n++]);
	}
	if (root)
		closedir(root);
	if (batteries->n == 0)
		/* no remedy: the machine has none */
		return problem_why(why, "no battery under " SUPPLY_ROOT);
	uint64_t uw;
	if (!err)
		err = read_all(batteries, &uw);
	return err ? explain(batteries, err, why) : 0;
}

static int open_batteries(const struct scope *scope, void **state,
			  struct channel_list *list, struct problem *why)
{
	(void)scope;
	problem_what(why, "cannot measure by the battery");
	struct batteries *batteries = calloc(1, sizeof(*batteries));
	if (!batteries)
		return problem_errno(why, ENOMEM);
	if (open_each(batteries, why) != 0) {
		close_batteries(batteries);
		return -1;
	}
	batteries->channel = (struct channel){
		.name = "battery",
		.domain = "machine",
		.kind = KIND_GAUGE,
		.unit = UNIT_W,
		.provenance = PROV_MEASURED,
		.counted = true,
		.part = "machine",
		.unit_per_raw = 1e-6,
		.update_interval_ns = (uint64_t)read_interval_ns,
		.max_power_w = max_power_w,
		.uncertainty_k2 = 0.20,
		.uncertainty_basis = "coarse: a fuel gauge, whose maker states no "
				     "tolerance: 20 % is an allowance",
	};
	*state = batteries;
	*list = (struct channel_list){ .channels = &batteries->channel, .n = 1 };
	return 0;
}

static int probe(char *found, size_t size, struct problem *why)
{
	void *state;
	struct channel_list list;
	if (open_batteries(NULL, &state, &list, why) != 0)
		return -1;
	const struct batteries *batteries = state;
	snprintf(found, size,
		 "%zu batter%s discharging: the whole machine, once a second (coarse)",
		 batteries->n, batteries->n == 1 ? "y" : "ies");
	close_batteries(state);
	return 0;
}

static size_t read_batteries(void *state, struct reading *out)
{
	struct batteries *batteries = state;
	int64_t now_ns = monotonic_ns();
	if (now_ns >= batteries->next_ns) {
		batteries->last.raw = 0;
		batteries->last.err = read_all(batteries, &batteries->last.raw);
		batteries->next_ns = now_ns + read_interval_ns;
	}
	*out = batteries->last;
	return out->err != 0;
}

const struct collector battery_collector = {
	.name = "battery",
	.source = "batteries under " SUPPLY_ROOT ", while they discharge",
	.is_energy = true,
	.probe = probe,
	.open = open_batteries,
	.read = read_batteries,
	.close = close_batteries,
};
