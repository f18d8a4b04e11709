/* What noisy sums tell of a shop: the accountant against what is known in closed form, and whether updates are
 * clipped and noise is added as it assumes. */
#include <config.h>

#include "base/problem.h"
#include "models/federate/federate.h"
#include "models/federate/privacy.h"
#include "models/federate/private-mean.h"
#include "models/train/train.h"
#include "tests/unit/cmocka.h"
#include "tests/unit/models/fixture.h"

#include <math.h>
#include <string.h>

static void assert_near(double found, double expected, double relative)
{
	if (!(fabs(found - expected) <= relative * fabs(expected)))
		print_message("%.12g, not %.12g\n", found, expected);
	assert_true(fabs(found - expected) <= relative * fabs(expected));
}

static void the_divergence_is_that_of_the_closed_forms(void **state)
{
	(void)state;
	static const double noises[] = { 0.4, 1.0, 3.0 }, shares[] = { 0.01, 0.25, 0.9 };
	for (size_t i = 0; i < 3; i++) {
		double z = noises[i], step = exp(1.0 / (z * z));
		assert_near(privacy_divergence(1.0, z, 3.5), 3.5 / (2.0 * z * z), 1e-12);
		/* a share that is all but 1, through the integral */
		assert_near(privacy_divergence(1.0 - 1e-13, z, 3.5), 3.5 / (2.0 * z * z),
			    1e-9);
		for (size_t j = 0; j < 3; j++) {
			/* the second and the third moment of the likelihood ratio */
			double q = shares[j], second = 1.0 + q * q * (step - 1.0);
			double third = 1.0 + 3.0 * q * q * (step - 1.0) +
				       q * q * q * (step * step * step - 3.0 * step + 2.0);
			assert_near(privacy_divergence(q, z, 2.0), log(second), 1e-7);
			assert_near(privacy_divergence(q, z, 3.0), log(third) / 2.0, 1e-7);
		}
	}
}

static void epsilon_grows_with_rounds_and_shares_and_falls_with_noise(void **state)
{
	(void)state;
	const struct private_rounds all = { .share = 1.0, .rounds = 16, .delta = 1e-3 };
	const struct private_rounds half = { .share = 0.5, .rounds = 16, .delta = 1e-3 };
	const struct private_rounds longer = { .share = 1.0, .rounds = 32, .delta = 1e-3 };
	const struct private_rounds surer = { .share = 1.0, .rounds = 16, .delta = 1e-6 };
	double epsilon = privacy_epsilon(&all, 2.0);
	assert_true(privacy_epsilon(&half, 2.0) < epsilon);
	assert_true(privacy_epsilon(&longer, 2.0) > epsilon);
	assert_true(privacy_epsilon(&surer, 2.0) > epsilon);
	assert_true(privacy_epsilon(&all, 4.0) < epsilon);
	assert_true(isinf(privacy_epsilon(&all, 0.0)));
	/* rounds of Gaussian noise are one, with less of it */
	const struct private_rounds once = { .share = 1.0, .rounds = 1, .delta = 1e-3 };
	assert_near(epsilon, privacy_epsilon(&once, 0.5), 1e-9);
}

static void the_noise_is_the_least_that_does(void **state)
{
	(void)state;
	static const double epsilons[] = { 0.1, 1.0, 8.0, 1000.0 };
	for (size_t i = 0; i < 8; i++) {
		const struct private_rounds rounds = { .share = i < 4 ? 1.0 : 0.3,
						       .rounds = 12,
						       .delta = 1e-3 };
		double epsilon = epsilons[i % 4], noise = privacy_noise(&rounds, epsilon);
		assert_true(privacy_epsilon(&rounds, noise) <= epsilon);
		assert_true(privacy_epsilon(&rounds, noise - 2e-4) > epsilon);
	}
	const struct private_rounds ever = { .share = 1.0,
					     .rounds = 1000,
					     .delta = 1e-300 };
	assert_true(isinf(privacy_noise(&ever, 1e-6)));
}

enum { SHOPS = 8, QUERIES = 512 };

static void freeze_body(struct weights *weights)
{
	for (size_t i = 0; i < weights->n; i++)
		weights->items[i].is_frozen = !strstr(weights->items[i].name, "head2.out");
}

/* Deviation of what the training changed the learning numbers by, around 0; nothing else has changed. */
static double changed(const struct weights *before, const struct weights *after, size_t *n)
{
	double squares = 0.0;
	*n = 0;
	for (size_t i = 0; i < before->n; i++) {
		const struct weight *from = &before->items[i], *to = &after->items[i];
		const float *x = from->data, *y = to->data;
		if (from->is_frozen) {
			assert_memory_equal(x, y, weight_bytes(from));
			continue;
		}
		for (size_t j = 0; j < weight_count(from); j++, ++*n)
			squares += pow((double)y[j] - (double)x[j], 2.0);
	}
	return sqrt(squares / (double)*n);
}

static void must_not_tell(void *self, size_t done, size_t of, float loss)
{
	size_t *n_steps = self;
	assert_in_range(done, 1, of);
	assert_true(isnan(loss));
	++*n_steps;
}

/* So many rounds by these rules; the caller frees. */
static struct weights *train_by(const struct federation_rules *rules, size_t rounds,
				struct federation_outcome *outcome)
{
	struct problem why;
	struct dataset data;
	struct weights *weights = tiny_weights();
	const struct training how = {
		.samples = QUERIES,
		.epochs = rounds,
		.optimizer = { .rate = 1e-2f, .embedding_rate = 5.0f, .head_rate = 2.0f }
	};
	assert_int_equal(dataset_make(&data, 1, SPLIT_TRAIN, QUERIES), 0);
	size_t n_steps = 0;
	const struct progress progress = { .step = must_not_tell, .self = &n_steps };
	const struct train_job job = {
		.how = &how, .data = &data, .seed = 1, .progress = &progress
	};
	freeze_body(weights);
	assert_int_equal(federate(weights, &job, rules, outcome, &why), 0);
	assert_int_equal(n_steps, rounds);
	dataset_free(&data);
	return weights;
}

static const struct federation_rules quiet = { .n_shops = SHOPS,
					       .participation = 1.0,
					       .is_mixed = true,
					       .privacy = { .clip = 1e-2, .delta = 1e-3 } };

static void an_update_is_no_longer_than_the_clip(void **state)
{
	(void)state;
	struct federation_outcome outcome;
	struct weights *before = tiny_weights();
	freeze_body(before);
	size_t n;
	struct weights *after = train_by(&quiet, 1, &outcome);
	double length = changed(before, after, &n) * sqrt((double)n);
	/* shops learn much alike: the mean of updates of the clip is little shorter */
	assert_true(length <= 1.001e-2 && length > 0.2e-2);
	assert_true(isinf(outcome.epsilon));
	assert_true(isnan(outcome.loss));
	/* what is frozen is not sent */
	assert_int_equal(outcome.bytes, 2 * SHOPS * n * sizeof(float));
	weights_free(after);
	/* a clip that nothing reaches changes nothing */
	struct federation_rules wide = quiet, wider = quiet;
	wide.privacy.clip = 1e3;
	wider.privacy.clip = 1e6;
	struct weights *one = train_by(&wide, 1, &outcome);
	struct weights *other = train_by(&wider, 1, &outcome);
	assert_int_equal(weights_crc32(one), weights_crc32(other));
	weights_free(one);
	weights_free(other);
	weights_free(before);
}

static void each_number_has_the_noise_that_was_asked_for(void **state)
{
	(void)state;
	struct federation_outcome outcome;
	struct federation_rules loud = quiet;
	struct weights *before = tiny_weights();
	size_t n;
	freeze_body(before);
	loud.privacy = (struct federation_privacy){ 1e-4, 1000.0, 1e-3 };
	for (size_t i = 0; i < 2; i++) {
		/* of the second, rounds in which nobody takes part have it, too */
		loud.participation = i ? 1e-9 : 1.0;
		struct weights *after = train_by(&loud, 4, &outcome);
		double expected = 1e-4 * 1000.0 / (SHOPS * loud.participation) * sqrt(4.0);
		double deviation = changed(before, after, &n);
		assert_true(n > 2000); /* the deviation of a deviation is 1 / sqrt(2 n) */
		assert_near(deviation, expected, 0.06);
		assert_true(outcome.epsilon > 0.0 && outcome.epsilon < 0.1);
		weights_free(after);
	}
	assert_int_equal(outcome.bytes, 0);
	weights_free(before);
}

static void private_shops_in_processes_give_the_same_weights(void **state)
{
	(void)state;
	struct federation_rules rules = quiet;
	struct federation_outcome here, apart;
	rules.privacy.noise = 1.0;
	rules.participation = 0.5;
	struct weights *alone = train_by(&rules, 3, &here);
	rules.processes = true;
	struct weights *together = train_by(&rules, 3, &apart);
	assert_int_equal(weights_crc32(alone), weights_crc32(together));
	assert_true(here.epsilon == apart.epsilon && isfinite(here.epsilon));
	/* by their bytes one could count the shops of all rounds */
	assert_int_equal(here.bytes, 0);
	assert_int_equal(apart.bytes, 0);
	weights_free(alone);
	weights_free(together);
}

static void an_update_that_is_not_finite_adds_nothing(void **state)
{
	(void)state;
	static const float wrongs[] = { NAN, INFINITY, -INFINITY };
	const struct private_mean mean = { .clip = 0.5, .noise = 1.0, .expected = 2.0 };
	for (size_t i = 0; i < sizeof(wrongs) / sizeof(wrongs[0]); i++) {
		struct weights *common = tiny_weights();
		freeze_body(common);
		struct weights *answer = weights_clone(common), *sum = weights_like(common);
		struct weights *nothing = weights_like(common);
		for (size_t k = 0; k < answer->n; k++)
			if (!answer->items[k].is_frozen)
				((float *)answer->items[k].data)[0] = wrongs[i];
		private_mean_add(&mean, common, answer, sum);
		assert_int_equal(weights_crc32(sum), weights_crc32(nothing));
		weights_free(common);
		weights_free(answer);
		weights_free(sum);
		weights_free(nothing);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_divergence_is_that_of_the_closed_forms),
		cmocka_unit_test(epsilon_grows_with_rounds_and_shares_and_falls_with_noise),
		cmocka_unit_test(the_noise_is_the_least_that_does),
		cmocka_unit_test(an_update_is_no_longer_than_the_clip),
		cmocka_unit_test(an_update_that_is_not_finite_adds_nothing),
		cmocka_unit_test(each_number_has_the_noise_that_was_asked_for),
		cmocka_unit_test(private_shops_in_processes_give_the_same_weights),
	};
	return cmocka_run_group_tests(tests, one_thread, NULL);
}
