/* tests/unit/reports/export/test-export-pprof.c - a profile for pprof is whole, or the program ends as it does
 * without memory. Linked with --wrap=deflateInit2_. */
#include <config.h>

#include "reports/export/export-formats.h"
#include "tests/unit/cmocka.h"

#include <math.h>
#include <obstack.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

int __real_deflateInit2_(z_streamp stream, int level, int method, int bits, int memory,
			 int strategy, const char *version, int size);
int __wrap_deflateInit2_(z_streamp stream, int level, int method, int bits, int memory,
			 int strategy, const char *version, int size);

static bool has_no_memory;

int __wrap_deflateInit2_(z_streamp stream, int level, int method, int bits, int memory,
			 int strategy, const char *version, int size)
{
	return has_no_memory ? Z_MEM_ERROR
			     : __real_deflateInit2_(stream, level, method, bits, memory,
						    strategy, version, size);
}

/* Longer than what is handed to zlib at once. */
enum { NAME_LENGTH = 5 << 20 };

/* A trial of one joule with a name that long; the caller frees. */
static char *profile(size_t *size)
{
	char *text = NULL, *name = malloc(NAME_LENGTH + 1);
	assert_non_null(name);
	for (size_t i = 0; i < NAME_LENGTH; i++)
		name[i] = (char)('a' + i * i % 23);
	name[NAME_LENGTH] = '\0';
	struct export_trial trial = { .trial_id = 1,
				      .name = name,
				      .provenance = "measured",
				      .joules = 1,
				      .low = NAN,
				      .high = NAN,
				      .cpu_s = NAN };
	struct export_data data = { .trials = &trial, .n_trials = 1, .arena = arena_new() };
	FILE *out = open_memstream(&text, size);
	assert_non_null(out);
	assert_non_null(data.arena);
	export_pprof(&data, out);
	fclose(out);
	arena_free(data.arena);
	free(name);
	return text;
}

static void a_long_profile_comes_out_whole(void **state)
{
	size_t size;
	char *packed = profile(&size), *plain = malloc(3 * (size_t)NAME_LENGTH);
	(void)state;
	z_stream stream = { .next_in = (unsigned char *)packed,
			    .avail_in = (uInt)size,
			    .next_out = (unsigned char *)plain,
			    .avail_out = 3 * NAME_LENGTH };
	assert_non_null(plain);
	assert_int_equal(inflateInit2(&stream, MAX_WBITS + 16), Z_OK);
	assert_int_equal(inflate(&stream, Z_FINISH), Z_STREAM_END);
	assert_true(stream.total_out > NAME_LENGTH);
	assert_int_equal(stream.avail_in, 0);
	inflateEnd(&stream);
	free(packed);
	free(plain);
}

static void end_without_memory(void)
{
	_exit(7);
}

static void what_cannot_be_compressed_is_not_taken_for_a_profile(void **state)
{
	int status;
	(void)state;
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		size_t size;
		has_no_memory = true;
		obstack_alloc_failed_handler = end_without_memory;
		profile(&size);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(WEXITSTATUS(status), 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_long_profile_comes_out_whole),
		cmocka_unit_test(what_cannot_be_compressed_is_not_taken_for_a_profile),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
