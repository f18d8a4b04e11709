/* collectors/nvidia/nvml-api.h - the part of NVIDIA's management library that is used, loaded at run
 * time: joulecart builds and runs where there is no driver.
 *
 * Types and constants are those of nvml.h (NVML API reference, vR535), under names of our own;
 * what older drivers lack is NULL in the table. */
#ifndef JOULECART_NVML_API_H
#define JOULECART_NVML_API_H
#include <stdbool.h>

struct problem;

typedef struct nvml_device *nvml_device; /* nvmlDevice_t: a handle, never looked into */

enum {
	NVML_OK = 0,
	NVML_NO_PERMISSION = 4,
	NVML_GPU_IS_LOST = 15,
	NVML_TEMPERATURE_GPU = 0,
	NVML_CLOCK_SM = 1,
	NVML_NAME_SIZE = 96,
};

struct nvml_pci {
	char bus_id_legacy[16];
	unsigned domain, bus, device, device_id, subsystem_id;
	char bus_id[32]; /* "00000000:01:00.0" */
};

struct nvml_utilization {
	unsigned gpu, memory; /* percent of the last sampling period */
};

struct nvml_memory {
	unsigned long long total, free, used; /* bytes */
};

/* result name(arguments): each symbol once, and whether it may be missing. */
#define NVML_SYMBOLS(required, optional)                                                   \
	required(int, nvmlInit_v2, (void)) required(int, nvmlShutdown, (void)) required(   \
	    const char *, nvmlErrorString,                                                 \
	    (int code)) required(int, nvmlDeviceGetCount_v2,                               \
				 (unsigned *n)) required(int,                              \
							 nvmlDeviceGetHandleByIndex_v2,    \
							 (unsigned index,                  \
							  nvml_device *device))            \
	    required(                                                                      \
		int, nvmlDeviceGetName,                                                    \
		(nvml_device device, char *name,                                           \
		 unsigned size)) required(int, nvmlDeviceGetUUID,                          \
					  (nvml_device device, char *uuid,                 \
					   unsigned                                        \
					       size)) required(int,                        \
							       nvmlDeviceGetPowerUsage,    \
							       (nvml_device device,        \
								unsigned *mw))             \
		optional(                                                                  \
		    int, nvmlDeviceGetTotalEnergyConsumption,                              \
		    (nvml_device device,                                                   \
		     unsigned long long *                                                  \
			 mj)) optional(int, nvmlDeviceGetEnforcedPowerLimit,               \
				       (nvml_device device, unsigned *mw))                 \
		    optional(                                                              \
			int,                                                               \
			nvmlDeviceGetPciInfo_v3,                                           \
			(                                                                  \
			    nvml_device                                                    \
				device,                                                    \
			    struct nvml_pci *                                              \
				pci)) optional(int, nvmlDeviceGetArchitecture,             \
					       (nvml_device device, unsigned *number))     \
			optional(int, nvmlDeviceGetMigMode,                                \
				 (nvml_device device, unsigned *now, unsigned *pending))   \
			    optional(int, nvmlDeviceGetHandleByUUID,                       \
				     (const char *uuid, nvml_device *device))              \
				optional(                                                  \
				    int,                                                   \
				    nvmlDeviceGetDeviceHandleFromMigDeviceHandle,          \
				    (nvml_device mig,                                      \
				     nvml_device *                                         \
					 device)) optional(int,                            \
							   nvmlDeviceGetUtilizationRates,  \
							   (nvml_device device,            \
							    struct nvml_utilization *      \
								utilization))              \
				    optional(                                              \
					int,                                               \
					nvmlDeviceGetMemoryInfo,                           \
					(nvml_device device,                               \
					 struct nvml_memory *                              \
					     memory)) optional(int,                        \
							       nvmlDeviceGetTemperature,   \
							       (                           \
								   nvml_device device,     \
								   int sensor,             \
								   unsigned *celsius))     \
					optional(int, nvmlDeviceGetClockInfo,              \
						 (nvml_device device, int clock,           \
						  unsigned *mhz))                          \
					    optional(                                      \
						int,                                       \
						nvmlDeviceGetCurrentClocksThrottleReasons, \
						(nvml_device device,                       \
						 unsigned long long *reasons))

#define NVML_MEMBER(result, name, arguments) result(*name) arguments;

struct nvml_api {
	void *library;
	NVML_SYMBOLS(NVML_MEMBER, NVML_MEMBER)
};

/* Loads libnvidia-ml.so.1 and initialises it. 0, or -1 with *why; nothing is held then. */
int nvml_load(struct nvml_api *api, struct problem *why);

void nvml_unload(struct nvml_api *api);

#endif
