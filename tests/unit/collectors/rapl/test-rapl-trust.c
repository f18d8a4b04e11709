/* The energy filter's state is what the registers say, or unknown; never a guess. */
#include <config.h>

#include "collectors/cpu/cpu-identity.h"
#include "collectors/rapl/rapl-trust.h"
#include "tests/unit/cmocka.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A file with both registers at their addresses, as /dev/cpu/N/msr has them. */
static enum rapl_filter filter_of(uint64_t capabilities, uint64_t control)
{
	char path[] = "/tmp/test-msr-XXXXXX";
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, &control, 8, 0xbc), 8);
	assert_int_equal(pwrite(fd, &capabilities, 8, 0x10a), 8);
	close(fd);
	enum rapl_filter filter = rapl_filter_read(path);
	unlink(path);
	return filter;
}

static void the_registers_tell_the_filter(void **state)
{
	(void)state;
	assert_int_equal(filter_of(1 << 10, 1), RAPL_FILTER_ON);
	assert_int_equal(filter_of(1 << 10, 0), RAPL_FILTER_OFF);
	assert_int_equal(filter_of(0, 1), RAPL_FILTER_ABSENT);
}

static void without_the_registers_it_is_unknown_and_nothing_is_said(void **state)
{
	(void)state;
	assert_int_equal(rapl_filter_read("/nonexistent"), RAPL_FILTER_UNKNOWN);
	assert_int_equal(rapl_filter_read("/dev/null"), RAPL_FILTER_UNKNOWN);
	assert_string_equal(rapl_filter_words(RAPL_FILTER_UNKNOWN), "");
	assert_non_null(strstr(rapl_filter_words(RAPL_FILTER_ON), "INTEL-SA-00389"));
}

/* Whether a driver is advised depends on it: no module makes a counter where there is none. */
static void only_processors_that_can_have_rapl_lack_a_driver(void **state)
{
	(void)state;
	assert_null(rapl_why_none(&(struct cpu_identity){ .vendor = "GenuineIntel" }));
	assert_null(rapl_why_none(&(struct cpu_identity){ .vendor = "HygonGenuine" }));
	assert_non_null(strstr(rapl_why_none(&(struct cpu_identity){
				   .vendor = "AuthenticAMD", .is_virtual = true }),
			       "virtual"));
	assert_non_null(
	    strstr(rapl_why_none(&(struct cpu_identity){ .vendor = "0x41" }), "only"));
	assert_non_null(
	    strstr(rapl_why_none(&(struct cpu_identity){ .vendor = "" }), "only"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_processors_that_can_have_rapl_lack_a_driver),
		cmocka_unit_test(the_registers_tell_the_filter),
		cmocka_unit_test(without_the_registers_it_is_unknown_and_nothing_is_said),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
