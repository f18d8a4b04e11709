/* Federated averaging: in one process and in one a shop, with shops that stay away, are killed, or lie. */
#include <config.h>

#include "base/problem.h"
#include "base/socket-bytes.h"
#include "models/federate/federate.h"
#include "models/federate/shop-processes.h"
#include "models/train/train.h"
#include "tests/unit/cmocka.h"
#include "tests/unit/models/fixture.h"

#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SHOPS = 4, QUERIES = 1024 };

static const struct federation_rules all_take_part = { .n_shops = SHOPS,
						       .participation = 1.0 };

static const struct training how = {
	.samples = QUERIES,
	.epochs = 2,
	.optimizer = { .rate = 2e-3f, .embedding_rate = 5.0f, .head_rate = 2.0f }
};

static struct dataset some_queries(void)
{
	struct dataset data;
	assert_int_equal(dataset_make(&data, 1, SPLIT_TRAIN, QUERIES), 0);
	return data;
}

static void each_shop_mostly_sells_its_own_categories(void **state)
{
	(void)state;
	struct dataset data = some_queries();
	size_t own = 0, others = 0;
	for (size_t i = 0; i < data.n; i++) {
		size_t shop = federate_shop(&all_take_part, &data, i);
		assert_true(shop < SHOPS);
		if (shop == data.queries[i].label / N_FACETS % SHOPS)
			own++;
		else
			others++;
	}
	/* 7 in 10, and a quarter of the rest */
	assert_in_range(own, QUERIES * 70 / 100, QUERIES * 85 / 100);
	assert_true(others > 0);
	dataset_free(&data);
}

static size_t bytes_of(const struct weights *weights)
{
	size_t bytes = 0;
	for (size_t i = 0; i < weights->n; i++)
		bytes += weight_bytes(&weights->items[i]);
	return bytes;
}

static void each_round_sends_the_model_to_every_shop_and_back(void **state)
{
	(void)state;
	struct problem why;
	struct dataset data = some_queries();
	struct weights *weights = tiny_weights();
	const struct train_job job = { .how = &how, .data = &data, .seed = 1 };
	struct federation_outcome outcome;
	assert_int_equal(federate(weights, &job, &all_take_part, &outcome, &why), 0);
	assert_int_equal(outcome.bytes, 2 * SHOPS * how.epochs * bytes_of(weights));
	assert_true(isfinite(outcome.loss));
	assert_int_equal(outcome.n_lost, 0);
	weights_free(weights);
	dataset_free(&data);
}

static void rounds_make_the_loss_smaller(void **state)
{
	(void)state;
	struct problem why;
	struct dataset data = some_queries();
	float losses[2];
	for (size_t i = 0; i < 2; i++) {
		struct training longer = how;
		struct weights *weights = tiny_weights();
		const struct train_job job = { .how = &longer, .data = &data, .seed = 1 };
		const struct federation_rules two = { .n_shops = 2, .participation = 1.0 };
		struct federation_outcome outcome;
		longer.epochs = i ? 12 : 1;
		assert_int_equal(federate(weights, &job, &two, &outcome, &why), 0);
		losses[i] = outcome.loss;
		weights_free(weights);
	}
	assert_true(losses[1] < 0.97f * losses[0]);
	dataset_free(&data);
}

static void shops_with_less_than_a_batch_cannot_train(void **state)
{
	(void)state;
	struct problem why;
	struct dataset data = some_queries();
	struct weights *weights = tiny_weights();
	struct training few = how;
	const struct train_job job = { .how = &few, .data = &data, .seed = 1 };
	const struct federation_rules eight = { .n_shops = 8, .participation = 1.0 };
	struct federation_outcome outcome;
	few.samples = 40;
	assert_int_equal(federate(weights, &job, &eight, &outcome, &why), -1);
	assert_non_null(strstr(why.what, "8 shops"));
	weights_free(weights);
	dataset_free(&data);
}

/* By these rules for so many rounds, of which `told` hears. */
static struct weights *train_by(const struct federation_rules *rules, size_t rounds,
				const struct progress *told,
				struct federation_outcome *outcome)
{
	struct problem why = { 0 };
	struct dataset data = some_queries();
	struct training longer = how;
	const struct train_job job = {
		.how = &longer, .data = &data, .seed = 1, .progress = told
	};
	struct weights *weights = tiny_weights();
	longer.epochs = rounds;
	int failed = federate(weights, &job, rules, outcome, &why);
	if (failed)
		print_message("%s: %s\n", why.what, why.why);
	assert_int_equal(failed, 0);
	dataset_free(&data);
	return weights;
}

static void processes_give_the_same_weights_to_the_bit(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		struct federation_rules rules = all_take_part;
		struct federation_outcome here, apart;
		rules.participation = i ? 0.5 : 1.0;
		struct weights *alone = train_by(&rules, 5, NULL, &here);
		rules.processes = true;
		struct weights *together = train_by(&rules, 5, NULL, &apart);
		assert_int_equal(weights_crc32(alone), weights_crc32(together));
		assert_float_equal(here.loss, apart.loss, 0.0f);
		/* counted as they were sent: a head with each message */
		size_t messages = here.bytes / bytes_of(alone);
		assert_int_equal(apart.bytes,
				 here.bytes + messages * sizeof(struct shop_head));
		assert_true(i ? messages < 2 * 5 * SHOPS : messages == 2 * 5 * SHOPS);
		assert_int_equal(apart.n_lost, 0);
		weights_free(alone);
		weights_free(together);
	}
}

static void as_many_take_part_as_were_asked_for(void **state)
{
	(void)state;
	const struct federation_rules rules = { .n_shops = 64, .participation = 0.1 };
	size_t in_all = 0, differ = 0;
	for (size_t round = 0; round < 800; round++)
		for (size_t shop = 0; shop < rules.n_shops; shop++) {
			bool takes_part = federate_takes_part(&rules, 1, round, shop);
			in_all += takes_part;
			differ += takes_part != federate_takes_part(&rules, 2, round, shop);
		}
	assert_in_range(in_all, 4850, 5390); /* 5120, and four deviations */
	assert_in_range(differ, 8800, 9650); /* 18 % of 51200: drawn anew by another seed */
}

/* After two rounds, ends so many children of this process, from the second on where there is one. */
struct killing {
	size_t n, killed;
};

static void kill_some(void *self, size_t done, size_t of, float loss)
{
	(void)of;
	(void)loss;
	struct killing *killing = self;
	char path[64], line[256] = "", *rest = line;
	if (done != 2)
		return;
	snprintf(path, sizeof(path), "/proc/self/task/%d/children", (int)getpid());
	FILE *children = fopen(path, "r");
	assert_non_null(children);
	assert_non_null(fgets(line, sizeof(line), children));
	fclose(children);
	if (killing->n == 1)
		rest = strchr(line, ' ');
	for (; killing->killed < killing->n; killing->killed++)
		assert_int_equal(kill((pid_t)strtol(rest, &rest, 10), SIGKILL), 0);
}

static void the_others_go_on_without_one_that_is_killed(void **state)
{
	(void)state;
	struct federation_rules rules = all_take_part;
	struct federation_outcome outcome;
	struct killing killing = { .n = 1 };
	const struct progress progress = { .step = kill_some, .self = &killing };
	rules.processes = true;
	struct weights *weights = train_by(&rules, 5, &progress, &outcome);
	assert_int_equal(killing.killed, 1);
	assert_int_equal(outcome.n_lost, 1);
	assert_int_equal(outcome.lost[0].shop, 1);
	assert_int_equal(outcome.lost[0].round, 3);
	assert_non_null(strstr(outcome.lost[0].why, "ended by signal 9"));
	assert_true(isfinite(outcome.loss));
	/* two rounds of four shops and three of three, and of what the fourth was sent no more than a model */
	size_t message = bytes_of(weights) + sizeof(struct shop_head),
	       least = 2 * (2 * 4 + 3 * 3) * message;
	assert_in_range(outcome.bytes, least, least + message);
	weights_free(weights);
	/* of private ones they would tell about when it was */
	killing.killed = 0;
	rules.privacy = (struct federation_privacy){ 0.5, 1.0, 1e-3 };
	weights = train_by(&rules, 5, &progress, &outcome);
	assert_int_equal(outcome.n_lost, 1);
	assert_int_equal(outcome.bytes, 0);
	assert_true(isnan(outcome.loss));
	weights_free(weights);
}

static void a_federation_that_loses_all_fails(void **state)
{
	(void)state;
	struct problem why;
	struct dataset data = some_queries();
	struct killing killing = { .n = SHOPS };
	const struct progress progress = { .step = kill_some, .self = &killing };
	struct training longer = how;
	const struct train_job job = {
		.how = &longer, .data = &data, .seed = 1, .progress = &progress
	};
	struct federation_rules rules = all_take_part;
	struct federation_outcome outcome;
	struct weights *weights = tiny_weights();
	longer.epochs = 5;
	rules.processes = true;
	assert_int_equal(federate(weights, &job, &rules, &outcome, &why), -1);
	assert_string_equal(why.what, "cannot go on training without any shop");
	assert_int_equal(outcome.n_lost, SHOPS);
	assert_true(outcome.bytes > 0);
	weights_free(weights);
	dataset_free(&data);
}

/* A shop that answers with what it was given to say. */
struct liar {
	int fd;
	struct shop_head head;
	float *body;
	size_t n_body; /* bytes */
	size_t reads;  /* bytes of the question */
};

static void *lie(void *self)
{
	struct liar *liar = self;
	char *question = malloc(liar->reads + 1);
	socket_receive_all(liar->fd, question, liar->reads);
	free(question);
	if (liar->head.kind)
		socket_send_all(liar->fd, &liar->head, sizeof(liar->head));
	if (liar->n_body)
		socket_send_all(liar->fd, liar->body, liar->n_body);
	return NULL;
}

/* What becomes of a shop that answers so to a tiny model in round 7; NULL: it was believed. */
static const char *answer_with(struct liar *liar, bool hangs_up, char why[128])
{
	struct weights *weights = tiny_weights(), *answer = weights_like(weights);
	struct shop_processes lines;
	struct problem problem;
	const bool asked[] = { true };
	pthread_t thread;
	float loss = 0.0f;
	int ends[2];
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	assert_int_equal(
	    shop_lines_open(&lines, ends, 1, shop_message_length(weights), &problem), 0);
	lines.patience_ns = 300000000;
	liar->fd = ends[1];
	assert_int_equal(pthread_create(&thread, NULL, lie, liar), 0);
	if (hangs_up) {
		pthread_join(thread, NULL);
		close(ends[1]);
	}
	shop_processes_ask(&lines, asked, 7, weights);
	bool taken = shop_processes_take(&lines, 0, answer, &loss);
	snprintf(why, 128, "%s", lines.lines[0].why);
	shop_processes_close(&lines);
	if (!hangs_up) {
		pthread_join(thread, NULL);
		close(ends[1]);
	}
	weights_free(weights);
	weights_free(answer);
	return taken ? NULL : why;
}

static void a_shop_that_lies_is_taken_out(void **state)
{
	(void)state;
	struct weights *weights = tiny_weights();
	size_t length = shop_message_length(weights),
	       message = length + sizeof(struct shop_head);
	float *body = calloc(1, length);
	char why[128];
	const struct shop_head good = {
		.kind = SHOP_TRAINED, .round = 7, .length = length, .loss = 1.0f
	};
	struct liar liar = {
		.head = good, .body = body, .n_body = length, .reads = message
	};
	assert_null(answer_with(&liar, false, why));
	liar.head.round = 6;
	assert_string_equal(answer_with(&liar, false, why),
			    "it answered for another round");
	liar.head = good;
	liar.head.length = UINT64_MAX;
	assert_string_equal(answer_with(&liar, false, why),
			    "it sent a model of another size");
	liar.head = good;
	liar.head.kind = 99;
	assert_string_equal(answer_with(&liar, false, why),
			    "it sent a message of an unknown kind");
	liar.head = good;
	liar.head.loss = NAN;
	assert_string_equal(answer_with(&liar, false, why), "its loss is not finite");
	liar.head = good;
	body[length / sizeof(float) - 1] = INFINITY;
	assert_string_equal(answer_with(&liar, false, why),
			    "it sent weights that are not finite");
	body[length / sizeof(float) - 1] = 0.0f;
	liar.head = (struct shop_head){ .kind = SHOP_FAILED };
	memset(liar.head.why, 'x', sizeof(liar.head.why));
	assert_string_equal(answer_with(&liar, false, why), "its reason has no end");
	strcpy(liar.head.why, "no memory");
	assert_string_equal(answer_with(&liar, false, why), "no memory");
	free(body);
	weights_free(weights);
}

static void so_is_one_that_stops_in_the_middle(void **state)
{
	(void)state;
	struct weights *weights = tiny_weights();
	size_t length = shop_message_length(weights),
	       message = length + sizeof(struct shop_head);
	float *body = calloc(1, length);
	char why[128];
	const struct shop_head good = {
		.kind = SHOP_TRAINED, .round = 7, .length = length, .loss = 1.0f
	};
	struct liar liar = {
		.head = good, .body = body, .n_body = length / 2, .reads = message
	};
	assert_string_equal(answer_with(&liar, false, why), "it did not answer in time");
	liar.head.kind = 0;
	liar.n_body = 0;
	assert_string_equal(answer_with(&liar, false, why), "it did not answer in time");
	/* before it heard anything */
	liar.n_body = 4;
	liar.reads = 0;
	assert_string_equal(answer_with(&liar, true, why), "it hung up");
	free(body);
	weights_free(weights);
}

/* A byte now and then, until the other end hangs up; for half a minute at most. */
static void *drip(void *self)
{
	struct liar *liar = self;
	const struct timespec pause = { .tv_nsec = 20000000 };
	bool is_heard = socket_send_all(liar->fd, &liar->head, sizeof(liar->head));
	for (int i = 0; is_heard && i < 1500; i++) {
		is_heard = socket_send_all(liar->fd, "", 1);
		nanosleep(&pause, NULL);
	}
	liar->n_body = is_heard;
	return NULL;
}

static void one_that_drips_does_not_hold_up_the_others(void **state)
{
	(void)state;
	struct weights *weights = tiny_weights();
	struct shop_processes lines;
	struct problem why;
	const bool asked[] = { true };
	struct liar liar = { .head = { .kind = SHOP_TRAINED,
				       .round = 7,
				       .length = shop_message_length(weights) } };
	pthread_t thread;
	int ends[2];
	assert_true(liar.head.length > 2000); /* more than it sends */
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	assert_int_equal(shop_lines_open(&lines, ends, 1, liar.head.length, &why), 0);
	lines.patience_ns = 300000000;
	liar.fd = ends[1];
	assert_int_equal(pthread_create(&thread, NULL, drip, &liar), 0);
	shop_processes_ask(&lines, asked, 7, weights);
	assert_string_equal(lines.lines[0].why, "it did not answer in time");
	pthread_join(thread, NULL);
	assert_int_equal(liar.n_body, 0); /* it was hung up on */
	shop_processes_close(&lines);
	close(ends[1]);
	weights_free(weights);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_shop_mostly_sells_its_own_categories),
		cmocka_unit_test(each_round_sends_the_model_to_every_shop_and_back),
		cmocka_unit_test(rounds_make_the_loss_smaller),
		cmocka_unit_test(shops_with_less_than_a_batch_cannot_train),
		cmocka_unit_test(processes_give_the_same_weights_to_the_bit),
		cmocka_unit_test(as_many_take_part_as_were_asked_for),
		cmocka_unit_test(the_others_go_on_without_one_that_is_killed),
		cmocka_unit_test(a_federation_that_loses_all_fails),
		cmocka_unit_test(a_shop_that_lies_is_taken_out),
		cmocka_unit_test(so_is_one_that_stops_in_the_middle),
		cmocka_unit_test(one_that_drips_does_not_hold_up_the_others),
	};
	return cmocka_run_group_tests(tests, one_thread, NULL);
}
