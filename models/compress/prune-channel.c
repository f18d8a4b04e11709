/* models/compress/prune-channel.c - see prune-channel.h. */
#include <config.h>

#include "models/compress/prune-channel.h"

#include "base/problem.h"
#include "models/data/features.h"
#include "models/weights/model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Which of a dimension's indices stay, ascending. */
struct kept {
	size_t *index;
	size_t n;
};

struct norm {
	float size;
	size_t index;
};

static int by_size_down(const void *left, const void *right)
{
	const struct norm *a = left, *b = right;
	if (a->size != b->size)
		return a->size < b->size ? 1 : -1;
	return (a->index > b->index) - (a->index < b->index);
}

static int by_index(const void *left, const void *right)
{
	size_t a = *(const size_t *)left, b = *(const size_t *)right;
	return (a > b) - (a < b);
}

static bool keep_all(struct kept *kept, size_t n)
{
	*kept = (struct kept){ .index = calloc(n, sizeof(size_t)), .n = n };
	for (size_t i = 0; kept->index && i < n; i++)
		kept->index[i] = i;
	return kept->index != NULL;
}

static bool keep_largest(struct kept *kept, const struct weight *weight, size_t n)
{
	size_t rows = weight->dims[0], width = weight_count(weight) / rows;
	const float *row = weight->data;
	if (n > rows)
		n = rows;
	struct norm *norms = calloc(rows, sizeof(*norms));
	*kept = (struct kept){ .index = calloc(n, sizeof(size_t)), .n = n };
	if (!norms || !kept->index) {
		free(norms);
		return false;
	}
	for (size_t i = 0; i < rows; i++, row += width) {
		norms[i].index = i;
		for (size_t j = 0; j < width; j++)
			norms[i].size += fabsf(row[j]);
	}
	qsort(norms, rows, sizeof(norms[0]), by_size_down);
	for (size_t i = 0; i < n; i++)
		kept->index[i] = norms[i].index;
	qsort(kept->index, n, sizeof(kept->index[0]), by_index);
	free(norms);
	return true;
}

/* Adds a tensor cut to the kept rows and columns; what lies deeper stays whole. */
static bool add_cut(struct weights *into, const struct weight *from,
		    const struct kept *rows, const struct kept *columns)
{
	size_t dims[WEIGHT_MAX_DIMS];
	memcpy(dims, from->dims, sizeof(dims));
	dims[0] = rows->n;
	if (columns)
		dims[1] = columns->n;
	struct weight *cut = weights_add(into, from->name, from->type, from->n_dims, dims);
	if (!cut)
		return false;
	size_t n_columns = columns ? columns->n : 1,
	       all_columns = columns ? from->dims[1] : 1;
	size_t depth = weight_count(from) / (from->dims[0] * all_columns);
	float *to = cut->data;
	for (size_t i = 0; i < rows->n; i++)
		for (size_t j = 0; j < n_columns; j++, to += depth) {
			size_t column = columns ? columns->index[j] : 0;
			memcpy(to,
			       (const float *)from->data +
				   (rows->index[i] * all_columns + column) * depth,
			       depth * sizeof(float));
		}
	return true;
}

static bool add_layer(struct weights *into, const struct weights *from, const char *format,
		      size_t stage, const struct kept *rows, const struct kept *columns)
{
	return add_cut(into, model_tensor(from, "weight", format, stage), rows, columns) &&
	       add_cut(into, model_tensor(from, "bias", format, stage), rows, NULL);
}

/* The pool's kept channels, then the whole profile. */
static bool with_profile(struct kept *joined, const struct kept *pool, size_t channels)
{
	*joined = (struct kept){ .index = calloc(pool->n + FEATURE_PROFILE, sizeof(size_t)),
				 .n = pool->n + FEATURE_PROFILE };
	if (!joined->index)
		return false;
	memcpy(joined->index, pool->index, pool->n * sizeof(size_t));
	for (size_t i = 0; i < FEATURE_PROFILE; i++)
		joined->index[pool->n + i] = channels + i;
	return true;
}

static bool add_head(struct weights *into, const struct weights *from,
		     const struct model_shape *shape, const struct kept *pool,
		     size_t hidden)
{
	size_t stage = shape->n_stages;
	struct kept joined = { 0 }, neurons = { 0 }, profile = { 0 }, classes = { 0 };
	bool whole = with_profile(&joined, pool, shape->stages[stage - 1].out) &&
		     keep_largest(&neurons,
				  model_tensor(from, "weight", "head%zu.hidden", stage),
				  hidden) &&
		     keep_all(&profile, FEATURE_PROFILE) &&
		     keep_all(&classes, shape->classes) &&
		     add_layer(into, from, "head%zu.gate", stage, &profile, &joined) &&
		     add_layer(into, from, "head%zu.hidden", stage, &neurons, &joined) &&
		     add_layer(into, from, "head%zu.out", stage, &classes, &neurons);
	free(joined.index);
	free(neurons.index);
	free(profile.index);
	free(classes.index);
	return whole;
}

/* in: the channels that the stage before kept; then those that this one keeps. */
static bool cut_stage(struct weights *into, const struct weights *from, size_t stage,
		      size_t channels, struct kept *in)
{
	struct kept before = *in;
	*in = (struct kept){ 0 };
	bool whole = !model_tensor(from, "weight", "stage%zu.depthwise", stage) ||
		     add_layer(into, from, "stage%zu.depthwise", stage, &before, NULL);
	whole = whole &&
		keep_largest(in, model_tensor(from, "weight", "stage%zu.conv", stage),
			     channels) &&
		add_layer(into, from, "stage%zu.conv", stage, in, &before);
	free(before.index);
	return whole;
}

static bool cut(struct weights *into, const struct weights *from,
		const struct model_shape *shape, size_t channels, size_t hidden)
{
	struct kept in = { 0 };
	const struct weight *table = weights_find(from, "embedding.weight");
	bool whole = (!table || weights_add_copy(into, table)) &&
		     keep_all(&in, shape->embed);
	for (size_t stage = 1; whole && stage <= shape->n_stages; stage++)
		whole = cut_stage(into, from, stage, channels, &in);
	whole = whole && add_head(into, from, shape, &in, hidden);
	free(in.index);
	return whole;
}

struct weights *prune_channels(const struct weights *weights, size_t channels,
			       size_t hidden, struct problem *why)
{
	struct model_shape shape;
	if (model_shape_of(weights, &shape, why) < 0)
		return NULL;
	struct weights *pruned = weights_new();
	if (pruned && cut(pruned, weights, &shape, channels, hidden))
		return pruned;
	problem_what(why, "cannot prune: out of memory");
	weights_free(pruned);
	return NULL;
}
