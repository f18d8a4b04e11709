/* tests/fakes/libnvidia-ml-standin.c - stands in for libnvidia-ml.so.1, found by
 * LD_LIBRARY_PATH: boards whose true joules are known. NVML_STANDIN names the machine file:
 *
 *     sensor nvml/0/energy1_input power=square:80:300:0.9 interval_ms=20   the counter
 *     sensor nvml/0/power1_input  power=square:80:300:0.9                  power.draw
 *     text   nvml/0/name          NVIDIA H100 PCIe      also uuid, bus, architecture, limit_mw,
 *                                                       mig, temperature, instance (a part's UUID)
 *
 * A board has what its file has: without energy1_input it is one before Volta. Faults of a
 * sensor are errors of its function; a vanished one makes the board lost. */
#include <config.h>

#include "base/clock.h"
#include "collectors/nvidia/nvml-api.h"
#include "tests/fakes/machine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	NOT_SUPPORTED = 3,
	DRIVER_NOT_LOADED = 9,
	INVALID = 2,
	UNKNOWN = 999,
	MAX_BOARDS = 8
};

/* Handles are places in these arrays, as the real ones are places in the driver's. */
static char handles[MAX_BOARDS], instances[MAX_BOARDS];
static struct machine machine;
static uint64_t epoch_ns;

#define EXPORTED(result, name, arguments) \
	result name arguments __attribute__((visibility("default")));
NVML_SYMBOLS(EXPORTED, EXPORTED)

static const char *text_of(size_t board, const char *item)
{
	char path[64];
	snprintf(path, sizeof path, "nvml/%zu/%s", board, item);
	for (size_t i = 0; i < machine.n_extras; i++)
		if (strcmp(machine.extras[i].path, path) == 0)
			return machine.extras[i].text;
	return NULL;
}

static size_t board_of(nvml_device device)
{
	return (size_t)((char *)device - handles);
}

static int give_number(nvml_device device, const char *item, unsigned *number)
{
	const char *text = text_of(board_of(device), item);
	if (!text)
		return NOT_SUPPORTED;
	*number = (unsigned)strtoul(text, NULL, 10);
	return NVML_OK;
}

static int give_text(nvml_device device, const char *item, char *text, unsigned size)
{
	const char *found = text_of(board_of(device), item);
	if (!found)
		return NOT_SUPPORTED;
	snprintf(text, size, "%s", found);
	return NVML_OK;
}

static int read_sensor(nvml_device device, const char *item, uint64_t *value)
{
	char path[64];
	bool is_gone = false;
	uint64_t now_ns = (uint64_t)monotonic_ns();
	snprintf(path, sizeof path, "nvml/%zu/%s", board_of(device), item);
	const struct zone *zone = machine_zone(&machine, path);
	if (!zone)
		return NOT_SUPPORTED;
	zone_generation(zone, epoch_ns, now_ns, &is_gone);
	if (is_gone)
		return NVML_GPU_IS_LOST;
	if (zone_errno(zone, epoch_ns, now_ns) != 0)
		return UNKNOWN;
	*value = zone_value(zone, epoch_ns, now_ns) / 1000;
	return NVML_OK;
}

int nvmlInit_v2(void)
{
	const char *path = getenv("NVML_STANDIN");
	if (!path || machine_read(&machine, path) != 0 || !text_of(0, "name"))
		return DRIVER_NOT_LOADED;
	epoch_ns = (uint64_t)monotonic_ns();
	return NVML_OK;
}

int nvmlShutdown(void)
{
	return NVML_OK;
}

const char *nvmlErrorString(int code)
{
	return code == DRIVER_NOT_LOADED  ? "Driver Not Loaded"
	       : code == NVML_GPU_IS_LOST ? "GPU is lost"
	       : code == NOT_SUPPORTED    ? "Not Supported"
					  : "Unknown Error";
}

int nvmlDeviceGetCount_v2(unsigned *n)
{
	for (*n = 0; *n < MAX_BOARDS && text_of(*n, "name");)
		++*n;
	return NVML_OK;
}

int nvmlDeviceGetHandleByIndex_v2(unsigned index, nvml_device *device)
{
	if (index >= MAX_BOARDS || !text_of(index, "name"))
		return INVALID;
	*device = (nvml_device)&handles[index];
	return NVML_OK;
}

int nvmlDeviceGetHandleByUUID(const char *uuid, nvml_device *device)
{
	for (size_t i = 0; i < MAX_BOARDS; i++) {
		const char *instance = text_of(i, "instance");
		*device = (nvml_device)&instances[i];
		if (instance && strcmp(instance, uuid) == 0)
			return NVML_OK;
	}
	return INVALID;
}

int nvmlDeviceGetDeviceHandleFromMigDeviceHandle(nvml_device instance, nvml_device *device)
{
	*device = (nvml_device)&handles[(char *)instance - instances];
	return NVML_OK;
}

int nvmlDeviceGetName(nvml_device device, char *name, unsigned size)
{
	return give_text(device, "name", name, size);
}

int nvmlDeviceGetUUID(nvml_device device, char *uuid, unsigned size)
{
	return give_text(device, "uuid", uuid, size);
}

int nvmlDeviceGetPowerUsage(nvml_device device, unsigned *mw)
{
	uint64_t value = 0;
	int code = read_sensor(device, "power1_input", &value);
	*mw = (unsigned)value;
	return code;
}

int nvmlDeviceGetTotalEnergyConsumption(nvml_device device, unsigned long long *mj)
{
	uint64_t value = 0;
	int code = read_sensor(device, "energy1_input", &value);
	*mj = value;
	return code;
}

int nvmlDeviceGetEnforcedPowerLimit(nvml_device device, unsigned *mw)
{
	return give_number(device, "limit_mw", mw);
}

int nvmlDeviceGetPciInfo_v3(nvml_device device, struct nvml_pci *pci)
{
	return give_text(device, "bus", pci->bus_id, sizeof pci->bus_id) == NVML_OK &&
		       sscanf(pci->bus_id, "%x:%x:%x", &pci->domain, &pci->bus,
			      &pci->device) == 3
		   ? NVML_OK
		   : NOT_SUPPORTED;
}

int nvmlDeviceGetArchitecture(nvml_device device, unsigned *number)
{
	return give_number(device, "architecture", number);
}

int nvmlDeviceGetMigMode(nvml_device device, unsigned *now, unsigned *pending)
{
	*pending = 0;
	return give_number(device, "mig", now);
}

int nvmlDeviceGetTemperature(nvml_device device, int sensor, unsigned *celsius)
{
	return sensor == NVML_TEMPERATURE_GPU ? give_number(device, "temperature", celsius)
					      : NOT_SUPPORTED;
}

int nvmlDeviceGetUtilizationRates(nvml_device device, struct nvml_utilization *utilization)
{
	utilization->memory = 0;
	return give_number(device, "busy", &utilization->gpu);
}

int nvmlDeviceGetMemoryInfo(nvml_device device, struct nvml_memory *memory)
{
	unsigned mib = 0;
	int code = give_number(device, "memory_mib", &mib);
	*memory = (struct nvml_memory){ .used = (unsigned long long)mib << 20 };
	return code;
}

int nvmlDeviceGetClockInfo(nvml_device device, int clock, unsigned *mhz)
{
	return clock == NVML_CLOCK_SM ? give_number(device, "sm_mhz", mhz) : NOT_SUPPORTED;
}

int nvmlDeviceGetCurrentClocksThrottleReasons(nvml_device device,
					      unsigned long long *reasons)
{
	unsigned bits = 0;
	int code = give_number(device, "throttle", &bits);
	*reasons = bits;
	return code;
}
