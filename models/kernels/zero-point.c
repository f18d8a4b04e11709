/* models/kernels/zero-point.c - see zero-point.h. */
#include <config.h>

#include "models/kernels/zero-point.h"

enum { SRC, FACTORS, SUMS, OUT, N_ARGS };

struct view {
	const dnnl_memory_desc_t *desc;
	void *data;
};

static struct view view_of(const struct op *op, int arg)
{
	struct view view = { 0 };
	dnnl_memory_get_memory_desc(op->args[arg].memory, &view.desc);
	dnnl_memory_get_data_handle(op->args[arg].memory, &view.data);
	return view;
}

static float sum_u8(const uint8_t *restrict x, size_t n)
{
	uint32_t sum = 0;
#pragma omp simd reduction(+ : sum)
	for (size_t i = 0; i < n; i++)
		sum += x[i];
	return (float)sum;
}

static float sum_s8(const int8_t *restrict x, size_t n)
{
	int32_t sum = 0;
#pragma omp simd reduction(+ : sum)
	for (size_t i = 0; i < n; i++)
		sum += x[i];
	return (float)sum;
}

static void scale_by(float *restrict out, const float *restrict factors, size_t n,
		     float sum)
{
#pragma omp simd
	for (size_t i = 0; i < n; i++)
		out[i] = factors[i] * sum;
}

/* The sum of the rows that a kernel sees around one. */
static float window_sum(const float *sums, size_t rows, size_t row, size_t kernel)
{
	size_t before = kernel ? (kernel - 1) / 2 : 0, after = kernel / 2;
	size_t from = row > before ? row - before : 0;
	size_t to = row + after < rows ? row + after : rows - 1;
	float sum = 0.0f;
	for (size_t at = from; at <= to; at++)
		sum += sums[at];
	return sum;
}

static void run(const struct op *op)
{
	struct view src = view_of(op, SRC), out = view_of(op, OUT);
	const float *factors = view_of(op, FACTORS).data;
	struct view sums = view_of(op, SUMS);
	size_t rows = (size_t)sums.desc->dims[0], width = (size_t)src.desc->dims[1];
	size_t outputs = (size_t)out.desc->dims[1];
	float *sum = sums.data;
	for (size_t row = 0; row < rows; row++)
		sum[row] = src.desc->data_type == dnnl_s8
			       ? sum_s8((const int8_t *)src.data + row * width, width)
			       : sum_u8((const uint8_t *)src.data + row * width, width);
	for (size_t row = 0; row < rows; row++)
		scale_by((float *)out.data + row * outputs, factors, outputs,
			 window_sum(sum, rows, row, op->kernel));
}

struct op op_zero_points(const struct zero_points *to, const struct tensor *src,
			 size_t kernel)
{
	struct op op = { .run = run, .kernel = kernel, .n_args = N_ARGS };
	op.args[SRC].memory = src->memory;
	op.args[FACTORS].memory = to->factors.memory;
	op.args[SUMS].memory = to->sums.memory;
	op.args[OUT].memory = to->out.memory;
	return op;
}
