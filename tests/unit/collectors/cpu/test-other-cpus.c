/* Processors that are neither x86 nor Arm have a name, from what their kernels print. */
#include <config.h>

#include "collectors/cpu/cpu-identity.h"
#include "tests/unit/cmocka.h"

#include <stdio.h>
#include <string.h>

static void expect(const char *cpuinfo, const char *name, int n_threads)
{
	struct cpu_identity cpu;
	FILE *file = fmemopen((void *)(uintptr_t)cpuinfo, strlen(cpuinfo), "r");
	assert_non_null(file);
	cpu_identity_parse(file, &cpu);
	fclose(file);
	assert_string_equal(cpu.model_name, name);
	assert_int_equal(cpu.n_threads, n_threads);
	assert_null(cpu.microarchitecture);
}

static void power(void **state)
{
	(void)state;
	expect("processor\t: 0\ncpu\t\t: POWER9, altivec supported\nclock\t\t: "
	       "2300.000000MHz\n"
	       "revision\t: 2.2 (pvr 004e 1202)\n\nprocessor\t: 1\n"
	       "cpu\t\t: POWER9, altivec supported\n\ntimebase\t: 512000000\n"
	       "platform\t: PowerNV\nmodel\t\t: 8335-GTH\nmachine\t\t: PowerNV 8335-GTH\n",
	       "POWER9", 2);
	expect("processor\t: 0\ncpu\t\t: POWER10 (architected), altivec supported\n\n"
	       "platform\t: pSeries\nmachine\t\t: CHRP IBM,9105-22A\n",
	       "POWER10 (architected)", 1);
}

static void risc_v(void **state)
{
	(void)state;
	expect("processor\t: 0\nhart\t\t: 1\nisa\t\t: rv64imafdc_zicsr\nmmu\t\t: sv39\n"
	       "uarch\t\t: sifive,u74-mc\nmvendorid\t: 0x489\n",
	       "RISC-V sifive,u74-mc", 1);
	expect("processor\t: 0\nhart\t\t: 0\nisa\t\t: rv64imafdc\nmvendorid\t: 0x5b7\n"
	       "marchid\t\t: 0x0\n",
	       "RISC-V of T-Head, rv64imafdc", 1);
	expect("processor\t: 0\nhart\t\t: 0\nisa\t\t: rv64gc\nmvendorid\t: 0x0\n",
	       "RISC-V rv64gc", 1);
}

static void s390x(void **state)
{
	(void)state;
	expect(
	    "vendor_id       : IBM/S390\n# processors    : 2\nbogomips per cpu: 3033.00\n"
	    "processor 0: version = FF,  identification = 133E88,  machine = 3906\n"
	    "processor 1: version = FF,  identification = 133E88,  machine = 3906\n",
	    "IBM z14", 2);
	expect("vendor_id       : IBM/S390\n# processors    : 4\n\ncpu number      : 0\n"
	       "version         : 00\nmachine         : 8561\n",
	       "IBM z15", 4);
	expect("vendor_id       : IBM/S390\n# processors    : 1\n"
	       "processor 0: version = FF,  identification = 1,  machine = 9999\n",
	       "IBM Z, machine type 9999", 1);
}

static void loongson(void **state)
{
	(void)state;
	expect("system type\t\t: generic-loongson-machine\n\nprocessor\t\t: "
	       "0\npackage\t\t\t: 0\n"
	       "CPU Family\t\t: Loongson-64bit\nModel Name\t\t: Loongson-3A5000\n",
	       "Loongson-3A5000", 1);
	expect("system type\t\t: generic-loongson-machine\nprocessor\t\t: 0\n"
	       "cpu model\t\t: Loongson-3 V0.4  FPU V0.1\n",
	       "Loongson-3 V0.4  FPU V0.1", 1);
}

static void what_names_nothing_has_no_name(void **state)
{
	(void)state;
	expect("processor\t: 0\n", "", 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(power),
		cmocka_unit_test(risc_v),
		cmocka_unit_test(s390x),
		cmocka_unit_test(loongson),
		cmocka_unit_test(what_names_nothing_has_no_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
