/* The uncertainty budget of a bench of round numbers, worked out by hand. */
#include <config.h>

#include "tests/unit/reports/given.h"

#include <gsl/gsl_cdf.h>
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

#define OF_FIGURE                                                                      \
	" FROM v_figure WHERE variant = 'teacher' AND job = 'infer' AND per = 'query'" \
	" AND figure = "
#define OF_TEACHER " FROM v_budget WHERE variant = 'teacher' AND input = "

static void each_input_is_as_worked_out(void **state)
{
	database_run(*state, "UPDATE campaign SET zone = 'GB', pue = 1.2");
	/* 39, 40, 41 mJ: sd 1 mJ, of the mean 1 / sqrt(3) mJ, of 40 mJ; Student's t of two
	 * degrees of freedom, halved: k = 2 gives the 95 % that every table shows */
	expect(*state, "SELECT u_rel" OF_TEACHER "'repeatability'",
	       4.3026527297495 / 2 / sqrt(3) / 40);
	/* 5 % at k = 2 */
	expect(*state, "SELECT u_rel" OF_TEACHER "'instruments'", 0.025);
	/* at k = 2 15 % for an annual factor, 10 % for a stated PUE */
	expect(*state, "SELECT u_rel" OF_TEACHER "'grid factor'", 0.075);
	expect(*state, "SELECT u_rel" OF_TEACHER "'PUE'", 0.05);
	/* edges: 1 ms * 3 * 40 W = 0.12 J of 40 J, about; bounds, taken as 95 % */
	assert_in_range(
	    (int)(1e6 * ask(*state, "SELECT u_rel" OF_TEACHER "'gaps, ticks and edges'")),
	    1430, 1560);
	expect(*state, "SELECT sum(share) FROM v_budget WHERE variant = 'teacher'", 1);
	assert_true(isnan(ask(*state, "SELECT u_rel" OF_TEACHER "'power supply'")));
	/* instruments and bounds of one trial add up; all else by squares */
	expect(*state, "SELECT u_c_rel FROM v_budget_total WHERE variant = 'teacher'",
	       sqrt(ask(*state, "SELECT sum(contribution * contribution)"
				" + 2 * max(iif(ordinal = 2, contribution, 0))"
				" * max(iif(ordinal = 3, contribution, 0)) FROM v_budget"
				" WHERE variant = 'teacher'")));
}

static void the_grid_of_an_unknown_country_is_lognormal(void **state)
{
	expect(*state, "SELECT u_rel > 0.3" OF_TEACHER "'grid factor'", 1);
	expect(*state, "SELECT distribution = 'lognormal'" OF_TEACHER "'grid factor'", 1);
	expect(*state, "SELECT low > 0 FROM v_budget_total WHERE variant = 'teacher'", 1);
}

static void sources_that_disagree_on_the_embodied_carbon_are_its_uncertainty(void **state)
{
	database_run(*state,
		     "UPDATE campaign SET zone = 'GB', pue = 1.2;"
		     "INSERT INTO setting VALUES ('embodied', 0, NULL, 'server', 's'),"
		     " ('share', 0, 1, NULL, 's')");
	/* p05 588, p95 6050 kg */
	expect(*state, "SELECT u_rel" OF_TEACHER "'embodied carbon'",
	       log(6050.0 / 588) / 4);
	/* 25 % of the years at k = 2; it scales the embodied part alone */
	expect(*state, "SELECT u_rel" OF_TEACHER "'service life'", 0.125);
	expect(*state, "SELECT sum(sensitivity)" OF_TEACHER "'service life'",
	       ask(*state, "SELECT m_g / value_g FROM v_budget_total"
			   " WHERE variant = 'teacher'"));
}

static void m_of_a_guest_is_refused_until_its_share_is_stated(void **state)
{
	const char *of_teacher =
	    "SELECT value IS NULL AND reason LIKE 'a guest is a part%'"
	    " FROM v_figure WHERE variant = 'teacher' AND job = 'infer'"
	    " AND per = 'query' AND figure = 'sci_g'";
	database_run(*state, "INSERT INTO setting VALUES ('embodied', 0, 1000, NULL, 's')");
	expect(*state, of_teacher, 1); /* its host is a 'kvm' */
	expect(*state,
	       "SELECT figure = 'o_g' FROM v_budget_total WHERE variant = 'teacher'", 1);
	expect(*state, "SELECT max(m_g IS NULL) FROM v_sci", 1);
	database_run(*state, "INSERT INTO setting VALUES ('share', 0, 0.25, NULL, 's')");
	expect(*state, of_teacher, 0);
	double quarter = ask(*state, "SELECT m_g FROM v_sci WHERE trial_id = 3");
	/* what runs on bare metal and is measured, gross, is the whole machine's, as M is */
	database_run(*state, "DELETE FROM setting WHERE name = 'share';"
			     "UPDATE host SET hypervisor = NULL");
	expect(*state, "SELECT m_g FROM v_sci WHERE trial_id = 3", 4 * quarter);
	given_only_estimates(*state);
	expect(*state,
	       "SELECT m_reason LIKE 'the estimate is of the threads that ran%'"
	       " FROM v_sci WHERE trial_id = 3",
	       1);
}

static void m_is_as_lopsided_as_its_sources(void **state)
{
	database_run(*state,
		     "INSERT INTO setting VALUES ('embodied', 0, NULL, 'server', 's'),"
		     " ('share', 0, 1, NULL, 's')");
	/* 588, 1278 and 6050 kg; years: 4 of 3 to 5, -+ 25 % */
	expect(*state, "SELECT low / value" OF_FIGURE "'m_g'",
	       exp(-hypot(log(588.0 / 1278), log(1 / 1.25))));
	expect(*state, "SELECT high / value" OF_FIGURE "'m_g'",
	       exp(hypot(log(6050.0 / 1278), log(1 / 0.75))));
	/* a sum reaches as far as its parts, by squares on each side */
	expect(*state, "SELECT high - value" OF_FIGURE "'sci_g'",
	       hypot(ask(*state, "SELECT high - value" OF_FIGURE "'m_g'"),
		     ask(*state, "SELECT high - value" OF_FIGURE "'o_g'")));
}

static void a_changed_doubt_is_in_every_view(void **state)
{
	database_run(*state, "UPDATE campaign SET zone = 'GB', pue = 1.2");
	double before = ask(*state, "SELECT high" OF_FIGURE "'o_g'");
	double trial = ask(*state, "SELECT grams_high FROM v_carbon WHERE trial_id = 3");
	database_run(*state, "UPDATE factor SET value = 0.4 WHERE kind = 'uncertainty'"
			     " AND key = 'grid-annual'");
	assert_true(ask(*state, "SELECT high" OF_FIGURE "'o_g'") > 1.2 * before);
	assert_true(ask(*state, "SELECT grams_high FROM v_carbon WHERE trial_id = 3") >
		    1.2 * trial);
	expect(*state, "SELECT u_rel" OF_TEACHER "'grid factor'", 0.2);
	expect(*state, "SELECT high FROM v_budget_total WHERE variant = 'teacher'",
	       ask(*state, "SELECT high" OF_FIGURE "'o_g'"));
	expect(*state, "SELECT grid_uncertainty_k2 FROM v_carbon WHERE trial_id = 3", 0.4);
}

static void students_t_is_right_where_the_table_ends(void **state)
{
	/* values of a mean of n whose trials lie at 1 +- d in turn; sd from them */
	for (int n = 2; n <= 130; n += n < 60 ? 1 : 7) {
		sqlite3 *db = given_campaign("bench");
		for (int i = 0; i < n; i++)
			given_trial(db, (struct given_trial){ "v", "infer", i,
							      i % 2 ? 41000 : 39000 });
		double sd = ask(db, "SELECT sqrt((count(*) * sum(j * j) - sum(j) * sum(j))"
				    " / count(*) / (count(*) - 1.0)) FROM (SELECT"
				    " joules_per_query * 1e6 AS j FROM v_query)");
		double t = ask(db, "SELECT spread_j * sqrt(n) * 1e6 FROM v_mean"
				   " WHERE per = 'query'") /
			   sd;
		double exact = gsl_cdf_tdist_Pinv(0.975, n - 1);
		if (!(fabs(t / exact - 1) < 2e-9))
			fail_msg("n = %d: %.12g, not %.12g", n, t, exact);
		sqlite3_close(db);
	}
	(void)state;
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
	/* official, but read from somebody's copy and not compared with the publisher's text */
	expect(*state, "SELECT reliability FROM v_quality WHERE role = 'grid'", 3);
	database_run(*state,
		     "UPDATE factor SET compared = '2026-11-29' WHERE kind = 'grid'");
	expect(*state, "SELECT reliability FROM v_quality WHERE role = 'grid'", 1);
	expect(*state, "SELECT completeness FROM v_quality WHERE role = 'grid'", 3);
	/* an assumption */
	expect(*state,
	       "SELECT reliability FROM v_quality WHERE role = 'uncertainty'"
	       " AND key = 'grid-annual'",
	       5);
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
		    m_of_a_guest_is_refused_until_its_share_is_stated, open_bench,
		    close_bench),
		cmocka_unit_test_setup_teardown(m_is_as_lopsided_as_its_sources, open_bench,
						close_bench),
		cmocka_unit_test_setup_teardown(a_changed_doubt_is_in_every_view,
						open_bench, close_bench),
		cmocka_unit_test(students_t_is_right_where_the_table_ends),
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
