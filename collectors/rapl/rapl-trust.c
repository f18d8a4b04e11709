/* collectors/rapl/rapl-trust.c - see rapl-trust.h. */
#include <config.h>

#include "collectors/rapl/rapl-trust.h"

#include "collectors/collector.h"
#include "collectors/cpu/cpu-identity.h"
#include "collectors/sysfs.h"

#include <string.h>
#include <unistd.h>

/* Numbers and bits: Intel's Software Developer's Manual, volume 4. */
enum { MSR_ARCH_CAPABILITIES = 0x10a, MSR_MISC_PACKAGE_CTLS = 0xbc };
static const uint64_t has_package_ctls = UINT64_C(1) << 10, filter_is_on = 1;

const char *rapl_why_none(const struct cpu_identity *cpu)
{
	static const char *const makers[] = { "GenuineIntel", "AuthenticAMD",
					      "HygonGenuine" };
	if (cpu->is_virtual)
		return ": a virtual machine without it";
	for (size_t i = 0; i < sizeof(makers) / sizeof(*makers); i++)
		if (strcmp(cpu->vendor, makers[i]) == 0)
			return NULL;
	return ": only processors of Intel and AMD have RAPL";
}

enum rapl_filter rapl_filter_read(const char *msr_device)
{
	uint64_t capabilities, control;
	enum rapl_filter filter = RAPL_FILTER_UNKNOWN;
	int fd = sysfs_open(msr_device);
	if (fd < 0)
		return filter;
	if (pread(fd, &capabilities, sizeof(capabilities), MSR_ARCH_CAPABILITIES) !=
	    sizeof(capabilities))
		filter = RAPL_FILTER_UNKNOWN;
	else if (!(capabilities & has_package_ctls))
		filter = RAPL_FILTER_ABSENT;
	else if (pread(fd, &control, sizeof(control), MSR_MISC_PACKAGE_CTLS) ==
		 sizeof(control))
		filter = control & filter_is_on ? RAPL_FILTER_ON : RAPL_FILTER_OFF;
	close(fd);
	return filter;
}

enum rapl_filter rapl_filter_here(const struct cpu_identity *cpu)
{
	return strcmp(cpu->vendor, "GenuineIntel") == 0 ? rapl_filter_read("/dev/cpu/0/msr")
							: RAPL_FILTER_ABSENT;
}

const char *rapl_filter_words(enum rapl_filter filter)
{
	switch (filter) {
	case RAPL_FILTER_ON:
		return "; energy filter on (INTEL-SA-00389): short windows are noisy";
	case RAPL_FILTER_OFF:
		return "; energy filter off (INTEL-SA-00389)";
	case RAPL_FILTER_ABSENT:
	case RAPL_FILTER_UNKNOWN:
		return "";
	}
	return "";
}

/* Relative expanded uncertainties of RAPL by who makes it: Haswell's step from a model to a
 * meter, Hackenberg et al. 2015; Khan et al. 2018; offsets, Desrochers et al. 2016; AMD's model,
 * Schoene et al. 2021. */
void rapl_trust(struct channel *channel, const struct cpu_identity *cpu)
{
	if (cpu->has_measured_rapl) {
		channel->provenance = PROV_MEASURED;
		channel->uncertainty_k2 = 0.05;
		channel->uncertainty_basis =
		    "Intel server, metered (Hackenberg 2015, Khan 2018)";
	} else if (strcmp(cpu->vendor, "GenuineIntel") == 0) {
		channel->provenance = PROV_MODELLED;
		channel->uncertainty_k2 = 0.15;
		channel->uncertainty_basis =
		    "Intel client or before Haswell, modelled (Desrochers 2016)";
	} else {
		channel->provenance = PROV_MODELLED;
		channel->uncertainty_k2 = 0.20;
		channel->uncertainty_basis =
		    strcmp(cpu->vendor, "AuthenticAMD") == 0
			? "AMD, modelled (Schoene 2021)"
			: "maker unknown, treated like AMD's model";
	}
}
