/* models/weights/weights.h - a model's parameters: named tensors and a record of how they came about.
 *
 * In memory and in the file (safetensors.h) alike. Layouts are plain, C order: convolutions
 * [out][in][kernel], dense layers [out][in], the embedding [row][dimension]. */
#ifndef JOULECART_MODELS_WEIGHTS_H
#define JOULECART_MODELS_WEIGHTS_H
#include <jansson.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum weight_type { WEIGHT_F32, WEIGHT_I8, WEIGHT_BF16, WEIGHT_U8 };
/* More than the bundled networks have. */
enum { WEIGHT_MAX_DIMS = 4, WEIGHT_NAME_SIZE = 48, WEIGHTS_MAX = 64 };

struct weight {
	char name[WEIGHT_NAME_SIZE];
	enum weight_type type;
	unsigned n_dims;
	size_t dims[WEIGHT_MAX_DIMS];
	void *data; /* 64-byte aligned */
	/* Training leaves it as it is. Copies are frozen, too; the file does not say so. */
	bool is_frozen;
};

struct weights {
	struct weight items[WEIGHTS_MAX]; /* in the order of the file */
	size_t n;
	json_t *metadata; /* object of strings */
};

/* NULL when memory is short. */
struct weights *weights_new(void);
void weights_free(struct weights *weights); /* takes NULL */

/* Adds a tensor of zeros. NULL when memory is short, or no room is left for one more. */
struct weight *weights_add(struct weights *weights, const char *name, enum weight_type type,
			   unsigned n_dims, const size_t *dims);
/* The tensor of that name, or NULL. */
const struct weight *weights_find(const struct weights *weights, const char *name);
/* The same tensors, all zero, without metadata; NULL when memory is short. */
struct weights *weights_like(const struct weights *weights);
/* The same tensors and numbers, without metadata; NULL when memory is short. */
struct weights *weights_clone(const struct weights *weights);
/* Adds a copy of a tensor; NULL as weights_add(). */
struct weight *weights_add_copy(struct weights *weights, const struct weight *from);

size_t weight_count(const struct weight *weight); /* its numbers */
size_t weight_bytes(const struct weight *weight);
size_t weight_type_size(enum weight_type type);

size_t weights_parameters(const struct weights *weights);
size_t weights_nonzeros(const struct weights *weights);
/* zlib's CRC-32 over all tensors' bytes, in order. */
uint32_t weights_crc32(const struct weights *weights);

/* The record. Values are strings; a missing key reads as "". The weights own it. */
const char *weights_note(const struct weights *weights, const char *key);
void weights_set_note(struct weights *weights, const char *key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
