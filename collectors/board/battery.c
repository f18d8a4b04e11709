/* collectors/board/battery.c - a laptop's batteries while they discharge: the whole machine, coarsely.
 *
 * All system batteries together are one channel: what they give is what the machine draws, and
 * nothing of it comes from the mains as long as each says "Discharging". Power is preferred to
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

enum { MAX_BATTERIES = 4, PATH_SIZE = 320, TEXT_SIZE = 32 };

static const int64_t read_interval_ns = NS_PER_S;

/* A notebook's charger gives 330 W at most; twice that. */
static const double max_power_w = 660;

struct battery {
	int status_fd,
	    power_fd; /* power_fd: power_now, or current_now when volt_fd is one */
	int volt_fd;  /* voltage_now, or -1 */
};

struct batteries {
	struct battery items[MAX_BATTERIES];
	size_t n;
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

/* The machine's own: scope "Device" is a mouse's or a headset's. */
static bool is_system_battery(const char *supply)
{
	char text[TEXT_SIZE];
	return text_of(supply, "type", text) == 0 && strcmp(text, "Battery") == 0 &&
	       (text_of(supply, "scope", text) != 0 || strcmp(text, "Device") != 0);
}

/* 0 or an errno. */
static int open_battery(const char *supply, struct battery *battery)
{
	*battery = (struct battery){ open_item(supply, "status"),
				     open_item(supply, "power_now"), -1 };
	if (battery->power_fd == -ENOENT) {
		battery->power_fd = open_item(supply, "current_now");
		battery->volt_fd = open_item(supply, "voltage_now");
		if (battery->power_fd >= 0 && battery->volt_fd < 0)
			return -battery->volt_fd;
	}
	if (battery->status_fd < 0)
		return -battery->status_fd;
	return battery->power_fd < 0 ? -battery->power_fd : 0;
}

/* Microwatts that the battery gives; ENODATA while it does not discharge. */
static int read_battery(const struct battery *battery, uint64_t *uw)
{
	char status[TEXT_SIZE];
	uint64_t uv;
	int err = sysfs_read(battery->status_fd, status, sizeof(status));
	if (!err && strcmp(status, "Discharging") != 0)
		err = ENODATA;
	if (!err)
		err = sysfs_read_u64(battery->power_fd, uw);
	if (err || battery->volt_fd < 0)
		return err;
	err = sysfs_read_u64(battery->volt_fd, &uv);
	*uw = (uint64_t)((double)*uw * (double)uv / 1e6);
	return err;
}

static int read_all(const struct batteries *batteries, uint64_t *uw)
{
	*uw = 0;
	for (size_t i = 0; i < batteries->n; i++) {
		uint64_t one_uw;
		int err = read_battery(&batteries->items[i], &one_uw);
		if (err)
			return err;
		*uw += one_uw;
	}
	return 0;
}

static int explain(int err, struct problem *why)
{
	if (err == ENODATA)
		return problem_why(why, "on mains power, or charging: what the battery "
					"gives is not what the machine draws");
	return problem_errno(why, err);
}

static int open_each(struct batteries *batteries, struct problem *why)
{
	DIR *root = opendir(SUPPLY_ROOT);
	int err = 0;
	for (struct dirent *entry; root && (entry = readdir(root));) {
		if (err || entry->d_name[0] == '.' || batteries->n == MAX_BATTERIES ||
		    !is_system_battery(entry->d_name))
			continue;
		err = open_battery(entry->d_name, &batteries->items[batteries->n++]);
	}
	if (root)
		closedir(root);
	if (batteries->n == 0)
		return problem_why(why, "no battery under " SUPPLY_ROOT);
	uint64_t uw;
	if (!err)
		err = read_all(batteries, &uw);
	return err ? explain(err, why) : 0;
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
		.uncertainty_basis =
		    "coarse: a fuel gauge, whose maker states no tolerance",
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
