/* Limits: how they are written, and what round numbers make of them. Teacher 39, 40, 41 mJ;
 * student 20, 20, 20.5 mJ a query; U(k = 2) = 5 %. */
#include <config.h>

#include "base/problem.h"
#include "reports/compare/compare.h"
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

static int ask(struct given *given, const struct gate *gate, const struct gate_side *base,
	       const char *base_variant, struct gate_result *result)
{
	static const char *const student[] = { "student" };
	const struct gate_request request = { .gates = gate,
					      .n_gates = 1,
					      .variants = student,
					      .n_variants = 1,
					      .side = given->side,
					      .base = *base,
					      .base_variant = base_variant };
	return gate_judge(&request, given->arena, result, &given->why);
}

/* Judges the student by a limit or budget, against the teacher of the same file. */
static struct gate_result judge(struct given *given, const char *limit, bool is_budget)
{
	struct gate *gate = arena_room(given->arena, sizeof(*gate));
	struct gate_result result = { 0 };
	int code = is_budget ? gate_parse_budget(limit, gate, given->arena, &given->why)
			     : gate_parse(limit, gate, given->arena, &given->why);
	assert_int_equal(code, 0);
	assert_int_equal(ask(given, gate, &given->side, "teacher", &result), 0);
	return result;
}

static void a_budget_is_judged_by_the_whole_interval(void **state)
{
	/* mean 20.1667 mJ; t: 4.3027 * 0.28868 / sqrt(3) = 0.7171 mJ; instrument 5 % of it and
	 * 1 ms * 3 * 20 W = 0.06 J at the edges: 1.0683 mJ; in quadrature 1.2867 mJ */
	assert_string_equal(
	    judge(*state, "22mJ/query", true).line,
	    "PASS student: 20.2 mJ/query (18.9 to 21.5), budget 22.0 mJ/query");
	assert_int_equal(judge(*state, "21mJ/query", true).verdict, GATE_CANNOT_TELL);
	assert_string_equal(
	    judge(*state, "10mJ/query", true).line,
	    "FAIL student: 20.2 mJ/query (18.9 to 21.5), budget 10.0 mJ/query exceeded "
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
	given_again(((struct given *)*state)->side.db);
	/* -49.58 % (-50.26 to -48.88) */
	assert_string_equal(
	    judge(*state, "j_per_query > -40%", false).line,
	    "PASS student: j_per_query -49.6 % (-50.3 to -48.9), limit -40.0 "
	    "%");
	assert_int_equal(judge(*state, "j_per_query > -60%", false).verdict, GATE_FAIL);
	assert_int_equal(judge(*state, "j_per_query > -50%", false).verdict,
			 GATE_CANNOT_TELL);
}

static void quality_differs_in_points(void **state)
{
	/* 87.5 % is 2.5 points below 90 % */
	assert_int_equal(judge(*state, "top1 < -0.5", false).verdict, GATE_FAIL);
	assert_int_equal(judge(*state, "top1 < -4", false).verdict, GATE_PASS);
	assert_int_equal(judge(*state, "top1 < 0.8", false).verdict, GATE_PASS);
}

/* --- the same pairs as compare ---------------------------------------------------------- */

static void replace_db(struct given *given, sqlite3 *db)
{
	sqlite3_close(given->side.db);
	given->side.db = db;
}

/* "(-1.2 to +3.4)" as compare has it of the same file. */
static const char *interval_of_compare(struct given *given)
{
	static const char *const both[] = { "teacher", "student" };
	const struct compare_options options = { .path = "x.db",
						 .variants = both,
						 .n_variants = 2 };
	const struct comparison *comparison = compare_read(given->side.db, &options,
							   given->arena, &given->why);
	assert_non_null(comparison);
	struct interval ci95 = comparison->differences[0].t.ci95;
	return arena_format(given->arena, "(%+.1f to %+.1f)", 100 * expm1(ci95.low),
			    100 * expm1(ci95.high));
}

static void a_block_counts_once_though_the_baseline_ran_twice(void **state)
{
	struct given *given = *state;
	replace_db(given, given_blocks(5, 1.1));
	const char *line = judge(given, "j_per_query > +0%", false).line;
	assert_non_null(strstr(line, interval_of_compare(given)));
}

static void less_than_four_pairs_cannot_tell(void **state)
{
	struct given *given = *state;
	replace_db(given, given_blocks(1, 1.5));
	struct gate_result one = judge(given, "j_per_query > +0%", false);
	assert_int_equal(one.verdict, GATE_CANNOT_TELL);
	assert_non_null(strstr(one.line, "one trial shows no spread"));
	for (int n = 2; n <= 3; n++) {
		replace_db(given, given_blocks(n, 1.5));
		struct gate_result few = judge(given, "j_per_query > +0%", false);
		assert_int_equal(few.verdict, GATE_CANNOT_TELL);
		assert_non_null(strstr(few.line, "; so few may agree by chance"));
	}
	replace_db(given, given_blocks(4, 1.5));
	assert_int_equal(judge(given, "j_per_query > +0%", false).verdict, GATE_FAIL);
}

/* Six of seven pairs lie beyond the limit by as much as the seventh lies within it: the interval leaves
 * the limit out, but 16 of 128 draws of the order have as much. */
static void signs_that_may_be_drawn_cannot_tell(void **state)
{
	struct given *given = *state;
	replace_db(given, given_campaign("bench"));
	for (int block = 1; block <= 7; block++) {
		given_trial(given->side.db,
			    (struct given_trial){ "teacher", "infer", block, 40000 });
		given_trial(given->side.db,
			    (struct given_trial){ "student", "infer", block,
						  block == 3 ? 39799 : 40200 });
	}
	struct gate_result more = judge(given, "j_per_query > +0%", false);
	assert_int_equal(more.verdict, GATE_CANNOT_TELL);
	assert_non_null(strstr(more.line, "by chance (randomisation test, p 0.12): try"));
	/* the same in joules, and from the other side */
	more = judge(given, "j_per_query > +0mJ", false);
	assert_non_null(strstr(more.line, "(randomisation test, p 0.12)"));
	assert_int_equal(judge(given, "j_per_query > -2%", false).verdict, GATE_FAIL);
}

static void an_energy_of_nothing_is_left_out_as_compare_leaves_it_out(void **state)
{
	struct given *given = *state;
	replace_db(given, given_blocks(7, 1.5));
	database_run(given->side.db,
		     "UPDATE stretch SET advance = 0, advance_low = 0, advance_high = 0"
		     " WHERE channel_id = (SELECT channel_id FROM channel JOIN trial USING"
		     "  (trial_id) WHERE variant = 'student' AND block = 2)");
	struct gate_result result = judge(given, "j_per_query > +5%", false);
	assert_int_equal(result.verdict, GATE_FAIL);
	assert_non_null(strstr(result.line, interval_of_compare(given)));
}

static void equal_figures_are_not_certainty(void **state)
{
	struct given *given = *state;
	replace_db(given, given_blocks(5, 1));
	database_run(given->side.db, "UPDATE stretch SET advance = 40000, advance_low = "
				     "40000, advance_high = 40000 WHERE seq = 1");
	/* 1 s, read in steps of 1 ms and 1 mJ of 40 J: (0.001 + 0.000025) * 2 = 0.205 % */
	struct gate_result result = judge(given, "j_per_query > +0.1%", false);
	assert_int_equal(result.verdict, GATE_CANNOT_TELL);
	assert_non_null(strstr(result.line, "+0.0 % (-0.2 to +0.2)"));
}

/* Alone it is broken; as one of many alike it may be by chance. */
static void of_many_limits_one_is_broken_by_holm(void **state)
{
	struct given *given = *state;
	enum { MANY = 40 };
	static const char *const student[] = { "student" };
	struct gate gates[MANY];
	struct gate_result results[MANY];
	given_again(given->side.db);
	assert_int_equal(judge(given, "j_per_query > -51%", false).verdict, GATE_FAIL);
	for (size_t i = 0; i < MANY; i++)
		assert_int_equal(gate_parse(i ? "j_per_query > -10%" : "j_per_query > -51%",
					    &gates[i], given->arena, &given->why),
				 0);
	const struct gate_request request = { .gates = gates,
					      .n_gates = MANY,
					      .variants = student,
					      .n_variants = 1,
					      .side = given->side,
					      .base = given->side,
					      .base_variant = "teacher" };
	assert_int_equal(gate_judge(&request, given->arena, results, &given->why), 0);
	assert_int_equal(results[0].verdict, GATE_CANNOT_TELL);
	assert_non_null(strstr(results[0].line, "not as one of 40 limits (Holm)"));
	/* all of them hold together where each one does */
	assert_int_equal(results[1].verdict, GATE_PASS);
}

static void an_outlier_that_hides_a_change_is_named(void **state)
{
	struct given *given = *state;
	replace_db(given, given_blocks(14, 1.05));
	assert_int_equal(judge(given, "j_per_query > +0%", false).verdict, GATE_FAIL);
	database_run(given->side.db,
		     "UPDATE stretch SET advance = 20000, advance_low = 20000, "
		     "advance_high = 20000 WHERE seq = 1 AND channel_id ="
		     " (SELECT channel_id FROM channel JOIN trial USING (trial_id)"
		     "  WHERE variant = 'student' AND block = 4)");
	struct gate_result result = judge(given, "j_per_query > +0%", false);
	assert_int_equal(result.verdict, GATE_CANNOT_TELL);
	assert_non_null(strstr(result.line, "; block 4 (-"));
	assert_non_null(strstr(result.line, "far from the others: FAIL by Hodges-Lehmann"));
}

/* --- two sessions ----------------------------------------------------------------------- */

/* A further campaign of the teacher, `percent` dearer. */
static void add_session(sqlite3 *db, int campaign, double percent)
{
	for (int block = 1; block <= 3; block++) {
		int mj = (int)(40000 * (1 + percent / 100)) + block;
		int id = given_trial(db,
				     (struct given_trial){ "teacher", "infer", block, mj });
		DATABASE_RUN(
		    db,
		    "INSERT OR IGNORE INTO campaign SELECT %d, %d, host_id, kind,"
		    " command_line, tool_version, git_revision, seed, rate_hz, zone,"
		    " pue, begin_utc_ns, begin_mono_ns, begin_boot_ns, end_utc_ns,"
		    " end_mono_ns, end_boot_ns, NULL FROM campaign WHERE campaign_id = 1;"
		    "UPDATE trial SET campaign_id = %d WHERE trial_id = %d",
		    campaign, campaign, campaign, id);
	}
}

static struct gate_result judge_sessions(struct given *given, const struct gate_side *base,
					 double session_sd)
{
	static const char *const teacher[] = { "teacher" };
	struct gate *gate = arena_room(given->arena, sizeof(*gate));
	struct gate_result result;
	gate_parse("j_per_query > +0%", gate, given->arena, &given->why);
	const struct gate_request request = { .gates = gate,
					      .n_gates = 1,
					      .variants = teacher,
					      .n_variants = 1,
					      .side = given->side,
					      .base = *base,
					      .session_sd = session_sd };
	assert_int_equal(gate_judge(&request, given->arena, &result, &given->why), 0);
	return result;
}

static void what_differs_between_sessions_is_said_or_in_the_interval(void **state)
{
	struct given *given = *state;
	struct gate_side base = { .db = given_campaign("run"), .path = "base.db" };
	replace_db(given, given_campaign("run"));
	add_session(given->side.db, 1, 3);
	add_session(base.db, 1, 0);
	struct gate_result result = judge_sessions(given, &base, 0);
	assert_int_equal(result.verdict, GATE_FAIL);
	assert_non_null(strstr(result.line, "; two sessions: what differs between them is "
					    "not in it (--session-sd)"));
	result = judge_sessions(given, &base, 0.02);
	assert_int_equal(result.verdict, GATE_CANNOT_TELL);
	assert_non_null(strstr(result.line, "sd 2.0 % as stated is in it"));
	add_session(base.db, 2, 2);
	add_session(base.db, 3, -1);
	result = judge_sessions(given, &base, 0);
	assert_int_equal(result.verdict, GATE_CANNOT_TELL);
	assert_non_null(strstr(result.line, "from 3 campaigns is in it"));
	sqlite3_close(base.db);
}

static void a_further_campaign_of_the_same_is_counted(void **state)
{
	struct given *given = *state;
	struct gate_side base = { .db = given_campaign("run"), .path = "base.db" };
	replace_db(given, given_campaign("run"));
	add_session(base.db, 1, 0);
	add_session(given->side.db, 1, 3);
	add_session(given->side.db, 2, 3);
	add_session(given->side.db, 3, 3);
	assert_non_null(
	    strstr(judge_sessions(given, &base, 0).line, "; third campaign of this"));
	sqlite3_close(base.db);
}

static void what_cannot_be_told_says_how_many_trials_could(void **state)
{
	given_again(((struct given *)*state)->side.db);
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
	assert_int_equal(ask(given, &gate, &given->side, "teacher", &result), -1);
	assert_string_equal(given->why.why, "different workloads, v and w");
}

static void a_change_without_a_baseline_is_a_usage_error(void **state)
{
	struct given *given = *state;
	struct gate gate;
	struct gate_result result;
	const struct gate_side none = { 0 };
	gate_parse("j_per_query > +5%", &gate, given->arena, &given->why);
	assert_int_equal(ask(given, &gate, &none, NULL, &result), -1);
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
		TEST(a_block_counts_once_though_the_baseline_ran_twice),
		TEST(less_than_four_pairs_cannot_tell),
		TEST(signs_that_may_be_drawn_cannot_tell),
		TEST(an_energy_of_nothing_is_left_out_as_compare_leaves_it_out),
		TEST(equal_figures_are_not_certainty),
		TEST(of_many_limits_one_is_broken_by_holm),
		TEST(an_outlier_that_hides_a_change_is_named),
		TEST(what_differs_between_sessions_is_said_or_in_the_interval),
		TEST(a_further_campaign_of_the_same_is_counted),
		TEST(what_cannot_be_told_says_how_many_trials_could),
		TEST(an_estimate_says_so),
		TEST(other_workloads_are_refused),
		TEST(a_change_without_a_baseline_is_a_usage_error),
		TEST(limits_are_read_as_people_write_them),
		TEST(what_is_no_limit_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
