/* The whole graph: its gradient, training on it, and the plan that serves what was trained. */
#include <config.h>

#include "base/problem.h"
#include "models/infer/plan.h"
#include "models/train/loss.h"
#include "models/train/network.h"
#include "models/train/train.h"
#include "tests/unit/cmocka.h"
#include "tests/unit/models/fixture.h"

#include <math.h>
#include <string.h>

enum { BATCH = 4 };

/* Cross-entropy of both heads, and what a hint adds: half the pooled features' square. In double
 * so that small steps show. */
static double loss_of(struct network *network, const struct features *features)
{
	double loss = 0.0;
	const size_t outputs = network->shape.classes;
	network_forward(network, features);
	for (size_t stage = 1; stage <= 2; stage++) {
		if (!model_has_head(&network->shape, stage))
			continue;
		float *d = network_d_logits(network, stage);
		memset(d, 0, BATCH * outputs * sizeof(float));
		for (size_t b = 0; b < BATCH; b++)
			loss += (double)loss_cross_entropy(
			    network_logits(network, stage) + b * outputs, outputs, b * 7,
			    stage == 1 ? 0.3f : 1.0f, d + b * outputs);
	}
	const float *pooled = network_pooled(network);
	float *d_pooled = network_d_pooled(network);
	for (size_t i = 0; i < BATCH * network->shape.stages[1].out; i++) {
		loss += 0.5 * (double)pooled[i] * (double)pooled[i];
		d_pooled[i] = pooled[i];
	}
	return loss;
}

/* Moves one tensor along its gradient g by h / |g|, both ways: the loss's slope is |g|. */
static void check_tensor(struct network *network, const struct features *features,
			 size_t tensor, const struct weights *gradients)
{
	const double h = 3e-3;
	const struct weight *weight = &network->weights->items[tensor];
	const float *g = gradients->items[tensor].data;
	float *w = weight->data;
	size_t n = weight_count(weight);
	double norm = 0.0, slope = 0.0;
	for (size_t i = 0; i < n; i++)
		norm += (double)g[i] * (double)g[i];
	norm = sqrt(norm);
	assert_true(norm > 1e-4);
	const double moves[] = { h, -2.0 * h, h };
	for (size_t move = 0; move < 3; move++) {
		for (size_t i = 0; i < n; i++)
			w[i] += (float)(moves[move] * (double)g[i] / norm);
		if (move < 2)
			slope += (move ? -1.0 : 1.0) * loss_of(network, features) /
				 (2.0 * h);
	}
	if (fabs(slope - norm) > 0.02 * norm)
		fail_msg("%s: slope %g, gradient %g", weight->name, slope, norm);
}

/* Queries cut to a length, since a network for that length takes no longer ones. */
static void cut_to(struct features *features, size_t n, size_t length)
{
	for (size_t b = 0; b < n; b++)
		if (features[b].n_positions > length)
			features[b].n_positions = (uint8_t)length;
}

/* Frees the weights. */
static void check_gradients_on(struct weights *weights, const struct features *features,
			       size_t length)
{
	struct problem why;
	struct weights *gradients = weights_like(weights);
	struct network *network = network_create(weights, gradients, BATCH, length, &why);
	assert_non_null(network);
	loss_of(network, features);
	network_backward(network, features);
	struct weights *kept = weights_new();
	for (size_t i = 0; i < weights->n; i++)
		assert_non_null(weights_add_copy(kept, &gradients->items[i]));
	for (size_t i = 0; i < weights->n; i++)
		check_tensor(network, features, i, kept);
	weights_free(kept);
	network_free(network);
	weights_free(gradients);
	weights_free(weights);
}

static void check_gradients(struct weights *weights, size_t length)
{
	struct features features[BATCH];
	some_features(features, BATCH, tiny_shape.rows);
	cut_to(features, BATCH, length);
	check_gradients_on(weights, features, length);
}

static void every_tensors_gradient_is_the_slope_of_the_loss(void **state)
{
	(void)state;
	check_gradients(tiny_weights(), FEATURE_LENGTH);
}

static void gradients_hold_for_networks_of_short_queries_too(void **state)
{
	(void)state;
	check_gradients(tiny_weights(), 12);
}

static void gradients_hold_through_chains_of_small_convolutions(void **state)
{
	(void)state;
	check_gradients(chained_weights(), FEATURE_LENGTH);
}

static void gradients_hold_for_pictures(void **state)
{
	(void)state;
	struct dataset data;
	struct features features[BATCH];
	some_pictures(&data, features, BATCH);
	check_gradients_on(picture_weights(), features, 0);
	dataset_free(&data);
}

/* A query in a batch is answered as a network of the query's own padded length answers it alone. Frees the
 * weights. */
static void check_plan(struct weights *weights, const struct features *features)
{
	struct problem why;
	struct weights *gradients = weights_like(weights);
	struct plan *plan = plan_create(weights, BATCH, &why);
	size_t outputs = plan->shape.classes;
	const float *served = plan_run(plan, features, BATCH, &why);
	assert_non_null(served);
	for (size_t b = 0; b < BATCH; b++) {
		struct network *network = network_create(
		    weights, gradients, 1, features_padded(features[b].n_positions), &why);
		network_forward(network, &features[b]);
		for (size_t i = 0; i < outputs; i++)
			assert_float_equal(served[b * outputs + i],
					   network_logits(network, 2)[i], 1e-4);
		network_free(network);
	}
	plan_free(plan);
	weights_free(gradients);
	weights_free(weights);
}

static void the_plan_answers_as_the_trained_network_does(void **state)
{
	(void)state;
	struct dataset data;
	struct features features[BATCH];
	some_features(features, BATCH, tiny_shape.rows);
	check_plan(tiny_weights(), features);
	check_plan(chained_weights(), features);
	some_pictures(&data, features, BATCH);
	check_plan(picture_weights(), features);
	dataset_free(&data);
}

static void a_query_gets_the_same_answer_alone_and_in_a_batch(void **state)
{
	(void)state;
	struct problem why;
	struct features features[BATCH];
	struct weights *weights = tiny_weights();
	struct plan *alone = plan_create(weights, 1, &why);
	struct plan *together = plan_create(weights, BATCH, &why);
	some_features(features, BATCH, tiny_shape.rows);
	const float *logits = plan_run(together, features, BATCH, &why);
	for (size_t b = 0; b < BATCH; b++) {
		const float *one = plan_run(alone, &features[b], 1, &why);
		for (size_t i = 0; i < N_OUTPUTS; i++)
			assert_float_equal(one[i], logits[b * N_OUTPUTS + i], 1e-5);
	}
	plan_free(together);
	plan_free(alone);
	weights_free(weights);
}

static const struct training short_training = {
	.samples = 640,
	.epochs = 6,
	.optimizer = { .rate = 4e-3f,
		       .embedding_rate = 5,
		       .head_rate = 2,
		       .weight_decay = 0.01f },
	.ngram_dropout = 0.1f,
	.early_weight = 0.3f,
};

static struct weights *trained(const struct training *how, uint64_t seed, float *loss)
{
	struct problem why;
	struct dataset data;
	struct weights *weights = model_init(&tiny_shape, seed);
	assert_int_equal(dataset_make(&data, seed, SPLIT_TRAIN, how->samples), 0);
	const struct train_job job = { .how = how, .data = &data, .seed = seed };
	assert_int_equal(train(weights, &job, loss, &why), 0);
	dataset_free(&data);
	return weights;
}

static void training_lowers_the_loss(void **state)
{
	(void)state;
	struct training once = short_training;
	float first, last;
	once.epochs = 1;
	weights_free(trained(&once, 1, &first));
	weights_free(trained(&short_training, 1, &last));
	assert_true(last < 0.9f * first);
}

static void the_same_seed_trains_the_same_weights(void **state)
{
	(void)state;
	struct training once = short_training;
	float loss;
	once.epochs = 1;
	struct weights *first = trained(&once, 5, &loss),
		       *second = trained(&once, 5, &loss);
	struct weights *other = trained(&once, 6, &loss);
	assert_int_equal(weights_crc32(first), weights_crc32(second));
	assert_int_not_equal(weights_crc32(first), weights_crc32(other));
	weights_free(first);
	weights_free(second);
	weights_free(other);
}

/* Holds one bias at zero. */
struct held {
	size_t steps, of;
};

static int hold(void *self, struct weights *weights, const struct weights *gradients,
		size_t done, size_t of, struct problem *why)
{
	struct held *held = self;
	(void)why;
	held->steps += done == held->steps + 1;
	held->of = of;
	assert_int_equal(gradients->n, weights->n);
	memset(weights_find(weights, "stage1.conv.bias")->data, 0, 32 * sizeof(float));
	return 0;
}

static void a_constraint_has_the_last_word_after_every_step(void **state)
{
	(void)state;
	struct problem why;
	struct dataset data;
	struct held held = { 0 };
	float loss, zeros[32] = { 0 };
	const struct constraint constraint = { hold, &held };
	const struct train_job job = { .how = &short_training,
				       .data = &data,
				       .constraint = &constraint };
	struct weights *weights = tiny_weights();
	assert_int_equal(dataset_make(&data, 1, SPLIT_TRAIN, short_training.samples), 0);
	assert_int_equal(train(weights, &job, &loss, &why), 0);
	assert_int_equal(held.steps, 6 * 640 / TRAIN_BATCH);
	assert_int_equal(held.of, held.steps);
	assert_memory_equal(weights_find(weights, "stage1.conv.bias")->data, zeros,
			    sizeof(zeros));
	dataset_free(&data);
	weights_free(weights);
}

static void fewer_samples_than_a_batch_are_refused(void **state)
{
	(void)state;
	struct problem why;
	struct training how = short_training;
	struct dataset data;
	float loss;
	struct weights *weights = model_init(&tiny_shape, 1);
	assert_int_equal(dataset_make(&data, 1, SPLIT_TRAIN, TRAIN_BATCH - 1), 0);
	const struct train_job job = { .how = &how, .data = &data, .seed = 1 };
	assert_int_equal(train(weights, &job, &loss, &why), -1);
	assert_string_equal(why.what, "cannot train on 31 queries");
	assert_string_equal(why.why, "a batch has 32");
	dataset_free(&data);
	weights_free(weights);
}

static void weights_without_a_needed_tensor_are_refused_by_its_name(void **state)
{
	(void)state;
	struct problem why;
	struct weights *weights = model_init(&tiny_shape, 1);
	for (size_t i = 0; i < weights->n; i++)
		if (strcmp(weights->items[i].name, "stage1.conv.bias") == 0)
			strcpy(weights->items[i].name, "stage1.conv.other");
	assert_null(plan_create(weights, 1, &why));
	assert_string_equal(why.why, "expected a tensor 'stage1.conv.bias', found none");
	weights_free(weights);
}

static void weights_of_another_shape_are_refused(void **state)
{
	(void)state;
	struct problem why;
	struct weights *weights = model_init(&tiny_shape, 1);
	for (size_t i = 0; i < weights->n; i++)
		if (strcmp(weights->items[i].name, "stage2.conv.weight") == 0)
			weights->items[i].dims[1] = 16;
	assert_null(plan_create(weights, 1, &why));
	assert_string_equal(why.why, "tensor 'stage2.conv.weight': expected size 32 in "
				     "dimension 2, found 16");
	weights_free(weights);
}

/* Pictures' weights of another shape, refused with these words. */
static void refused(const char *tensor, unsigned dimension, size_t size, const char *words)
{
	struct problem why;
	struct weights *weights = picture_weights();
	for (size_t i = 0; i < weights->n; i++)
		if (strcmp(weights->items[i].name, tensor) == 0)
			weights->items[i].dims[dimension] = size;
	assert_null(plan_create(weights, 1, &why));
	assert_non_null(strstr(why.why, words));
	weights_free(weights);
}

static void weights_of_pictures_are_checked_as_those_of_queries_are(void **state)
{
	(void)state;
	refused("stage1.conv.weight", 1, 4, "expected size 3 in dimension 2, found 4");
	refused("stage1.conv.weight", 3, 1, "expected square kernels, found 3 x 1");
	refused("stage2.depthwise.weight", 3, 2, "expected size 3 in dimension 4, found 2");
	refused("stage2.conv.weight", 2, 3, "expected size 1 in dimension 3, found 3");
}

static void kernels_larger_than_their_picture_are_refused(void **state)
{
	(void)state;
	struct problem why;
	struct model_shape shape = picture_shape;
	shape.stages[1].kernel = 25;
	struct weights *weights = model_init(&shape, 1);
	assert_null(plan_create(weights, 1, &why));
	assert_string_equal(why.why, "stage 2: expected a kernel of at most 24, found 25");
	weights_free(weights);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_tensors_gradient_is_the_slope_of_the_loss),
		cmocka_unit_test(gradients_hold_for_networks_of_short_queries_too),
		cmocka_unit_test(gradients_hold_through_chains_of_small_convolutions),
		cmocka_unit_test(gradients_hold_for_pictures),
		cmocka_unit_test(the_plan_answers_as_the_trained_network_does),
		cmocka_unit_test(a_query_gets_the_same_answer_alone_and_in_a_batch),
		cmocka_unit_test(training_lowers_the_loss),
		cmocka_unit_test(the_same_seed_trains_the_same_weights),
		cmocka_unit_test(a_constraint_has_the_last_word_after_every_step),
		cmocka_unit_test(fewer_samples_than_a_batch_are_refused),
		cmocka_unit_test(weights_without_a_needed_tensor_are_refused_by_its_name),
		cmocka_unit_test(weights_of_another_shape_are_refused),
		cmocka_unit_test(weights_of_pictures_are_checked_as_those_of_queries_are),
		cmocka_unit_test(kernels_larger_than_their_picture_are_refused),
	};
	return cmocka_run_group_tests(tests, one_thread, NULL);
}
