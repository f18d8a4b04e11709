/* models/infer/sparse.c - see sparse.h. */
#include <config.h>

#include "models/infer/sparse.h"

#include "base/problem.h"
#include "models/data/features.h"
#include "models/kernels/span.h"
#include "models/weights/model.h"

#include <libxsmm.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	LANES = 16,        /* floats in a vector */
	PAD = 4,           /* zeros before and after a line's positions */
	MAX_COLUMNS = 48,  /* three or four queries side by side */
	LINE = 64,         /* of a channel in `lines`: pad, positions, pad */
	MAX_TOGETHER = 16, /* queries that share a line */
	MAX_WIDTHS = 2,
	/* libxsmm 1.17 writes past its buffer of 128 KB when one kernel has more code than
	 * that; a number that is not zero takes some 40 bytes. */
	BLOCK_ROWS = 8,
	BLOCK_NONZEROS = 2000, /* 80 KB of code */
};
_Static_assert(SPARSE_MAX_KERNEL <= 2 * PAD, "the padding is enough for the widest kernel");
_Static_assert(PAD + MAX_COLUMNS + PAD <= LINE, "a line holds all columns and the padding");
_Static_assert(FEATURE_LENGTH <= 2 * LANES, "a query alone fits the wider kernels for one");

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

/* The kernels for lines of so many positions. */
struct width {
	size_t columns;
	struct sparse_layer layers[MODEL_MAX_STAGES];
};

struct sparse_body {
	struct width widths[MAX_WIDTHS]; /* from the narrowest on */
	size_t n_widths, n_layers, gap;
	float *lines;   /* [channels][LINE]: what a layer reads */
	float *product; /* [channels][columns]: what it puts out */
	float *spread;  /* [kernel][in][columns]: lines, shifted for each tap */
};

/* Queries side by side on a line, and where each stands. */
struct together {
	const struct query_span *from; /* where their rows are in the input */
	struct query_span at[MAX_TOGETHER];
	size_t n;
	float is_query[MAX_COLUMNS]; /* 1 at their positions, 0 in between */
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
	size_t channels = 0, taps = 0;
	for (size_t i = 0; i < body->n_layers; i++) {
		const struct sparse_layer *layer = &body->widths[0].layers[i];
		size_t widest = layer->in > layer->out ? layer->in : layer->out;
		channels = widest > channels ? widest : channels;
		taps = layer->in * layer->kernel > taps ? layer->in * layer->kernel : taps;
		if (layer->kernel / 2 > body->gap)
			body->gap = layer->kernel / 2;
	}
	body->lines = new_floats(channels * LINE);
	body->product = new_floats(channels * MAX_COLUMNS);
	body->spread = new_floats(taps * MAX_COLUMNS);
	return body->lines && body->product && body->spread ? 0 : -1;
}

/* A query alone takes as few vectors as it fills. In a batch each kernel's code, which is far larger
 * than the values, is best read for many positions. */
static void choose_widths(struct sparse_body *body, size_t batch)
{
	body->n_widths = batch == 1 ? 2 : 1;
	body->widths[0].columns = batch == 1 ? LANES : MAX_COLUMNS;
	body->widths[1].columns = 2 * LANES;
}

struct sparse_body *sparse_body_create(const struct weights *weights,
				       const struct model_shape *shape, size_t batch,
				       struct problem *why)
{
	struct sparse_body *body = sparse_available() ? calloc(1, sizeof(*body)) : NULL;
	int failed = body ? 0 : -1;
	if (body) {
		body->n_layers = shape->n_stages;
		choose_widths(body, batch);
	}
	for (size_t w = 0; body && w < body->n_widths; w++)
		for (size_t i = 0; !failed && i < body->n_layers; i++)
			failed = compile_layer(&body->widths[w].layers[i], weights, i + 1,
					       body->widths[w].columns);
	if (!failed && allocate(body) == 0)
		return body;
	sparse_body_free(body);
	problem_what(why, "cannot make sparse kernels");
	problem_refuse(why, "take another variant, as int8",
		       "libxsmm has none for this CPU, or memory is short");
	return NULL;
}

static void layer_free(struct sparse_layer *layer)
{
	for (size_t b = 0; b < layer->n_blocks; b++)
		libxsmm_release_kernel(layer->blocks[b].kernel.xmm);
	free(layer->blocks);
	free(layer->values);
}

void sparse_body_free(struct sparse_body *body)
{
	if (!body)
		return;
	for (size_t w = 0; w < body->n_widths; w++)
		for (size_t i = 0; i < body->n_layers; i++)
			layer_free(&body->widths[w].layers[i]);
	free(body->lines);
	free(body->product);
	free(body->spread);
	free(body);
}

static float *line_of(const struct sparse_body *body, size_t channel)
{
	return body->lines + channel * LINE + PAD;
}

/* As many of the n spans as a line holds, at least one. Returns the narrowest kernels for them. */
static const struct width *take(const struct sparse_body *body,
				const struct query_span *spans, size_t n,
				struct together *together)
{
	const struct width *width = &body->widths[body->n_widths - 1];
	size_t end = 0;
	*together = (struct together){ .from = spans };
	while (together->n < n && together->n < MAX_TOGETHER) {
		size_t begin = end + (together->n ? body->gap : 0);
		size_t length = spans[together->n].length;
		if (begin + length > width->columns)
			break;
		together->at[together->n++] = (struct query_span){ begin, length };
		end = begin + length;
		for (size_t at = begin; at < end; at++)
			together->is_query[at] = 1.0f;
	}
	while (width > body->widths && width[-1].columns >= end)
		width--;
	return width;
}

/* [position][channel] to a line for each channel, zero where there is no query. */
static void read_input(const struct sparse_body *body, const struct width *width,
		       const float *input, const struct together *together)
{
	size_t channels = width->layers[0].in;
	for (size_t channel = 0; channel < channels; channel++)
		memset(line_of(body, channel), 0, (width->columns + PAD) * sizeof(float));
	for (size_t i = 0; i < together->n; i++) {
		const float *rows = input + together->from[i].begin * channels;
		for (size_t at = 0; at < together->at[i].length; at++, rows += channels)
			for (size_t channel = 0; channel < channels; channel++)
				line_of(body, channel)[together->at[i].begin + at] =
				    rows[channel];
	}
}

static void spread_taps(const struct sparse_body *body, const struct sparse_layer *layer,
			size_t columns)
{
	float *to = body->spread;
	size_t before = (layer->kernel - 1) / 2;
	for (size_t tap = 0; tap < layer->kernel; tap++)
		for (size_t channel = 0; channel < layer->in; channel++, to += columns)
			memcpy(to, line_of(body, channel) + tap - before,
			       columns * sizeof(float));
}

static void multiply(const struct sparse_body *body, const struct sparse_layer *layer,
		     size_t columns)
{
	for (size_t row = 0; row < layer->out; row++)
		for (size_t i = 0; i < columns; i++)
			body->product[row * columns + i] = layer->bias[row];
	for (size_t b = 0; b < layer->n_blocks; b++) {
		const struct block *block = &layer->blocks[b];
		block->kernel.smm(block->values, body->spread,
				  body->product + block->row * columns);
	}
}

/* Through the ReLU, to the lines of the next layer. */
static void activate(const struct sparse_body *body, const struct sparse_layer *layer,
		     size_t columns, const struct together *together)
{
	for (size_t row = 0; row < layer->out; row++) {
		const float *from = body->product + row * columns;
		float *to = line_of(body, row);
#pragma omp simd
		for (size_t at = 0; at < columns; at++)
			to[at] = from[at] > 0.0f ? from[at] * together->is_query[at] : 0.0f;
		memset(to + columns, 0, PAD * sizeof(float));
	}
}

static void take_largest(const struct sparse_body *body, const struct together *together,
			 size_t channels, float *pooled)
{
	for (size_t i = 0; i < together->n; i++)
		for (size_t channel = 0; channel < channels; channel++) {
			const float *line = line_of(body, channel) + together->at[i].begin;
			float largest = 0.0f;
			for (size_t at = 0; at < together->at[i].length; at++)
				largest = line[at] > largest ? line[at] : largest;
			*pooled++ = largest;
		}
}

void sparse_body_run(struct sparse_body *body, const float *input,
		     const struct query_span *spans, size_t n, float *pooled)
{
	size_t out = body->widths[0].layers[body->n_layers - 1].out;
	struct together together;
	for (size_t from = 0; from < n; from += together.n) {
		const struct width *width = take(body, spans + from, n - from, &together);
		read_input(body, width, input, &together);
		for (size_t i = 0; i < body->n_layers; i++) {
			const struct sparse_layer *layer = &width->layers[i];
			spread_taps(body, layer, width->columns);
			multiply(body, layer, width->columns);
			activate(body, layer, width->columns, &together);
		}
		take_largest(body, &together, out, pooled + from * out);
	}
}
