/* models/infer/body.c - see body.h. */
#include <config.h>

#include "models/infer/body.h"

#include "models/infer/plan-layer.h"
#include "models/infer/plan-part.h"

/* A convolution and where it stands. */
struct place {
	size_t stage;
	struct chain_link link;
	bool is_last; /* of its chain */
};

static size_t places_of(const struct model_shape *shape, const struct segment *segment,
			struct place places[PLAN_MAX_CONVOLUTIONS])
{
	size_t n = 0;
	for (size_t stage = segment->first; stage <= segment->last; stage++) {
		struct chain_link links[MODEL_MAX_CHAIN];
		size_t n_links = model_chain(&shape->stages[stage - 1], links);
		for (size_t i = 0; i < n_links; i++)
			places[n++] = (struct place){ stage, links[i], i + 1 == n_links };
	}
	return n;
}

size_t body_gap(const struct model_shape *shape)
{
	size_t widest = 0;
	if (model_task(shape) == TASK_MIRROR)
		return 0;
	for (size_t stage = 0; stage < shape->n_stages; stage++)
		if (shape->stages[stage].kernel > widest)
			widest = shape->stages[stage].kernel;
	return widest / 2;
}

/* What a convolution hands to the next one: integers up to that one's calibrated input, or bf16,
 * when both are of that kind; else floats. What is not activated may be negative. */
static struct wanted handed_on(const struct weights *weights, const struct place *at,
			       const struct place *next)
{
	struct model_layer layer = model_layer(weights, at->link.format, at->stage);
	struct model_layer then = model_layer(weights, next->link.format, next->stage);
	if (layer.scale && then.scale)
		return (struct wanted){ .type = at->is_last ? dnnl_u8 : dnnl_s8,
					.max = then.input_max };
	if (layer.weight->type == WEIGHT_BF16 && then.weight->type == WEIGHT_BF16)
		return (struct wanted){ .type = dnnl_bf16 };
	return (struct wanted){ .type = dnnl_f32 };
}

/* What the last convolution before a head puts out, for the maximum over time: u8, where its head reads
 * integers too, up to what that one's first layer was calibrated for. The maximum of what is rounded is
 * the rounded maximum. */
static struct wanted pooled(const struct weights *weights, const struct place *at)
{
	struct model_layer layer = model_layer(weights, at->link.format, at->stage);
	struct model_layer gate = model_layer(weights, "head%zu.gate", at->stage);
	if (layer.scale && gate.scale)
		return (struct wanted){ .type = dnnl_u8, .max = gate.input_max };
	return (struct wanted){ .type = dnnl_f32 };
}

static struct values add_convolution(struct plan *plan, struct body *body,
				     const struct weights *weights, const struct place *at,
				     struct values src, struct wanted wanted)
{
	struct body_layer *added = &body->layers[body->n_layers++];
	struct model_layer layer = model_layer(weights, at->link.format, at->stage);
	struct layer_shape shape = { .batch = at->link.side ? body->positions : 1,
				     .length = body->positions,
				     .side = at->link.side,
				     .stride = at->link.stride,
				     .in = at->link.in,
				     .out = at->link.out,
				     .kernel = at->link.kernel,
				     .depthwise = at->link.depthwise };
	wanted.activation = at->is_last ? RELU : LINEAR;
	struct values dst = plan_add_layer(plan, &added->ops, &layer, &shape, src, wanted,
					   &added->layer);
	added->output = dst.tensor;
	return dst;
}

static struct tensor first_input(struct plan *plan, size_t positions)
{
	size_t side = plan->shape.stages[0].side;
	struct layer_shape read = { .batch = side ? positions : 1,
				    .length = positions,
				    .in = plan->shape.embed,
				    .kernel = 1,
				    .side = side };
	dnnl_memory_desc_t desc = layer_src_desc(&read, dnnl_f32);
	return plan_tensor(plan, &desc);
}

void body_create(struct plan *plan, struct body *body, const struct segment *segment,
		 const struct body *before, const struct weights *weights)
{
	struct place places[PLAN_MAX_CONVOLUTIONS];
	size_t n = places_of(&plan->shape, segment, places);
	body->input = before ? before->output : first_input(plan, body->positions);
	struct values x = { .tensor = body->input,
			    .step = before ? before->output_step : 0.0f,
			    .is_signed = !before };
	for (size_t i = 0; i < n; i++) {
		bool is_last = i + 1 == n;
		struct wanted wanted = is_last
					   ? pooled(weights, &places[i])
					   : handed_on(weights, &places[i], &places[i + 1]);
		x = add_convolution(plan, body, weights, &places[i], x, wanted);
		body->layers[i].is_cleared = !is_last;
	}
	body->output = x.tensor;
	body->output_step = x.step;
}

struct body *body_for(const struct plan *plan, const struct segment *segment)
{
	size_t i = plan->n_lengths - 1;
	while (plan->lengths[i] < plan->positions)
		i--;
	return &segment->bodies[i];
}

/* Pixels of a picture; 1 of a position. */
static size_t places(const struct tensor *rows)
{
	return rows->desc.ndims == 4 ? (size_t)(rows->desc.dims[2] * rows->desc.dims[3])
				     : 1;
}

size_t plan_row_bytes(const struct tensor *rows)
{
	return (size_t)rows->desc.dims[1] * places(rows) *
	       dnnl_data_type_size(rows->desc.data_type);
}

void body_run(struct plan *plan, const struct segment *segment, struct body *body, size_t n)
{
	for (size_t i = 0; i < body->n_layers; i++) {
		const struct body_layer *layer = &body->layers[i];
		plan_run_ops(plan, &layer->ops);
		if (layer->is_cleared)
			span_clear_gaps(plan->spans, n, body->positions,
					plan_row_bytes(&layer->output),
					tensor_data(&layer->output));
	}
	plan_part_begin(plan, PART_POOL);
	span_pool(plan->spans, n, places(&body->output), &body->output, body->output_step,
		  (size_t)body->output.desc.dims[1], segment->pooled);
	plan_part_end(plan, PART_POOL);
}
