/* One training divided among ranks, which are threads here: the same weights as by one process. */
#include <config.h>

#include "base/problem.h"
#include "models/train/feature-distillation.h"
#include "models/train/gradient-exchange.h"
#include "models/train/train.h"
#include "tests/unit/cmocka.h"
#include "tests/unit/models/fixture.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { QUERIES = 256, MOST_RANKS = 4, MOST_NUMBERS = 1 << 20 };

/* What the ranks put in, and where they meet. */
struct meeting {
	size_t ranks;
	pthread_barrier_t barrier;
	float *numbers[MOST_RANKS];
	uint64_t same[MOST_RANKS];
	float *sum;
	uint64_t summed; /* numbers, by each rank */
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

static const char *sum(void *self, float *numbers, size_t n)
{
	struct member *member = self;
	struct meeting *meeting = member->meeting;
	if (n > MOST_NUMBERS)
		return "the numbers do not fit";
	meeting->numbers[member->exchange.rank] = numbers;
	pthread_barrier_wait(&meeting->barrier);
	if (member->exchange.rank == 0) {
		meeting->summed += n;
		for (size_t i = 0; i < n; i++) {
			meeting->sum[i] = 0.0f;
			for (size_t r = 0; r < meeting->ranks; r++)
				meeting->sum[i] += meeting->numbers[r][i];
		}
	}
	pthread_barrier_wait(&meeting->barrier);
	memcpy(numbers, meeting->sum, n * sizeof(float));
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
	*meeting = (struct meeting){ .ranks = ranks,
				     .sum = calloc(MOST_NUMBERS, sizeof(float)) };
	assert_non_null(meeting->sum);
	assert_int_equal(pthread_barrier_init(&meeting->barrier, NULL, (unsigned)ranks), 0);
	for (size_t r = 0; r < ranks; r++) {
		members[r].meeting = meeting;
		members[r].exchange = (struct gradient_exchange){ .rank = r,
								  .ranks = ranks,
								  .sum = sum,
								  .same = same,
								  .self = &members[r] };
		members[r].job.exchange = &members[r].exchange;
		pthread_create(&members[r].thread, NULL, take_part, &members[r]);
	}
	for (size_t r = 0; r < ranks; r++)
		pthread_join(members[r].thread, NULL);
	pthread_barrier_destroy(&meeting->barrier);
	free(meeting->sum);
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

/* By so many ranks, each with the same random numbers; returns the first one's weights. */
static struct weights *train_with(size_t ranks, const struct training *how,
				  const struct dataset *data, float *loss, uint64_t *summed)
{
	bool is_agent = task_of(&data->queries[0]) == TASK_AGENT;
	struct member members[MOST_RANKS] = { 0 };
	struct meeting meeting;
	for (size_t r = 0; r < ranks; r++) {
		members[r].weights = is_agent ? tiny_weights() : picture_weights();
		members[r].job = (struct train_job){ .how = how, .data = data, .seed = 5 };
	}
	meet(&meeting, members, ranks);
	for (size_t r = 0; r < ranks; r++) {
		assert_int_equal(members[r].failed, 0);
		assert_int_equal(weights_crc32(members[r].weights),
				 weights_crc32(members[0].weights));
		if (r > 0)
			weights_free(members[r].weights);
	}
	*loss = members[0].loss;
	*summed = meeting.summed;
	return members[0].weights;
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

/* samples: one batch leaves rounding alone; after more of them the few maxima over time and ReLUs that rounding tips
 * show too. */
static void compare_ranks_on(const struct dataset *data, size_t samples, double tolerance)
{
	struct training some = how;
	float alone_loss, loss;
	uint64_t summed;
	some.samples = samples;
	struct weights *alone = train_with(1, &some, data, &alone_loss, &summed);
	assert_int_equal(summed, 0);
	for (size_t ranks = 2; ranks <= MOST_RANKS; ranks *= 2) {
		struct weights *together = train_with(ranks, &some, data, &loss, &summed);
		assert_true(summed > 0);
		assert_true(distance(alone, together) < tolerance);
		assert_float_equal(loss, alone_loss, 1e-4f * alone_loss);
		weights_free(together);
	}
	some.epochs = 0;
	struct weights *start = train_with(1, &some, data, &alone_loss, &summed);
	assert_true(distance(start, alone) > 100.0 * tolerance);
	weights_free(start);
	weights_free(alone);
}

static void compare_ranks(size_t samples, double tolerance)
{
	struct dataset data;
	assert_int_equal(dataset_make(&data, 1, SPLIT_TRAIN, QUERIES), 0);
	compare_ranks_on(&data, samples, tolerance);
	dataset_free(&data);
}

static void a_step_is_the_same_for_any_number_of_ranks_but_for_rounding(void **state)
{
	(void)state;
	compare_ranks(TRAIN_BATCH, 1e-6);
}

static void so_is_one_on_pictures(void **state)
{
	(void)state;
	struct dataset data;
	assert_int_equal(mirror_make(&data, 1, SPLIT_TRAIN, TRAIN_BATCH), 0);
	compare_ranks_on(&data, TRAIN_BATCH, 1e-5);
	dataset_free(&data);
}

static void so_are_eight_steps(void **state)
{
	(void)state;
	compare_ranks(QUERIES, 1e-4);
}

static void only_rows_that_occur_are_sent(void **state)
{
	(void)state;
	struct dataset data;
	struct training once = how;
	float loss;
	uint64_t summed;
	once.samples = TRAIN_BATCH;
	assert_int_equal(dataset_make(&data, 1, SPLIT_TRAIN, TRAIN_BATCH), 0);
	/* all but one have a single n-gram */
	struct weights *weights = train_with(2, &once, &data, &loss, &summed);
	uint64_t all = weights_parameters(weights) + 1;
	assert_true(summed <= all);
	for (size_t i = 0; i < data.n; i++)
		strcpy(data.queries[i].text, "a");
	weights_free(weights);
	weights = train_with(2, &once, &data, &loss, &summed);
	size_t table = weight_count(weights_find(weights, "embedding.weight"));
	assert_true(summed < all - table / 2);
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

static void what_cannot_be_divided_is_refused(void **state)
{
	(void)state;
	struct dataset data;
	assert_int_equal(dataset_make(&data, 1, SPLIT_TRAIN, QUERIES), 0);
	struct train_job job = { .how = &how, .data = &data, .seed = 5 };
	assert_refused(job, 3, "cannot be dealt out evenly");
	assert_refused(job, 64, "cannot be dealt out evenly");
	const struct distillation_weights relation = { .relation = 1.0f };
	struct problem why;
	float *features = calloc(QUERIES, 16 * sizeof(float));
	job.distillation = distillation_create(&relation, features, 16, 32, &why);
	assert_non_null(job.distillation);
	assert_refused(job, 2, "a whole batch");
	distillation_free(job.distillation);
	free(features);
	dataset_free(&data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_step_is_the_same_for_any_number_of_ranks_but_for_rounding),
		cmocka_unit_test(so_is_one_on_pictures),
		cmocka_unit_test(so_are_eight_steps),
		cmocka_unit_test(only_rows_that_occur_are_sent),
		cmocka_unit_test(ranks_with_other_data_are_found_out),
		cmocka_unit_test(what_cannot_be_divided_is_refused),
	};
	return cmocka_run_group_tests(tests, one_thread, NULL);
}
