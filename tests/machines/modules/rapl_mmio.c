// SPDX-License-Identifier: GPL-2.0
/* rapl_mmio.c - a second view of the first package, as clients have it.
 *
 * There the driver of the thermal device (int340x) registers a control type intel-rapl-mmio whose
 * zone package-0 reads the same counter as intel-rapl's, through memory instead of a register.
 * QEMU has no such device: this reads the register. */
#include <asm/msr.h>
#include <linux/err.h>
#include <linux/module.h>
#include <linux/powercap.h>

static struct powercap_control_type *control;
static struct powercap_zone zone;

static u64 unit(void)
{
	u64 units;

	rdmsrl_on_cpu(0, MSR_RAPL_POWER_UNIT, &units);
	return units >> 8 & 0x1f;
}

static int get_energy(struct powercap_zone *unused, u64 *uj)
{
	u64 raw;

	rdmsrl_on_cpu(0, MSR_PKG_ENERGY_STATUS, &raw);
	*uj = raw * 1000000 >> unit();
	return 0;
}

static int get_range(struct powercap_zone *unused, u64 *uj)
{
	*uj = U32_MAX * 1000000ULL >> unit();
	return 0;
}

static int get_enable(struct powercap_zone *unused, bool *is_on)
{
	*is_on = true;
	return 0;
}

static int release(struct powercap_zone *unused)
{
	return 0;
}

static const struct powercap_zone_ops operations = {
	.get_energy_uj = get_energy,
	.get_max_energy_range_uj = get_range,
	.get_enable = get_enable,
	.release = release,
};

/* The powercap core wants these even of a zone that has no constraint. */
static int get_none(struct powercap_zone *unused, int id, u64 *value)
{
	return -ENODATA;
}

static int set_none(struct powercap_zone *unused, int id, u64 value)
{
	return -ENODATA;
}

static const struct powercap_zone_constraint_ops no_constraint = {
	.get_power_limit_uw = get_none,
	.set_power_limit_uw = set_none,
	.get_time_window_us = get_none,
	.set_time_window_us = set_none,
};

static int __init begin(void)
{
	struct powercap_zone *registered;

	control = powercap_register_control_type(NULL, "intel-rapl-mmio", NULL);
	if (IS_ERR(control))
		return PTR_ERR(control);
	registered = powercap_register_zone(&zone, control, "package-0", NULL, &operations,
					    0, &no_constraint);
	if (IS_ERR(registered))
		powercap_unregister_control_type(control);
	return PTR_ERR_OR_ZERO(registered);
}

static void __exit end(void)
{
	powercap_unregister_zone(control, &zone);
	powercap_unregister_control_type(control);
}

module_init(begin);
module_exit(end);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("RAPL's package-0 a second time");
