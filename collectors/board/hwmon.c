/* collectors/board/hwmon.c - energy and power sensors of the kernel's hwmon class: boards' own meters.
 *
 * Of each energyN_input (a counter of microjoules) and powerN_average or powerN_input (a gauge
 * of microwatts) one channel; ina3221 has volts and amperes instead, whose product is taken.
 * Files and units: Documentation/hwmon/sysfs-interface.rst. What a sensor measures is told by
 * chip and label; one that is not in the table is stored and never counted, since nobody knows
 * what lies within it. A gauge is integrated later, reading by reading. */
#include <config.h>

#include "base/problem.h"
#include "base/same.h"
#include "collectors/absence-list.h"
#include "collectors/collector.h"
#include "collectors/opener/opener-ask.h"
#include "collectors/sysfs.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef HWMON_ROOT /* a fuzzer has its own */
#define HWMON_ROOT "/sys/class/hwmon"
#endif

/* Boards have some ten; sysfs names are short. */
enum { MAX_CHANNELS = 64, TEXT_SIZE = 64, PATH_SIZE = 320, MAX_LIMITS = 4 };

/* How often a sensor changes when nothing says it: boards' power monitors average over some
 * ten to hundred milliseconds; an ACPI meter is asked once a second by its driver. */
static const uint64_t usual_interval_ns = 100000000, acpi_interval_ns = 1000000000;

/* chip and label are beginnings; an empty one fits all. The first that fits counts. Names are
 * those of the drivers: Documentation/hwmon, and Asahi's device trees for macsmc. */
static const struct meaning {
	const char *chip, *label, *domain;
} meanings[] = {
	{ "amdgpu", "", "gpu" },
	{ "i915", "", "gpu" },
	{ "xe", "", "gpu" },
	{ "nouveau", "", "gpu" },
	{ "power_meter", "", "machine" },
	{ "ibmpowernv", "System", "machine" },
	{ "occ", "system", "machine" },
	{ "macsmc", "Total System Power", "machine" },
	{ "corsairpsu", "power total", "machine" },
	{ "amd_energy", "Esocket", "package" },
	{ "zenergy", "Esocket", "package" },
	{ "fam15h_power", "", "package" },
	{ "apm_xgene", "CPU power", "package" },
	/* Jetson boards name their rails; only these carry the whole board */
	{ "ina", "VDD_IN", "machine" },
	{ "ina", "POM_5V_IN", "machine" },
	{ "ina", "POM_IN", "machine" },
};

/* Rails that make up a module together, on boards that have none of the whole. What the carrier board
 * draws beside them is not in it.
 *   AGX Orin     Linux's arch/arm64/boot/dts/nvidia/tegra234-p3701.dtsi, by NVIDIA, names the four rails;
 *                VDDQ_VDD2_1V8AO is fed from 5 V as VIN_SYS_5V0 is, and no document says whether before
 *                or behind that one's meter
 *   AGX Xavier   Jetson AGX Xavier Series Product Design Guide DG-09840-001, figure 5-14: the module has
 *                two inputs, SYS5V meters one, the five others are fed from the other, each by itself */
enum { MAX_RAILS = 6 };
static const struct module {
	const char *rails[MAX_RAILS];
	double uncertainty_k2;
	const char *basis;
} modules[] = {
	/* Allowances, which no measurement stands behind: 20 % for tolerances that nobody states
	 * (twice that of a meter of the whole board, below: resistors of each rail, and a reading of
	 * each at another moment), and another 20 % for memory, where it is in twice: both together,
	 * being independent, are sqrt(0.2^2 + 0.2^2). */
	{ { "VDD_GPU_SOC", "VDD_CPU_CV", "VIN_SYS_5V0", "VDDQ_VDD2_1V8AO" },
	  0.28,
	  "the sum of the module's rails, without the board that carries it; 28 % is an "
	  "allowance: 20 % as no tolerance is stated, and 20 % as VIN_SYS_5V0 may hold "
	  "VDDQ_VDD2_1V8AO too, which no document says" },
	{ { "GPU", "CPU", "SOC", "CV", "VDDRQ", "SYS5V" },
	  0.20,
	  "the sum of the module's rails, without the board that carries it; 20 % is an "
	  "allowance, as no tolerance is stated" },
};
enum { N_MODULES = sizeof(modules) / sizeof(*modules) };

struct source {
	int fd;         /* -1: it is the sum of other channels */
	int amperes_fd; /* -1: fd has the value itself */
};

struct hwmon {
	struct source sources[MAX_CHANNELS];
	struct channel channels[MAX_CHANNELS];
	char names[MAX_CHANNELS][TEXT_SIZE], parts[MAX_CHANNELS][TEXT_SIZE];
	size_t n;
	size_t rails[MAX_RAILS], n_rails; /* channels whose sum is that of fd -1 */
	struct absence_list absent;
};

/* One chip's folder while its sensors are looked for. */
struct chip {
	const char *folder;
	char name[TEXT_SIZE], device[TEXT_SIZE];
};

static void close_hwmon(void *state)
{
	struct hwmon *hwmon = state;
	if (!hwmon)
		return;
	for (size_t i = 0; i < hwmon->n; i++) {
		if (hwmon->sources[i].fd >= 0)
			close(hwmon->sources[i].fd);
		if (hwmon->sources[i].amperes_fd >= 0)
			close(hwmon->sources[i].amperes_fd);
	}
	absence_list_free(&hwmon->absent);
	free(hwmon);
}

static const char *path_of(const struct chip *chip, const char *kind, unsigned index,
			   const char *item, char path[PATH_SIZE])
{
	snprintf(path, PATH_SIZE, "%s/%s%u_%s", chip->folder, kind, index, item);
	return path;
}

static bool has(const struct chip *chip, const char *kind, unsigned index, const char *item)
{
	char path[PATH_SIZE];
	return access(path_of(chip, kind, index, item, path), F_OK) == 0;
}

static uint64_t number_of(const struct chip *chip, const char *kind, unsigned index,
			  const char *item)
{
	char path[PATH_SIZE];
	uint64_t value;
	return sysfs_u64(path_of(chip, kind, index, item, path), &value) == 0 ? value : 0;
}

static const struct meaning *meaning_of(const struct chip *chip, const char *label)
{
	for (size_t i = 0; i < sizeof(meanings) / sizeof(*meanings); i++)
		if (begins(chip->name, meanings[i].chip) &&
		    begins(label, meanings[i].label))
			return &meanings[i];
	return NULL;
}

/* "amdgpu-PPT"; a second of the same name gets a number. */
static void set_name(const struct hwmon *hwmon, const struct chip *chip, const char *label,
		     char name[TEXT_SIZE])
{
	snprintf(name, TEXT_SIZE, "%.30s-%.26s", chip->name, label);
	unsigned count = 1;
	for (size_t i = 0; i < hwmon->n; i++)
		if (strcmp(hwmon->names[i], name) == 0) {
			snprintf(name, TEXT_SIZE, "%.30s-%.26s.%u", chip->name, label,
				 ++count);
			i = (size_t)-1; /* from the beginning: that may be taken too */
		}
}

/* The greatest of what the limits of that number say, in microwatts; 0: there is none. */
static uint64_t limit_uw(const struct chip *chip, unsigned index)
{
	static const char *const items[] = { "cap_max", "cap", "max", "rated_max", "crit" };
	uint64_t max_uw = 0;
	for (size_t i = 0; i < sizeof(items) / sizeof(*items); i++) {
		uint64_t uw = number_of(chip, "power", index, items[i]);
		max_uw = uw > max_uw ? uw : max_uw;
	}
	return max_uw;
}

/* Twice the sensor's own limit: it holds on average only. What lies on a graphics board draws no
 * more than the board, whose limit stands at another of its sensors. 0: none is told. */
static double max_power_w(const struct chip *chip, unsigned index, const char *domain)
{
	uint64_t max_uw = limit_uw(chip, index);
	bool is_board = domain && strcmp(domain, "gpu") == 0;
	for (unsigned i = 1; max_uw == 0 && is_board && i <= MAX_LIMITS; i++)
		max_uw = limit_uw(chip, i);
	return 2e-6 * (double)max_uw;
}

/* A counter may rise by what its greatest power gives within two of its intervals at once: an interval
 * that is nonsense would let any jump pass. Chips that count energy convert within some hundred
 * milliseconds. */
static uint64_t longest_ms(enum unit unit)
{
	return unit == UNIT_J ? 10000 : 3600000;
}

static uint64_t interval_ns(const struct chip *chip, unsigned index, enum unit unit)
{
	char path[PATH_SIZE];
	uint64_t ms = number_of(chip, "power", index, "average_interval");
	if (ms == 0) {
		snprintf(path, sizeof(path), "%s/update_interval", chip->folder);
		if (sysfs_u64(path, &ms) != 0)
			ms = 0;
	}
	if (ms > 0 && ms <= longest_ms(unit))
		return ms * 1000000;
	return begins(chip->name, "power_meter") ? acpi_interval_ns : usual_interval_ns;
}

/* A processor with graphics inside: amdgpu shows the voltage of its north bridge (in1) for
 * these alone, and its power is then the whole package's. Documentation/gpu/amdgpu/thermal. */
static bool is_apu(const struct chip *chip)
{
	return begins(chip->name, "amdgpu") && has(chip, "in", 1, "input");
}

/* Sets domain, part and counted from what the sensor is said to measure. */
static void set_meaning(struct hwmon *hwmon, struct channel *channel,
			const struct chip *chip, const char *label)
{
	const struct meaning *meaning = meaning_of(chip, label);
	char *part = hwmon->parts[hwmon->n];
	if (!meaning)
		return;
	channel->domain = is_apu(chip) ? "package" : meaning->domain;
	channel->counted = true;
	channel->part = part;
	if (strcmp(channel->domain, "package") == 0)
		snprintf(part, TEXT_SIZE, "package-%d",
			 meaning->label[0] ? atoi(label + strlen(meaning->label)) : 0);
	else if (strcmp(channel->domain, "gpu") == 0)
		snprintf(part, TEXT_SIZE, "gpu-%.50s",
			 chip->device[0] ? chip->device : chip->folder);
	else
		snprintf(part, TEXT_SIZE, "machine");
	/* Of a board's sensors only the first counts: the others are within it or are it. */
	for (size_t i = 0; i < hwmon->n; i++)
		if (hwmon->channels[i].counted && strcmp(hwmon->parts[i], part) == 0) {
			channel->counted = false;
			channel->inside = hwmon->names[i];
		}
}

static void set_trust(struct channel *channel, const struct chip *chip)
{
	if (begins(chip->name, "amd_energy") || begins(chip->name, "zenergy") ||
	    begins(chip->name, "fam15h_power") || is_apu(chip)) {
		channel->provenance = PROV_MODELLED;
		channel->uncertainty_k2 = 0.20;
		channel->uncertainty_basis = "AMD, modelled (Schoene 2021)";
	} else {
		channel->provenance = PROV_MEASURED;
		channel->uncertainty_k2 = 0.10;
		channel->uncertainty_basis = "a board's own meter, whose maker states no "
					     "tolerance: 10 % is an allowance";
	}
}

static void add_channel(struct hwmon *hwmon, const struct chip *chip, const char *label,
			unsigned index, enum unit unit, struct source source)
{
	struct channel *channel = &hwmon->channels[hwmon->n];
	set_name(hwmon, chip, label, hwmon->names[hwmon->n]);
	*channel = (struct channel){
		.name = hwmon->names[hwmon->n],
		.kind = unit == UNIT_J ? KIND_COUNTER : KIND_GAUGE,
		.unit = unit,
		.unit_per_raw = 1e-6,
		.update_interval_ns = interval_ns(chip, index, unit),
	};
	set_meaning(hwmon, channel, chip, label);
	channel->max_power_w = max_power_w(chip, index, channel->domain);
	set_trust(channel, chip);
	hwmon->sources[hwmon->n++] = source;
}

static void add_absence(struct hwmon *hwmon, const struct chip *chip, const char *label,
			const char *path, int err)
{
	char name[TEXT_SIZE], todo[PATH_SIZE] = "";
	set_name(hwmon, chip, label, name);
	if (err == EACCES)
		snprintf(todo, sizeof(todo), "run 'sudo chmod a+r %.256s'", path);
	absence_list_add(&hwmon->absent, name, todo, "%s", sysfs_error(err));
}

static void label_of(const struct chip *chip, const char *kind, unsigned index,
		     const char *item, char label[TEXT_SIZE])
{
	char path[PATH_SIZE];
	if (sysfs_text(path_of(chip, kind, index, "label", path), label, TEXT_SIZE) != 0 ||
	    !label[0])
		snprintf(label, TEXT_SIZE, "%s%u%s", kind, index,
			 strcmp(item, "average") == 0 ? "-average" : "");
}

/* Opens the file kindINDEX_item and adds its channel or, with the reason, its absence. */
static void add_sensor(struct hwmon *hwmon, const struct chip *chip, const char *kind,
		       unsigned index, const char *item)
{
	char path[PATH_SIZE], label[TEXT_SIZE];
	struct source source = { opener_open(path_of(chip, kind, index, item, path)), -1 };
	int err = source.fd < 0 ? -source.fd : 0;
	bool is_product = strcmp(kind, "in") == 0;
	if (hwmon->n == MAX_CHANNELS || hwmon->absent.n == MAX_CHANNELS)
		err = ENOSPC;
	if (!err && is_product) {
		source.amperes_fd = opener_open(
		    path_of(chip, "curr", index, "input", path));
		err = source.amperes_fd < 0 ? -source.amperes_fd : 0;
	}
	label_of(chip, kind, index, item, label);
	if (!err) {
		add_channel(hwmon, chip, label, index,
			    strcmp(kind, "energy") == 0 ? UNIT_J : UNIT_W, source);
		return;
	}
	if (source.fd >= 0)
		close(source.fd);
	if (err != ENOENT && hwmon->absent.n < MAX_CHANNELS)
		add_absence(hwmon, chip, label, path, err);
}

static int compare_unsigned(const void *a, const void *b)
{
	unsigned one = *(const unsigned *)a, other = *(const unsigned *)b;
	return (one > other) - (one < other);
}

/* The sorted numbers N of the files kindN_input and kindN_average in the chip's folder. */
static size_t list_indices(const struct chip *chip, const char *kind,
			   unsigned indices[MAX_CHANNELS])
{
	DIR *folder = opendir(chip->folder);
	size_t n = 0, n_different = 0;
	for (struct dirent *entry;
	     folder && n < MAX_CHANNELS && (entry = readdir(folder));) {
		unsigned index;
		char item[16];
		if (begins(entry->d_name, kind) &&
		    sscanf(entry->d_name + strlen(kind), "%u_%15s", &index, item) == 2 &&
		    (strcmp(item, "input") == 0 || strcmp(item, "average") == 0))
			indices[n++] = index;
	}
	if (folder)
		closedir(folder);
	qsort(indices, n, sizeof(*indices), compare_unsigned);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || indices[i] != indices[n_different - 1])
			indices[n_different++] = indices[i];
	return n_different;
}

/* Counters first: of what several sensors see, the first counts. */
static void add_chip(struct hwmon *hwmon, const struct chip *chip)
{
	unsigned indices[MAX_CHANNELS];
	size_t n = list_indices(chip, "energy", indices);
	for (size_t i = 0; i < n; i++)
		add_sensor(hwmon, chip, "energy", indices[i], "input");
	n = list_indices(chip, "power", indices);
	for (size_t i = 0; i < n; i++)
		add_sensor(hwmon, chip, "power", indices[i],
			   has(chip, "power", indices[i], "average") ? "average" : "input");
	if (n > 0 || !begins(chip->name, "ina3221"))
		return;
	n = list_indices(chip, "curr", indices);
	for (size_t i = 0; i < n; i++)
		if (has(chip, "in", indices[i], "input"))
			add_sensor(hwmon, chip, "in", indices[i], "input");
}

/* The last part of the link 'device': "0000:03:00.0" of a PCI board. */
static void read_device(struct chip *chip)
{
	char path[PATH_SIZE], target[PATH_SIZE];
	snprintf(path, sizeof(path), "%s/device", chip->folder);
	ssize_t length = readlink(path, target, sizeof(target) - 1);
	target[length > 0 ? length : 0] = '\0';
	const char *slash = strrchr(target, '/');
	snprintf(chip->device, sizeof(chip->device), "%.63s", slash ? slash + 1 : target);
}

static int is_chip(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* Adds the sensors of all chips, in the order of their folders' numbers. */
static void add_chips(struct hwmon *hwmon)
{
	struct dirent **entries = NULL;
	int n = scandir(HWMON_ROOT, &entries, is_chip, versionsort);
	for (int i = 0; i < n; i++) {
		char folder[PATH_SIZE], path[PATH_SIZE + 8];
		snprintf(folder, sizeof(folder), HWMON_ROOT "/%.200s", entries[i]->d_name);
		struct chip chip = { .folder = folder };
		snprintf(path, sizeof(path), "%s/name", folder);
		if (sysfs_text(path, chip.name, sizeof(chip.name)) == 0) {
			read_device(&chip);
			add_chip(hwmon, &chip);
		}
		free(entries[i]);
	}
	free(entries);
}

/* The place of the channel of that rail, or n. */
static size_t find_rail(const struct hwmon *hwmon, const char *label)
{
	size_t i = 0;
	char name[TEXT_SIZE];
	snprintf(name, sizeof(name), "ina3221-%s", label);
	while (i < hwmon->n && strcmp(hwmon->names[i], name) != 0)
		i++;
	return i;
}

static size_t find_rails(struct hwmon *hwmon, const char *const labels[MAX_RAILS])
{
	size_t n = 0;
	for (; n < MAX_RAILS && labels[n]; n++) {
		hwmon->rails[n] = find_rail(hwmon, labels[n]);
		if (hwmon->rails[n] == hwmon->n)
			return 0;
	}
	return n;
}

static bool has_machine(const struct hwmon *hwmon)
{
	for (size_t i = 0; i < hwmon->n; i++)
		if (hwmon->channels[i].counted &&
		    strcmp(hwmon->channels[i].domain, "machine") == 0)
			return true;
	return false;
}

/* The sum of a module's rails, where all of them are there and no rail carries the whole. */
static void add_module(struct hwmon *hwmon)
{
	static const char name[] = "ina3221-module";
	const struct module *module = modules;
	for (size_t m = 0; m < N_MODULES && hwmon->n_rails == 0 && !has_machine(hwmon); m++)
		hwmon->n_rails = find_rails(hwmon, (module = &modules[m])->rails);
	if (hwmon->n_rails == 0 || hwmon->n == MAX_CHANNELS)
		return;
	for (size_t i = 0; i < hwmon->n_rails; i++)
		hwmon->channels[hwmon->rails[i]].inside = name;
	hwmon->sources[hwmon->n] = (struct source){ -1, -1 };
	hwmon->channels[hwmon->n++] = (struct channel){
		.name = name,
		.domain = "machine",
		.kind = KIND_GAUGE,
		.unit = UNIT_W,
		.unit_per_raw = 1e-6,
		.counted = true,
		.part = "machine",
		.update_interval_ns = usual_interval_ns,
		.provenance = PROV_MEASURED,
		.uncertainty_k2 = module->uncertainty_k2,
		.uncertainty_basis = module->basis,
	};
}

/* Where nothing counts, what is there and why it does not. */
static void explain_unknown(struct hwmon *hwmon)
{
	for (size_t i = 0; i < hwmon->n; i++)
		if (hwmon->channels[i].counted)
			return;
	for (size_t i = 0; i < hwmon->n; i++)
		absence_list_add(
		    &hwmon->absent, hwmon->names[i], NULL,
		    "it is read and kept, but not counted: nobody said what of "
		    "the machine it measures");
}

static int open_hwmon(const struct scope *scope, void **state, struct channel_list *list,
		      struct problem *why)
{
	(void)scope;
	problem_what(why, "cannot read hwmon sensors");
	struct hwmon *hwmon = calloc(1, sizeof(*hwmon));
	if (!hwmon)
		return problem_errno(why, ENOMEM);
	add_chips(hwmon);
	add_module(hwmon);
	explain_unknown(hwmon);
	if (hwmon->n == 0) {
		absence_list_problem(&hwmon->absent,
				     "no energy or power sensor under " HWMON_ROOT, why);
		close_hwmon(hwmon);
		return -1;
	}
	*list = (struct channel_list){ .channels = hwmon->channels, .n = hwmon->n };
	if (absence_list_give(&hwmon->absent, list, why) != 0) {
		close_hwmon(hwmon);
		return -1;
	}
	*state = hwmon;
	return 0;
}

static int probe(char *found, size_t size, struct problem *why)
{
	void *state;
	struct channel_list list;
	if (open_hwmon(NULL, &state, &list, why) != 0)
		return -1;
	int length = snprintf(found, size, "%zu sensor%s:", list.n, list.n == 1 ? "" : "s");
	for (size_t i = 0; i < list.n && (size_t)length < size; i++)
		length += snprintf(found + length, size - (size_t)length, " %s%s",
				   list.channels[i].name,
				   list.channels[i].unit == UNIT_J ? "" : " (power)");
	close_hwmon(state);
	return 0;
}

/* Millivolts times milliamperes are microwatts. */
static int read_source(const struct source *source, uint64_t *raw)
{
	uint64_t milliamperes;
	int err = sysfs_read_counter(source->fd, raw);
	if (err || source->amperes_fd < 0)
		return err;
	err = sysfs_read_u64(source->amperes_fd, &milliamperes);
	return err ? err : __builtin_mul_overflow(*raw, milliamperes, raw) ? ERANGE : 0;
}

/* What the rails showed just now, together; an error of one is one of the sum. */
static struct reading sum_of_rails(const struct hwmon *hwmon, const struct reading *out)
{
	struct reading sum = { 0 };
	for (size_t i = 0; i < hwmon->n_rails && !sum.err; i++) {
		const struct reading *rail = &out[hwmon->rails[i]];
		sum.err = rail->err                                              ? rail->err
			  : __builtin_add_overflow(sum.raw, rail->raw, &sum.raw) ? ERANGE
										 : 0;
	}
	return sum;
}

static size_t read_hwmon(void *state, struct reading *out)
{
	const struct hwmon *hwmon = state;
	size_t n_failed = 0;
	for (size_t i = 0; i < hwmon->n; i++) {
		if (hwmon->sources[i].fd < 0) {
			out[i] = sum_of_rails(hwmon, out);
			n_failed += out[i].err != 0;
			continue;
		}
		out[i].raw = 0;
		out[i].err = read_source(&hwmon->sources[i], &out[i].raw);
		n_failed += out[i].err != 0;
	}
	return n_failed;
}

const struct collector hwmon_collector = {
	.name = "hwmon",
	.source = "energy and power sensors under " HWMON_ROOT,
	.is_energy = true,
	.probe = probe,
	.open = open_hwmon,
	.read = read_hwmon,
	.close = close_hwmon,
};
