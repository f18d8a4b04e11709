/* collectors/cpu/other-cpus.c - see other-cpus.h. */
#include <config.h>

#include "collectors/cpu/other-cpus.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *cpuinfo_value(const char *line, const char *key)
{
	size_t length = strlen(key);
	if (strncmp(line, key, length) != 0)
		return NULL;
	line += length + strspn(line + length, " \t");
	return *line == ':' ? line + 1 + (line[1] == ' ') : NULL;
}

/* Keeps the first; what is behind one of the ends is left off. */
static void keep(const char *line, const char *key, const char *ends, char *field,
		 size_t size)
{
	const char *value = cpuinfo_value(line, key);
	if (value && !*field)
		snprintf(field, size, "%.*s", (int)strcspn(value, ends), value);
}

/* "machine         : 8561", or "processor 0: version = FF, ..., machine = 3906". */
static void take_machine(struct other_cpu *cpu, const char *line)
{
	const char *value = cpuinfo_value(line, "machine");
	const char *within = strstr(line, "machine = ");
	if (within && strncmp(line, "processor ", strlen("processor ")) == 0)
		value = within + strlen("machine = ");
	if (value && cpu->machine == 0)
		cpu->machine = atoi(value);
}

void other_cpu_take(struct other_cpu *cpu, const char *line)
{
	keep(line, "cpu", ",\n", cpu->name, sizeof(cpu->name));       /* POWER */
	keep(line, "Model Name", "\n", cpu->name, sizeof(cpu->name)); /* Loongson */
	keep(line, "cpu model", "\n", cpu->name, sizeof(cpu->name));  /* MIPS */
	keep(line, "uarch", "\n", cpu->uarch, sizeof(cpu->uarch));
	keep(line, "isa", "\n", cpu->isa, sizeof(cpu->isa));
	const char *vendor = cpuinfo_value(line, "mvendorid");
	if (vendor && cpu->vendor == 0)
		cpu->vendor = strtoul(vendor, NULL, 16);
	take_machine(cpu, line);
	const char *threads = cpuinfo_value(line, "# processors");
	if (threads)
		cpu->n_threads = atoi(threads);
}

/* Machine types of IBM Z: Linux, arch/s390/kernel/processor.c (setup_elf_platform). */
static const char *z_name(int machine)
{
	static const struct {
		int machine;
		const char *name;
	} names[] = {
		{ 2817, "z196" },    { 2818, "z114" },    { 2827, "zEC12" },
		{ 2828, "zBC12" },   { 2964, "z13" },     { 2965, "z13s" },
		{ 3906, "z14" },     { 3907, "z14 ZR1" }, { 8561, "z15" },
		{ 8562, "z15 T02" }, { 3931, "z16" },     { 3932, "z16 A02" },
		{ 9175, "z17" },
	};
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (names[i].machine == machine)
			return names[i].name;
	return NULL;
}

/* Manufacturers by their JEDEC codes, as in Linux, arch/riscv/include/asm/vendorid_list.h. */
static const char *risc_v_maker(unsigned long vendor)
{
	return vendor == 0x489   ? "SiFive"
	       : vendor == 0x5b7 ? "T-Head"
	       : vendor == 0x31e ? "Andes"
	       : vendor == 0x127 ? "Microchip"
				 : NULL;
}

void other_cpu_name(const struct other_cpu *cpu, char *name, size_t size)
{
	const char *z = z_name(cpu->machine), *maker = risc_v_maker(cpu->vendor);
	*name = '\0';
	if (*cpu->name)
		snprintf(name, size, "%s", cpu->name);
	else if (*cpu->uarch)
		snprintf(name, size, "RISC-V %s", cpu->uarch);
	else if (maker)
		snprintf(name, size, "RISC-V of %s, %s", maker, cpu->isa);
	else if (*cpu->isa)
		snprintf(name, size, "RISC-V %s", cpu->isa);
	else if (z)
		snprintf(name, size, "IBM %s", z);
	else if (cpu->machine > 0 && cpu->n_threads > 0)
		snprintf(name, size, "IBM Z, machine type %d", cpu->machine);
}
