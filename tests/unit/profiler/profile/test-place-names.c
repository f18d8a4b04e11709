/* tests/unit/profiler/profile/test-place-names.c - answers of a joulecart-symbols that has no end of names: it lies beside this
 * program, where it is looked for first. */
#include <config.h>

#include "profiler/profile/address-map.h"
#include "profiler/profile/place-names.h"
#include "profiler/profile/symbol-message.h"
#include "tests/unit/cmocka.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PLACES = 1000 };
static const size_t most = (size_t)256 << 20;

static void path_beside(const char *name, char path[4200])
{
	char self[4096];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);
	assert_true(length > 0);
	self[length] = '\0';
	*strrchr(self, '/') = '\0';
	snprintf(path, 4200, "%s/%s", self, name);
}

/* The same answer for ever: as many frames as one may have, of names as long as they may be. */
static void write_program(const char *program, const char *answer)
{
	const struct symbol_answer head = { FRAMES_A_PLACE, LACK_NONE };
	const struct symbol_frame frame = { SYMBOL_TEXT_MOST, SYMBOL_TEXT_MOST, 1 };
	char text[2 * SYMBOL_TEXT_MOST];
	memset(text, 'x', sizeof(text));
	FILE *out = fopen(program, "w");
	assert_non_null(out);
	fputs("#!/bin/sh\nwhile cat \"$0.answer\" 2>/dev/null; do :; done\n", out);
	assert_int_equal(fclose(out), 0);
	assert_int_equal(chmod(program, 0700), 0);
	out = fopen(answer, "w");
	assert_non_null(out);
	fwrite(&head, sizeof(head), 1, out);
	for (int i = 0; i < FRAMES_A_PLACE; i++) {
		fwrite(&frame, sizeof(frame), 1, out);
		fwrite(text, sizeof(text), 1, out);
	}
	assert_int_equal(fclose(out), 0);
}

static void names_without_end_are_taken_so_far(void **state)
{
	char program[4200], answer[4200];
	size_t n_named = 0;
	(void)state;
	path_beside("joulecart-symbols", program);
	path_beside("joulecart-symbols.answer", answer);
	write_program(program, answer);
	struct address_maps *maps = address_maps_new();
	struct named_place *places = calloc(PLACES, sizeof(*places));
	assert_true(maps && places);
	for (size_t i = 0; i < PLACES; i++)
		places[i].place = (struct place_of_code){ MODULE_KERNEL, i };
	struct place_names names = place_names_ask(maps, places, PLACES, 0);
	unlink(program);
	unlink(answer);
	for (size_t i = 0; i < names.n; i++) {
		n_named += names.places[i].n_frames;
		if (names.places[i].n_frames == 0)
			assert_int_equal(names.places[i].lack, LACK_READABLE);
	}
	assert_int_equal(names.n, PLACES);
	assert_true(n_named > FRAMES_A_PLACE);
	assert_true((n_named - 1) * 2 * SYMBOL_TEXT_MOST <= most);
	place_names_free(&names);
	address_maps_free(maps);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_without_end_are_taken_so_far),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
