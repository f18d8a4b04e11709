/* What a campaign of round numbers says when its variants are compared. */
#include <config.h>

#include "base/problem.h"
#include "reports/compare/break-even.h"
#include "reports/compare/compare-text.h"
#include "reports/compare/compare.h"
#include "reports/compare/front.h"
#include "reports/figure/wrap.h"
#include "reports/statistics/pairing.h"
#include "tests/unit/reports/given-bench.h"

#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const both[] = { "teacher", "student" };

static const struct comparison *compare_both(struct given *given)
{
	const struct compare_options options = { .path = "x.db",
						 .variants = both,
						 .n_variants = 2 };
	return compare_read(given->db, &options, given->arena, &given->why);
}

static void expect(double value, double expected)
{
	if (!(fabs(value - expected) <= 1e-6 * fmax(fabs(expected), 1e-6)))
		fail_msg("%.10g, not %.10g", value, expected);
}

static char *text_of(const struct comparison *comparison)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	compare_text(comparison, false, out);
	fclose(out);
	return text;
}

static void each_block_is_one_log_ratio(void **state)
{
	const struct comparison *comparison = compare_both(*state);
	assert_non_null(comparison);
	const struct difference *student = &comparison->differences[0];
	assert_int_equal(student->n_pairs, 3);
	assert_true(student->is_paired);
	expect(student->log_ratios[0], log(20.0 / 39));
	expect(student->log_ratios[1], log(20.0 / 40));
	expect(student->log_ratios[2], log(20.5 / 41));
	expect(student->t.mean, (log(20.0 / 39) + 2 * log(0.5)) / 3);
}

static void two_trials_in_a_block_are_one_observation(void **state)
{
	struct given *given = *state;
	/* the teacher again in block 1: 39 and 78 mJ, geometric mean 55.154 */
	given_trial(given->db, (struct given_trial){ "teacher", "infer", 1, 78000 });
	const struct comparison *comparison = compare_both(given);
	assert_int_equal(comparison->differences[0].n_pairs, 3);
	expect(comparison->differences[0].log_ratios[0], log(20 / sqrt(39.0 * 78)));
}

static void the_baseline_against_itself_is_within_blocks_where_it_ran_twice(void **state)
{
	struct given *given = *state;
	const int again[] = { 39390, 40400, 41410 }; /* 1 % more each time */
	for (int block = 1; block <= 3; block++)
		given_trial(given->db, (struct given_trial){ "teacher", "infer", block,
							     again[block - 1] });
	const struct comparison *comparison = compare_both(given);
	assert_true(comparison->is_null_within_blocks);
	assert_int_equal(comparison->null.n, 3);
	/* alternating signs: + - + */
	expect(comparison->null.mean, log(1.01) / 3);
}

static void another_workload_is_refused(void **state)
{
	struct given *given = *state;
	database_run(given->db,
		     "UPDATE trial SET workload = 'v' WHERE variant = 'student'");
	assert_null(compare_both(given));
	assert_string_equal(given->why.what, "cannot compare 'teacher' with 'student'");
	assert_string_equal(given->why.why, "different workloads, w and v");
}

static void measured_against_estimated_is_refused(void **state)
{
	struct given *given = *state;
	given_only_estimates(given->db);
	database_run(given->db, "UPDATE channel SET provenance = 'measured'"
				" WHERE collector = 'estimate' AND trial_id IN"
				" (SELECT trial_id FROM trial WHERE variant = 'student')");
	assert_null(compare_both(given));
	assert_string_equal(given->why.why, "one is estimated, the other measured");
}

static void two_estimates_compare_with_a_warning(void **state)
{
	struct given *given = *state;
	given_only_estimates(given->db);
	char *text = text_of(compare_both(given));
	assert_non_null(strstr(text, "ESTIMATED: only CPU time is"));
	free(text);
}

static void a_variant_that_is_not_there_is_named_with_those_that_are(void **state)
{
	struct given *given = *state;
	const char *const names[] = { "teacher", "studnet" };
	const struct compare_options options = { .path = "x.db",
						 .variants = names,
						 .n_variants = 2 };
	assert_null(compare_read(given->db, &options, given->arena, &given->why));
	assert_int_equal(given->why.kind, PROBLEM_USAGE);
	assert_string_equal(given->why.what, "no variant 'studnet' in 'x.db'");
	assert_string_equal(given->why.why, "it holds teacher, student");
	assert_string_equal(given->why.todo, "did you mean 'student'?");
}

static void the_text_says_it_in_a_sentence(void **state)
{
	struct given *given = *state;
	given_again(given->db);
	assert_int_equal(compare_both(given)->differences[0].verdict, VERDICT_LESS);
	char *text = text_of(compare_both(given));
	/* exp(mean) = 0.50424: 49.6 % less; interval of 6 logs with sd 0.013074 */
	assert_non_null(strstr(text, " student needs 49.6 % less energy per query than "
				     "teacher.\n"));
	assert_non_null(strstr(text, "95 % interval 48.9 to 50.3 %; 6 interleaved pairs; "
				     "measured.\n"));
	/* two samples of 16000: 196 * sqrt((0.9 * 0.1 + 0.875 * 0.125) / 16000) = 0.692 points */
	assert_non_null(
	    strstr(text, "quality       top1 87.5 %, was 90.0 %: -2.5 points (-3.2 to "
			 "-1.8)\n"));
	free(text);
}

static void no_line_is_wider_than_80_columns(void **state)
{
	struct given *given = *state;
	database_run(given->db, "UPDATE trial SET variant = 'a name that goes on and on for"
				" longer than any line' WHERE variant = 'student'");
	const struct compare_options options = { .path = "x.db" };
	char *text = text_of(compare_read(given->db, &options, given->arena, &given->why));
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		assert_true(strlen(line) <= 80);
	free(text);
}

static void equal_variants_cannot_be_told_apart(void **state)
{
	struct given *given = *state;
	given_again(given->db);
	database_run(given->db,
		     "UPDATE stretch SET advance = 40000 + seq * (channel_id % 3),"
		     " advance_low = 0, advance_high = 99999 WHERE seq = 1");
	const struct comparison *comparison = compare_both(given);
	assert_int_equal(comparison->differences[0].verdict, VERDICT_CANNOT_TELL);
	char *text = text_of(comparison);
	assert_non_null(
	    strstr(text, "No significant difference between student and teacher: "));
	free(text);
}

static void a_build_breaks_even_by_what_each_query_saves(void **state)
{
	given_again(((struct given *)*state)->db);
	const struct comparison *comparison = compare_both(*state);
	const struct difference *student = &comparison->differences[0];
	expect(student->variant->cost.joules.value,
	       100); /* 1 J of loading, 99 of training */
	/* 19, 20 and 20.5 mJ are saved */
	expect(student->break_even.value, 100 / (0.0595 / 3));
	/* made once: how that varies is not known */
	assert_false(student->break_even.has_interval);
	char *text = text_of(comparison);
	assert_non_null(strstr(text,
			       "break-even    after ~5 k queries; built once, so without "
			       "an interval\n"));
	free(text);
}

static void built_three_times_it_has_an_interval(void **state)
{
	struct given *given = *state;
	given_again(given->db);
	given_trial(given->db, (struct given_trial){ "student", "train", 1, 89000 });
	given_trial(given->db, (struct given_trial){ "student", "train", 1, 109000 });
	const struct difference *student = &compare_both(given)->differences[0];
	assert_int_equal(student->variant->cost.n, 3);
	expect(student->variant->cost.joules.value, 100);
	/* 10 / sqrt(3) of 100, and sd 0.68313 / sqrt(6) of 19.8333: variances 0.0033333 and
	 * 0.00019773; on 2 and 5 degrees, 2.2412; t(0.975, 2.2412) = 3.8846 */
	double half = log(student->break_even.high / student->break_even.value);
	assert_true(fabs(half - 0.2308) < 0.0005);
	expect(student->break_even.value / student->break_even.low,
	       student->break_even.high / student->break_even.value);
}

static void what_it_starts_from_is_built_too(void **state)
{
	struct given *given = *state;
	int id = given_trial(given->db,
			     (struct given_trial){ "middle", "train", 1, 39000 });
	DATABASE_RUN(given->db, "UPDATE trial SET workload = 'm' WHERE trial_id = %d;", id);
	database_run(given->db, "UPDATE trial SET parent_workload = 'm', workload = 's'"
				" WHERE variant = 'student' AND job = 'train'");
	const struct build_cost *cost = &compare_both(given)->differences[0].variant->cost;
	expect(cost->joules.value, 100 + 40);
	assert_int_equal(cost->n_parents, 1);
	/* the baseline's own making has to exist either way */
	database_run(given->db, "UPDATE trial SET variant = 'teacher' WHERE variant ="
				" 'middle'");
	cost = &compare_both(given)->differences[0].variant->cost;
	expect(cost->joules.value, 100);
	database_run(given->db, "UPDATE trial SET state = 'incomplete', why_incomplete = "
				"'x' WHERE trial_id = 8");
	cost = &compare_both(given)->differences[0].variant->cost;
	assert_true(cost->lacks_parent);
}

static void what_saves_nothing_never_breaks_even(void **state)
{
	(void)state;
	const struct build_cost cost = { .joules = { .is_known = true, .value = 10 },
					 .n = 1 };
	const struct t_test saved = { .n = 5, .mean = 1, .ci95 = { 0.5, 1.5 } };
	struct t_test dearer = { .n = 5, .mean = 0.1, .ci95 = { 0.05, 0.15 } };
	struct t_test unsure = { .n = 5, .mean = -0.1, .ci95 = { -0.25, 0.05 } };
	assert_string_equal(break_even_queries(&cost, saved, dearer).reason,
			    "never: it saves nothing");
	assert_string_equal(break_even_queries(&cost, saved, unsure).reason,
			    "unknown: it may save nothing");
}

static void three_pairs_are_no_verdict(void **state)
{
	struct given *given = *state;
	given_again(given->db);
	database_run(given->db,
		     "UPDATE trial SET state = 'incomplete', why_incomplete = 'x'"
		     " WHERE block > 3");
	const struct difference *student = &compare_both(given)->differences[0];
	assert_int_equal(student->n_pairs, 3);
	assert_int_equal(student->verdict, VERDICT_CANNOT_TELL);
	char *text = text_of(compare_both(given));
	assert_non_null(strstr(text, "3 pairs may"));
	free(text);
}

/* Seven pairs, of which one is far to the other side: t finds a difference, but one of ten draws of the
 * order has as much. */
static void signs_that_may_be_drawn_are_no_verdict(void **state)
{
	struct given *given = *state;
	sqlite3_close(given->db);
	given->db = given_campaign("bench");
	for (int block = 1; block <= 7; block++) {
		given_trial(given->db,
			    (struct given_trial){ "teacher", "infer", block, 40000 });
		given_trial(given->db, (struct given_trial){ "student", "infer", block,
							     block == 5 ? 39799 : 40200 });
	}
	const struct difference *student = &compare_both(given)->differences[0];
	assert_true(student->t.ci95.low > 0);
	assert_true(student->t.p < 0.05);
	/* 16 of 128: each single sign turned, none, and all of these again the other way round */
	expect(student->p_randomised, 0.125);
	assert_int_equal(student->verdict, VERDICT_CANNOT_TELL);
	char *text = text_of(compare_both(given));
	assert_non_null(strstr(text, "(randomisation"));
	free(text);
}

/* As two calls of 'run' leave them: nobody drew an order. */
static void two_campaigns_have_no_drawn_order(void **state)
{
	struct given *given = *state;
	database_run(given->db,
		     "INSERT INTO campaign (campaign_id, uuid, host_id, kind, command_line,"
		     " tool_version, rate_hz, begin_utc_ns, begin_mono_ns, begin_boot_ns)"
		     " VALUES (2, 'u-2', 1, 'run', '[]', '0.1.0', 10, 0, 0, 0);"
		     "UPDATE trial SET campaign_id = 2 WHERE variant = 'student'");
	const struct comparison *comparison = compare_both(given);
	assert_false(comparison->differences[0].is_paired);
	expect(comparison->differences[0].order.p, 1);
	char *text = text_of(comparison);
	assert_null(strstr(text, "order"));
	assert_non_null(strstr(text, "two campaigns: differences between"));
	free(text);
}

/* What a second campaign would find is not as sure as what the first did. */
static void a_further_campaign_is_counted(void **state)
{
	struct given *given = *state;
	assert_int_equal(compare_both(given)->n_campaigns, 1);
	database_run(given->db,
		     "INSERT INTO campaign (campaign_id, uuid, host_id, kind, command_line,"
		     " tool_version, rate_hz, begin_utc_ns, begin_mono_ns, begin_boot_ns)"
		     " VALUES (2, 'u-2', 1, 'bench', '[]', '0.1.0', 10, 0, 0, 0);"
		     "UPDATE trial SET campaign_id = 2 WHERE job = 'infer'");
	for (int block = 1; block <= 3; block++) {
		given_trial(given->db,
			    (struct given_trial){ "teacher", "infer", block, 40000 });
		given_trial(given->db,
			    (struct given_trial){ "student", "infer", block, 20000 });
	}
	char *text = text_of(compare_both(given));
	assert_non_null(strstr(text, "second campaign of these: "));
	free(text);
}

static const char *baseline_of(struct given *given)
{
	const struct compare_options options = { .path = "x.db" };
	return compare_read(given->db, &options, given->arena, &given->why)
	    ->compared[0]
	    .variant;
}

static void the_baseline_is_what_the_campaign_says(void **state)
{
	struct given *given = *state;
	/* the student ran first */
	database_run(given->db,
		     "UPDATE trial SET variant = 'big' WHERE variant = 'teacher'");
	assert_string_equal(baseline_of(given), "student");
	/* an older file: the baseline of commands ran twice in each block */
	given_trial(given->db, (struct given_trial){ "big", "infer", 1, 39000 });
	assert_string_equal(baseline_of(given), "big");
	database_run(given->db, "UPDATE campaign SET baseline = 'student'");
	assert_string_equal(baseline_of(given), "student");
}

static void an_outlier_that_hides_a_difference_is_named(void **state)
{
	struct given *given = *state;
	sqlite3_close(given->db);
	given->db = given_blocks(14, 0.95);
	database_run(given->db,
		     "UPDATE stretch SET advance = 80000, advance_low = 80000,"
		     " advance_high = 80000 WHERE seq = 1 AND channel_id ="
		     " (SELECT channel_id FROM channel JOIN trial USING (trial_id)"
		     "  WHERE variant = 'student' AND block = 4)");
	char *text = text_of(compare_both(given));
	for (char *at = text; (at = strchr(at, '\n')); at++)
		*at = ' ';
	assert_non_null(
	    strstr(text, "No significant difference between student and teacher"));
	assert_non_null(strstr(text, "the verdict would be:"));
	assert_non_null(strstr(text, "less, -5."));
	free(text);
}

static void time_and_power_multiply_to_the_joules(void **state)
{
	const struct comparison *comparison = compare_both(*state);
	const struct why *why = &comparison->differences[0].why;
	assert_true(why->seconds.is_known && why->watts.is_known);
	expect(why->seconds.ratio * why->watts.ratio,
	       exp(comparison->differences[0].t.mean));
	assert_false(why->instructions.is_known); /* none were counted */
}

/* Half as many for student. The name tells that the kernel's share was not counted. */
static void add_instructions(sqlite3 *db, const char *name)
{
	DATABASE_RUN(
	    db,
	    "INSERT INTO channel (trial_id, collector, name, kind, unit, provenance,"
	    " counted, unit_per_raw, update_interval_ns)"
	    " SELECT trial_id, 'hwevents', %Q, 'counter', 'count', 'measured', 0, 1, 1"
	    " FROM trial",
	    name);
	DATABASE_RUN(
	    db,
	    "INSERT INTO stretch SELECT c.channel_id, s.seq, s.begin_mono_ns,"
	    " s.end_mono_ns, 10, 0, 0, 0, 0, 0, 0, c.a, c.a, c.a, 0 FROM"
	    " (SELECT channel_id, trial_id, iif(variant = 'student', 500, 1000) AS a"
	    "  FROM channel JOIN trial USING (trial_id) WHERE name = %Q) c"
	    " JOIN channel p ON p.trial_id = c.trial_id AND p.name = 'package-0'"
	    " JOIN stretch s ON s.channel_id = p.channel_id",
	    name);
}

static void what_user_space_executed_tells_too(void **state)
{
	struct given *given = *state;
	add_instructions(given->db, "instructions:u");
	const struct comparison *comparison = compare_both(given);
	const struct why *why = &comparison->differences[0].why;
	assert_false(why->instructions.is_known); /* of all nothing is known */
	assert_true(why->user_instructions.is_known);
	expect(why->user_instructions.ratio, 0.5);
	char *text = text_of(comparison);
	assert_non_null(strstr(text, "user instructions"));
	free(text);
}

static void a_failed_trial_is_left_out_and_said(void **state)
{
	struct given *given = *state;
	database_run(given->db, "UPDATE trial SET exit_code = 3 WHERE trial_id = 2");
	const struct comparison *comparison = compare_both(given);
	assert_int_equal(comparison->differences[0].n_pairs, 2);
	char *text = text_of(comparison);
	assert_non_null(strstr(text, "1 of 3 trials of student left out"));
	free(text);
}

static void a_far_observation_is_named_and_counted(void **state)
{
	struct given *given = *state;
	const int teacher[] = { 40100, 39900, 40000, 40050 },
		  student[] = { 20000, 20050, 20100, 99000 };
	for (int i = 0; i < 4; i++) {
		given_trial(given->db,
			    (struct given_trial){ "teacher", "infer", i + 4, teacher[i] });
		given_trial(given->db,
			    (struct given_trial){ "student", "infer", i + 4, student[i] });
	}
	const struct difference *found = &compare_both(given)->differences[0];
	assert_int_equal(found->n_pairs, 7);
	assert_int_equal(found->n_outliers, 1);
	assert_int_equal(found->outliers[0].block, 7);
}

static void what_needs_more_and_answers_worse_is_beaten(void **state)
{
	struct given *given = *state;
	/* 30 mJ and 80 %: more and worse than the student's 20 mJ and 87.5 % */
	for (int block = 1; block <= 3; block++)
		given_trial(given->db, (struct given_trial){ "pruned", "infer", block,
							     30000 + 100 * block });
	database_run(given->db, "INSERT INTO metric SELECT trial_id, 'top1', 0.8 FROM trial"
				" WHERE variant = 'pruned'");
	const struct compare_options options = { .path = "x.db" };
	const struct comparison *comparison = compare_read(given->db, &options,
							   given->arena, &given->why);
	struct choice_list list = front_of(comparison, 0, given->arena);
	assert_int_equal(list.n, 3);
	assert_int_equal(list.n_front, 2);
	assert_string_equal(list.choices[0].compared->variant, "student");
	assert_string_equal(list.choices[1].compared->variant, "teacher");
	assert_string_equal(list.choices[2].dominated_by, "student");
	expect(list.choices[1].joules_per_correct, 0.040 / 0.9);
}

static void columns_are_counted_as_a_terminal_does(void **state)
{
	struct given *given = *state;
	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		fail_msg("no C.UTF-8");
	assert_int_equal(wrap_columns("449 µJ", strlen("449 µJ")), 6);
	assert_string_equal(wrap_pad("µJ", 4, given->arena), "µJ  ");
	assert_int_equal(wrap_columns("毫焦", strlen("毫焦")), 4);
	setlocale(LC_CTYPE, "C");
}

static void idle_power_and_its_drift_are_said(void **state)
{
	struct given *given = *state;
	/* 1 J and 39 J, then 1 J and 41 J, in 2 s each: 20 W and 21 W */
	given_trial(given->db, (struct given_trial){ "idle", "idle", 0, 39000 });
	given_trial(given->db, (struct given_trial){ "idle", "idle", 4, 41000 });
	char *text = text_of(compare_both(given));
	assert_non_null(strstr(text, "idle, first to last: 20.0, 21.0 W (5.0 % apart)"));
	free(text);
}

static void a_build_can_be_spread_over_queries(void **state)
{
	struct given *given = *state;
	struct choice_list list = front_of(compare_both(given), 1000, given->arena);
	/* 20.1667 mJ and 100 J over 1000 queries */
	expect(list.choices[1].joules, 0.0605 / 3 + 0.1);
	assert_string_equal(list.choices[1].dominated_by, "teacher");
}

/* The comparison with these joules, of an estimate within 50 %, in place of its own. */
static struct comparison with_joules(struct given *given, double teacher, double student)
{
	const double joules[] = { teacher, student };
	struct comparison comparison = *compare_both(given);
	struct compared *compared = arena_room(given->arena, 2 * sizeof(*compared));
	for (int i = 0; i < 2; i++) {
		compared[i] = comparison.compared[i];
		compared[i].joules.value = joules[i];
		compared[i].joules.has_interval = true;
		compared[i].joules.low = joules[i] * 0.5;
		compared[i].joules.high = joules[i] * 1.5;
	}
	comparison.compared = compared;
	return comparison;
}

static void bars_have_two_digits_whatever_the_tolerance(void **state)
{
	const struct comparison close = with_joules(*state, 9.4e-6, 6.7e-6);
	char *text = text_of(&close);
	assert_non_null(strstr(text, " 9.4 uJ"));
	assert_non_null(strstr(text, " 6.7 uJ"));
	free(text);
	const struct comparison apart = with_joules(*state, 286e-6, 6.9e-6);
	text = text_of(&apart);
	assert_non_null(strstr(text, " 286 uJ"));
	free(text);
}

static void the_front_has_no_more_digits_than_are_known(void **state)
{
	struct given *given = *state;
	const struct comparison apart = with_joules(given, 286e-6, 6.93e-6);
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	assert_int_equal(front_text(&apart, 0, out, &given->why), 0);
	fclose(out);
	assert_non_null(strstr(text, " 286.0 "));
	assert_non_null(strstr(text, " 6.9 "));
	free(text);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_block_is_one_log_ratio),
		TEST(two_trials_in_a_block_are_one_observation),
		TEST(the_baseline_against_itself_is_within_blocks_where_it_ran_twice),
		TEST(another_workload_is_refused),
		TEST(measured_against_estimated_is_refused),
		TEST(two_estimates_compare_with_a_warning),
		TEST(a_variant_that_is_not_there_is_named_with_those_that_are),
		TEST(the_text_says_it_in_a_sentence),
		TEST(bars_have_two_digits_whatever_the_tolerance),
		TEST(the_front_has_no_more_digits_than_are_known),
		TEST(no_line_is_wider_than_80_columns),
		TEST(equal_variants_cannot_be_told_apart),
		TEST(a_build_breaks_even_by_what_each_query_saves),
		TEST(built_three_times_it_has_an_interval),
		TEST(what_it_starts_from_is_built_too),
		TEST(three_pairs_are_no_verdict),
		TEST(signs_that_may_be_drawn_are_no_verdict),
		TEST(two_campaigns_have_no_drawn_order),
		TEST(a_further_campaign_is_counted),
		TEST(the_baseline_is_what_the_campaign_says),
		TEST(an_outlier_that_hides_a_difference_is_named),
		cmocka_unit_test(what_saves_nothing_never_breaks_even),
		TEST(time_and_power_multiply_to_the_joules),
		TEST(what_user_space_executed_tells_too),
		TEST(a_failed_trial_is_left_out_and_said),
		TEST(a_far_observation_is_named_and_counted),
		TEST(what_needs_more_and_answers_worse_is_beaten),
		TEST(columns_are_counted_as_a_terminal_does),
		TEST(idle_power_and_its_drift_are_said),
		TEST(a_build_can_be_spread_over_queries),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
