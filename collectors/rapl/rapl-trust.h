/* collectors/rapl/rapl-trust.h - how far RAPL's joules can be trusted on this processor. */
#ifndef JOULECART_RAPL_TRUST_H
#define JOULECART_RAPL_TRUST_H

struct channel;
struct cpu_identity;

/* Why there can be no RAPL here, as it follows "no RAPL zone": ": a virtual machine without it".
 * NULL where there can be, and a driver may be missing. The drivers know processors of Intel, AMD
 * and Hygon (Linux drivers/powercap/intel_rapl_msr.c, arch/x86/events/rapl.c). */
const char *rapl_why_none(const struct cpu_identity *cpu);

/* The hardware updates RAPL counters about every millisecond: Intel SDM vol. 3, "RAPL
 * Interfaces"; AMD's likewise (Schoene et al. 2021, arXiv 2108.00808). */
enum { RAPL_UPDATE_INTERVAL_NS = 1000000 };

/* Intel's answer to PLATYPUS (INTEL-SA-00389): noise is added to the energy counters, so that
 * they show no secrets; also whenever SGX is in use. */
enum rapl_filter {
	RAPL_FILTER_UNKNOWN,
	RAPL_FILTER_ABSENT,
	RAPL_FILTER_OFF,
	RAPL_FILTER_ON
};

/* The filter's state by that msr device ("/dev/cpu/0/msr"); unknown when it is not readable:
 * IA32_ARCH_CAPABILITIES (10Ah) bit 10 tells whether IA32_MISC_PACKAGE_CTLS (BCh) exists, whose
 * bit 0 turns the filter on (Intel SDM vol. 4, table 2-2). */
enum rapl_filter rapl_filter_read(const char *msr_device);

/* The same of this machine's first processor. Other makers' processors have none. */
enum rapl_filter rapl_filter_here(const struct cpu_identity *cpu);

/* "; energy filter on (INTEL-SA-00389)" or what else there is to say; may be empty. */
const char *rapl_filter_words(enum rapl_filter filter);

/* Sets provenance, uncertainty_k2 and uncertainty_basis. */
void rapl_trust(struct channel *channel, const struct cpu_identity *cpu);

#endif
