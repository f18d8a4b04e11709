/* One training divided among ranks, which are threads here: the same weights as by one of them, to the bit. */
#include <config.h>

#include "base/problem.h"
#include "models/train/fake-quantize.h"
#include "models/train/feature-distillation.h"
#include "models/train/gradient-exchange.h"
#include "models/train/train.h"
#include "tests/unit/cmocka.h"
#include "tests/unit/models/fixture.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { QUERIES = 256, MOST_RANKS = 8 };

/* What the ranks put in, and where they meet. */
struct meeting {
	size_t ranks;
	pthread_barrier_t barrier;
	const float *numbers[MOST_RANKS];
	uint64_t same[MOST_RANKS];
	uint64_t sent; /* numbers, by each rank */
};

struct member {
	struct meeting *meeting;
	struct gradient_exchange exchange;
	struct train_job job;
	struct weights *weights;
	float loss;
	int failed;
	struct problem why;
	pthread_t thread;
};

static const char *swap(void *self, size_t with, const float *mine, float *theirs, size_t n)
{
	struct member *member = self;
	struct meeting *meeting = member->meeting;
	meeting->numbers[member->exchange.rank] = mine;
	if (member->exchange.rank == 0)
		meeting->sent += n;
	pthread_barrier_wait(&meeting->barrier);
	memcpy(theirs, meeting->numbers[with], n * sizeof(float));
	pthread_barrier_wait(&meeting->barrier);
	return NULL;
}

static const char *same(void *self, uint64_t number, bool *is_same)
{
	struct member *member = self;
	struct meeting *meeting = member->meeting;
	meeting->same[member->exchange.rank] = number;
	pthread_barrier_wait(&meeting->barrier);
	*is_same = true;
	for (size_t r = 1; r < meeting->ranks; r++)
		*is_same = *is_same && meeting->same[r] == meeting->same[0];
	pthread_barrier_wait(&meeting->barrier);
	return NULL;
}

static void *take_part(void *self)
{
	struct member *member = self;
	assert_true(compute_set_threads(1));
	member->failed = train(member->weights, &member->job, &member->loss, &member->why);
	return NULL;
}

static void meet(struct meeting *meeting, struct member *members, size_t ranks)
{
	*meeting = (struct meeting){ .ranks = ranks };
	assert_int_equal(pthread_barrier_init(&meeting->barrier, NULL, (unsigned)ranks), 0);
	for (size_t r = 0; r < ranks; r++) {
		members[r].meeting = meeting;
		members[r].exchange = (struct gradient_exchange){ .rank = r,
								  .ranks = ranks,
								  .swap = swap,
								  .same = same,
								  .self = &members[r] };
		members[r].job.exchange = &members[r].exchange;
		pthread_create(&members[r].thread, NULL, take_part, &members[r]);
	}
	for (size_t r = 0; r < ranks; r++)
		pthread_join(members[r].thread, NULL);
	pthread_barrier_destroy(&meeting->barrier);
}

/* How far two models are apart, of how large one is. */
static double distance(const struct weights *left, const struct weights *right)
{
	double apart = 0.0, size = 0.0;
	for (size_t i = 0; i < left->n; i++) {
		const float *a = left->items[i].data, *b = right->items[i].data;
		for (size_t j = 0; j < weight_count(&left->items[i]); j++) {
			apart += pow((double)a[j] - (double)b[j], 2.0);
			size += pow((double)a[j], 2.0);
		}
	}
	return sqrt(apart / size);
}

static const struct training how = {
	.samples = QUERIES,
	.epochs = 1,
	.optimizer = { .rate = 2e-3f,
		       .embedding_rate = 5.0f,
		       .head_rate = 2.0f,
		       .weight_decay = 0.01f },
	.ngram_dropout = 0.1f,
	.early_weight = 0.3f,
};

/* What is trained, and on what. */
struct lesson {
	struct training how;
	const struct dataset *data;
	unsigned bits;    /* rounded to, as quantization-aware training does; 0: not */
	bool body_frozen; /* the heads alone learn, as an early exit's may */
	/* What came of it. */
	float loss;
	uint64_t sent; /* numbers, by each rank */
};

static struct weights *pupil(const struct lesson *lesson)
{
	struct weights *weights = task_of(&lesson->data->queries[0]) == TASK_AGENT
				      ? tiny_weights()
				      : picture_weights();
	for (size_t i = 0; i < weights->n; i++)
		if (lesson->body_frozen && strncmp(weights->items[i].name, "head", 4) != 0)
			weights->items[i].is_frozen = true;
	return weights;
}

static void prepare(struct member *member, const struct lesson *lesson)
{
	struct problem why;
	member->weights = pupil(lesson);
	member->job =
	    (struct train_job){ .how = &lesson->how, .data = lesson->data, .seed = 5 };
	if (lesson->bits)
		member->job.rounding = rounding_create(member->weights, lesson->data,
						       lesson->bits, &why);
}

/* By so many ranks, each with the same random numbers, or by one process on its own (0). */
static struct weights *train_with(size_t ranks, struct lesson *lesson)
{
	struct member members[MOST_RANKS] = { 0 };
	struct meeting meeting = { 0 };
	size_t n = ranks ? ranks : 1;
	for (size_t r = 0; r < n; r++)
		prepare(&members[r], lesson);
	if (ranks)
		meet(&meeting, members, ranks);
	else
		take_part(&members[0]);
	for (size_t r = 0; r < n; r++) {
		assert_int_equal(members[r].failed, 0);
		assert_int_equal(weights_crc32(members[r].weights),
				 weights_crc32(members[0].weights));
		assert_true(members[r].loss == members[0].loss);
		rounding_free(members[r].job.rounding);
		if (r > 0)
			weights_free(members[r].weights);
	}
	lesson->loss = members[0].loss;
	lesson->sent = meeting.sent;
	return members[0].weights;
}

static void assert_same_bits(const struct weights *left, const struct weights *right)
{
	for (size_t i = 0; i < left->n; i++)
		assert_memory_equal(left->items[i].data, right->items[i].data,
				    weight_bytes(&left->items[i]));
}

/* One rank, two and four. tolerance: how far they may be from one process that computes each batch as a whole,
 * as may eight ranks. */
static void compare_ranks(struct lesson lesson, double tolerance)
{
	struct weights *whole = train_with(0, &lesson);
	float whole_loss = lesson.loss;
	struct weights *one = train_with(1, &lesson);
	float one_loss = lesson.loss;
	assert_int_equal(lesson.sent, 0);
	assert_true(distance(whole, one) < tolerance);
	assert_float_equal(one_loss, whole_loss, 1e-4f * whole_loss);
	for (size_t ranks = 2; ranks <= MOST_RANKS; ranks *= 2) {
		struct weights *together = train_with(ranks, &lesson);
		assert_true(lesson.sent > 0);
		if (ranks <= 4) {
			assert_same_bits(one, together);
			assert_true(lesson.loss == one_loss);
		}
		assert_true(distance(whole, together) < tolerance);
		weights_free(together);
	}
	struct weights *start = pupil(&lesson);
	assert_true(distance(start, whole) > 100.0 * tolerance);
	weights_free(start);
	weights_free(whole);
	weights_free(one);
}

/* samples: one batch leaves rounding alone; after more of them the few maxima over time and ReLUs that rounding
 * tips show too. */
static void compare_on_queries(struct lesson lesson, size_t samples, double tolerance)
{
	struct dataset data;
	assert_int_equal(dataset_make(&data, 1, SPLIT_TRAIN, samples), 0);
	lesson.how = how;
	lesson.data = &data;
	compare_ranks(lesson, tolerance);
	dataset_free(&data);
}

static void a_step_is_the_same_for_any_number_of_ranks(void **state)
{
	(void)state;
	compare_on_queries((struct lesson){ 0 }, TRAIN_BATCH, 1e-6);
}

static void so_is_one_on_pictures(void **state)
{
	(void)state;
	struct dataset data;
	assert_int_equal(mirror_make(&data, 1, SPLIT_TRAIN, TRAIN_BATCH), 0);
	compare_ranks((struct lesson){ .how = how, .data = &data }, 1e-5);
	dataset_free(&data);
}

static void so_are_eight_steps(void **state)
{
	(void)state;
	compare_on_queries((struct lesson){ 0 }, QUERIES, 1e-4);
}

static void so_are_steps_that_round_to_four_bits(void **state)
{
	(void)state;
	compare_on_queries((struct lesson){ .bits = 4 }, TRAIN_BATCH, 1e-5);
}

static void so_are_steps_of_the_heads_alone(void **state)
{
	(void)state;
	compare_on_queries((struct lesson){ .body_frozen = true }, QUERIES, 1e-5);
}

static void only_rows_that_occur_are_sent(void **state)
{
	(void)state;
	struct dataset data;
	assert_int_equal(dataset_make(&data, 1, SPLIT_TRAIN, TRAIN_BATCH), 0);
	struct lesson lesson = { .how = how, .data = &data };
	struct weights *weights = train_with(2, &lesson);
	uint64_t all = weights_parameters(weights) + 1;
	assert_true(lesson.sent <= all);
	for (size_t i = 0; i < data.n; i++)
		strcpy(data.queries[i].text, "a"); /* a single n-gram */
	weights_free(weights);
	weights = train_with(2, &lesson);
	size_t table = weight_count(weights_find(weights, "embedding.weight"));
	assert_true(lesson.sent < all - table / 2);
	weights_free(weights);
	lesson.body_frozen = true;
	weights = train_with(2, &lesson);
	size_t heads = 0;
	for (size_t i = 0; i < weights->n; i++)
		heads += weights->items[i].is_frozen ? 0 : weight_count(&weights->items[i]);
	assert_int_equal(lesson.sent, heads + 1);
	weights_free(weights);
	dataset_free(&data);
}

static void ranks_with_other_data_are_found_out(void **state)
{
	(void)state;
	struct dataset data, others;
	struct member members[2] = { 0 };
	struct meeting meeting;
	assert_int_equal(dataset_make(&data, 1, SPLIT_TRAIN, QUERIES), 0);
	assert_int_equal(dataset_make(&others, 1, SPLIT_TRAIN, QUERIES), 0);
	for (size_t r = 0; r < 2; r++) {
		members[r].weights = tiny_weights();
		members[r].job = (struct train_job){ .how = &how,
						     .data = r ? &others : &data,
						     .seed = 5 };
	}
	((float *)members[1].weights->items[0].data)[0] += 1.0f; /* another first model */
	meet(&meeting, members, 2);
	for (size_t r = 0; r < 2; r++) {
		assert_int_equal(members[r].failed, -1);
		assert_string_equal(members[r].why.why,
				    "they have trained weights of their own");
		weights_free(members[r].weights);
	}
	dataset_free(&data);
	dataset_free(&others);
}

/* Refused before anything is exchanged. */
static void assert_refused(struct train_job job, size_t ranks, const char *wanted)
{
	struct gradient_exchange exchange = { .rank = 0, .ranks = ranks };
	struct problem why;
	struct weights *weights = tiny_weights();
	float loss;
	job.exchange = &exchange;
	assert_int_equal(train(weights, &job, &loss, &why), -1);
	assert_int_equal(why.kind, PROBLEM_USAGE);
	assert_non_null(strstr(why.why, wanted));
	weights_free(weights);
}

static struct distillation *relations(const float *features)
{
	const struct distillation_weights relation = { .relation = 1.0f };
	struct problem why;
	struct distillation *distillation = distillation_create(&relation, features, 16, 32,
								&why);
	assert_non_null(distillation);
	return distillation;
}

static void what_cannot_be_divided_is_refused(void **state)
{
	(void)state;
	struct dataset data;
	assert_int_equal(dataset_make(&data, 1, SPLIT_TRAIN, QUERIES), 0);
	struct train_job job = { .how = &how, .data = &data, .seed = 5 };
	assert_refused(job, 3, "cannot be dealt out evenly");
	assert_refused(job, 64, "cannot be dealt out evenly");
	float *features = calloc(QUERIES, 16 * sizeof(float));
	job.distillation = relations(features);
	assert_refused(job, 2, "a whole batch");
	distillation_free(job.distillation);
	free(features);
	dataset_free(&data);
}

/* One rank computes them as they are. */
static void batches_that_are_compared_stay_whole(void **state)
{
	(void)state;
	struct dataset data;
	struct gradient_exchange exchange = { .ranks = 1 };
	struct weights *trained[2];
	float *features = calloc(QUERIES, 16 * sizeof(float)), loss[2];
	fill(features, QUERIES * 16, 1.0f, 9);
	assert_int_equal(dataset_make(&data, 1, SPLIT_TRAIN, QUERIES), 0);
	for (size_t i = 0; i < 2; i++) {
		struct problem why;
		struct train_job job = { .how = &how,
					 .data = &data,
					 .seed = 5,
					 .distillation = relations(features),
					 .exchange = i == 0 ? NULL : &exchange };
		trained[i] = tiny_weights();
		assert_int_equal(train(trained[i], &job, &loss[i], &why), 0);
		distillation_free(job.distillation);
	}
	assert_same_bits(trained[0], trained[1]);
	assert_true(loss[0] == loss[1]);
	weights_free(trained[0]);
	weights_free(trained[1]);
	free(features);
	dataset_free(&data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_step_is_the_same_for_any_number_of_ranks),
		cmocka_unit_test(so_is_one_on_pictures),
		cmocka_unit_test(so_are_eight_steps),
		cmocka_unit_test(so_are_steps_that_round_to_four_bits),
		cmocka_unit_test(so_are_steps_of_the_heads_alone),
		cmocka_unit_test(only_rows_that_occur_are_sent),
		cmocka_unit_test(ranks_with_other_data_are_found_out),
		cmocka_unit_test(what_cannot_be_divided_is_refused),
		cmocka_unit_test(batches_that_are_compared_stay_whole),
	};
	return cmocka_run_group_tests(tests, one_thread, NULL);
}
