/* profiler/campaign/host.c - see host.h. */
#include <config.h>

#include "profiler/campaign/host.h"

#include "collectors/cpu/cpu-identity.h"
#include "collectors/sysfs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif

struct host {
	struct cpu_identity cpu;
	struct utsname kernel;
	char boot_id[64], os[128], hypervisor[32], governor[32], clocksource[32],
	    kernel_text[256];
};

/* The first line of a small file, without its end; "" when it cannot be read. */
static const char *read_line(const char *path, char *line, size_t size)
{
	FILE *file = fopen(path, "re");
	line[0] = '\0';
	if (file && !fgets(line, (int)size, file))
		line[0] = '\0';
	if (file)
		fclose(file);
	line[strcspn(line, "\n")] = '\0';
	return line;
}

static const char *or_null(const char *text)
{
	return text && *text ? text : NULL;
}

/* PRETTY_NAME of /etc/os-release, without its quotes. */
static void read_os(char *os, size_t size)
{
	static const char key[] = "PRETTY_NAME=";
	char line[256];
	FILE *file = fopen("/etc/os-release", "re");
	while (file && fgets(line, sizeof(line), file)) {
		if (strncmp(line, key, sizeof(key) - 1) != 0)
			continue;
		char *text = line + sizeof(key) - 1;
		text += strspn(text, "\"'");
		text[strcspn(text, "\"'\n")] = '\0';
		snprintf(os, size, "%s", text);
	}
	if (file)
		fclose(file);
}

#if defined(__x86_64__) || defined(__i386__)
/* What a hypervisor signs with is not always its name. Another one's signature stands as it is. */
static const struct {
	const char *signature, *name;
} hypervisors[] = {
	{ "KVMKVMKVM", "KVM" },           { "TCGTCGTCGTCG", "QEMU TCG" },
	{ "VMwareVMware", "VMware" },     { "Microsoft Hv", "Hyper-V" },
	{ "XenVMMXenVMM", "Xen" },        { "bhyve bhyve ", "bhyve" },
	{ "VBoxVBoxVBox", "VirtualBox" },
};

static void name_hypervisor(const char *signature, char *name, size_t size)
{
	for (size_t i = 0; i < sizeof(hypervisors) / sizeof(hypervisors[0]); i++)
		if (strcmp(hypervisors[i].signature, signature) == 0)
			signature = hypervisors[i].name;
	snprintf(name, size, "%s", *signature ? signature : "unknown");
}
#endif

/* The hypervisor's signature as CPUID leaf 0x40000000 gives it (Intel SDM vol. 2, CPUID; the
 * convention of all x86 hypervisors), or what the kernel of other machines says. */
static void read_hypervisor(char *name, size_t size)
{
#if defined(__x86_64__) || defined(__i386__)
	unsigned eax, ebx, ecx, edx, words[3];
	char signature[sizeof(words) + 1];
	if (!__get_cpuid(1, &eax, &ebx, &ecx, &edx) || !(ecx & (1u << 31)))
		return;
	__cpuid(0x40000000, eax, words[0], words[1], words[2]);
	snprintf(signature, sizeof(signature), "%.12s", (const char *)words);
	name_hypervisor(signature, name, size);
#else
	read_line("/sys/hypervisor/type", name, size);
#endif
}

/* 1 on, 0 off, -1 not known. intel_pstate counts the other way round. */
static int64_t read_turbo(void)
{
	char line[8];
	if (*read_line("/sys/devices/system/cpu/intel_pstate/no_turbo", line, sizeof(line)))
		return line[0] == '0';
	if (*read_line("/sys/devices/system/cpu/cpufreq/boost", line, sizeof(line)))
		return line[0] == '1';
	return -1;
}

struct host *host_read(struct host_facts *facts)
{
	struct host *host = calloc(1, sizeof(*host));
	*facts = (struct host_facts){ .boot_id = "unknown", .turbo = -1 };
	if (!host)
		return NULL;
	cpu_identity_read(&host->cpu);
	uname(&host->kernel);
	read_os(host->os, sizeof(host->os));
	read_hypervisor(host->hypervisor, sizeof(host->hypervisor));
	snprintf(host->kernel_text, sizeof(host->kernel_text), "%s %s %s",
		 host->kernel.sysname, host->kernel.release, host->kernel.machine);
	read_line("/proc/sys/kernel/random/boot_id", host->boot_id, sizeof(host->boot_id));
	read_line("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", host->governor,
		  sizeof(host->governor));
	read_line("/sys/devices/system/clocksource/clocksource0/current_clocksource",
		  host->clocksource, sizeof(host->clocksource));
	*facts = (struct host_facts){
		.boot_id = *host->boot_id ? host->boot_id : "unknown",
		.hostname = or_null(host->kernel.nodename),
		.cpu_vendor = or_null(host->cpu.vendor),
		.cpu_model = or_null(host->cpu.model_name),
		.microarchitecture = or_null(host->cpu.microarchitecture),
		.microcode = or_null(host->cpu.microcode),
		.kernel = host->kernel_text,
		.os = or_null(host->os),
		.hypervisor = or_null(host->hypervisor),
		.governor = or_null(host->governor),
		.clocksource = or_null(host->clocksource),
		.cpu_family = host->cpu.family,
		.cpu_model_number = host->cpu.model,
		.cpu_stepping = host->cpu.stepping,
		.n_packages = host->cpu.n_packages,
		.n_cores = host->cpu.n_cores,
		.n_threads = host->cpu.n_threads,
		.memory_bytes = sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE),
		.turbo = read_turbo(),
	};
	return host;
}

void host_free(struct host *host)
{
	free(host);
}

const char *host_new_uuid(char *uuid, size_t size)
{
	return read_line("/proc/sys/kernel/random/uuid", uuid, size);
}
