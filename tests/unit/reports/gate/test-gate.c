/* Limits: how they are written, and what round numbers make of them. Teacher 39, 40, 41 mJ;
 * student 20, 20, 20.5 mJ a query; U(k = 2) = 5 %. */
#include <config.h>

#include "base/problem.h"
#include "reports/gate/gate.h"
#include "tests/unit/reports/given.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct given {
	struct gate_side side;
	struct arena *arena;
	struct problem why;
};

static int set_up(void **state)
{
	struct given *given = calloc(1, sizeof(*given));
	given->side = (struct gate_side){ .db = given_bench(), .path = "x.db" };
	given->arena = arena_new();
	*state = given;
	return 0;
}

static int tear_down(void **state)
{
	struct given *given = *state;
	sqlite3_close(given->side.db);
	arena_free(given->arena);
	free(given);
	return 0;
}

/* Judges the student by a limit or budget, against the teacher of the same file. */
static struct gate_result judge(struct given *given, const char *limit, bool is_budget)
{
	struct gate *gate = arena_room(given->arena, sizeof(*gate));
	struct gate_result result = { 0 };
	int code = is_budget ? gate_parse_budget(limit, gate, given->arena, &given->why)
			     : gate_parse(limit, gate, given->arena, &given->why);
	assert_int_equal(code, 0);
	assert_int_equal(gate_judge(gate, "student", &given->side, &given->side, "teacher",
				    given->arena, &result, &given->why),
			 0);
	return result;
}

static void a_budget_is_judged_by_the_whole_interval(void **state)
{
	/* mean 20.1667 mJ; t: 4.3027 * 0.28868 / sqrt(3) = 0.7171 mJ; instrument 5 % of it and
	 * 1 ms * 3 * 20 W = 0.06 J at the edges: 1.0683 mJ; in quadrature 1.2867 mJ */
	assert_string_equal(judge(*state, "22mJ/query", true).line,
			    "PASS student: 20.2 mJ/query (18.9 to 21.5), budget 22.0");
	assert_int_equal(judge(*state, "21mJ/query", true).verdict, GATE_CANNOT_TELL);
	assert_string_equal(
	    judge(*state, "10mJ/query", true).line,
	    "FAIL student: 20.2 mJ/query (18.9 to 21.5), budget 10.0 exceeded "
	    "by 88.8 to 114.5 %");
}

static void a_limit_of_another_size_has_its_own_unit(void **state)
{
	assert_string_equal(
	    judge(*state, "22kJ/query", true).line,
	    "PASS student: 20.2 mJ/query (18.9 to 21.5), budget 22.0 kJ/query");
	assert_non_null(strstr(judge(*state, "3uJ/query", true).line,
			       ", budget 3.00 uJ/query exceeded by "));
}

static void a_change_is_judged_by_the_pairs(void **state)
{
	/* -49.58 % (-51.38 to -47.71) */
	assert_string_equal(
	    judge(*state, "j_per_query > -40%", false).line,
	    "PASS student: j_per_query -49.6 % (-51.4 to -47.7), limit -40.0 "
	    "%");
	assert_int_equal(judge(*state, "j_per_query > -60%", false).verdict, GATE_FAIL);
	assert_int_equal(judge(*state, "j_per_query > -50%", false).verdict,
			 GATE_CANNOT_TELL);
}

static void quality_differs_in_points(void **state)
{
	/* 87.5 % is 2.5 points below 90 % */
	assert_int_equal(judge(*state, "top1 < -0.5", false).verdict, GATE_FAIL);
	assert_int_equal(judge(*state, "top1 < -3", false).verdict, GATE_PASS);
	assert_int_equal(judge(*state, "top1 < 0.8", false).verdict, GATE_PASS);
}

static void what_cannot_be_told_says_how_many_trials_could(void **state)
{
	const char *line = judge(*state, "j_per_query > -50%", false).line;
	assert_non_null(strstr(line, "CANNOT TELL student: "));
	assert_non_null(strstr(line, "; try --trials "));
	line = judge(*state, "20.5mJ/query", true).line;
	assert_non_null(strstr(line, "; closer than the instrument's own uncertainty"));
}

static void an_estimate_says_so(void **state)
{
	given_only_estimates(((struct given *)*state)->side.db);
	assert_non_null(strstr(judge(*state, "1J/query", true).line, "; ESTIMATED"));
}

static void other_workloads_are_refused(void **state)
{
	struct given *given = *state;
	struct gate gate;
	struct gate_result result;
	database_run(given->side.db,
		     "UPDATE trial SET workload = 'v' WHERE variant = 'student'");
	gate_parse("j_per_query > +5%", &gate, given->arena, &given->why);
	assert_int_equal(gate_judge(&gate, "student", &given->side, &given->side, "teacher",
				    given->arena, &result, &given->why),
			 -1);
	assert_string_equal(given->why.why, "different workloads, v and w");
}

static void a_change_without_a_baseline_is_a_usage_error(void **state)
{
	struct given *given = *state;
	struct gate gate;
	struct gate_result result;
	const struct gate_side none = { 0 };
	gate_parse("j_per_query > +5%", &gate, given->arena, &given->why);
	assert_int_equal(gate_judge(&gate, "student", &given->side, &none, NULL,
				    given->arena, &result, &given->why),
			 -1);
	assert_int_equal(given->why.kind, PROBLEM_USAGE);
}

static void limits_are_read_as_people_write_them(void **state)
{
	static const struct {
		const char *text;
		enum gate_kind kind;
		bool is_upper;
		double limit;
	} rows[] = {
		{ "j_per_query > +5%", GATE_RELATIVE, true, 0.05 },
		{ "top1 < -0.5", GATE_DIFFERENCE, false, -0.5 },
		{ "j_per_query>16mJ", GATE_ABSOLUTE, true, 0.016 },
		{ "latency_p95_s > 2ms", GATE_ABSOLUTE, true, 0.002 },
		{ "g_per_run > +2mg", GATE_DIFFERENCE, true, 0.002 },
	};
	struct given *given = *state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct gate gate;
		assert_int_equal(gate_parse(rows[i].text, &gate, given->arena, &given->why),
				 0);
		assert_int_equal(gate.kind, rows[i].kind);
		assert_int_equal(gate.is_upper, rows[i].is_upper);
		assert_true(fabs(gate.limit - rows[i].limit) < 1e-12);
	}
}

static void what_is_no_limit_is_refused(void **state)
{
	static const char *const limits[] = { "", "j_per_query", "j > ", "> 5%",
					      "j_per_query > 5 apples" };
	struct given *given = *state;
	struct gate gate;
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
		assert_int_equal(gate_parse(limits[i], &gate, given->arena, &given->why),
				 -1);
	assert_int_equal(gate_parse_budget("16", &gate, given->arena, &given->why), -1);
	assert_string_equal(given->why.why, "unit missing");
	assert_int_equal(gate_parse_budget("16apples", &gate, given->arena, &given->why),
			 -1);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_budget_is_judged_by_the_whole_interval),
		TEST(a_limit_of_another_size_has_its_own_unit),
		TEST(a_change_is_judged_by_the_pairs),
		TEST(quality_differs_in_points),
		TEST(what_cannot_be_told_says_how_many_trials_could),
		TEST(an_estimate_says_so),
		TEST(other_workloads_are_refused),
		TEST(a_change_without_a_baseline_is_a_usage_error),
		TEST(limits_are_read_as_people_write_them),
		TEST(what_is_no_limit_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
