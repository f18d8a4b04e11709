/* collectors/cpu/cpu-identity.h - which processor this is, and what is known of its kind.
 *
 * From /proc/cpuinfo. Texts that it does not give are empty, numbers are -1. */
#ifndef JOULECART_CPU_IDENTITY_H
#define JOULECART_CPU_IDENTITY_H
#include <stdbool.h>
#include <stdio.h>

struct cpu_identity {
	char vendor[16];             /* "GenuineIntel", "AuthenticAMD" */
	char model_name[64];         /* as the maker or the hypervisor writes it */
	char microcode[16];          /* "0x2b000571" */
	int family, model, stepping; /* as CPUID gives them */
	const char
	    *microarchitecture; /* key of the coefficients (factor kind "cpu"), or NULL */
	bool
	    has_measured_rapl; /* Intel server since Haswell-EP: RAPL meters, not a model */
	bool is_virtual;       /* CPUID says that a hypervisor is below */
	int n_packages, n_cores, n_threads;
};

void cpu_identity_read(struct cpu_identity *cpu);

/* The same from the first processor alone, and with no counts (-1): of many processors the whole
 * file takes the kernel milliseconds. */
void cpu_kind_read(struct cpu_identity *cpu);

/* The same from an open file of that form; NULL: nothing is known. */
void cpu_identity_parse(FILE *cpuinfo, struct cpu_identity *cpu);

#endif
