/* tests/unit/collectors/board/test-ipmi-power.c - a BMC's answer, byte by byte. */
#include <config.h>

#include "collectors/board/ipmi-power.h"
#include "tests/unit/cmocka.h"

#include <errno.h>
#include <string.h>

/* 300 W now, 250 to 330 W, 290 W on average, over 1 s. */
static const unsigned char measured[] = { 0x00, 0xdc, 0x2c, 0x01, 0xfa, 0x00, 0x4a,
					  0x01, 0x22, 0x01, 0x00, 0x0f, 0x49, 0x6b,
					  0xe8, 0x03, 0x00, 0x00, 0x40 };

static void the_power_of_now_is_taken(void **state)
{
	uint64_t w;
	(void)state;
	assert_int_equal(ipmi_power_parse(measured, sizeof(measured), &w), 0);
	assert_int_equal(w, 300);
}

static void a_completion_code_is_an_errno(void **state)
{
	static const struct {
		unsigned char code;
		int err;
	} codes[] = { { 0xc1, EOPNOTSUPP },
		      { 0xc2, EOPNOTSUPP },
		      { 0xc0, EBUSY },
		      { 0xc3, ETIMEDOUT },
		      { 0xff, EIO } };
	uint64_t w = 1;
	(void)state;
	for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++)
		assert_int_equal(ipmi_power_parse(&codes[i].code, 1, &w), codes[i].err);
	assert_int_equal(w, 0);
}

static void a_meter_that_rests_has_no_data(void **state)
{
	unsigned char answer[sizeof(measured)];
	uint64_t w;
	(void)state;
	memcpy(answer, measured, sizeof(answer));
	answer[18] = 0;
	assert_int_equal(ipmi_power_parse(answer, sizeof(answer), &w), ENODATA);
	memcpy(answer, measured, sizeof(answer));
	answer[2] = answer[3] = 0;
	assert_int_equal(ipmi_power_parse(answer, sizeof(answer), &w), ENODATA);
}

static void what_is_cut_short_or_foreign_is_no_reading(void **state)
{
	unsigned char answer[sizeof(measured)];
	uint64_t w;
	(void)state;
	for (size_t size = 0; size < sizeof(measured); size++)
		assert_int_equal(ipmi_power_parse(measured, size, &w), EIO);
	memcpy(answer, measured, sizeof(answer));
	answer[1] = 0xdd;
	assert_int_equal(ipmi_power_parse(answer, sizeof(answer), &w), EIO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_power_of_now_is_taken),
		cmocka_unit_test(a_completion_code_is_an_errno),
		cmocka_unit_test(a_meter_that_rests_has_no_data),
		cmocka_unit_test(what_is_cut_short_or_foreign_is_no_reading),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
