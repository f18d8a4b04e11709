/* A processor is told by its numbers, and its server's power follows from published figures. */
#include <config.h>

#include "collectors/cpu/cpu-identity.h"
#include "collectors/cpu/estimate.h"
#include "tests/unit/cmocka.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* The identity of a processor whose first block of /proc/cpuinfo has these numbers. */
static struct cpu_identity identify(const char *vendor, int family, int model, int stepping)
{
	char text[256];
	struct cpu_identity cpu;
	snprintf(text, sizeof(text),
		 "processor\t: 0\nvendor_id\t: %s\ncpu family\t: %d\nmodel\t\t: %d\n"
		 "model name\t: a name\nstepping\t: %d\n",
		 vendor, family, model, stepping);
	FILE *file = fmemopen(text, strlen(text), "r");
	cpu_identity_parse(file, &cpu);
	fclose(file);
	return cpu;
}

static void each_known_processor_has_its_key(void **state)
{
	(void)state;
	static const struct {
		int line;
		const char *vendor;
		int family, model, stepping;
		const char *key;
	} rows[] = {
		{ __LINE__, "GenuineIntel", 6, 0x2d, 7, "Sandy Bridge" },
		{ __LINE__, "GenuineIntel", 6, 0x3e, 4, "Ivy Bridge" },
		{ __LINE__, "GenuineIntel", 6, 0x3f, 2, "Haswell" },
		{ __LINE__, "GenuineIntel", 6, 0x4f, 1, "Broadwell" },
		{ __LINE__, "GenuineIntel", 6, 0x55, 4, "Skylake (server)" },
		{ __LINE__, "GenuineIntel", 6, 0x55, 7, "Cascade Lake" },
		{ __LINE__, "GenuineIntel", 6, 0x55, 11, NULL },
		{ __LINE__, "GenuineIntel", 6, 0x9e, 9, NULL },
		{ __LINE__, "GenuineIntel", 6, 0x9e, 10, "Coffee Lake" },
		{ __LINE__, "GenuineIntel", 6, 0x6a, 6, "Ice Lake (server)" },
		{ __LINE__, "GenuineIntel", 6, 0x8f, 8, "Sapphire Rapids" },
		{ __LINE__, "GenuineIntel", 6, 0xcf, 2, "Emerald Rapids" },
		{ __LINE__, "GenuineIntel", 6, 0xad, 1, "Granite Rapids" },
		{ __LINE__, "GenuineIntel", 6, 0xb7, 1, NULL },
		{ __LINE__, "AuthenticAMD", 0x17, 0x01, 2, "EPYC 1st Gen (Naples)" },
		{ __LINE__, "AuthenticAMD", 0x17, 0x01, 1, NULL }, /* Ryzen 1000 */
		{ __LINE__, "AuthenticAMD", 0x17, 0x31, 0, "EPYC 2nd Gen (Rome)" },
		{ __LINE__, "AuthenticAMD", 0x19, 0x01, 1, "EPYC 3rd Gen (Milan)" },
		{ __LINE__, "AuthenticAMD", 0x19, 0x11, 1, "EPYC 4th Gen (Genoa)" },
		{ __LINE__, "AuthenticAMD", 0x1a, 0x02, 1, "EPYC 5th Gen (Turin)" },
		{ __LINE__, "AuthenticAMD", 0x1a, 0x44, 0, NULL }, /* Ryzen 9000 */
		{ __LINE__, "GenuineIntel", 0x1a, 0x02, 1, NULL },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct cpu_identity cpu = identify(rows[i].vendor, rows[i].family,
						   rows[i].model, rows[i].stepping);
		const char *key = cpu.microarchitecture;
		if (!key != !rows[i].key || (key && strcmp(key, rows[i].key) != 0))
			fail_msg("row of line %d: '%s'", rows[i].line, key ? key : "none");
		/* A key without coefficients would be estimated as "unknown" in silence. */
		if (key)
			assert_string_equal(cpu_coefficients_find(key)->microarchitecture,
					    key);
	}
}

static void rapl_is_a_meter_only_in_intel_servers_since_haswell(void **state)
{
	(void)state;
	assert_true(identify("GenuineIntel", 6, 0x3f, 2).has_measured_rapl);
	assert_true(identify("GenuineIntel", 6, 0x55, 11).has_measured_rapl);
	assert_false(identify("GenuineIntel", 6, 0x2d, 7).has_measured_rapl);
	assert_false(identify("GenuineIntel", 6, 0x9e, 10).has_measured_rapl);
	assert_false(identify("AuthenticAMD", 0x19, 0x11, 1).has_measured_rapl);
}

static void packages_cores_and_threads_are_counted(void **state)
{
	(void)state;
	char text[1024] = "";
	struct cpu_identity cpu;
	for (int thread = 0; thread < 8; thread++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
			 "processor\t: %d\nphysical id\t: %d\ncpu cores\t: 2\n"
			 "flags\t\t: fpu hypervisor\n\n",
			 thread, 2 * (thread / 4));
	FILE *file = fmemopen(text, strlen(text), "r");
	cpu_identity_parse(file, &cpu);
	fclose(file);
	assert_int_equal(cpu.n_packages, 2);
	assert_int_equal(cpu.n_cores, 4);
	assert_int_equal(cpu.n_threads, 8);
	assert_true(cpu.is_virtual);
}

/* The name of processors with these implementers and parts, two of each kind. */
static void assert_arm_name(const char *expected, size_t n, const unsigned (*cores)[2])
{
	char text[1024] = "";
	struct cpu_identity cpu;
	for (size_t i = 0; i < 2 * n; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
			 "processor\t: %zu\nCPU implementer\t: 0x%02x\n"
			 "CPU architecture: 8\nCPU part\t: 0x%03x\n\n",
			 i, cores[i / 2][0], cores[i / 2][1]);
	FILE *file = fmemopen(text, strlen(text), "r");
	cpu_identity_parse(file, &cpu);
	fclose(file);
	assert_string_equal(cpu.model_name, expected);
}

static void arm_cores_are_named_by_maker_and_part(void **state)
{
	(void)state;
	assert_arm_name("Arm Neoverse-N1", 1, (unsigned[][2]){ { 0x41, 0xd0c } });
	assert_arm_name("Arm Cortex-A55 + Arm Cortex-A76", 2,
			(unsigned[][2]){ { 0x41, 0xd05 }, { 0x41, 0xd0b } });
	assert_arm_name("Arm core 0x41:0xfff", 1, (unsigned[][2]){ { 0x41, 0xfff } });
}

static void the_first_processor_tells_the_kind_and_counts_nothing(void **state)
{
	(void)state;
	struct cpu_identity all, first;
	cpu_identity_read(&all);
	cpu_kind_read(&first);
	assert_string_equal(first.vendor, all.vendor);
	assert_string_equal(first.microcode, all.microcode);
	assert_int_equal(first.family, all.family);
	assert_int_equal(first.model, all.model);
	assert_int_equal(first.stepping, all.stepping);
	assert_int_equal(first.is_virtual, all.is_virtual);
	assert_int_equal(first.has_measured_rapl, all.has_measured_rapl);
	assert_true(all.n_threads > 0);
	assert_int_equal(first.n_threads, -1);
	assert_int_equal(first.n_packages, -1);
	assert_int_equal(first.n_cores, -1);
}

static void what_cpuinfo_does_not_say_is_unknown(void **state)
{
	(void)state;
	struct cpu_identity cpu;
	cpu_identity_parse(NULL, &cpu);
	assert_int_equal(cpu.family, -1);
	assert_int_equal(cpu.n_packages, -1);
	assert_int_equal(cpu.n_threads, -1);
	assert_null(cpu.microarchitecture);
	assert_string_equal(cpu.vendor, "");
}

static double close_to(double value, double expected)
{
	return fabs(value - expected) < 1e-9 * fabs(expected) + 1e-12;
}

static void half_busy_milan_with_eight_threads_takes_9_652_wh_an_hour(void **state)
{
	(void)state;
	const struct cpu_coefficients *milan = cpu_coefficients_find(
	    "EPYC 3rd Gen (Milan)");
	const struct estimate_machine machine = { .n_threads = 8,
						  .n_packages = 1,
						  .ram_gb = 32 };
	/* 8 x (0.456 + 0.5 x (1.957 - 0.456)) W for one hour = 0.009652 kWh. */
	assert_true(close_to(estimate_machine_w(milan, &machine, 0.5) / 1000, 0.009652));
}

static void only_memory_beyond_the_included_is_added(void **state)
{
	(void)state;
	const struct cpu_coefficients cpu = { "x", 1, 2, 100, 0.4, 0.5 };
	struct estimate_machine machine = { .n_threads = 10,
					    .n_packages = 2,
					    .ram_gb = 200 };
	assert_true(close_to(estimate_machine_w(&cpu, &machine, 0), 10));
	machine.ram_gb = 250;
	assert_true(close_to(estimate_machine_w(&cpu, &machine, 0), 10 + 50 * 0.4));
	assert_true(close_to(estimate_machine_w(&cpu, &machine, 1), 20 + 50 * 0.4));
}

static void an_unknown_processor_is_estimated_with_wide_bounds(void **state)
{
	(void)state;
	assert_ptr_equal(cpu_coefficients_find(NULL), cpu_coefficients_find("Pentium"));
	assert_string_equal(cpu_coefficients_find(NULL)->microarchitecture, "unknown");
	assert_true(cpu_coefficients_find(NULL)->uncertainty_k2 >= 1);
	assert_true(cpu_coefficients_find("Haswell")->uncertainty_k2 < 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_known_processor_has_its_key),
		cmocka_unit_test(rapl_is_a_meter_only_in_intel_servers_since_haswell),
		cmocka_unit_test(packages_cores_and_threads_are_counted),
		cmocka_unit_test(arm_cores_are_named_by_maker_and_part),
		cmocka_unit_test(the_first_processor_tells_the_kind_and_counts_nothing),
		cmocka_unit_test(what_cpuinfo_does_not_say_is_unknown),
		cmocka_unit_test(half_busy_milan_with_eight_threads_takes_9_652_wh_an_hour),
		cmocka_unit_test(only_memory_beyond_the_included_is_added),
		cmocka_unit_test(an_unknown_processor_is_estimated_with_wide_bounds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
