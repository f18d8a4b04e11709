/* tests/unit/profiler/profile/test-address-map.c - what processes have mapped: shared after a fork, cut by what comes
 * later, and bounded however many there are. */
#include <config.h>

#include "profiler/profile/address-map.h"
#include "tests/unit/cmocka.h"

#include <stdio.h>
#include <string.h>

enum { PAGE = 0x1000, PIECES = 1 << 14 };

static void map_file(struct address_maps *maps, int32_t pid, uint64_t begin,
		     uint64_t length, const char *name)
{
	const struct stack_record map = { .kind = STACK_MAP,
					  .pid = pid,
					  .tid = pid,
					  .begin = begin,
					  .length = length,
					  .name = name };
	address_maps_take(maps, &map);
}

static void take(struct address_maps *maps, int kind, int32_t pid, int32_t parent)
{
	struct stack_record record = { .pid = pid, .tid = pid, .parent = parent };
	record.kind = kind;
	address_maps_take(maps, &record);
}

static void assert_place(const struct address_maps *maps, int32_t pid, uint64_t address,
			 const char *path, uint64_t offset)
{
	struct place_of_code place = address_maps_find(maps, pid, address);
	assert_string_equal(address_maps_module(maps, place.module)->path, path);
	assert_int_equal(place.offset, offset);
}

static void a_later_map_cuts_what_lay_there(void **state)
{
	(void)state;
	struct address_maps *maps = address_maps_new();
	assert_non_null(maps);
	map_file(maps, 1, 10 * PAGE, 10 * PAGE, "/a");
	map_file(maps, 1, 12 * PAGE, 2 * PAGE, "/b");
	assert_place(maps, 1, 11 * PAGE, "/a", PAGE);
	assert_place(maps, 1, 13 * PAGE, "/b", PAGE);
	assert_place(maps, 1, 14 * PAGE, "/a", 4 * PAGE);
	assert_place(maps, 1, 20 * PAGE, "[unknown]", 0);
	map_file(maps, 1, 9 * PAGE, 10 * PAGE, "/c");
	assert_place(maps, 1, 13 * PAGE, "/c", 4 * PAGE);
	assert_place(maps, 1, 19 * PAGE, "/a", 9 * PAGE);
	address_maps_free(maps);
}

static void a_child_has_its_parents_maps_until_it_changes_them(void **state)
{
	(void)state;
	struct address_maps *maps = address_maps_new();
	assert_non_null(maps);
	map_file(maps, 1, PAGE, PAGE, "/a");
	take(maps, STACK_FORK, 2, 1);
	assert_place(maps, 2, PAGE, "/a", 0);
	map_file(maps, 2, PAGE, PAGE, "/b");
	assert_place(maps, 1, PAGE, "/a", 0);
	assert_place(maps, 2, PAGE, "/b", 0);
	take(maps, STACK_EXIT, 1, 0);
	assert_place(maps, 1, PAGE, "[unknown]", 0);
	assert_place(maps, 2, PAGE, "/b", 0);
	address_maps_free(maps);
}

static uint64_t serial_of(const struct address_maps *maps, int32_t pid, size_t n_expected)
{
	uint64_t serial;
	size_t n;
	const struct mapped_piece *pieces = address_maps_pieces(maps, pid, &n, &serial);
	assert_int_equal(n, n_expected);
	for (size_t i = 1; i < n; i++)
		assert_true(pieces[i - 1].end <= pieces[i].begin);
	return serial;
}

static void other_pieces_have_another_serial(void **state)
{
	(void)state;
	struct address_maps *maps = address_maps_new();
	assert_non_null(maps);
	assert_int_equal(serial_of(maps, 1, 0), 0);
	map_file(maps, 1, 10 * PAGE, PAGE, "/a");
	uint64_t first = serial_of(maps, 1, 1);
	assert_true(first != 0);
	take(maps, STACK_FORK, 2, 1);
	assert_int_equal(serial_of(maps, 2, 1), first);
	map_file(maps, 2, 8 * PAGE, PAGE, "/b");
	assert_int_equal(serial_of(maps, 1, 1), first);
	uint64_t second = serial_of(maps, 2, 2);
	assert_true(second != first);
	map_file(maps, 2, 8 * PAGE, PAGE, "/c");
	assert_true(serial_of(maps, 2, 2) != second);
	address_maps_free(maps);
}

/* Each as many as one may have. */
static void all_processes_together_have_a_bound(void **state)
{
	int32_t n = 0;
	(void)state;
	struct address_maps *maps = address_maps_new();
	assert_non_null(maps);
	for (; n < 100; n++) {
		for (uint64_t i = 1; i <= PIECES; i++)
			map_file(maps, n + 1, i * PAGE, PAGE, "/a");
		if (address_maps_find(maps, n + 1, PIECES * PAGE - PAGE).module ==
		    MODULE_NOWHERE)
			break;
	}
	assert_in_range(n, 16, 64); /* of a million pieces in all */
	assert_place(maps, 1, PIECES * PAGE - PAGE, "/a", 0);
	for (int32_t pid = 1; pid <= n; pid++) /* and what ends makes room */
		take(maps, STACK_EXIT, pid, 0);
	map_file(maps, n + 1, PIECES * PAGE, PAGE, "/b");
	assert_place(maps, n + 1, PIECES * PAGE, "/b", 0);
	address_maps_free(maps);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_later_map_cuts_what_lay_there),
		cmocka_unit_test(a_child_has_its_parents_maps_until_it_changes_them),
		cmocka_unit_test(other_pieces_have_another_serial),
		cmocka_unit_test(all_processes_together_have_a_bound),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
