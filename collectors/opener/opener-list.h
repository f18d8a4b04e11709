/* collectors/opener/opener-list.h - the list: all that the privileged part opens, as data. The event that
 * samples is in stack-event.h. */
#ifndef JOULECART_OPENER_LIST_H
#define JOULECART_OPENER_LIST_H
#include <linux/ipmi.h>
#include <linux/perf_event.h>
#include <stdint.h>

/* Files, opened for reading, ... */
static const char *const listed_files[] = {
	"/sys/class/powercap/intel-rapl:%u/energy_uj",
	"/sys/class/powercap/intel-rapl:%u:%u/energy_uj",
	"/sys/class/powercap/intel-rapl-mmio:%u/energy_uj",
	"/sys/class/powercap/intel-rapl-mmio:%u:%u/energy_uj",
	"/sys/class/powercap/intel-rapl-tpmi:%u/energy_uj",
	"/sys/class/powercap/intel-rapl-tpmi:%u:%u/energy_uj",
	"/sys/class/hwmon/hwmon%u/energy%u_input",
	"/sys/class/hwmon/hwmon%u/power%u_input",
	"/sys/class/hwmon/hwmon%u/power%u_average",
	"/sys/class/hwmon/hwmon%u/in%u_input",
	"/sys/class/hwmon/hwmon%u/curr%u_input",
};

/* ... PMUs that count, by a glob(7) of where their type stands: none traces (intel_pt, arm_spe), none takes
 * a pointer or an address (kprobe, uprobe, breakpoint), ... */
static const char listed_pmus[] =
    "/sys/bus/event_source/devices/{cpu,power,msr,uncore_,cstate_,amd_,armv,arm_cmn,"
    "arm_dsu,i915,xe,hisi_sccl}*/type";

/* ... of an event what makes it count; a bit that is not set here is not passed on, so that there is no
 * way to say that it should sample, ... */
static const struct perf_event_attr listed_event = {
	.type = UINT32_MAX,
	.config = UINT64_MAX,
	.config1 = UINT64_MAX,
	.config2 = UINT64_MAX,
	.read_format = UINT64_MAX,
	.disabled = 1,
	.inherit = 1,
	.exclude_kernel = 1,
	.exclude_hv = 1,
	.enable_on_exec = 1,
};

/* ... and one command of the BMC: whoever had its device could switch the machine off. */
static const unsigned char listed_bytes[] = { 0xdc, 1, 0, 0 };
static const struct ipmi_msg listed_command = { 0x2c, 0x02, sizeof(listed_bytes),
						(unsigned char *)(uintptr_t)listed_bytes };

#endif
