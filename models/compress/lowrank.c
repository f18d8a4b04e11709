/* models/compress/lowrank.c - see lowrank.h. */
#include <config.h>

#include "models/compress/lowrank.h"

#include "base/problem.h"
#include "models/weights/model.h"

#include <gsl/gsl_randist.h>
#include <lapacke.h>
#include <math.h>
#include <oneapi/dnnl/dnnl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#undef I /* complex.h's */

/* Rounds of the alternating fit. */
enum { CP_ITERATIONS = 40 };

static int out_of_memory(struct problem *why)
{
	return problem_what(why, "cannot decompose a layer: out of memory");
}

static int lapack_failed(struct problem *why, const char *routine, int info)
{
	problem_what(why, "cannot decompose a layer");
	return problem_refuse(why, "try another --level", "LAPACK's %s returned %d",
			      routine, info);
}

int lowrank_svd(const float *w, size_t rows, size_t columns, size_t rank, float *left,
		float *right, struct problem *why)
{
	size_t side = rows < columns ? rows : columns;
	float *copy = calloc(rows * columns, sizeof(float));
	float *s = calloc(side, sizeof(float)), *u = calloc(rows * side, sizeof(float));
	float *vt = calloc(side * columns, sizeof(float));
	int info = 0, failed = copy && s && u && vt ? 0 : out_of_memory(why);
	if (!failed) {
		memcpy(copy, w, rows * columns * sizeof(float));
		info = LAPACKE_sgesdd(LAPACK_ROW_MAJOR, 'S', (lapack_int)rows,
				      (lapack_int)columns, copy, (lapack_int)columns, s, u,
				      (lapack_int)side, vt, (lapack_int)columns);
		if (info != 0)
			failed = lapack_failed(why, "sgesdd", info);
	}
	for (size_t r = 0; !failed && r < rank; r++) {
		float root = sqrtf(s[r]);
		for (size_t i = 0; i < rows; i++)
			left[i * rank + r] = u[i * side + r] * root;
		for (size_t j = 0; j < columns; j++)
			right[r * columns + j] = vt[r * columns + j] * root;
	}
	free(copy);
	free(s);
	free(u);
	free(vt);
	return failed;
}

/* One mode of a tensor: its unfolding [size][others], and its factor [size][rank]. */
struct mode {
	size_t size;
	float *unfolded, *factor;
	const struct mode *slow, *fast; /* the others, in the order of the unfolding */
};

/* product[x][r] = slow[i][r] fast[j][r] for each x = i x fast->size + j (Khatri, Rao). */
static void khatri_rao(const struct mode *slow, const struct mode *fast, size_t rank,
		       float *product)
{
	for (size_t i = 0; i < slow->size; i++)
		for (size_t j = 0; j < fast->size; j++)
			for (size_t r = 0; r < rank; r++)
				*product++ = slow->factor[i * rank + r] *
					     fast->factor[j * rank + r];
}

/* gram[r][q] *= sum over i of x[i][r] x[i][q]. */
static void times_gram(const struct mode *mode, size_t rank, float *gram, float *scratch)
{
	dnnl_dim_t n = (dnnl_dim_t)rank, rows = (dnnl_dim_t)mode->size;
	dnnl_sgemm('T', 'N', n, n, rows, 1.0f, mode->factor, n, mode->factor, n, 0.0f,
		   scratch, n);
	for (size_t i = 0; i < rank * rank; i++)
		gram[i] *= scratch[i];
}

/* Room for one solution. */
struct solver {
	float *product, *gram, *scratch;
};

/* factor = X (slow o fast), the right-hand sides of the least squares. A mode that is smaller
 * than the others is done slice by slice: their whole product would be large. */
static void project(const struct mode *mode, size_t rank, float *product)
{
	const struct mode *slow = mode->slow, *fast = mode->fast;
	dnnl_dim_t r = (dnnl_dim_t)rank, others = (dnnl_dim_t)(slow->size * fast->size);
	if (mode->size >= fast->size) {
		khatri_rao(slow, fast, rank, product);
		dnnl_sgemm('N', 'N', (dnnl_dim_t)mode->size, r, others, 1.0f,
			   mode->unfolded, others, product, r, 0.0f, mode->factor, r);
		return;
	}
	memset(mode->factor, 0, mode->size * rank * sizeof(float));
	for (size_t k = 0; k < mode->size; k++) {
		dnnl_sgemm('N', 'N', (dnnl_dim_t)slow->size, r, (dnnl_dim_t)fast->size,
			   1.0f, mode->unfolded + k * (size_t)others,
			   (dnnl_dim_t)fast->size, fast->factor, r, 0.0f, product, r);
		for (size_t i = 0; i < slow->size * rank; i++)
			mode->factor[k * rank + i % rank] += slow->factor[i] * product[i];
	}
}

/* The factor that fits best, the other two held: X (slow o fast) (gram)^-1, with a small ridge
 * so that components that become alike do not blow up. */
static int solve_mode(struct mode *mode, size_t rank, struct solver *solver,
		      struct problem *why)
{
	const float ridge = 1e-4f;
	float trace = 0.0f;
	project(mode, rank, solver->product);
	for (size_t i = 0; i < rank * rank; i++)
		solver->gram[i] = 1.0f;
	times_gram(mode->slow, rank, solver->gram, solver->scratch);
	times_gram(mode->fast, rank, solver->gram, solver->scratch);
	for (size_t r = 0; r < rank; r++)
		trace += solver->gram[r * rank + r];
	for (size_t r = 0; r < rank; r++)
		solver->gram[r * rank + r] += ridge * trace / (float)rank;
	/* Row by row, the factor is column by column its transpose: the right-hand sides. */
	int info = LAPACKE_sposv(LAPACK_COL_MAJOR, 'U', (lapack_int)rank,
				 (lapack_int)mode->size, solver->gram, (lapack_int)rank,
				 mode->factor, (lapack_int)rank);
	return info == 0 ? 0 : lapack_failed(why, "sposv", info);
}

static float component_norm(const struct mode *mode, size_t rank, size_t r)
{
	double sum = 0.0;
	for (size_t i = 0; i < mode->size; i++)
		sum += (double)mode->factor[i * rank + r] *
		       (double)mode->factor[i * rank + r];
	return (float)sqrt(sum);
}

static void scale_component(struct mode *mode, size_t rank, size_t r, float by)
{
	for (size_t i = 0; i < mode->size; i++)
		mode->factor[i * rank + r] *= by;
}

/* Gives the three factors of each component one norm, their product unchanged. */
static void balance(struct mode modes[3], size_t rank)
{
	for (size_t r = 0; r < rank; r++) {
		float norms[3], all = 1.0f;
		for (size_t m = 0; m < 3; m++)
			all *= norms[m] = component_norm(&modes[m], rank, r);
		for (size_t m = 0; m < 3; m++)
			if (norms[m] > 0.0f)
				scale_component(&modes[m], rank, r, cbrtf(all) / norms[m]);
	}
}

static int alternate(struct mode modes[3], size_t rank, struct solver *solver,
		     struct problem *why)
{
	for (size_t i = 0; i < CP_ITERATIONS; i++) {
		for (size_t m = 0; m < 3; m++)
			if (solve_mode(&modes[m], rank, solver, why) < 0)
				return -1;
		balance(modes, rank);
	}
	return 0;
}

/* w[o][i][k] as [i][o x kernel] and as [k][o x in]. */
static void unfold(const float *w, size_t out, size_t in, size_t kernel, float *by_in,
		   float *by_kernel)
{
	for (size_t o = 0; o < out; o++)
		for (size_t i = 0; i < in; i++)
			for (size_t k = 0; k < kernel; k++, w++) {
				by_in[(i * out + o) * kernel + k] = *w;
				by_kernel[(k * out + o) * in + i] = *w;
			}
}

static void start(struct mode modes[3], size_t rank, uint64_t seed)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	gsl_rng_set(rng, seed);
	for (size_t m = 0; m < 3; m++)
		for (size_t i = 0; i < modes[m].size * rank; i++)
			modes[m].factor[i] = (float)gsl_ran_gaussian_ziggurat(rng, 1.0);
	gsl_rng_free(rng);
}

int lowrank_cp(const struct cp_kernel *cp, size_t rank, uint64_t seed, struct problem *why)
{
	size_t out = cp->out, in = cp->in, kernel = cp->kernel, n = out * in * kernel;
	float *by_in = calloc(n, sizeof(float)), *by_kernel = calloc(n, sizeof(float));
	size_t widest = (out > in ? out : in) * kernel;
	struct solver solver = { .product = calloc(widest * rank, sizeof(float)),
				 .gram = calloc(rank * rank, sizeof(float)),
				 .scratch = calloc(rank * rank, sizeof(float)) };
	struct mode modes[3] = {
		{ .size = out, .unfolded = (float *)cp->w, .factor = cp->a },
		{ .size = in, .unfolded = by_in, .factor = cp->b },
		{ .size = kernel, .unfolded = by_kernel, .factor = cp->c }
	};
	modes[0].slow = &modes[1], modes[0].fast = &modes[2];
	modes[1].slow = &modes[0], modes[1].fast = &modes[2];
	modes[2].slow = &modes[0], modes[2].fast = &modes[1];
	int failed = by_in && by_kernel && solver.product && solver.gram && solver.scratch
			 ? 0
			 : out_of_memory(why);
	if (!failed) {
		unfold(cp->w, out, in, kernel, by_in, by_kernel);
		start(modes, rank, seed);
		failed = alternate(modes, rank, &solver, why);
	}
	free(by_in);
	free(by_kernel);
	free(solver.product);
	free(solver.gram);
	free(solver.scratch);
	return failed;
}

/* --- whole models -------------------------------------------------------------------------- */

struct rewrite {
	const struct weights *from;
	struct weights *into;
	size_t rank;
	uint64_t seed;
	struct problem *why;
};

/* A new layer with zero bias, or with that of another. NULL when memory is short. */
static float *add_layer(struct rewrite *rewrite, const char *format, size_t stage,
			unsigned n_dims, const size_t *dims, const struct weight *bias)
{
	char layer[WEIGHT_NAME_SIZE - 12], name[WEIGHT_NAME_SIZE];
	snprintf(layer, sizeof(layer), format, stage);
	snprintf(name, sizeof(name), "%s.weight", layer);
	struct weight *weight = weights_add(rewrite->into, name, WEIGHT_F32, n_dims, dims);
	snprintf(name, sizeof(name), "%s.bias", layer);
	struct weight *own = weights_add(rewrite->into, name, WEIGHT_F32, 1, dims);
	if (!weight || !own) {
		out_of_memory(rewrite->why);
		return NULL;
	}
	if (bias)
		memcpy(own->data, bias->data, weight_bytes(bias));
	return weight->data;
}

static int copy_layer(struct rewrite *rewrite, const char *format, size_t stage)
{
	const struct weight *weight = model_tensor(rewrite->from, "weight", format, stage);
	float *copy = add_layer(rewrite, format, stage, weight->n_dims, weight->dims,
				model_tensor(rewrite->from, "bias", format, stage));
	if (!copy)
		return -1;
	memcpy(copy, weight->data, weight_bytes(weight));
	return 0;
}

/* A convolution, or a dense layer, as `reduce` and the layer itself, by SVD. */
static int split_svd(struct rewrite *rewrite, const char *reduce, const char *format,
		     size_t stage)
{
	const struct weight *w = model_tensor(rewrite->from, "weight", format, stage);
	size_t out = w->dims[0], width = weight_count(w) / out, rank = rewrite->rank;
	if (rank * (out + width) >= out * width)
		return copy_layer(rewrite, format, stage);
	float *right = add_layer(rewrite, reduce, stage, w->n_dims,
				 (size_t[]){ rank, w->dims[1], w->dims[2] }, NULL);
	float *left = right ? add_layer(rewrite, format, stage, w->n_dims,
					(size_t[]){ out, rank, 1 },
					model_tensor(rewrite->from, "bias", format, stage))
			    : NULL;
	return left ? lowrank_svd(w->data, out, width, rank, left, right, rewrite->why)
		    : -1;
}

/* dst[columns][rows] = src[rows][columns]. */
static void transpose(const float *src, size_t rows, size_t columns, float *dst)
{
	for (size_t i = 0; i < rows; i++)
		for (size_t j = 0; j < columns; j++)
			dst[j * rows + i] = src[i * columns + j];
}

static int split_cp(struct rewrite *rewrite, size_t stage)
{
	static const char conv[] = "stage%zu.conv";
	const struct weight *w = model_tensor(rewrite->from, "weight", conv, stage);
	size_t out = w->dims[0], in = w->dims[1], kernel = w->dims[2], r = rewrite->rank;
	if (r * (out + in + kernel) >= weight_count(w))
		return copy_layer(rewrite, conv, stage);
	float *reduce = add_layer(rewrite, "stage%zu.reduce", stage, 3,
				  (size_t[]){ r, in, 1 }, NULL);
	float *depthwise = reduce ? add_layer(rewrite, "stage%zu.depthwise", stage, 3,
					      (size_t[]){ r, 1, kernel }, NULL)
				  : NULL;
	float *last = depthwise
			  ? add_layer(rewrite, conv, stage, 3, (size_t[]){ out, r, 1 },
				      model_tensor(rewrite->from, "bias", conv, stage))
			  : NULL;
	float *b = calloc(in * r, sizeof(float)), *c = calloc(kernel * r, sizeof(float));
	const struct cp_kernel cp = { w->data, out, in, kernel, last, b, c };
	int failed = last && b && c
			 ? lowrank_cp(&cp, r, rewrite->seed + stage, rewrite->why)
			 : out_of_memory(rewrite->why);
	if (!failed) {
		transpose(b, in, r, reduce);
		transpose(c, kernel, r, depthwise);
	}
	free(b);
	free(c);
	return failed;
}

static int rewrite_model(struct rewrite *rewrite, bool by_cp)
{
	struct model_shape shape;
	if (model_shape_of(rewrite->from, &shape, rewrite->why) < 0)
		return -1;
	if (!rewrite->into ||
	    !weights_add_copy(rewrite->into,
			      weights_find(rewrite->from, "embedding.weight")))
		return out_of_memory(rewrite->why);
	for (size_t stage = 1; stage <= shape.n_stages; stage++)
		if ((by_cp ? split_cp(rewrite, stage)
			   : split_svd(rewrite, "stage%zu.reduce", "stage%zu.conv",
				       stage)) < 0)
			return -1;
	return copy_layer(rewrite, "head%zu.gate", shape.n_stages) < 0 ||
		       split_svd(rewrite, "head%zu.reduce", "head%zu.hidden",
				 shape.n_stages) < 0 ||
		       copy_layer(rewrite, "head%zu.out", shape.n_stages) < 0
		   ? -1
		   : 0;
}

static struct weights *rewritten(struct rewrite *rewrite, bool by_cp)
{
	if (rewrite_model(rewrite, by_cp) == 0)
		return rewrite->into;
	weights_free(rewrite->into);
	return NULL;
}

struct weights *lowrank_model_svd(const struct weights *weights, size_t rank,
				  struct problem *why)
{
	struct rewrite rewrite = {
		.from = weights, .into = weights_new(), .rank = rank, .why = why
	};
	return rewritten(&rewrite, false);
}

struct weights *lowrank_model_cp(const struct weights *weights, size_t rank, uint64_t seed,
				 struct problem *why)
{
	struct rewrite rewrite = { .from = weights,
				   .into = weights_new(),
				   .rank = rank,
				   .seed = seed,
				   .why = why };
	return rewritten(&rewrite, true);
}
