/* The mean of some trials is v_mean's: of all of them the very same, of fewer by the same rule. */
#include <config.h>

#include "reports/campaign/joules-mean.h"
#include "tests/unit/reports/given.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct given {
	sqlite3 *db;
	struct arena *arena;
	struct trial_list teacher; /* 39, 40 and 41 mJ a query */
};

static int set_up(void **state)
{
	struct given *given = calloc(1, sizeof(*given));
	given->db = given_bench();
	given->arena = arena_new();
	*state = given;
	return trials_of_variant(given->db, 1, "teacher", given->arena, &given->teacher);
}

static int tear_down(void **state)
{
	struct given *given = *state;
	sqlite3_close(given->db);
	arena_free(given->arena);
	free(given);
	return 0;
}

static struct figure mean_of(struct given *given, size_t first, size_t n)
{
	struct figure mean;
	const struct trial_list some = { given->teacher.trials + first, n };
	assert_int_equal(joules_mean(given->db, some, true, given->arena, &mean), 0);
	return mean;
}

static double viewed(struct given *given, const char *column)
{
	sqlite3_stmt *row = NULL;
	char *sql = sqlite3_mprintf("SELECT %s FROM v_mean WHERE variant = 'teacher'"
				    " AND per = 'query'",
				    column);
	assert_int_equal(sqlite3_prepare_v2(given->db, sql, -1, &row, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(row), SQLITE_ROW);
	double value = sqlite3_column_double(row, 0);
	sqlite3_finalize(row);
	sqlite3_free(sql);
	return value;
}

static void expect(double value, double expected)
{
	if (!(fabs(value - expected) <= 1e-12 * fabs(expected)))
		fail_msg("%.17g, not %.17g", value, expected);
}

static void of_all_trials_it_is_the_views(void **state)
{
	struct given *given = *state;
	struct figure mean = mean_of(given, 0, 3);
	assert_true(mean.is_known && mean.has_interval && !mean.reason);
	expect(mean.value, viewed(given, "j"));
	expect(mean.low, viewed(given, "j_low"));
	expect(mean.high, viewed(given, "j_high"));
	assert_int_equal(mean.provenance, PROVENANCE_MEASURED);
}

/* t(0.975, 1) = 12.706; 39 and 40 mJ have sd 0.70711 */
static void of_fewer_it_has_their_own_spread(void **state)
{
	struct given *given = *state;
	struct figure mean = mean_of(given, 0, 2);
	const struct trial *trials = given->teacher.trials;
	double above = (trials[0].per_query.seen.high + trials[1].per_query.seen.high) / 2;
	expect(mean.value, 0.0395);
	assert_true(above > 0.0395);
	assert_true(fabs(mean.high - 0.0395 -
			 hypot(12.706204736 * 0.001 / sqrt(2) / sqrt(2), above - 0.0395)) <
		    1e-9);
}

static void of_one_it_says_that_no_spread_is_in_it(void **state)
{
	struct figure mean = mean_of(*state, 1, 1);
	expect(mean.value, 0.04);
	assert_non_null(strstr(mean.reason, "no spread between trials"));
}

static void of_none_it_is_unknown(void **state)
{
	struct figure mean = mean_of(*state, 0, 0);
	assert_false(mean.is_known);
	assert_non_null(mean.reason);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(of_all_trials_it_is_the_views),
		TEST(of_fewer_it_has_their_own_spread),
		TEST(of_one_it_says_that_no_spread_is_in_it),
		TEST(of_none_it_is_unknown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
