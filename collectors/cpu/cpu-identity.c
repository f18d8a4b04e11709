/* collectors/cpu/cpu-identity.c - see cpu-identity.h.
 *
 * The table names what the coefficients know; other processors have no row and get none.
 * Intel: Software Developer's Manual vol. 4, table 2-1, and Linux
 * arch/x86/include/asm/intel-family.h; steppings of model 55h from Linux
 * arch/x86/events/intel/core.c (5-7 Cascade Lake, 10-11 Cooper Lake), those of 9Eh from
 * intel-family.h (10-13 Coffee Lake). AMD: the Processor Programming References of family
 * 17h, 19h and 1Ah, and for Naples the Revision Guide 55449 (stepping 2 is ZP-B2, which only
 * EPYC 7001 has; Ryzen and Threadripper of that model are ZP-B1). */
#include <config.h>

#include "collectors/cpu/cpu-identity.h"

#include "collectors/cpu/arm-cores.h"
#include "collectors/cpu/other-cpus.h"

#include <stdlib.h>
#include <string.h>

struct cpu_kind {
	char vendor;
	int family, model_first, model_last, stepping_first, stepping_last;
	/* RAPL of Intel's servers meters since Haswell-EP; before, and in client parts up to
	 * today, it may be a model: Hackenberg et al. 2015, doi 10.1109/IPDPSW.2015.70. */
	bool has_measured_rapl;
	const char *microarchitecture;
};

/* Above every stepping, which has four bits. */
enum { ANY = 255 };

static const struct cpu_kind cpu_kinds[] = {
	{ 'I', 6, 0x2a, 0x2a, 0, ANY, false, "Sandy Bridge" },
	{ 'I', 6, 0x2d, 0x2d, 0, ANY, false, "Sandy Bridge" },
	{ 'I', 6, 0x3a, 0x3a, 0, ANY, false, "Ivy Bridge" },
	{ 'I', 6, 0x3e, 0x3e, 0, ANY, false, "Ivy Bridge" },
	{ 'I', 6, 0x3c, 0x3c, 0, ANY, false, "Haswell" },
	{ 'I', 6, 0x3f, 0x3f, 0, ANY, true, "Haswell" },
	{ 'I', 6, 0x45, 0x46, 0, ANY, false, "Haswell" },
	{ 'I', 6, 0x3d, 0x3d, 0, ANY, false, "Broadwell" },
	{ 'I', 6, 0x47, 0x47, 0, ANY, false, "Broadwell" },
	{ 'I', 6, 0x4f, 0x4f, 0, ANY, true, "Broadwell" },
	{ 'I', 6, 0x56, 0x56, 0, ANY, true, "Broadwell" },
	{ 'I', 6, 0x55, 0x55, 0, 4, true, "Skylake (server)" },
	{ 'I', 6, 0x55, 0x55, 5, 7, true, "Cascade Lake" },
	{ 'I', 6, 0x55, 0x55, 10, 11, true,
	  NULL }, /* Cooper Lake: no coefficients published */
	{ 'I', 6, 0x9e, 0x9e, 10, 13, false, "Coffee Lake" },
	{ 'I', 6, 0x6a, 0x6a, 0, ANY, true, "Ice Lake (server)" },
	{ 'I', 6, 0x6c, 0x6c, 0, ANY, true, "Ice Lake (server)" },
	{ 'I', 6, 0x8f, 0x8f, 0, ANY, true, "Sapphire Rapids" },
	{ 'I', 6, 0xcf, 0xcf, 0, ANY, true, "Emerald Rapids" },
	{ 'I', 6, 0xad, 0xae, 0, ANY, true, "Granite Rapids" },
	{ 'I', 6, 0xaf, 0xaf, 0, ANY, true, NULL }, /* Sierra Forest */
	{ 'A', 0x17, 0x01, 0x01, 2, 2, false, "EPYC 1st Gen (Naples)" },
	{ 'A', 0x17, 0x30, 0x3f, 0, ANY, false, "EPYC 2nd Gen (Rome)" },
	{ 'A', 0x19, 0x00, 0x0f, 0, ANY, false, "EPYC 3rd Gen (Milan)" },
	{ 'A', 0x19, 0x10, 0x1f, 0, ANY, false, "EPYC 4th Gen (Genoa)" },
	{ 'A', 0x19, 0xa0, 0xaf, 0, ANY, false,
	  "EPYC 4th Gen (Genoa)" }, /* Bergamo, Siena */
	{ 'A', 0x1a, 0x00, 0x1f, 0, ANY, false, "EPYC 5th Gen (Turin)" },
};

static bool is_of_kind(const struct cpu_identity *cpu, const struct cpu_kind *kind)
{
	const char *vendor = kind->vendor == 'I' ? "GenuineIntel" : "AuthenticAMD";
	return strcmp(cpu->vendor, vendor) == 0 && cpu->family == kind->family &&
	       cpu->model >= kind->model_first && cpu->model <= kind->model_last &&
	       cpu->stepping >= kind->stepping_first &&
	       cpu->stepping <= kind->stepping_last;
}

static void look_up(struct cpu_identity *cpu)
{
	for (size_t i = 0; i < sizeof(cpu_kinds) / sizeof(*cpu_kinds); i++)
		if (is_of_kind(cpu, &cpu_kinds[i])) {
			cpu->microarchitecture = cpu_kinds[i].microarchitecture;
			cpu->has_measured_rapl = cpu_kinds[i].has_measured_rapl;
			return;
		}
}

static void take_text(const char *line, const char *key, char *field, size_t size)
{
	const char *value = cpuinfo_value(line, key);
	if (value && !*field)
		snprintf(field, size, "%.*s", (int)strcspn(value, "\n"), value);
}

static void take_number(const char *line, const char *key, int *field)
{
	const char *value = cpuinfo_value(line, key);
	if (value && *field < 0)
		*field = atoi(value);
}

/* Which packages were seen, and how many cores they have together; whose core of Arm's is the one
 * that is being read, and whether the file names the processor itself. */
struct packages {
	int ids[64], n, n_cores;
	int current; /* "physical id" of the block that is being read */
	bool is_new;
	unsigned implementer;
	bool is_named;
	struct other_cpu other;
};

static void count_package(const char *line, struct packages *packages)
{
	const char *value = cpuinfo_value(line, "physical id");
	if (value) {
		packages->current = atoi(value);
		packages->is_new = packages->n < 64;
		for (int i = 0; i < packages->n; i++)
			if (packages->ids[i] == packages->current)
				packages->is_new = false;
		if (packages->is_new)
			packages->ids[packages->n++] = packages->current;
	}
	value = cpuinfo_value(line, "cpu cores");
	if (value && packages->is_new)
		packages->n_cores += atoi(value);
}

/* One name for each kind of core: "Arm Cortex-A55 + Arm Cortex-A76". */
static void add_arm_core(struct cpu_identity *cpu, unsigned implementer, unsigned part)
{
	char text[32];
	const char *name = arm_core_name(implementer, part);
	size_t used = strlen(cpu->model_name);
	snprintf(text, sizeof(text), "Arm core 0x%02x:0x%03x", implementer, part);
	name = name ? name : text;
	if (!strstr(cpu->model_name, name))
		snprintf(cpu->model_name + used, sizeof(cpu->model_name) - used, "%s%s",
			 used ? " + " : "", name);
}

static void take_arm_core(const char *line, struct cpu_identity *cpu,
			  struct packages *packages)
{
	const char *value = cpuinfo_value(line, "CPU implementer");
	if (value)
		packages->implementer = (unsigned)strtoul(value, NULL, 16);
	value = cpuinfo_value(line, "CPU part");
	if (value && !packages->is_named)
		add_arm_core(cpu, packages->implementer,
			     (unsigned)strtoul(value, NULL, 16));
}

static void take_line(const char *line, struct cpu_identity *cpu, struct packages *packages)
{
	take_text(line, "vendor_id", cpu->vendor, sizeof(cpu->vendor));
	take_text(line, "CPU implementer", cpu->vendor, sizeof(cpu->vendor)); /* Arm */
	take_text(line, "model name", cpu->model_name, sizeof(cpu->model_name));
	packages->is_named |= cpuinfo_value(line, "model name") != NULL;
	take_arm_core(line, cpu, packages);
	other_cpu_take(&packages->other, line);
	take_text(line, "microcode", cpu->microcode, sizeof(cpu->microcode));
	take_number(line, "cpu family", &cpu->family);
	take_number(line, "model", &cpu->model);
	take_number(line, "stepping", &cpu->stepping);
	if (cpuinfo_value(line, "flags") && strstr(line, " hypervisor"))
		cpu->is_virtual = true;
	if (cpuinfo_value(line, "processor"))
		cpu->n_threads = cpu->n_threads < 0 ? 1 : cpu->n_threads + 1;
	count_package(line, packages);
}

/* Takes lines until the end or, of the first processor only, until the empty one behind it. */
static void take_lines(FILE *cpuinfo, bool is_first_only, struct cpu_identity *cpu,
		       struct packages *packages)
{
	char *line = NULL;
	size_t size = 0;
	*cpu = (struct cpu_identity){ .family = -1,
				      .model = -1,
				      .stepping = -1,
				      .n_packages = -1,
				      .n_cores = -1,
				      .n_threads = -1 };
	while (cpuinfo && getline(&line, &size, cpuinfo) > 0 &&
	       !(is_first_only && *line == '\n'))
		take_line(line, cpu, packages);
	free(line);
	if (!*cpu->model_name)
		other_cpu_name(&packages->other, cpu->model_name, sizeof(cpu->model_name));
	if (cpu->n_threads < 0 && packages->other.n_threads > 0)
		cpu->n_threads = packages->other.n_threads;
}

void cpu_identity_parse(FILE *cpuinfo, struct cpu_identity *cpu)
{
	struct packages packages = { .n = 0 };
	take_lines(cpuinfo, false, cpu, &packages);
	if (packages.n > 0)
		cpu->n_packages = packages.n;
	if (packages.n_cores > 0)
		cpu->n_cores = packages.n_cores;
	look_up(cpu);
}

void cpu_identity_read(struct cpu_identity *cpu)
{
	FILE *cpuinfo = fopen("/proc/cpuinfo", "re");
	cpu_identity_parse(cpuinfo, cpu);
	if (cpuinfo)
		fclose(cpuinfo);
}

void cpu_kind_read(struct cpu_identity *cpu)
{
	struct packages packages = { .n = 0 };
	FILE *cpuinfo = fopen("/proc/cpuinfo", "re");
	take_lines(cpuinfo, true, cpu, &packages);
	if (cpuinfo)
		fclose(cpuinfo);
	cpu->n_threads = -1;
	look_up(cpu);
}
