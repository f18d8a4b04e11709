/* Serving pictures: in integers, at early heads, with fewer channels, in batches; and how right the answers
 * are. */
#include <config.h>

#include "base/problem.h"
#include "models/compress/prune-channel.h"
#include "models/compress/quantize.h"
#include "models/infer/exit-sweep.h"
#include "models/infer/quality.h"
#include "tests/unit/cmocka.h"
#include "tests/unit/models/fixture.h"

#include <math.h>
#include <stdlib.h>

enum { BATCH = 5, N_DATA = 64 };

static struct dataset data;
static struct features features[BATCH];

static int make_pictures(void **state)
{
	assert_int_equal(mirror_make(&data, 7, SPLIT_TEST, N_DATA), 0);
	for (size_t i = 0; i < BATCH; i++)
		features_of(&data.queries[i], 0, &features[i]);
	return one_thread(state);
}

static int free_pictures(void **state)
{
	(void)state;
	dataset_free(&data);
	return 0;
}

static void answers_of(const struct weights *weights, size_t n,
		       float answers[BATCH * FACE_OUTPUTS])
{
	struct problem why;
	struct plan *plan = plan_create(weights, n, &why);
	assert_non_null(plan);
	for (size_t from = 0; from < BATCH; from += n) {
		const float *served = plan_run(plan, features + from, n, &why);
		assert_non_null(served);
		memcpy(answers + from * FACE_OUTPUTS, served,
		       n * FACE_OUTPUTS * sizeof(float));
	}
	plan_free(plan);
}

static void a_picture_is_answered_the_same_alone_and_in_a_batch(void **state)
{
	(void)state;
	float together[BATCH * FACE_OUTPUTS], alone[BATCH * FACE_OUTPUTS];
	struct weights *weights = picture_weights();
	answers_of(weights, BATCH, together);
	answers_of(weights, 1, alone);
	for (size_t i = 0; i < (size_t)BATCH * FACE_OUTPUTS; i++)
		assert_float_equal(together[i], alone[i], 1e-4);
	assert_true(fabsf(alone[0] - alone[FACE_OUTPUTS]) > 1e-4f); /* they differ */
	weights_free(weights);
}

static double distance(const float *a, const float *b)
{
	double sum = 0.0;
	for (size_t i = 0; i < (size_t)BATCH * FACE_OUTPUTS; i++)
		sum += (double)(a[i] - b[i]) * (double)(a[i] - b[i]);
	return sqrt(sum);
}

static void integers_answer_nearly_the_same_of_pictures(void **state)
{
	(void)state;
	static const float none[BATCH * FACE_OUTPUTS];
	struct problem why;
	float exact[BATCH * FACE_OUTPUTS], rounded[BATCH * FACE_OUTPUTS];
	struct weights *weights = picture_weights();
	struct weights *quantized = quantize_model(weights, &data, &why);
	assert_non_null(quantized);
	assert_null(weights_find(quantized, "embedding.weight"));
	assert_int_equal(weights_find(quantized, "stage2.depthwise.weight")->type,
			 WEIGHT_I8);
	answers_of(weights, BATCH, exact);
	answers_of(quantized, BATCH, rounded);
	assert_true(distance(exact, rounded) > 0.0);
	assert_true(distance(exact, rounded) < 0.1 * distance(exact, none));
	weights_free(quantized);
	weights_free(weights);
}

/* The rows of the whole tensor but that one are those of the cut one. */
static void check_rows(const struct weights *whole, const struct weights *cut,
		       const char *name, size_t without)
{
	const struct weight *from = weights_find(whole, name),
			    *to = weights_find(cut, name);
	size_t row = weight_count(from) / from->dims[0];
	assert_int_equal(to->dims[0], from->dims[0] - 1);
	for (size_t i = 0; i < to->dims[0]; i++)
		assert_memory_equal((const float *)to->data + i * row,
				    (const float *)from->data + (i + (i >= without)) * row,
				    row * sizeof(float));
}

static void the_least_channel_goes_through_the_depthwise_convolution_too(void **state)
{
	(void)state;
	struct problem why;
	float whole[BATCH * FACE_OUTPUTS], cut[BATCH * FACE_OUTPUTS];
	struct weights *weights = picture_weights();
	const struct weight *conv = weights_find(weights, "stage1.conv.weight");
	size_t row = weight_count(conv) / conv->dims[0];
	memset((float *)conv->data + 3 * row, 0, row * sizeof(float));
	struct weights *pruned = prune_channels(weights, 15, 32, &why);
	struct weights *same = prune_channels(weights, 32, 32, &why);
	assert_non_null(pruned);
	assert_non_null(same);
	check_rows(weights, pruned, "stage1.conv.weight", 3);
	check_rows(weights, pruned, "stage2.depthwise.weight", 3);
	check_rows(weights, pruned, "stage2.depthwise.bias", 3);
	answers_of(pruned, BATCH, cut); /* it is a whole model */
	answers_of(weights, BATCH, whole);
	answers_of(same, BATCH, cut);
	for (size_t i = 0; i < (size_t)BATCH * FACE_OUTPUTS; i++)
		assert_float_equal(whole[i], cut[i], 1e-4);
	weights_free(pruned);
	weights_free(same);
	weights_free(weights);
}

static void each_picture_leaves_at_the_first_head_that_is_sure(void **state)
{
	(void)state;
	struct problem why;
	struct weights *weights = picture_weights();
	float whole[BATCH * FACE_OUTPUTS], confidence[BATCH], between = 0.0f;
	answers_of(weights, BATCH, whole);
	exit_set_rule(weights, EXIT_SOFTMAX, -1.0f);
	struct plan *plan = plan_create(weights, BATCH, &why);
	const float *answers = plan_run(plan, features, BATCH, &why);
	for (size_t b = 0; b < BATCH; b++) {
		assert_int_equal(plan->depth[b], 1);
		confidence[b] = exit_confidence(EXIT_SOFTMAX, answers + b * FACE_OUTPUTS,
						FACE_CLASSES);
		between += confidence[b] / BATCH;
	}
	plan->threshold = between;
	answers = plan_run(plan, features, BATCH, &why);
	size_t stayed = 0;
	for (size_t b = 0; b < BATCH; b++) {
		bool stays = confidence[b] <= between;
		stayed += stays;
		assert_int_equal(plan->depth[b], stays ? 2 : 1);
		/* what stays is answered as the whole network does, wherever it stood */
		for (size_t i = 0; stays && i < FACE_OUTPUTS; i++)
			assert_float_equal(answers[b * FACE_OUTPUTS + i],
					   whole[b * FACE_OUTPUTS + i], 1e-4);
	}
	assert_true(stayed > 0 && stayed < BATCH);
	plan_free(plan);
	weights_free(weights);
}

/* An answer of that class alone. */
static void answer(struct model_quality *quality, const struct query *query, unsigned label)
{
	float logits[FACE_OUTPUTS] = { 0 };
	logits[label] = 5.0f;
	quality_add(quality, query, logits);
}

static void quality_counts_parts_and_slices_of_faces(void **state)
{
	(void)state;
	struct model_quality quality = { 0 };
	struct query query = data.queries[0];
	answer(&quality, &query, query.label);
	answer(&quality, &query,
	       (query.label + (unsigned)FACE_CLASSES / FACE_TONES) %
		   (unsigned)FACE_CLASSES);
	assert_int_equal(quality.top1, 1);
	assert_int_equal(quality.parts[0], 1); /* the second one's tone is another */
	assert_int_equal(quality.parts[1], 2);
	assert_int_equal(quality.parts[2], 2);
	assert_true(isnan(quality_ndcg10(&quality)));
	assert_int_equal(quality.slices[SLICE_TONE + query.face.tone].n, 2);
	assert_int_equal(quality.slices[SLICE_LIGHT + query.face.light].top1, 1);
	assert_int_equal(quality.slices[SLICE_WARM].n, 0);
	assert_string_equal(slice_name(SLICE_TONE + 5).metric, "top1_tone_6");
	assert_string_equal(slice_name(SLICE_MAKEUP + MAKEUP_FULL).metric,
			    "top1_makeup_full");
	assert_string_equal(slice_name(SLICE_POSE).metric, "top1_pose_front");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_picture_is_answered_the_same_alone_and_in_a_batch),
		cmocka_unit_test(integers_answer_nearly_the_same_of_pictures),
		cmocka_unit_test(
		    the_least_channel_goes_through_the_depthwise_convolution_too),
		cmocka_unit_test(each_picture_leaves_at_the_first_head_that_is_sure),
		cmocka_unit_test(quality_counts_parts_and_slices_of_faces),
	};
	return cmocka_run_group_tests(tests, make_pictures, free_pictures);
}
