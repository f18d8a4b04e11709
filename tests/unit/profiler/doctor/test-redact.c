/* Private words: what tells whose machine it is goes, what says which machine it is stays. */
#include <config.h>

#include "profiler/doctor/redact.h"

#include "tests/unit/cmocka.h"

#include <string.h>

static void test_blot(void **state)
{
	(void)state;
	static const struct {
		const char *text, *expected;
		unsigned n;
	} rows[] = {
		{ "hid-a4:5e:60:c1:22:0f-battery", "hid-00:00:00:00:00:00-battery", 1 },
		{ "A4-5E-60-C1-22-0F", "00-00-00-00-00-00", 1 },
		{ "00:00:00:00:00:00", "00:00:00:00:00:00", 0 },
		{ "id 3F2504E0-4f89-41d3-9a0c-0305e82c3301.",
		  "id 00000000-0000-0000-0000-000000000000.", 1 },
		{ "MYHOST and myhost2 and myhost", "xxxxxx and myhost2 and xxxxxx", 2 },
		{ "a_user's", "x_xxxx's", 1 },
		{ "0000:04:00.0", "0000:04:00.0", 0 },
		{ "0-3,00000000,00000003", "0-3,00000000,00000003", 0 },
		{ "event=0x3c,umask=0x01", "event=0x3c,umask=0x01", 0 },
		{ "", "", 0 },
	};
	struct redaction words = { .n = 0 };
	redaction_add(&words, "myhost");
	redaction_add(&words, "a_user");
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char text[64];
		strcpy(text, rows[i].text);
		assert_int_equal(redaction_blot(&words, text), rows[i].n);
		assert_string_equal(text, rows[i].expected);
	}
}

static void test_words_that_say_nothing(void **state)
{
	(void)state;
	struct redaction words = { .n = 0 };
	redaction_add(&words, NULL);
	redaction_add(&words, "");
	redaction_add(&words, "root");
	assert_int_equal(words.n, 0);
}

static void test_cpuinfo(void **state)
{
	(void)state;
	char pi[] = "processor\t: 0\nBogoMIPS\t: 108.00\nCPU part\t: 0xd08\n\n"
		    "Hardware\t: BCM2835\nSerial\t\t: 10000000deadbeef\n"
		    "Model\t\t: Raspberry Pi 4\n";
	assert_int_equal(cpuinfo_keep_public(pi), 3);
	assert_string_equal(pi,
			    "processor\t: 0\nBogoMIPS\t: 108.00\nCPU part\t: 0xd08\n\n");
	char mainframe[] = "vendor_id       : IBM/S390\n"
			   "processor 0: version = FF,  identification = 0133E8,  "
			   "machine = 2964";
	assert_int_equal(cpuinfo_keep_public(mainframe), 1);
	assert_string_equal(mainframe, "vendor_id       : IBM/S390\n");
}

static void test_stat(void **state)
{
	(void)state;
	char stat[] = "cpu  1 2\ncpu0 1 2\nintr 9\nbtime 1700000000\nprocesses 4";
	assert_int_equal(proc_stat_keep_public(stat), 3);
	assert_string_equal(stat, "cpu  1 2\ncpu0 1 2\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_blot),
		cmocka_unit_test(test_words_that_say_nothing),
		cmocka_unit_test(test_cpuinfo),
		cmocka_unit_test(test_stat),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
