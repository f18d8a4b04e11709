/* models/weights/safetensors.c - see safetensors.h. */
#include <config.h>

#include "models/weights/safetensors.h"

#include "base/problem.h"
#include "models/weights/weights.h"

#include <endian.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "safetensors holds little-endian numbers; this reader does not swap them"
#endif

/* Of the format: the header's length, and what headers are padded to so that tensors are aligned. */
enum { LENGTH_BYTES = 8, HEADER_ALIGN = 64 };
/* What the reference reader accepts. */
static const uint64_t header_max_bytes = 100000000;
static const char *const dtype_names[] = {
	[WEIGHT_F32] = "F32", [WEIGHT_I8] = "I8", [WEIGHT_BF16] = "BF16", [WEIGHT_U8] = "U8"
};

struct reader {
	const char *path;
	FILE *file;
	uint64_t file_bytes;
	uint64_t data_start;
	struct problem *why;
};

#define BAD_AT(reader, offset, ...)                                                       \
	(problem_what((reader)->why, "cannot read '%s' at byte %" PRIu64, (reader)->path, \
		      (uint64_t)(offset)),                                                \
	 problem_todo((reader)->why, "delete it and train the model again"),              \
	 problem_why((reader)->why, __VA_ARGS__))

static int read_exactly(struct reader *reader, void *into, size_t bytes)
{
	if (fread(into, 1, bytes, reader->file) == bytes)
		return 0;
	return BAD_AT(reader, ftell(reader->file), "expected %zu more bytes, the file ends",
		      bytes);
}

static int read_header(struct reader *reader, json_t **header)
{
	uint64_t length;
	if (read_exactly(reader, &length, sizeof(length)) < 0)
		return -1;
	length = le64toh(length);
	if (length > header_max_bytes || length > reader->file_bytes - LENGTH_BYTES)
		return BAD_AT(reader, 0,
			      "expected the length of a safetensors header, found %" PRIu64
			      " in a file of %" PRIu64 " bytes",
			      length, reader->file_bytes);
	char *text = malloc(length + 1);
	if (!text)
		return BAD_AT(reader, LENGTH_BYTES, "out of memory");
	json_error_t error;
	int failed = read_exactly(reader, text, length);
	if (!failed) {
		*header = json_loadb(text, length, JSON_REJECT_DUPLICATES, &error);
		if (!json_is_object(*header))
			failed = BAD_AT(reader, LENGTH_BYTES + (uint64_t)error.position,
					"expected a JSON object, %s", error.text);
	}
	free(text);
	reader->data_start = LENGTH_BYTES + length;
	return failed;
}

static bool dtype_of(const char *name, enum weight_type *type)
{
	for (size_t i = 0; name && i < sizeof(dtype_names) / sizeof(dtype_names[0]); i++)
		if (strcmp(name, dtype_names[i]) == 0) {
			*type = (enum weight_type)i;
			return true;
		}
	return false;
}

static int take_shape(struct reader *reader, const char *name, const json_t *shape,
		      struct weight *weight)
{
	size_t n = json_array_size(shape), left = (size_t)reader->file_bytes;
	if (!json_is_array(shape) || n < 1 || n > WEIGHT_MAX_DIMS)
		return BAD_AT(reader, LENGTH_BYTES,
			      "tensor '%s': expected a shape of 1 to %d sizes", name,
			      WEIGHT_MAX_DIMS);
	weight->n_dims = (unsigned)n;
	for (size_t i = 0; i < n; i++) {
		json_int_t size = json_integer_value(json_array_get(shape, i));
		if (size < 1 || (uint64_t)size > left)
			return BAD_AT(reader, LENGTH_BYTES,
				      "tensor '%s': expected a size that fits the file, "
				      "found %" JSON_INTEGER_FORMAT,
				      name, size);
		weight->dims[i] = (size_t)size;
		left /= (size_t)size;
	}
	return 0;
}

/* Checks one header entry; *begin is where its bytes start. Allocates nothing. */
static int take_entry(struct reader *reader, const char *name, const json_t *entry,
		      struct weight *weight, uint64_t *begin)
{
	const char *dtype = json_string_value(json_object_get(entry, "dtype"));
	const json_t *span = json_object_get(entry, "data_offsets");
	*weight = (struct weight){ 0 };
	const size_t length = strlen(name);
	if (length >= sizeof(weight->name))
		return BAD_AT(reader, LENGTH_BYTES, "tensor name of %zu bytes: too long",
			      length);
	memcpy(weight->name, name, length + 1);
	if (!dtype_of(dtype, &weight->type))
		return BAD_AT(reader, LENGTH_BYTES,
			      "tensor '%s': expected dtype F32, BF16, I8 or U8, found '%s'",
			      name, dtype ? dtype : "none");
	if (take_shape(reader, name, json_object_get(entry, "shape"), weight) < 0)
		return -1;
	json_int_t first = json_integer_value(json_array_get(span, 0));
	json_int_t last = json_integer_value(json_array_get(span, 1));
	if (json_array_size(span) != 2 || first < 0 || last < first ||
	    (uint64_t)(last - first) != weight_bytes(weight))
		return BAD_AT(reader, LENGTH_BYTES,
			      "tensor '%s': expected data_offsets that span %zu bytes",
			      name, weight_bytes(weight));
	*begin = (uint64_t)first;
	return 0;
}

struct entry {
	struct weight weight;
	uint64_t begin;
};

static int by_begin(const void *left, const void *right)
{
	const struct entry *a = left, *b = right;
	return (a->begin > b->begin) - (a->begin < b->begin);
}

static int take_metadata(struct reader *reader, const json_t *metadata,
			 struct weights *weights)
{
	const char *key;
	json_t *value;
	if (metadata && !json_is_object(metadata))
		return BAD_AT(reader, LENGTH_BYTES,
			      "expected '__metadata__' to be an object");
	json_object_foreach((json_t *)metadata, key, value) if (
	    !json_is_string(value)) return BAD_AT(reader, LENGTH_BYTES,
						  "metadata '%s': expected a string", key);
	if (metadata)
		json_object_update(weights->metadata, (json_t *)metadata);
	return 0;
}

static int take_entries(struct reader *reader, json_t *header, struct weights *weights,
			struct entry *entries, size_t *n)
{
	const char *name;
	json_t *value;
	json_object_foreach(header, name, value)
	{
		if (strcmp(name, "__metadata__") == 0) {
			if (take_metadata(reader, value, weights) < 0)
				return -1;
			continue;
		}
		if (*n == WEIGHTS_MAX)
			return BAD_AT(reader, LENGTH_BYTES, "expected at most %d tensors",
				      WEIGHTS_MAX);
		struct entry *entry = &entries[(*n)++];
		if (take_entry(reader, name, value, &entry->weight, &entry->begin) < 0)
			return -1;
	}
	qsort(entries, *n, sizeof(entries[0]), by_begin);
	return 0;
}

static int check_cover(struct reader *reader, const struct entry *entries, size_t n)
{
	uint64_t expected = 0;
	for (size_t i = 0; i < n; i++) {
		if (entries[i].begin != expected)
			return BAD_AT(reader, reader->data_start + expected,
				      "expected a tensor here, '%s' starts at %" PRIu64,
				      entries[i].weight.name,
				      reader->data_start + entries[i].begin);
		expected += weight_bytes(&entries[i].weight);
	}
	if (reader->data_start + expected != reader->file_bytes)
		return BAD_AT(reader, reader->data_start + expected,
			      "expected the end of the file, which has %" PRIu64 " bytes",
			      reader->file_bytes);
	return 0;
}

static int read_tensors(struct reader *reader, const struct entry *entries, size_t n,
			struct weights *weights)
{
	for (size_t i = 0; i < n; i++) {
		const struct weight *plan = &entries[i].weight;
		struct weight *weight = weights_add(weights, plan->name, plan->type,
						    plan->n_dims, plan->dims);
		if (!weight)
			return BAD_AT(reader, reader->data_start + entries[i].begin,
				      "out of memory");
		if (read_exactly(reader, weight->data, weight_bytes(weight)) < 0)
			return -1;
	}
	const char *stated = weights_note(weights, "crc32");
	char found[16];
	snprintf(found, sizeof(found), "%08" PRIx32, weights_crc32(weights));
	if (stated[0] && strcmp(stated, found) != 0)
		return BAD_AT(reader, reader->data_start,
			      "expected tensors with CRC-32 %s, found %s", stated, found);
	return 0;
}

static int load_into(struct reader *reader, struct weights *weights)
{
	struct entry *entries = calloc(WEIGHTS_MAX, sizeof(*entries));
	json_t *header = NULL;
	size_t n = 0;
	int failed = !entries
			 ? BAD_AT(reader, 0, "out of memory")
			 : read_header(reader, &header) < 0 ||
			       take_entries(reader, header, weights, entries, &n) < 0 ||
			       check_cover(reader, entries, n) < 0 ||
			       read_tensors(reader, entries, n, weights) < 0;
	json_decref(header);
	free(entries);
	return failed ? -1 : 0;
}

struct weights *safetensors_load(const char *path, struct problem *why)
{
	struct reader reader = { .path = path, .file = fopen(path, "rb"), .why = why };
	struct stat about;
	if (!reader.file || fstat(fileno(reader.file), &about) < 0) {
		int err = errno;
		problem_what(why, "cannot read '%s'", path);
		problem_errno(why, err);
		if (reader.file)
			fclose(reader.file);
		return NULL;
	}
	reader.file_bytes = (uint64_t)about.st_size;
	struct weights *weights = weights_new();
	if (!weights)
		problem_what(why, "cannot read '%s': out of memory", path);
	if (!weights || load_into(&reader, weights) < 0) {
		weights_free(weights);
		weights = NULL;
	}
	fclose(reader.file);
	return weights;
}

static json_t *entry_of(const struct weight *weight, size_t begin)
{
	json_t *shape = json_array();
	for (unsigned i = 0; i < weight->n_dims; i++)
		json_array_append_new(shape, json_integer((json_int_t)weight->dims[i]));
	return json_pack("{s:s, s:o, s:[I, I]}", "dtype", dtype_names[weight->type],
			 "shape", shape, "data_offsets", (json_int_t)begin,
			 (json_int_t)begin + (json_int_t)weight_bytes(weight));
}

/* The header's text, padded with spaces so that the data start aligned. Caller frees. */
static char *header_of(const struct weights *weights, size_t *length)
{
	json_t *header = json_object();
	size_t begin = 0;
	json_object_set(header, "__metadata__", weights->metadata);
	for (size_t i = 0; i < weights->n; i++) {
		json_object_set_new(header, weights->items[i].name,
				    entry_of(&weights->items[i], begin));
		begin += weight_bytes(&weights->items[i]);
	}
	char *text = json_dumps(header, JSON_COMPACT);
	json_decref(header);
	if (!text)
		return NULL;
	size_t used = strlen(text);
	*length = (LENGTH_BYTES + used + HEADER_ALIGN - 1) / HEADER_ALIGN * HEADER_ALIGN -
		  LENGTH_BYTES;
	char *padded = realloc(text, *length + 1);
	if (!padded) {
		free(text);
		return NULL;
	}
	memset(padded + used, ' ', *length - used);
	return padded;
}

static int write_all(FILE *file, const struct weights *weights)
{
	size_t length = 0;
	char *header = header_of(weights, &length);
	if (!header) {
		errno = ENOMEM;
		return -1;
	}
	uint64_t stored = htole64(length);
	bool whole = fwrite(&stored, sizeof(stored), 1, file) == 1 &&
		     fwrite(header, length, 1, file) == 1;
	for (size_t i = 0; whole && i < weights->n; i++)
		whole = fwrite(weights->items[i].data, weight_bytes(&weights->items[i]), 1,
			       file) == 1;
	free(header);
	return whole && fflush(file) == 0 ? 0 : -1;
}

int safetensors_save(struct weights *weights, const char *path, struct problem *why)
{
	char *temporary = NULL;
	weights_set_note(weights, "crc32", "%08" PRIx32, weights_crc32(weights));
	if (asprintf(&temporary, "%s.%ld", path, (long)getpid()) < 0)
		return problem_what(why, "cannot write '%s': out of memory", path);
	FILE *file = fopen(temporary, "wb");
	int failed = !file || write_all(file, weights) < 0, err = errno;
	if (file && fclose(file) != 0 && !failed) {
		failed = true;
		err = errno;
	}
	if (!failed && rename(temporary, path) < 0) {
		failed = true;
		err = errno;
	}
	if (failed) {
		if (file)
			unlink(temporary);
		problem_what(why, "cannot write '%s'", path);
		problem_errno(why, err);
	}
	free(temporary);
	return failed ? -1 : 0;
}
