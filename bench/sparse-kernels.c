/* bench/sparse-kernels.c - sparse x dense by three packaged libraries, against oneDNN's dense
 * convolution: which of them serves the pruned models.
 *
 * The product is the teacher's second convolution for one query, 384 x 1920 by 1920 x 24, with
 * a random pattern of zeros. Prints microseconds of CPU, the least of 7 windows, one thread.
 *
 * Not part of the build, since only libxsmm is needed to run the models. From the top folder,
 * configured there (for config.h):
 *
 *   apt-get install libgraphblas-dev librsb-dev libxsmm-dev libdnnl-dev
 *   gcc -O2 -o /tmp/sparse-kernels -I. -I/usr/include/suitesparse \
 *       bench/sparse-kernels.c -lrsb -lgraphblas -lxsmm -ldnnl \
 *       -lblas -lpthread -ldl -lm && OMP_NUM_THREADS=1 /tmp/sparse-kernels */
#include <config.h>

#include <GraphBLAS.h>
#include <libxsmm.h>
#include <oneapi/dnnl/dnnl.h>
#include <rsb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	OUT = 384,
	IN = 384,
	TAPS = 5,
	WIDTH = IN * TAPS,
	LENGTH = 24,
	COLUMNS = 32, /* of libxsmm: whole vectors */
	ROWS = 8,     /* of one libxsmm kernel */
};

static float *w, *x, *y;

static double cpu_us(void)
{
	struct timespec now;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static double least_us(void (*run)(void))
{
	double least = 1e9;
	enum { WINDOWS = 7, RUNS = 400 };
	for (int window = 0; window < WINDOWS; window++) {
		double begin = cpu_us();
		for (int i = 0; i < RUNS; i++)
			run();
		double each = (cpu_us() - begin) / RUNS;
		least = each < least ? each : least;
	}
	return least;
}

/* --- oneDNN, dense --- */

static dnnl_primitive_t conv;
static dnnl_stream_t stream;
static dnnl_exec_arg_t conv_args[3];

static void run_dense(void)
{
	dnnl_primitive_execute(conv, stream, 3, conv_args);
}

static void make_dense(void)
{
	dnnl_engine_t engine;
	dnnl_convolution_desc_t desc;
	dnnl_primitive_desc_t pd;
	dnnl_memory_desc_t md[3];
	const dnnl_dims_t src = { 1, IN, LENGTH }, weights = { OUT, IN, TAPS };
	const dnnl_dims_t dst = { 1, OUT, LENGTH }, one = { 1 }, two = { TAPS / 2 };
	const int role[3] = { DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST };
	dnnl_engine_create(&engine, dnnl_cpu, 0);
	dnnl_stream_create(&stream, engine, dnnl_stream_default_flags);
	dnnl_memory_desc_init_by_tag(&md[0], 3, src, dnnl_f32, dnnl_nwc);
	dnnl_memory_desc_init_by_tag(&md[1], 3, weights, dnnl_f32, dnnl_format_tag_any);
	dnnl_memory_desc_init_by_tag(&md[2], 3, dst, dnnl_f32, dnnl_nwc);
	dnnl_convolution_forward_desc_init(&desc, dnnl_forward_inference,
					   dnnl_convolution_direct, &md[0], &md[1], NULL,
					   &md[2], one, two, two);
	dnnl_primitive_desc_create(&pd, &desc, NULL, engine, NULL);
	md[1] = *dnnl_primitive_desc_query_md(pd, dnnl_query_weights_md, 0);
	for (int i = 0; i < 3; i++) {
		conv_args[i].arg = role[i];
		dnnl_memory_create(&conv_args[i].memory, &md[i], engine,
				   DNNL_MEMORY_ALLOCATE);
	}
	dnnl_primitive_create(&conv, pd);
}

/* --- libxsmm, as models/infer/sparse.c does it --- */

static libxsmm_xmmfunction kernels[OUT / ROWS];
static float *values;
static unsigned begin[OUT + 1], column[OUT * WIDTH];

static void run_xsmm(void)
{
	for (int b = 0; b < OUT / ROWS; b++)
		kernels[b].smm(values + begin[b * ROWS], x, y + b * ROWS * COLUMNS);
}

static void make_xsmm(void)
{
	unsigned n = 0, local[ROWS + 1];
	for (int row = 0; row < OUT; row++) {
		for (int i = 0; i < WIDTH; i++)
			if (w[row * WIDTH + i] != 0.0f) {
				column[n] = (unsigned)i;
				values[n++] = w[row * WIDTH + i];
			}
		begin[row + 1] = n;
	}
	for (int b = 0; b < OUT / ROWS; b++) {
		libxsmm_descriptor_blob blob;
		unsigned first = begin[b * ROWS];
		for (int row = 0; row <= ROWS; row++)
			local[row] = begin[b * ROWS + row] - first;
		kernels[b] = libxsmm_create_xcsr_soa(
		    libxsmm_gemm_descriptor_dinit(
			&blob, LIBXSMM_GEMM_PRECISION_F32, ROWS, COLUMNS / 16, WIDTH, 0,
			COLUMNS / 16, COLUMNS / 16, 1.0, 1.0, LIBXSMM_GEMM_FLAG_NONE,
			LIBXSMM_GEMM_PREFETCH_NONE),
		    local, column + first, values + first, 16);
	}
}

/* --- librsb --- */

static struct rsb_mtx_t *rsb;

static void run_rsb(void)
{
	const float one = 1.0f;
	rsb_spmm(RSB_TRANSPOSITION_N, &one, rsb, LENGTH, RSB_FLAG_WANT_ROW_MAJOR_ORDER, x,
		 LENGTH, &one, y, LENGTH);
}

static void make_rsb(void)
{
	rsb_err_t err = 0;
	int n = 0, *rows = malloc(sizeof(int) * OUT * WIDTH),
	    *columns = malloc(sizeof(int) * OUT * WIDTH);
	for (int row = 0; row < OUT; row++)
		for (int i = 0; i < WIDTH; i++)
			if (w[row * WIDTH + i] != 0.0f) {
				rows[n] = row;
				columns[n++] = i;
			}
	rsb = rsb_mtx_alloc_from_coo_const(values, rows, columns, n,
					   RSB_NUMERICAL_TYPE_FLOAT, OUT, WIDTH, 1, 1,
					   RSB_FLAG_NOFLAGS, &err);
	free(rows);
	free(columns);
}

/* --- SuiteSparse:GraphBLAS --- */

static GrB_Matrix sparse, dense, product;

static void run_graphblas(void)
{
	GrB_mxm(product, NULL, GrB_PLUS_FP32, GrB_PLUS_TIMES_SEMIRING_FP32, sparse, dense,
		NULL);
	GrB_wait(product, GrB_MATERIALIZE);
}

static void make_graphblas(void)
{
	GrB_Matrix_new(&sparse, GrB_FP32, OUT, WIDTH);
	GrB_Matrix_new(&dense, GrB_FP32, WIDTH, LENGTH);
	GrB_Matrix_new(&product, GrB_FP32, OUT, LENGTH);
	for (int row = 0; row < OUT; row++)
		for (int i = 0; i < WIDTH; i++)
			if (w[row * WIDTH + i] != 0.0f)
				GrB_Matrix_setElement_FP32(sparse, w[row * WIDTH + i],
							   (GrB_Index)row, (GrB_Index)i);
	GrB_Matrix_assign_FP32(dense, NULL, NULL, 0.5f, GrB_ALL, WIDTH, GrB_ALL, LENGTH,
			       NULL);
	GrB_Matrix_assign_FP32(product, NULL, NULL, 0.0f, GrB_ALL, OUT, GrB_ALL, LENGTH,
			       NULL);
	GrB_wait(sparse, GrB_MATERIALIZE);
}

static void thin_out(double zeros)
{
	srand48(1);
	for (int i = 0; i < OUT * WIDTH; i++)
		w[i] = drand48() < zeros ? 0.0f : 0.01f;
}

int main(void)
{
	const double zeros[] = { 0.80, 0.85, 0.90, 0.95 };
	w = calloc(OUT * WIDTH, sizeof(float));
	values = calloc(OUT * WIDTH, sizeof(float));
	x = aligned_alloc(64, sizeof(float) * WIDTH * COLUMNS);
	y = aligned_alloc(64, sizeof(float) * OUT * COLUMNS);
	memset(x, 0, sizeof(float) * WIDTH * COLUMNS);
	memset(y, 0, sizeof(float) * OUT * COLUMNS);
	rsb_lib_init(RSB_NULL_INIT_OPTIONS);
	GrB_init(GrB_NONBLOCKING);
	GxB_Global_Option_set(GxB_GLOBAL_NTHREADS, 1);
	GxB_Global_Option_set(GxB_FORMAT, GxB_BY_ROW);
	make_dense();
	printf("dense oneDNN %.0f us\n", least_us(run_dense));
	for (int i = 0; i < 4; i++) {
		thin_out(zeros[i]);
		make_xsmm();
		make_rsb();
		make_graphblas();
		printf("%.0f %% zeros: libxsmm %.0f, librsb %.0f, GraphBLAS %.0f us\n",
		       100.0 * zeros[i], least_us(run_xsmm), least_us(run_rsb),
		       least_us(run_graphblas));
	}
	return 0;
}
