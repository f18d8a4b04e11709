/* Which boards a list names, and what is known of their sensors. */
#include <config.h>

#include "collectors/nvidia/nvml-visible.h"
#include "collectors/nvidia/nvml-windows.h"
#include "tests/unit/cmocka.h"

#include <string.h>

static const char *const uuids[] = { "GPU-8932f937-d72c", "GPU-11112222-aaaa",
				     "GPU-11113333-bbbb" };

/* The one instance that has a UUID of its own is a part of board 2. */
static size_t board_of(const void *instance, const char *uuid)
{
	return strcmp(instance, uuid) == 0 ? 2 : 3;
}

/* The visible boards as bits, and the entry that fits none in unknown. */
static unsigned bits_of(const char *list, const char **unknown, size_t *length)
{
	bool visible[3];
	unsigned bits = 0;
	const struct nvml_boards boards = { uuids, 3, board_of, "MIG-5a1c" };
	*length = nvml_visible(list, &boards, visible, unknown);
	for (size_t i = 0; i < 3; i++)
		bits |= (unsigned)visible[i] << i;
	return bits;
}

static void a_list_names_boards_as_cuda_reads_it(void **state)
{
	(void)state;
	static const struct {
		const char *list;
		unsigned bits;
		const char *unknown;
	} cases[] = {
		{ NULL, 7, NULL },
		{ "", 0, NULL },
		{ "0", 1, NULL },
		{ "2,0", 5, NULL },
		{ "GPU-8932f937", 1, NULL },
		{ "GPU-11113", 4, NULL },
		{ "MIG-GPU-11112222-aaaa/1/0", 2, NULL },
		{ "MIG-5a1c", 4, NULL },
		{ "0,MIG-5a1c", 5, NULL },
		{ "MIG-5a1c,1", 6, NULL },
		{ "MIG-5a1", 0, "MIG-5a1" },
		{ "MIG-", 0, "MIG-" },
		{ "MIG-GPU-", 0, "MIG-GPU-" },
		{ " 1, 2", 6, NULL },
		{ "-1", 0, "-1" },
		{ "1,-1,2", 2, "-1" },
		{ "3", 0, "3" },
		{ "GPU-", 0, "GPU-" },
		{ "0,none,1", 1, "none" },
		{ "0,,1", 1, "" },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const char *unknown = NULL;
		size_t length;
		assert_int_equal(bits_of(cases[i].list, &unknown, &length), cases[i].bits);
		if (cases[i].unknown) {
			assert_non_null(unknown);
			assert_int_equal(length, strlen(cases[i].unknown));
			assert_memory_equal(unknown, cases[i].unknown, length);
		} else {
			assert_int_equal(length, 0);
		}
	}
}

static void a_window_is_its_architectures_and_never_shorter_for_the_unknown(void **state)
{
	(void)state;
	assert_int_equal(nvml_window_find(7, "NVIDIA A100-PCIE-40GB")->average_ms, 25);
	assert_int_equal(nvml_window_find(7, "NVIDIA RTX 3090")->average_ms, 1000);
	assert_int_equal(nvml_window_find(5, "Tesla V100")->update_ms, 20);
	const struct nvml_window *unknown = nvml_window_find(4242, "board");
	for (unsigned i = 2; i < 10; i++) {
		const struct nvml_window *known = nvml_window_find(i, "");
		assert_true(known->update_ms <= unknown->update_ms);
		assert_true(known->average_ms <= 1000 ||
			    known->average_ms <= unknown->average_ms);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_list_names_boards_as_cuda_reads_it),
		cmocka_unit_test(
		    a_window_is_its_architectures_and_never_shorter_for_the_unknown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
