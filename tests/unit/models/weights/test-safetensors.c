/* Weights files: what is written is read back; what is not a whole file of this kind is
 * refused, with the place and what was expected there. */
#include <config.h>

#include "base/problem.h"
#include "models/weights/safetensors.h"
#include "models/weights/weights.h"
#include "tests/unit/cmocka.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char path[] = "/tmp/joulecart-weights-XXXXXX";

static int make_file(void **state)
{
	(void)state;
	strcpy(path, "/tmp/joulecart-weights-XXXXXX");
	int fd = mkstemp(path);
	return fd < 0 ? -1 : close(fd);
}

static int remove_file(void **state)
{
	(void)state;
	return unlink(path);
}

static struct weights *some_weights(void)
{
	struct weights *weights = weights_new();
	struct weight *a = weights_add(weights, "a", WEIGHT_F32, 2, (size_t[]){ 3, 5 });
	struct weight *b = weights_add(weights, "b", WEIGHT_I8, 1, (size_t[]){ 7 });
	for (size_t i = 0; i < 15; i++)
		((float *)a->data)[i] = (float)i * 0.5f;
	for (size_t i = 0; i < 7; i++)
		((int8_t *)b->data)[i] = (int8_t)(i - 3);
	weights_set_note(weights, "loss", "%.2f", 0.25);
	return weights;
}

/* Writes 8 bytes of length, the header, and n_data bytes of data. */
static void write_raw(uint64_t length, const char *header, size_t n_data)
{
	FILE *file = fopen(path, "wb");
	assert_non_null(file);
	fwrite(&length, 8, 1, file);
	fputs(header, file);
	for (size_t i = 0; i < n_data; i++)
		fputc(0, file);
	fclose(file);
}

static void refuses(const char *header, size_t n_data, const char *reason)
{
	struct problem why;
	write_raw(strlen(header), header, n_data);
	assert_null(safetensors_load(path, &why));
	assert_non_null(strstr(why.what, path));
	assert_non_null(strstr(why.what, "at byte"));
	if (!strstr(why.why, reason))
		fail_msg("expected '%s', got '%s'", reason, why.why);
}

static void what_is_written_is_read_back(void **state)
{
	(void)state;
	struct problem why;
	struct weights *weights = some_weights();
	assert_int_equal(safetensors_save(weights, path, &why), 0);
	struct weights *again = safetensors_load(path, &why);
	assert_non_null(again);
	assert_int_equal(again->n, 2);
	assert_int_equal(again->items[0].dims[1], 5);
	assert_memory_equal(again->items[0].data, weights->items[0].data,
			    15 * sizeof(float));
	assert_memory_equal(again->items[1].data, weights->items[1].data, 7);
	assert_string_equal(weights_note(again, "loss"), "0.25");
	assert_int_equal(weights_parameters(again), 22);
	assert_int_equal(weights_nonzeros(again), 20);
	weights_free(again);
	weights_free(weights);
}

static void the_data_start_on_a_cache_line(void **state)
{
	(void)state;
	struct problem why;
	struct weights *weights = some_weights();
	assert_int_equal(safetensors_save(weights, path, &why), 0);
	uint64_t length = 0;
	FILE *file = fopen(path, "rb");
	assert_int_equal(fread(&length, 8, 1, file), 1);
	fclose(file);
	assert_int_equal((8 + length) % 64, 0);
	weights_free(weights);
}

static void a_file_cut_anywhere_is_refused(void **state)
{
	(void)state;
	struct problem why;
	struct stat about;
	struct weights *weights = some_weights();
	assert_int_equal(safetensors_save(weights, path, &why), 0);
	assert_int_equal(stat(path, &about), 0);
	for (off_t size = about.st_size - 1; size >= 0; size -= size > 70 ? 9 : 1) {
		assert_int_equal(truncate(path, size), 0);
		assert_null(safetensors_load(path, &why));
	}
	weights_free(weights);
}

static void a_changed_tensor_is_refused(void **state)
{
	(void)state;
	struct problem why;
	struct weights *weights = some_weights();
	assert_int_equal(safetensors_save(weights, path, &why), 0);
	FILE *file = fopen(path, "r+b");
	fseek(file, -3, SEEK_END);
	fputc(77, file);
	fclose(file);
	assert_null(safetensors_load(path, &why));
	assert_non_null(strstr(why.why, "expected tensors with CRC-32"));
	weights_free(weights);
}

static void a_trailing_byte_is_refused(void **state)
{
	(void)state;
	refuses("{\"a\":{\"dtype\":\"I8\",\"shape\":[4],\"data_offsets\":[0,4]}}", 5,
		"expected the end of the file");
}

static void a_hole_is_refused(void **state)
{
	(void)state;
	refuses("{\"a\":{\"dtype\":\"I8\",\"shape\":[4],\"data_offsets\":[4,8]}}", 8,
		"expected a tensor here");
}

static void overlapping_tensors_are_refused(void **state)
{
	(void)state;
	refuses("{\"a\":{\"dtype\":\"I8\",\"shape\":[4],\"data_offsets\":[0,4]},"
		"\"b\":{\"dtype\":\"I8\",\"shape\":[4],\"data_offsets\":[2,6]}}",
		6, "expected a tensor here");
}

static void a_span_that_does_not_fit_the_shape_is_refused(void **state)
{
	(void)state;
	refuses("{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,4]}}", 4,
		"span 16 bytes");
}

static void a_shape_that_overflows_is_refused(void **state)
{
	(void)state;
	refuses("{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296,4],"
		"\"data_offsets\":[0,0]}}",
		4, "expected a size that fits the file");
}

static void an_unknown_dtype_is_refused(void **state)
{
	(void)state;
	refuses("{\"a\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,8]}}", 8,
		"expected dtype F32, BF16, I8 or U8, found 'F64'");
}

static void a_duplicate_tensor_is_refused(void **state)
{
	(void)state;
	refuses("{\"a\":{\"dtype\":\"I8\",\"shape\":[1],\"data_offsets\":[0,1]},"
		"\"a\":{\"dtype\":\"I8\",\"shape\":[1],\"data_offsets\":[0,1]}}",
		1, "duplicate");
}

static void metadata_that_are_not_strings_are_refused(void **state)
{
	(void)state;
	refuses("{\"__metadata__\":{\"loss\":1}}", 0, "metadata 'loss': expected a string");
}

static void a_header_that_is_no_json_is_refused(void **state)
{
	(void)state;
	refuses("PK\003\004 this is another kind of file", 9, "expected a JSON object");
}

static void a_header_longer_than_the_file_is_refused(void **state)
{
	(void)state;
	struct problem why;
	write_raw(UINT64_MAX, "{}", 0);
	assert_null(safetensors_load(path, &why));
	assert_non_null(strstr(why.why, "expected the length of a safetensors header"));
}

static void a_missing_file_says_so(void **state)
{
	(void)state;
	struct problem why;
	assert_null(safetensors_load("/nowhere/x.safetensors", &why));
	assert_string_equal(why.what, "cannot read '/nowhere/x.safetensors'");
	assert_string_equal(why.why, "no such file or directory");
}

static void a_directory_that_is_missing_cannot_be_written_to(void **state)
{
	(void)state;
	struct problem why;
	struct weights *weights = some_weights();
	assert_int_equal(safetensors_save(weights, "/nowhere/x.safetensors", &why), -1);
	assert_string_equal(why.what, "cannot write '/nowhere/x.safetensors'");
	weights_free(weights);
}

#define WITH_FILE(test) cmocka_unit_test_setup_teardown(test, make_file, remove_file)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_FILE(what_is_written_is_read_back),
		WITH_FILE(the_data_start_on_a_cache_line),
		WITH_FILE(a_file_cut_anywhere_is_refused),
		WITH_FILE(a_changed_tensor_is_refused),
		WITH_FILE(a_trailing_byte_is_refused),
		WITH_FILE(a_hole_is_refused),
		WITH_FILE(overlapping_tensors_are_refused),
		WITH_FILE(a_span_that_does_not_fit_the_shape_is_refused),
		WITH_FILE(a_shape_that_overflows_is_refused),
		WITH_FILE(an_unknown_dtype_is_refused),
		WITH_FILE(a_duplicate_tensor_is_refused),
		WITH_FILE(metadata_that_are_not_strings_are_refused),
		WITH_FILE(a_header_that_is_no_json_is_refused),
		WITH_FILE(a_header_longer_than_the_file_is_refused),
		cmocka_unit_test(a_missing_file_says_so),
		cmocka_unit_test(a_directory_that_is_missing_cannot_be_written_to),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
