/* Names of code that a program made, as a jitdump has them; the bytes are put together by hand. */
#include <config.h>

#include "profiler/profile/symbol-list.h"
#include "tests/unit/cmocka.h"

#include <string.h>

/* A file in the making. */
struct bytes {
	char text[4096];
	size_t n;
};

static void put(struct bytes *bytes, const void *from, size_t size)
{
	assert_true(bytes->n + size <= sizeof(bytes->text));
	memcpy(bytes->text + bytes->n, from, size);
	bytes->n += size;
}

static void put32(struct bytes *bytes, uint32_t number)
{
	put(bytes, &number, sizeof(number));
}

static void put64(struct bytes *bytes, uint64_t number)
{
	put(bytes, &number, sizeof(number));
}

static struct bytes new_dump(uint32_t magic)
{
	const uint32_t head[] = { magic, 1, 40, 62, 0, 7, 0, 0, 0, 0 };
	struct bytes bytes = { .n = 0 };
	put(&bytes, head, sizeof(head));
	return bytes;
}

static void put_record(struct bytes *bytes, uint32_t id, size_t length)
{
	put32(bytes, id);
	put32(bytes, (uint32_t)(16 + length));
	put64(bytes, 1);
	put64(bytes, 7 | (uint64_t)7 << 32); /* process and thread */
}

static void put_load(struct bytes *bytes, uint64_t address, uint64_t size, const char *name)
{
	put_record(bytes, 0, 40 + strlen(name) + 1 + 2);
	put64(bytes, address);
	put64(bytes, address);
	put64(bytes, size);
	put64(bytes, 0);
	put(bytes, name, strlen(name) + 1);
	put(bytes, "\xc3\xc3", 2);
}

static void put_move(struct bytes *bytes, uint64_t from, uint64_t to, uint64_t size)
{
	put_record(bytes, 1, 48);
	put64(bytes, to);
	put64(bytes, from);
	put64(bytes, to);
	put64(bytes, size);
	put64(bytes, 0);
}

static void assert_name(const struct bytes *bytes, size_t n, uint64_t address,
			const char *name)
{
	size_t length = 0;
	struct symbol_list *list = symbol_list_of_dump(bytes->text, n);
	assert_non_null(list);
	const char *found = symbol_list_find(list, address, &length);
	if (!name)
		assert_null(found);
	else
		assert_true(found && length == strlen(name) &&
			    memcmp(found, name, length) == 0);
	symbol_list_free(list);
}

static void code_has_the_name_that_it_was_loaded_with(void **state)
{
	(void)state;
	struct bytes dump = new_dump(0x4a695444);
	put_load(&dump, 0x1000, 0x10, "first");
	put_load(&dump, 0x2000, 0x20, "Builtin: a name with blanks");
	put_load(&dump, 0x1000, 0x10, "again");
	assert_name(&dump, dump.n, 0x1000, "again");
	assert_name(&dump, dump.n, 0x100f, "again");
	assert_name(&dump, dump.n, 0x1010, NULL);
	assert_name(&dump, dump.n, 0x201f, "Builtin: a name with blanks");
	put_move(&dump, 0x2000, 0x8000, 0x20);
	assert_name(&dump, dump.n, 0x8010, "Builtin: a name with blanks");
}

static void a_record_that_does_not_hold_together_ends_it(void **state)
{
	(void)state;
	struct bytes dump = new_dump(0x4a695444);
	put_load(&dump, 0x1000, 0x10, "first");
	size_t whole = dump.n;
	put_load(&dump, 0x2000, 0x10, "second");
	for (size_t n = 0; n < whole; n++)
		assert_name(&dump, n, 0x1000, NULL);
	for (size_t n = whole; n < dump.n; n++) {
		assert_name(&dump, n, 0x1000, "first");
		assert_name(&dump, n, 0x2000, NULL);
	}
	assert_name(&dump, dump.n, 0x2000, "second");
	/* a length of nothing, which would be read for ever, and one beyond the end */
	static const uint32_t lengths[] = { 0, 15, UINT32_MAX };
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		memcpy(dump.text + whole + 4, &lengths[i], 4);
		assert_name(&dump, dump.n, 0x1000, "first");
		assert_name(&dump, dump.n, 0x2000, NULL);
	}
}

static void what_is_no_dump_of_this_machine_has_no_names(void **state)
{
	(void)state;
	struct bytes dump = new_dump(0x4454694a); /* of the other byte order */
	put_load(&dump, 0x1000, 0x10, "first");
	assert_name(&dump, dump.n, 0x1000, NULL);
	dump = new_dump(0x4a695444);
	put_load(&dump, UINT64_MAX - 7, 0x10, "beyond the end of memory");
	put_load(&dump, 0x1000, 0, "of no length");
	put_load(&dump, 0x3000, 1, "");
	assert_name(&dump, dump.n, UINT64_MAX, NULL);
	assert_name(&dump, dump.n, 0x1000, NULL);
	assert_name(&dump, dump.n, 0x3000, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(code_has_the_name_that_it_was_loaded_with),
		cmocka_unit_test(a_record_that_does_not_hold_together_ends_it),
		cmocka_unit_test(what_is_no_dump_of_this_machine_has_no_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
