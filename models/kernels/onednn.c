/* models/kernels/onednn.c - see onednn.h. */
#include <config.h>

#include "models/kernels/onednn.h"

#include "base/problem.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

/* Looked up, not linked: which OpenMP runtime serves is oneDNN's choice, which BLAS is the
 * machine's, and the environment is read before main starts. */
static bool call_if_there(const char *function, int n_threads)
{
	void (*set)(int) = NULL;
	void *symbol = dlsym(RTLD_DEFAULT, function);
	memcpy(&set, &symbol, sizeof(set));
	if (set)
		set(n_threads);
	return set != NULL;
}

bool compute_set_threads(int n_threads)
{
	bool is_set = call_if_there("omp_set_num_threads", n_threads);
	call_if_there("openblas_set_num_threads", n_threads);
	return is_set ||
	       (n_threads == 1 && dnnl_version()->cpu_runtime == DNNL_RUNTIME_SEQ);
}

bool compute_keep(struct compute *compute, dnnl_status_t status, const char *doing)
{
	if (compute->status == dnnl_success && status != dnnl_success) {
		compute->status = status;
		compute->doing = doing;
	}
	return compute->status == dnnl_success;
}

void compute_open(struct compute *compute)
{
	*compute = (struct compute){ .status = dnnl_success };
	if (compute_keep(compute, dnnl_engine_create(&compute->engine, dnnl_cpu, 0),
			 "open the CPU engine"))
		compute_keep(compute,
			     dnnl_stream_create(&compute->stream, compute->engine,
						dnnl_stream_default_flags),
			     "open a stream");
}

void compute_close(struct compute *compute)
{
	for (size_t i = 0; i < compute->n_primitives; i++)
		dnnl_primitive_destroy(compute->primitives[i]);
	for (size_t i = 0; i < compute->n_memories; i++)
		dnnl_memory_destroy(compute->memories[i]);
	free(compute->primitives);
	free(compute->memories);
	if (compute->stream)
		dnnl_stream_destroy(compute->stream);
	if (compute->engine)
		dnnl_engine_destroy(compute->engine);
	*compute = (struct compute){ 0 };
}

static const char *status_text(dnnl_status_t status)
{
	switch (status) {
	case dnnl_out_of_memory:
		return "out of memory";
	case dnnl_invalid_arguments:
		return "oneDNN refuses the arguments";
	case dnnl_unimplemented:
		return "oneDNN has no kernel for it on this CPU";
	default:
		return "oneDNN failed at run time";
	}
}

int compute_check(const struct compute *compute, struct problem *why)
{
	if (compute->status == dnnl_success)
		return 0;
	problem_what(why, "cannot %s", compute->doing);
	return problem_refuse(why, "'joulecart models list' shows which variants work here",
			      "%s", status_text(compute->status));
}

const char *compute_isa(void)
{
	static const struct {
		dnnl_cpu_isa_t isa;
		const char *name;
	} names[] = {
#ifdef __aarch64__ /* other instruction sets by the same numbers: oneDNN 2.6,
		    * src/cpu/aarch64/cpu_isa_traits.hpp */
		{ (dnnl_cpu_isa_t)0x1, "asimd" },
		{ (dnnl_cpu_isa_t)0x3, "sve_128" },
		{ (dnnl_cpu_isa_t)0x7, "sve_256" },
		{ (dnnl_cpu_isa_t)0xf, "sve_512" },
#else
		{ dnnl_cpu_isa_sse41, "sse41" },
		{ dnnl_cpu_isa_avx, "avx" },
		{ dnnl_cpu_isa_avx2, "avx2" },
		{ dnnl_cpu_isa_avx2_vnni, "avx2_vnni" },
		{ dnnl_cpu_isa_avx512_core, "avx512_core" },
		{ dnnl_cpu_isa_avx512_core_vnni, "avx512_core_vnni" },
		{ dnnl_cpu_isa_avx512_core_bf16, "avx512_core_bf16" },
		{ dnnl_cpu_isa_avx512_core_amx, "avx512_core_amx" },
#endif
	};
	dnnl_cpu_isa_t isa = dnnl_get_effective_cpu_isa();
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].isa == isa)
			return names[i].name;
	return "generic";
}

bool compute_has_wide_int8(void)
{
	switch (dnnl_get_effective_cpu_isa()) {
	case dnnl_cpu_isa_avx2_vnni:
	case dnnl_cpu_isa_avx512_core_vnni:
	case dnnl_cpu_isa_avx512_core_bf16:
	case dnnl_cpu_isa_avx512_core_amx:
		return true;
	default:
		return false;
	}
}

bool compute_has_bf16(void)
{
	switch (dnnl_get_effective_cpu_isa()) {
	case dnnl_cpu_isa_avx512_core_bf16:
	case dnnl_cpu_isa_avx512_core_amx:
		return true;
	default:
		return false;
	}
}

dnnl_memory_desc_t desc_of(dnnl_data_type_t type, dnnl_format_tag_t tag, int n_dims,
			   const size_t *dims)
{
	dnnl_memory_desc_t desc;
	dnnl_dims_t wide = { 0 };
	for (int i = 0; i < n_dims; i++)
		wide[i] = (dnnl_dim_t)dims[i];
	if (dnnl_memory_desc_init_by_tag(&desc, n_dims, wide, type, tag) != dnnl_success)
		memset(&desc, 0, sizeof(desc));
	return desc;
}

/* Appends one pointer to a growing array; false when memory is short. */
static bool keep_pointer(void ***array, size_t *n, void *pointer)
{
	void **bigger = reallocarray(*array, *n + 1, sizeof(void *));
	if (!bigger)
		return false;
	bigger[(*n)++] = pointer;
	*array = bigger;
	return true;
}

struct tensor tensor_wrap(struct compute *compute, const dnnl_memory_desc_t *desc,
			  void *data)
{
	struct tensor tensor = { .desc = *desc };
	if (compute->status != dnnl_success ||
	    !compute_keep(compute,
			  dnnl_memory_create(&tensor.memory, desc, compute->engine, data),
			  "make a tensor"))
		return tensor;
	if (!keep_pointer((void ***)&compute->memories, &compute->n_memories,
			  tensor.memory)) {
		dnnl_memory_destroy(tensor.memory);
		tensor.memory = NULL;
		compute_keep(compute, dnnl_out_of_memory, "make a tensor");
	}
	return tensor;
}

struct tensor tensor_new(struct compute *compute, const dnnl_memory_desc_t *desc)
{
	struct tensor tensor = tensor_wrap(compute, desc, DNNL_MEMORY_ALLOCATE);
	void *data = tensor_data(&tensor);
	if (data)
		memset(data, 0, dnnl_memory_desc_get_size(desc));
	return tensor;
}

void *tensor_data(const struct tensor *tensor)
{
	void *data = NULL;
	if (tensor->memory)
		dnnl_memory_get_data_handle(tensor->memory, &data);
	return data;
}

struct op op_new(struct compute *compute, dnnl_primitive_desc_t pd,
		 const dnnl_exec_arg_t *args, int n_args)
{
	struct op op = { .n_args = n_args };
	if (compute->status == dnnl_success)
		compute_keep(compute, dnnl_primitive_create(&op.primitive, pd),
			     "make a kernel");
	if (pd)
		dnnl_primitive_desc_destroy(pd);
	if (compute->status != dnnl_success)
		return (struct op){ 0 };
	if (!keep_pointer((void ***)&compute->primitives, &compute->n_primitives,
			  op.primitive)) {
		dnnl_primitive_destroy(op.primitive);
		compute_keep(compute, dnnl_out_of_memory, "make a kernel");
		return (struct op){ 0 };
	}
	memcpy(op.args, args, (size_t)n_args * sizeof(args[0]));
	return op;
}

struct op op_reorder(struct compute *compute, const struct tensor *from,
		     const struct tensor *to, const_dnnl_primitive_attr_t attr)
{
	dnnl_primitive_desc_t pd = NULL;
	if (compute->status == dnnl_success)
		compute_keep(compute,
			     dnnl_reorder_primitive_desc_create(&pd, &from->desc,
								compute->engine, &to->desc,
								compute->engine, attr),
			     "reorder a tensor");
	const dnnl_exec_arg_t args[] = { { DNNL_ARG_FROM, from->memory },
					 { DNNL_ARG_TO, to->memory } };
	return op_new(compute, pd, args, 2);
}

void op_run(struct compute *compute, const struct op *op)
{
	if (op->run && compute->status == dnnl_success)
		op->run(op);
	else if (op->primitive && compute->status == dnnl_success)
		compute_keep(compute,
			     dnnl_primitive_execute(op->primitive, compute->stream,
						    op->n_args, op->args),
			     "run a kernel");
}
