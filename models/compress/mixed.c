/* models/compress/mixed.c - see mixed.h. */
#include <config.h>

#include "models/compress/mixed.h"

#include "base/problem.h"
#include "models/compress/quantize.h"
#include "models/data/data.h"
#include "models/data/features.h"
#include "models/kernels/softmax.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* From the mildest on; all but the first are tried. */
static const unsigned choices[] = { QUANTIZE_NOT, 8, 4, 3 };
enum { N_CHOICES = sizeof(choices) / sizeof(choices[0]) };

/* A layer's weights, or the embedding: how many, and what each choice costs alone. */
struct tensor_costs {
	char name[WEIGHT_NAME_SIZE];
	double n_weights;
	double nats[N_CHOICES];
	size_t choice;
};

struct search {
	const struct weights *weights;
	const struct dataset *data;
	struct plan *plan; /* of the weights as they are */
	float ranges[PLAN_MAX_LAYERS];
	struct tensor_costs tensors[PLAN_MAX_LAYERS + 1]; /* the embedding is the last */
	size_t n, n_queries;
	float *own; /* the model's probabilities, [queries][classes] */
};

static const float *run_batch(struct plan *plan, const struct query *queries,
			      struct problem *why)
{
	struct features batch[QUANTIZE_BATCH];
	for (size_t b = 0; b < QUANTIZE_BATCH; b++)
		features_of(&queries[b], plan->shape.rows, &batch[b]);
	return plan_run(plan, batch, QUANTIZE_BATCH, why);
}

/* The model's own answers. */
static int answer(struct search *search, struct problem *why)
{
	for (size_t from = 0; from < search->n_queries; from += QUANTIZE_BATCH) {
		const float *logits = run_batch(search->plan, &search->data->queries[from],
						why);
		if (!logits)
			return -1;
		for (size_t b = 0; b < QUANTIZE_BATCH; b++)
			softmax(logits + b * N_OUTPUTS, N_CLASSES, 1.0f,
				search->own + (from + b) * N_CLASSES);
	}
	return 0;
}

static double divergence(const float *own, const float *logits)
{
	float p[N_CLASSES];
	double nats = 0;
	softmax(logits, N_CLASSES, 1.0f, p);
	for (size_t i = 0; i < N_CLASSES; i++)
		if (own[i] > 0.0f)
			nats += (double)(own[i] * logf(own[i] / fmaxf(p[i], 1e-30f)));
	return nats;
}

static struct quantization chosen(const struct search *search)
{
	struct quantization how = { .embedding_bits = QUANTIZE_NOT };
	for (size_t i = 0; i < search->n; i++)
		*(i + 1 == search->n ? &how.embedding_bits
				     : &how.bits[i]) = choices[search->tensors[i].choice];
	return how;
}

/* What the tensors' choices cost together, in nats; NAN with *why filled. */
static double measure(const struct search *search, struct problem *why)
{
	const struct quantization how = chosen(search);
	struct weights *rounded = quantize_calibrated(search->weights, search->plan,
						      search->ranges, &how, why);
	struct plan *plan = rounded ? plan_create(rounded, QUANTIZE_BATCH, why) : NULL;
	double nats = plan ? 0 : (double)NAN;
	for (size_t from = 0; plan && from < search->n_queries; from += QUANTIZE_BATCH) {
		const float *logits = run_batch(plan, &search->data->queries[from], why);
		for (size_t b = 0; logits && b < QUANTIZE_BATCH; b++)
			nats += divergence(search->own + (from + b) * N_CLASSES,
					   logits + b * N_OUTPUTS);
		if (!logits)
			nats = (double)NAN;
	}
	plan_free(plan);
	weights_free(rounded);
	return nats / (double)search->n_queries;
}

static void name_tensors(struct search *search)
{
	struct plan_layer layers[PLAN_MAX_LAYERS];
	size_t n = plan_layers(search->plan, layers);
	for (size_t i = 0; i <= n; i++) {
		struct tensor_costs *tensor = &search->tensors[i];
		char name[WEIGHT_NAME_SIZE + 8];
		memcpy(tensor->name, i < n ? layers[i].name : "embedding",
		       i < n ? sizeof(tensor->name) : sizeof("embedding"));
		snprintf(name, sizeof(name), "%s.weight", tensor->name);
		tensor->n_weights = (double)weight_count(
		    weights_find(search->weights, name));
	}
	search->n = n + 1;
}

static int measure_alone(struct search *search, struct problem *why)
{
	for (size_t i = 0; i < search->n; i++) {
		struct tensor_costs *tensor = &search->tensors[i];
		for (size_t c = 1; c < N_CHOICES; c++) {
			tensor->choice = c;
			tensor->nats[c] = measure(search, why);
			if (isnan(tensor->nats[c]))
				return -1;
		}
		tensor->choice = 0;
	}
	return 0;
}

static double sum_of(const struct search *search)
{
	double nats = 0;
	for (size_t i = 0; i < search->n; i++)
		nats += search->tensors[i].nats[search->tensors[i].choice];
	return nats;
}

/* What another choice saves, in bits, for each nat that it costs more; 0 where it may not be taken. */
static double worth(const struct tensor_costs *tensor, size_t choice, double left)
{
	/* nats: what costs nothing is taken first, and of that the largest */
	const double least = 1e-9;
	double nats = tensor->nats[choice] - tensor->nats[tensor->choice];
	double bits = (double)choices[tensor->choice] - (double)choices[choice];
	return nats > left ? 0 : bits * tensor->n_weights / fmax(nats, least);
}

static void take_bits(struct search *search, double allowed)
{
	struct tensor_costs *best;
	do {
		double left = allowed - sum_of(search), most = 0;
		size_t best_choice = 0;
		best = NULL;
		for (size_t i = 0; i < search->n; i++)
			for (size_t c = search->tensors[i].choice + 1; c < N_CHOICES; c++) {
				double gain = worth(&search->tensors[i], c, left);
				if (gain > most) {
					most = gain;
					best = &search->tensors[i];
					best_choice = c;
				}
			}
		if (best)
			best->choice = best_choice;
	} while (best);
}

/* To the tensor whose bits cost most nats for what they save. */
static void give_bits_back(struct search *search)
{
	struct tensor_costs *worst = NULL;
	double most = -INFINITY;
	for (size_t i = 0; i < search->n; i++) {
		struct tensor_costs *tensor = &search->tensors[i];
		size_t now = tensor->choice;
		if (now == 0)
			continue;
		double nats = tensor->nats[now] - tensor->nats[now - 1];
		double bits = (double)choices[now - 1] - (double)choices[now];
		double cost = nats / (bits * tensor->n_weights);
		if (cost > most) {
			most = cost;
			worst = tensor;
		}
	}
	if (worst)
		worst->choice--;
}

static bool is_untouched(const struct search *search)
{
	for (size_t i = 0; i < search->n; i++)
		if (search->tensors[i].choice > 0)
			return false;
	return true;
}

/* Chooses every tensor's bits. Returns what they cost, or NAN with *why filled. */
static double choose(struct search *search, double allowed, struct problem *why)
{
	if (measure_alone(search, why) < 0)
		return (double)NAN;
	take_bits(search, allowed);
	double nats = measure(search, why);
	while (nats > allowed && !is_untouched(search)) {
		give_bits_back(search);
		nats = measure(search, why);
	}
	return nats;
}

static void record(const struct search *search, double nats, struct weights *weights)
{
	char text[1024];
	size_t used = 0;
	for (size_t i = 0; i < search->n && used < sizeof(text); i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s %u",
					 i ? ", " : "", search->tensors[i].name,
					 choices[search->tensors[i].choice]);
	weights_set_note(weights, "bits", "%s", text);
	weights_set_note(weights, "divergence", "%.6f", nats);
}

static int search_open(struct search *search, struct problem *why)
{
	search->n_queries = search->data->n / QUANTIZE_BATCH * QUANTIZE_BATCH;
	search->own = calloc(search->n_queries * N_CLASSES + 1, sizeof(*search->own));
	if (!search->own)
		return problem_what(why, "cannot choose bits: out of memory");
	search->plan = plan_create(search->weights, QUANTIZE_BATCH, why);
	if (!search->plan)
		return -1;
	search->plan->threshold = 1.0f; /* none leaves early: every layer is seen */
	if (quantize_calibrate(search->plan, search->data, search->ranges, why) < 0)
		return -1;
	name_tensors(search);
	return answer(search, why);
}

struct weights *mixed_model(const struct weights *weights, const struct dataset *data,
			    double allowed, struct problem *why)
{
	struct search search = { .weights = weights, .data = data };
	struct weights *mixed = NULL;
	double nats = search_open(&search, why) < 0 ? (double)NAN
						    : choose(&search, allowed, why);
	if (!isnan(nats)) {
		const struct quantization how = chosen(&search);
		mixed = quantize_calibrated(weights, search.plan, search.ranges, &how, why);
	}
	if (mixed)
		record(&search, nats, mixed);
	plan_free(search.plan);
	free(search.own);
	return mixed;
}
