/* What PAPI's names and units are taken for. */
#include <config.h>

#include "collectors/papi/papi-units.h"
#include "tests/unit/cmocka.h"

static void units_are_joules_and_watts_alone(void **state)
{
	(void)state;
	static const struct {
		const char *name, *said;
		bool is_energy;
		enum unit unit;
		double si;
	} cases[] = {
		{ "rapl:::PACKAGE_ENERGY:PACKAGE0", "nJ", true, UNIT_J, 1e-9 },
		{ "nvml:::A100:device_0:power", "mW", true, UNIT_W, 1e-3 },
		{ "cray_pm:::PM_POWER:NODE", "W", true, UNIT_W, 1 },
		{ "libmsr:::PKG_ENERGY:PACKAGE0", "J", true, UNIT_J, 1 },
		{ "powercap:::ENERGY_UJ:ZONE0", "", true, UNIT_J, 1e-6 },
		{ "powercap:::MAX_ENERGY_RANGE_UJ:ZONE0", "", false, 0, 0 },
		{ "powercap:::POWER_LIMIT_A_UW:ZONE0", "", false, 0, 0 },
		{ "other:::ENERGY_UJ:ZONE0", "", false, 0, 0 },
		{ "coretemp:::hwmon0:temp1_input", "degrees C", false, 0, 0 },
		{ "x:::y", "MJ", false, 0, 0 },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		enum unit unit = UNIT_COUNT;
		double si = 0;
		assert_int_equal(papi_energy_unit(cases[i].name, cases[i].said, &unit, &si),
				 cases[i].is_energy);
		if (!cases[i].is_energy)
			continue;
		assert_int_equal(unit, cases[i].unit);
		assert_true(si == cases[i].si);
	}
}

static void a_powercap_name_is_a_folder(void **state)
{
	(void)state;
	static const struct {
		const char *name, *folder;
	} cases[] = {
		{ "powercap:::ENERGY_UJ:ZONE0", "/sys/class/powercap/intel-rapl:0" },
		{ "powercap:::ENERGY_UJ:ZONE12_SUBZONE3",
		  "/sys/class/powercap/intel-rapl:12:3" },
		{ "powercap:::ENERGY_UJ:ZONE", NULL },
		{ "powercap:::ENERGY_UJ:ZONE0_", NULL },
		{ "powercap:::ENERGY_UJ:ZONE0_SUBZONE", NULL },
		{ "powercap:::ENERGY_UJ:ZONE0_SUBZONE1x", NULL },
		{ "powercap:::ENABLED:ZONE0", NULL },
		{ "", NULL },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char folder[64];
		assert_int_equal(
		    papi_powercap_folder(cases[i].name, folder, sizeof(folder)),
		    cases[i].folder != NULL);
		if (cases[i].folder)
			assert_string_equal(folder, cases[i].folder);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(units_are_joules_and_watts_alone),
		cmocka_unit_test(a_powercap_name_is_a_folder),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
