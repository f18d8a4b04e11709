/* models/weights/model.c - see model.h. */
#include <config.h>

#include "models/weights/model.h"

#include "base/problem.h"
#include "models/data/catalogue.h"
#include "models/data/features.h"
#include "models/data/lexicon.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

const struct weight *model_tensor(const struct weights *weights, const char *part,
				  const char *format, size_t stage)
{
	char layer[WEIGHT_NAME_SIZE - 12], name[WEIGHT_NAME_SIZE];
	snprintf(layer, sizeof(layer), format, stage);
	snprintf(name, sizeof(name), "%s.%s", layer, part);
	return weights_find(weights, name);
}

bool model_has_head(const struct model_shape *shape, size_t stage)
{
	return shape->stages[stage - 1].hidden != 0;
}

enum task model_task(const struct model_shape *shape)
{
	return shape->stages[0].side ? TASK_MIRROR : TASK_AGENT;
}

size_t model_chain(const struct stage_shape *stage,
		   struct chain_link links[MODEL_MAX_CHAIN])
{
	static const char reduce[] = "stage%zu.reduce", conv[] = "stage%zu.conv";
	size_t in = stage->in, kernel = stage->kernel, n = 0;
	if (stage->rank) {
		links[n++] = (struct chain_link){ .format = reduce,
						  .in = in,
						  .out = stage->rank,
						  .kernel = stage->depthwise ? 1 : kernel };
		in = stage->rank;
	}
	if (stage->depthwise)
		links[n++] = (struct chain_link){ .format = "stage%zu.depthwise",
						  .in = in,
						  .out = in,
						  .kernel = kernel,
						  .depthwise = true };
	links[n] = (struct chain_link){
		.format = conv, .in = in, .out = stage->out, .kernel = n ? 1 : kernel
	};
	n++;
	size_t side = stage->side;
	for (size_t i = 0; i < n; i++) {
		/* The widest takes every second one. */
		bool is_widest = i == (stage->rank && stage->depthwise ? 1 : 0);
		links[i].side = side;
		links[i].stride = side && is_widest ? 2 : 1;
		side = (side + links[i].stride - 1) / links[i].stride;
	}
	return n;
}

size_t chain_link_places(const struct chain_link *link, size_t positions)
{
	size_t side = (link->side + link->stride - 1) / link->stride;
	return link->side ? side * side : positions;
}

uint64_t model_multiply_adds(const struct model_shape *shape)
{
	uint64_t sum = 0;
	if (shape->is_shallow)
		return shape->embed ? (FEATURE_LENGTH * FEATURE_IDS + FEATURE_PROFILE) *
					  (uint64_t)shape->classes
				    : 0;
	for (size_t stage = 0; stage < shape->n_stages; stage++) {
		struct chain_link links[MODEL_MAX_CHAIN];
		size_t n = model_chain(&shape->stages[stage], links);
		for (size_t i = 0; i < n; i++)
			sum += (uint64_t)chain_link_places(&links[i], FEATURE_LENGTH) *
			       links[i].out * links[i].kernel *
			       (links[i].side ? links[i].kernel : 1) *
			       (links[i].depthwise ? 1 : links[i].in);
	}
	const struct stage_shape *last = &shape->stages[shape->n_stages - 1];
	uint64_t joined = last->out + FEATURE_PROFILE, hidden = last->hidden;
	uint64_t into_hidden = last->head_rank ? last->head_rank : joined;
	return sum + joined * (FEATURE_PROFILE + last->head_rank) + into_hidden * hidden +
	       hidden * shape->classes;
}

struct model_layer model_layer(const struct weights *weights, const char *format,
			       size_t stage)
{
	struct model_layer layer = { 0 };
	const struct weight *scale = model_tensor(weights, "scale", format, stage);
	const struct weight *input_max = model_tensor(weights, "input_max", format, stage);
	snprintf(layer.name, sizeof(layer.name), format, stage);
	layer.weight = model_tensor(weights, "weight", format, stage);
	layer.bias = model_tensor(weights, "bias", format, stage)->data;
	if (layer.weight->type == WEIGHT_I8) {
		const struct weight *zero = model_tensor(weights, "zero", format, stage);
		layer.scale = scale->data;
		layer.zero = zero ? zero->data : NULL;
		layer.input_max = *(const float *)input_max->data;
	}
	return layer;
}

/* Adds a layer's weight and bias; weights are normal with variance gain / fan-in. */
static bool add_layer(struct weights *weights, gsl_rng *rng, const char *format,
		      size_t stage, double gain, unsigned n_dims, const size_t *dims)
{
	char name[WEIGHT_NAME_SIZE];
	size_t layer = (size_t)snprintf(name, sizeof(name), format, stage);
	snprintf(name + layer, sizeof(name) - layer, ".weight");
	struct weight *weight = weights_add(weights, name, WEIGHT_F32, n_dims, dims);
	snprintf(name + layer, sizeof(name) - layer, ".bias");
	if (!weight || !weights_add(weights, name, WEIGHT_F32, 1, dims))
		return false;
	size_t count = weight_count(weight);
	double deviation = sqrt(gain * (double)dims[0] / (double)count);
	for (size_t i = 0; i < count; i++)
		((float *)weight->data)[i] = (float)gsl_ran_gaussian_ziggurat(rng,
									      deviation);
	return true;
}

static bool add_head(struct weights *weights, gsl_rng *rng, const struct model_shape *shape,
		     size_t stage)
{
	size_t hidden = shape->stages[stage - 1].hidden;
	size_t joined = shape->stages[stage - 1].out + FEATURE_PROFILE;
	return add_layer(weights, rng, "head%zu.gate", stage, 1.0, 2,
			 (size_t[]){ FEATURE_PROFILE, joined }) &&
	       add_layer(weights, rng, "head%zu.hidden", stage, 2.0, 2,
			 (size_t[]){ hidden, joined }) &&
	       add_layer(weights, rng, "head%zu.out", stage, 1.0, 2,
			 (size_t[]){ shape->classes, hidden });
}

/* The tensor of a convolution. */
static unsigned link_dims(const struct chain_link *link, size_t dims[WEIGHT_MAX_DIMS])
{
	dims[0] = link->out;
	dims[1] = link->depthwise ? 1 : link->in;
	dims[2] = dims[3] = link->kernel;
	return link->side ? 4 : 3;
}

static bool add_stage(struct weights *weights, gsl_rng *rng,
		      const struct model_shape *shape, size_t stage)
{
	struct chain_link links[MODEL_MAX_CHAIN];
	size_t n = model_chain(&shape->stages[stage - 1], links);
	for (size_t i = 0; i < n; i++) {
		size_t dims[WEIGHT_MAX_DIMS];
		unsigned n_dims = link_dims(&links[i], dims);
		if (!add_layer(weights, rng, links[i].format, stage, i + 1 == n ? 2.0 : 1.0,
			       n_dims, dims))
			return false;
	}
	return shape->stages[stage - 1].hidden == 0 || add_head(weights, rng, shape, stage);
}

static bool add_embedding(struct weights *weights, gsl_rng *rng,
			  const struct model_shape *shape)
{
	struct weight *table = weights_add(weights, "embedding.weight", WEIGHT_F32, 2,
					   (size_t[]){ shape->rows, shape->embed });
	if (!table)
		return false;
	for (size_t i = 0; i < weight_count(table); i++)
		((float *)table->data)[i] = (float)gsl_ran_gaussian_ziggurat(rng, 0.1);
	return true;
}

static bool fill(struct weights *weights, gsl_rng *rng, const struct model_shape *shape)
{
	bool whole = model_task(shape) == TASK_MIRROR || add_embedding(weights, rng, shape);
	for (size_t stage = 1; whole && stage <= shape->n_stages; stage++)
		whole = add_stage(weights, rng, shape, stage);
	return whole;
}

struct weights *model_init(const struct model_shape *shape, uint64_t seed)
{
	struct weights *weights = weights_new();
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	bool whole = weights && rng;
	if (whole) {
		gsl_rng_set(rng, seed);
		whole = fill(weights, rng, shape);
	}
	gsl_rng_free(rng);
	if (whole)
		return weights;
	weights_free(weights);
	return NULL;
}

/* A tensor of the given type and shape; a size of 0 fits any. */
static int expect(const struct weights *weights, const char *part, const char *format,
		  size_t stage, unsigned n_dims, const size_t *dims, struct problem *why)
{
	const struct weight *weight = model_tensor(weights, part, format, stage);
	char layer[WEIGHT_NAME_SIZE];
	snprintf(layer, sizeof(layer), format, stage);
	problem_what(why, "cannot use these weights");
	problem_todo(why, "train the model again");
	if (!weight)
		return problem_why(why, "expected a tensor '%s.%s', found none", layer,
				   part);
	if (weight->n_dims != n_dims)
		return problem_why(why, "tensor '%s.%s': expected %u dimensions, found %u",
				   layer, part, n_dims, weight->n_dims);
	for (unsigned i = 0; i < n_dims; i++)
		if (dims[i] && weight->dims[i] != dims[i])
			return problem_why(why,
					   "tensor '%s.%s': expected size %zu in dimension "
					   "%u, found %zu",
					   layer, part, dims[i], i + 1, weight->dims[i]);
	if (strcmp(part, "weight") != 0 && weight->type != WEIGHT_F32)
		return problem_why(why, "tensor '%s.%s': expected F32", layer, part);
	return 0;
}

/* A layer's weight with all that belongs to it. */
static int expect_layer(const struct weights *weights, const char *format, size_t stage,
			unsigned n_dims, const size_t *dims, struct problem *why)
{
	if (expect(weights, "weight", format, stage, n_dims, dims, why) < 0)
		return -1;
	const struct weight *weight = model_tensor(weights, "weight", format, stage);
	if (expect(weights, "bias", format, stage, 1, weight->dims, why) < 0)
		return -1;
	if (weight->type != WEIGHT_I8)
		return 0;
	const size_t one = 1;
	if (expect(weights, "scale", format, stage, 1, weight->dims, why) < 0 ||
	    expect(weights, "input_max", format, stage, 1, &one, why) < 0)
		return -1;
	return model_tensor(weights, "zero", format, stage)
		   ? expect(weights, "zero", format, stage, 1, weight->dims, why)
		   : 0;
}

static int expect_embedding(const struct weights *weights, struct model_shape *shape,
			    struct problem *why)
{
	static const char name[] = "embedding";
	const size_t any[2] = { 0 };
	if (expect(weights, "weight", name, 0, 2, any, why) < 0)
		return -1;
	const struct weight *table = weights_find(weights, "embedding.weight");
	shape->rows = table->dims[0];
	shape->embed = table->dims[1];
	if (shape->rows > UINT16_MAX + 1)
		return problem_why(why,
				   "tensor 'embedding.weight': expected at most 65536 "
				   "rows, found %zu",
				   shape->rows);
	return table->type == WEIGHT_I8
		   ? expect(weights, "scale", name, 0, 1, table->dims, why)
		   : 0;
}

static int expect_head(const struct weights *weights, struct model_shape *shape,
		       size_t stage, struct problem *why)
{
	struct stage_shape *at = &shape->stages[stage - 1];
	size_t joined = at->out + FEATURE_PROFILE, into_hidden = joined;
	const struct weight *reduce = model_tensor(weights, "weight", "head%zu.reduce",
						   stage);
	if (expect_layer(weights, "head%zu.gate", stage, 2,
			 (size_t[]){ FEATURE_PROFILE, joined }, why) < 0)
		return -1;
	if (reduce) {
		if (expect_layer(weights, "head%zu.reduce", stage, 2,
				 (size_t[]){ 0, joined }, why) < 0)
			return -1;
		into_hidden = at->head_rank = reduce->dims[0];
	}
	if (expect_layer(weights, "head%zu.hidden", stage, 2, (size_t[]){ 0, into_hidden },
			 why) < 0)
		return -1;
	at->hidden = model_tensor(weights, "weight", "head%zu.hidden", stage)->dims[0];
	return expect_layer(weights, "head%zu.out", stage, 2,
			    (size_t[]){ shape->classes, at->hidden }, why);
}

static int expect_link(const struct weights *weights, const struct chain_link *link,
		       size_t stage, struct problem *why)
{
	size_t dims[WEIGHT_MAX_DIMS];
	unsigned n_dims = link_dims(link, dims);
	if (expect_layer(weights, link->format, stage, n_dims, dims, why) < 0)
		return -1;
	const struct weight *weight = model_tensor(weights, "weight", link->format, stage);
	if (link->side && weight->dims[2] != weight->dims[3])
		return problem_why(why,
				   "stage %zu: expected square kernels, found %zu x %zu",
				   stage, weight->dims[2], weight->dims[3]);
	if ((link->depthwise || link->side) &&
	    model_tensor(weights, "zero", link->format, stage))
		return problem_why(why,
				   "stage %zu: expected no zero points of a depthwise "
				   "convolution, or of one over pixels",
				   stage);
	return 0;
}

/* The chain of a stage's convolutions, as the tensors have it, into *at. */
static int expect_chain(const struct weights *weights, size_t stage, size_t in, size_t side,
			struct stage_shape *at, struct problem *why)
{
	const struct weight *reduce = model_tensor(weights, "weight", "stage%zu.reduce",
						   stage);
	const struct weight *depthwise = model_tensor(weights, "weight",
						      "stage%zu.depthwise", stage);
	const unsigned n_dims = side ? 4 : 3;
	struct chain_link links[MODEL_MAX_CHAIN];
	*at =
	    (struct stage_shape){ .in = in, .side = side, .depthwise = depthwise != NULL };
	if (reduce && reduce->n_dims == n_dims) {
		at->rank = reduce->dims[0];
		at->kernel = reduce->dims[2];
	}
	if (depthwise && depthwise->n_dims == n_dims)
		at->kernel = depthwise->dims[2];
	size_t n = model_chain(at, links);
	for (size_t i = 0; i < n; i++)
		if (expect_link(weights, &links[i], stage, why) < 0)
			return -1;
	const struct weight *last = model_tensor(weights, "weight", "stage%zu.conv", stage);
	at->out = last->dims[0];
	if (n == 1)
		at->kernel = last->dims[2];
	return 0;
}

static int expect_stage(const struct weights *weights, struct model_shape *shape,
			size_t stage, struct problem *why)
{
	struct stage_shape *at = &shape->stages[stage - 1];
	const struct stage_shape *before = stage == 1 ? NULL : at - 1;
	size_t in = before ? before->out : shape->embed;
	size_t side = before ? (before->side + 1) / 2 : at->side;
	if (expect_chain(weights, stage, in, side, at, why) < 0)
		return -1;
	size_t most = side ? side : FEATURE_LENGTH;
	if (at->kernel > most)
		return problem_why(why,
				   "stage %zu: expected a kernel of at most %zu, found %zu",
				   stage, most, at->kernel);
	return model_tensor(weights, "weight", "head%zu.gate", stage)
		   ? expect_head(weights, shape, stage, why)
		   : 0;
}

/* A tensor of a shallow model: F32, of these sizes. */
static int expect_shallow(const struct weights *weights, const char *layer,
			  const char *part, unsigned n_dims, const size_t *dims,
			  struct problem *why)
{
	if (expect(weights, part, layer, 0, n_dims, dims, why) < 0)
		return -1;
	return model_tensor(weights, part, layer, 0)->type == WEIGHT_F32
		   ? 0
		   : problem_why(why, "tensor '%s.%s': expected F32", layer, part);
}

static int shallow_shape_of(const struct weights *weights, struct model_shape *shape,
			    struct problem *why)
{
	const struct weight *keys = weights_find(weights, "lexicon.keys");
	*shape = (struct model_shape){ .is_shallow = true, .n_stages = 1 };
	if (keys) {
		shape->rows = LEXICON_ROWS;
		shape->classes = N_OUTPUTS;
		if (expect_shallow(weights, "lexicon", "keys", 2,
				   (size_t[]){ 0, LEXICON_LENGTH }, why) < 0)
			return -1;
		if (keys->dims[0] > LEXICON_MAX)
			return problem_why(
			    why, "lexicon: expected at most %d entries, found %zu",
			    LEXICON_MAX, keys->dims[0]);
		return expect_shallow(weights, "lexicon", "meaning", 2,
				      (size_t[]){ keys->dims[0], 2 }, why);
	}
	if (expect_embedding(weights, shape, why) < 0)
		return -1;
	shape->classes = shape->embed;
	return expect_shallow(weights, "embedding", "weight", 2, (size_t[]){ 0, 0 }, why) <
			   0 ||
		       expect_shallow(weights, "linear", "weight", 2,
				      (size_t[]){ shape->classes, FEATURE_PROFILE },
				      why) < 0
		   ? -1
		   : expect_shallow(weights, "linear", "bias", 1, &shape->classes, why);
}

int model_shape_of(const struct weights *weights, struct model_shape *shape,
		   struct problem *why)
{
	if (weights_find(weights, "lexicon.keys") || weights_find(weights, "linear.weight"))
		return shallow_shape_of(weights, shape, why);
	*shape = (struct model_shape){ .classes = 0 };
	const struct weight *first = weights_find(weights, "stage1.conv.weight");
	if (first && first->n_dims == 4) {
		shape->embed = PICTURE_CHANNELS;
		shape->stages[0].side = PICTURE_SIDE;
	} else if (expect_embedding(weights, shape, why) < 0) {
		return -1;
	}
	size_t n = 0;
	while (n < MODEL_MAX_STAGES &&
	       model_tensor(weights, "weight", "stage%zu.conv", n + 1))
		n++;
	const struct weight *out = model_tensor(weights, "weight", "head%zu.out", n);
	shape->n_stages = n;
	if (n == 0 || !out)
		return problem_why(
		    why, "expected a tensor 'head%zu.out.weight', found none", n ? n : 1);
	shape->classes = out->dims[0];
	for (size_t stage = 1; stage <= n; stage++)
		if (expect_stage(weights, shape, stage, why) < 0)
			return -1;
	if (!model_has_head(shape, n))
		return problem_why(
		    why, "expected a tensor 'head%zu.gate.weight', found none", n);
	return 0;
}
