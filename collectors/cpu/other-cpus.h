/* collectors/cpu/other-cpus.h - names of processors that are neither x86 nor Arm, of which each
 * architecture's /proc/cpuinfo tells in keys of its own (Linux, arch/.../cpu.c and the like). */
#ifndef JOULECART_OTHER_CPUS_H
#define JOULECART_OTHER_CPUS_H
#include <stddef.h>

/* What the lines told so far; starts as zeros. */
struct other_cpu {
	char name[64]; /* POWER, Loongson, MIPS: as the file has it */
	char uarch[48], isa[48];
	unsigned long vendor; /* mvendorid of RISC-V */
	int machine;          /* of s390x */
	int n_threads;        /* of s390x, which has one line for all; else 0 */
};

/* The text behind "KEY : " where the line has that key, else NULL. */
const char *cpuinfo_value(const char *line, const char *key);

void other_cpu_take(struct other_cpu *cpu, const char *line);

/* What is known as a name: "POWER9", "IBM z15", "RISC-V sifive,u74-mc", "Loongson-3A5000"; empty
 * where nothing is. */
void other_cpu_name(const struct other_cpu *cpu, char *name, size_t size);

#endif
