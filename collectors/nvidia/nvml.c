/* collectors/nvidia/nvml.c - NVIDIA boards: energy counter and power, and what they run at.
 *
 * The counter is preferred; power is kept beside it so that reports can compare the two, and
 * counts only where a board (before Volta) has no counter. Both are of the whole board, however
 * many processes or MIG instances share it. What is no energy is read once a second. */
#include <config.h>

#include "base/clock.h"
#include "base/problem.h"
#include "collectors/absence-list.h"
#include "collectors/collector.h"
#include "collectors/nvidia/nvml-api.h"
#include "collectors/nvidia/nvml-visible.h"
#include "collectors/nvidia/nvml-windows.h"
#include "collectors/sysfs.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PCI_DEVICES "/sys/bus/pci/devices"

/* The largest servers have 16. */
enum { MAX_BOARDS = 32, TEXT_SIZE = 96, BASIS_SIZE = 160 };

static const int64_t context_interval_ns = NS_PER_S;

/* The power sensor's limits of error as NVIDIA states them: "accurate to within +/- 5 watts"
 * and, of newer boards, 5 % (nvidia-smi manual page, power.draw). */
static const double uncertainty_k2 = 0.05;

struct board;

/* What can be read of a board: 0 or NVML's code. */
struct quantity {
	const char *suffix;
	enum kind kind;
	enum unit unit;
	double unit_per_raw;
	/* What is above is no reading: a driver shows all bits of what it does not know. Watts have the
	 * board's limit. */
	uint64_t most;
	int (*read)(const struct nvml_api *api, nvml_device device, uint64_t *raw);
};

static int read_energy(const struct nvml_api *api, nvml_device device, uint64_t *raw)
{
	unsigned long long mj = 0;
	int code = api->nvmlDeviceGetTotalEnergyConsumption(device, &mj);
	*raw = mj;
	return code;
}

static int read_power(const struct nvml_api *api, nvml_device device, uint64_t *raw)
{
	unsigned mw = 0;
	int code = api->nvmlDeviceGetPowerUsage(device, &mw);
	*raw = mw;
	return code;
}

static int read_busy(const struct nvml_api *api, nvml_device device, uint64_t *raw)
{
	struct nvml_utilization utilization = { 0 };
	int code = api->nvmlDeviceGetUtilizationRates(device, &utilization);
	*raw = utilization.gpu;
	return code;
}

static int read_memory(const struct nvml_api *api, nvml_device device, uint64_t *raw)
{
	struct nvml_memory memory = { 0 };
	int code = api->nvmlDeviceGetMemoryInfo(device, &memory);
	*raw = memory.used;
	return code;
}

static int read_temperature(const struct nvml_api *api, nvml_device device, uint64_t *raw)
{
	unsigned celsius = 0;
	int code = api->nvmlDeviceGetTemperature(device, NVML_TEMPERATURE_GPU, &celsius);
	*raw = celsius;
	return code;
}

static int read_clock(const struct nvml_api *api, nvml_device device, uint64_t *raw)
{
	unsigned mhz = 0;
	int code = api->nvmlDeviceGetClockInfo(device, NVML_CLOCK_SM, &mhz);
	*raw = mhz;
	return code;
}

static int read_throttle(const struct nvml_api *api, nvml_device device, uint64_t *raw)
{
	unsigned long long reasons = 0;
	int code = api->nvmlDeviceGetCurrentClocksThrottleReasons(device, &reasons);
	*raw = reasons;
	return code;
}

enum { ENERGY, POWER, BUSY, MEMORY, TEMPERATURE, CLOCK, THROTTLE, N_QUANTITIES };

static const struct quantity quantities[N_QUANTITIES] = {
	[ENERGY] = { "", KIND_COUNTER, UNIT_J, 1e-3, INT64_MAX, read_energy },
	[POWER] = { "-power", KIND_GAUGE, UNIT_W, 1e-3, UINT32_MAX, read_power },
	[BUSY] = { "-busy-percent", KIND_GAUGE, UNIT_COUNT, 1, 100, read_busy },
	[MEMORY] = { "-memory-bytes", KIND_GAUGE, UNIT_COUNT, 1, INT64_MAX, read_memory },
	[TEMPERATURE] = { "-celsius", KIND_GAUGE, UNIT_COUNT, 1, 200, read_temperature },
	[CLOCK] = { "-sm-mhz", KIND_GAUGE, UNIT_COUNT, 1, 10000, read_clock },
	[THROTTLE] = { "-throttle-bits", KIND_GAUGE, UNIT_COUNT, 1, INT64_MAX,
		       read_throttle },
};

struct board {
	nvml_device device;
	unsigned index;
	char name[TEXT_SIZE], uuid[TEXT_SIZE], part[TEXT_SIZE], basis[BASIS_SIZE];
	bool is_shared; /* MIG: instances of other users' may draw too */
};

/* One channel's source. */
struct source {
	const struct board *board;
	const struct quantity *quantity;
	struct reading last; /* of what is read once a second */
	int64_t next_ns;
};

struct nvml {
	struct nvml_api api;
	struct board boards[MAX_BOARDS];
	size_t n_boards;
	struct source sources[MAX_BOARDS * N_QUANTITIES];
	struct channel channels[MAX_BOARDS * N_QUANTITIES];
	char names[MAX_BOARDS * N_QUANTITIES][32];
	size_t n;
	struct absence_list absent;
};

static void close_nvml(void *state)
{
	struct nvml *nvml = state;
	if (!nvml)
		return;
	if (nvml->api.library)
		nvml_unload(&nvml->api);
	absence_list_free(&nvml->absent);
	free(nvml);
}

static int errno_of(int code)
{
	return code == NVML_OK              ? 0
	       : code == NVML_NO_PERMISSION ? EACCES
	       : code == NVML_GPU_IS_LOST   ? ENODEV
					    : EIO;
}

/* Which of the quantities' functions this driver has. */
static bool is_offered(const struct nvml_api *api, size_t quantity)
{
	const bool offered[N_QUANTITIES] = {
		[ENERGY] = api->nvmlDeviceGetTotalEnergyConsumption,
		[POWER] = true,
		[BUSY] = api->nvmlDeviceGetUtilizationRates,
		[MEMORY] = api->nvmlDeviceGetMemoryInfo,
		[TEMPERATURE] = api->nvmlDeviceGetTemperature,
		[CLOCK] = api->nvmlDeviceGetClockInfo,
		[THROTTLE] = api->nvmlDeviceGetCurrentClocksThrottleReasons,
	};
	return offered[quantity];
}

/* "gpu-0000:01:00.0", as the kernel writes a PCI address: hwmon's word for the same board. */
static void set_part(const struct nvml_api *api, struct board *board)
{
	struct nvml_pci pci = { 0 };
	if (api->nvmlDeviceGetPciInfo_v3 &&
	    api->nvmlDeviceGetPciInfo_v3(board->device, &pci) == NVML_OK)
		snprintf(board->part, TEXT_SIZE, "gpu-%04x:%02x:%02x.0", pci.domain,
			 pci.bus, pci.device);
	else
		snprintf(board->part, TEXT_SIZE, "gpu-%.60s", board->uuid);
}

static void describe_board(const struct nvml_api *api, struct board *board)
{
	unsigned now = 0, pending;
	if (api->nvmlDeviceGetName(board->device, board->name, TEXT_SIZE) != NVML_OK)
		snprintf(board->name, TEXT_SIZE, "NVIDIA board");
	set_part(api, board);
	board->is_shared = api->nvmlDeviceGetMigMode &&
			   api->nvmlDeviceGetMigMode(board->device, &now, &pending) ==
			       NVML_OK &&
			   now != 0;
}

static const struct nvml_window *window_of(const struct nvml_api *api,
					   const struct board *board)
{
	unsigned architecture = 0;
	if (!api->nvmlDeviceGetArchitecture ||
	    api->nvmlDeviceGetArchitecture(board->device, &architecture) != NVML_OK)
		architecture = 0;
	return nvml_window_find(architecture, board->name);
}

/* Twice the limit in force, which holds on average only; 0: unknown. */
static double max_power_w(const struct nvml_api *api, const struct board *board)
{
	unsigned mw = 0;
	if (!api->nvmlDeviceGetEnforcedPowerLimit ||
	    api->nvmlDeviceGetEnforcedPowerLimit(board->device, &mw) != NVML_OK)
		return 0;
	return 2e-3 * mw;
}

/* How long a reading stays what it is: an average that reaches further back than the last update is as
 * old as it is long. What is no energy changes slowly. */
static uint32_t update_ms(size_t quantity, const struct nvml_window *window)
{
	enum { CONTEXT_MS = 1000 };
	if (quantity == ENERGY)
		return window->update_ms;
	if (quantity != POWER)
		return CONTEXT_MS;
	return window->average_ms > window->update_ms ? window->average_ms
						      : window->update_ms;
}

/* counter: the board's energy channel, which its power is inside of; NULL: it has none. */
static struct channel channel_of(const struct nvml *nvml, const struct board *board,
				 size_t i, const char *name, const char *counter)
{
	const struct quantity *quantity = &quantities[i];
	struct channel channel = {
		.name = name,
		.kind = quantity->kind,
		.unit = quantity->unit,
		.unit_per_raw = quantity->unit_per_raw,
		.update_interval_ns = update_ms(i, window_of(&nvml->api, board)) *
				      UINT64_C(1000000),
	};
	if (i != ENERGY && i != POWER)
		return channel;
	channel.domain = "gpu";
	channel.inside = counter;
	channel.counted = !counter;
	channel.part = counter ? NULL : board->part;
	channel.max_power_w = max_power_w(&nvml->api, board);
	channel.uncertainty_k2 = uncertainty_k2;
	channel.uncertainty_basis = board->basis;
	return channel;
}

/* A channel for each quantity that a first reading gives. Returns that of power's reading. */
static int add_channels(struct nvml *nvml, struct board *board)
{
	const char *counter = NULL;
	int power_code = NVML_OK;
	snprintf(board->basis, BASIS_SIZE, "NVIDIA states 5 %%; sensor: %s%s",
		 window_of(&nvml->api, board)->basis,
		 board->is_shared ? "; MIG is on: joules of the whole board" : "");
	for (size_t i = 0; i < N_QUANTITIES; i++) {
		const struct quantity *quantity = &quantities[i];
		uint64_t raw;
		int code = is_offered(&nvml->api, i)
			       ? quantity->read(&nvml->api, board->device, &raw)
			       : -1;
		power_code = i == POWER ? code : power_code;
		if (code != NVML_OK)
			continue;
		char *name = nvml->names[nvml->n];
		snprintf(name, sizeof(nvml->names[0]), "gpu-%u%s", board->index,
			 quantity->suffix);
		nvml->channels[nvml->n] = channel_of(nvml, board, i, name, counter);
		nvml->sources[nvml->n++] = (struct source){ .board = board,
							    .quantity = quantity };
		counter = i == ENERGY ? name : counter;
	}
	return counter ? NVML_OK : power_code;
}

static void add_absence(struct nvml *nvml, const struct board *board, int code)
{
	char name[32];
	snprintf(name, sizeof(name), "gpu-%u", board->index);
	absence_list_add(&nvml->absent, name, NULL, "%.40s: neither energy nor power: %s",
			 board->name, nvml->api.nvmlErrorString(code));
}

/* Text of a file of a PCI device as a number: "0x10de". 0: there is none. */
static unsigned long pci_number(const char *device, const char *item)
{
	char path[320], text[TEXT_SIZE];
	snprintf(path, sizeof(path), PCI_DEVICES "/%.200s/%s", device, item);
	return sysfs_text(path, text, sizeof(text)) == 0 ? strtoul(text, NULL, 16) : 0;
}

/* Without a driver nobody names the boards, but the bus shows them (class 03: displays). */
static void find_on_bus(struct nvml *nvml, const struct problem *why)
{
	static const unsigned long nvidia = 0x10de, display = 0x03;
	DIR *bus = opendir(PCI_DEVICES);
	for (struct dirent *entry;
	     bus && nvml->absent.n < MAX_BOARDS && (entry = readdir(bus));) {
		char name[32];
		if (entry->d_name[0] == '.' ||
		    pci_number(entry->d_name, "vendor") != nvidia ||
		    pci_number(entry->d_name, "class") >> 16 != display)
			continue;
		snprintf(name, sizeof(name), "gpu-%.26s", entry->d_name);
		absence_list_add(&nvml->absent, name, "install NVIDIA's driver",
				 "an NVIDIA board: %s", why->why);
	}
	if (bus)
		closedir(bus);
}

static int list_boards(struct nvml *nvml, struct problem *why)
{
	unsigned n = 0;
	int code = nvml->api.nvmlDeviceGetCount_v2(&n);
	if (code != NVML_OK)
		return problem_refuse(why, "'nvidia-smi' says what the driver has",
				      "NVML: %s", nvml->api.nvmlErrorString(code));
	for (unsigned i = 0; i < n && nvml->n_boards < MAX_BOARDS; i++) {
		struct board *board = &nvml->boards[nvml->n_boards];
		*board = (struct board){ .index = i };
		/* A board that fell off the bus has no handle, but it keeps its number. */
		if (nvml->api.nvmlDeviceGetHandleByIndex_v2(i, &board->device) != NVML_OK ||
		    nvml->api.nvmlDeviceGetUUID(board->device, board->uuid, TEXT_SIZE) !=
			NVML_OK)
			board->device = NULL;
		nvml->n_boards++;
	}
	/* no remedy: the driver is there, and no board */
	return nvml->n_boards > 0 ? 0 : problem_why(why, "NVML finds no board");
}

/* See struct nvml_boards. */
static size_t board_of_instance(const void *context, const char *uuid)
{
	const struct nvml *nvml = context;
	const struct nvml_api *api = &nvml->api;
	nvml_device instance, device;
	char board[TEXT_SIZE];
	if (!api->nvmlDeviceGetHandleByUUID ||
	    !api->nvmlDeviceGetDeviceHandleFromMigDeviceHandle ||
	    api->nvmlDeviceGetHandleByUUID(uuid, &instance) != NVML_OK ||
	    api->nvmlDeviceGetDeviceHandleFromMigDeviceHandle(instance, &device) !=
		NVML_OK ||
	    api->nvmlDeviceGetUUID(device, board, TEXT_SIZE) != NVML_OK)
		return nvml->n_boards;
	size_t i = 0;
	while (i < nvml->n_boards && strcmp(nvml->boards[i].uuid, board) != 0)
		i++;
	return i;
}

/* The boards of --gpus, else of CUDA_VISIBLE_DEVICES, else all. */
static int choose(const struct nvml *nvml, const struct scope *scope, bool *visible,
		  struct problem *why)
{
	const char *uuids[MAX_BOARDS], *unknown;
	const char *asked = scope ? scope->gpus : NULL;
	const char *list = asked ? asked : getenv("CUDA_VISIBLE_DEVICES");
	size_t n_visible = 0;
	for (size_t i = 0; i < nvml->n_boards; i++)
		uuids[i] = nvml->boards[i].uuid;
	const struct nvml_boards boards = { uuids, nvml->n_boards, board_of_instance,
					    nvml };
	size_t length = nvml_visible(list, &boards, visible, &unknown);
	for (size_t i = 0; i < nvml->n_boards; i++)
		n_visible += visible[i];
	if (length > 0 && asked)
		return problem_refuse(
		    why, "'nvidia-smi -L' lists them; name one by its index or UUID",
		    "--gpus names '%.*s': there %s %zu board%s", (int)length, unknown,
		    nvml->n_boards == 1 ? "is" : "are", nvml->n_boards,
		    nvml->n_boards == 1 ? "" : "s");
	if (n_visible == 0)
		return problem_refuse(
		    why, "'nvidia-smi -L' lists them; name one by its index or UUID",
		    "%s='%.100s' leaves no board visible",
		    asked ? "--gpus" : "CUDA_VISIBLE_DEVICES", list);
	return 0;
}

/* Boards that are there and tell no energy are absences: a report names them. */
static int open_boards(struct nvml *nvml, const struct scope *scope, struct problem *why)
{
	bool visible[MAX_BOARDS];
	if (list_boards(nvml, why) != 0 || choose(nvml, scope, visible, why) != 0)
		return -1;
	for (size_t i = 0; i < nvml->n_boards; i++) {
		struct board *board = &nvml->boards[i];
		if (!visible[i])
			continue;
		if (board->device)
			describe_board(&nvml->api, board);
		int code = board->device ? add_channels(nvml, board) : NVML_GPU_IS_LOST;
		if (code != NVML_OK)
			add_absence(nvml, board, code);
	}
	return 0;
}

static int open_nvml(const struct scope *scope, void **state, struct channel_list *list,
		     struct problem *why)
{
	problem_what(why, "cannot read NVIDIA boards");
	struct nvml *nvml = calloc(1, sizeof(*nvml));
	if (!nvml)
		return problem_errno(why, ENOMEM);
	bool is_loaded = nvml_load(&nvml->api, why) == 0;
	if (!is_loaded)
		find_on_bus(nvml, why);
	*list = (struct channel_list){ .channels = nvml->channels };
	if ((!is_loaded && nvml->absent.n == 0) ||
	    (is_loaded && open_boards(nvml, scope, why) != 0) ||
	    absence_list_give(&nvml->absent, list, why) != 0) {
		close_nvml(nvml);
		return -1;
	}
	list->n = nvml->n;
	*state = nvml;
	return 0;
}

static int probe(char *found, size_t size, struct problem *why)
{
	void *state;
	struct channel_list list;
	if (open_nvml(NULL, &state, &list, why) != 0)
		return -1;
	const struct nvml *nvml = state;
	size_t length = 0;
	found[0] = '\0';
	for (size_t i = 0; i < list.n && length < size; i++) {
		const struct board *board = nvml->sources[i].board;
		const struct channel *channel = &list.channels[i];
		if (channel->counted)
			length += (size_t)snprintf(
			    found + length, size - length,
			    "%s%s %s: %s, updates every %u ms%s", length ? "; " : "",
			    channel->name, board->name,
			    channel->unit == UNIT_J ? "energy counter" : "power",
			    (unsigned)(channel->update_interval_ns / 1000000),
			    board->is_shared ? ", shared (MIG): the whole board" : "");
	}
	int code = length > 0
		       ? 0
		       : absence_list_problem(&nvml->absent, "no board is shown", why);
	close_nvml(state);
	return code;
}

static bool is_context(const struct quantity *quantity)
{
	return quantity->unit == UNIT_COUNT;
}

static void read_source(const struct nvml_api *api, struct source *source,
			struct reading *out)
{
	int64_t now_ns = is_context(source->quantity) ? monotonic_ns() : 0;
	if (is_context(source->quantity) && now_ns < source->next_ns) {
		*out = source->last;
		return;
	}
	out->raw = 0;
	out->err = errno_of(source->quantity->read(api, source->board->device, &out->raw));
	if (!out->err && out->raw > source->quantity->most)
		out->err = ERANGE;
	source->last = *out;
	source->next_ns = now_ns + context_interval_ns;
}

static size_t read_nvml(void *state, struct reading *out)
{
	struct nvml *nvml = state;
	size_t n_failed = 0;
	for (size_t i = 0; i < nvml->n; i++) {
		read_source(&nvml->api, &nvml->sources[i], &out[i]);
		n_failed += out[i].err != 0;
	}
	return n_failed;
}

const struct collector nvml_collector = {
	.name = "nvml",
	.source = "NVIDIA boards through libnvidia-ml.so.1: energy, power, clocks",
	.is_energy = true,
	.probe = probe,
	.open = open_nvml,
	.read = read_nvml,
	.close = close_nvml,
};
