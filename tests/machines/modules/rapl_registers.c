// SPDX-License-Identifier: GPL-2.0
/* rapl_registers.c - the RAPL registers of a processor that has none.
 *
 * Under QEMU's TCG an unknown model-specific register reads as 0. Debian's kernel reads them all
 * through native_read_msr() and native_read_msr_safe() (CONFIG_PARAVIRT_XXL); a kprobe on both
 * answers for RAPL's. So the stock drivers find a processor with energy counters: intel_rapl_msr
 * (powercap), rapl (perf's "power" PMU), msr. Load this before them. Which domains they offer,
 * and with what quirks, follows from the CPU model, as in life.
 *
 * Each die draws a constant power, which makes its energy known at any time: of domain d, die N
 * draws mw[d] * (1 + N / 10). Registers and units: Intel SDM volume 4, table 2-2, and volume 3,
 * 15.10.1 (energy in steps of 2^-ESU J, 32 bits); AMD APM volume 2, 17.5.
 *
 * With drawn=1 the package draws what a program says in the page /dev/drawn (drawn-page.h). */
#include "drawn-page.h"

#include <asm/cpu_device_id.h>
#include <asm/intel-family.h>
#include <asm/msr-index.h>
#include <linux/kprobes.h>
#include <linux/math64.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/syscore_ops.h>
#include <linux/timekeeping.h>
#include <linux/topology.h>

enum domain { PACKAGE, CORE, DRAM, UNCORE, PSYS, N_DOMAINS };

static uint mw[N_DOMAINS] = { 60000, 40000, 10000, 5000, 90000 };
module_param_array(mw, uint, NULL, 0444);
MODULE_PARM_DESC(mw, "milliwatts of package, core, dram, uncore, psys");
static uint esu = 14;
module_param(esu, uint, 0444);
MODULE_PARM_DESC(esu, "a step of the counters is 2^-esu J");
static uint start;
module_param(start, uint, 0444);
MODULE_PARM_DESC(start, "what every counter stands at when the module is loaded");
static bool restarts = true;
module_param(restarts, bool, 0444);
MODULE_PARM_DESC(restarts, "the counters begin at 0 again after a suspend to RAM");

static bool drawn;
module_param(drawn, bool, 0444);
MODULE_PARM_DESC(drawn, "the package draws what the page /dev/drawn says");
static struct drawn_page *drawn_page;

/* What drew power since when, and what the counters stood at then. */
static u64 origin_ns;
static u32 origin_raw;

/* These count DRAM in steps of 2^-16 J, whatever the register of units says. */
static const struct x86_cpu_id dram_has_own_unit[] = {
	X86_MATCH_INTEL_FAM6_MODEL(HASWELL_X, NULL),
	X86_MATCH_INTEL_FAM6_MODEL(BROADWELL_X, NULL),
	X86_MATCH_INTEL_FAM6_MODEL(SKYLAKE_X, NULL),
	X86_MATCH_INTEL_FAM6_MODEL(ICELAKE_X, NULL),
	{}
};
static uint dram_esu;

static const struct {
	u32 msr;
	enum domain domain;
} counters[] = {
	{ MSR_PKG_ENERGY_STATUS, PACKAGE },   { MSR_AMD_PKG_ENERGY_STATUS, PACKAGE },
	{ MSR_PP0_ENERGY_STATUS, CORE },      { MSR_AMD_CORE_ENERGY_STATUS, CORE },
	{ MSR_DRAM_ENERGY_STATUS, DRAM },     { MSR_PP1_ENERGY_STATUS, UNCORE },
	{ MSR_PLATFORM_ENERGY_STATUS, PSYS },
};

static const struct {
	u32 msr;
	u64 value;
} constants[] = {
	/* 93 W for 28 s, 93 W for 2.4 ms, in eighths of a watt; 93 W thermal design power */
	{ MSR_PKG_POWER_LIMIT, 0x004282e800dd82e8ULL },
	{ MSR_PKG_POWER_INFO, 0x2e8 },
};

static u64 millisecond_now(void)
{
	return div_u64(ktime_get_ns(), NSEC_PER_MSEC);
}

static u32 count_drawn(void)
{
	return origin_raw + (u32)mul_u64_u64_div_u64(drawn_nj(drawn_page, millisecond_now),
						     1ULL << esu, NSEC_PER_SEC);
}

static u32 count(enum domain domain)
{
	uint die = topology_logical_die_id(raw_smp_processor_id());
	u64 nj = (ktime_get_ns() - origin_ns) / 1000 * mw[domain];
	uint unit = domain == DRAM ? dram_esu : esu;

	if (domain == PACKAGE && drawn_page)
		return count_drawn();
	if (domain == PSYS && die > 0)
		return 0; /* the first package tells the platform's */
	nj += nj / 10 * die;
	return origin_raw + (u32)mul_u64_u64_div_u64(nj, 1ULL << unit, NSEC_PER_SEC);
}

static bool is_ours(u32 msr, u64 *value)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(counters); i++)
		if (counters[i].msr == msr) {
			*value = count(counters[i].domain);
			return true;
		}
	for (i = 0; i < ARRAY_SIZE(constants); i++)
		if (constants[i].msr == msr) {
			*value = constants[i].value;
			return true;
		}
	*value = 3 | esu << 8 | 10 << 16; /* power 2^-3 W, energy, time 2^-10 s */
	return msr == MSR_RAPL_POWER_UNIT || msr == MSR_AMD_RAPL_POWER_UNIT;
}

static struct kprobe plain, safe;

/* In place of native_read_msr(msr) or native_read_msr_safe(msr, &err): return to the caller. */
static int answer(struct kprobe *probe, struct pt_regs *regs)
{
	u64 value;

	if (!is_ours(regs->di, &value))
		return 0;
	if (probe == &safe)
		*(int *)regs->si = 0;
	regs->ax = value;
	regs->ip = *(unsigned long *)regs->sp;
	regs->sp += sizeof(unsigned long);
	return 1;
}

/* With a post_handler a probe stays a trap: as a jump it could not skip the function. */
static void stay(struct kprobe *probe, struct pt_regs *regs, unsigned long flags)
{
}

static struct kprobe plain = { .symbol_name = "native_read_msr",
			       .pre_handler = answer,
			       .post_handler = stay };
static struct kprobe safe = { .symbol_name = "native_read_msr_safe",
			      .pre_handler = answer,
			      .post_handler = stay };
static struct kprobe *probes[] = { &plain, &safe };

/* As on the machine, whose registers lose their values while it sleeps: before the other CPUs
 * are back and the drivers read, after timekeeping has resumed (it registered first).
 * CLOCK_MONOTONIC stood still. */
static void on_resume(void)
{
	if (!restarts)
		return;
	origin_ns = ktime_get_ns();
	origin_raw = 0;
}
static struct syscore_ops while_asleep = { .resume = on_resume };

static int map_page(struct file *file, struct vm_area_struct *area)
{
	struct page *pages[] = { virt_to_page(drawn_page) };

	return vm_map_pages_zero(area, pages, 1);
}
static const struct file_operations page_operations = { .owner = THIS_MODULE,
							.mmap = map_page };
static struct miscdevice page_device = {
	.minor = MISC_DYNAMIC_MINOR, .name = "drawn", .mode = 0666, .fops = &page_operations
};

static int make_page(void)
{
	int err;

	drawn_page = (struct drawn_page *)get_zeroed_page(GFP_KERNEL);
	err = drawn_page ? misc_register(&page_device) : -ENOMEM;
	if (err) {
		free_page((unsigned long)drawn_page);
		drawn_page = NULL;
	}
	return err;
}

static void free_drawn(void)
{
	if (!drawn_page)
		return;
	misc_deregister(&page_device);
	free_page((unsigned long)drawn_page);
}

static int __init begin(void)
{
	int err;

	if (drawn) {
		err = make_page();
		if (err)
			return err;
	}

	origin_raw = start;
	origin_ns = ktime_get_ns();
	dram_esu = x86_match_cpu(dram_has_own_unit) ? 16 : esu;
	/* QEMU's EPYC lacks the bit that the drivers look for */
	if (boot_cpu_data.x86_vendor == X86_VENDOR_AMD)
		set_cpu_cap(&boot_cpu_data, X86_FEATURE_RAPL);
	err = register_kprobes(probes, ARRAY_SIZE(probes));
	if (!err)
		register_syscore_ops(&while_asleep);
	else
		free_drawn();
	return err;
}

static void __exit end(void)
{
	unregister_kprobes(probes, ARRAY_SIZE(probes));
	unregister_syscore_ops(&while_asleep);
	free_drawn();
}

module_init(begin);
module_exit(end);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("RAPL registers of known power");
