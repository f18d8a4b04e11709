/* collectors/nvidia/nvml-windows.h - how often NVIDIA's sensors change and over what they average. */
#ifndef JOULECART_NVML_WINDOWS_H
#define JOULECART_NVML_WINDOWS_H
#include <stdint.h>

struct nvml_window {
	unsigned architecture; /* nvmlDeviceArchitecture_t */
	const char *name;      /* a part of the board's name; "" fits all */
	uint32_t update_ms;    /* a reading can be this old */
	uint32_t average_ms;   /* and is a mean over this; joules in less cannot be told */
	const char *basis;
};

/* Of that architecture and board; unknown ones get the slowest.
 * Never NULL; a row of a constant table. */
const struct nvml_window *nvml_window_find(unsigned architecture, const char *name);

#endif
