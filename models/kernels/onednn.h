/* models/kernels/onednn.h - thin glue over oneDNN's C API: one owner for all that it allocates.
 *
 * A compute owns an engine, a stream, and every memory and primitive made through it; all are
 * freed by compute_close(). The first call that fails is kept, and every later one does
 * nothing: build a whole graph without looking, then ask compute_check() once. */
#ifndef JOULECART_MODELS_ONEDNN_H
#define JOULECART_MODELS_ONEDNN_H
#include <oneapi/dnnl/dnnl.h>

#include <stdbool.h>
#include <stddef.h>

struct problem;

struct compute {
	dnnl_engine_t engine;
	dnnl_stream_t stream;
	dnnl_status_t status; /* of the first call that failed, else dnnl_success */
	const char *doing;    /* what that call was to do */
	dnnl_memory_t *memories;
	size_t n_memories;
	dnnl_primitive_t *primitives;
	size_t n_primitives;
};

/* A buffer with its shape; plain value, owned by the compute. */
struct tensor {
	dnnl_memory_desc_t desc;
	dnnl_memory_t memory;
};

/* A primitive with its arguments; or work of our own on these (zero-point.h). All zero: runs as nothing. */
struct op {
	dnnl_primitive_t primitive;
	void (*run)(const struct op *op); /* in place of the primitive */
	size_t kernel;                    /* of that work: see struct layer_shape */
	dnnl_exec_arg_t args[5];
	int n_args;
	size_t part; /* of the model, whose work it is: an index into a plan's parts */
	double flop; /* of a run; 0: not said */
};

/* How many threads oneDNN's OpenMP runtime and OpenBLAS may use; call before the first primitive is made.
 * Returns false when it runs on something else that cannot be told. */
bool compute_set_threads(int n_threads);

void compute_open(struct compute *compute);
void compute_close(struct compute *compute); /* takes one that is all zero */
/* 0, or -1 with what failed first. */
int compute_check(const struct compute *compute, struct problem *why);
/* Keeps the first failure. Returns whether all is well so far. */
bool compute_keep(struct compute *compute, dnnl_status_t status, const char *doing);

/* The instruction set that kernels are made for: "avx512_core_vnni". */
const char *compute_isa(void);
/* True when u8 x s8 products are summed without saturating at 16 bits (VNNI). */
bool compute_has_wide_int8(void);

/* True when products of bf16 are the CPU's own, not emulated in f32. */
bool compute_has_bf16(void);

dnnl_memory_desc_t desc_of(dnnl_data_type_t type, dnnl_format_tag_t tag, int n_dims,
			   const size_t *dims);
/* A new buffer of zeros, 64-byte aligned. */
struct tensor tensor_new(struct compute *compute, const dnnl_memory_desc_t *desc);
/* A view of memory that outlives the compute. */
struct tensor tensor_wrap(struct compute *compute, const dnnl_memory_desc_t *desc,
			  void *data);
/* Its values, which it owns; NULL where it could not be made (see compute_check). */
void *tensor_data(const struct tensor *tensor);

/* Makes the primitive that *pd describes, and frees pd. */
struct op op_new(struct compute *compute, dnnl_primitive_desc_t pd,
		 const dnnl_exec_arg_t *args, int n_args);
/* Copies from one tensor into another's type and layout. attr may be NULL. */
struct op op_reorder(struct compute *compute, const struct tensor *from,
		     const struct tensor *to, const_dnnl_primitive_attr_t attr);
void op_run(struct compute *compute, const struct op *op);

#endif
