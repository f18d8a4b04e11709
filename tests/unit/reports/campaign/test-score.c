/* Of how many queries a quality is, and what two variants that answered the same ones say. */
#include <config.h>

#include "reports/campaign/score.h"
#include "tests/unit/reports/given-bench.h"

#include <math.h>
#include <string.h>

static struct score read(struct given *given, const char *variant, const char *name)
{
	struct trial_list trials;
	struct score score;
	assert_int_equal(trials_of_variant(given->db, 1, variant, given->arena, &trials),
			 0);
	assert_int_equal(score_read(given->db, trials, name, given->arena, &score), 0);
	return score;
}

static void expect(double value, double expected)
{
	if (!(fabs(value - expected) <= 1e-6))
		fail_msg("%.10g, not %.10g", value, expected);
}

/* 16 answers of which the student gets the first wrong that the teacher gets right. */
static void keep_answers(sqlite3 *db)
{
	database_run(db, "INSERT INTO answers SELECT trial_id, 'top1', 16, 1,"
			 " iif(variant = 'teacher', x'ff3f', x'fe3f') FROM trial"
			 " WHERE job = 'infer';"
			 "UPDATE metric SET value = iif((SELECT variant FROM trial t"
			 " WHERE t.trial_id = metric.trial_id) = 'teacher', 0.875, 0.8125)"
			 " WHERE name = 'top1'");
}

static void the_answers_say_of_how_many_queries(void **state)
{
	struct given *given = *state;
	keep_answers(given->db);
	struct score teacher = read(given, "teacher", "top1");
	assert_int_equal(teacher.n_answers, 16);
	/* Wilson of 14 of 16, R: prop.test(14, 16, correct = FALSE)$conf.int */
	struct figure figure = score_figure(&teacher);
	expect(figure.low, 0.63977254);
	expect(figure.high, 0.96502274);
}

static void the_same_queries_pair_two_variants(void **state)
{
	struct given *given = *state;
	keep_answers(given->db);
	struct score teacher = read(given, "teacher", "top1");
	struct score student = read(given, "student", "top1");
	struct figure change = score_change(&teacher, &student);
	assert_int_equal(score_pairs(&teacher, &student), 16);
	expect(change.value, -1.0 / 16);
	/* Agresti and Min: -1 / 18 -+ 1.959964 * sqrt(2 - 1 / 18) / 18 */
	expect(change.low, -1.0 / 18 - 1.959963985 * sqrt(2 - 1.0 / 18) / 18);
	expect(change.high, -1.0 / 18 + 1.959963985 * sqrt(2 - 1.0 / 18) / 18);
}

static void other_queries_do_not(void **state)
{
	struct given *given = *state;
	keep_answers(given->db);
	database_run(given->db, "UPDATE trial SET workload = NULL");
	struct score teacher = read(given, "teacher", "top1");
	struct score student = read(given, "student", "top1");
	assert_int_equal(score_pairs(&teacher, &student), 0);
	/* sqrt(0.875 * 0.125 + 0.8125 * 0.1875) / 4 */
	struct figure change = score_change(&teacher, &student);
	expect(change.high - change.value,
	       1.959963985 * sqrt(0.875 * 0.125 + 0.8125 * 0.1875) / 4);
}

/* All answers alike are not certainty. */
static void answers_that_never_differ_leave_a_width(void **state)
{
	struct given *given = *state;
	keep_answers(given->db);
	struct score teacher = read(given, "teacher", "top1");
	struct figure change = score_change(&teacher, &teacher);
	expect(change.high, 1.959963985 / 18);
	expect(change.low, -change.high);
}

static void partly_right_answers_have_their_own_spread(void **state)
{
	struct given *given = *state;
	database_run(given->db,
		     "INSERT INTO answers SELECT trial_id, 'ndcg10', 4, 8, x'ff00ff00'"
		     " FROM trial WHERE job = 'infer';"
		     "INSERT INTO metric SELECT trial_id, 'ndcg10', 0.5 FROM trial"
		     " WHERE job = 'infer'");
	struct score teacher = read(given, "teacher", "ndcg10");
	struct figure figure = score_figure(&teacher);
	/* 4 squares of 0.5, and two more: sqrt(1.5) / 6 */
	expect(figure.high, fmin(0.5 + 1.959963985 * sqrt(1.5) / 6, 1));
}

/* Those of the cold-start classes are fewer than the test queries. */
static void a_subset_never_takes_the_number_of_all_queries(void **state)
{
	struct given *given = *state;
	database_run(given->db, "INSERT INTO metric SELECT trial_id, 'cold_top1', 0.25"
				" FROM trial WHERE job = 'infer'");
	struct score teacher = read(given, "teacher", "cold_top1");
	assert_false(score_figure(&teacher).has_interval);
	database_run(given->db,
		     "INSERT INTO metric SELECT trial_id, 'cold_top1_queries', 750"
		     " FROM trial WHERE job = 'infer'");
	teacher = read(given, "teacher", "cold_top1");
	struct figure figure = score_figure(&teacher);
	assert_true(fabs((figure.high - figure.low) / 2 - 0.0309) < 0.0002);
}

/* The table's own checks can be left out by who writes the file. */
static void answers_that_lie_about_their_number_are_not_read(void **state)
{
	struct given *given = *state;
	database_run(given->db,
		     "PRAGMA ignore_check_constraints = ON;"
		     "INSERT INTO answers SELECT trial_id, 'top1', 1000000000000, 1, x'ff'"
		     " FROM trial WHERE job = 'infer'");
	assert_null(read(given, "teacher", "top1").answers);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_answers_say_of_how_many_queries),
		TEST(the_same_queries_pair_two_variants),
		TEST(other_queries_do_not),
		TEST(answers_that_never_differ_leave_a_width),
		TEST(partly_right_answers_have_their_own_spread),
		TEST(a_subset_never_takes_the_number_of_all_queries),
		TEST(answers_that_lie_about_their_number_are_not_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
