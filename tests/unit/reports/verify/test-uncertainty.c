/* The uncertainty budget of a bench of round numbers, worked out by hand. */
#include <config.h>

#include "tests/unit/reports/given.h"

#include <math.h>

static int open_bench(void **state)
{
	*state = given_bench();
	return 0;
}

static int close_bench(void **state)
{
	return sqlite3_close(*state);
}

static double ask(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *row = NULL;
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &row, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(row), SQLITE_ROW);
	double value = sqlite3_column_type(row, 0) == SQLITE_NULL
			   ? NAN
			   : sqlite3_column_double(row, 0);
	sqlite3_finalize(row);
	return value;
}

static void expect(sqlite3 *db, const char *sql, double expected)
{
	double value = ask(db, sql);
	if (!(fabs(value - expected) <= 1e-9 * fabs(expected)))
		fail_msg("%s: %.12g, not %.12g", sql, value, expected);
}

#define OF_TEACHER " FROM v_budget WHERE variant = 'teacher' AND input = "

static void each_input_is_as_worked_out(void **state)
{
	database_run(*state, "UPDATE campaign SET zone = 'GB', pue = 1.2");
	/* 39, 40, 41 mJ: sd 1 mJ, of the mean 1 / sqrt(3) mJ, of 40 mJ */
	expect(*state, "SELECT u_rel" OF_TEACHER "'repeatability'", 1 / sqrt(3) / 40);
	/* 5 % at k = 2 */
	expect(*state, "SELECT u_rel" OF_TEACHER "'instruments'", 0.025);
	/* 10 % at k = 2 for an annual factor, and for a stated PUE */
	expect(*state, "SELECT u_rel" OF_TEACHER "'grid factor'", 0.05);
	expect(*state, "SELECT u_rel" OF_TEACHER "'PUE'", 0.05);
	/* edges: 1 ms * 3 * 40 W = 0.12 J of 40 J, about; a rectangle */
	assert_in_range(
	    (int)(1e6 * ask(*state, "SELECT u_rel" OF_TEACHER "'gaps, ticks and edges'")),
	    1650, 1800);
	expect(*state, "SELECT sum(share) FROM v_budget WHERE variant = 'teacher'", 1);
	assert_true(isnan(ask(*state, "SELECT u_rel" OF_TEACHER "'power supply'")));
	expect(*state, "SELECT u_c_rel FROM v_budget_total WHERE variant = 'teacher'",
	       sqrt(ask(*state, "SELECT sum(contribution * contribution) FROM v_budget"
				" WHERE variant = 'teacher'")));
}

static void the_grid_of_an_unknown_country_is_lognormal(void **state)
{
	expect(*state, "SELECT u_rel > 0.3" OF_TEACHER "'grid factor'", 1);
	expect(*state, "SELECT distribution = 'lognormal'" OF_TEACHER "'grid factor'", 1);
	/* a factor to each side: the product of the bounds is the square of the value */
	expect(*state,
	       "SELECT low * high / value_g / value_g FROM v_budget_total"
	       " WHERE variant = 'teacher' AND distribution = 'lognormal'",
	       1);
	expect(*state, "SELECT low > 0 FROM v_budget_total WHERE variant = 'teacher'", 1);
}

static void sources_that_disagree_on_the_embodied_carbon_are_its_uncertainty(void **state)
{
	database_run(*state,
		     "UPDATE campaign SET zone = 'GB', pue = 1.2;"
		     "INSERT INTO setting VALUES ('embodied', 0, NULL, 'server', 's')");
	/* p05 588, p95 6050 kg */
	expect(*state, "SELECT u_rel" OF_TEACHER "'embodied carbon'",
	       log(6050.0 / 588) / 4);
	/* 25 % of the years at k = 2; it scales the embodied part alone */
	expect(*state, "SELECT u_rel" OF_TEACHER "'service life'", 0.125);
	expect(*state, "SELECT sum(sensitivity)" OF_TEACHER "'service life'",
	       ask(*state, "SELECT m_g / value_g FROM v_budget_total"
			   " WHERE variant = 'teacher'"));
}

static void one_trial_tells_nothing_of_repeatability_and_says_so(void **state)
{
	expect(*state,
	       "SELECT u_rel IS NULL AND why = 'one trial: not known' FROM v_budget"
	       " WHERE job = 'train' AND input = 'repeatability'",
	       1);
}

static void quality_is_scored_by_rule(void **state)
{
	/* nobody gave a zone: its geography is the worst */
	expect(*state, "SELECT geography FROM v_quality WHERE role = 'grid'", 5);
	database_run(*state, "UPDATE campaign SET zone = 'US-CAMX'");
	expect(*state, "SELECT geography FROM v_quality WHERE role = 'grid'", 1);
	expect(*state, "SELECT reliability FROM v_quality WHERE role = 'grid'", 1);
	expect(*state, "SELECT completeness FROM v_quality WHERE role = 'grid'", 3);
}

static void the_share_of_each_provenance_adds_up(void **state)
{
	expect(*state,
	       "SELECT share FROM v_provenance WHERE trial_id = 3"
	       " AND provenance = 'measured'",
	       1);
	given_only_estimates(*state);
	expect(*state,
	       "SELECT share FROM v_provenance WHERE trial_id = 3"
	       " AND provenance = 'estimated'",
	       1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(each_input_is_as_worked_out, open_bench,
						close_bench),
		cmocka_unit_test_setup_teardown(the_grid_of_an_unknown_country_is_lognormal,
						open_bench, close_bench),
		cmocka_unit_test_setup_teardown(
		    sources_that_disagree_on_the_embodied_carbon_are_its_uncertainty,
		    open_bench, close_bench),
		cmocka_unit_test_setup_teardown(
		    one_trial_tells_nothing_of_repeatability_and_says_so, open_bench,
		    close_bench),
		cmocka_unit_test_setup_teardown(quality_is_scored_by_rule, open_bench,
						close_bench),
		cmocka_unit_test_setup_teardown(the_share_of_each_provenance_adds_up,
						open_bench, close_bench),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
