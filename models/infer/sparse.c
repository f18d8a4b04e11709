/* models/infer/sparse.c - see sparse.h. */
#include <config.h>

#include "models/infer/sparse.h"

#include "base/problem.h"
#include "models/data/features.h"
#include "models/weights/model.h"

#include <libxsmm.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	LANES = 16,       /* floats in a vector */
	PAD = 4,          /* zeros before and after a query's positions */
	LINE = 32,        /* of a query in `lines`: pad, positions, pad */
	MAX_TOGETHER = 2, /* queries multiplied at once: 48 positions fill 3 vectors */
	/* libxsmm 1.17 writes past its buffer of 128 KB when one kernel has more code than
	 * that; a number that is not zero takes some 40 bytes. */
	BLOCK_ROWS = 8,
	BLOCK_NONZEROS = 2000, /* 80 KB of code */
};
_Static_assert(SPARSE_MAX_KERNEL <= 2 * PAD, "the padding is enough for the widest kernel");
_Static_assert(PAD + FEATURE_LENGTH + PAD <= LINE, "a line holds a query and its padding");

/* Some rows of a layer, compiled. */
struct block {
	libxsmm_xmmfunction kernel;
	size_t row;
	const float *values;
};

struct sparse_layer {
	size_t in, out, kernel;
	const float *bias;
	float *values;
	struct block *blocks;
	size_t n_blocks;
};

struct sparse_body {
	struct sparse_layer layers[MODEL_MAX_STAGES];
	size_t n_layers, together, columns;
	float *lines;   /* [channels][together][LINE]: what a layer reads */
	float *product; /* [channels][columns]: what it puts out */
	float *spread;  /* [kernel][in][columns]: lines, shifted for each tap */
};

bool sparse_available(void)
{
	return libxsmm_get_target_archid() >= LIBXSMM_X86_AVX512;
}

/* A pattern of zeros in compressed rows. */
struct pattern {
	unsigned begin[BLOCK_ROWS + 1];
	unsigned column[BLOCK_NONZEROS];
	unsigned n_rows;
};

/* Appends a row [in][kernel], in the order of `spread`; false when the pattern is full. */
static bool add_row(struct pattern *pattern, const float *row, size_t in, size_t kernel,
		    float *values)
{
	unsigned at = pattern->begin[pattern->n_rows];
	for (size_t tap = 0; tap < kernel; tap++)
		for (size_t channel = 0; channel < in; channel++) {
			float value = row[channel * kernel + tap];
			if (value == 0.0f)
				continue;
			if (at == BLOCK_NONZEROS)
				return false;
			pattern->column[at] = (unsigned)(tap * in + channel);
			values[at++] = value;
		}
	pattern->begin[++pattern->n_rows] = at;
	return true;
}

static libxsmm_xmmfunction compile(const struct pattern *pattern, size_t width,
				   size_t columns, const float *values)
{
	libxsmm_descriptor_blob blob;
	libxsmm_blasint vectors = (libxsmm_blasint)(columns / LANES);
	const libxsmm_gemm_descriptor *descriptor = libxsmm_gemm_descriptor_dinit(
	    &blob, LIBXSMM_GEMM_PRECISION_F32, (libxsmm_blasint)pattern->n_rows, vectors,
	    (libxsmm_blasint)width, 0, vectors, vectors, 1.0, 1.0, LIBXSMM_GEMM_FLAG_NONE,
	    LIBXSMM_GEMM_PREFETCH_NONE);
	return libxsmm_create_xcsr_soa(descriptor, pattern->begin, pattern->column, values,
				       LANES);
}

/* Compiles as many rows from *row on as fit one kernel. 0, or -1. */
static int compile_block(struct sparse_layer *layer, const float *weights, size_t columns,
			 size_t *row, float **values)
{
	size_t width = layer->in * layer->kernel;
	struct block *block = &layer->blocks[layer->n_blocks];
	struct pattern pattern = { .n_rows = 0 };
	*block = (struct block){ .row = *row, .values = *values };
	while (pattern.n_rows < BLOCK_ROWS && *row < layer->out &&
	       add_row(&pattern, weights + *row * width, layer->in, layer->kernel, *values))
		++*row;
	if (pattern.n_rows == 0)
		return -1;
	*values += pattern.begin[pattern.n_rows];
	if (pattern.begin[pattern.n_rows] == 0)
		return 0; /* nothing but bias: no kernel */
	block->kernel = compile(&pattern, width, columns, block->values);
	layer->n_blocks++;
	return block->kernel.xmm ? 0 : -1;
}

static int compile_layer(struct sparse_layer *layer, const struct weights *weights,
			 size_t stage, size_t columns)
{
	struct model_layer from = model_layer(weights, "stage%zu.conv", stage);
	size_t row = 0;
	layer->out = from.weight->dims[0];
	layer->in = from.weight->dims[1];
	layer->kernel = from.weight->dims[2];
	layer->bias = from.bias;
	layer->blocks = calloc(layer->out, sizeof(*layer->blocks));
	/* A row that no longer fits is begun again, behind it, in the next block. */
	layer->values = calloc(weight_count(from.weight) + BLOCK_NONZEROS, sizeof(float));
	float *values = layer->values;
	if (!layer->blocks || !values)
		return -1;
	while (row < layer->out)
		if (compile_block(layer, from.weight->data, columns, &row, &values) < 0)
			return -1;
	return 0;
}

static float *new_floats(size_t n)
{
	float *floats = aligned_alloc(64, (n * sizeof(float) + 63) / 64 * 64);
	if (floats)
		memset(floats, 0, n * sizeof(float));
	return floats;
}

static int allocate(struct sparse_body *body)
{
	size_t channels = 0, width = 0;
	for (size_t i = 0; i < body->n_layers; i++) {
		const struct sparse_layer *layer = &body->layers[i];
		size_t widest = layer->in > layer->out ? layer->in : layer->out;
		channels = widest > channels ? widest : channels;
		width = layer->in * layer->kernel > width ? layer->in * layer->kernel
							  : width;
	}
	body->lines = new_floats(channels * body->together * LINE);
	body->product = new_floats(channels * body->columns);
	body->spread = new_floats(width * body->columns);
	return body->lines && body->product && body->spread ? 0 : -1;
}

struct sparse_body *sparse_body_create(const struct weights *weights,
				       const struct model_shape *shape, size_t batch,
				       struct problem *why)
{
	struct sparse_body *body = sparse_available() ? calloc(1, sizeof(*body)) : NULL;
	int failed = body ? 0 : -1;
	if (body) {
		body->n_layers = shape->n_stages;
		body->together = batch < MAX_TOGETHER ? batch : MAX_TOGETHER;
		body->columns = (body->together * FEATURE_LENGTH + LANES - 1) / LANES *
				LANES;
	}
	for (size_t i = 0; !failed && i < body->n_layers; i++)
		failed = compile_layer(&body->layers[i], weights, i + 1, body->columns);
	if (!failed && allocate(body) == 0)
		return body;
	sparse_body_free(body);
	problem_what(why, "cannot make sparse kernels");
	problem_why(why, "libxsmm has none for this CPU, or memory is short");
	return NULL;
}

void sparse_body_free(struct sparse_body *body)
{
	if (!body)
		return;
	for (size_t i = 0; i < body->n_layers; i++) {
		struct sparse_layer *layer = &body->layers[i];
		for (size_t b = 0; b < layer->n_blocks; b++)
			libxsmm_release_kernel(layer->blocks[b].kernel.xmm);
		free(layer->blocks);
		free(layer->values);
	}
	free(body->lines);
	free(body->product);
	free(body->spread);
	free(body);
}

static float *line_of(const struct sparse_body *body, size_t channel, size_t query)
{
	return body->lines + (channel * body->together + query) * LINE + PAD;
}

/* [position][channel] to a line for each channel. */
static void read_input(const struct sparse_body *body, const float *input, size_t n)
{
	size_t channels = body->layers[0].in;
	for (size_t query = 0; query < n; query++)
		for (size_t at = 0; at < FEATURE_LENGTH; at++, input += channels)
			for (size_t channel = 0; channel < channels; channel++)
				line_of(body, channel, query)[at] = input[channel];
}

static void spread_taps(const struct sparse_body *body, const struct sparse_layer *layer)
{
	float *to = body->spread;
	size_t before = (layer->kernel - 1) / 2;
	for (size_t tap = 0; tap < layer->kernel; tap++)
		for (size_t channel = 0; channel < layer->in; channel++) {
			for (size_t query = 0; query < body->together; query++)
				memcpy(to + query * FEATURE_LENGTH,
				       line_of(body, channel, query) + tap - before,
				       FEATURE_LENGTH * sizeof(float));
			to += body->columns;
		}
}

static void multiply(const struct sparse_body *body, const struct sparse_layer *layer)
{
	for (size_t row = 0; row < layer->out; row++)
		for (size_t i = 0; i < body->columns; i++)
			body->product[row * body->columns + i] = layer->bias[row];
	for (size_t b = 0; b < layer->n_blocks; b++) {
		const struct block *block = &layer->blocks[b];
		block->kernel.smm(block->values, body->spread,
				  body->product + block->row * body->columns);
	}
}

/* Through the ReLU, to the lines of the next layer. */
static void activate(const struct sparse_body *body, const struct sparse_layer *layer)
{
	for (size_t row = 0; row < layer->out; row++)
		for (size_t query = 0; query < body->together; query++) {
			const float *from = body->product + row * body->columns +
					    query * FEATURE_LENGTH;
			float *to = line_of(body, row, query);
#pragma omp simd
			for (size_t at = 0; at < FEATURE_LENGTH; at++)
				to[at] = from[at] > 0.0f ? from[at] : 0.0f;
		}
}

static void take_largest(const struct sparse_body *body, size_t n, float *pooled)
{
	size_t channels = body->layers[body->n_layers - 1].out;
	for (size_t channel = 0; channel < channels; channel++)
		for (size_t query = 0; query < n; query++) {
			const float *line = line_of(body, channel, query);
			float largest = 0.0f;
#pragma omp simd reduction(max : largest)
			for (size_t at = 0; at < FEATURE_LENGTH; at++)
				largest = line[at] > largest ? line[at] : largest;
			pooled[query * channels + channel] = largest;
		}
}

void sparse_body_run(struct sparse_body *body, const float *input, size_t n, float *pooled)
{
	size_t in = body->layers[0].in, out = body->layers[body->n_layers - 1].out;
	for (size_t from = 0; from < n; from += body->together) {
		size_t some = n - from < body->together ? n - from : body->together;
		read_input(body, input + from * FEATURE_LENGTH * in, some);
		for (size_t i = 0; i < body->n_layers; i++) {
			spread_taps(body, &body->layers[i]);
			multiply(body, &body->layers[i]);
			activate(body, &body->layers[i]);
		}
		take_largest(body, some, pooled + from * out);
	}
}
