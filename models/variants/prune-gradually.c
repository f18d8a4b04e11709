/* models/variants/prune-gradually.c - see prune-gradually.h. */
#include <config.h>

#include "models/variants/prune-gradually.h"

#include "base/problem.h"
#include "models/data/data.h"
#include "models/data/features.h"
#include "models/infer/plan.h"
#include "models/weights/model.h"

#include <gsl/gsl_statistics_float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	STEPS_BETWEEN = 10, /* from one pruning to the next */
	PROBE_BATCHES = 20, /* for mean activations */
};

/* One convolution. */
struct pruned_layer {
	struct weight *weight;
	size_t gradient;    /* index of its tensor */
	float *score;       /* by gradient: the running sum */
	uint8_t *is_pruned; /* of each weight */
	float *activation;  /* of each input channel */
	size_t in, taps;
};

struct pruning {
	enum saliency by;
	double final;
	struct pruned_layer layers[MODEL_MAX_STAGES];
	size_t n_layers;
};

double prune_schedule(double final, size_t done, size_t of)
{
	const double ramp = 0.6;
	double t = (double)done / (ramp * (double)of);
	double left = t < 1.0 ? 1.0 - t : 0.0;
	return final * (1.0 - left * left * left);
}

int prune_least(float *w, const float *score, size_t n, double share)
{
	size_t n_zeros = (size_t)lrint(share * (double)n);
	if (n_zeros == 0)
		return 0;
	float *sorted = malloc(n * sizeof(float));
	if (!sorted)
		return -1;
	memcpy(sorted, score, n * sizeof(float));
	float limit = (float)gsl_stats_float_select(sorted, 1, n, n_zeros - 1);
	free(sorted);
	size_t n_below = 0;
	for (size_t i = 0; i < n; i++)
		n_below += score[i] < limit;
	size_t n_ties = n_zeros - n_below;
	for (size_t i = 0; i < n; i++) {
		bool is_tie = score[i] == limit && n_ties > 0;
		n_ties -= is_tie;
		if (score[i] < limit || is_tie)
			w[i] = 0.0f;
	}
	return 0;
}

static void pruning_free(struct pruning *pruning)
{
	for (size_t i = 0; i < pruning->n_layers; i++) {
		free(pruning->layers[i].score);
		free(pruning->layers[i].is_pruned);
		free(pruning->layers[i].activation);
	}
}

static int pruning_init(struct pruning *pruning, struct weights *weights,
			struct problem *why)
{
	struct model_shape shape;
	if (model_shape_of(weights, &shape, why) < 0)
		return -1;
	for (; pruning->n_layers < shape.n_stages; pruning->n_layers++) {
		struct pruned_layer *layer = &pruning->layers[pruning->n_layers];
		const struct weight *conv = model_tensor(weights, "weight", "stage%zu.conv",
							 pruning->n_layers + 1);
		size_t n = weight_count(conv);
		*layer = (struct pruned_layer){
			.gradient = (size_t)(conv - weights->items),
			.weight = &weights->items[conv - weights->items],
			.score = calloc(n, sizeof(float)),
			.is_pruned = calloc(n, 1),
			.activation = calloc(conv->dims[1], sizeof(float)),
			.in = conv->dims[1],
			.taps = conv->dims[2],
		};
		if (!layer->score || !layer->is_pruned || !layer->activation)
			return problem_what(why, "cannot prune: out of memory");
	}
	return 0;
}

/* Adds |input| of each channel of each convolution over the batch that the plan has run. */
static void add_activations(struct pruning *pruning, const struct plan *plan)
{
	struct plan_layer layers[PLAN_MAX_LAYERS];
	plan_layers(plan, layers);
	for (size_t i = 0; i < pruning->n_layers; i++) {
		const struct plan_layer *read = &layers[i];
		const float *input = tensor_data(&read->input);
		size_t in = pruning->layers[i].in;
		for (size_t at = 0; at < read->n_input; at++)
			pruning->layers[i].activation[at % in] += fabsf(input[at]);
	}
}

/* The scale of a mean does not matter: only the order of the scores within a layer does. */
static int probe(struct pruning *pruning, const struct build *build, struct problem *why)
{
	struct plan *plan = plan_create(build->parent, TRAIN_BATCH, why);
	int failed = plan ? 0 : -1;
	size_t n = build->data->n / TRAIN_BATCH;
	for (size_t i = 0; !failed && i < n && i < PROBE_BATCHES; i++) {
		struct features batch[TRAIN_BATCH];
		for (size_t b = 0; b < TRAIN_BATCH; b++)
			features_of(&build->data->queries[i * TRAIN_BATCH + b],
				    plan->shape.rows, &batch[b]);
		failed = plan_run(plan, batch, TRAIN_BATCH, why) ? 0 : -1;
		if (!failed)
			add_activations(pruning, plan);
	}
	plan_free(plan);
	return failed;
}

/* After a step of the optimizer: what was pruned stays so, and gradients are counted. */
static void hold(const struct pruned_layer *layer, const float *gradient, bool count)
{
	float *w = layer->weight->data;
	size_t n = weight_count(layer->weight);
	for (size_t i = 0; i < n; i++)
		w[i] = layer->is_pruned[i] ? 0.0f : w[i];
	for (size_t i = 0; count && i < n; i++)
		layer->score[i] += fabsf(w[i] * gradient[i]);
}

static void score(const struct pruned_layer *layer, enum saliency by)
{
	const float *w = layer->weight->data;
	size_t n = weight_count(layer->weight);
	for (size_t i = 0; i < n && by != BY_GRADIENT; i++) {
		float input = layer->activation[i / layer->taps % layer->in];
		layer->score[i] = fabsf(w[i]) * (by == BY_ACTIVATION ? input : 1.0f);
	}
	/* What is gone stays gone. */
	for (size_t i = 0; i < n; i++)
		if (layer->is_pruned[i])
			layer->score[i] = -1.0f;
}

static int prune_layer(const struct pruned_layer *layer, enum saliency by, double share,
		       struct problem *why)
{
	float *w = layer->weight->data;
	size_t n = weight_count(layer->weight);
	score(layer, by);
	if (prune_least(w, layer->score, n, share) < 0)
		return problem_what(why, "cannot prune: out of memory");
	for (size_t i = 0; i < n; i++)
		layer->is_pruned[i] = w[i] == 0.0f;
	memset(layer->score, 0, n * sizeof(float));
	return 0;
}

static int apply(void *self, struct weights *weights, const struct weights *gradients,
		 size_t done, size_t of, struct problem *why)
{
	struct pruning *pruning = self;
	bool now = done % STEPS_BETWEEN == 0 || done == of;
	double share = prune_schedule(pruning->final, done, of);
	(void)weights;
	for (size_t i = 0; i < pruning->n_layers; i++) {
		const struct pruned_layer *layer = &pruning->layers[i];
		hold(layer, gradients->items[layer->gradient].data,
		     pruning->by == BY_GRADIENT);
		if (now && prune_layer(layer, pruning->by, share, why) < 0)
			return -1;
	}
	return 0;
}

struct weights *prune_gradually(struct build *build, enum saliency by, struct problem *why)
{
	struct pruning pruning = { .by = by, .final = build->level };
	const struct constraint constraint = { .apply = apply, .self = &pruning };
	struct weights *weights = weights_clone(build->parent);
	if (!weights) {
		problem_what(why, "cannot prune: out of memory");
		return NULL;
	}
	if (pruning_init(&pruning, weights, why) < 0 ||
	    (by == BY_ACTIVATION && probe(&pruning, build, why) < 0)) {
		weights_free(weights);
		weights = NULL;
	}
	weights = fine_tune(build, weights, &constraint, why);
	pruning_free(&pruning);
	return weights;
}
