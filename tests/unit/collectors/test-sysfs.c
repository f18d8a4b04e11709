/* The kernel's text files are read whole and anew, and never give a 0 for what is no number. */
#include <config.h>

#include "collectors/sysfs.h"
#include "tests/unit/cmocka.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* A file in memory with that text. */
static int file_of(const char *text)
{
	int fd = memfd_create("attribute", MFD_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	return fd;
}

static int read_once(const char *text, uint64_t *value)
{
	int fd = file_of(text);
	int err = sysfs_read_u64(fd, value);
	close(fd);
	return err;
}

static void a_number_is_read_with_and_without_its_newline(void **state)
{
	(void)state;
	uint64_t value;
	assert_int_equal(read_once("262143328850\n", &value), 0);
	assert_int_equal(value, 262143328850);
	assert_int_equal(read_once("7", &value), 0);
	assert_int_equal(value, 7);
}

static void what_is_no_number_is_an_error_and_not_zero(void **state)
{
	(void)state;
	static const struct {
		int line;
		const char *text;
		int err;
	} rows[] = {
		{ __LINE__, "", ENODATA },
		{ __LINE__, "\n", EBADMSG },
		{ __LINE__, "garbage\n", EBADMSG },
		{ __LINE__, "12x\n", EBADMSG },
		{ __LINE__, "-5\n", EBADMSG },
		{ __LINE__, "1 2\n", EBADMSG },
		{ __LINE__, "18446744073709551616\n", ERANGE },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		uint64_t value;
		if (read_once(rows[i].text, &value) != rows[i].err)
			fail_msg("row of line %d", rows[i].line);
	}
}

static void the_largest_number_fits(void **state)
{
	(void)state;
	uint64_t value;
	assert_int_equal(read_once("18446744073709551615\n", &value), 0);
	assert_true(value == UINT64_MAX);
}

static void each_read_starts_at_the_beginning(void **state)
{
	(void)state;
	uint64_t value;
	int fd = file_of("1\n");
	assert_int_equal(sysfs_read_u64(fd, &value), 0);
	assert_int_equal(pwrite(fd, "2\n", 2, 0), 2);
	assert_int_equal(sysfs_read_u64(fd, &value), 0);
	assert_int_equal(value, 2);
	close(fd);
}

static void a_missing_file_says_so(void **state)
{
	(void)state;
	uint64_t value;
	assert_int_equal(sysfs_open("/sys/no/such/file"), -ENOENT);
	assert_int_equal(sysfs_u64("/sys/no/such/file", &value), ENOENT);
}

static void long_text_is_cut_not_overrun(void **state)
{
	(void)state;
	char text[4];
	int fd = file_of("abcdef\n");
	assert_int_equal(sysfs_read(fd, text, sizeof(text)), 0);
	assert_string_equal(text, "abc");
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_number_is_read_with_and_without_its_newline),
		cmocka_unit_test(what_is_no_number_is_an_error_and_not_zero),
		cmocka_unit_test(the_largest_number_fits),
		cmocka_unit_test(each_read_starts_at_the_beginning),
		cmocka_unit_test(a_missing_file_says_so),
		cmocka_unit_test(long_text_is_cut_not_overrun),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
