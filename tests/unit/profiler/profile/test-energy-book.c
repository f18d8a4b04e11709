/* What a counter rises goes to the samples of that time, however many there are and whether or not it moves. */
#include <config.h>

#include "profiler/profile/energy-book.h"
#include "schema/samples/stack-chunk.h"
#include "tests/unit/cmocka.h"

#include <math.h>

/* More than wait at a time. */
enum { MANY = 3 << 20, NODES = 4 };

static const struct energy_channel split = { .is_split = true, .is_by_share = true };

static void take(struct energy_book *book, size_t n)
{
	for (size_t i = 0; i < n; i++)
		energy_book_sample(book, (uint32_t)(i % NODES), 1);
}

static double sum_of(const struct energy_book *book, size_t channel)
{
	double sum = 0;
	for (uint32_t node = 0; node < NODES; node++)
		sum += energy_book_part(book, node, channel, 1);
	return sum;
}

static void assert_none_lost(const struct energy_book *book, size_t n)
{
	struct energy_totals totals = energy_book_totals(book);
	assert_int_equal(totals.n, n);
	assert_int_equal(totals.n_lost, 0);
	assert_true(totals.weight == (double)n);
	for (uint32_t node = 0; node < NODES; node++)
		assert_int_equal(energy_book_count(book, node), n / NODES);
}

static void a_rise_goes_to_the_samples_by_weight(void **state)
{
	(void)state;
	struct energy_book *book = energy_book_new(&split, 1);
	assert_non_null(book);
	for (int i = 0; i < 8; i++)
		energy_book_sample(book, i % 2 ? 1 : 2, i % 2 ? 3 : 1);
	energy_book_tick(book, 1000, 1000);
	energy_book_split(book, 0, 400);
	energy_book_cut(book, 0, 400);
	energy_book_end(book);
	assert_true(fabs(energy_book_part(book, 1, 0, 1) - 300) < 1e-9);
	assert_true(fabs(energy_book_part(book, 2, 0, 1) - 100) < 1e-9);
	/* 400 steps to weights of 16 in all */
	assert_true(fabs(energy_book_per_weight(book, 0, 0, 1) - 25) < 1e-9);
	assert_true(fabs(energy_book_per_weight(book, 7, 0, 0.5) - 12.5) < 1e-9);
	assert_true(energy_book_per_weight(book, 8, 0, 1) == 0);
	energy_book_free(book);
}

static void what_a_node_has_moves_to_another(void **state)
{
	(void)state;
	struct energy_book *book = energy_book_new(&split, 1);
	assert_non_null(book);
	for (uint32_t i = 0; i < 8; i++)
		energy_book_sample(book, i, 1);
	energy_book_tick(book, 1000, 1000);
	energy_book_split(book, 0, 800);
	energy_book_cut(book, 0, 800);
	energy_book_end(book);
	assert_true(energy_book_move(book, 7, 6));
	assert_true(energy_book_move(book, 5, 5000));    /* which is new */
	assert_true(energy_book_move(book, 1 << 20, 1)); /* which had nothing */
	assert_int_equal(energy_book_count(book, 7), 0);
	assert_int_equal(energy_book_count(book, 6), 2);
	assert_int_equal(energy_book_count(book, 1), 1);
	assert_true(fabs(energy_book_part(book, 7, 0, 1)) < 1e-9);
	assert_true(fabs(energy_book_part(book, 6, 0, 1) - 200) < 1e-9);
	assert_true(fabs(energy_book_part(book, 5000, 0, 1) - 100) < 1e-9);
	energy_book_free(book);
}

static void without_energy_every_sample_counts(void **state)
{
	(void)state;
	const struct energy_channel none = { .is_split = false };
	struct energy_book *book = energy_book_new(&none, 1);
	assert_non_null(book);
	take(book, MANY);
	assert_none_lost(book, MANY);
	energy_book_free(book);
}

/* And what it rises at last goes to samples. */
static void a_counter_that_stands_still_loses_no_sample(void **state)
{
	(void)state;
	struct energy_book *book = energy_book_new(&split, 1);
	assert_non_null(book);
	take(book, MANY);
	energy_book_tick(book, 1000, 1000);
	energy_book_split(book, 0, 500);
	energy_book_cut(book, 0, 500);
	energy_book_end(book);
	assert_none_lost(book, MANY);
	assert_true(fabs(sum_of(book, 0) - 500) < 1e-6);
	energy_book_free(book);
}

static void one_that_stands_still_takes_nothing_from_one_that_moves(void **state)
{
	(void)state;
	const struct energy_channel both[] = { split, split };
	struct energy_book *book = energy_book_new(both, 2);
	assert_non_null(book);
	for (int64_t i = 1; i <= MANY / 1024; i++) {
		take(book, 1024);
		energy_book_tick(book, 1000, 1000);
		energy_book_split(book, 1, 10 * i);
	}
	energy_book_cut(book, 0, 0);
	energy_book_cut(book, 1, 10 * (MANY / 1024));
	energy_book_end(book);
	assert_none_lost(book, MANY);
	assert_true(sum_of(book, 0) == 0);
	assert_true(fabs(sum_of(book, 1) - 10 * (MANY / 1024)) < 1e-6);
	for (uint64_t i = 0; i < STACK_SAMPLES_MOST; i += 1000) {
		assert_true(energy_book_per_weight(book, i, 0, 1) == 0);
		assert_true(fabs(energy_book_per_weight(book, i, 1, 1) - 10.0 / 1024) <
			    1e-9);
	}
	energy_book_free(book);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rise_goes_to_the_samples_by_weight),
		cmocka_unit_test(what_a_node_has_moves_to_another),
		cmocka_unit_test(without_energy_every_sample_counts),
		cmocka_unit_test(a_counter_that_stands_still_loses_no_sample),
		cmocka_unit_test(one_that_stands_still_takes_nothing_from_one_that_moves),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
