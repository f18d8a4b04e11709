/* collectors/nvidia/nvml-windows.c - see nvml-windows.h.
 *
 * Z. Yang, K. Adamek, W. Armour, "Accurate and Convenient Energy Measurements for GPUs: A
 * Detailed Study of NVIDIA GPU's Built-In Power Sensor", SC24, arXiv 2312.02741, and its data
 * (Overall_Results.xlsx at commit 4b5c944 of their GPU_Power_Benchmark): power.draw, the field
 * that nvmlDeviceGetPowerUsage gives. Where the window is shorter than the update interval the
 * rest of the time is not observed: 25 % of it is on A100, 50 % on V100 and P100. */
#include <config.h>

#include "collectors/nvidia/nvml-windows.h"

#include <stddef.h>
#include <string.h>

/* nvmlDeviceArchitecture_t: Kepler 2, Maxwell 3, Pascal 4, Volta 5, Turing 6, Ampere 7,
 * Ada 8, Hopper 9. A name stands before the rest of its architecture. */
static const struct nvml_window windows[] = {
	{ 2, "", 100, 1000, "Kepler: slow logarithmic rise (SC24 study)" },
	{ 3, "M40", 31, 14, "Tesla M40 (SC24 study)" },
	{ 3, "", 100, 1000, "Maxwell: logarithmic rise (SC24 study)" },
	{ 4, "", 20, 10, "Pascal (SC24 study)" },
	{ 5, "", 20, 10, "Volta (SC24 study)" },
	{ 6, "", 100, 104, "Turing (SC24 study)" },
	{ 7, "A100", 100, 25, "GA100: a quarter of the time is observed (SC24 study)" },
	{ 7, "A30", 100, 25, "GA100: a quarter of the time is observed (SC24 study)" },
	{ 7, "", 100, 1000, "Ampere: mean of a second (SC24 study)" },
	{ 9, "", 100, 1000, "Hopper: mean of a second (SC24 study)" },
	{ 0, "", 100, 1000, "not studied: taken for a mean of a second" },
};

const struct nvml_window *nvml_window_find(unsigned architecture, const char *name)
{
	const struct nvml_window *window = windows;
	while (window->architecture != 0 &&
	       (window->architecture != architecture || !strstr(name, window->name)))
		window++;
	return window;
}
