/* models/train/network.c - see network.h. */
#include <config.h>

#include "models/train/network.h"

#include "base/problem.h"
#include "models/data/features.h"
#include "models/kernels/embedding.h"
#include "models/kernels/head.h"
#include "models/kernels/picture-input.h"
#include "models/train/fake-quantize.h"

#include <stdlib.h>
#include <string.h>

static struct parameters parameters_of(const struct network *network, const char *format,
				       size_t stage)
{
	return (struct parameters){
		.weight = model_tensor(network->weights, "weight", format, stage)->data,
		.bias = model_tensor(network->weights, "bias", format, stage)->data,
		.d_weight = model_tensor(network->gradients, "weight", format, stage)->data,
		.d_bias = model_tensor(network->gradients, "bias", format, stage)->data,
	};
}

/* How wide a dense layer is. */
struct dense {
	size_t in, out;
};

static void create_dense(struct network *network, struct layer *layer, const char *format,
			 size_t stage, struct dense dense, enum activation activation,
			 const struct tensor *src)
{
	struct layer_shape shape = { .batch = network->batch,
				     .in = dense.in,
				     .out = dense.out };
	struct parameters parameters = parameters_of(network, format, stage);
	layer_create(&network->compute, layer, &shape, activation, src, &parameters);
}

const struct layer *network_stage(const struct network *network, size_t stage)
{
	const struct layer_chain *chain = &network->chains[stage - 1];
	return &chain->layers[chain->n - 1];
}

/* The same memory as positions in a row, of which a picture's pixels are such. */
static struct tensor in_a_row(struct network *network, const struct layer_shape *shape,
			      const struct tensor *of)
{
	dnnl_memory_desc_t desc = layer_dst_desc(shape, dnnl_f32);
	return tensor_wrap(&network->compute, &desc, tensor_data(of));
}

static void create_pool(struct network *network, struct head *head, size_t stage)
{
	const struct layer *conv = network_stage(network, stage);
	struct layer_shape pooled = { .batch = network->batch,
				      .length = conv->n_dst / network->batch /
						head->channels,
				      .out = head->channels,
				      .kernel = 1 };
	struct tensor src = in_a_row(network, &pooled, &conv->dst);
	struct tensor d_src = in_a_row(network, &pooled, &conv->d_dst);
	pool_create(&network->compute, &head->pool, &pooled, &src, &d_src);
}

static void create_head(struct network *network, size_t stage)
{
	const struct stage_shape *at = &network->shape.stages[stage - 1];
	struct head *head = &network->heads[stage - 1];
	size_t width = at->out + FEATURE_PROFILE;
	dnnl_memory_desc_t row = desc_of(dnnl_f32, dnnl_nc, 2,
					 (size_t[]){ network->batch, width });
	head->channels = at->out;
	create_pool(network, head, stage);
	head->joined = tensor_new(&network->compute, &row);
	head->gated = tensor_new(&network->compute, &row);
	head->d_extra = tensor_new(&network->compute, &head->pool.d_dst.desc);
	create_dense(network, &head->gate, "head%zu.gate", stage,
		     (struct dense){ width, FEATURE_PROFILE }, LOGISTIC, &head->joined);
	head->reduces = at->head_rank != 0;
	if (head->reduces)
		create_dense(network, &head->reduce, "head%zu.reduce", stage,
			     (struct dense){ width, at->head_rank }, LINEAR, &head->gated);
	create_dense(network, &head->hidden, "head%zu.hidden", stage,
		     (struct dense){ head->reduces ? at->head_rank : width, at->hidden },
		     RELU, head->reduces ? &head->reduce.dst : &head->gated);
	create_dense(network, &head->out, "head%zu.out", stage,
		     (struct dense){ at->hidden, network->shape.classes }, LINEAR,
		     &head->hidden.dst);
}

static void create_chain(struct network *network, size_t stage, const struct tensor *src)
{
	struct layer_chain *chain = &network->chains[stage - 1];
	struct chain_link links[MODEL_MAX_CHAIN];
	chain->n = model_chain(&network->shape.stages[stage - 1], links);
	for (size_t i = 0; i < chain->n; i++) {
		struct layer_shape shape = { .batch = network->batch,
					     .length = network->length,
					     .in = links[i].in,
					     .out = links[i].out,
					     .kernel = links[i].kernel,
					     .depthwise = links[i].depthwise,
					     .side = links[i].side,
					     .stride = links[i].stride };
		struct parameters parameters = parameters_of(network, links[i].format,
							     stage);
		layer_create(&network->compute, &chain->layers[i], &shape,
			     i + 1 == chain->n ? RELU : LINEAR, src, &parameters);
		src = &chain->layers[i].dst;
	}
}

/* What the first stage reads. Nothing is learned of a picture itself: its gradient is left out. */
static struct tensor create_input(struct network *network)
{
	const struct stage_shape *first = &network->shape.stages[0];
	struct layer_shape read = { .batch = network->batch,
				    .length = network->length,
				    .in = network->shape.embed,
				    .kernel = 1,
				    .side = first->side };
	dnnl_memory_desc_t desc = layer_src_desc(&read, dnnl_f32);
	return tensor_new(&network->compute, &desc);
}

static void leave_input_alone(struct network *network)
{
	struct layer *first = &network->chains[0].layers[0];
	if (model_task(&network->shape) == TASK_MIRROR)
		first->pack_backward = first->backward_data = (struct op){ 0 };
}

static void create_stages(struct network *network)
{
	const struct tensor *src = &network->input;
	for (size_t stage = 1; stage <= network->shape.n_stages; stage++) {
		create_chain(network, stage, src);
		if (model_has_head(&network->shape, stage))
			create_head(network, stage);
		src = &network_stage(network, stage)->dst;
	}
}

struct network *network_create(struct weights *weights, struct weights *gradients,
			       size_t batch, size_t length, struct problem *why)
{
	struct network *network = calloc(1, sizeof(*network));
	if (!network) {
		problem_what(why, "cannot train: out of memory");
		return NULL;
	}
	network->batch = batch;
	network->length = length;
	network->weights = weights;
	network->gradients = gradients;
	if (model_shape_of(weights, &network->shape, why) < 0) {
		network_free(network);
		return NULL;
	}
	compute_open(&network->compute);
	network->input = create_input(network);
	create_stages(network);
	leave_input_alone(network);
	if (compute_check(&network->compute, why) < 0) {
		network_free(network);
		return NULL;
	}
	return network;
}

void network_free(struct network *network)
{
	if (!network)
		return;
	compute_close(&network->compute);
	free(network);
}

static void head_forward(struct network *network, struct head *head,
			 const struct features *features)
{
	struct compute *compute = &network->compute;
	op_run(compute, &head->pool.forward);
	head_join(tensor_data(&head->pool.dst), features, network->batch, head->channels,
		  tensor_data(&head->joined));
	layer_forward(compute, &head->gate);
	head_gate(tensor_data(&head->joined), tensor_data(&head->gate.dst), network->batch,
		  head->channels, tensor_data(&head->gated));
	if (head->reduces)
		layer_forward(compute, &head->reduce);
	layer_forward(compute, &head->hidden);
	layer_forward(compute, &head->out);
}

/* What the stage reads, as integers would hold it; the embedding may be negative. */
static void round_input(const struct network *network, size_t stage, float *x, size_t n)
{
	if (network->rounding)
		round_inputs(x, n, rounding_range(network->rounding, stage), stage == 1);
}

/* Fills what the first stage reads; returns how many numbers that is. */
static size_t fill_input(struct network *network, const struct features *features)
{
	const struct weight *table = weights_find(network->weights, "embedding.weight");
	size_t row = network->length * network->shape.embed;
	float *input = tensor_data(&network->input);
	if (model_task(&network->shape) == TASK_MIRROR) {
		for (size_t b = 0; b < network->batch; b++)
			picture_input(features[b].picture, input + b * PICTURE_BYTES);
		return network->batch * PICTURE_BYTES;
	}
	for (size_t b = 0; b < network->batch; b++)
		embedding_forward(table, NULL, &features[b], network->length,
				  input + b * row);
	return network->batch * row;
}

void network_forward(struct network *network, const struct features *features)
{
	size_t n_input = fill_input(network, features);
	round_input(network, 1, tensor_data(&network->input), n_input);
	for (size_t stage = 1; stage <= network->shape.n_stages; stage++) {
		const struct layer_chain *chain = &network->chains[stage - 1];
		const struct layer *last = network_stage(network, stage);
		for (size_t i = 0; i < chain->n; i++)
			layer_forward(&network->compute, &chain->layers[i]);
		if (stage < network->shape.n_stages)
			round_input(network, stage + 1, tensor_data(&last->dst),
				    last->n_dst);
		if (model_has_head(&network->shape, stage))
			head_forward(network, &network->heads[stage - 1], features);
	}
}

const float *network_logits(const struct network *network, size_t stage)
{
	return tensor_data(&network->heads[stage - 1].out.dst);
}

float *network_d_logits(struct network *network, size_t stage)
{
	return tensor_data(&network->heads[stage - 1].out.d_dst);
}

static void add(float *restrict into, const float *restrict from, size_t n)
{
#pragma omp simd
	for (size_t i = 0; i < n; i++)
		into[i] += from[i];
}

const float *network_pooled(const struct network *network)
{
	return tensor_data(&network->heads[network->shape.n_stages - 1].pool.dst);
}

float *network_d_pooled(struct network *network)
{
	return tensor_data(&network->heads[network->shape.n_stages - 1].d_extra);
}

/* Backward through a layer, to the gradient on what the layer before it put out. */
static void pass_back(struct compute *compute, const struct layer *layer,
		      const struct layer *before)
{
	layer_backward(compute, layer);
	memcpy(tensor_data(&before->d_dst), tensor_data(&layer->d_src),
	       before->n_dst * sizeof(float));
}

/* Leaves the gradient on the stage's output in its last convolution's d_dst. */
static void head_backward(struct network *network, struct head *head)
{
	struct compute *compute = &network->compute;
	const struct layer *first = head->reduces ? &head->reduce : &head->hidden;
	pass_back(compute, &head->out, &head->hidden);
	if (head->reduces)
		pass_back(compute, &head->hidden, &head->reduce);
	layer_backward(compute, first);
	head_gate_backward(tensor_data(&head->joined), tensor_data(&first->d_src),
			   network->batch, head->channels, tensor_data(&head->gate.d_dst),
			   tensor_data(&head->pool.d_dst));
	layer_backward(compute, &head->gate);
	head_join_backward(tensor_data(&head->gate.d_src), network->batch, head->channels,
			   tensor_data(&head->pool.d_dst));
	add(tensor_data(&head->pool.d_dst), tensor_data(&head->d_extra),
	    network->batch * head->channels);
	op_run(compute, &head->pool.backward);
}

/* d_dst of a stage = its head's part, if it has one, + the next stage's. */
static void join_gradients(const struct layer *last, const struct layer *next,
			   bool has_head)
{
	float *restrict into = tensor_data(&last->d_dst);
	const float *restrict from = tensor_data(&next->d_src);
	if (!has_head) {
		memcpy(into, from, last->n_dst * sizeof(float));
		return;
	}
	add(into, from, last->n_dst);
}

static void stage_backward(struct network *network, size_t stage)
{
	const struct layer_chain *chain = &network->chains[stage - 1];
	bool has_head = model_has_head(&network->shape, stage);
	if (has_head)
		head_backward(network, &network->heads[stage - 1]);
	if (stage < network->shape.n_stages)
		join_gradients(network_stage(network, stage), chain[1].layers, has_head);
	for (size_t i = chain->n - 1; i > 0; i--)
		pass_back(&network->compute, &chain->layers[i], &chain->layers[i - 1]);
	layer_backward(&network->compute, &chain->layers[0]);
}

/* Whether anything below the heads is to learn. */
static bool body_learns(const struct weights *weights)
{
	for (size_t i = 0; i < weights->n; i++)
		if (!weights->items[i].is_frozen &&
		    strncmp(weights->items[i].name, "head", 4) != 0)
			return true;
	return false;
}

static void heads_backward(struct network *network)
{
	for (size_t stage = 1; stage <= network->shape.n_stages; stage++)
		if (model_has_head(&network->shape, stage))
			head_backward(network, &network->heads[stage - 1]);
}

void network_backward(struct network *network, const struct features *features)
{
	size_t embed = network->shape.embed;
	const struct weight *d_table = weights_find(network->gradients, "embedding.weight");
	if (!body_learns(network->weights)) {
		heads_backward(network);
		return;
	}
	for (size_t stage = network->shape.n_stages; stage > 0; stage--)
		stage_backward(network, stage);
	if (model_task(&network->shape) == TASK_MIRROR || d_table->is_frozen)
		return;
	const float *d_embedded = tensor_data(&network->chains[0].layers[0].d_src);
	for (size_t b = 0; b < network->batch; b++)
		embedding_backward(&features[b], embed,
				   d_embedded + b * network->length * embed, d_table->data);
}
